/* System calls: what ring 3 asks of ring 0, by SYSCALL or by INT 0x80. */
#include "../common/console.h"
#include "rings.h"

enum { INT80 = 0x80 };

static uint64_t ticks(void) { return counters.ticks_in_kernel + counters.ticks_in_user; }

static uint64_t write(uint64_t address, uint64_t length) {
  if (!user_readable(address, length)) return UINT64_MAX;
  const char *text = (const char *)address;
  for (uint64_t i = 0; i < length; i++) put_char(text[i]);
  return length;
}

/* Entries keep interrupts off; STI takes effect after HLT has begun, so no tick is lost between. */
static void sleep(uint64_t wanted) {
  uint64_t until = ticks() + wanted;
  while (ticks() < until) __asm__ volatile("sti; hlt; cli" : : : "memory");
}

void handle_syscall(struct frame *frame) {
  if (frame->vector == INT80) {
    counters.software_interrupts++;
  } else {
    counters.syscalls++;
  }
  switch ((enum syscall)frame->rax) {
    case SYS_EXIT:
      report_and_power_off(frame->rdi);
    case SYS_WRITE:
      frame->rax = write(frame->rdi, frame->rsi);
      return;
    case SYS_GET_ID:
      frame->rax = 42;
      return;
    case SYS_TICKS:
      frame->rax = ticks();
      return;
    case SYS_SLEEP:
      sleep(frame->rdi);
      frame->rax = 0;
      return;
  }
  frame->rax = UINT64_MAX;
}
