package dev.ringside.vmm.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Zeroed memory that costs nothing until it is touched: C's {@code calloc}, which takes large
 * pieces from the operating system as they are and does not clear them again. ({@link
 * Arena#allocate} writes zeros over all of it: a third of a second for 512 MiB, which is then
 * resident.) Where C cannot be called, the arena's own memory.
 */
@SuppressWarnings("restricted") // The one place that takes memory from C.
public final class HostPages {
  private HostPages() {}

  /**
   * Allocates.
   *
   * @param bytes how many, more than 0
   * @param alignment a power of two
   * @param arena frees it when it is closed
   * @throws OutOfMemoryError if the host does not have it
   */
  public static MemorySegment allocate(long bytes, long alignment, Arena arena) {
    Functions c = Functions.FOUND;
    if (c == null) {
      return arena.allocate(bytes, alignment);
    }
    MemorySegment whole = c.allocate(Math.addExact(bytes, alignment));
    if (whole.address() == 0) {
      throw new OutOfMemoryError("the host has no " + bytes + " bytes of memory for guest RAM");
    }
    long start = -whole.address() & (alignment - 1);
    return whole.reinterpret(bytes + alignment, arena, c::free).asSlice(start, bytes);
  }

  /** {@code calloc} and {@code free}. */
  private record Functions(MethodHandle calloc, MethodHandle free) {
    static final @Nullable Functions FOUND = find();

    private static @Nullable Functions find() {
      try {
        Linker linker = Linker.nativeLinker();
        SymbolLookup c = linker.defaultLookup();
        return new Functions(
            linker.downcallHandle(
                c.findOrThrow("calloc"),
                FunctionDescriptor.of(
                    ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG)),
            linker.downcallHandle(
                c.findOrThrow("free"), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)));
      } catch (UnsupportedOperationException | IllegalCallerException | NoSuchElementException e) {
        return null; // No linker on this platform, or native access is denied: the arena will do.
      }
    }

    MemorySegment allocate(long bytes) {
      try {
        return (MemorySegment) calloc.invokeExact(1L, bytes);
      } catch (Throwable e) {
        throw new IllegalStateException("calloc cannot be called", e);
      }
    }

    void free(MemorySegment memory) {
      try {
        free.invokeExact(memory);
      } catch (Throwable e) {
        throw new IllegalStateException("free cannot be called", e);
      }
    }
  }
}
