#include "pic.h"

#include "interrupts.h"
#include "io.h"

enum { PIC1_COMMAND = 0x20, PIC1_DATA = 0x21, PIC2_COMMAND = 0xA0, PIC2_DATA = 0xA1 };

void pic_init(void) {
  outb(PIC1_COMMAND, 0x11);      /* trap: PIC 1 ICW1 */
  outb(PIC1_DATA, IRQ_BASE);     /* trap: PIC 1 ICW2 */
  outb(PIC1_DATA, 1 << 2);       /* trap: PIC 1 ICW3 */
  outb(PIC1_DATA, 0x01);         /* trap: PIC 1 ICW4 */
  outb(PIC2_COMMAND, 0x11);      /* trap: PIC 2 ICW1 */
  outb(PIC2_DATA, IRQ_BASE + 8); /* trap: PIC 2 ICW2 */
  outb(PIC2_DATA, 2);            /* trap: PIC 2 ICW3 */
  outb(PIC2_DATA, 0x01);         /* trap: PIC 2 ICW4 */
  outb(PIC1_DATA, 0xFF);         /* trap: PIC 1 mask all */
  outb(PIC2_DATA, 0xFF);         /* trap: PIC 2 mask all */
}

void pic_unmask_only(unsigned irq) {
  outb(PIC1_DATA, (uint8_t)~(1u << irq)); /* trap: PIC 1 only */
}
