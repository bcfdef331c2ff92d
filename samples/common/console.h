/* Text on the first serial port (COM1), sent by polling. */
#pragma once

/* Sets COM1 to 115200 baud, 8 data bits, no parity, interrupts off. */
void console_init(void);

/* Sends one byte, waiting until the transmitter is empty. */
void put_char(char c);

/* %c %s %d %u %x %p %%, with l for 64 bits, and a field width with an optional leading 0. */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
