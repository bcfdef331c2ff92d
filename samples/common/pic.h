/* The two 8259 interrupt controllers. */
#pragma once

/* Moves IRQ 0..15 to vectors 32..47 and masks them all. */
void pic_init(void);

/* Lets one of IRQ 0..7 through, and no other. */
void pic_unmask_only(unsigned irq);

/* Ends the interrupt in service on the first controller. A macro: see io.h. */
#define pic_end() outb(0x20, 0x20)
