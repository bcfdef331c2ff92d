package dev.ringside.debug.value;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.guest.LittleEndian;
import dev.ringside.symbols.model.Type;
import dev.ringside.vmm.vmx.NamedBits;
import dev.ringside.vmm.vmx.VmcsField;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns nodes into lines and expands them, only as far as somebody looks. On the view's thread. */
public final class Presenter {
  private static final int MAX_CHILDREN = 100_000;

  private final Symbolizer symbols;

  /** With the program's symbols. */
  public Presenter(Symbolizer symbols) {
    this.symbols = symbols;
  }

  /** A node as text. */
  public Line line(GuestView view, Node node, boolean hex) {
    return switch (node) {
      case Node.Text t ->
          new Line(t.name(), t.text(), "", t.evaluateName(), t.memoryReference(), 0, 0, true, t);
      case Node.Group g -> new Line(g.name(), g.text(), "", "", null, 1, 0, true, g);
      case Node.OfValue v -> valueLine(view, v, hex);
    };
  }

  private Line valueLine(GuestView view, Node.OfValue node, boolean hex) {
    Value value = node.value();
    Formatter formatter = new Formatter(symbols, hex);
    String text = formatter.text(view, value);
    boolean gone = text.startsWith("<") && value.place() instanceof Place.Missing;
    int named = gone ? 0 : named(view, value);
    int indexed = 0;
    if (!gone && value.type().stripped() instanceof Type.Array array) {
      indexed = (int) Math.min(MAX_CHILDREN, Children.count(array));
    }
    if (value.type().stripped() instanceof Type.Pointer && named > 0 && isNull(view, value)) {
      named = 0;
    }
    String type = value.type().displayName();
    return new Line(
        node.name(),
        text,
        value.isBitField() ? type + " : " + value.bitSize() : type,
        node.evaluateName(),
        memoryReference(view, value),
        named,
        indexed,
        ValueWriter.refusal(value) != null,
        node);
  }

  private static boolean isNull(GuestView view, Value value) {
    try {
      return ValueReader.raw(view, value) == 0;
    } catch (UnavailableValueException e) {
      return true;
    }
  }

  private int named(GuestView view, Value value) {
    if (value.isMachineWord()) {
      int bits = bitNodes(view, value).size();
      if (bits > 0) {
        return bits;
      }
    }
    return Children.named(value, symbols);
  }

  /** The address to look at: where a pointer points, else where the value is. */
  public static @Nullable String memoryReference(GuestView view, Value value) {
    if (value.place() instanceof Place.Physical physical) {
      return "phys:0x" + Long.toHexString(physical.gpa() + value.bitOffset() / 8);
    }
    boolean pointer = value.type().stripped() instanceof Type.Pointer;
    boolean register = value.isMachineWord() && value.bits() == 64;
    if (pointer || register) {
      try {
        return "0x" + Long.toHexString(ValueReader.raw(view, value));
      } catch (UnavailableValueException e) {
        return null;
      }
    }
    return value.hasAddress() ? "0x" + Long.toHexString(value.address()) : null;
  }

  /**
   * The nodes below a node.
   *
   * @param start the first array element, from 0
   * @param count how many elements at most; 0 for all
   */
  public List<Node> children(GuestView view, Node node, int start, int count) {
    int limit = count <= 0 ? MAX_CHILDREN : count;
    return switch (node) {
      case Node.Text t -> List.of();
      case Node.Group g -> page(g.children().of(view), start, limit);
      case Node.OfValue v -> {
        Value value = v.value();
        if (value.isMachineWord()) {
          List<Node> bits = bitNodes(view, value);
          if (!bits.isEmpty()) {
            yield page(bits, start, limit);
          }
        }
        if (value.type().stripped() instanceof Type.Array) {
          yield Children.elements(v, start, limit);
        }
        try {
          yield page(Children.namedOf(view, v, symbols), start, limit);
        } catch (UnavailableValueException e) {
          yield List.of(new Node.Text("", "<" + e.getMessage() + ">", "", null));
        }
      }
    };
  }

  private static List<Node> page(List<Node> all, int start, int count) {
    int from = Math.clamp(start, 0, all.size());
    return all.subList(from, (int) Math.min(all.size(), (long) from + count));
  }

  /** A VMCS field's encoding and bits, or the named bits of a control register. */
  private static List<Node> bitNodes(GuestView view, Value value) {
    List<Node> nodes = new ArrayList<>();
    long number;
    try {
      number = ValueReader.raw(view, value);
    } catch (UnavailableValueException e) {
      return nodes;
    }
    if (value.place() instanceof Place.Vmcs vmcs) {
      VmcsField field = vmcs.field();
      nodes.add(new Node.Text("encoding", "0x" + Integer.toHexString(field.encoding()), "", null));
      String name = "vmcs." + field.name();
      addBits(
          nodes,
          name,
          view.vmcs()
              .map(v -> RegisterBits.of(v, field, number))
              .orElseGet(() -> field.decode(number)));
    } else if (value.place() instanceof Place.CpuRegister r
        && r.register() instanceof MachineRegister.Part part
        && part.shift() == 0) {
      addBits(nodes, "$" + part.name(), RegisterBits.of(part.register(), number));
    } else if (value.place() instanceof Place.Msr msr) {
      String name = "msr(0x" + Integer.toHexString(msr.index()) + ")";
      addBits(nodes, name, RegisterBits.ofMsr(msr.index(), number));
    }
    return nodes;
  }

  private static void addBits(List<Node> nodes, String owner, List<NamedBits> bits) {
    for (NamedBits part : bits) {
      String evaluateName =
          "("
              + owner
              + " >> "
              + part.low()
              + ") & 0x"
              + Long.toHexString(LittleEndian.extend(-1L, part.high() - part.low() + 1, false));
      String plain =
          part.high() == part.low()
              ? Long.toString(part.value())
              : "0x" + Long.toHexString(part.value());
      String text = part.meaning().isEmpty() ? plain : plain + " " + part.meaning();
      nodes.add(new Node.Text(part.name() + " [" + part.bits() + "]", text, evaluateName, null));
    }
  }
}
