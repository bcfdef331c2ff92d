/*
 * rings: a ring 3 program and the kernel under it. Every way from ring 3 to ring 0 and back:
 * SYSCALL and SYSRET, INT 0x80 and IRET, page faults that map memory on demand, a timer interrupt.
 * Command line: loops=N system calls in the program's benchmark loop (default 1000).
 */
#include "../common/console.h"
#include "../common/cpu.h"
#include "../common/interrupts.h"
#include "../common/io.h"
#include "../common/multiboot.h"
#include "../common/options.h"
#include "../common/pic.h"
#include "../common/pit.h"
#include "../common/power.h"
#include "../common/segments.h"
#include "rings.h"

enum { TIMER_HZ = 100, TIMER_IRQ = 0, SYSCALL_GATE = 0x80 };

/* Flags that SYSCALL clears: interrupts, direction, trap, nested task, alignment check. */
enum { SYSCALL_MASK = 0x200 | 0x400 | 0x100 | 0x4000 | 0x40000 };

struct counters counters;

/* What syscall_entry finds behind GS after SWAPGS; entries.S knows the offsets. */
static struct {
  uint64_t kernel_stack;
  uint64_t user_stack;
} per_cpu;

static uint8_t kernel_stack[16384] __attribute__((aligned(16), used));
__asm__(".globl kernel_stack_top\n.set kernel_stack_top, kernel_stack + 16384");

static void syscall_init(void) {
  per_cpu.kernel_stack = (uint64_t)kernel_stack_top;
  write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SCE | EFER_NXE);
  write_msr(MSR_STAR, (uint64_t)KERNEL_DATA << 48 | (uint64_t)KERNEL_CODE << 32);
  write_msr(MSR_LSTAR, (uint64_t)syscall_entry);
  write_msr(MSR_SYSCALL_MASK, SYSCALL_MASK);
  write_msr(MSR_KERNEL_GS_BASE, (uint64_t)&per_cpu);
}

void timer_tick(struct frame *frame) {
  if ((frame->cs & 3) == 3) {
    counters.ticks_in_user++;
  } else {
    counters.ticks_in_kernel++;
  }
  pic_end();
}

_Noreturn void report_and_power_off(uint64_t status) {
  print("ring 0: the program ended with status %lu\n", status);
  print("ring 0: %lu by SYSCALL, %lu by INT 0x80, %lu page faults\n", counters.syscalls,
        counters.software_interrupts, counters.page_faults);
  print("ring 0: timer interrupts: %lu in ring 0, %lu in ring 3\n", counters.ticks_in_kernel,
        counters.ticks_in_user);
  if (status != 0) debug_exit((uint8_t)status);
  power_off();
}

void kmain(const struct multiboot_info *info) {
  console_init();
  uint64_t loops = option_number(command_line(info), "loops", 1000);
  print("ring 0: GDT, TSS, IDT\n");
  segments_init();
  interrupts_init();
  set_gate(14, page_fault_entry, 0);
  set_gate(IRQ_TIMER, timer_entry, 0);
  set_gate(SYSCALL_GATE, int80_entry, 3);
  syscall_init();
  pages_init();
  pic_init();
  pit_periodic(TIMER_HZ);
  pic_unmask_only(TIMER_IRQ);
  print("ring 0: entering ring 3 at %p\n", (void *)user_start);
  enter_user(user_start, loops, USER_STACK_END);
}
