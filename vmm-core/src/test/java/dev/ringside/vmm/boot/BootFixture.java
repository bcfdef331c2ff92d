package dev.ringside.vmm.boot;

import dev.ringside.vmm.memory.GuestMemory;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Guest memory to boot into, and how to read it back. */
final class BootFixture {
  static final long MIB = 1 << 20;
  static final long RSDP = 0xF0000;

  final GuestMemory memory;

  BootFixture(long size) {
    memory = new GuestMemory(Arena.ofAuto().allocate(size, 4096));
  }

  BootRequest request(String commandLine) {
    return new BootRequest(memory, Optional.empty(), commandLine, RSDP);
  }

  BootRequest request(String commandLine, byte[] initrd) {
    return new BootRequest(memory, Optional.of(initrd), commandLine, RSDP);
  }

  long u32(long gpa) {
    return memory.readInt(gpa) & 0xffff_ffffL;
  }

  String string(long gpa) {
    int length = 0;
    while (memory.readByte(gpa + length) != 0) {
      length++;
    }
    return new String(memory.read(gpa, length), StandardCharsets.UTF_8);
  }
}
