/*
 * What system instructions and exceptions do in 64-bit mode, printed line by line: the same guest
 * runs on Ringside's processor and on QEMU's, and the lines are compared.
 */
#include "console.h"
#include "cpu.h"
#include "io.h"
#include "power.h"
#include <stdint.h>

extern uint64_t seen_vector, seen_error, seen_rip, seen_cs, seen_flags, seen_rsp, seen_ss;
extern uint64_t seen_cr2, seen_dr6, seen_frame;
extern char stubs[];
int run_probe(void (*probe)(void));
void enter_ring3(uint64_t rip, uint64_t rsp, uint64_t flags);
void kmain(uint64_t info);

#define PAGE 4096
#define BASE 0x8000000000ul /* the pages under test */
#define CODE_PAGE 0
#define STACK_PAGE 1
#define TEST_PAGE 4

static uint64_t pml4[512] __attribute__((aligned(PAGE)));
static uint64_t pdpt[512] __attribute__((aligned(PAGE)));
static uint64_t pd[512] __attribute__((aligned(PAGE)));
static uint64_t pt[512] __attribute__((aligned(PAGE)));
static uint8_t frames[16][PAGE] __attribute__((aligned(PAGE)));
static uint8_t ist_stack[PAGE] __attribute__((aligned(16)));
static uint8_t ring0_stack[PAGE] __attribute__((aligned(16)));

static uint64_t gdt[24];
static struct { uint64_t low, high; } idt[256] __attribute__((aligned(16)));
static uint32_t tss[32 + 2048 / 4 + 1];
struct pointer { uint16_t limit; uint64_t base; } __attribute__((packed));

enum { P = 1, W = 2, U = 4, A = 0x20, D = 0x40, LARGE = 0x80 };
#define NX (1ull << 63)

static uint64_t read_cr0(void) { uint64_t v; __asm__ volatile("mov %%cr0, %0" : "=r"(v)); return v; }
static uint64_t read_cr3(void) { uint64_t v; __asm__ volatile("mov %%cr3, %0" : "=r"(v)); return v; }
static uint64_t read_cr4(void) { uint64_t v; __asm__ volatile("mov %%cr4, %0" : "=r"(v)); return v; }
static void write_cr0(uint64_t v) { __asm__ volatile("mov %0, %%cr0" : : "r"(v) : "memory"); }
static void write_cr3(uint64_t v) { __asm__ volatile("mov %0, %%cr3" : : "r"(v) : "memory"); }
static void write_cr4(uint64_t v) { __asm__ volatile("mov %0, %%cr4" : : "r"(v) : "memory"); }
static void flush(void) { write_cr3(read_cr3()); }

static void gate(int vector, uint64_t target, int selector, int ist, int type) {
  idt[vector].low = (target & 0xffff) | (uint64_t)selector << 16 | (uint64_t)ist << 32 |
                    (uint64_t)type << 40 | (target & 0xffff0000) << 32;
  idt[vector].high = target >> 32;
}

static void gates(void) {
  for (int v = 0; v < 256; v++)
    gate(v, (uint64_t)stubs + 16 * v, 0x08, 0, v == 3 || v == 4 || v == 0x80 || v == 0x81 ? 0xEE : 0x8E);
}

static void tables(void) {
  gdt[1] = 0x00AF9B000000FFFF;  /* 08 code64 */
  gdt[2] = 0x00CF93000000FFFF;  /* 10 data */
  gdt[3] = 0x00CFFB000000FFFF;  /* 18 code32, ring 3 */
  gdt[4] = 0x00CFF3000000FFFF;  /* 20 data, ring 3 */
  gdt[5] = 0x00AFFB000000FFFF;  /* 28 code64, ring 3 */
  gdt[6] = 0x00CF9B000000FFFF;  /* 30 code32 */
  gdt[7] = 0x00CF13000000FFFF;  /* 38 data, not present */
  gdt[8] = 0x00CF91000000FFFF;  /* 40 data, read-only */
  gdt[9] = 0x00AF1B000000FFFF;  /* 48 code64, not present */
  gdt[10] = 0x00AF9F000000FFFF; /* 50 conforming code64 */
  gdt[11] = 0x00AF99000000FFFF; /* 58 execute-only code64 */
  gdt[12] = 0x00409300000000FF; /* 60 data, byte limit FF */
  uint64_t base = (uint64_t)tss;
  gdt[14] = (uint64_t)(sizeof tss - 1) | (base & 0xffffff) << 16 | 0x89ull << 40 | (base >> 24 & 0xff) << 56;
  gdt[15] = base >> 32;         /* 70 TSS */
  uint64_t handler = (uint64_t)stubs + 16 * 0x90;
  gdt[16] = (handler & 0xffff) | 0x08ull << 16 | 0xECull << 40 | (handler >> 16 & 0xffff) << 48;
  gdt[17] = handler >> 32;      /* 80 call gate, DPL 3 */
  *(uint64_t *)&tss[1] = (uint64_t)(ring0_stack + PAGE);
  *(uint64_t *)&tss[9] = (uint64_t)(ist_stack + PAGE);
  tss[25] = 104 << 16;
  for (unsigned i = 0; i < 2048 / 4 + 1; i++)
    tss[26 + i] = 0xffffffff;
  ((uint8_t *)&tss[26])[0x60 >> 3] &= ~1; /* port 60h is ring 3's */
  struct pointer p = {sizeof gdt - 1, (uint64_t)gdt};
  __asm__ volatile("lgdt %0" : : "m"(p));
  struct pointer q = {sizeof idt - 1, (uint64_t)idt};
  gates();
  __asm__ volatile("lidt %0" : : "m"(q));
  __asm__ volatile("ltr %w0" : : "r"(0x70));
  __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%ss; mov %0, %%fs; mov %0, %%gs" : : "r"(0x10));
  __asm__ volatile("pushq $8; lea 1f(%%rip), %%rax; push %%rax; lretq; 1:" : : : "rax", "memory");
}

static void map(int page, uint64_t bits) {
  pt[page] = bits ? (uint64_t)frames[page] | bits : 0;
  flush();
}

static void pages(void) {
  uint64_t *old = (uint64_t *)(read_cr3() & ~0xfffull);
  for (int i = 0; i < 512; i++)
    pml4[i] = old[i];
  pml4[BASE >> 39 & 511] = (uint64_t)pdpt | P | W | U;
  pdpt[BASE >> 30 & 511] = (uint64_t)pd | P | W | U;
  pd[0] = (uint64_t)pt | P | W | U;
  pd[1] = 0x200000 | P | W | U | LARGE;
  write_cr3((uint64_t)pml4);
  map(CODE_PAGE, P | U | W);
  map(STACK_PAGE, P | U | W);
  map(TEST_PAGE, P | U | W);
  map(TEST_PAGE + 1, P | U | W);
}

static const char *where(uint64_t address) {
  if (address >= BASE && address < BASE + 0x400000)
    return "test+";
  return "";
}

static void number(const char *name, uint64_t value) {
  if (value >= BASE && value < BASE + 0x400000)
    print(" %s=%s%lx", name, where(value), value - BASE);
  else if (value >= 0x100000 && value < 0x200000)
    print(" %s=kernel", name);
  else
    print(" %s=%lx", name, value);
}

/* QEMU's TCG leaves these out (it does not check, or dies of it): only a processor that does runs them. */
static int tcg(void) {
  struct cpuid id = read_cpuid(0x40000000);
  return id.ebx == 0x54474354; /* "TCGT" */
}

/* Runs a probe and prints what came of it. */
static void check(const char *name, void (*probe)(void)) {
  seen_cr2 = 0;
  int raised = run_probe(probe);
  print("%s:", name);
  if (!raised) {
    print(" no exception\n");
    return;
  }
  print(" vector=%lu error=%lx cs=%lx", seen_vector, seen_error, seen_cs);
  if (seen_vector == 14)
    number("cr2", seen_cr2);
  if (seen_vector == 1)
    print(" dr6=%lx", seen_dr6 & 0xe00f);
  if (seen_rip >= BASE && seen_rip < BASE + 0x400000)
    number("rip", seen_rip);
  print(" if=%lu rf=%lu tf=%lu ss=%lx\n", seen_flags >> 9 & 1, seen_flags >> 16 & 1,
        seen_flags >> 8 & 1, seen_ss);
}

static uint8_t *const test = (uint8_t *)(BASE + TEST_PAGE * PAGE);
static uint8_t *const code = (uint8_t *)(BASE + CODE_PAGE * PAGE);

static void load(void) { *(volatile uint8_t *)(test + 0x123); }
static void store(void) { *(volatile uint8_t *)(test + 0x123) = 1; }
static void jump(void) { ((void (*)(void))test)(); }
static void crossing(void) { *(volatile uint64_t *)(test + PAGE - 3) = 1; }
static uint64_t ring3_flags = 0x202;
static void ring3(void) { enter_ring3((uint64_t)code, BASE + (STACK_PAGE + 1) * PAGE - 16, ring3_flags); }

/* Ring 3 code: bytes, then INT 81h. */
static void user(const char *name, const void *bytes, unsigned length) {
  for (unsigned i = 0; i < length; i++)
    code[i] = ((const uint8_t *)bytes)[i];
  code[length] = 0xCD;
  code[length + 1] = 0x81;
  check(name, ring3);
}
#define USER(name, ...) do { static const uint8_t b[] = {__VA_ARGS__}; user(name, b, sizeof b); } while (0)

static void put64(uint64_t value, uint8_t *at) {
  for (int i = 0; i < 8; i++)
    at[i] = value >> (8 * i);
}

static void user_access(const char *name, int write) {
  uint8_t b[12] = {0x48, 0xB8}; /* mov rax, test+123h */
  put64((uint64_t)test + 0x123, b + 2);
  b[10] = write ? 0x88 : 0x8A; /* mov [rax], al or mov al, [rax] */
  b[11] = 0x00;
  user(name, b, 12);
}

static void user_jump(const char *name) {
  uint8_t b[12] = {0x48, 0xB8};
  put64((uint64_t)test, b + 2);
  b[10] = 0xFF;
  b[11] = 0xE0;
  user(name, b, 12);
}

static void bits(const char *name) {
  print("%s: pte bits %lx\n", name, pt[TEST_PAGE] & 0xfff);
}

static void paging(void) {
  test[0] = 0xC3;
  map(TEST_PAGE, 0);
  check("read, not present", load);
  check("write, not present", store);
  check("fetch, not present", jump);
  user_access("user read, not present", 0);
  user_access("user write, not present", 1);
  user_jump("user fetch, not present");
  map(TEST_PAGE, P);
  check("read of a read-only page", load);
  bits("after a read");
  check("write of a read-only page", store);
  write_cr0(read_cr0() & ~0x10000ull);
  check("write of a read-only page, WP off", store);
  bits("after a write with WP off");
  write_cr0(read_cr0() | 0x10000);
  user_access("user read of a supervisor page", 0);
  user_access("user write of a supervisor page", 1);
  map(TEST_PAGE, P | U);
  user_access("user read of a user page", 0);
  user_access("user write of a read-only user page", 1);
  map(TEST_PAGE, P | U | W);
  check("write", store);
  bits("after a write");
  write_msr(MSR_EFER, read_msr(MSR_EFER) & ~(uint64_t)EFER_NXE);
  map(TEST_PAGE, P | U | W | NX);
  check("read with NX reserved", load);
  user_access("user read with NX reserved", 0);
  write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_NXE);
  flush();
  check("read of an NX page", load);
  check("fetch from an NX page", jump);
  user_jump("user fetch from an NX page");
  map(TEST_PAGE, P | U | W | 1ull << 51);
  check("read with a reserved address bit", load);
  check("write with a reserved address bit", store);
  map(TEST_PAGE, P | U | W);
  map(TEST_PAGE + 1, 0);
  check("a write across a page boundary", crossing);
  map(TEST_PAGE + 1, P | U | W);
  uint64_t saved = pd[1];
  pd[1] |= 0x2000;
  flush();
  __asm__ volatile("" : : : "memory");
  static volatile uint8_t *large = (uint8_t *)BASE + 0x200000;
  check("a large page with a reserved bit", ({ void f(void) { *large; } f; }));
  pd[1] = saved;
  flush();
  check("a large page", ({ void f(void) { *large; } f; }));
  print("its bits: %lx\n", pd[1] & 0xfff);
  pdpt[BASE >> 30 & 511] &= ~(uint64_t)U;
  flush();
  user_access("user read below a supervisor PDPTE", 0);
  pdpt[BASE >> 30 & 511] |= U;
  pd[0] &= ~(uint64_t)W;
  flush();
  check("write below a read-only PDE", store);
  pd[0] |= W;
  flush();
  check("a non-canonical read", ({ void f(void) { *(volatile uint8_t *)0x800000000000ull; } f; }));
}

static void smep_and_smap(void) {
  if (!(read_cpuid(7).ebx & 1 << 7) || !(read_cpuid(7).ebx & 1 << 20)) {
    print("no SMEP or SMAP\n");
    return;
  }
  map(TEST_PAGE, P | U | W);
  test[0] = 0xC3;
  write_cr4(read_cr4() | 1 << 20);
  check("SMEP: fetch from a user page", jump);
  write_cr4((read_cr4() & ~(1ull << 20)) | 1 << 21);
  check("SMAP: read of a user page", load);
  check("SMAP: write of a user page", store);
  check("SMAP: fetch from a user page", jump);
  check("SMAP: read with AC", ({ void f(void) { __asm__ volatile("stac"); load(); __asm__ volatile("clac"); } f; }));
  write_cr4(read_cr4() & ~(1ull << 21));
  USER("STAC in ring 3", 0x0F, 0x01, 0xCB);
}

#define RING0(name, text) check(name, ({ void f(void) { __asm__ volatile(text : : : "rax", "rcx", "rdx", "memory"); } f; }))

static void privileges(void) {
  USER("user: nothing", 0x90);
  USER("user: CLI", 0xFA);
  USER("user: STI", 0xFB);
  USER("user: HLT", 0xF4);
  USER("user: MOV from CR0", 0x0F, 0x20, 0xC0);
  USER("user: MOV to CR3", 0x0F, 0x22, 0xD8);
  USER("user: MOV from DR7", 0x0F, 0x21, 0xF8);
  USER("user: RDMSR", 0x0F, 0x32);
  USER("user: WRMSR", 0x0F, 0x30);
  USER("user: LGDT", 0x0F, 0x01, 0x14, 0x24);
  USER("user: LIDT", 0x0F, 0x01, 0x1C, 0x24);
  USER("user: LLDT", 0x0F, 0x00, 0xD0);
  USER("user: LTR", 0x0F, 0x00, 0xD8);
  USER("user: CLTS", 0x0F, 0x06);
  USER("user: LMSW", 0x0F, 0x01, 0xF0);
  USER("user: INVLPG", 0x0F, 0x01, 0x3C, 0x24);
  USER("user: WBINVD", 0x0F, 0x09);
  USER("user: INVD", 0x0F, 0x08);
  USER("user: SWAPGS", 0x0F, 0x01, 0xF8);
  USER("user: SYSRET", 0x0F, 0x07);
  USER("user: IN from 60h", 0xE4, 0x60);
  USER("user: IN from 61h", 0xE4, 0x61);
  USER("user: IN of 2 bytes from 5Fh", 0x66, 0xE5, 0x5F);
  USER("user: INT 80h", 0xCD, 0x80);
  USER("user: INT 82h", 0xCD, 0x82);
  USER("user: INT3", 0xCC);
  USER("user: UD2", 0x0F, 0x0B);
  USER("user: DIV by 0", 0x31, 0xC9, 0xF7, 0xF1);
  USER("user: MOV DS, kernel data", 0xB8, 0x10, 0, 0, 0, 0x8E, 0xD8);
  USER("user: MOV DS, 3", 0xB8, 3, 0, 0, 0, 0x8E, 0xD8);
  USER("user: MOV DS, beyond the GDT", 0xB8, 0xF8, 1, 0, 0, 0x8E, 0xD8);
  USER("user: MOV SS, null", 0x31, 0xC0, 0x8E, 0xD0);
  USER("user: MOV SS, kernel data", 0xB8, 0x10, 0, 0, 0, 0x8E, 0xD0);
  USER("user: MOV DS, code", 0xB8, 0x2B, 0, 0, 0, 0x8E, 0xD8);
  USER("user: IRETQ to the kernel", 0x6A, 0x10, 0x6A, 0x00, 0x6A, 0x02, 0x6A, 0x08, 0x6A, 0x00, 0x48, 0xCF);
  USER("user: RETF to the kernel", 0x6A, 0x08, 0x6A, 0x00, 0x48, 0xCB);
  USER("user: PUSHF, POPF of IOPL 3, PUSHF", 0x9C, 0x81, 0x0C, 0x24, 0x00, 0x30, 0, 0, 0x9D, 0xFA);
  USER("user: SMSW", 0x0F, 0x01, 0xE0);
  USER("user: SGDT", 0x0F, 0x01, 0x44, 0x24, 0xF0);
  USER("user: a call gate", 0x48, 0xFF, 0x1C, 0x25, 0, 0, 0, 0);
  ring3_flags = 0x3202;
  USER("user, IOPL 3: CLI", 0xFA);
  USER("user, IOPL 3: IN from 61h", 0xE4, 0x61);
  ring3_flags = 0x302;
  USER("user, TF: NOP", 0x90);
  USER("user, TF: XOR", 0x31, 0xC0);
  ring3_flags = 0x202;
}

static void segments(void) {
  __asm__ volatile("lldt %w0" : : "r"(0));
  RING0("MOV DS, not present", "mov $0x38, %%eax; mov %%eax, %%ds");
  RING0("MOV DS, read-only", "mov $0x40, %%eax; mov %%eax, %%ds");
  RING0("MOV SS, not present", "mov $0x38, %%eax; mov %%eax, %%ss");
  RING0("MOV SS, read-only", "mov $0x40, %%eax; mov %%eax, %%ss");
  RING0("MOV SS, null", "xor %%eax, %%eax; mov %%eax, %%ss; mov $0x10, %%eax; mov %%eax, %%ss");
  RING0("MOV SS, RPL 3", "mov $0x13, %%eax; mov %%eax, %%ss");
  RING0("MOV DS, execute-only", "mov $0x58, %%eax; mov %%eax, %%ds");
  RING0("MOV DS, code", "mov $0x08, %%eax; mov %%eax, %%ds");
  RING0("MOV DS, TSS", "mov $0x70, %%eax; mov %%eax, %%ds");
  RING0("MOV DS, beyond the GDT", "mov $0x1F8, %%eax; mov %%eax, %%ds");
  RING0("MOV DS, in no LDT", "mov $0x14, %%eax; mov %%eax, %%ds");
  RING0("LTR of a busy TSS", "mov $0x70, %%eax; ltr %%ax");
  RING0("LTR of data", "mov $0x10, %%eax; ltr %%ax");
  RING0("LLDT of null", "xor %%eax, %%eax; lldt %%ax");
  RING0("LLDT of data", "mov $0x10, %%eax; lldt %%ax");
  RING0("RETF to not present", "push $0x48; push $0; lretq");
  RING0("RETF to null", "push $0; push $0; lretq");
  RING0("RETF to data", "push $0x10; push $0; lretq");
  RING0("RETF to a non-canonical address", "push $8; mov $0x800000000000, %%rax; push %%rax; lretq");
  RING0("IRETQ with NT", "pushfq; orl $0x4000, (%%rsp); popfq; iretq");
  RING0("IRETQ to null SS in ring 3", "push $0; push $0; pushfq; push $0x2B; push $0; iretq");
  RING0("SYSEXIT without a CS", "sysexitl");
  RING0("SYSENTER without a CS", "sysenter");
  for (int s = 0; s < 0x90; s += 8) {
    uint64_t lar = 0, lsl = 0;
    uint8_t a, l, r, w;
    __asm__ volatile("lar %w4, %k0; setz %1; lsl %w4, %k2; setz %3"
                     : "+r"(lar), "=&r"(a), "+r"(lsl), "=&r"(l) : "r"(s) : "cc");
    __asm__ volatile("verr %w2; setz %0; verw %w2; setz %1" : "=&r"(r), "=&r"(w) : "r"(s) : "cc");
    print("selector %x: lar %d %lx lsl %d %lx verr %d verw %d\n", s, a, lar, l, lsl, r, w);
  }
}

static void controls(void) {
  RING0("CR8: 15", "mov $15, %%eax; mov %%rax, %%cr8; xor %%eax, %%eax; mov %%rax, %%cr8");
  RING0("XGETBV without OSXSAVE", "xor %%ecx, %%ecx; xgetbv");
  RING0("DR4 with DE", "mov %%cr4, %%rax; bts $3, %%rax; mov %%rax, %%cr4; mov %%dr4, %%rax");
  write_cr4(read_cr4() & ~8ull);
  RING0("DR7: bit 32", "mov $1, %%eax; shl $32, %%rax; mov %%rax, %%dr7");
  RING0("DR6: bit 32", "mov $1, %%eax; shl $32, %%rax; mov %%rax, %%dr6");
  RING0("INT3", "int3");
  RING0("LMSW cannot leave protected mode", "xor %%eax, %%eax; lmsw %%ax");
}

static void strict(void) {
  RING0("strict: CR0: PG without PE", "mov %%cr0, %%rax; btr $0, %%eax; mov %%rax, %%cr0");
  RING0("strict: CR0: NW without CD", "mov %%cr0, %%rax; bts $29, %%eax; mov %%rax, %%cr0");
  RING0("strict: CR0: bit 32", "mov %%cr0, %%rax; bts $32, %%rax; mov %%rax, %%cr0");
  RING0("strict: CR0: PG off in 64-bit mode", "mov %%cr0, %%rax; btr $31, %%eax; mov %%rax, %%cr0");
  RING0("strict: CR4: PAE off in long mode", "mov %%cr4, %%rax; btr $5, %%rax; mov %%rax, %%cr4");
  RING0("strict: CR4: bit 31", "mov %%cr4, %%rax; bts $31, %%rax; mov %%rax, %%cr4");
  RING0("strict: CR3: bit 60", "mov %%cr3, %%rax; bts $60, %%rax; mov %%rax, %%cr3");
  RING0("strict: CR8: 16", "mov $16, %%eax; mov %%rax, %%cr8");
  RING0("strict: EFER: a reserved bit", "mov $0xC0000080, %%ecx; rdmsr; bts $5, %%eax; wrmsr");
  RING0("strict: EFER: LME off", "mov $0xC0000080, %%ecx; rdmsr; btr $8, %%eax; wrmsr");
  RING0("strict: LSTAR: non-canonical", "mov $0xC0000082, %%ecx; xor %%eax, %%eax; mov $0x8000, %%edx; wrmsr");
  RING0("strict: GS base: non-canonical", "mov $0xC0000101, %%ecx; xor %%eax, %%eax; mov $0x8000, %%edx; wrmsr");
  RING0("strict: LTR of null", "xor %%eax, %%eax; ltr %%ax");
  __asm__ volatile("mov %0, %%dr6" : : "r"(0ull));
  RING0("strict: GD", "mov $0x2000, %%eax; mov %%rax, %%dr7; mov %%dr0, %%rax");
  RING0("strict: INT1", ".byte 0xF1");
  USER("strict: user: INT1", 0xF1);
  gate(12, (uint64_t)stubs + 16 * 12, 0x08, 1, 0x8E);
  check("strict: a non-canonical push", ({ void f(void) {
    __asm__ volatile("mov %0, %%rsp; push %%rax" : : "r"(0x800000000010ull)); } f; }));
  gates();
  check("strict: a non-canonical read through RBP", ({ void f(void) {
    __asm__ volatile("push %%rbp; mov %0, %%rbp; mov (%%rbp), %%al; pop %%rbp" : : "r"(0x800000000010ull) : "rax"); } f; }));
  tss[1] = 0;
  tss[2] = 0x8000;
  gate(12, (uint64_t)stubs + 16 * 12, 0x08, 1, 0x8E);
  USER("strict: ring 3 with a non-canonical RSP0", 0xCD, 0x80);
  gates();
  *(uint64_t *)&tss[1] = (uint64_t)(ring0_stack + PAGE);
  RING0("strict: SYSRET to a non-canonical address", "mov $0x800000000000, %%rcx; sysretq");
}

static void debugging(void) {
  RING0("TF", "pushfq; orl $0x100, (%%rsp); popfq; nop; nop");
  RING0("TF and MOV SS", "mov $0x10, %%eax; pushfq; orl $0x100, (%%rsp); popfq; mov %%eax, %%ss; nop; nop");
  RING0("TF and CPUID", "push %%rbx; pushfq; orl $0x100, (%%rsp); xor %%eax, %%eax; popfq; cpuid; pop %%rbx");
  RING0("TF and INT 80h", "pushfq; orl $0x100, (%%rsp); popfq; int $0x80");
  static uint64_t watched;
  check("data breakpoint, write", ({ void f(void) {
    __asm__ volatile("mov %0, %%dr0; mov %1, %%dr7" : : "r"(&watched), "r"(0xD0001ull));
    watched = 1;
    __asm__ volatile("" : : : "memory"); } f; }));
  check("data breakpoint, read", ({ void f(void) {
    __asm__ volatile("mov %0, %%dr1; mov %1, %%dr7" : : "r"(&watched), "r"(0xF00004ull));
    *(volatile uint64_t *)&watched; } f; }));
  __asm__ volatile("mov %0, %%dr7; mov %0, %%dr6" : : "r"(0ull));
  check("data breakpoint, write only, read", ({ void f(void) {
    __asm__ volatile("mov %0, %%dr1; mov %1, %%dr7" : : "r"(&watched), "r"(0xD00004ull));
    *(volatile uint64_t *)&watched; } f; }));
  __asm__ volatile("mov %0, %%dr7; mov %0, %%dr6" : : "r"(0ull));
  code[0] = 0x90;
  code[1] = 0xC3;
  check("instruction breakpoint", ({ void f(void) {
    __asm__ volatile("mov %0, %%dr2; mov %1, %%dr7" : : "r"(code), "r"(0x10ull));
    ((void (*)(void))code)(); } f; }));
  check("instruction breakpoint passed with RF", ({ void f(void) {
    __asm__ volatile("mov %0, %%dr2; mov %1, %%dr7" : : "r"(code), "r"(0x10ull));
    __asm__ volatile("lea 1f(%%rip), %%rcx; push %%rcx; mov %%rsp, %%rcx; push $0x10; push %%rcx;"
                     "pushfq; orl $0x10000, (%%rsp); push $8; push %%rax; iretq; 1:"
                     : : "a"(code) : "rcx", "memory"); } f; }));
  __asm__ volatile("mov %0, %%dr7; mov %0, %%dr6" : : "r"(0ull));
}

static void alignment(void) {
  uint8_t b[13] = {0x48, 0xB8}; /* mov rax, test+1; mov [rax], ecx */
  put64((uint64_t)test + 1, b + 2);
  b[10] = 0x89;
  b[11] = 0x08;
  write_cr0(read_cr0() | 1 << 18);
  user("strict: user: misaligned, AM without AC", b, 12);
  ring3_flags = 0x40202;
  user("strict: user: misaligned write", b, 12);
  b[10] = 0x8B;
  user("strict: user: misaligned read", b, 12);
  b[10] = 0x88;
  user("strict: user: a byte is always aligned", b, 12);
  write_cr0(read_cr0() & ~(1ull << 18));
  b[10] = 0x89;
  user("strict: user: misaligned, AC without AM", b, 12);
  ring3_flags = 0x202;
}

static void delivery(void) {
  gate(0x82, (uint64_t)stubs + 16 * 0x82, 0x48, 0, 0x8E);
  RING0("a gate to code that is not present", "int $0x82");
  gate(0x82, (uint64_t)stubs + 16 * 0x82, 0x00, 0, 0x8E);
  RING0("a gate to null", "int $0x82");
  gate(0x82, (uint64_t)stubs + 16 * 0x82, 0x10, 0, 0x8E);
  RING0("a gate to data", "int $0x82");
  gate(0x82, (uint64_t)stubs + 16 * 0x82, 0x30, 0, 0x8E);
  RING0("a gate to 32-bit code", "int $0x82");
  gate(0x82, (uint64_t)stubs + 16 * 0x82, 0x08, 0, 0x0E);
  RING0("a gate that is not present", "int $0x82");
  gate(0x82, (uint64_t)stubs + 16 * 0x82, 0x08, 0, 0x85);
  if (!tcg())
    RING0("strict: a task gate", "int $0x82");
  gate(0x82, (uint64_t)stubs + 16 * 0x82, 0x08, 0, 0x8F);
  RING0("a trap gate", "int $0x82");
  gate(0x82, (uint64_t)stubs + 16 * 0x82, 0x08, 1, 0x8E);
  RING0("an IST stack", "int $0x82");
  print("frame at ist-%lx\n", (uint64_t)(ist_stack + PAGE) - seen_frame);
  gates();
  USER("ring 3 through an interrupt gate", 0xCD, 0x80);
  print("frame at rsp0-%lx\n", (uint64_t)(ring0_stack + PAGE) - seen_frame);
  gate(6, (uint64_t)stubs + 16 * 6, 0x48, 0, 0x8E);
  RING0("#UD to a gate not present: #NP", "ud2");
  gates();
  gate(0, (uint64_t)stubs, 0x48, 0, 0x8E);
  RING0("#DE, then #NP: #DF", "xor %%ecx, %%ecx; div %%ecx");
  gates();
  gate(14, (uint64_t)stubs + 16 * 14, 0x48, 0, 0x8E);
  map(TEST_PAGE, 0);
  check("#PF, then #NP: #DF", load);
  gates();
  map(TEST_PAGE, P | U | W);
  struct pointer p = {16 * 32 - 1, (uint64_t)idt};
  __asm__ volatile("lidt %0" : : "m"(p));
  RING0("INT beyond the IDT", "int $0x40");
  p.limit = sizeof idt - 1;
  __asm__ volatile("lidt %0" : : "m"(p));
}

static void system_calls(void) {
  write_msr(MSR_STAR, (uint64_t)0x1B << 48 | (uint64_t)0x08 << 32);
  write_msr(MSR_LSTAR, (uint64_t)stubs + 16 * 0x83);
  write_msr(MSR_SYSCALL_MASK, 0x200);
  USER("SYSCALL without SCE", 0x0F, 0x05);
  RING0("SYSRET without SCE", "sysretq");
  write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SCE);
}

void kmain(uint64_t info) {
  (void)info;
  console_init();
  outb(0x21, 0xFF); /* no interrupts from the PICs */
  outb(0xA1, 0xFF);
  tables();
  pages();
  write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_NXE);
  paging();
  smep_and_smap();
  privileges();
  segments();
  controls();
  debugging();
  delivery();
  system_calls();
  if (!tcg()) {
    strict();
    alignment();
  }
  print("done\n");
  power_off();
}
