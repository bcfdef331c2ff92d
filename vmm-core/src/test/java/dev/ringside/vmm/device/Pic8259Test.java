package dev.ringside.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Pic8259Test {
  private boolean intr;
  private final PicPair pics = new PicPair(high -> intr = high);

  @BeforeEach
  void initialiseAsAPcDoes() {
    initialise(0x01);
  }

  private void initialise(int icw4) {
    initialise(pics.master(), 0x20, 4, icw4);
    initialise(pics.slave(), 0x28, 2, icw4);
  }

  private static void initialise(Pic8259 pic, int base, int icw3, int icw4) {
    pic.writePort(0, 1, 0x11);
    pic.writePort(1, 1, base);
    pic.writePort(1, 1, icw3);
    pic.writePort(1, 1, icw4);
    pic.writePort(1, 1, 0);
  }

  private void pulse(int irq) {
    pics.irq(irq, false);
    pics.irq(irq, true);
  }

  private long isr(Pic8259 pic) {
    pic.writePort(0, 1, 0x0b);
    return pic.readPort(0, 1);
  }

  private long irr(Pic8259 pic) {
    pic.writePort(0, 1, 0x0a);
    return pic.readPort(0, 1);
  }

  @Test
  void deliversAnEdgeOnce() {
    pulse(4);
    assertThat(intr).isTrue();
    assertThat(irr(pics.master())).isEqualTo(0x10);
    assertThat(pics.acknowledge()).isEqualTo(0x24);
    assertThat(isr(pics.master())).isEqualTo(0x10);
    assertThat(intr).isFalse();
    pics.master().writePort(0, 1, 0x20);
    assertThat(isr(pics.master())).isZero();
    assertThat(intr).isFalse();
  }

  @Test
  void lowerPriorityWaitsForTheEndOfInterrupt() {
    pulse(3);
    assertThat(pics.acknowledge()).isEqualTo(0x23);
    pulse(5);
    assertThat(intr).isFalse();
    pulse(1);
    assertThat(pics.acknowledge()).as("higher priority nests").isEqualTo(0x21);
    pics.master().writePort(0, 1, 0x20);
    assertThat(isr(pics.master())).isEqualTo(8);
    pics.master().writePort(0, 1, 0x20);
    assertThat(pics.acknowledge()).isEqualTo(0x25);
  }

  @Test
  void slaveInterruptsComeThroughTheCascade() {
    pulse(8);
    assertThat(pics.acknowledge()).isEqualTo(0x28);
    assertThat(isr(pics.master())).isEqualTo(4);
    assertThat(isr(pics.slave())).isEqualTo(1);
    pulse(9);
    assertThat(intr).isFalse();
    pics.slave().writePort(0, 1, 0x20);
    pics.master().writePort(0, 1, 0x20);
    assertThat(pics.acknowledge()).isEqualTo(0x29);
  }

  @Test
  void maskedRequestsWait() {
    pics.master().writePort(1, 1, 0x10);
    pulse(4);
    assertThat(intr).isFalse();
    assertThat(pics.master().readPort(1, 1)).isEqualTo(0x10);
    pics.master().writePort(1, 1, 0);
    assertThat(intr).isTrue();
  }

  @Test
  void aRequestThatVanishesBecomesSpuriousIrq7() {
    pulse(4);
    pics.irq(4, false);
    assertThat(intr).isFalse();
    assertThat(pics.acknowledge()).isEqualTo(0x27);
    assertThat(isr(pics.master())).isZero();
  }

  @Test
  void levelTriggeredInputsAskAgainUntilTheLineDrops() {
    pics.writePort(1, 1, 0x02);
    pics.irq(9, true);
    assertThat(pics.acknowledge()).isEqualTo(0x29);
    pics.slave().writePort(0, 1, 0x20);
    pics.master().writePort(0, 1, 0x20);
    assertThat(pics.acknowledge()).isEqualTo(0x29);
    pics.irq(9, false);
    pics.slave().writePort(0, 1, 0x20);
    pics.master().writePort(0, 1, 0x20);
    assertThat(intr).isFalse();
  }

  @Test
  void elcrCannotMakeTheTimerLevelTriggered() {
    pics.writePort(0, 1, 0xff);
    pics.writePort(1, 1, 0xff);
    assertThat(pics.readPort(0, 1)).isEqualTo(0xf8);
    assertThat(pics.readPort(1, 1)).isEqualTo(0xde);
  }

  @Test
  void automaticEndOfInterrupt() {
    initialise(0x03);
    pulse(0);
    assertThat(pics.acknowledge()).isEqualTo(0x20);
    assertThat(isr(pics.master())).isZero();
    pulse(8);
    pulse(9);
    assertThat(pics.acknowledge()).isEqualTo(0x28);
    assertThat(intr).as("the slave's INT makes a new edge").isTrue();
    assertThat(pics.acknowledge()).isEqualTo(0x29);
  }

  @Test
  void rotationMakesTheServedLevelTheLowest() {
    pulse(1);
    pulse(3);
    assertThat(pics.acknowledge()).isEqualTo(0x21);
    pics.master().writePort(0, 1, 0xa0);
    pulse(1);
    assertThat(pics.acknowledge()).as("3 now comes before 1").isEqualTo(0x23);
    pics.master().writePort(0, 1, 0x20);
    pics.master().writePort(0, 1, 0xc0 | 7);
    pulse(3);
    assertThat(pics.acknowledge()).as("priorities set back to 7 lowest").isEqualTo(0x21);
  }

  @Test
  void specificEndOfInterruptNamesItsLevel() {
    pulse(5);
    pics.acknowledge();
    pulse(2 + 1);
    pics.acknowledge();
    pics.master().writePort(0, 1, 0x60 | 5);
    assertThat(isr(pics.master())).isEqualTo(8);
  }

  @Test
  void specialMaskModeLetsLowerLevelsThrough() {
    pulse(3);
    pics.acknowledge();
    pics.master().writePort(1, 1, 0x08);
    pics.master().writePort(0, 1, 0x68);
    pulse(6);
    assertThat(pics.acknowledge()).isEqualTo(0x26);
    pics.master().writePort(0, 1, 0x20);
    assertThat(isr(pics.master())).as("the masked level stays in service").isEqualTo(8);
  }

  @Test
  void specialFullyNestedModeLetsTheSlaveNest() {
    initialise(0x11);
    pulse(12);
    assertThat(pics.acknowledge()).isEqualTo(0x2c);
    pulse(8);
    assertThat(intr).isTrue();
    assertThat(pics.acknowledge()).isEqualTo(0x28);
  }

  @Test
  void pollModeAcknowledgesByReading() {
    pulse(6);
    pics.master().writePort(0, 1, 0x0c);
    assertThat(pics.master().readPort(0, 1)).isEqualTo(0x86);
    assertThat(isr(pics.master())).isEqualTo(0x40);
    pics.master().writePort(0, 1, 0x0c);
    assertThat(pics.master().readPort(0, 1)).isZero();
  }

  @Test
  void initialisationForgetsLatchedEdges() {
    pulse(4);
    initialise(0x01);
    assertThat(intr).isFalse();
    pics.irq(4, true);
    assertThat(intr).as("no new edge").isFalse();
    pulse(4);
    assertThat(intr).isTrue();
  }
}
