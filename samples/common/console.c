#include "console.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "io.h"

enum {
  COM1 = 0x3F8,
  DATA = COM1,
  INTERRUPT_ENABLE = COM1 + 1,
  FIFO_CONTROL = COM1 + 2,
  LINE_CONTROL = COM1 + 3,
  MODEM_CONTROL = COM1 + 4,
  LINE_STATUS = COM1 + 5,
  TRANSMITTER_EMPTY = 0x20,
};

void console_init(void) {
  outb(INTERRUPT_ENABLE, 0x00); /* trap: no interrupts */
  outb(LINE_CONTROL, 0x80);     /* trap: divisor latch on */
  outb(DATA, 1);                /* trap: divisor low */
  outb(COM1 + 1, 0);            /* trap: divisor high */
  outb(LINE_CONTROL, 0x03);     /* trap: latch off */
  outb(FIFO_CONTROL, 0x00);     /* trap: no FIFO */
  outb(MODEM_CONTROL, 0x03);    /* trap: DTR and RTS */
}

void put_char(char c) {
  while (!(inb(LINE_STATUS) & TRANSMITTER_EMPTY)) /* trap: poll */
    ;
  outb(DATA, c); /* trap: send */
}

static void put_number(uint64_t value, unsigned base, int width, char pad) {
  char digits[20];
  int count = 0;
  do {
    digits[count++] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value != 0);
  for (; width > count; width--) put_char(pad);
  while (count > 0) put_char(digits[--count]);
}

static void put_string(const char *text, int width) {
  for (; *text != '\0'; text++, width--) put_char(*text);
  for (; width > 0; width--) put_char(' ');
}

#define next_unsigned() (wide ? va_arg(arguments, uint64_t) : va_arg(arguments, uint32_t))

void print(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  for (; *format != '\0'; format++) {
    if (*format != '%') {
      put_char(*format);
      continue;
    }
    format++;
    if (*format == '-') format++; /* strings are left-aligned anyway */
    char pad = *format == '0' ? '0' : ' ';
    int width = 0;
    for (; *format >= '0' && *format <= '9'; format++) width = width * 10 + (*format - '0');
    bool wide = *format == 'l';
    if (wide) format++;
    switch (*format) {
      case 'c':
        put_char((char)va_arg(arguments, int));
        break;
      case 's':
        put_string(va_arg(arguments, const char *), width);
        break;
      case 'd': {
        int64_t value = wide ? va_arg(arguments, int64_t) : va_arg(arguments, int32_t);
        if (value < 0) put_char('-');
        put_number(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, width, pad);
        break;
      }
      case 'u':
        put_number(next_unsigned(), 10, width, pad);
        break;
      case 'x':
        put_number(next_unsigned(), 16, width, pad);
        break;
      case 'p':
        put_string("0x", 0);
        put_number(va_arg(arguments, uint64_t), 16, width, pad);
        break;
      default:
        put_char(*format);
        break;
    }
  }
  va_end(arguments);
}
