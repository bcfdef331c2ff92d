/*
 * What protected mode, virtual-8086 mode, real mode, task switches and the older forms of paging do,
 * printed line by line; compared with QEMU as ../longmode is.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

extern u32 seen[16], gate_seen[8], task_count, task_flags, task_tr, task_cr0;
extern u8 stubs[], gate_target[], task_entry[], task_jump[], real_blob[], real_blob_end[];
int run_probe(void (*probe)(void));
void enter_ring3(u32 eip, u32 esp, u32 eflags);
void enter_v86(u32 ip, u32 eflags);
void real_trip(void);
void kmain(void);

static void outb(u16 port, u8 value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
static u8 inb(u16 port) { u8 v; __asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port)); return v; }
static void put(char c) { while (!(inb(0x3FD) & 0x20)) ; outb(0x3F8, c); }
static void text(const char *s) { while (*s) put(*s++); }
static void hex(u32 v) { int i = 28; while (i > 0 && !(v >> i)) i -= 4; for (; i >= 0; i -= 4) put("0123456789abcdef"[v >> i & 15]); }
static void field(const char *name, u32 v) { put(' '); text(name); put('='); hex(v); }

static u64 gdt[32];
static u64 idt[256];
static u32 tss[26 + 64], tss2[26], tss3[26];
static u8 ring0_stack[4096] __attribute__((aligned(16)));
static u8 ring3_stack[4096] __attribute__((aligned(16)));
static u8 task_stack[4096] __attribute__((aligned(16)));
static u8 code[4096] __attribute__((aligned(4096)));
static u32 pd[1024] __attribute__((aligned(4096)));
static u32 pt[1024] __attribute__((aligned(4096)));
static u64 pdpt[4] __attribute__((aligned(32)));
static u64 ppd[4][512] __attribute__((aligned(4096)));
static u64 ppt[512] __attribute__((aligned(4096)));
static u8 frame[4096] __attribute__((aligned(4096)));
struct pointer { u16 limit; u32 base; } __attribute__((packed));

static u64 segment(u32 base, u32 limit, u32 rights) {
  return (u64)(limit & 0xffff) | (u64)(base & 0xffffff) << 16 | (u64)(rights & 0xff) << 40 |
         (u64)(limit >> 16 & 15) << 48 | (u64)(rights >> 8 & 15) << 52 | (u64)(base >> 24) << 56;
}
static u64 gate(u32 selector, u32 offset, u32 rights, u32 count) {
  return (u64)(offset & 0xffff) | (u64)selector << 16 | (u64)count << 32 | (u64)rights << 40 |
         (u64)(offset >> 16) << 48;
}
static void gates(void) {
  for (int v = 0; v < 256; v++)
    idt[v] = gate(0x08, (u32)stubs + 16 * v, v == 3 || v == 4 || v >= 0x80 ? 0xEE : 0x8E, 0);
}
static void task(u32 *t, void *entry) {
  t[7] = 0;
  t[8] = (u32)entry;
  t[9] = 2;
  t[14] = (u32)(task_stack + 4096);
  t[18] = 0x10; t[19] = 0x08; t[20] = 0x10; t[21] = 0x10; t[22] = 0x10; t[23] = 0x10;
  t[25] = 104 << 16;
}
static void tables(void) {
  gdt[1] = segment(0, 0xfffff, 0xC9B);             /* 08 code, ring 0 */
  gdt[2] = segment(0, 0xfffff, 0xC93);             /* 10 data, ring 0 */
  gdt[3] = segment(0, 0xfffff, 0xCFB);             /* 18 code, ring 3 */
  gdt[4] = segment(0, 0xfffff, 0xCF3);             /* 20 data, ring 3 */
  gdt[6] = segment((u32)tss, sizeof tss - 1, 0x089);   /* 30 TSS */
  gdt[7] = segment((u32)tss2, sizeof tss2 - 1, 0x089); /* 38 TSS */
  gdt[8] = segment((u32)tss3, sizeof tss3 - 1, 0x089); /* 40 TSS */
  gdt[9] = gate(0x38, 0, 0x85, 0);                 /* 48 task gate */
  gdt[10] = segment(0, 0xffff, 0x09B);             /* 50 code16 */
  gdt[11] = segment(0, 0xffff, 0x093);             /* 58 data16 */
  gdt[12] = gate(0x08, (u32)gate_target, 0xEC, 2); /* 60 call gate, two parameters */
  gdt[13] = segment((u32)frame, 0xff, 0x493);      /* 68 data, byte limit FF */
  gdt[14] = segment((u32)frame, 0xff, 0x497);      /* 70 data, expand-down above FF */
  gdt[15] = segment(0, 0xfffff, 0xC13);            /* 78 data, not present */
  gdt[16] = segment(0, 0xfffff, 0xC99);            /* 80 code, execute-only */
  gdt[17] = segment(0, 0xfffff, 0xC9F);            /* 88 code, conforming */
  gdt[18] = segment((u32)gdt, 0x1f, 0x082);        /* 90 LDT over the first four */
  gdt[19] = segment((u32)tss2, 20, 0x089);         /* 98 TSS, too short */
  tss[1] = (u32)(ring0_stack + 4096);
  tss[2] = 0x10;
  tss[25] = 104 << 16;
  for (int i = 26; i < 26 + 64; i++)
    tss[i] = 0;
  task(tss2, task_entry);
  task(tss3, task_jump);
  struct pointer p = {sizeof gdt - 1, (u32)gdt};
  __asm__ volatile("lgdt %0; ljmp $8, $1f; 1:" : : "m"(p));
  __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%ss; mov %0, %%fs; mov %0, %%gs" : : "r"(0x10));
  gates();
  struct pointer q = {sizeof idt - 1, (u32)idt};
  __asm__ volatile("lidt %0; lldt %w1; ltr %w2" : : "m"(q), "r"(0), "r"(0x30));
}

static int tcg(void) {
  u32 a = 0x40000000, b, c, d;
  __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
  return b == 0x54474354;
}

static void check(const char *name, void (*probe)(void)) {
  text(name);
  put(':');
  if (!run_probe(probe)) {
    text(" no exception\n");
    return;
  }
  field("vector", seen[0]);
  field("error", seen[1]);
  field("cs", seen[3]);
  u32 eip = seen[2];
  if (seen[4] & 0x20000)
    field("ip", eip);
  else if (eip >= (u32)code && eip < (u32)code + 4096)
    field("ip", eip - (u32)code);
  field("flags", seen[4] & 0x27700 & ~0x10000);
  if (seen[0] == 14)
    field("cr2", seen[11] >= (u32)frame && seen[11] < (u32)frame + 4096 ? seen[11] - (u32)frame : seen[11]);
  if (seen[4] & 0x20000) {
    field("sp", seen[5]);
    field("ss", seen[6]);
    field("es", seen[7]);
    field("ds", seen[8]);
    field("fs", seen[9]);
    field("gs", seen[10]);
    field("now ds", seen[12]);
  } else if (seen[3] & 3) {
    field("ss", seen[6]);
    field("frame", (u32)(ring0_stack + 4096) - seen[13]);
  }
  put('\n');
}

#define RING0(name, code) check(name, ({ void f(void) { __asm__ volatile(code : : : "eax", "ecx", "edx", "memory"); } f; }))
static u32 flags3 = 0x2;
static void ring3(void) { enter_ring3((u32)code, (u32)(ring3_stack + 4000), flags3); }
static void user(const char *name, const u8 *bytes, u32 length) {
  for (u32 i = 0; i < length; i++)
    code[i] = bytes[i];
  code[length] = 0xCD;
  code[length + 1] = 0x81;
  check(name, ring3);
}
#define USER(name, ...) do { static const u8 b[] = {__VA_ARGS__}; user(name, b, sizeof b); } while (0)
static u32 flags86 = 0x2;
static void v86(void) { enter_v86(0x6000, flags86); }
static void virtual(const char *name, const u8 *bytes, u32 length) {
  u8 *at = (u8 *)0x6000;
  for (u32 i = 0; i < length; i++)
    at[i] = bytes[i];
  at[length] = 0xF4; /* HLT: #GP */
  check(name, v86);
}
#define V86(name, ...) do { static const u8 b[] = {__VA_ARGS__}; virtual(name, b, sizeof b); } while (0)

static void segments(void) {
  RING0("DS, not present", "mov $0x78, %%eax; mov %%eax, %%ds");
  RING0("SS, not present", "mov $0x78, %%eax; mov %%eax, %%ss");
  RING0("SS, null", "xor %%eax, %%eax; mov %%eax, %%ss");
  RING0("SS, ring 3", "mov $0x23, %%eax; mov %%eax, %%ss");
  RING0("DS, execute-only", "mov $0x80, %%eax; mov %%eax, %%ds");
  RING0("DS, TSS", "mov $0x30, %%eax; mov %%eax, %%ds");
  RING0("LLDT", "mov $0x90, %%eax; lldt %%ax; mov $0x14, %%eax; mov %%eax, %%fs; mov $0x24, %%eax; mov %%eax, %%fs");
  RING0("LLDT of an LDT selector", "mov $0x94, %%eax; lldt %%ax");
  RING0("LLDT of a TSS", "mov $0x30, %%eax; lldt %%ax");
  RING0("LLDT of null", "xor %%eax, %%eax; lldt %%ax");
  RING0("LTR of a busy TSS", "mov $0x30, %%eax; ltr %%ax");
  RING0("far jump to data", "ljmp $0x10, $0");
  RING0("far jump to null", "ljmp $0, $0");
  RING0("far jump to ring 3 code", "ljmp $0x1B, $0");
  RING0("far jump to conforming code", "ljmp $0x88, $1f; 1: ljmp $8, $1f; 1:");
  RING0("far return to data", "push $0x10; push $0; lret");
  RING0("LES of a far pointer", "push $0x10; push $0x1234; les (%%esp), %%eax; add $8, %%esp");
  RING0("LES of a bad far pointer", "push $0x33; push $0x1234; les (%%esp), %%eax; add $8, %%esp");
  RING0("ARPL", "mov $0x10, %%eax; mov $3, %%ecx; arpl %%cx, %%ax; jnz 1f; cmp $0x13, %%eax; jne 1f; ud2; 1:");
  RING0("INTO without OF", "xor %%eax, %%eax; into");
  RING0("INTO with OF", "mov $0x7f, %%al; add $1, %%al; into");
  RING0("BOUND in", "push $10; push $0; mov $5, %%eax; bound %%eax, (%%esp); add $8, %%esp");
  RING0("BOUND out", "push $10; push $0; mov $11, %%eax; bound %%eax, (%%esp); add $8, %%esp");
}

static void limits(void) {
  RING0("strict: read within a limit", "mov $0x68, %%eax; mov %%eax, %%fs; mov %%fs:0xff, %%al");
  RING0("strict: read beyond a limit", "mov $0x68, %%eax; mov %%eax, %%fs; mov %%fs:0x100, %%al");
  RING0("strict: read across a limit", "mov $0x68, %%eax; mov %%eax, %%fs; mov %%fs:0xfd, %%eax");
  RING0("strict: read within an expand-down segment", "mov $0x70, %%eax; mov %%eax, %%fs; mov %%fs:0x100, %%al");
  RING0("strict: read below an expand-down segment", "mov $0x70, %%eax; mov %%eax, %%fs; mov %%fs:0xff, %%al");
  RING0("strict: read through null", "xor %%eax, %%eax; mov %%eax, %%fs; mov %%fs:0, %%al");
  RING0("strict: write to code", "mov %%cs:0, %%al; mov %%al, %%cs:0");
  RING0("strict: write to conforming code", "mov $0x88, %%eax; mov %%eax, %%fs; mov %%fs:0, %%al; mov %%al, %%fs:0");
  RING0("strict: LTR of null", "xor %%eax, %%eax; ltr %%ax");
  RING0("strict: jump beyond the limit", "ljmp $0x50, $0xffff");
}

static void rings(void) {
  USER("user: nothing", 0x90);
  USER("user: CLI", 0xFA);
  USER("user: HLT", 0xF4);
  USER("user: IN", 0xE4, 0x60);
  tss[25] = 0xffff << 16;
  USER("user: IN without a map", 0xE4, 0x60);
  tss[25] = 104 << 16;
  USER("user: MOV SS, ring 0", 0xB8, 0x10, 0, 0, 0, 0x8E, 0xD0);
  USER("user: INT 80h", 0xCD, 0x80);
  USER("user: INT 40h", 0xCD, 0x40);
  USER("user: call gate", 0x68, 0x22, 0x22, 0, 0, 0x68, 0x11, 0x11, 0, 0, 0x9A, 0, 0, 0, 0, 0x60, 0, 0x90);
  text("gate:");
  field("frame", (u32)(ring0_stack + 4096) - gate_seen[0]);
  field("eip", gate_seen[1] - (u32)code);
  field("cs", gate_seen[2]);
  field("first", gate_seen[3]);
  field("second", gate_seen[4]);
  field("esp", (u32)(ring3_stack + 4000) - gate_seen[5]);
  field("ss", gate_seen[6]);
  put('\n');
  USER("user: far jump to a gate of ring 0 code", 0xEA, 0, 0, 0, 0, 0x60, 0);
  USER("user: far call of ring 0 code", 0x9A, 0, 0, 0, 0, 0x08, 0);
  USER("user: far call of conforming code", 0x0E, 0x68, 0, 0, 0, 0, 0x8F, 0x04, 0x24, 0x90);
  idt[0x82] = gate(0x08, (u32)stubs + 16 * 0x82, 0xEF, 0);
  flags3 = 0x3202;
  USER("user: a trap gate keeps IF", 0xCD, 0x82);
  USER("user: CLI with IOPL 3", 0xFA);
  flags3 = 0x102;
  USER("user: TF", 0x90, 0x90);
  flags3 = 0x2;
  idt[0x82] = gate(0x78, 0, 0xEE, 0);
  USER("user: a gate to data", 0xCD, 0x82);
  gates();
}

static void tasks(void) {
  text("task switches:");
  __asm__ volatile("lcall $0x38, $0" : : : "memory");
  field("called", task_count);
  field("NT", task_flags >> 14 & 1);
  field("TR", task_tr);
  field("TS", task_cr0 >> 3 & 1);
  field("link", tss2[0]);
  field("busy", (u32)(gdt[7] >> 41) & 1);
  field("busy", (u32)(gdt[6] >> 41) & 1);
  __asm__ volatile("lcall $0x48, $0" : : : "memory");
  field("called by gate", task_count);
  __asm__ volatile("clts; ljmp $0x40, $0" : : : "memory");
  field("jumped", task_count);
  field("NT", task_flags >> 14 & 1);
  field("busy", (u32)(gdt[8] >> 41) & 1);
  idt[0x82] = gate(0x38, 0, 0xE5, 0);
  tss2[8] = (u32)task_entry;
  __asm__ volatile("int $0x82" : : : "memory");
  field("interrupted", task_count);
  __asm__ volatile("clts");
  put('\n');
  gates();
  RING0("jump to a busy task", "ljmp $0x30, $0");
  RING0("call of a task that is too short", "lcall $0x98, $0");
}

static void virtual8086(void) {
  V86("v86: HLT", 0x90);
  V86("v86: INT 21h, IOPL 0", 0xCD, 0x21);
  V86("v86: CLI, IOPL 0", 0xFA);
  V86("v86: PUSHF, IOPL 0", 0x9C);
  V86("v86: MOV from CR0", 0x0F, 0x20, 0xC0);
  V86("v86: LLDT", 0x0F, 0x00, 0xD0);
  V86("v86: IN 60h", 0xE4, 0x60);
  tss[25] = 0xffff << 16;
  V86("v86: IN 60h without a map", 0xE4, 0x60);
  tss[25] = 104 << 16;
  V86("v86: INT3", 0xCC);
  V86("v86: segments", 0xB8, 0x34, 0x12, 0x8E, 0xD8, 0x8E, 0xC0);
  V86("v86: far jump", 0xEA, 0x05, 0x00, 0x00, 0x06);
  V86("v86: #DE", 0x31, 0xC9, 0xF7, 0xF1);
  flags86 = 0x3002;
  V86("v86: INT 81h, IOPL 3", 0xCD, 0x81);
  V86("v86: INT 21h, IOPL 3", 0xCD, 0x21);
  V86("v86: CLI, PUSHF, POPF, IOPL 3", 0xFA, 0x9C, 0x9D);
  V86("v86: IRET, IOPL 3", 0x9C, 0x0E, 0x68, 0x08, 0x60, 0xCF, 0x90, 0x90, 0x90);
  flags86 = 0x2;
}

static void paging(void) {
  for (u32 i = 0; i < 1024; i++)
    pd[i] = i << 22 | 0x87;
  pd[0x100] = (u32)pt | 7; /* 4000_0000h */
  __asm__ volatile("mov %%cr4, %%eax; or $0x10, %%eax; mov %%eax, %%cr4; mov %0, %%cr3;"
                   "mov %%cr0, %%eax; or $0x80010000, %%eax; mov %%eax, %%cr0" : : "r"(pd) : "eax", "memory");
  volatile u8 *page = (volatile u8 *)0x40000000;
  static u32 bits[] = {0, 1, 3, 5, 7};
  for (int i = 0; i < 5; i++) {
    pt[0] = bits[i] ? (u32)frame | bits[i] : 0;
    __asm__ volatile("mov %%cr3, %%eax; mov %%eax, %%cr3" : : : "eax", "memory");
    text("pte ");
    hex(bits[i]);
    put('\n');
    check("read", ({ void f(void) { *(volatile u8 *)0x40000123; } f; }));
    check("write", ({ void f(void) { *(volatile u8 *)0x40000123 = 1; } f; }));
    USER("user read", 0xA0, 0x23, 0x01, 0x00, 0x40);
    USER("user write", 0xA2, 0x23, 0x01, 0x00, 0x40);
    text("bits");
    field("pte", pt[0] & 0xfff);
    put('\n');
  }
  (void)page;
  text("pde of a 4-MiB page");
  field("bits", pd[0] & 0xfff);
  put('\n');
  pd[0x101] = 0x00200087; /* bit 21 is reserved */
  check("a 4-MiB page with a reserved bit", ({ void f(void) { *(volatile u8 *)0x40400000; } f; }));
}

static void pae(void) {
  __asm__ volatile("mov %%cr0, %%eax; and $0x7fffffff, %%eax; mov %%eax, %%cr0" : : : "eax", "memory");
  for (u32 i = 0; i < 4; i++) {
    pdpt[i] = (u32)ppd[i] | 1;
    for (u32 k = 0; k < 512; k++)
      ppd[i][k] = (u64)(i * 512 + k) << 21 | 0x87;
  }
  ppd[1][0] = (u32)ppt | 7;
  ppt[0] = (u32)frame | 7;
  __asm__ volatile("mov %%cr4, %%eax; or $0x20, %%eax; mov %%eax, %%cr4; mov %0, %%cr3;"
                   "mov $0xC0000080, %%ecx; rdmsr; or $0x800, %%eax; wrmsr;"
                   "mov %%cr0, %%eax; or $0x80000000, %%eax; mov %%eax, %%cr0"
                   : : "r"(pdpt) : "eax", "ecx", "edx", "memory");
  text("PAE\n");
  check("read", ({ void f(void) { *(volatile u8 *)0x40000123; } f; }));
  ppt[0] = (u32)frame | 7 | 1ull << 63;
  __asm__ volatile("invlpg 0x40000000" : : : "memory");
  check("read of an NX page", ({ void f(void) { *(volatile u8 *)0x40000123; } f; }));
  check("fetch from an NX page", ({ void f(void) { ((void (*)(void))0x40000123)(); } f; }));
  ppt[0] = 0;
  __asm__ volatile("invlpg 0x40000000" : : : "memory");
  check("fetch from a missing page", ({ void f(void) { ((void (*)(void))0x40000123)(); } f; }));
  pdpt[1] = 0;
  if (!tcg()) /* TCG reads the table each time */
    check("strict: a PDPTE that changed in memory only", ({ void f(void) { *(volatile u8 *)0x40200000; } f; }));
  __asm__ volatile("mov %%cr3, %%eax; mov %%eax, %%cr3" : : : "eax", "memory");
  check("after CR3 was loaded", ({ void f(void) { *(volatile u8 *)0x40200000; } f; }));
  pdpt[1] = (u32)ppd[1] | 1 | 2; /* a reserved bit */
  if (!tcg())
    RING0("strict: a PDPTE with a reserved bit", "mov %%cr3, %%eax; mov %%eax, %%cr3");
  pdpt[1] = (u32)ppd[1] | 1;
  __asm__ volatile("mov %%cr0, %%eax; and $0x7fffffff, %%eax; mov %%eax, %%cr0" : : : "eax", "memory");
}

static void real(void) {
  for (u8 *from = real_blob, *to = (u8 *)0x7000; from < real_blob_end; from++, to++)
    *to = *from;
  volatile u16 *saw = (volatile u16 *)0x500;
  saw[7] = 0;
  real_trip();
  text("real mode:");
  field("cs", saw[0]);
  field("pushed ip-cs-flags", saw[1] != 0);
  field("cs", saw[2]);
  field("flags", saw[3] & 0xed7);
  field("sp", saw[4]);
  field("in the handler", saw[5] & 0x300);
  field("sp", saw[6]);
  put('\n');
  if (!tcg()) {
    text("strict: a word at FFFF:");
    field("#GP", saw[7]);
    put('\n');
  }
}

void kmain(void) {
  outb(0x3F9, 0);
  outb(0x3FB, 0x80);
  outb(0x3F8, 1);
  outb(0x3F9, 0);
  outb(0x3FB, 3);
  outb(0x21, 0xFF);
  outb(0xA1, 0xFF);
  tables();
  segments();
  rings();
  tasks();
  virtual8086();
  real();
  paging();
  pae();
  if (!tcg())
    limits();
  text("done\n");
  __asm__ volatile("outw %w0, %w1" : : "a"(0x2000), "d"(0x604));
  for (;;)
    __asm__ volatile("hlt");
}
