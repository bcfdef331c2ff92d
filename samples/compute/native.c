/* compute as a Linux program: the same options, as arguments; the same lines on standard output. */
#include "../common/options.h"
#include "phases.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  char line[256] = "";
  for (int i = 1; i < argc; i++) {
    if (strlen(line) + strlen(argv[i]) + 2 > sizeof line) {
      fprintf(stderr, "compute-native: arguments are too long\n");
      return 2;
    }
    strcat(strcat(line, argv[i]), " ");
  }
  const char *only = option_text(line, "phase");
  uint64_t scale = option_number(line, "scale", 1);
  bool found = false;
  for (size_t i = 0; i < PHASES; i++) {
    if (only != NULL && !is_word(only, phases[i].name)) continue;
    found = true;
    uint64_t checksum = phases[i].run(scale);
    printf("%s scale=%" PRIu64 " checksum=0x%016" PRIx64 "\n", phases[i].name, scale, checksum);
  }
  if (!found) {
    fprintf(stderr, "unknown phase; use phase=alu, memory, branch or call\n");
    return 2;
  }
  return 0;
}
