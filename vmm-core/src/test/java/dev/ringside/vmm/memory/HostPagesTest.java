package dev.ringside.vmm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class HostPagesTest {
  private static final long SIZE = 256L << 20;

  @Test
  void memoryIsZeroAlignedBoundedAndGoneWithItsArena() {
    MemorySegment memory;
    try (Arena arena = Arena.ofShared()) {
      memory = HostPages.allocate(SIZE, 4096, arena);
      assertThat(memory.byteSize()).isEqualTo(SIZE);
      assertThat(memory.address() & 4095).isZero();
      assertThat(memory.get(ValueLayout.JAVA_LONG, 0)).isZero();
      assertThat(memory.get(ValueLayout.JAVA_LONG, SIZE - 8)).isZero();
      memory.set(ValueLayout.JAVA_BYTE, SIZE - 1, (byte) 1);
      MemorySegment bounded = memory;
      assertThatThrownBy(() -> bounded.get(ValueLayout.JAVA_BYTE, SIZE))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> bounded.get(ValueLayout.JAVA_BYTE, -1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    MemorySegment gone = memory;
    assertThatThrownBy(() -> gone.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void untouchedMemoryIsNotResident() throws IOException {
    Path statistics = Path.of("/proc/self/statm");
    Assumptions.assumeTrue(Files.exists(statistics), "no /proc here");
    try (Arena arena = Arena.ofShared()) {
      long before = residentPages(statistics);
      GuestMemory memory = new GuestMemory(HostPages.allocate(SIZE, 4096, arena));
      memory.writeByte(0x1000, 1);
      memory.clear();
      assertThat(memory.readByte(0x1000)).isZero();
      assertThat((residentPages(statistics) - before) * 4096).isLessThan(SIZE / 2);
    }
  }

  private static long residentPages(Path statistics) throws IOException {
    String line = Files.readString(statistics);
    int second = line.indexOf(' ') + 1;
    return Long.parseLong(line, second, line.indexOf(' ', second), 10);
  }

  @Test
  void whatTheHostDoesNotHaveIsSaid() {
    try (Arena arena = Arena.ofShared()) {
      assertThatThrownBy(() -> HostPages.allocate(1L << 52, 4096, arena))
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessageContaining("guest RAM");
    }
  }
}
