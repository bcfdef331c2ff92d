#include "pit.h"

#include "io.h"

enum { CHANNEL0 = 0x40, COMMAND = 0x43, LOW_THEN_HIGH = 0x30, RATE = 2 << 1, ONE_SHOT = 0 << 1 };

void pit_periodic(unsigned hz) {
  uint16_t divisor = (uint16_t)(PIT_HZ / hz);
  outb(COMMAND, LOW_THEN_HIGH | RATE);
  outb(CHANNEL0, divisor & 0xFF);
  outb(CHANNEL0, divisor >> 8);
}

void pit_once(uint16_t ticks) {
  outb(COMMAND, LOW_THEN_HIGH | ONE_SHOT); /* trap: PIT one-shot */
  outb(CHANNEL0, ticks & 0xFF);            /* trap: PIT low */
  outb(CHANNEL0, ticks >> 8);              /* trap: PIT high */
}
