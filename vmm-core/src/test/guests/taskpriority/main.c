/* CR8 and the local APIC's TPR are one register (SDM volume 3A, 12.8.6.1). */
#include "console.h"
#include "power.h"
#include <stdint.h>

#define TPR (*(volatile uint32_t *)0xFEE00080)

static uint64_t read_cr8(void) {
  uint64_t value;
  __asm__ volatile("mov %%cr8, %0" : "=r"(value));
  return value;
}

static void write_cr8(uint64_t value) { __asm__ volatile("mov %0, %%cr8" : : "r"(value)); }

static void show(const char *what) {
  uint32_t tpr = TPR;
  print("%s: tpr=%x cr8=%lx\n", what, tpr, read_cr8());
}

void kmain(uint64_t info) {
  (void)info;
  console_init();
  write_cr8(5);
  show("CR8 is 5");
  TPR = 0x30;
  show("TPR is 30");
  write_cr8(9); /* no exit between the two */
  TPR = 0x20;
  show("CR8 was 9, TPR is 20");
  TPR = 0xE0;
  write_cr8(1);
  show("TPR was E0, CR8 is 1");
  write_cr8(0);
  show("CR8 is 0");
  power_off();
}
