#include "segments.h"

/* SDM volume 3, figure 7-11: 64-bit TSS. */
struct task_state {
  uint32_t reserved0;
  uint64_t rsp[3];
  uint64_t reserved1;
  uint64_t ist[7];
  uint64_t reserved2;
  uint16_t reserved3;
  uint16_t io_map;
} __attribute__((packed));

enum { AVAILABLE_TSS = 0x89 };

static struct task_state task_state;
static uint8_t double_fault_stack[4096] __attribute__((aligned(16)));
static uint64_t gdt[7] = {
    0,
    0x00AF9B000000FFFF, /* KERNEL_CODE */
    0x00CF93000000FFFF, /* KERNEL_DATA */
    0x00CFF3000000FFFF, /* USER_DATA */
    0x00AFFB000000FFFF, /* USER_CODE */
};

void segments_init(void) {
  task_state.rsp[0] = (uint64_t)kernel_stack_top;
  task_state.ist[DOUBLE_FAULT_STACK - 1] =
      (uint64_t)(double_fault_stack + sizeof double_fault_stack);
  task_state.io_map = sizeof task_state; /* none: ring 3 may not use ports */

  uint64_t base = (uint64_t)&task_state;
  uint64_t limit = sizeof task_state - 1;
  gdt[5] = limit | (base & 0xFFFFFF) << 16 | (uint64_t)AVAILABLE_TSS << 40;
  gdt[5] |= (base >> 24 & 0xFF) << 56;
  gdt[6] = base >> 32;

  const struct table_pointer pointer = {.limit = sizeof gdt - 1, .base = (uint64_t)gdt};
  __asm__ volatile(
      "lgdt %0\n\t"
      "pushq %1\n\t"
      "lea 1f(%%rip), %%rax\n\t"
      "pushq %%rax\n\t"
      "lretq\n"
      "1:\n\t"
      "ltr %w2"
      :
      : "m"(pointer), "i"(KERNEL_CODE), "r"(TASK_STATE)
      : "rax", "memory");
}
