/* Ring 3's memory: nothing is mapped until it is touched. */
#include <stddef.h>

#include "../common/console.h"
#include "../common/cpu.h"
#include "../common/interrupts.h"
#include "rings.h"

enum { PAGE = 4096, ENTRIES = 512, FRAMES = 24, GIB_SHIFT = 30 };

enum { PRESENT = 1, WRITABLE = 2, USER = 4 };
#define NO_EXECUTE (1ull << 63)

/* Page-fault error code: SDM volume 3, section 4.7. */
enum { FAULT_PRESENT = 1 };

extern uint64_t pdpt[ENTRIES];
extern uint8_t user_image[], user_text_end[], user_end[];

static uint64_t directory[ENTRIES] __attribute__((aligned(PAGE)));
static uint64_t low_table[ENTRIES] __attribute__((aligned(PAGE)));
static uint64_t heap_table[ENTRIES] __attribute__((aligned(PAGE)));
static uint64_t stack_table[ENTRIES] __attribute__((aligned(PAGE)));
static uint8_t frames[FRAMES][PAGE] __attribute__((aligned(PAGE)));
static size_t frames_used;

static size_t directory_index(uint64_t address) { return address >> 21 & (ENTRIES - 1); }

static void link_table(uint64_t address, uint64_t *table) {
  directory[directory_index(address)] = (uint64_t)table | PRESENT | WRITABLE | USER;
}

void pages_init(void) {
  pdpt[USER_BASE >> GIB_SHIFT] = (uint64_t)directory | PRESENT | WRITABLE | USER;
  link_table(USER_BASE, low_table);
  link_table(USER_HEAP, heap_table);
  link_table(USER_STACK, stack_table);
}

/* The page's entry in the last level, or NULL outside of what ring 3 may ever use. */
static uint64_t *entry_of(uint64_t page) {
  if (page < USER_BASE || page >= USER_STACK_END) return NULL;
  uint64_t link = directory[directory_index(page)];
  if (!(link & PRESENT)) return NULL;
  uint64_t *table = (uint64_t *)(link & ~(uint64_t)(PAGE - 1));
  return &table[page >> 12 & (ENTRIES - 1)];
}

/* Maps the page that holds address. False where ring 3 has no business. */
static bool map_on_demand(uint64_t address) {
  uint64_t page = address & ~(uint64_t)(PAGE - 1);
  uint64_t *entry = entry_of(page);
  if (entry == NULL) return false;
  if (page < (uint64_t)user_end) {
    /* The program's own image: ring 3 runs it where the loader put it. */
    uint64_t physical = (uint64_t)user_image + (page - USER_BASE);
    bool text = page < (uint64_t)user_text_end;
    *entry = physical | PRESENT | USER | (text ? 0 : WRITABLE | NO_EXECUTE);
    return true;
  }
  bool heap = page >= USER_HEAP && page < USER_HEAP_END;
  bool stack = page >= USER_STACK && page < USER_STACK_END;
  if (!(heap || stack) || frames_used == FRAMES) return false;
  *entry = (uint64_t)frames[frames_used++] | PRESENT | WRITABLE | USER | NO_EXECUTE;
  return true;
}

void page_fault(struct frame *frame) {
  uint64_t address = read_cr2();
  counters.page_faults++;
  bool from_user = (frame->cs & 3) == 3;
  bool mapped = from_user && !(frame->error_code & FAULT_PRESENT) && map_on_demand(address);
  if (!mapped) unexpected_exception(frame);
}

bool user_readable(uint64_t address, uint64_t length) {
  if (address < USER_BASE || length > USER_STACK_END - USER_BASE) return false;
  for (uint64_t page = address & ~(uint64_t)(PAGE - 1); page < address + length; page += PAGE) {
    uint64_t *entry = entry_of(page);
    if (entry == NULL || (!(*entry & PRESENT) && !map_on_demand(page))) return false;
  }
  return true;
}
