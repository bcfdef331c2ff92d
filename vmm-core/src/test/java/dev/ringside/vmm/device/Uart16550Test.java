package dev.ringside.vmm.device;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class Uart16550Test {
  private static final int DATA = 0;
  private static final int IER = 1;
  private static final int IIR = 2;
  private static final int FCR = 2;
  private static final int LCR = 3;
  private static final int MCR = 4;
  private static final int LSR = 5;
  private static final int MSR = 6;
  private static final int SCR = 7;

  private final FakeTimeline time = new FakeTimeline();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private boolean irq;
  private final Uart16550 uart = new Uart16550(time, high -> irq = high, sent::write);

  private int in(int register) {
    return (int) uart.readPort(register, 1);
  }

  private void out(int register, int value) {
    uart.writePort(register, 1, value);
  }

  private void receive(String text) {
    uart.receive(text.getBytes(US_ASCII));
  }

  @Test
  void sendsWhatIsWritten() {
    out(DATA, 'H');
    out(DATA, 'i');
    assertThat(sent.toString(US_ASCII)).isEqualTo("Hi");
    assertThat(in(LSR)).isEqualTo(0x60);
  }

  @Test
  void linuxAutoconfigurationSeesA16550A() {
    out(IER, 0);
    out(IER, 0x0f);
    assertThat(in(IER)).as("only four enable bits exist").isEqualTo(0x0f);
    out(IER, 0);
    out(MCR, 0x10 | 0x0a);
    assertThat(in(MSR) & 0xf0).as("loopback").isEqualTo(0x90);
    out(MCR, 0);
    out(LCR, 0xbf);
    out(FCR, 0);
    out(LCR, 0);
    out(FCR, 1);
    assertThat(in(IIR) >> 6).isEqualTo(3);
    out(FCR, 0);
    assertThat(in(IIR) >> 6).isZero();
    out(SCR, 0xa5);
    assertThat(in(SCR)).isEqualTo(0xa5);
  }

  @Test
  void divisorLatchHidesDataAndInterruptEnable() {
    out(LCR, 0x83);
    out(DATA, 0x0c);
    out(IER, 1);
    assertThat(in(DATA)).isEqualTo(0x0c);
    assertThat(in(IER)).isEqualTo(1);
    out(LCR, 3);
    assertThat(in(IER)).isZero();
    assertThat(sent.size()).isZero();
  }

  @Test
  void enablingTheTransmitInterruptRaisesItAgainWhileTheHoldingRegisterIsEmpty() {
    out(MCR, 8);
    out(IER, 2);
    assertThat(irq).isTrue();
    assertThat(in(IIR)).isEqualTo(2);
    assertThat(irq).as("reading IIR clears it").isFalse();
    out(IER, 0);
    out(IER, 2);
    assertThat(irq).isTrue();
    in(IIR);
    out(DATA, 'x');
    assertThat(irq).as("empty again").isTrue();
  }

  @Test
  void out2GatesTheInterrupt() {
    out(IER, 2);
    assertThat(irq).isFalse();
    assertThat(in(IIR)).isEqualTo(2);
    out(IER, 0);
    out(IER, 2);
    out(MCR, 8);
    assertThat(irq).isTrue();
  }

  @Test
  void receivedDataWithoutFifo() {
    out(MCR, 8);
    out(IER, 1);
    receive("ab");
    assertThat(irq).isTrue();
    assertThat(in(IIR)).isEqualTo(4);
    assertThat(in(LSR) & 1).isEqualTo(1);
    assertThat(in(DATA)).isEqualTo('a');
    assertThat(in(DATA)).isEqualTo('b');
    assertThat(in(LSR) & 1).isZero();
    assertThat(irq).isFalse();
  }

  @Test
  void fifoTriggerLevelThenTimeout() {
    out(MCR, 8);
    out(FCR, 0x81);
    out(IER, 1);
    receive("1234567");
    assertThat(irq).as("7 of 8").isFalse();
    time.advance(4 * 10 * 1_000_000_000L / 115_200 - 1000);
    assertThat(irq).isFalse();
    time.advance(2000);
    assertThat(irq).isTrue();
    assertThat(in(IIR) & 0xf).isEqualTo(0xc);
    assertThat(in(DATA)).isEqualTo('1');
    assertThat(irq).as("reading ends the timeout").isFalse();
    receive("89");
    assertThat(in(IIR) & 0xf).as("level reached").isEqualTo(4);
  }

  @Test
  void nothingIsLostWhenMoreArrivesThanFits() {
    out(FCR, 1);
    receive("The quick brown fox jumps over the lazy dog");
    StringBuilder read = new StringBuilder();
    while ((in(LSR) & 1) != 0) {
      read.append((char) in(DATA));
    }
    assertThat(read).hasToString("The quick brown fox jumps over the lazy dog");
    assertThat(uart.unread()).isZero();
  }

  @Test
  void loopbackReceivesWhatItSendsAndCanOverrun() {
    out(MCR, 0x18);
    out(IER, 4);
    out(DATA, 'x');
    assertThat(in(LSR) & 1).isEqualTo(1);
    out(DATA, 'y');
    assertThat(in(IIR)).as("line status has priority").isEqualTo(6);
    assertThat(in(LSR) & 2).isEqualTo(2);
    assertThat(in(LSR) & 2).as("reading clears errors").isZero();
    assertThat(in(DATA)).isEqualTo('y');
    assertThat(sent.size()).isZero();
    assertThat(irq).isFalse();
  }

  @Test
  void modemStatusDeltasInLoopback() {
    in(MSR);
    out(MCR, 0x10);
    assertThat(in(MSR)).as("CTS, DSR, DCD fell").isEqualTo(0x0b);
    out(MCR, 0x14);
    assertThat(in(MSR)).as("RI rose: no delta").isEqualTo(0x40);
    out(IER, 8);
    out(MCR, 0x10);
    assertThat(in(IIR)).isEqualTo(0);
    assertThat(in(MSR)).as("RI fell: delta").isEqualTo(0x04);
    assertThat(in(IIR)).isEqualTo(1);
  }

  @Test
  void clearingTheReceiveFifo() {
    out(FCR, 1);
    receive("abc");
    out(FCR, 3);
    assertThat(in(LSR) & 1).isZero();
  }
}
