#include "multiboot.h"

enum { HAS_COMMAND_LINE = 1 << 2 };

const char *command_line(const struct multiboot_info *info) {
  if (!(info->flags & HAS_COMMAND_LINE)) return "";
  return (const char *)(uintptr_t)info->command_line;
}
