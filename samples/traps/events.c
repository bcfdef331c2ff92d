/* Exits around interrupts, arranged so that their number is certain. */
#include "../common/console.h"
#include "../common/interrupts.h"
#include "../common/io.h"
#include "../common/pic.h"
#include "../common/pit.h"
#include "traps.h"

enum { WINDOWS = 3, HALTS = 5, EXTERNAL_INTERRUPTS = 4 };

enum { TIMER_IRQ = 0, SERIAL_IRQ = 4, SHOT = 3000 /* 2.5 ms */ };

/* COM1: enabling the transmitter interrupt while the transmitter is empty raises IRQ 4 at once. */
enum {
  INTERRUPT_ENABLE = 0x3F9,
  INTERRUPT_IDENTITY = 0x3FA,
  MODEM_CONTROL = 0x3FC,
  TRANSMITTER_INTERRUPT = 0x02,
  OUT2_RTS_DTR = 0x0B, /* OUT2 lets the UART's interrupt out */
};

static volatile unsigned ticks;
static volatile unsigned serial_interrupts;

void events_init(void) {
  set_gate(IRQ_TIMER, timer_entry, 0);
  set_gate(IRQ_SERIAL, serial_entry, 0);
}

void timer_tick(struct frame *frame) {
  (void)frame;
  ticks++;
  pic_end(); /* trap: timer end of interrupt */
}

void serial_interrupt(struct frame *frame) {
  (void)frame;
  serial_interrupts++;
  (void)inb(INTERRUPT_IDENTITY); /* trap: serial identity */
  outb(INTERRUPT_ENABLE, 0);     /* trap: serial interrupt off */
  pic_end();                     /* trap: serial end of interrupt */
}

/*
 * An interrupt arrives while IF is 0, so the monitor asks for an exit as soon as the guest can take
 * it: after the instruction that follows STI.
 */
void trap_interrupt_window(void) {
  pic_unmask_only(SERIAL_IRQ);
  outb(MODEM_CONTROL, OUT2_RTS_DTR); /* trap: OUT2 on */
  for (unsigned i = 0; i < WINDOWS; i++) {
    outb(INTERRUPT_ENABLE, TRANSMITTER_INTERRUPT);    /* trap: serial interrupt on */
    __asm__ volatile("sti; nop; nop" : : : "memory"); /* trap: interrupt window */
    while (serial_interrupts == i) continue;
    __asm__ volatile("cli" : : : "memory");
  }
  print("interrupt windows %u\n", serial_interrupts);
}

/* The timer fires once, long after HLT has begun. */
void trap_hlt(void) {
  pic_unmask_only(TIMER_IRQ);
  for (int i = 0; i < HALTS; i++) {
    pit_once(SHOT);
    __asm__ volatile("sti; hlt; cli" : : : "memory"); /* trap: HLT */
  }
  print("HLT %u\n", ticks);
}

/* The timer fires once while the guest runs with IF = 1. */
void trap_external_interrupt(void) {
  unsigned before = ticks;
  for (unsigned i = 1; i <= EXTERNAL_INTERRUPTS; i++) {
    pit_once(SHOT);
    __asm__ volatile("sti" : : : "memory");
    while (ticks < before + i) continue; /* trap: external interrupt */
    __asm__ volatile("cli" : : : "memory");
  }
  print("external interrupts %u\n", ticks - before);
}
