package dev.ringside.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalApicTest {
  private static final int TPR = 0x80;
  private static final int PPR = 0xa0;
  private static final int EOI = 0xb0;
  private static final int LDR = 0xd0;
  private static final int DFR = 0xe0;
  private static final int SVR = 0xf0;
  private static final int ISR = 0x100;
  private static final int IRR = 0x200;
  private static final int ESR = 0x280;
  private static final int ICR = 0x300;
  private static final int ICR_HIGH = 0x310;
  private static final int TIMER = 0x320;
  private static final int LINT0 = 0x350;
  private static final int ERROR = 0x370;
  private static final int INITIAL = 0x380;
  private static final int CURRENT = 0x390;
  private static final int DIVIDE = 0x3e0;
  private static final int MASKED = 1 << 16;

  private final FakeTimeline time = new FakeTimeline();
  private final ApicBus bus = new ApicBus();
  private final List<String> starts = new ArrayList<>();
  private final BoardEvents events =
      new BoardEvents() {
        @Override
        public void powerOff() {}

        @Override
        public void reset(String how) {}

        @Override
        public void debugExit(int value) {}

        @Override
        public void interruptChanged() {}

        @Override
        public void initProcessor(int vcpu) {
          starts.add("init " + vcpu);
        }

        @Override
        public void startProcessor(int vcpu, int vector) {
          starts.add("start " + vcpu + " at " + vector);
        }
      };
  private final LocalApic apic = make(0);
  private final LocalApic other = make(1);

  private LocalApic make(int id) {
    LocalApic made = new LocalApic(id, bus, time, new ClockRate(1_000_000_000), events);
    bus.add(made);
    return made;
  }

  private void write(int offset, long value) {
    apic.writeMemory(offset, 4, value);
  }

  private long read(int offset) {
    return apic.readMemory(offset, 4);
  }

  private void request(int vector) {
    apic.receive(DeliveryMode.FIXED, vector, false);
  }

  @Test
  void aDebuggerSeesItsRegistersAndVectorsWithoutTouchingThem() {
    request(0x31);
    request(0x90);
    apic.acknowledge();
    request(0x45);
    ApicState state = apic.state();
    assertThat(state.inService()).containsExactly(0x90);
    assertThat(state.pending()).containsExactly(0x45, 0x31);
    assertThat(state.registers())
        .contains(
            new ApicState.Register(ISR + 0x40, 1 << 16),
            new ApicState.Register(IRR + 0x20, 1 << 5),
            new ApicState.Register(PPR, 0x90));
    assertThat(state.registers()).allMatch(r -> read(r.offset()) == (r.value() & 0xffff_ffffL));
    assertThat(apic.state()).isEqualTo(state);
    assertThat(read(ESR)).as("no error was raised").isZero();
  }

  @Test
  void afterResetItIsAsABiosLeavesIt() {
    assertThat(apic.base()).isEqualTo(0xfee00900L);
    assertThat(other.base()).as("not the bootstrap processor").isEqualTo(0xfee00800L);
    assertThat(read(0x20)).isZero();
    assertThat(other.readMemory(0x20, 4)).isEqualTo(0x01000000);
    assertThat(read(0x30)).isEqualTo(0x50014);
    assertThat(read(SVR)).isEqualTo(0x1ff);
    assertThat(read(DFR)).isEqualTo(0xffffffffL);
    assertThat(read(LINT0)).isEqualTo(0x700);
    assertThat(read(TIMER)).isEqualTo(MASKED);
    assertThat(apic.passesPicRequest(true)).isTrue();
    assertThat(other.passesPicRequest(true)).isFalse();
  }

  @Test
  void anInterruptIsRequestedServedAndEnded() {
    request(0x41);
    assertThat(read(IRR + 0x20)).isEqualTo(2);
    assertThat(apic.hasInterrupt()).isTrue();
    assertThat(apic.acknowledge()).isEqualTo(0x41);
    assertThat(read(IRR + 0x20)).isZero();
    assertThat(read(ISR + 0x20)).isEqualTo(2);
    assertThat(read(PPR)).isEqualTo(0x40);
    write(EOI, 0);
    assertThat(read(ISR + 0x20)).isZero();
    assertThat(apic.hasInterrupt()).isFalse();
  }

  @Test
  void onlyAHigherClassInterruptsTheOneInService() {
    request(0x41);
    apic.acknowledge();
    request(0x4f);
    assertThat(apic.hasInterrupt()).as("same class").isFalse();
    request(0x51);
    assertThat(apic.acknowledge()).isEqualTo(0x51);
    write(EOI, 0);
    write(EOI, 0);
    assertThat(apic.acknowledge()).isEqualTo(0x4f);
  }

  @Test
  void taskPriorityHoldsInterruptsBack() {
    apic.cr8(5);
    assertThat(read(TPR)).isEqualTo(0x50);
    request(0x5f);
    assertThat(apic.hasInterrupt()).isFalse();
    write(TPR, 0x4f);
    assertThat(apic.cr8()).isEqualTo(4);
    assertThat(apic.hasInterrupt()).isTrue();
    apic.cr8(15);
    assertThat(apic.acknowledge()).as("the spurious vector").isEqualTo(0xff);
    assertThat(read(ISR + 0x20)).isZero();
  }

  @Test
  void oneShotTimerCountsDownOnce() {
    write(TIMER, 0x30);
    write(DIVIDE, 0xb);
    write(INITIAL, 1000);
    time.advance(400);
    assertThat(read(CURRENT)).isEqualTo(600);
    time.advance(599);
    assertThat(apic.hasInterrupt()).isFalse();
    time.advance(1);
    assertThat(apic.acknowledge()).isEqualTo(0x30);
    assertThat(read(CURRENT)).isZero();
    time.advance(5000);
    write(EOI, 0);
    assertThat(apic.hasInterrupt()).isFalse();
  }

  @Test
  void periodicTimerReloadsAndTheDividerSlowsIt() {
    write(TIMER, 1 << 17 | 0x30);
    write(DIVIDE, 0x3);
    write(INITIAL, 100);
    for (int i = 0; i < 3; i++) {
      time.advance(1599);
      assertThat(apic.hasInterrupt()).isFalse();
      time.advance(1);
      assertThat(apic.acknowledge()).isEqualTo(0x30);
      write(EOI, 0);
    }
    time.advance(160);
    assertThat(read(CURRENT)).isEqualTo(90);
  }

  @Test
  void aMaskedTimerCountsSilently() {
    write(INITIAL, 100);
    time.advance(1000);
    assertThat(apic.hasInterrupt()).isFalse();
    assertThat(read(CURRENT)).isZero();
  }

  @Test
  void tscDeadlineFiresOnceAndReadsZero() {
    apic.tscDeadline(5000, 1000);
    assertThat(apic.tscDeadline()).as("ignored outside its mode").isZero();
    write(TIMER, 2 << 17 | 0x30);
    apic.tscDeadline(5000, 1000);
    assertThat(apic.tscDeadline()).isEqualTo(5000);
    time.advance(3999);
    assertThat(apic.hasInterrupt()).isFalse();
    time.advance(1);
    assertThat(apic.acknowledge()).isEqualTo(0x30);
    assertThat(apic.tscDeadline()).isZero();
    write(EOI, 0);
    apic.tscDeadline(10, 6000);
    time.advance(0);
    assertThat(apic.hasInterrupt()).as("a deadline in the past").isTrue();
    apic.acknowledge();
    write(EOI, 0);
    apic.tscDeadline(9000, 6000);
    apic.tscDeadline(0, 6000);
    time.advance(10_000);
    assertThat(apic.hasInterrupt()).as("disarmed").isFalse();
  }

  @Test
  void interprocessorInterruptsByPhysicalDestinationAndShorthand() {
    write(ICR_HIGH, 1 << 24);
    write(ICR, 0x4000 | 0x61);
    assertThat(other.acknowledge()).isEqualTo(0x61);
    assertThat(apic.hasInterrupt()).isFalse();
    write(ICR, 1 << 18 | 0x62);
    assertThat(apic.acknowledge()).isEqualTo(0x62);
    write(ICR, 3 << 18 | 0x71);
    assertThat(other.acknowledge()).isEqualTo(0x71);
    write(ICR, 2 << 18 | 0x81);
    assertThat(apic.acknowledge()).isEqualTo(0x81);
    assertThat(other.acknowledge()).isEqualTo(0x81);
  }

  @Test
  void logicalDestinationsFlatAndCluster() {
    write(LDR, 1 << 24);
    other.writeMemory(LDR, 4, 2 << 24);
    write(ICR_HIGH, 3 << 24);
    write(ICR, 1 << 11 | 0x61);
    assertThat(apic.acknowledge()).isEqualTo(0x61);
    assertThat(other.acknowledge()).isEqualTo(0x61);
    other.writeMemory(DFR, 4, 0);
    other.writeMemory(LDR, 4, 0x21 << 24);
    write(ICR_HIGH, 0x21 << 24);
    write(ICR, 1 << 11 | 0x72);
    assertThat(other.acknowledge()).isEqualTo(0x72);
    write(ICR_HIGH, 0x11 << 24);
    write(ICR, 1 << 11 | 0x83);
    assertThat(other.hasInterrupt()).as("another cluster").isFalse();
  }

  @Test
  void lowestPriorityGoesToOneOnly() {
    write(LDR, 1 << 24);
    other.writeMemory(LDR, 4, 2 << 24);
    apic.cr8(3);
    write(ICR_HIGH, 3 << 24);
    write(ICR, 1 << 11 | 1 << 8 | 0x61);
    assertThat(other.acknowledge()).isEqualTo(0x61);
    assertThat(apic.hasInterrupt()).isFalse();
  }

  @Test
  void initAndStartUpReachTheMachine() {
    write(ICR_HIGH, 1 << 24);
    write(ICR, 0xc500);
    write(ICR, 0x8500);
    write(ICR, 0x4600 | 0x9a);
    assertThat(starts).containsExactly("init 1", "start 1 at 154");
    assertThat(other.readMemory(SVR, 4)).as("INIT resets the APIC").isEqualTo(0xff);
  }

  @Test
  void nmiIsTakenOnce() {
    write(ICR, 1 << 18 | 0x400);
    assertThat(apic.takeNmi()).isTrue();
    assertThat(apic.takeNmi()).isFalse();
  }

  @Test
  void illegalVectorsAreErrors() {
    write(ERROR, 0xfe);
    write(ICR, 1 << 18 | 5);
    assertThat(apic.acknowledge()).isEqualTo(0xfe);
    assertThat(read(ESR)).as("shown after a write").isZero();
    write(ESR, 0);
    assertThat(read(ESR)).isEqualTo(0x20);
    write(ESR, 0);
    assertThat(read(ESR)).isZero();
  }

  @Test
  void anErrorVectorThatIsIllegalItselfDoesNotLoop() {
    write(ERROR, 3);
    write(ICR, 1 << 18 | 5);
    write(ESR, 0);
    assertThat(read(ESR)).isEqualTo(0x20);
  }

  @Test
  void softwareDisableMasksEverythingAndTakesNoInterrupts() {
    write(SVR, 0xff);
    assertThat(read(LINT0) & MASKED).isNotZero();
    request(0x41);
    assertThat(apic.hasInterrupt()).isFalse();
    write(LINT0, 0x700);
    assertThat(read(LINT0) & MASKED).as("cannot be unmasked").isNotZero();
    write(SVR, 0x1ff);
    write(LINT0, 0x700);
    assertThat(read(LINT0)).isEqualTo(0x700);
  }

  @Test
  void globallyDisabledItLeavesThePicsConnected() {
    assertThat(apic.base(0xfee00100L, false)).isTrue();
    assertThat(apic.passesPicRequest(true)).isTrue();
    assertThat(read(SVR)).isEqualTo(0xffffffffL);
    request(0x41);
    assertThat(apic.hasInterrupt()).isFalse();
  }

  @Test
  void illegalApicBasesFault() {
    assertThat(apic.base(0xfee00900L | 1 << 10, false)).as("no x2APIC in CPUID").isFalse();
    assertThat(apic.base(0xfee00901L, true)).as("reserved bit").isFalse();
    assertThat(apic.base(0xfee00900L | 1 << 10, true)).isTrue();
    assertThat(apic.base(0xfee00900L, true)).as("x2APIC to xAPIC").isFalse();
    assertThat(apic.isX2apic()).isTrue();
  }

  @Test
  void x2apicRegistersAreMsrs() {
    assertThat(apic.readMsr(0x802)).isEmpty();
    assertThat(apic.base(0xfee00d00L, true)).isTrue();
    assertThat(other.base(0xfee00c00L, true)).isTrue();
    assertThat(apic.readMsr(0x802)).hasValue(0);
    assertThat(other.readMsr(0x80d)).as("logical ID").hasValue(2);
    assertThat(apic.writeMsr(0x830, 1L << 32 | 0x4055)).isTrue();
    assertThat(other.acknowledge()).isEqualTo(0x55);
    assertThat(apic.readMsr(0x830)).hasValue(1L << 32 | 0x4055);
    assertThat(other.writeMsr(0x80b, 1)).as("EOI takes 0 only").isFalse();
    assertThat(other.writeMsr(0x80b, 0)).isTrue();
    assertThat(apic.writeMsr(0x83f, 0x66)).isTrue();
    assertThat(apic.acknowledge()).isEqualTo(0x66);
    assertThat(apic.readMsr(0x80e)).as("no DFR").isEmpty();
    assertThat(apic.writeMsr(0x802, 1)).isFalse();
  }
}
