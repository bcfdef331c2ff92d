/* The interrupts that the monitor takes. */
#include "../common/entry.inc"

  .cfi_sections .debug_frame
  .text
  ENTRY timer_entry, 32, timer_tick
  ENTRY serial_entry, 36, serial_interrupt

  .section .note.GNU-stack, "", @progbits
