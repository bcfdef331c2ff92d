#include "power.h"

#include "io.h"

enum { PM1A_CONTROL = 0x604, SLEEP_ENABLE = 0x2000, DEBUG_EXIT = 0xF4 };

_Noreturn static void halt_forever(void) {
  for (;;) __asm__ volatile("cli; hlt");
}

_Noreturn void power_off(void) {
  outw(PM1A_CONTROL, SLEEP_ENABLE); /* trap: power off */
  halt_forever();
}

_Noreturn void debug_exit(uint8_t code) {
  outb(DEBUG_EXIT, code);
  halt_forever();
}
