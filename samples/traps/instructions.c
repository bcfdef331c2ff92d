/* Instructions that exit to the monitor every time, and some that never do. */
#include <stddef.h>

#include "../common/console.h"
#include "../common/cpu.h"
#include "../common/interrupts.h"
#include "../common/io.h"
#include "traps.h"

/* How often; expected.txt and the table in samples/README.md repeat these numbers. */
enum {
  CPUIDS = 3,
  INS = 4,
  WIDE_INS = 2,
  OUTS = 5,
  WIDE_OUTS = 2,
  STRING_OUTS = 2,
  STRING_BYTES = 8,
  STRING_INS = 6,
  RDMSRS = 7,
  WRMSRS = 6,
  CR_TOGGLES = 2, /* two writes each */
  DR_READS = 2,
  DR_WRITES = 2,
  VMCALLS = 3,
  XSETBVS = 2,
  WBINVDS = 3,
  INVDS = 2,
  MMIO_READS = 4,
  MMIO_WRITES = 3,
  IO_APIC_READS = 2,
  EXCEPTIONS = 3,
  HARMLESS = 5,
};

enum { POST_CODE = 0x80, PIC1_MASK = 0x21, PCI_ADDRESS = 0xCF8 };

static const uint64_t CR0_NE = 1 << 5;
static const uint64_t CR4_MCE = 1 << 6;
static const uint64_t CR4_OSXSAVE = 1 << 18;

static volatile uint64_t sink;

void trap_cpuid(void) {
  for (int i = 0; i < CPUIDS; i++) {
    sink = read_cpuid(0).eax; /* trap: CPUID */
  }
  print("CPUID %d\n", CPUIDS);
}

void trap_in(void) {
  for (int i = 0; i < INS; i++) {
    sink = inb(PIC1_MASK); /* trap: IN */
  }
  for (int i = 0; i < WIDE_INS; i++) {
    sink = inl(PCI_ADDRESS); /* trap: IN, 4 bytes */
  }
  print("IN %d + %d\n", INS, WIDE_INS);
}

void trap_out(void) {
  for (int i = 0; i < OUTS; i++) {
    outb(POST_CODE, i); /* trap: OUT */
  }
  for (int i = 0; i < WIDE_OUTS; i++) {
    outl(PCI_ADDRESS, 0); /* trap: OUT, 4 bytes */
  }
  print("OUT %d + %d\n", OUTS, WIDE_OUTS);
}

/* With REP, each element is an exit of its own. */
void trap_string_io(void) {
  static uint8_t buffer[STRING_BYTES];
  for (int i = 0; i < STRING_OUTS; i++) {
    const uint8_t *from = buffer;
    uint64_t count = STRING_BYTES;
    __asm__ volatile("rep outsb" /* trap: REP OUTS */
                     : "+S"(from), "+c"(count)
                     : "d"(POST_CODE)
                     : "memory");
  }
  for (int i = 0; i < STRING_INS; i++) {
    uint8_t *to = buffer;
    __asm__ volatile("insb" : "+D"(to) : "d"(PIC1_MASK) : "memory"); /* trap: INS */
  }
  print("OUTS %d x %d, INS %d\n", STRING_OUTS, STRING_BYTES, STRING_INS);
}

void trap_rdmsr(void) {
  for (int i = 0; i < RDMSRS; i++) {
    sink = read_msr(MSR_APIC_BASE); /* trap: RDMSR */
  }
  print("RDMSR %d\n", RDMSRS);
}

void trap_wrmsr(void) {
  for (int i = 0; i < WRMSRS; i++) {
    write_msr(MSR_LSTAR, 0x1000 + i); /* trap: WRMSR */
  }
  print("WRMSR %d\n", WRMSRS);
}

static uint64_t read_cr0(void) {
  uint64_t value;
  __asm__ volatile("mov %%cr0, %0" : "=r"(value)); /* trap: read CR0 */
  return value;
}

static uint64_t read_cr4(void) {
  uint64_t value;
  __asm__ volatile("mov %%cr4, %0" : "=r"(value)); /* trap: read CR4 */
  return value;
}

/* Bits that the monitor owns (their guest/host mask bit is set): a write that changes one exits. */
void trap_control_registers(void) {
  uint64_t cr0 = read_cr0();
  uint64_t cr4 = read_cr4();
  for (int i = 0; i < CR_TOGGLES; i++) {
    __asm__ volatile("mov %0, %%cr0" : : "r"(cr0 & ~CR0_NE));  /* trap: clear CR0.NE */
    __asm__ volatile("mov %0, %%cr0" : : "r"(cr0 | CR0_NE));   /* trap: set CR0.NE */
    __asm__ volatile("mov %0, %%cr4" : : "r"(cr4 | CR4_MCE));  /* trap: set CR4.MCE */
    __asm__ volatile("mov %0, %%cr4" : : "r"(cr4 & ~CR4_MCE)); /* trap: clear CR4.MCE */
  }
  print("CR0 %d, CR4 %d\n", 2 * CR_TOGGLES, 2 * CR_TOGGLES);
}

/* KVM stops intercepting these while a guest uses them; soft always exits. */
void trap_debug_registers(void) {
  for (int i = 0; i < DR_READS; i++) {
    uint64_t value;
    __asm__ volatile("mov %%dr6, %0" : "=r"(value)); /* trap: read DR6 */
    sink = value;
  }
  for (int i = 0; i < DR_WRITES; i++) {
    __asm__ volatile("mov %0, %%dr7" : : "r"(0x400ull)); /* trap: write DR7 */
  }
  print("DR %d + %d\n", DR_READS, DR_WRITES);
}

/* KVM's calling convention: the number in RAX, the result too. 1 is "poll for interrupts". */
void trap_vmcall(void) {
  for (int i = 0; i < VMCALLS; i++) {
    uint64_t number = 1;
    __asm__ volatile("vmcall" : "+a"(number) : : "memory"); /* trap: VMCALL */
  }
  print("VMCALL %d\n", VMCALLS);
}

void trap_xsetbv(void) {
  enum { X87 = 1, SSE = 2 };
  uint64_t cr4 = read_cr4();
  __asm__ volatile("mov %0, %%cr4" : : "r"(cr4 | CR4_OSXSAVE)); /* trap: set CR4.OSXSAVE */
  for (int i = 0; i < XSETBVS; i++) {
    __asm__ volatile("xsetbv" : : "a"(X87 | SSE), "d"(0), "c"(0)); /* trap: XSETBV */
  }
  print("XSETBV %d\n", XSETBVS);
}

void trap_wbinvd(void) {
  for (int i = 0; i < WBINVDS; i++) {
    __asm__ volatile("wbinvd" : : : "memory"); /* trap: WBINVD */
  }
  print("WBINVD %d\n", WBINVDS);
}

/* Not for real hardware: it would drop dirty lines. In a guest it always exits. */
void trap_invd(void) {
  for (int i = 0; i < INVDS; i++) {
    __asm__ volatile("invd" : : : "memory"); /* trap: INVD */
  }
  print("INVD %d\n", INVDS);
}

void trap_mmio(void) {
  volatile uint32_t *const apic_version = (volatile uint32_t *)0xFEE00030;
  volatile uint32_t *const apic_divide = (volatile uint32_t *)0xFEE003E0;
  volatile uint32_t *const io_apic_select = (volatile uint32_t *)0xFEC00000;
  volatile uint32_t *const io_apic_window = (volatile uint32_t *)0xFEC00010;
  for (int i = 0; i < MMIO_READS; i++) {
    sink = *apic_version; /* trap: MMIO read */
  }
  for (int i = 0; i < MMIO_WRITES; i++) {
    *apic_divide = 0xB; /* trap: MMIO write */
  }
  for (int i = 0; i < IO_APIC_READS; i++) {
    *io_apic_select = 1;    /* trap: I/O APIC select */
    sink = *io_apic_window; /* trap: I/O APIC read */
  }
  print("MMIO %d + %d + %d\n", MMIO_READS, MMIO_WRITES, 2 * IO_APIC_READS);
}

static volatile unsigned invalid_opcodes;

/* The handler, in the guest: steps over UD2. */
void invalid_opcode(struct frame *frame) {
  invalid_opcodes++;
  frame->rip += 2;
}

/* #UD is in the exception bitmap: the monitor sees it first, and hands it back. */
void trap_exception(void) {
  set_gate(6, trap_invalid_opcode_entry, 0);
  for (int i = 0; i < EXCEPTIONS; i++) {
    __asm__ volatile("ud2"); /* trap: UD2 */
  }
  print("#UD %u\n", invalid_opcodes);
}

/* What people believe to exit, and does not: EPT, TPR shadow and MSR bitmap take care of it. */
void no_traps(void) {
  for (int i = 0; i < HARMLESS; i++) {
    uint64_t value;
    __asm__ volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r"(value) : : "memory"); /* trap: CR3 */
    __asm__ volatile("mov %%cr8, %0; mov %0, %%cr8" : "=r"(value) : : "memory"); /* trap: CR8 */
    __asm__ volatile("invlpg (%0)" : : "r"(&sink) : "memory");                   /* trap: INVLPG */
    __asm__ volatile("rdtsc" : : : "rax", "rdx");                                /* trap: RDTSC */
    __asm__ volatile("clts");                                                    /* trap: CLTS */
    write_msr(MSR_KERNEL_GS_BASE, 0); /* trap: passed-through WRMSR */
    sink = read_msr(MSR_FS_BASE);     /* trap: passed-through RDMSR */
  }
  print("no exits: CR3, CR8, INVLPG, RDTSC, CLTS, FS and GS base\n");
}
