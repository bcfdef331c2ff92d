package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.AddressRange;
import dev.ringside.symbols.model.SourceFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One function that runs at an address: the function that has the code, or one inlined into it
 * (3.3.8). What a debugger shows as a frame. Thread-safe.
 */
public final class Activation {
  private final DwarfReader reader;
  private final Function function;
  private final Die die;
  private final boolean inlined;

  /** The blocks around the address inside this activation, outermost first, itself included. */
  private final List<Die> blocks;

  private final @Nullable SourceFile file;
  private final int line;
  private final int column;

  Activation(
      DwarfReader reader,
      Function function,
      List<Die> blocks,
      @Nullable SourceFile file,
      int line,
      int column) {
    this.reader = reader;
    this.function = function;
    this.die = blocks.getFirst();
    this.inlined = die.tag == Dw.TAG_inlined_subroutine;
    this.blocks = List.copyOf(blocks);
    this.file = file;
    this.line = line;
    this.column = column;
  }

  /** The function's name in the source. */
  public String name() {
    return Function.nameOf(reader, die);
  }

  /** Whether it was inlined into the next activation. */
  public boolean isInlined() {
    return inlined;
  }

  /** The function whose code this is part of. */
  public Function function() {
    return function;
  }

  /**
   * The file it is in: that of the address for the innermost activation, that of the call for
   * others; empty where the debug information does not say.
   */
  public Optional<SourceFile> file() {
    return Optional.ofNullable(file);
  }

  /** The line in {@link #file}, 0 if unknown. */
  public int line() {
    return line;
  }

  /** The column, 0 if unknown. */
  public int column() {
    return column;
  }

  /** The file that declares it. */
  public Optional<SourceFile> declarationFile() {
    return Function.declarationFile(reader, die);
  }

  /** The line that declares it, 0 if unknown. */
  public int declarationLine() {
    return Function.declarationLine(reader, die);
  }

  /** Where the code of this activation is. */
  public List<AddressRange> ranges() {
    return Function.rangesOf(reader, die);
  }

  /**
   * Whether an address is the first of an inlined body: a stop there is shown at the call, as the
   * body has not begun.
   */
  public boolean beginsAt(long address) {
    return inlined
        && (Function.entryOf(reader, die) == address
            || ranges().stream().anyMatch(range -> range.low() == address));
  }

  /** The parameters, in order. */
  public List<Variable> arguments() {
    List<Variable> found = new ArrayList<>();
    for (Die child : reader.guarded(List.<Die>of(), () -> withAbstract(die))) {
      if (child.tag == Dw.TAG_formal_parameter) {
        found.add(new Variable(reader, child, Variable.Kind.ARGUMENT, 0));
      }
    }
    return found;
  }

  /**
   * The local variables in scope, those of the innermost block first, static ones included (see
   * {@link Variable#kind}). A name may come twice: the first one hides the others.
   */
  public List<Variable> locals() {
    List<Variable> found = new ArrayList<>();
    for (int depth = blocks.size() - 1; depth >= 0; depth--) {
      Die block = blocks.get(depth);
      for (Die child : reader.guarded(List.<Die>of(), () -> withAbstract(block))) {
        if (child.tag == Dw.TAG_variable
            && !child.flag(Dw.AT_declaration)
            && reader.guarded(null, child::name) != null) {
          found.add(new Variable(reader, child, Variable.localKind(child), depth));
        }
      }
    }
    return found;
  }

  /** An entry's children, and those of its abstract instance that have no counterpart in it. */
  private static List<Die> withAbstract(Die block) {
    List<Die> children = new ArrayList<>(block.unit.children(block));
    Die origin;
    try {
      origin = block.reference(Dw.AT_abstract_origin);
    } catch (MalformedDataException e) {
      block.unit.units().problems().add("an abstract origin: " + e.getMessage());
      return children;
    }
    if (origin != null) {
      Set<Long> present = new HashSet<>();
      for (Die child : children) {
        int i = child.index(Dw.AT_abstract_origin);
        if (i >= 0) {
          present.add(child.value(i));
        }
      }
      for (Die child : origin.unit.children(origin)) {
        boolean variable = child.tag == Dw.TAG_variable || child.tag == Dw.TAG_formal_parameter;
        if (variable && !present.contains(child.offset)) {
          children.add(child);
        }
      }
    }
    return children;
  }

  Die die() {
    return die;
  }

  /** The innermost block around the address. */
  Die innermostBlock() {
    return blocks.getLast();
  }

  /** {@code square at program.c:63}. */
  @Override
  public String toString() {
    return name() + " at " + (file == null ? "?" : file.name()) + ":" + line;
  }
}
