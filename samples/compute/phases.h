/* The work of compute: the same object file runs as a guest kernel and as a Linux program. */
#pragma once
#include <stdint.h>

/* Each phase runs its work scale times and returns a checksum of what it computed. */
uint64_t alu(uint64_t scale);
uint64_t memory(uint64_t scale);
uint64_t branch(uint64_t scale);
uint64_t call(uint64_t scale);

struct phase {
  const char *name;
  uint64_t (*run)(uint64_t scale);
};

enum { PHASES = 4 };
extern const struct phase phases[PHASES];
