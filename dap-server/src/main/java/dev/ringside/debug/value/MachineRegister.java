package dev.ringside.debug.value;

import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.SegmentRegister;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A processor register, or a part of one, under the name that a user writes behind {@code $}. */
public sealed interface MachineRegister {
  /** The name without {@code $}, lower case. */
  String name();

  /** How many bits it shows. */
  int bits();

  /**
   * All or some bits of a register that holds one number: {@code rax}, {@code al}, {@code cr3}.
   *
   * @param shift its lowest bit in the register
   */
  record Part(String name, Register register, int shift, int bits) implements MachineRegister {}

  /** A segment register's selector. */
  record Selector(String name, SegmentRegister segment) implements MachineRegister {
    @Override
    public int bits() {
      return 16;
    }
  }

  /** A segment register's base address: {@code fs_base}. */
  record Base(String name, SegmentRegister segment) implements MachineRegister {
    @Override
    public int bits() {
      return 64;
    }
  }

  /**
   * A field of the FXSAVE image (SDM vol. 1, table 10-2).
   *
   * @param offset bytes into the image
   */
  record Saved(String name, int offset, int bits) implements MachineRegister {}

  /** The base or limit of GDTR or IDTR: {@code gdtr_base}. */
  record Table(String name, boolean interrupts, boolean base) implements MachineRegister {
    @Override
    public int bits() {
      return base ? 64 : 16;
    }
  }

  /** The register of that name, in any case. */
  static Optional<MachineRegister> named(String name) {
    return Optional.ofNullable(Names.ALL.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Every register, by name. */
  static Map<String, MachineRegister> all() {
    return Names.ALL;
  }

  /** The table of names. */
  final class Names {
    private static final Map<String, MachineRegister> ALL = all();

    private Names() {}

    private static Map<String, MachineRegister> all() {
      Map<String, MachineRegister> map = new HashMap<>();
      String[] words = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
      String[] low = {"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"};
      String[] high = {"ah", "ch", "dh", "bh"};
      for (int i = 0; i < 16; i++) {
        Register r = Register.general(i);
        String full = r.name().toLowerCase(Locale.ROOT);
        part(map, full, r, 0, 64);
        part(map, i < 8 ? "e" + words[i] : full + "d", r, 0, 32);
        part(map, i < 8 ? words[i] : full + "w", r, 0, 16);
        part(map, i < 8 ? low[i] : full + "b", r, 0, 8);
        if (i < 4) {
          part(map, high[i], r, 8, 8);
        }
      }
      for (Register r : Register.values()) {
        if (!r.isGeneral()) {
          part(map, r.name().toLowerCase(Locale.ROOT), r, 0, 64);
        }
      }
      part(map, "eip", Register.RIP, 0, 32);
      part(map, "ip", Register.RIP, 0, 16);
      part(map, "pc", Register.RIP, 0, 64);
      part(map, "fp", Register.RBP, 0, 64);
      part(map, "eflags", Register.RFLAGS, 0, 32);
      part(map, "flags", Register.RFLAGS, 0, 16);
      for (SegmentRegister s : SegmentRegister.values()) {
        String name = s.name().toLowerCase(Locale.ROOT);
        map.put(name, new Selector(name, s));
        map.put(name + "_base", new Base(name + "_base", s));
      }
      for (int i = 0; i < 16; i++) {
        map.put("xmm" + i, new Saved("xmm" + i, 160 + 16 * i, 128));
      }
      for (int i = 0; i < 8; i++) {
        map.put("st" + i, new Saved("st" + i, 32 + 16 * i, 80));
        map.put("mm" + i, new Saved("mm" + i, 32 + 16 * i, 64));
      }
      map.put("mxcsr", new Saved("mxcsr", 24, 32));
      map.put("fcw", new Saved("fcw", 0, 16));
      map.put("fsw", new Saved("fsw", 2, 16));
      map.put("ftw", new Saved("ftw", 4, 8));
      for (boolean interrupts : new boolean[] {false, true}) {
        String table = interrupts ? "idtr" : "gdtr";
        map.put(table + "_base", new Table(table + "_base", interrupts, true));
        map.put(table + "_limit", new Table(table + "_limit", interrupts, false));
      }
      return Map.copyOf(map);
    }

    private static void part(
        Map<String, MachineRegister> map, String name, Register register, int shift, int bits) {
      map.put(name, new Part(name, register, shift, bits));
    }
  }
}
