package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ByteCursor;

/**
 * Runs over the top level of a unit and reports what has a name and a definition, without building
 * entries: units are scanned by the thousand.
 */
final class NameScan {
  /** What a name stands for. */
  enum Kind {
    STRUCT,
    UNION,
    ENUM,
    TYPEDEF,
    BASE,
    FUNCTION,
    VARIABLE
  }

  /** Told of each definition; says whether to go on. */
  interface Visitor {
    boolean visit(Kind kind, byte[] names, int nameAt, Unit unit, long dieOffset);
  }

  private static final int MAX_DEPTH = 64;

  private final Unit unit;
  private final byte[] bytes;
  private final AbbrevTable abbrevs;
  private final byte[] strings;
  private final byte[] lineStrings;
  private final Visitor visitor;

  private NameScan(Unit unit, byte[] bytes, Visitor visitor) {
    this.unit = unit;
    this.bytes = bytes;
    this.abbrevs = unit.abbrevs();
    this.strings = unit.sections().whole(".debug_str");
    this.lineStrings = unit.sections().whole(".debug_line_str");
    this.visitor = visitor;
  }

  /** Visits a unit's definitions; false if the visitor stopped. */
  static boolean run(Unit unit, Visitor visitor) {
    byte[] bytes = unit.bytes();
    NameScan scan = new NameScan(unit, bytes, visitor);
    ByteCursor in = new ByteCursor(bytes, unit.headerSize, bytes.length);
    long code = in.uleb();
    if (code == 0) {
      return true;
    }
    Abbrev root = scan.abbrevs.get(code);
    unit.skipAttributes(in, root);
    return !root.hasChildren() || scan.siblings(in, 0);
  }

  private boolean siblings(ByteCursor in, int depth) {
    while (in.hasRemaining()) {
      int start = in.position();
      long code = in.uleb();
      if (code == 0) {
        return true;
      }
      Abbrev abbrev = abbrevs.get(code);
      Kind kind = kind(abbrev.tag());
      long sibling =
          kind == null ? unit.skipAttributes(in, abbrev) : definition(in, abbrev, kind, start);
      if (sibling < 0) {
        return false;
      }
      if (abbrev.hasChildren()) {
        boolean scope = abbrev.tag() == Dw.TAG_namespace || abbrev.tag() == Dw.TAG_module;
        if (scope && depth < MAX_DEPTH) {
          if (!siblings(in, depth + 1)) {
            return false;
          }
        } else if (sibling > in.position() && sibling <= in.limit()) {
          in.seek(sibling);
        } else {
          unit.skipChildren(in);
        }
      }
    }
    return true;
  }

  private static @org.jspecify.annotations.Nullable Kind kind(int tag) {
    return switch (tag) {
      case Dw.TAG_structure_type, Dw.TAG_class_type -> Kind.STRUCT;
      case Dw.TAG_union_type -> Kind.UNION;
      case Dw.TAG_enumeration_type -> Kind.ENUM;
      case Dw.TAG_typedef -> Kind.TYPEDEF;
      case Dw.TAG_base_type -> Kind.BASE;
      case Dw.TAG_subprogram -> Kind.FUNCTION;
      case Dw.TAG_variable -> Kind.VARIABLE;
      default -> null;
    };
  }

  /** Reads an entry that may define a name; its sibling's position, 0, or -1 to stop. */
  private long definition(ByteCursor in, Abbrev abbrev, Kind kind, int start) {
    int[] attributes = abbrev.attributes();
    int[] forms = abbrev.forms();
    byte[] names = bytes;
    int nameAt = -1;
    long sibling = 0;
    boolean declaration = false;
    boolean placed = kind != Kind.FUNCTION && kind != Kind.VARIABLE;
    boolean elsewhere = false;
    for (int i = 0; i < attributes.length; i++) {
      int form = forms[i];
      switch (attributes[i]) {
        case Dw.AT_name -> {
          if (form == Dw.FORM_strp && unit.offsetSize == 4) {
            names = strings;
            nameAt = in.s32();
          } else if (form == Dw.FORM_string) {
            nameAt = in.position();
            in.skipString();
          } else if (form == Dw.FORM_line_strp && unit.offsetSize == 4) {
            names = lineStrings;
            nameAt = in.s32();
          } else {
            Forms.skip(in, form, unit.addressSize, unit.offsetSize, unit.version);
            elsewhere = true;
          }
        }
        case Dw.AT_sibling -> {
          if (form == Dw.FORM_ref4) {
            sibling = in.u32();
          } else {
            Forms.skip(in, form, unit.addressSize, unit.offsetSize, unit.version);
          }
        }
        case Dw.AT_declaration -> {
          declaration = true;
          Forms.skip(in, form, unit.addressSize, unit.offsetSize, unit.version);
        }
        case Dw.AT_location, Dw.AT_const_value, Dw.AT_low_pc, Dw.AT_ranges, Dw.AT_inline -> {
          placed = true;
          Forms.skip(in, form, unit.addressSize, unit.offsetSize, unit.version);
        }
        case Dw.AT_specification -> {
          elsewhere = true;
          Forms.skip(in, form, unit.addressSize, unit.offsetSize, unit.version);
        }
        default -> Forms.skip(in, form, unit.addressSize, unit.offsetSize, unit.version);
      }
    }
    if (!placed || declaration || nameAt < 0 && !elsewhere) {
      return sibling;
    }
    if (nameAt < 0) {
      String name = unit.die(unit.offset + start).name();
      if (name == null) {
        return sibling;
      }
      names = (name + "\0").getBytes(java.nio.charset.StandardCharsets.UTF_8);
      nameAt = 0;
    }
    if (nameAt >= names.length) {
      return sibling;
    }
    return visitor.visit(kind, names, nameAt, unit, unit.offset + start) ? sibling : -1;
  }
}
