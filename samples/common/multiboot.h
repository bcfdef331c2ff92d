/* The Multiboot 1 information that the loader leaves (specification 0.6.96, section 3.3). */
#pragma once
#include <stdint.h>

struct multiboot_info {
  uint32_t flags;
  uint32_t memory_lower_kib;
  uint32_t memory_upper_kib;
  uint32_t boot_device;
  uint32_t command_line; /* physical address of a C string; flag bit 2 */
};

/* The command line, or "" where the loader gave none. */
const char *command_line(const struct multiboot_info *info);
