/* Channel 0 of the 8254 timer, which drives IRQ 0. */
#pragma once
#include <stdint.h>

enum { PIT_HZ = 1193182 };

/* Interrupts at about hz (19 or more) until told otherwise: mode 2. */
void pit_periodic(unsigned hz);

/* Interrupts once, after ticks of 1/1193182 s: mode 0. */
void pit_once(uint16_t ticks);
