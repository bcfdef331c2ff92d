/* The global descriptor table and the task state segment. */
#pragma once
#include <stdint.h>

#include "selectors.inc"

/* The interrupt-stack-table slot of double faults. */
enum { DOUBLE_FAULT_STACK = 1 };

struct table_pointer {
  uint16_t limit;
  uint64_t base;
} __attribute__((packed));

/* The top of the stack on which ring 3 enters ring 0. */
extern uint8_t kernel_stack_top[];

/* Loads the GDT and the task register. */
void segments_init(void);
