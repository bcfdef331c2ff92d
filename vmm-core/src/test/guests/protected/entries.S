/* A 32-bit Multiboot guest: entry, exception stubs, and code that runs in other rings and modes. */
  .code32
  .section .multiboot, "a"
  .balign 4
  .long 0x1BADB002, 0, -0x1BADB002

  .text
  .globl _start
_start:
  cli
  cld
  mov $stack_top, %esp
  call kmain
1:
  hlt
  jmp 1b

/* int run_probe(void (*probe)(void)) */
  .globl run_probe
run_probe:
  push %ebx
  push %ebp
  push %esi
  push %edi
  pushf
  mov 24(%esp), %eax
  mov %esp, saved_stack
  call *%eax
  xor %eax, %eax
leave_probe:
  cli
  mov saved_stack, %esp
  popf
  pop %edi
  pop %esi
  pop %ebp
  pop %ebx
  ret

/* void enter_ring3(eip, esp, eflags) */
  .globl enter_ring3
enter_ring3:
  mov 4(%esp), %eax
  mov 8(%esp), %ecx
  mov 12(%esp), %edx
  mov $0x23, %ebx
  mov %ebx, %ds
  mov %ebx, %es
  push $0x23
  push %ecx
  push %edx
  push $0x1B
  push %eax
  iret

/* void enter_v86(ip, eflags): CS = SS = DS = 0, SP = 7000h */
  .globl enter_v86
enter_v86:
  mov 4(%esp), %eax
  mov 8(%esp), %edx
  push $0x44  /* GS */
  push $0x33  /* FS */
  push $0x22  /* DS */
  push $0x11  /* ES */
  push $0
  push $0x7000
  or $0x20000, %edx
  push %edx
  push $0
  push %eax
  iret

  .macro stub vector
  .balign 16
  .if \vector == 8 || (\vector >= 10 && \vector <= 14) || \vector == 17
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
  mov %ss:(%esp), %eax
  mov %eax, %ss:seen
  mov %ss:4(%esp), %eax
  mov %eax, %ss:seen+4
  mov %ss:8(%esp), %eax
  mov %eax, %ss:seen+8
  mov %ss:12(%esp), %eax
  mov %eax, %ss:seen+12
  mov %ss:16(%esp), %eax
  mov %eax, %ss:seen+16
  mov %ss:20(%esp), %eax
  mov %eax, %ss:seen+20
  mov %ss:24(%esp), %eax
  mov %eax, %ss:seen+24
  mov %ss:28(%esp), %eax
  mov %eax, %ss:seen+28
  mov %ss:32(%esp), %eax
  mov %eax, %ss:seen+32
  mov %ss:36(%esp), %eax
  mov %eax, %ss:seen+36
  mov %ss:40(%esp), %eax
  mov %eax, %ss:seen+40
  mov %cr2, %eax
  mov %eax, %ss:seen+44
  xor %eax, %eax
  mov %ds, %ax
  mov %eax, %ss:seen+48
  mov %esp, %ss:seen+52
  mov $0x10, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %fs
  mov %eax, %gs
  mov %eax, %ss
  mov $1, %eax
  jmp leave_probe

/* The inner side of a call gate with two parameters: records them and returns, dropping them. */
  .globl gate_target
gate_target:
  mov $0x10, %eax
  mov %eax, %ds
  mov %esp, gate_seen
  mov (%esp), %eax
  mov %eax, gate_seen+4
  mov 4(%esp), %eax
  mov %eax, gate_seen+8
  mov 8(%esp), %eax
  mov %eax, gate_seen+12
  mov 12(%esp), %eax
  mov %eax, gate_seen+16
  mov 16(%esp), %eax
  mov %eax, gate_seen+20
  mov 20(%esp), %eax
  mov %eax, gate_seen+24
  lret $8

/* A task: counts, and goes back by IRET (nested) or by JMP to the first task. */
  .globl task_entry
task_entry:
  incl task_count
  pushf
  popl task_flags
  str %ax
  mov %eax, task_tr
  mov %cr0, %eax
  mov %eax, task_cr0
  clts
  iret
  jmp task_entry
  .globl task_jump
task_jump:
  incl task_count
  pushf
  popl task_flags
  clts
  ljmp $0x30, $0
  jmp task_jump

/* Real mode and back: runs at 7000h, copied there; leaves what it saw at 500h. */
  .globl real_blob, real_blob_end
  .balign 16
real_blob:
  .code32
  ljmp $0x50, $(real16 - real_blob + 0x7000)
  .code16
real16:
  mov $0x58, %ax
  mov %ax, %ds
  mov %ax, %es
  mov %ax, %ss
  mov %cr0, %eax
  and $~1, %eax
  mov %eax, %cr0
  ljmp $0x0700, $(real_mode - real_blob)
real_mode:
  mov %cs, %ax
  mov %ax, %ds
  xor %ax, %ax
  mov %ax, %es
  mov %ax, %ss
  mov $0x6ff0, %sp
  mov %cs, %es:0x500
  mov %es:0x80, %eax
  mov %eax, %es:0x520
  movw $(real_handler - real_blob), %es:0x80
  mov %cs, %es:0x82
  stc
  int $0x20
  mov %sp, %es:0x50c
  mov %es:0x520, %eax
  mov %eax, %es:0x80
  /* an unreal segment would let this through; a 64-KiB one does not */
  movw $(real_fault - real_blob), %es:(13 * 4)
  mov %cs, %es:(13 * 4 + 2)
  mov $0xffff, %bx
  mov %es:(%bx), %ax
real_after:
  mov %cr0, %eax
  or $1, %eax
  mov %eax, %cr0
  ljmpl $0x08, $real_done
real_handler:
  push %bp
  mov %sp, %bp
  mov 2(%bp), %ax
  mov %ax, %es:0x502
  mov 4(%bp), %ax
  mov %ax, %es:0x504
  mov 6(%bp), %ax
  mov %ax, %es:0x506
  mov %sp, %es:0x508
  pushf
  pop %ax
  mov %ax, %es:0x50a
  pop %bp
  iret
real_fault:
  incw %es:0x50e
  mov %sp, %bp
  movw $(real_after - real_blob), (%bp)
  iret
real_blob_end:
  .code32
real_done:
  mov $0x10, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  mov real_stack, %esp
  lidt real_idt
  pop %edi
  pop %esi
  pop %ebp
  pop %ebx
  ret

/* void real_trip(void) */
  .globl real_trip
real_trip:
  push %ebx
  push %ebp
  push %esi
  push %edi
  mov %esp, real_stack
  sidt real_idt
  lidt real_ivt
  ljmp $0x08, $0x7000

  .data
real_ivt: .word 0x3ff
  .long 0
real_idt: .word 0
  .long 0
  .bss
  .balign 16
  .space 16384
stack_top:
saved_stack: .long 0
real_stack: .long 0
  .globl seen, gate_seen, task_count, task_flags, task_tr, task_cr0
seen: .space 64
gate_seen: .space 32
task_count: .long 0
task_flags: .long 0
task_tr: .long 0
task_cr0: .long 0
