/* Exception entries, and the jump back to whoever runs a probe. */
  .code64
  .text

/* int run_probe(void (*probe)(void)): 0 if it came back by itself, 1 after an exception. */
  .globl run_probe
run_probe:
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
  pushfq
  mov %rsp, saved_stack
  call *%rdi
  xor %eax, %eax
leave_probe:
  cli
  mov saved_stack, %rsp
  popfq
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbp
  pop %rbx
  ret

/* void enter_ring3(uint64_t rip, uint64_t rsp, uint64_t flags): comes back through INT 81h. */
  .globl enter_ring3
enter_ring3:
  mov $0x23, %eax
  mov %eax, %ds
  mov %eax, %es
  push $0x23
  push %rsi
  push %rdx
  push $0x2B
  push %rdi
  iretq

/* Every vector's stub pushes a zero where the processor pushes no error code. */
  .macro stub vector
  .balign 16
  .if \vector == 8 || \vector == 10 || \vector == 11 || \vector == 12 || \vector == 13 || \vector == 14 || \vector == 17
  push $\vector
  .else
  push $0
  push $\vector
  .endif
  jmp common
  .endm

  .balign 16
  .globl stubs
stubs:
  .set n, 0
  .rept 256
  stub n
  .set n, n + 1
  .endr

common:
  push %rax
  push %rcx
  push %rdi
  mov 24(%rsp), %rax
  mov %rax, seen_vector
  mov 32(%rsp), %rax
  mov %rax, seen_error
  mov 40(%rsp), %rax
  mov %rax, seen_rip
  mov 48(%rsp), %rax
  mov %rax, seen_cs
  mov 56(%rsp), %rax
  mov %rax, seen_flags
  mov 64(%rsp), %rax
  mov %rax, seen_rsp
  mov 72(%rsp), %rax
  mov %rax, seen_ss
  lea 40(%rsp), %rax
  mov %rax, seen_frame
  mov %cr2, %rax
  mov %rax, seen_cr2
  mov %dr6, %rax
  mov %rax, seen_dr6
  mov $0x10, %eax
  mov %eax, %ds
  mov %eax, %es
  mov $1, %eax
  jmp leave_probe

  .bss
  .balign 8
saved_stack: .quad 0
  .globl seen_vector, seen_error, seen_rip, seen_cs, seen_flags, seen_rsp, seen_ss, seen_cr2
  .globl seen_dr6, seen_frame
seen_vector: .quad 0
seen_error: .quad 0
seen_rip: .quad 0
seen_cs: .quad 0
seen_flags: .quad 0
seen_rsp: .quad 0
seen_ss: .quad 0
seen_cr2: .quad 0
seen_dr6: .quad 0
seen_frame: .quad 0
