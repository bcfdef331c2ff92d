/*
 * monitor: a kernel that answers. It reads commands from COM1 and sleeps in between: type into its
 * serial console, break on run_command, watch its VM exits while it idles and while it works.
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
#include "monitor.h"

#include <stddef.h>
#include <stdint.h>

enum { LINE_LENGTH = 128, TIMER_IRQ = 0, PIC1_MASK = 0x21, SLOWEST_BEAT = 19, FASTEST_BEAT = 20000 };

/* Never used: nothing here runs in ring 3. The TSS asks for it all the same. */
static uint8_t kernel_stack[4096] __attribute__((aligned(16), used));
__asm__(".globl kernel_stack_top\n.set kernel_stack_top, kernel_stack + 4096");

static volatile uint64_t ticks;

void timer_tick(struct frame *frame) {
  (void)frame;
  ticks++;
  pic_end();
}

/* A number: decimal, or hexadecimal after 0x. Other characters end it. */
static uint64_t number(const char *text) {
  uint64_t value = 0;
  unsigned base = 10;
  if (text[0] == '0' && text[1] == 'x') {
    base = 16;
    text += 2;
  }
  for (;; text++) {
    unsigned digit = base;
    if (*text >= '0' && *text <= '9') digit = (unsigned)(*text - '0');
    if (*text >= 'a' && *text <= 'f') digit = (unsigned)(*text - 'a') + 10;
    if (digit >= base) return value;
    value = value * base + digit;
  }
}

static void show_cpuid(uint64_t leaf) {
  const struct cpuid result = read_cpuid((uint32_t)leaf);
  print("eax %08x ebx %08x ecx %08x edx %08x\n", result.eax, result.ebx, result.ecx, result.edx);
}

static void peek(uint64_t address) {
  const volatile uint64_t *word = (const volatile uint64_t *)address;
  print("%p: 0x%016lx\n", (void *)address, *word);
}

/* As many VM exits as asked for, all of one instruction. */
static void traps(uint64_t count) {
  for (uint64_t i = 0; i < count; i++) (void)read_cpuid(0);
  print("%lu exits\n", count);
}

/* A timer interrupt hz times a second, until a key is pressed. */
static void beat(uint64_t hz) {
  if (hz < SLOWEST_BEAT || hz > FASTEST_BEAT) {
    print("beat takes %d to %d\n", SLOWEST_BEAT, FASTEST_BEAT);
    return;
  }
  ticks = 0;
  pit_periodic((unsigned)hz);
  outb(PIC1_MASK, (uint8_t)~(1u << TIMER_IRQ | 1u << SERIAL_IRQ));
  print("%lu a second; any key ends it\n", hz);
  while (!key_waiting()) __asm__ volatile("sti; hlt; cli" : : : "memory");
  (void)read_key();
  pic_unmask_only(SERIAL_IRQ);
  print("%lu ticks\n", ticks);
}

static void help(void) {
  print("help          this list\n");
  print("say TEXT      prints TEXT\n");
  print("cpuid LEAF    what CPUID says\n");
  print("peek ADDRESS  8 bytes of memory\n");
  print("traps N       N times CPUID: N VM exits\n");
  print("beat HZ       HZ timer interrupts a second, until a key is pressed\n");
  print("off           switches off\n");
}

static void run_command(const char *line) {
  const char *argument = line;
  while (*argument != '\0' && *argument != ' ') argument++;
  if (*argument == ' ') argument++;

  if (is_word(line, "help")) {
    help();
  } else if (is_word(line, "say")) {
    print("%s\n", argument);
  } else if (is_word(line, "cpuid")) {
    show_cpuid(number(argument));
  } else if (is_word(line, "peek")) {
    peek(number(argument));
  } else if (is_word(line, "traps")) {
    traps(number(argument));
  } else if (is_word(line, "beat")) {
    beat(number(argument));
  } else if (is_word(line, "off")) {
    print("Goodbye.\n");
    power_off();
  } else if (*line != '\0') {
    print("what is \"%s\"? try help\n", line);
  }
}

/* Reads one line, echoing it; backspace and delete take the last character back. */
static void read_line(char *line) {
  size_t length = 0;
  for (;;) {
    char key = read_key();
    if (key == '\r' || key == '\n') {
      print("\n");
      line[length] = '\0';
      return;
    }
    if (key == '\b' || key == 0x7F) {
      if (length > 0) {
        length--;
        print("\b \b");
      }
    } else if (key >= ' ' && length < LINE_LENGTH - 1) {
      line[length++] = key;
      put_char(key);
    }
  }
}

void kmain(const struct multiboot_info *info) {
  (void)info;
  console_init();
  segments_init();
  interrupts_init();
  set_gate(IRQ_TIMER, timer_entry, 0);
  set_gate(IRQ_SERIAL, serial_entry, 0);
  pic_init();
  keys_init();
  pic_unmask_only(SERIAL_IRQ);
  print("monitor: type help\n");

  char line[LINE_LENGTH];
  for (;;) {
    print("> ");
    read_line(line);
    run_command(line);
  }
}
