/* What the monitor's files know of each other. */
#pragma once
#include <stdbool.h>

#include "../common/frame.h"

enum { SERIAL_IRQ = 4 };

/* Entries, in entries.S, and their handlers. */
void timer_entry(void);
void serial_entry(void);
void timer_tick(struct frame *frame);
void serial_interrupt(struct frame *frame);

/* Lets COM1 interrupt for each received byte. */
void keys_init(void);

/* Whether a byte has arrived that nobody has read. */
bool key_waiting(void);

/* The next byte; halts until there is one. Called, and returns, with interrupts off. */
char read_key(void);
