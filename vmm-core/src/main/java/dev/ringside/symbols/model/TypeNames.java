package dev.ringside.symbols.model;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a type as C declares it. Made for one type. */
final class TypeNames {
  private static final int MAX_DEPTH = 32;

  /** Types in one declaration; damaged debug information may have endless ones. */
  private static final int MAX_TYPES = 500;

  private int types;

  private TypeNames() {}

  static String of(Type type) {
    return new TypeNames().declare(type, "", 0);
  }

  /** A declaration of {@code inner} (a name, or what goes around one) with that type. */
  private String declare(Type type, String inner, int depth) {
    if (depth > MAX_DEPTH || ++types > MAX_TYPES) {
      return "..." + inner;
    }
    return switch (type) {
      case Type.Base base -> spaced(base.name(), inner);
      case Type.Typedef typedef -> spaced(typedef.name(), inner);
      case Type.Structure s -> spaced(s.kind().keyword() + " " + tag(s.tag()), inner);
      case Type.Enumeration e -> spaced("enum " + tag(e.tag()), inner);
      case Type.VoidType v -> spaced(v.name(), inner);
      case Type.Unknown u -> spaced("<unknown type: " + u.reason() + ">", inner);
      case Type.Pointer p -> pointer(p.target().get(), "*" + inner, depth);
      case Type.Reference r -> pointer(r.target().get(), (r.rvalue() ? "&&" : "&") + inner, depth);
      case Type.Array a -> declare(a.element().get(), inner + dimensions(a), depth + 1);
      case Type.Function f ->
          declare(f.returns().get(), inner + "(" + parameters(f, depth) + ")", depth + 1);
      case Type.Qualified q -> qualified(q, inner, depth);
    };
  }

  private String qualified(Type.Qualified q, String inner, int depth) {
    Type target = q.target().get();
    String keyword = q.qualifier().keyword();
    return switch (target) {
      case Type.Pointer p ->
          pointer(p.target().get(), "* " + keyword + (inner.isEmpty() ? "" : " " + inner), depth);
      case Type.Base b -> keyword + " " + declare(b, inner, depth + 1);
      case Type.Typedef t -> keyword + " " + declare(t, inner, depth + 1);
      case Type.Structure s -> keyword + " " + declare(s, inner, depth + 1);
      case Type.Enumeration e -> keyword + " " + declare(e, inner, depth + 1);
      case Type.VoidType v -> keyword + " " + declare(v, inner, depth + 1);
      case Type.Unknown u -> keyword + " " + declare(u, inner, depth + 1);
      case Type.Qualified other -> {
        String rest = declare(other, inner, depth + 1);
        boolean second = q.qualifier() == Type.Qualifier.VOLATILE && rest.startsWith("const ");
        yield second ? "const volatile " + rest.substring(6) : keyword + " " + rest;
      }
      case Type.Array a -> keyword + " " + declare(a, inner, depth + 1);
      case Type.Reference r -> declare(r, inner, depth + 1);
      case Type.Function f -> declare(f, inner, depth + 1);
    };
  }

  private String pointer(Type target, String inner, int depth) {
    boolean binds =
        target instanceof Type.Array
            || target instanceof Type.Function
            || target instanceof Type.Qualified q && q.target().get() instanceof Type.Array;
    return declare(target, binds ? "(" + inner + ")" : inner, depth + 1);
  }

  private static String dimensions(Type.Array array) {
    return array.dimensions().stream()
        .map(
            d ->
                switch (d.count()) {
                  case Type.Count.Fixed fixed -> "[" + fixed.elements() + "]";
                  case Type.Count.Open open -> "[]";
                  case Type.Count.Dynamic dynamic -> "[variable length]";
                })
        .collect(Collectors.joining());
  }

  private String parameters(Type.Function f, int depth) {
    List<TypeRef> list = f.parameters();
    String text =
        list.stream().map(p -> declare(p.get(), "", depth + 1)).collect(Collectors.joining(", "));
    if (f.variadic()) {
      return text.isEmpty() ? "..." : text + ", ...";
    }
    return text.isEmpty() && f.prototyped() ? "void" : text;
  }

  private static String tag(@Nullable String tag) {
    return tag == null ? "{...}" : tag;
  }

  private static String spaced(String name, String inner) {
    return inner.isEmpty() ? name : name + " " + inner;
  }
}
