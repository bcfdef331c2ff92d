/*
 * Four loops that stress four parts of a processor, 50 to 100 million instructions each at scale 1:
 * integer arithmetic, memory, unpredictable branches, calls. Integers only, no I/O, no allocation.
 */
#include "phases.h"

#include <stddef.h>

enum {
  ALU_ROUNDS = 6 * 1000 * 1000,
  SIEVE_SIZE = 1 << 20,
  SIEVE_ROUNDS = 5,
  SORT_SIZE = 1 << 17,
  SORT_ROUNDS = 2,
  FIB_N = 32,
};

const struct phase phases[PHASES] = {
    {"alu", alu}, {"memory", memory}, {"branch", branch}, {"call", call}};

static uint64_t rotate_left(uint64_t value, unsigned count) {
  return value << count | value >> (64 - count);
}

/* Registers only: multiply, add, rotate, exclusive or, shift. */
uint64_t alu(uint64_t scale) {
  uint64_t a = 0x9E3779B97F4A7C15;
  uint64_t b = 0xD1B54A32D192ED03;
  uint64_t c = 1;
  for (uint64_t i = 0; i < scale * ALU_ROUNDS; i++) {
    a = a * 0x5851F42D4C957F2D + i;
    b = rotate_left(b ^ a, 23) - c;
    c += (a >> 17) ^ (b << 3);
  }
  return a ^ b ^ c;
}

/* The sieve of Eratosthenes: strided stores, then a scan. */
uint64_t memory(uint64_t scale) {
  static uint8_t composite[SIEVE_SIZE];
  uint64_t sum = 0;
  for (uint64_t round = 0; round < scale * SIEVE_ROUNDS; round++) {
    for (size_t i = 0; i < SIEVE_SIZE; i++) composite[i] = 0;
    for (size_t i = 2; i * i < SIEVE_SIZE; i++) {
      if (composite[i]) continue;
      for (size_t multiple = i * i; multiple < SIEVE_SIZE; multiple += i) composite[multiple] = 1;
    }
    for (size_t i = 2; i < SIEVE_SIZE; i++) {
      if (!composite[i]) sum = sum * 31 + i + round;
    }
  }
  return sum;
}

/* Hoare's quicksort: branches that no predictor knows. */
static void quicksort(uint32_t *values, int64_t low, int64_t high) {
  while (low < high) {
    uint32_t pivot = values[low + (high - low) / 2];
    int64_t left = low;
    int64_t right = high;
    while (left <= right) {
      while (values[left] < pivot) left++;
      while (values[right] > pivot) right--;
      if (left <= right) {
        uint32_t swapped = values[left];
        values[left++] = values[right];
        values[right--] = swapped;
      }
    }
    if (right - low < high - left) {
      quicksort(values, low, right);
      low = left;
    } else {
      quicksort(values, left, high);
      high = right;
    }
  }
}

uint64_t branch(uint64_t scale) {
  static uint32_t values[SORT_SIZE];
  uint64_t state = 88172645463325252;
  uint64_t sum = 0;
  for (uint64_t round = 0; round < scale * SORT_ROUNDS; round++) {
    for (size_t i = 0; i < SORT_SIZE; i++) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      values[i] = (uint32_t)state;
    }
    quicksort(values, 0, SORT_SIZE - 1);
    for (size_t i = 0; i < SORT_SIZE; i++) sum = sum * 31 + values[i];
  }
  return sum;
}

/* Naive Fibonacci: almost nothing but calls and returns. */
__attribute__((noipa)) static uint64_t fib(uint64_t n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

uint64_t call(uint64_t scale) {
  uint64_t sum = 0;
  for (uint64_t round = 0; round < scale; round++) sum = sum * 31 + fib(FIB_N);
  return sum;
}
