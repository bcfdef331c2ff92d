package dev.ringside.symbols.unwind;

import dev.ringside.symbols.elf.ByteCursor;
import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.Architecture;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rules that hold at one address: a row of the table that CFI encodes (6.4.2). */
final class UnwindRow {
  private static final int MAX_DEPTH = 256;

  private final FrameDescription entry;
  private @Nullable Rule cfa;
  private Map<Integer, Rule> rules = new TreeMap<>();
  private Map<Integer, Rule> initial = Map.of();
  private final Deque<Saved> saved = new ArrayDeque<>();

  private record Saved(@Nullable Rule cfa, Map<Integer, Rule> rules) {}

  private UnwindRow(FrameDescription entry) {
    this.entry = entry;
  }

  /** Runs the entry's instructions up to an address. */
  static UnwindRow at(FrameDescription entry, long address) {
    UnwindRow row = new UnwindRow(entry);
    row.run(copy(entry.initialInstructions()), Long.MAX_VALUE, true);
    row.initial = Map.copyOf(row.rules);
    row.run(copy(entry.instructions()), address - entry.low(), false);
    return row;
  }

  private static ByteCursor copy(ByteCursor in) {
    return new ByteCursor(in.array(), in.position(), in.limit());
  }

  @Nullable Rule cfa() {
    return cfa;
  }

  Map<Integer, Rule> rules() {
    return rules;
  }

  /** Runs until the location passes {@code limit} bytes into the entry. */
  private void run(ByteCursor in, long limit, boolean isInitial) {
    long location = 0;
    while (in.hasRemaining()) {
      int op = in.u8();
      int low = op & 0x3f;
      switch (op >> 6) {
        case 1 -> location += low * entry.codeAlignment();
        case 2 -> rules.put(low, new Rule.Offset(in.uleb() * entry.dataAlignment()));
        case 3 -> restore(low);
        default -> {
          long advance = advanceOf(op, in, location);
          if (advance >= 0) {
            location += advance;
          } else {
            execute(op, in);
          }
        }
      }
      if (!isInitial && location > limit) {
        return;
      }
    }
  }

  /** How far an instruction moves the location; −1 if it is not one that does. */
  private long advanceOf(int op, ByteCursor in, long location) {
    return switch (op) {
      case 0x01 -> in.unsigned(entry.addressSize()) - entry.low() - location; // set_loc
      case 0x02 -> in.u8() * entry.codeAlignment();
      case 0x03 -> in.u16() * entry.codeAlignment();
      case 0x04 -> in.u32() * entry.codeAlignment();
      default -> -1;
    };
  }

  /** 6.4.2, and the numbers of 7.24. */
  private void execute(int op, ByteCursor in) {
    long scale = entry.dataAlignment();
    switch (op) {
      case 0x00 -> {} // nop
      case 0x05 -> rules.put(in.ulebInt(), new Rule.Offset(in.uleb() * scale));
      case 0x06 -> restore(in.ulebInt());
      case 0x07 -> rules.put(in.ulebInt(), new Rule.Undefined());
      case 0x08 -> rules.put(in.ulebInt(), new Rule.SameValue());
      case 0x09 -> rules.put(in.ulebInt(), new Rule.Register(in.ulebInt(), 0));
      case 0x0a -> {
        if (saved.size() >= MAX_DEPTH) {
          throw new MalformedDataException("call frame information remembers too much");
        }
        saved.push(new Saved(cfa, new TreeMap<>(rules)));
      }
      case 0x0b -> {
        if (saved.isEmpty()) {
          throw new MalformedDataException("call frame information restores what it never saved");
        }
        Saved state = saved.pop();
        cfa = state.cfa;
        rules = state.rules;
      }
      case 0x0c -> cfa = new Rule.Register(in.ulebInt(), in.uleb());
      case 0x0d -> cfa = new Rule.Register(in.ulebInt(), cfaRegister().offset());
      case 0x0e -> cfa = new Rule.Register(cfaRegister().number(), in.uleb());
      case 0x0f -> cfa = new Rule.ValExpression(in.take(in.uleb()));
      case 0x10 -> rules.put(in.ulebInt(), new Rule.Expression(in.take(in.uleb())));
      case 0x11 -> rules.put(in.ulebInt(), new Rule.Offset(in.sleb() * scale));
      case 0x12 -> cfa = new Rule.Register(in.ulebInt(), in.sleb() * scale);
      case 0x13 -> cfa = new Rule.Register(cfaRegister().number(), in.sleb() * scale);
      case 0x14 -> rules.put(in.ulebInt(), new Rule.ValOffset(in.uleb() * scale));
      case 0x15 -> rules.put(in.ulebInt(), new Rule.ValOffset(in.sleb() * scale));
      case 0x16 -> rules.put(in.ulebInt(), new Rule.ValExpression(in.take(in.uleb())));
      case 0x2d -> {} // GNU_window_save: SPARC's
      case 0x2e -> in.skipLeb(); // GNU_args_size
      case 0x2f -> rules.put(in.ulebInt(), new Rule.Offset(-in.uleb() * scale));
      default ->
          throw new MalformedDataException("call frame instruction 0x" + Integer.toHexString(op));
    }
  }

  private Rule.Register cfaRegister() {
    if (cfa instanceof Rule.Register register) {
      return register;
    }
    throw new MalformedDataException("the CFA is no register and offset");
  }

  private void restore(int register) {
    Rule rule = initial.get(register);
    if (rule == null) {
      rules.remove(register);
    } else {
      rules.put(register, rule);
    }
  }

  /** The row as {@code readelf --debug-dump=frames-interp} writes it: CFA, then registers. */
  String describe(Architecture architecture) {
    StringBuilder text =
        new StringBuilder(
            cfa == null
                ? "u"
                : cfa instanceof Rule.ValExpression ? "exp" : name(cfa, architecture));
    for (Map.Entry<Integer, Rule> e : rules.entrySet()) {
      String register =
          e.getKey() == entry.returnAddressRegister()
              ? "ra"
              : architecture.registerName(e.getKey());
      text.append(' ').append(register).append('=').append(name(e.getValue(), architecture));
    }
    return text.toString();
  }

  private static String name(Rule rule, Architecture architecture) {
    return switch (rule) {
      case Rule.Undefined u -> "u";
      case Rule.SameValue s -> "s";
      case Rule.Offset o -> "c%+d".formatted(o.offset());
      case Rule.ValOffset v -> "v%+d".formatted(v.offset());
      case Rule.Register r -> "%s%+d".formatted(architecture.registerName(r.number()), r.offset());
      case Rule.Expression e -> "exp";
      case Rule.ValExpression e -> "vexp";
    };
  }
}
