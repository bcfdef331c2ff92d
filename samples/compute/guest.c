/*
 * compute: four loops and their checksums, as a guest kernel.
 * Command line: phase=alu|memory|branch|call (default: all), scale=N (default 1), ticks (adds a
 * line with the phase's time-stamp counter ticks).
 */
#include "../common/console.h"
#include "../common/cpu.h"
#include "../common/multiboot.h"
#include "../common/options.h"
#include "../common/power.h"
#include "phases.h"

#include <stdbool.h>
#include <stddef.h>

void kmain(const struct multiboot_info *info) {
  console_init();
  const char *options = command_line(info);
  const char *only = option_text(options, "phase");
  uint64_t scale = option_number(options, "scale", 1);
  bool ticks = option_flag(options, "ticks");
  bool found = false;
  for (size_t i = 0; i < PHASES; i++) {
    const struct phase *phase = &phases[i];
    if (only != NULL && !is_word(only, phase->name)) continue;
    found = true;
    uint64_t start = read_tsc();
    uint64_t checksum = phase->run(scale);
    uint64_t elapsed = read_tsc() - start;
    print("%s scale=%lu checksum=0x%016lx\n", phase->name, scale, checksum);
    if (ticks) print("%s ticks=%lu\n", phase->name, elapsed);
  }
  if (!found) {
    print("unknown phase; use phase=alu, memory, branch or call\n");
    debug_exit(1);
  }
  power_off();
}
