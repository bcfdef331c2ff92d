/* Instructions that C has no words for. */
#pragma once
#include <stdint.h>

struct cpuid {
  uint32_t eax, ebx, ecx, edx;
};

/* A macro, like those of io.h: the exit belongs to the caller's line. */
#define read_cpuid(leaf)                                                                         \
  ({                                                                                             \
    struct cpuid cpuid_result;                                                                   \
    __asm__ volatile("cpuid"                                                                     \
                     : "=a"(cpuid_result.eax), "=b"(cpuid_result.ebx), "=c"(cpuid_result.ecx),   \
                       "=d"(cpuid_result.edx)                                                    \
                     : "a"(leaf), "c"(0));                                                       \
    cpuid_result;                                                                                \
  })

#define read_msr(msr)                                                                            \
  ({                                                                                             \
    uint32_t msr_low, msr_high;                                                                  \
    __asm__ volatile("rdmsr" : "=a"(msr_low), "=d"(msr_high) : "c"(msr));                        \
    (uint64_t)msr_high << 32 | msr_low;                                                          \
  })

#define write_msr(msr, value)                                                                    \
  ({                                                                                             \
    uint64_t msr_value = (value);                                                                \
    __asm__ volatile("wrmsr"                                                                     \
                     :                                                                           \
                     : "a"((uint32_t)msr_value), "d"((uint32_t)(msr_value >> 32)), "c"(msr)      \
                     : "memory");                                                                \
  })

static inline uint64_t read_tsc(void) {
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  return (uint64_t)high << 32 | low;
}

static inline uint64_t read_cr2(void) {
  uint64_t value;
  __asm__ volatile("mov %%cr2, %0" : "=r"(value));
  return value;
}

enum {
  MSR_APIC_BASE = 0x1B,
  MSR_EFER = (int)0xC0000080,
  MSR_STAR = (int)0xC0000081,
  MSR_LSTAR = (int)0xC0000082,
  MSR_SYSCALL_MASK = (int)0xC0000084,
  MSR_FS_BASE = (int)0xC0000100,
  MSR_KERNEL_GS_BASE = (int)0xC0000102,
};

enum { EFER_SCE = 1 << 0, EFER_NXE = 1 << 11 };
