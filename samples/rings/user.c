/*
 * The ring 3 program: linked into the kernel's image, run at 1 GiB, mapped page by page as it
 * touches its code, data, heap and stack. It shares nothing with the kernel but what rings.h says.
 */
#include <stddef.h>

#include "rings.h"

/* Ring 3's only writable data: what SYS_GET_ID should answer. */
static uint64_t expected_id = 42;

enum { HEAP_PAGES = 8, PAGE = 4096, INT80_CALLS = 10, SPIN_TICKS = 2, SLEEP_TICKS = 3 };

/* The instruction clobbers RCX and R11. */
static uint64_t syscall2(enum syscall number, uint64_t first, uint64_t second) {
  uint64_t result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"((uint64_t)number), "D"(first), "S"(second)
                   : "rcx", "r11", "memory");
  return result;
}

static uint64_t int80(enum syscall number, uint64_t first, uint64_t second) {
  uint64_t result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"((uint64_t)number), "D"(first), "S"(second)
                   : "memory");
  return result;
}

static size_t length_of(const char *text) {
  size_t length = 0;
  while (text[length] != '\0') length++;
  return length;
}

static void write(const char *text) { syscall2(SYS_WRITE, (uint64_t)text, length_of(text)); }

static void write_number(uint64_t value) {
  char digits[21];
  size_t at = sizeof digits - 1;
  digits[at] = '\0';
  do {
    digits[--at] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  write(&digits[at]);
}

/* Writes to fresh pages, then reads them back: one page fault each. */
static uint64_t touch_heap(void) {
  volatile uint64_t *heap = (volatile uint64_t *)USER_HEAP;
  for (size_t page = 0; page < HEAP_PAGES; page++) heap[page * PAGE / sizeof *heap] = page;
  uint64_t sum = 0;
  for (size_t page = 0; page < HEAP_PAGES; page++) sum += heap[page * PAGE / sizeof *heap];
  return sum;
}

/* The benchmark: as many system calls as asked for. */
static uint64_t call_kernel(uint64_t loops) {
  uint64_t sum = 0;
  for (uint64_t i = 0; i < loops; i++) sum += syscall2(SYS_GET_ID, 0, 0);
  return sum;
}

/* Computes until the timer has fired, so that it fires in ring 3. */
static void spin(uint64_t ticks) {
  uint64_t until = syscall2(SYS_TICKS, 0, 0) + ticks;
  while (syscall2(SYS_TICKS, 0, 0) < until) {
    for (volatile unsigned i = 0; i < 100000; i++)
      ;
  }
}

_Noreturn static void user_main(uint64_t loops) {
  static const char greeting[] = "ring 3: hello through INT 0x80\n";
  int80(SYS_WRITE, (uint64_t)greeting, sizeof greeting - 1);
  write("ring 3: hello through SYSCALL\n");

  write("ring 3: heap sum ");
  write_number(touch_heap());
  write("\n");

  uint64_t sum = 0;
  for (int i = 0; i < INT80_CALLS; i++) sum += int80(SYS_GET_ID, 0, 0);
  write("ring 3: INT 0x80 sum ");
  write_number(sum);
  write("\n");

  sum = call_kernel(loops);
  write("ring 3: ");
  write_number(loops);
  write(" system calls, sum ");
  write_number(sum);
  write("\n");

  bool right = sum == loops * expected_id;

  write("ring 3: spinning, then sleeping\n");
  spin(SPIN_TICKS);
  syscall2(SYS_SLEEP, SLEEP_TICKS, 0);

  syscall2(SYS_EXIT, right ? 0 : 1, 0);
  __builtin_unreachable();
}

/* Without a caller of its own: a stack trace ends here. */
__attribute__((naked)) void user_start(void) {
  __asm__(".cfi_undefined 16\n\t" /* RIP */
          "call %P0\n\t"
          "ud2"
          :
          : "i"(user_main));
}
