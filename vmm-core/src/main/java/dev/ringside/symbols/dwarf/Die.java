package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ByteCursor;
import dev.ringside.symbols.elf.MalformedDataException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A debugging information entry (2.1) with its attributes read. Immutable. */
final class Die {
  /** Longest chain of abstract origins and specifications that makes sense. */
  private static final int MAX_CHAIN = 8;

  final Unit unit;
  final long offset;
  final int tag;
  private final Abbrev abbrev;
  private final int[] forms;
  private final long[] values;

  /** Position behind the attributes, within the unit's bytes. */
  final int end;

  private Die(Unit unit, long offset, Abbrev abbrev, int[] forms, long[] values, int end) {
    this.unit = unit;
    this.offset = offset;
    this.tag = abbrev.tag();
    this.abbrev = abbrev;
    this.forms = forms;
    this.values = values;
    this.end = end;
  }

  /** Reads the entry at the cursor; null for the entry that ends a list of siblings. */
  static @Nullable Die read(Unit unit, ByteCursor in) {
    int position = in.position();
    long code = in.uleb();
    if (code == 0) {
      return null;
    }
    Abbrev abbrev = unit.abbrevs().get(code);
    int[] forms = abbrev.forms();
    long[] values = new long[forms.length];
    boolean copied = false;
    for (int i = 0; i < forms.length; i++) {
      int form = forms[i];
      if (form == Dw.FORM_implicit_const) {
        long[] constants = abbrev.constants();
        values[i] = constants == null ? 0 : constants[i];
        continue;
      }
      if (form == Dw.FORM_indirect) {
        form = in.ulebInt();
        if (!copied) {
          forms = forms.clone();
          copied = true;
        }
        forms[i] = form;
      }
      values[i] = Forms.read(in, form, unit);
    }
    return new Die(unit, unit.offset + position, abbrev, forms, values, in.position());
  }

  boolean hasChildren() {
    return abbrev.hasChildren();
  }

  int position() {
    return (int) (offset - unit.offset);
  }

  int index(int attribute) {
    return abbrev.indexOf(attribute);
  }

  boolean has(int attribute) {
    return index(attribute) >= 0;
  }

  int form(int index) {
    return forms[index];
  }

  long value(int index) {
    return values[index];
  }

  boolean flag(int attribute) {
    int i = index(attribute);
    return i >= 0 && values[i] != 0;
  }

  /** A constant, with data forms taken as unsigned. */
  OptionalLong constant(int attribute) {
    int i = index(attribute);
    return i < 0 || Forms.isBlock(forms[i]) || Forms.isReference(forms[i])
        ? OptionalLong.empty()
        : OptionalLong.of(values[i]);
  }

  int intConstant(int attribute, int otherwise) {
    OptionalLong value = constant(attribute);
    return value.isPresent() ? (int) value.getAsLong() : otherwise;
  }

  @Nullable String string(int attribute) {
    int i = index(attribute);
    return i < 0 ? null : unit.string(forms[i], values[i]);
  }

  /** An address without bias. */
  OptionalLong address(int attribute) {
    int i = index(attribute);
    if (i < 0) {
      return OptionalLong.empty();
    }
    if (forms[i] == Dw.FORM_addr) {
      return OptionalLong.of(values[i]);
    }
    return Forms.isAddressIndex(forms[i])
        ? OptionalLong.of(unit.address(values[i]))
        : OptionalLong.empty();
  }

  /** The bytes of a block or expression, null if the attribute is none. */
  byte @Nullable [] block(int attribute) {
    int i = index(attribute);
    return i < 0 || !Forms.isBlock(forms[i]) ? null : blockAt(i);
  }

  byte[] blockAt(int index) {
    long packed = values[index];
    int at = (int) (packed >>> 32);
    return java.util.Arrays.copyOfRange(unit.bytes(), at, at + (int) packed);
  }

  byte[] data16At(int index) {
    int at = (int) values[index];
    return java.util.Arrays.copyOfRange(unit.bytes(), at, at + 16);
  }

  /** The entry that a reference names, null if there is no such attribute. */
  @Nullable Die reference(int attribute) {
    int i = index(attribute);
    if (i < 0) {
      return null;
    }
    if (forms[i] == Dw.FORM_ref_sig8) {
      return unit.units().bySignature(values[i]);
    }
    if (!Forms.isReference(forms[i])) {
      throw new MalformedDataException(
          "a reference into a supplementary file, which is not supported");
    }
    return unit.units().die(unit, values[i]);
  }

  /**
   * This entry, or the one that it is an instance or completion of (DW_AT_abstract_origin,
   * DW_AT_specification), that has the attribute; null if none has.
   */
  @Nullable Die having(int attribute) {
    Die at = this;
    for (int depth = 0; at != null && depth < MAX_CHAIN; depth++) {
      if (at.has(attribute)) {
        return at;
      }
      at = at.origin();
    }
    return null;
  }

  /** The abstract instance or declaration of this entry, null if it stands alone. */
  @Nullable Die origin() {
    Die abstractOrigin = reference(Dw.AT_abstract_origin);
    return abstractOrigin != null ? abstractOrigin : reference(Dw.AT_specification);
  }

  /** The last entry of the chain of origins: the one instance that inlined copies share. */
  Die root() {
    Die at = this;
    for (int depth = 0; depth < MAX_CHAIN; depth++) {
      Die next = at.origin();
      if (next == null) {
        return at;
      }
      at = next;
    }
    return at;
  }

  /** DW_AT_name of this entry or its origins. */
  @Nullable String name() {
    Die named = having(Dw.AT_name);
    return named == null ? null : named.string(Dw.AT_name);
  }
}
