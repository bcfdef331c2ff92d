package dev.ringside.debug.value;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.guest.LittleEndian;
import dev.ringside.vmm.UnavailableException;
import org.jspecify.annotations.Nullable;

/** Writes values into a guest; on the view's thread. Throws {@link UnavailableValueException}. */
public final class ValueWriter {
  private ValueWriter() {}

  /** Why the value cannot be written; null if it can. */
  public static @Nullable String refusal(Value value) {
    return switch (value.place()) {
      case Place.Linear l -> null;
      case Place.Physical p -> null;
      case Place.CpuRegister r ->
          r.frame() == null ? null : "a caller's registers are what unwinding found: read-only";
      case Place.FrameRegister r ->
          r.live() != null ? null : "it is in a register of a caller, which is read-only";
      case Place.Msr m -> null;
      case Place.Vmcs v -> null;
      case Place.Immediate i -> "it is a computed value, not a place that could be written";
      case Place.Pieces pieces -> {
        for (Place.Piece piece : pieces.pieces()) {
          String refusal = refusal(new Value(value.type(), piece.place()));
          if (refusal != null) {
            yield refusal;
          }
        }
        yield null;
      }
      case Place.PointedTo p -> "it is optimised out";
      case Place.Missing m -> m.reason();
    };
  }

  /**
   * Stores the lowest bits of {@code bytes} as the value's new content.
   *
   * @throws UnavailableValueException if a byte cannot be written, or the processor refuses it
   */
  public static void write(GuestView view, Value value, byte[] bytes) {
    String refusal = refusal(value);
    if (refusal != null) {
      throw new UnavailableValueException(refusal);
    }
    write(view, value.place(), value.bitOffset(), value.bits(), bytes);
  }

  private static void write(GuestView view, Place place, long bitOffset, long bits, byte[] bytes) {
    if (place instanceof Place.Pieces pieces) {
      scatter(view, pieces, bitOffset, bits, bytes);
      return;
    }
    long first = Math.floorDiv(bitOffset, 8);
    int shift = (int) Math.floorMod(bitOffset, 8L);
    byte[] merged;
    if (shift == 0 && (bits & 7) == 0) {
      merged = java.util.Arrays.copyOf(bytes, (int) (bits / 8));
    } else {
      int length = (int) ((shift + bits + 7) / 8);
      merged = ValueReader.read(view, place, first * 8, length * 8L);
      for (long i = 0; i < bits; i++) {
        boolean set = (bytes[(int) (i >> 3)] >> (i & 7) & 1) != 0;
        int at = (int) (shift + i);
        int mask = 1 << (at & 7);
        merged[at >> 3] = (byte) (set ? merged[at >> 3] | mask : merged[at >> 3] & ~mask);
      }
    }
    store(view, place, first, merged);
  }

  private static void store(GuestView view, Place place, long first, byte[] bytes) {
    try {
      switch (place) {
        case Place.Linear l -> {
          long address = l.address() + first;
          complete(address, view.write(address, bytes, 0, bytes.length), bytes.length);
        }
        case Place.Physical p -> {
          long gpa = p.gpa() + first;
          complete(gpa, view.writePhysical(gpa, bytes, 0, bytes.length), bytes.length);
        }
        case Place.CpuRegister r -> register(view, r.register(), first, bytes);
        case Place.FrameRegister r -> {
          MachineRegister live = r.live();
          if (live != null) {
            register(view, live, first, bytes);
          }
        }
        case Place.Msr m -> view.writeMsr(m.index(), LittleEndian.unsigned(bytes, 0, 8));
        case Place.Vmcs v ->
            view.vmcs()
                .orElseThrow(() -> new UnavailableValueException("this target shows no VMCS"))
                .write(v.field(), LittleEndian.unsigned(bytes, 0, Math.min(8, bytes.length)));
        case Place.Immediate i -> throw new IllegalStateException("refused before");
        case Place.Pieces p -> throw new IllegalStateException("handled before");
        case Place.PointedTo p -> throw new IllegalStateException("refused before");
        case Place.Missing m -> throw new IllegalStateException("refused before");
      }
    } catch (UnavailableException e) {
      throw new UnavailableValueException(String.valueOf(e.getMessage()));
    }
  }

  private static void complete(long address, int written, int wanted) {
    if (written < wanted) {
      throw new UnavailableValueException(
          "cannot write memory at 0x" + Long.toHexString(address + written));
    }
  }

  private static void register(GuestView view, MachineRegister register, long first, byte[] bytes) {
    byte[] whole = LiveRegisters.read(view.cpu(), register);
    if (first != 0 || bytes.length < whole.length) {
      System.arraycopy(
          bytes, 0, whole, (int) first, Math.min(bytes.length, whole.length - (int) first));
      LiveRegisters.write(view.cpu(), register, whole);
    } else {
      LiveRegisters.write(view.cpu(), register, bytes);
    }
  }

  private static void scatter(
      GuestView view, Place.Pieces pieces, long bitOffset, long bits, byte[] bytes) {
    long start = 0;
    for (Place.Piece piece : pieces.pieces()) {
      long from = Math.max(start, bitOffset);
      long to = Math.min(start + piece.bitSize(), bitOffset + bits);
      if (from < to) {
        byte[] part =
            ValueReader.read(view, new Place.Immediate(bytes), from - bitOffset, to - from);
        write(view, piece.place(), piece.bitOffset() + from - start, to - from, part);
      }
      start += piece.bitSize();
    }
  }
}
