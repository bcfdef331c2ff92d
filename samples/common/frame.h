/* The registers that an entry into ring 0 saves; common/entry.inc pushes them in this order. */
#pragma once
#include <stdint.h>

struct frame {
  uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
  uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
  uint64_t vector;     /* of the interrupt or exception; NO_VECTOR for SYSCALL */
  uint64_t error_code; /* 0 where the processor pushes none */
  uint64_t rip, cs, rflags, rsp, ss;
};

enum { NO_VECTOR = 0x100 };
