package dev.ringside.debug.value;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.guest.LittleEndian;
import dev.ringside.debug.guest.UnreadableMemoryException;
import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.symbols.model.Type;
import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.VmcsView;
import java.util.Arrays;
import java.util.OptionalLong;

/** Reads values from a guest; on the view's thread. Throws {@link UnavailableValueException}. */
public final class ValueReader {
  private ValueReader() {}

  /** All bytes of a value; a bit-field's are shifted down and padded to its type's size. */
  public static byte[] bytes(GuestView view, Value value) {
    long bits = value.bits();
    if (bits > 64L << 20) {
      throw new UnavailableValueException("a value of " + bits / 8 + " bytes is too large to read");
    }
    byte[] raw = read(view, value.place(), value.bitOffset(), bits);
    long size = Math.max(value.type().size(), raw.length);
    return raw.length == size ? raw : Arrays.copyOf(raw, (int) size);
  }

  /** A number of at most 64 bits, extended by the sign that the type says. */
  public static long number(GuestView view, Value value) {
    int bits = (int) Math.min(64, value.bits());
    return LittleEndian.extend(raw(view, value), bits, isSigned(value.type()));
  }

  /** A number of at most 64 bits, zero-extended. */
  public static long raw(GuestView view, Value value) {
    int bits = (int) Math.min(64, value.bits());
    if (value.place() instanceof Place.Linear linear
        && ((value.bitOffset() | bits) & 7) == 0
        && bits > 0) {
      try {
        return view.readNumber(linear.address() + value.bitOffset() / 8, bits / 8);
      } catch (UnreadableMemoryException e) {
        throw new UnavailableValueException(e.reason());
      }
    }
    byte[] bytes = read(view, value.place(), value.bitOffset(), bits);
    return LittleEndian.unsigned(bytes, 0, bytes.length);
  }

  /** Whether numbers of a type have a sign. */
  public static boolean isSigned(Type type) {
    return switch (type.stripped()) {
      case Type.Base base -> base.encoding().isSigned();
      case Type.Enumeration e -> e.signed();
      case Type.Pointer p -> false;
      case Type.Reference r -> false;
      case Type.Array a -> false;
      case Type.Structure s -> false;
      case Type.Function f -> false;
      case Type.VoidType v -> false;
      case Type.Unknown u -> false;
      case Type.Typedef t -> false;
      case Type.Qualified q -> false;
    };
  }

  /** {@code bits} bits of a place from {@code bitOffset} on, shifted down to bit 0. */
  static byte[] read(GuestView view, Place place, long bitOffset, long bits) {
    if (place instanceof Place.Pieces pieces) {
      return gather(view, pieces, bitOffset, bits);
    }
    long first = Math.floorDiv(bitOffset, 8);
    int shift = (int) Math.floorMod(bitOffset, 8L);
    int length = (int) ((shift + bits + 7) / 8);
    byte[] raw = bytesOf(view, place, first, length);
    return shift == 0 && (bits & 7) == 0 ? raw : shifted(raw, shift, bits);
  }

  private static byte[] bytesOf(GuestView view, Place place, long first, int length) {
    return switch (place) {
      case Place.Linear linear -> {
        byte[] bytes = new byte[length];
        int got = view.read(linear.address() + first, bytes, 0, length);
        if (got < length) {
          throw new UnavailableValueException(
              "cannot read memory at 0x" + Long.toHexString(linear.address() + first + got));
        }
        yield bytes;
      }
      case Place.Physical physical -> {
        byte[] bytes = new byte[length];
        int got = view.readPhysical(physical.gpa() + first, bytes, 0, length);
        if (got < length) {
          throw new UnavailableValueException(
              "there is no RAM at guest-physical address 0x"
                  + Long.toHexString(physical.gpa() + first + got));
        }
        yield bytes;
      }
      case Place.CpuRegister r -> part(register(view, r), first, length);
      case Place.FrameRegister r -> part(frameRegister(r, first + length), first, length);
      case Place.Msr msr -> part(LittleEndian.bytes(msr(view, msr.index()), 8), first, length);
      case Place.Vmcs vmcs -> {
        VmcsView view1 =
            view.vmcs()
                .orElseThrow(() -> new UnavailableValueException("this target shows no VMCS"));
        OptionalLong value = view1.read(vmcs.field());
        if (value.isEmpty()) {
          throw new UnavailableValueException("not visible on this processor");
        }
        yield part(LittleEndian.bytes(value.getAsLong(), 8), first, length);
      }
      case Place.Immediate immediate -> part(immediate.bytes(), first, length);
      case Place.Pieces pieces -> gather(view, pieces, first * 8, length * 8L);
      case Place.PointedTo p -> throw new UnavailableValueException("optimised out");
      case Place.Missing missing -> throw new UnavailableValueException(missing.reason());
    };
  }

  private static byte[] part(byte[] bytes, long first, int length) {
    byte[] part = new byte[length];
    if (first >= 0 && first < bytes.length) {
      System.arraycopy(bytes, (int) first, part, 0, (int) Math.min(length, bytes.length - first));
    }
    return part;
  }

  private static byte[] register(GuestView view, Place.CpuRegister place) {
    MachineRegister register = place.register();
    EvaluationContext frame = place.frame();
    if (frame != null) {
      OptionalLong known = FrameRegisters.read(frame, register);
      if (known.isPresent()) {
        return LittleEndian.bytes(known.getAsLong(), (register.bits() + 7) / 8);
      }
      if (!FrameRegisters.isSameInAllFrames(register)) {
        throw new UnavailableValueException("not saved: " + register.name() + " of a caller");
      }
    }
    try {
      return LiveRegisters.read(view.cpu(), register);
    } catch (UnavailableException e) {
      throw new UnavailableValueException(String.valueOf(e.getMessage()));
    }
  }

  private static byte[] frameRegister(Place.FrameRegister place, long needed) {
    if (needed > 8) {
      byte[] wide = place.frame().wideRegister(place.number());
      if (wide != null) {
        return wide;
      }
    }
    OptionalLong value = place.frame().register(place.number());
    if (value.isPresent()) {
      return LittleEndian.bytes(value.getAsLong(), 8);
    }
    byte[] wide = place.frame().wideRegister(place.number());
    if (wide == null) {
      throw new UnavailableValueException(
          "in register " + place.number() + ", which this frame's callees did not save");
    }
    return wide;
  }

  private static long msr(GuestView view, int index) {
    try {
      return view.readMsr(index);
    } catch (UnavailableException e) {
      throw new UnavailableValueException(String.valueOf(e.getMessage()));
    }
  }

  private static byte[] gather(GuestView view, Place.Pieces pieces, long bitOffset, long bits) {
    byte[] result = new byte[(int) ((bits + 7) / 8)];
    long start = 0;
    for (Place.Piece piece : pieces.pieces()) {
      long from = Math.max(start, bitOffset);
      long to = Math.min(start + piece.bitSize(), bitOffset + bits);
      if (from < to) {
        byte[] part = read(view, piece.place(), piece.bitOffset() + from - start, to - from);
        put(result, from - bitOffset, part, to - from);
      }
      start += piece.bitSize();
    }
    if (start < bitOffset + bits) {
      throw new UnavailableValueException("partly optimised out");
    }
    return result;
  }

  private static void put(byte[] target, long bitOffset, byte[] part, long bits) {
    for (long i = 0; i < bits; i++) {
      if ((part[(int) (i >> 3)] >> (i & 7) & 1) != 0) {
        long at = bitOffset + i;
        target[(int) (at >> 3)] |= (byte) (1 << (at & 7));
      }
    }
  }

  private static byte[] shifted(byte[] raw, int shift, long bits) {
    byte[] result = new byte[(int) ((bits + 7) / 8)];
    for (int i = 0; i < result.length; i++) {
      int low = (raw[i] & 0xff) >>> shift;
      int high = i + 1 < raw.length ? (raw[i + 1] & 0xff) << (8 - shift) : 0;
      result[i] = (byte) (low | high);
    }
    int rest = (int) (bits & 7);
    if (rest != 0) {
      result[result.length - 1] &= (byte) ((1 << rest) - 1);
    }
    return result;
  }
}
