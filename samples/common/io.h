/*
 * Port I/O. Macros rather than inline functions, so that the line table (and with it a profile of
 * VM exits) names the driver's line and not one line of this file.
 */
#pragma once
#include <stdint.h>

#define outb(port, value) \
  __asm__ volatile("outb %b0, %w1" : : "a"((uint8_t)(value)), "Nd"((uint16_t)(port)) : "memory")
#define outw(port, value) \
  __asm__ volatile("outw %w0, %w1" : : "a"((uint16_t)(value)), "Nd"((uint16_t)(port)) : "memory")
#define outl(port, value) \
  __asm__ volatile("outl %k0, %w1" : : "a"((uint32_t)(value)), "Nd"((uint16_t)(port)) : "memory")

#define inb(port)                                                                                \
  ({                                                                                             \
    uint8_t in_value;                                                                            \
    __asm__ volatile("inb %w1, %b0" : "=a"(in_value) : "Nd"((uint16_t)(port)) : "memory");       \
    in_value;                                                                                    \
  })
#define inl(port)                                                                                \
  ({                                                                                             \
    uint32_t in_value;                                                                           \
    __asm__ volatile("inl %w1, %k0" : "=a"(in_value) : "Nd"((uint16_t)(port)) : "memory");       \
    in_value;                                                                                    \
  })
