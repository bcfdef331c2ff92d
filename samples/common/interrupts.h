/* The interrupt descriptor table. */
#pragma once
#include <stdint.h>

#include "frame.h"

enum { IRQ_BASE = 32, IRQ_TIMER = IRQ_BASE + 0, IRQ_SERIAL = IRQ_BASE + 4 };

/* Loads an IDT in which every exception is reported and ends the guest with debug exit 2. */
void interrupts_init(void);

/* Routes a vector to an entry; dpl is the least privileged ring that may use it with INT. */
void set_gate(uint8_t vector, void (*entry)(void), unsigned dpl);

void unexpected_exception(struct frame *frame);
