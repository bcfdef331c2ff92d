package dev.ringside.debug.value;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.guest.LittleEndian;
import dev.ringside.symbols.model.Symbol;
import dev.ringside.symbols.model.Type;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Writes values as CONTRACTS.md says: first the plain value, then annotation. A part that cannot be
 * read shows as {@code <reason>}, and the rest of the value stands. On the view's thread.
 */
public final class Formatter {
  private static final int MAX_STRING = 200;
  private static final int MAX_SUMMARY = 100;
  private static final int MAX_ELEMENTS = 16;
  private static final int MAX_DEPTH = 2;

  private final Symbolizer symbols;
  private final boolean hex;

  /** Formats numbers in decimal, or all in hexadecimal. */
  public Formatter(Symbolizer symbols, boolean hex) {
    this.symbols = symbols;
    this.hex = hex;
  }

  /** The text of a value, one line. */
  public String text(GuestView view, Value value) {
    return text(view, value, 0);
  }

  private String text(GuestView view, Value value, int depth) {
    try {
      return available(view, value, depth);
    } catch (UnavailableValueException e) {
      if (value.place() instanceof Place.PointedTo pointed) {
        return "<optimised out> &" + pointed.name();
      }
      return "<" + e.getMessage() + ">";
    }
  }

  private String available(GuestView view, Value value, int depth) {
    if (value.isMachineWord() && value.bits() <= 64) {
      return word(ValueReader.raw(view, value));
    }
    Type type = value.type().stripped();
    return switch (type) {
      case Type.Base base -> base(view, value, base);
      case Type.Enumeration e -> enumeration(ValueReader.number(view, value), e);
      case Type.Pointer p -> pointer(view, ValueReader.raw(view, value), p, depth);
      case Type.Reference r -> word(ValueReader.raw(view, value));
      case Type.Array a -> array(view, value, a, depth);
      case Type.Structure s -> structure(view, value, symbols.complete(s), depth);
      case Type.Function f -> value.hasAddress() ? word(value.address()) : "<function>";
      case Type.VoidType v -> "void";
      case Type.Unknown u -> "<unknown type: " + u.reason() + ">";
      case Type.Typedef t -> throw new IllegalStateException("stripped before");
      case Type.Qualified q -> throw new IllegalStateException("stripped before");
    };
  }

  /** A register, address or VMCS field: minimal hexadecimal and the symbol there. */
  public String word(long value) {
    String plain = "0x" + Long.toHexString(value);
    return symbol(value).map(s -> plain + " <" + s + ">").orElse(plain);
  }

  private Optional<String> symbol(long address) {
    Optional<Symbol.At> at = symbols.symbolAt(address);
    return at.map(Symbol.At::toString);
  }

  private String base(GuestView view, Value value, Type.Base base) {
    if (base.encoding() == Type.Encoding.COMPLEX_FLOAT) {
      byte[] bytes = ValueReader.bytes(view, value);
      int half = bytes.length / 2;
      return FloatingPoint.text(Arrays.copyOf(bytes, half))
          + " + "
          + FloatingPoint.text(Arrays.copyOfRange(bytes, half, bytes.length))
          + "i";
    }
    if (base.encoding() == Type.Encoding.FLOAT) {
      return FloatingPoint.text(ValueReader.bytes(view, value));
    }
    if (base.encoding() == Type.Encoding.OTHER) {
      return bigNumber(ValueReader.bytes(view, value), false);
    }
    if (base.size() > 8 && !value.isBitField()) {
      return bigNumber(ValueReader.bytes(view, value), base.encoding().isSigned());
    }
    long number = ValueReader.number(view, value);
    return switch (base.encoding()) {
      case BOOLEAN -> number == 0 ? "false" : number == 1 ? "true" : integer(value, number, base);
      case SIGNED_CHAR, UNSIGNED_CHAR, UTF ->
          integer(value, number, base) + " '" + CharacterText.of((int) number, '\'') + "'";
      case SIGNED, UNSIGNED, ADDRESS, FLOAT, COMPLEX_FLOAT, OTHER -> integer(value, number, base);
    };
  }

  private String integer(Value value, long number, Type.Base base) {
    if (hex) {
      int bits = (int) Math.min(64, value.bits());
      return "0x" + Long.toHexString(LittleEndian.extend(number, bits, false));
    }
    return base.encoding().isSigned() ? Long.toString(number) : Long.toUnsignedString(number);
  }

  private String bigNumber(byte[] littleEndian, boolean signed) {
    byte[] bigEndian = new byte[littleEndian.length];
    for (int i = 0; i < bigEndian.length; i++) {
      bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
    }
    BigInteger unsigned = new BigInteger(1, bigEndian);
    if (hex) {
      return "0x" + unsigned.toString(16);
    }
    return (signed ? new BigInteger(bigEndian) : unsigned).toString();
  }

  private String enumeration(long number, Type.Enumeration type) {
    String plain = hex ? "0x" + Long.toHexString(number) : Long.toString(number);
    Optional<Type.Enumerator> name = type.named(number);
    if (name.isPresent()) {
      return plain + " " + name.get().name();
    }
    return flags(number, type).map(f -> plain + " " + f).orElse(plain);
  }

  /** A value that is made of single-bit enumerators. */
  private static Optional<String> flags(long number, Type.Enumeration type) {
    List<String> names = new ArrayList<>();
    long rest = number;
    for (Type.Enumerator e : type.enumerators()) {
      if (Long.bitCount(e.value()) == 1 && (rest & e.value()) != 0) {
        names.add(e.name());
        rest &= ~e.value();
      }
    }
    return rest == 0 && !names.isEmpty()
        ? Optional.of(String.join(" | ", names))
        : Optional.empty();
  }

  private String pointer(GuestView view, long address, Type.Pointer type, int depth) {
    Type target = type.target().get();
    String plain = "0x" + Long.toHexString(address);
    if (isCharacter(target) && address != 0) {
      return plain + stringAt(view, address);
    }
    return depth < MAX_DEPTH ? word(address) : plain;
  }

  static boolean isCharacter(Type type) {
    return type.stripped() instanceof Type.Base b
        && b.size() == 1
        && (b.encoding() == Type.Encoding.SIGNED_CHAR
            || b.encoding() == Type.Encoding.UNSIGNED_CHAR);
  }

  private static String stringAt(GuestView view, long address) {
    byte[] bytes = new byte[MAX_STRING + 1];
    int got = view.read(address, bytes, 0, bytes.length);
    if (got == 0) {
      return " <cannot read memory at 0x" + Long.toHexString(address) + ">";
    }
    int length = 0;
    while (length < got && bytes[length] != 0) {
      length++;
    }
    boolean cut = length == bytes.length;
    return " " + quoted(bytes, Math.min(length, MAX_STRING)) + (cut ? "…" : "");
  }

  private static String quoted(byte[] bytes, int length) {
    String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
    boolean utf8 = text.indexOf('\uFFFD') < 0;
    String shown = utf8 ? text : new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    StringBuilder quoted = new StringBuilder("\"");
    shown.codePoints().forEach(c -> quoted.append(CharacterText.of(c, '"', utf8)));
    return quoted.append('"').toString();
  }

  private String array(GuestView view, Value value, Type.Array array, int depth) {
    long count = Children.count(array);
    Type element = Children.element(array);
    if (isCharacter(element) && count > 0) {
      return characters(view, value, count);
    }
    if (depth >= MAX_DEPTH) {
      return "{…}";
    }
    long size = element.size();
    StringBuilder out = new StringBuilder("{");
    for (long i = 0; i < count; i++) {
      if (i == MAX_ELEMENTS || out.length() > MAX_SUMMARY) {
        return out.append(", …}").toString();
      }
      String text = text(view, value.part(element, i * size * 8, 0), depth + 1);
      if (i == 0 && text.startsWith("<cannot read")) {
        return text;
      }
      out.append(i == 0 ? "" : ", ").append(text);
    }
    return out.append('}').toString();
  }

  private static String characters(GuestView view, Value value, long count) {
    int length = (int) Math.min(count, MAX_STRING);
    byte[] bytes = ValueReader.read(view, value.place(), value.bitOffset(), length * 8L);
    int end = 0;
    while (end < length && bytes[end] != 0) {
      end++;
    }
    return quoted(bytes, end) + (end == length && count > length ? "…" : "");
  }

  private String structure(GuestView view, Value value, Type.Structure type, int depth) {
    if (!type.complete()) {
      return "<incomplete type>";
    }
    if (depth >= MAX_DEPTH) {
      return "{…}";
    }
    StringBuilder out = new StringBuilder("{");
    boolean first = true;
    for (Type.Member member : type.members()) {
      if (out.length() > MAX_SUMMARY) {
        return out.append(", …}").toString();
      }
      Value part = Children.member(value, member);
      String text = text(view, part, depth + 1);
      if (first && text.startsWith("<cannot read") && value.hasAddress()) {
        return text;
      }
      out.append(first ? "" : ", ");
      out.append(member.name() == null ? "" : member.name() + " = ").append(text);
      first = false;
    }
    return out.append('}').toString();
  }
}
