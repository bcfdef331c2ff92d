/*
 * hello: the smallest kernel worth stepping through. From the 32-bit entry (common/boot.S) through
 * long mode to C; then a few functions whose arguments and locals are of every common kind.
 */
#include "../common/console.h"
#include "../common/multiboot.h"
#include "../common/power.h"

#include <stddef.h>
#include <stdint.h>

enum colour { RED = 1, GREEN = 5, BLUE = 9 };

struct point {
  int x;
  int y;
};

/* A singly linked list, to follow with the mouse. */
struct node {
  const char *name;
  enum colour colour;
  struct point at;
  struct node *next;
};

/* Bit-fields and a union: one status byte seen in two ways. */
union status {
  uint8_t byte;
  struct {
    uint8_t ready : 1;
    uint8_t error : 1;
    uint8_t mode : 3;
    uint8_t reserved : 3;
  } bits;
};

static struct node third = {"third", BLUE, {5, 6}, NULL};
static struct node second = {"second", GREEN, {3, 4}, &third};
static struct node first = {"first", RED, {1, 2}, &second};

static int squares[8];
static unsigned calls;

/* Recursion: a call stack to look at. */
static uint64_t factorial(unsigned n) {
  calls++;
  if (n <= 1) return 1;
  uint64_t smaller = factorial(n - 1);
  return n * smaller;
}

static int fill_squares(int *values, size_t count) {
  int sum = 0;
  for (size_t i = 0; i < count; i++) {
    values[i] = (int)(i * i);
    sum += values[i];
  }
  return sum;
}

static int distance(struct point from, const struct point *to) {
  int dx = to->x - from.x;
  int dy = to->y - from.y;
  return (dx < 0 ? -dx : dx) + (dy < 0 ? -dy : dy);
}

static int walk_list(const struct node *head) {
  const struct point origin = {0, 0};
  int total = 0;
  for (const struct node *node = head; node != NULL; node = node->next) {
    int far = distance(origin, &node->at);
    print("  %s: colour %d, %d from the origin\n", node->name, node->colour, far);
    total += far;
  }
  return total;
}

static int add(int a, int b) { return a + b; }

static int multiply(int a, int b) { return a * b; }

/* A call through a pointer. */
static int apply(int (*operation)(int, int), int a, int b) {
  int result = operation(a, b);
  return result;
}

void kmain(const struct multiboot_info *info) {
  console_init();
  const char *options = command_line(info);
  print("Hello from ring 0, in long mode.\n");
  print("command line: \"%s\"\n", options);

  uint64_t result = factorial(10);
  print("factorial(10) = %lu in %u calls\n", result, calls);

  int sum = fill_squares(squares, sizeof squares / sizeof squares[0]);
  print("squares: sum %d, last %d\n", sum, squares[7]);

  print("list:\n");
  int total = walk_list(&first);
  print("  total %d\n", total);

  union status status = {.byte = 0};
  status.bits.ready = 1;
  status.bits.mode = 5;
  print("status byte 0x%02x\n", status.byte);

  print("3 + 4 = %d, 3 * 4 = %d\n", apply(add, 3, 4), apply(multiply, 3, 4));
  print("Goodbye.\n");
  power_off();
}
