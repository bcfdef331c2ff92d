/*
 * Runs instructions on the host's processor, one case at a time, for the equivalence tests.
 *
 * Standard input holds cases, standard output gets their results, both as `struct state` in the
 * host's byte order. All registers of a case are set by returning from a signal whose saved context
 * was replaced; whatever ends the instruction (the int3 behind it, or a fault) is a signal too,
 * whose saved context is the result.
 *
 * Memory of a case: a code page filled with int3 but for the instruction, and two data pages of
 * which WINDOW bytes around the page boundary are the case's and the rest is zero. Pages beside them
 * are not mapped.
 *
 * With the argument 32 the cases are 32-bit code: the context has Linux's selectors of 32-bit
 * programs, and GS is a segment of just the data pages; with 32-segments so are DS, ES and SS. Exits with status 3, and says why, where
 * the host does not run such code.
 */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/ucontext.h>
#include <unistd.h>

#define CODE 0x400000UL
#define DATA 0x600000UL
#define PAGE 4096UL
#define WINDOW 512UL
#define CODE32_SELECTOR 0x23
#define DATA_SELECTOR 0x2B
#define GS_SELECTOR 7 /* the first entry of the LDT, ring 3 */
#define WRITE_LDT 0x11
#define WINDOW_AT (DATA + PAGE - WINDOW / 2)

struct state {
  uint64_t gpr[16]; /* in the order of their numbers */
  uint64_t rip;
  uint64_t rflags;
  uint64_t vector;  /* of the result: 3 if the instruction completed */
  uint64_t error;
  uint64_t cr2;
  uint64_t outside; /* of the result: whether data outside the window was changed */
  uint64_t code_length;
  uint8_t code[40];
  uint8_t fxsave[512];
  uint8_t window[WINDOW];
};

static const int order[16] = {
  REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
  REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

static struct state now;
static sigjmp_buf done;
static int bits32;
static uint16_t data_selector = DATA_SELECTOR;
static uint16_t ended_in; /* CS when the last case ended */
static const uint64_t settable = 0x40CD5; /* status flags, DF and AC */

static void start(int sig, siginfo_t *info, void *context) {
  ucontext_t *u = context;
  (void)sig;
  (void)info;
  for (int i = 0; i < 16; i++) u->uc_mcontext.gregs[order[i]] = (greg_t)now.gpr[i];
  u->uc_mcontext.gregs[REG_RIP] = (greg_t)now.rip;
  u->uc_mcontext.gregs[REG_EFL] =
      (greg_t)((now.rflags & settable) | (u->uc_mcontext.gregs[REG_EFL] & ~settable));
  if (bits32) {
    /* CS, GS, FS and SS of 16 bits each. */
    uint16_t *selectors = (uint16_t *)&u->uc_mcontext.gregs[REG_CSGSFS];
    selectors[0] = CODE32_SELECTOR;
    selectors[3] = data_selector;
  }
  uint8_t *fp = (uint8_t *)u->uc_mcontext.fpregs;
  /* What lies behind the 416 bytes of registers is the kernel's. */
  memcpy(fp, now.fxsave, 416);
  uint32_t magic;
  memcpy(&magic, fp + 464, 4);
  if (magic == 0x46505853) {
    /* The frame has an XSAVE header: say that x87 and SSE are not in their initial state. */
    fp[512] |= 3;
  }
}

static void finish(int sig, siginfo_t *info, void *context) {
  ucontext_t *u = context;
  (void)sig;
  (void)info;
  for (int i = 0; i < 16; i++) now.gpr[i] = (uint64_t)u->uc_mcontext.gregs[order[i]];
  now.rip = (uint64_t)u->uc_mcontext.gregs[REG_RIP];
  now.rflags = (uint64_t)u->uc_mcontext.gregs[REG_EFL];
  now.vector = (uint64_t)u->uc_mcontext.gregs[REG_TRAPNO];
  now.error = (uint64_t)u->uc_mcontext.gregs[REG_ERR];
  now.cr2 = (uint64_t)u->uc_mcontext.gregs[REG_CR2];
  ended_in = (uint16_t)u->uc_mcontext.gregs[REG_CSGSFS];
  uint8_t *fp = (uint8_t *)u->uc_mcontext.fpregs;
  memcpy(now.fxsave, fp, 512);
  siglongjmp(done, 1);
}

static void on(int sig, void (*handler)(int, siginfo_t *, void *)) {
  struct sigaction a;
  memset(&a, 0, sizeof a);
  a.sa_sigaction = handler;
  a.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigemptyset(&a.sa_mask);
  if (sigaction(sig, &a, NULL) != 0) {
    perror("sigaction");
    exit(2);
  }
}

static void map(unsigned long at, unsigned long size, int protection, int flags, int file) {
  void *p = mmap((void *)at, size, protection, flags, file, 0);
  if (p != (void *)at) {
    fprintf(stderr, "host-cases: cannot map 0x%lx: %s\n", at, strerror(errno));
    exit(2);
  }
}

static int outside_touched(void) {
  uint64_t any = 0;
  for (uint64_t *p = (uint64_t *)DATA; p < (uint64_t *)WINDOW_AT; p++) any |= *p;
  for (uint64_t *p = (uint64_t *)(WINDOW_AT + WINDOW); p < (uint64_t *)(DATA + 2 * PAGE); p++)
    any |= *p;
  return any != 0;
}

static void load_segments(void) {
  struct user_desc gs;
  memset(&gs, 0, sizeof gs);
  gs.base_addr = DATA;
  gs.limit = 2 * PAGE - 1;
  gs.seg_32bit = 1;
  gs.useable = 1;
  gs.contents = MODIFY_LDT_CONTENTS_DATA;
  if (syscall(SYS_modify_ldt, WRITE_LDT, &gs, sizeof gs) != 0) {
    fprintf(stderr, "modify_ldt: %s\n", strerror(errno));
    exit(3);
  }
  __asm__ volatile("mov %0, %%ds\n\tmov %0, %%es\n\tmov %1, %%gs"
                   :
                   : "r"((uint32_t)data_selector), "r"(GS_SELECTOR));
}

/* The page is all int3, and one must end in the 32-bit code segment. */
static void try_bits32(void) {
  memset(&now, 0, sizeof now);
  now.rip = CODE;
  now.gpr[4] = WINDOW_AT;
  now.fxsave[1] = 3;
  now.fxsave[24] = 0x80;
  now.fxsave[25] = 0x1F;
  if (sigsetjmp(done, 0) == 0) {
    kill(getpid(), SIGUSR1);
  }
  if (now.vector != 3 || now.rip != CODE + 1 || ended_in != CODE32_SELECTOR) {
    fprintf(stderr, "32-bit code ended with exception %lu at 0x%lx, CS 0x%x\n",
            (unsigned long)now.vector, (unsigned long)now.rip, (unsigned)ended_in);
    exit(3);
  }
}

int main(int count, char **arguments) {
  static uint8_t stack[65536];
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack, .ss_flags = 0};
  if (sigaltstack(&alternate, NULL) != 0) {
    perror("sigaltstack");
    return 2;
  }
  /* The code page is mapped twice: cases must not write to the one that they run in. */
  int file = memfd_create("code", 0);
  if (file < 0 || ftruncate(file, PAGE) != 0) {
    perror("memfd_create");
    return 2;
  }
  map(CODE, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED_NOREPLACE, file);
  map(DATA, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1);
  uint8_t *code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (code == MAP_FAILED) {
    perror("mmap");
    return 2;
  }
  memset(code, 0xCC, PAGE);
  on(SIGUSR1, start);
  on(SIGTRAP, finish);
  on(SIGSEGV, finish);
  on(SIGBUS, finish);
  on(SIGFPE, finish);
  on(SIGILL, finish);
  setvbuf(stdin, NULL, _IOFBF, 1 << 18);
  setvbuf(stdout, NULL, _IOFBF, 1 << 18);
  bits32 = count > 1 && strncmp(arguments[1], "32", 2) == 0;
  if (bits32 && strcmp(arguments[1], "32-segments") == 0) data_selector = GS_SELECTOR;
  if (bits32) {
    load_segments();
    try_bits32();
  }
  while (fread(&now, sizeof now, 1, stdin) == 1) {
    unsigned long length = now.code_length;
    memcpy(code + now.rip - CODE, now.code, length);
    memcpy((void *)WINDOW_AT, now.window, WINDOW);
    unsigned long at = now.rip;
    if (sigsetjmp(done, 0) == 0) {
      kill(getpid(), SIGUSR1);
      fprintf(stderr, "host-cases: a case came back without a signal\n");
      return 2;
    }
    memset(code + at - CODE, 0xCC, length);
    memcpy(now.window, (void *)WINDOW_AT, WINDOW);
    now.outside = (uint64_t)outside_touched();
    if (now.outside) memset((void *)DATA, 0, 2 * PAGE);
    if (fwrite(&now, sizeof now, 1, stdout) != 1) return 2;
    if (now.code[39] == 1) fflush(stdout); /* the last case of a batch */
  }
  return fflush(stdout) == 0 ? 0 : 2;
}
