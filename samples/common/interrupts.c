#include "interrupts.h"

#include <stddef.h>

#include "console.h"
#include "cpu.h"
#include "power.h"
#include "segments.h"

/* SDM volume 3, figure 6-8: 64-bit interrupt gate. */
struct gate {
  uint16_t offset_low;
  uint16_t selector;
  uint8_t stack;
  uint8_t type;
  uint16_t offset_middle;
  uint32_t offset_high;
  uint32_t reserved;
} __attribute__((packed));

enum { INTERRUPT_GATE = 0x8E, EXCEPTIONS = 20, DOUBLE_FAULT = 8 };

extern void (*const exception_entries[EXCEPTIONS])(void);

static struct gate idt[256];

void set_gate(uint8_t vector, void (*entry)(void), unsigned dpl) {
  uint64_t address = (uint64_t)entry;
  idt[vector] = (struct gate){
      .offset_low = (uint16_t)address,
      .selector = KERNEL_CODE,
      .stack = vector == DOUBLE_FAULT ? DOUBLE_FAULT_STACK : 0,
      .type = (uint8_t)(INTERRUPT_GATE | dpl << 5),
      .offset_middle = (uint16_t)(address >> 16),
      .offset_high = (uint32_t)(address >> 32),
  };
}

void interrupts_init(void) {
  for (uint8_t vector = 0; vector < EXCEPTIONS; vector++) {
    if (exception_entries[vector] != NULL) set_gate(vector, exception_entries[vector], 0);
  }
  const struct table_pointer pointer = {.limit = sizeof idt - 1, .base = (uint64_t)idt};
  __asm__ volatile("lidt %0" : : "m"(pointer));
}

void unexpected_exception(struct frame *frame) {
  print("unexpected exception %lu, error code 0x%lx, at %p, ring %lu, CR2 %p\n", frame->vector,
        frame->error_code, (void *)frame->rip, frame->cs & 3, (void *)read_cr2());
  debug_exit(2);
}
