package dev.ringside.vmm.device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One of a local APIC's 256-bit registers: ISR, TMR or IRR (SDM vol. 3A, 11.8.4). */
final class VectorSet {
  private final int[] words = new int[8];

  boolean has(int vector) {
    return (words[vector >> 5] & 1 << (vector & 31)) != 0;
  }

  void add(int vector) {
    words[vector >> 5] |= 1 << (vector & 31);
  }

  void remove(int vector) {
    words[vector >> 5] &= ~(1 << (vector & 31));
  }

  /** The highest vector, or -1. */
  int highest() {
    for (int i = 7; i >= 0; i--) {
      if (words[i] != 0) {
        return i * 32 + 31 - Integer.numberOfLeadingZeros(words[i]);
      }
    }
    return -1;
  }

  /** Those in the set, highest first. */
  List<Integer> vectors() {
    List<Integer> vectors = new ArrayList<>();
    for (int vector = 255; vector >= 0; vector--) {
      if (has(vector)) {
        vectors.add(vector);
      }
    }
    return vectors;
  }

  /** Vectors 32 × index to 32 × index + 31. */
  int word(int index) {
    return words[index];
  }

  void clear() {
    Arrays.fill(words, 0);
  }
}
