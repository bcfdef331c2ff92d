/* What the kernel's files share with each other and with the ring 3 program. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "../common/frame.h"

/* System calls: the number in RAX, arguments in RDI, RSI, RDX; the result in RAX. */
enum syscall {
  SYS_EXIT,    /* (status) */
  SYS_WRITE,   /* (text, length) -> length, or -1 where the program may not read the text */
  SYS_GET_ID,  /* () -> 42: as little work as a call can do */
  SYS_TICKS,   /* () -> timer interrupts so far */
  SYS_SLEEP,   /* (ticks): waits for that many timer interrupts in HLT */
};

/* Where the ring 3 program lives: below its image end in kernel.lds.S, above by demand. */
enum {
  USER_BASE = 0x40000000,
  USER_HEAP = 0x40400000,
  USER_HEAP_END = USER_HEAP + 16 * 4096,
  USER_STACK_END = 0x40600000,
  USER_STACK = USER_STACK_END - 4 * 4096,
};


/* What happened, for the report at the end. */
struct counters {
  uint64_t syscalls;
  uint64_t software_interrupts;
  uint64_t page_faults;
  uint64_t ticks_in_kernel;
  uint64_t ticks_in_user;
};
extern struct counters counters;

/* Where ring 3 begins, with the number of loops in RDI; calls user_main. */
void user_start(void);

/* entries.S */
void syscall_entry(void);
void int80_entry(void);
void page_fault_entry(void);
void timer_entry(void);
_Noreturn void enter_user(void (*entry)(void), uint64_t argument, uint64_t stack);

/* Handlers, called by the entries of the same names. */
void handle_syscall(struct frame *frame);
void page_fault(struct frame *frame);
void timer_tick(struct frame *frame);

/* Makes an empty tree of page tables for ring 3. */
void pages_init(void);

/* Whether ring 3 may read that range; maps what is not there yet. */
bool user_readable(uint64_t address, uint64_t length);

_Noreturn void report_and_power_off(uint64_t status);
