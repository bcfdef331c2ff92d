/* The interrupts and the exception that traps takes. */
#include "../common/entry.inc"

  .cfi_sections .debug_frame
  .text
  ENTRY timer_entry, 32, timer_tick
  ENTRY serial_entry, 36, serial_interrupt
  ENTRY trap_invalid_opcode_entry, 6, invalid_opcode

  .section .note.GNU-stack, "", @progbits
