/* Bytes that arrive on COM1: taken by its interrupt, kept in a ring buffer until they are read. */
#include "../common/io.h"
#include "../common/pic.h"
#include "monitor.h"

enum {
  DATA = 0x3F8,
  INTERRUPT_ENABLE = 0x3F9,
  MODEM_CONTROL = 0x3FC,
  LINE_STATUS = 0x3FD,
  RECEIVED = 0x01,     /* of INTERRUPT_ENABLE, and of LINE_STATUS */
  OUT2_RTS_DTR = 0x0B, /* OUT2 lets the UART's interrupt out */
  KEYS = 256,          /* a power of two */
};

static char keys[KEYS];
static volatile unsigned arrived; /* counts up; its place in keys is the remainder */
static volatile unsigned taken;

void keys_init(void) {
  outb(MODEM_CONTROL, OUT2_RTS_DTR);
  outb(INTERRUPT_ENABLE, RECEIVED);
}

void serial_interrupt(struct frame *frame) {
  (void)frame;
  while (inb(LINE_STATUS) & RECEIVED) {
    char key = (char)inb(DATA);
    if (arrived - taken < KEYS) keys[arrived++ % KEYS] = key;
  }
  pic_end();
}

bool key_waiting(void) { return arrived != taken; }

/* STI takes effect after HLT has begun, so that no interrupt falls between the two. */
char read_key(void) {
  while (!key_waiting()) __asm__ volatile("sti; hlt; cli" : : : "memory");
  return keys[taken++ % KEYS];
}
