/*
 * Multiboot 1 entry: 32-bit protected mode without paging -> 64-bit long mode -> kmain(info).
 *
 * The header carries the address fields (flag bit 16), so that loaders which refuse a 64-bit ELF
 * with a plain header (QEMU's -kernel) take this file as it is. Multiboot specification 0.6.96,
 * section 3.1. Lines marked "trap:" cause VM exits and are listed in traps/expected.txt.
 */
#define HEADER_MAGIC 0x1BADB002
#define HEADER_FLAGS 0x00010003 /* page-aligned modules, memory information, address fields */
#define LOADER_MAGIC 0x2BADB002

#define PRESENT_WRITABLE 0x03
#define PRESENT_WRITABLE_USER 0x07
#define PRESENT_WRITABLE_LARGE 0x83
#define LARGE_PAGE 0x200000

#define DWARF_RIP 16 /* the return address in the System V psABI's DWARF register numbering */

#define CR0_PG_WP_NE_PE 0x80010021
#define CR4_PAE 0x20
#define MSR_EFER 0xC0000080
#define EFER_LME 0x100

  .cfi_sections .debug_frame

  .section .multiboot, "a"
  .balign 4
multiboot_header:
  .long HEADER_MAGIC
  .long HEADER_FLAGS
  .long -(HEADER_MAGIC + HEADER_FLAGS)
  .long multiboot_header
  .long image_start
  .long image_load_end
  .long image_bss_end
  .long _start

  .text
  .code32
  .globl _start
  .type _start, @function
_start:
  .cfi_startproc
  .cfi_undefined DWARF_RIP /* the outermost frame */
  cli
  cld
  mov $boot_stack_top, %esp
  cmp $LOADER_MAGIC, %eax
  jne not_multiboot
  mov %ebx, %edi /* the Multiboot information: kmain's argument */

  /* Identity-map 0..1 GiB (RAM) and 3..4 GiB (devices); 1..3 GiB stays free for ring 3. */
  movl $(pdpt + PRESENT_WRITABLE_USER), pml4
  movl $(pd_low + PRESENT_WRITABLE), pdpt
  movl $(pd_high + PRESENT_WRITABLE), pdpt + 3 * 8
  mov $pd_low, %ebx
  mov $PRESENT_WRITABLE_LARGE, %eax
  call fill_directory
  mov $pd_high, %ebx
  mov $(0xC0000000 + PRESENT_WRITABLE_LARGE), %eax
  call fill_directory

  /* The order is the manual's: SDM volume 3, section 10.8.5, "Initializing IA-32e Mode". */
  mov %cr4, %eax
  or $CR4_PAE, %eax
  mov %eax, %cr4 /* trap: enable PAE */
  mov $pml4, %eax
  mov %eax, %cr3 /* trap: load page tables */
  mov $MSR_EFER, %ecx
  rdmsr /* trap: read EFER */
  or $EFER_LME, %eax
  wrmsr /* trap: enable long mode */
  mov $CR0_PG_WP_NE_PE, %eax
  mov %eax, %cr0 /* trap: enable paging */
  lgdt boot_gdt_pointer
  ljmp $0x08, $long_mode
  .cfi_endproc
  .size _start, . - _start

/* EBX: the directory; EAX: its first entry. Fills 512 entries of 2 MiB each. */
  .type fill_directory, @function
fill_directory:
  .cfi_startproc
  .cfi_undefined DWARF_RIP /* 32-bit frames have no DWARF register numbers in a 64-bit file */
  xor %ecx, %ecx
1:
  mov %eax, (%ebx, %ecx, 8)
  add $LARGE_PAGE, %eax
  inc %ecx
  cmp $512, %ecx
  jne 1b
  ret
  .cfi_endproc
  .size fill_directory, . - fill_directory

  .type not_multiboot, @function
not_multiboot:
  .cfi_startproc
  .cfi_undefined DWARF_RIP
  mov $1, %al
  out %al, $0xF4
  hlt
  jmp not_multiboot
  .cfi_endproc
  .size not_multiboot, . - not_multiboot

  .code64
  .type long_mode, @function
long_mode:
  .cfi_startproc
  .cfi_undefined DWARF_RIP
  mov $0x10, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  mov %eax, %fs
  mov %eax, %gs
  mov $boot_stack_top, %rsp
  xor %ebp, %ebp
  mov %edi, %edi /* the upper halves are undefined after the switch */
  call kmain
1:
  cli
  hlt
  jmp 1b
  .cfi_endproc
  .size long_mode, . - long_mode

  .section .rodata
  .balign 8
boot_gdt:
  .quad 0
  .quad 0x00AF9B000000FFFF /* 0x08: 64-bit code, ring 0 */
  .quad 0x00CF93000000FFFF /* 0x10: data, ring 0 */
boot_gdt_pointer:
  .word . - boot_gdt - 1
  .long boot_gdt

  .bss
  .balign 4096
  .globl pml4
pml4:
  .skip 4096
  .globl pdpt
pdpt:
  .skip 4096
pd_low:
  .skip 4096
pd_high:
  .skip 4096
  .globl boot_stack
boot_stack:
  .skip 16384
boot_stack_top:

  .section .note.GNU-stack, "", @progbits
