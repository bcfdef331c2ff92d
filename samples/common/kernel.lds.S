/*
 * One image at 1 MiB. File offset minus physical address is the same for every segment, so that the
 * Multiboot header's address fields and the ELF program headers describe the same memory.
 */
OUTPUT_FORMAT(elf64-x86-64)
ENTRY(_start)

PHDRS
{
  text PT_LOAD FLAGS(5);
  rodata PT_LOAD FLAGS(4);
#ifdef USER
  user_text PT_LOAD FLAGS(5);
  user_data PT_LOAD FLAGS(6);
#endif
  data PT_LOAD FLAGS(6);
}

SECTIONS
{
  . = 1M;
  image_start = .;
  .multiboot : { KEEP(*(.multiboot)) } :text
  .text : { *(EXCLUDE_FILE(*/user.o) .text .text.*) } :text
  .rodata ALIGN(4K) : { *(EXCLUDE_FILE(*/user.o) .rodata .rodata.*) } :rodata

#ifdef USER
  /* The ring 3 program: runs at 1 GiB, waits in the image, is mapped page by page on demand. */
  user_image = ALIGN(4K);
  .user_text 0x40000000 : AT(user_image) { */user.o(.text .text.* .rodata .rodata.*) } :user_text
  .user_data ALIGN(4K) : AT(user_image + ALIGN(SIZEOF(.user_text), 4K)) {
    */user.o(.data .data.* .bss .bss.*)
    . = ALIGN(4K);
  } :user_data
  user_text_end = ADDR(.user_text) + SIZEOF(.user_text);
  user_end = ADDR(.user_data) + SIZEOF(.user_data);
  . = LOADADDR(.user_data) + SIZEOF(.user_data);
#endif

  .data ALIGN(4K) : AT(ADDR(.data)) { *(.data .data.*) . = ALIGN(8); } :data
  image_load_end = .;
  .bss ALIGN(4K) : AT(ADDR(.bss)) { *(.bss .bss.* COMMON) } :data
  image_bss_end = .;

  /DISCARD/ : { *(.comment .note.*) }
}
