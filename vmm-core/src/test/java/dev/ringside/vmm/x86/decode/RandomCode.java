package dev.ringside.vmm.x86.decode;

import java.util.Arrays;
import java.util.Random;

/** Makes up instructions: most of them defined, few of them sensible. */
final class RandomCode {
  /** Bytes of a slot; what the instruction leaves of it is NOPs. */
  static final int SLOT = 32;

  private static final int[] PREFIXES = {0x66, 0x66, 0xF3, 0xF2, 0x67, 0x64, 0x65, 0x2E, 0x3E};

  private final byte[] code = new byte[SLOT];
  private int at;

  private RandomCode() {
    Arrays.fill(code, (byte) 0x90);
  }

  private void put(int b) {
    code[at++] = (byte) b;
  }

  static byte[] slot(Random random, CodeSize size) {
    RandomCode slot = new RandomCode();
    switch (random.nextInt(4)) {
      case 0 -> slot.vex(random);
      case 1 -> slot.evex(random);
      default -> slot.legacy(random, size);
    }
    for (int i = 0; i < 10; i++) {
      slot.put(random.nextInt(256));
    }
    return slot.code;
  }

  private void legacy(Random random, CodeSize size) {
    if (random.nextInt(3) == 0) {
      put(PREFIXES[random.nextInt(PREFIXES.length)]);
    }
    if (size == CodeSize.BITS64 && random.nextInt(3) == 0) {
      put(0x40 | random.nextInt(16));
    }
    switch (random.nextInt(8)) {
      case 0, 1 -> put(random.nextInt(256));
      case 2, 3, 4 -> {
        put(0x0F);
        put(random.nextInt(256));
      }
      case 5 -> {
        put(0x0F);
        put(0x38);
        put(random.nextInt(256));
      }
      case 6 -> {
        put(0x0F);
        put(0x3A);
        put(random.nextInt(256));
      }
      default -> put(0xD8 | random.nextInt(8));
    }
  }

  private void vex(Random random) {
    int vvvv = random.nextBoolean() ? 0x78 : 0;
    if (random.nextBoolean()) {
      put(0xC5);
      put(0x80 | random.nextInt(128) | vvvv);
    } else {
      put(0xC4);
      put(0xC0 | random.nextInt(2) << 5 | 1 + random.nextInt(3));
      put(random.nextInt(256) | vvvv);
    }
    put(random.nextInt(256));
  }

  private void evex(Random random) {
    put(0x62);
    put(0xC0 | random.nextInt(4) << 4 | new int[] {1, 2, 3, 5, 6}[random.nextInt(5)]);
    put(random.nextInt(256) | 4 | (random.nextBoolean() ? 0x78 : 0));
    put(new int[] {0x08, 0x28, 0x48, 0x18, 0x58, 0x09, 0x89, 0xC9}[random.nextInt(8)]);
    put(random.nextInt(256));
  }
}
