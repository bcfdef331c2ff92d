/* The sections of traps: each causes VM exits from lines marked "trap: NAME"; see expected.txt. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "../common/frame.h"

/* What this machine takes; the sections that need more are skipped, and say so. */
struct features {
  bool xsave;      /* CPUID.1:ECX.XSAVE */
  bool hypercalls; /* the hypervisor's signature is one that takes VMCALL */
};
struct features detect_features(void);

/* instructions.c: exits that an instruction causes, whatever else happens */
void trap_cpuid(void);
void trap_in(void);
void trap_out(void);
void trap_string_io(void);
void trap_rdmsr(void);
void trap_wrmsr(void);
void trap_control_registers(void);
void trap_debug_registers(void);
void trap_vmcall(void);
void trap_xsetbv(void);
void trap_wbinvd(void);
void trap_invd(void);
void trap_mmio(void);
void trap_exception(void);
void no_traps(void);

/* events.c: exits that have to do with interrupts */
void events_init(void);
void trap_interrupt_window(void);
void trap_hlt(void);
void trap_external_interrupt(void);
void timer_tick(struct frame *frame);
void serial_interrupt(struct frame *frame);

/* entries.S */
void timer_entry(void);
void serial_entry(void);
void invalid_opcode(struct frame *frame);
void trap_invalid_opcode_entry(void);
