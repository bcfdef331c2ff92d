/* The ways into ring 0, and the way out of it. */
#include "../common/entry.inc"
#include "../common/selectors.inc"

#define PER_CPU_KERNEL_STACK %gs:0
#define PER_CPU_USER_STACK %gs:8
#define NO_VECTOR 0x100

  .cfi_sections .debug_frame
  .text

  ENTRY page_fault_entry, 14, page_fault, 1
  ENTRY timer_entry, 32, timer_tick
  ENTRY int80_entry, 0x80, handle_syscall

/*
 * SYSCALL: RCX holds the return address, R11 the flags, and RSP is still ring 3's. Builds the same
 * frame as an interrupt, so that handle_syscall does not care how it was reached.
 */
  .globl syscall_entry
  .type syscall_entry, @function
syscall_entry:
  .cfi_startproc simple
  .cfi_signal_frame
  .cfi_def_cfa DWARF_RSP, 0
  .cfi_register DWARF_RIP, 2 /* RCX */
  swapgs
  mov %rsp, PER_CPU_USER_STACK
  mov PER_CPU_KERNEL_STACK, %rsp
  .cfi_undefined DWARF_RIP /* for two pushes, ring 3's stack pointer is in no register */
  push $USER_DATA
  push PER_CPU_USER_STACK
  swapgs
  push %r11
  push $USER_CODE
  push %rcx
  .cfi_def_cfa DWARF_RSP, 40
  .cfi_offset DWARF_RIP, -40
  .cfi_offset DWARF_RSP, -16
  push $0
  .cfi_adjust_cfa_offset 8
  push $NO_VECTOR
  .cfi_adjust_cfa_offset 8
  SAVE_ALL
  cld
  mov %rsp, %rdi
  call handle_syscall
  RESTORE_ALL
  add $16, %rsp
  .cfi_adjust_cfa_offset -16
  pop %rcx
  .cfi_def_cfa DWARF_RSP, 32
  .cfi_register DWARF_RIP, 2
  add $8, %rsp
  .cfi_adjust_cfa_offset -8
  pop %r11
  .cfi_adjust_cfa_offset -8
  pop %rsp
  .cfi_def_cfa DWARF_RSP, 0
  .cfi_same_value DWARF_RSP
  sysretq
  .cfi_endproc
  .size syscall_entry, . - syscall_entry

/* enter_user(entry, argument, stack): the first way into ring 3; does not return. */
  .globl enter_user
  .type enter_user, @function
enter_user:
  .cfi_startproc
  .cfi_undefined DWARF_RIP
  push $USER_DATA
  push %rdx
  push $0x202 /* interrupts on */
  push $USER_CODE
  push %rdi
  mov %rsi, %rdi
  xor %eax, %eax
  xor %ebx, %ebx
  xor %ecx, %ecx
  xor %edx, %edx
  xor %esi, %esi
  xor %ebp, %ebp
  xor %r8d, %r8d
  xor %r9d, %r9d
  xor %r10d, %r10d
  xor %r11d, %r11d
  xor %r12d, %r12d
  xor %r13d, %r13d
  xor %r14d, %r14d
  xor %r15d, %r15d
  iretq
  .cfi_endproc
  .size enter_user, . - enter_user

  .section .note.GNU-stack, "", @progbits
