/* Entries for the exceptions that no sample expects: they all report and end the guest. */
#include "entry.inc"

  .cfi_sections .debug_frame
  .text
  ENTRY divide_error_entry, 0, unexpected_exception
  ENTRY debug_entry, 1, unexpected_exception
  ENTRY nmi_entry, 2, unexpected_exception
  ENTRY breakpoint_entry, 3, unexpected_exception
  ENTRY overflow_entry, 4, unexpected_exception
  ENTRY bound_range_entry, 5, unexpected_exception
  ENTRY invalid_opcode_entry, 6, unexpected_exception
  ENTRY device_not_available_entry, 7, unexpected_exception
  ENTRY double_fault_entry, 8, unexpected_exception, 1
  ENTRY invalid_tss_entry, 10, unexpected_exception, 1
  ENTRY segment_not_present_entry, 11, unexpected_exception, 1
  ENTRY stack_fault_entry, 12, unexpected_exception, 1
  ENTRY general_protection_entry, 13, unexpected_exception, 1
  ENTRY unexpected_page_fault_entry, 14, unexpected_exception, 1
  ENTRY x87_error_entry, 16, unexpected_exception
  ENTRY alignment_check_entry, 17, unexpected_exception, 1
  ENTRY machine_check_entry, 18, unexpected_exception
  ENTRY simd_error_entry, 19, unexpected_exception

/* The order is the vectors'; 0 where a vector is reserved. */
  .section .rodata
  .balign 8
  .globl exception_entries
exception_entries:
  .quad divide_error_entry, debug_entry, nmi_entry, breakpoint_entry, overflow_entry
  .quad bound_range_entry, invalid_opcode_entry, device_not_available_entry, double_fault_entry, 0
  .quad invalid_tss_entry, segment_not_present_entry, stack_fault_entry, general_protection_entry
  .quad unexpected_page_fault_entry, 0, x87_error_entry, alignment_check_entry
  .quad machine_check_entry, simd_error_entry

  .section .note.GNU-stack, "", @progbits
