package dev.ringside.debug.value;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.symbols.model.Type;
import java.util.ArrayList;
import java.util.List;

/** What is below a value: members, elements, what a pointer points to. */
final class Children {
  private Children() {}

  /** How many elements the outermost dimension has; 0 where it does not say. */
  static long count(Type.Array array) {
    if (array.dimensions().isEmpty()) {
      return 0;
    }
    return switch (array.dimensions().getFirst().count()) {
      case Type.Count.Fixed fixed -> fixed.elements();
      case Type.Count.Open open -> 0;
      case Type.Count.Dynamic dynamic -> 0;
    };
  }

  /** The type of one element: for several dimensions an array of the others. */
  static Type element(Type.Array array) {
    return array.dimensions().size() <= 1
        ? array.element().get()
        : new Type.Array(array.element(), array.dimensions().subList(1, array.dimensions().size()));
  }

  static Value member(Value value, Type.Member member) {
    long offset = member.isBitField() ? member.bitOffset() : member.offset() * 8;
    return value.part(member.type().get(), offset, member.bitSize());
  }

  /** The expression in a form that a postfix operator can follow. */
  static String primary(String expression) {
    boolean simple = expression.matches("[\\w$]+(\\.\\w+|->\\w+|\\[\\d+\\]|\\([\\w$]+\\))*");
    return simple ? expression : "(" + expression + ")";
  }

  /** How many named children a value has. */
  static int named(Value value, Symbolizer symbols) {
    return switch (value.type().stripped()) {
      case Type.Structure s -> memberCount(symbols.complete(s), 0);
      case Type.Pointer p ->
          switch (p.target().get().stripped()) {
            case Type.Structure s -> memberCount(symbols.complete(s), 0);
            case Type.Base b -> 1;
            case Type.Pointer q -> 1;
            case Type.Enumeration e -> 1;
            case Type.Array a -> 1;
            case Type.Reference r -> 1;
            case Type.Function f -> 0;
            case Type.VoidType v -> 0;
            case Type.Unknown u -> 0;
            case Type.Typedef t -> 0;
            case Type.Qualified q -> 0;
          };
      case Type.Base b -> 0;
      case Type.Reference r -> 0;
      case Type.Array a -> 0;
      case Type.Enumeration e -> 0;
      case Type.Function f -> 0;
      case Type.VoidType v -> 0;
      case Type.Unknown u -> 0;
      case Type.Typedef t -> 0;
      case Type.Qualified q -> 0;
    };
  }

  private static int memberCount(Type.Structure structure, int depth) {
    int count = 0;
    for (Type.Member member : structure.members()) {
      if (member.name() == null
          && depth < 8
          && member.type().get().stripped() instanceof Type.Structure inner) {
        count += memberCount(inner, depth + 1);
      } else {
        count++;
      }
    }
    return count;
  }

  /** The named children: members, with those of anonymous structures in their place. */
  static List<Node> namedOf(GuestView view, Node.OfValue node, Symbolizer symbols) {
    Value value = node.value();
    String base = primary(node.evaluateName());
    if (value.type().stripped() instanceof Type.Structure structure) {
      List<Node> nodes = new ArrayList<>();
      members(nodes, value, symbols.complete(structure), base + ".", 0);
      return nodes;
    }
    if (value.type().stripped() instanceof Type.Pointer pointer) {
      long address = ValueReader.raw(view, value);
      Type target = pointer.target().get();
      Value pointee = new Value(target, new Place.Linear(address));
      if (target.stripped() instanceof Type.Structure structure) {
        List<Node> nodes = new ArrayList<>();
        members(nodes, pointee, symbols.complete(structure), base + "->", 0);
        return nodes;
      }
      return List.of(new Node.OfValue("*" + node.name(), "*" + base, pointee));
    }
    return List.of();
  }

  private static void members(
      List<Node> nodes, Value value, Type.Structure structure, String prefix, int depth) {
    for (Type.Member member : structure.members()) {
      Value part = member(value, member);
      String name = member.name();
      if (name != null) {
        nodes.add(new Node.OfValue(name, prefix + name, part));
      } else if (depth < 8 && member.type().get().stripped() instanceof Type.Structure inner) {
        members(nodes, part, inner, prefix, depth + 1);
      } else {
        nodes.add(new Node.Text("<unnamed>", "", "", null));
      }
    }
  }

  /** Elements {@code start} to before {@code start + count}. */
  static List<Node> elements(Node.OfValue node, long start, long count) {
    List<Node> nodes = new ArrayList<>();
    if (node.value().type().stripped() instanceof Type.Array array) {
      Type element = element(array);
      long lower = array.dimensions().getFirst().lowerBound();
      long end = Math.min(count(array), start + count);
      String base = primary(node.evaluateName());
      for (long i = Math.max(0, start); i < end; i++) {
        String index = "[" + (lower + i) + "]";
        Value part = node.value().part(element, i * element.size() * 8, 0);
        nodes.add(new Node.OfValue(index, base + index, part));
      }
    }
    return nodes;
  }
}
