package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.AddressRange;
import dev.ringside.symbols.model.LineRow;
import dev.ringside.symbols.model.SourceFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the functions, inlined ones included, and the blocks that run at an address. */
final class Activations {
  private final DwarfReader reader;

  Activations(DwarfReader reader) {
    this.reader = reader;
  }

  /** Innermost first; empty where no function is known. */
  List<Activation> at(long address) {
    Die subprogram = reader.functions.subprogramAt(address - reader.bias);
    if (subprogram == null) {
      return List.of();
    }
    Function function = new Function(reader, subprogram);
    List<List<Die>> chain = new ArrayList<>();
    chain.add(new ArrayList<>(List.of(subprogram)));
    try {
      descend(subprogram, address - reader.bias, chain, 0);
    } catch (MalformedDataException e) {
      reader.problems.add("the blocks of " + function.name() + " are damaged: " + e.getMessage());
    }
    Optional<LineRow> row = reader.lines.at(address);
    SourceFile file = row.map(LineRow::file).orElse(null);
    int line = row.map(LineRow::line).orElse(0);
    int column = row.map(LineRow::column).orElse(0);
    List<Activation> found = new ArrayList<>();
    for (int i = chain.size() - 1; i >= 0; i--) {
      List<Die> blocks = chain.get(i);
      found.add(new Activation(reader, function, blocks, file, line, column));
      Die die = blocks.getFirst();
      file = callFile(die);
      line = die.intConstant(Dw.AT_call_line, 0);
      column = die.intConstant(Dw.AT_call_column, 0);
    }
    return found;
  }

  private @Nullable SourceFile callFile(Die inlined) {
    int number = inlined.intConstant(Dw.AT_call_file, -1);
    return number < 0 ? null : reader.file(inlined.unit, number);
  }

  /** Adds the blocks below an entry that cover the address: a new list for each inlined one. */
  private static void descend(Die parent, long address, List<List<Die>> chain, int depth) {
    if (depth > Functions.MAX_DEPTH) {
      return;
    }
    for (Die child : parent.unit.children(parent)) {
      boolean inlined = child.tag == Dw.TAG_inlined_subroutine;
      if (!inlined && child.tag != Dw.TAG_lexical_block) {
        continue;
      }
      if (covers(child, address)) {
        if (inlined) {
          chain.add(new ArrayList<>());
        }
        chain.getLast().add(child);
        descend(child, address, chain, depth + 1);
        return;
      }
    }
  }

  private static boolean covers(Die block, long address) {
    for (AddressRange range : Ranges.of(block)) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /** Where copies of a function were inlined: the entry of each, with bias. */
  List<Long> inlinedCopies(Unit unit, Die abstractInstance) {
    List<Long> found = new ArrayList<>();
    for (Functions.Code code : reader.functions.of(unit)) {
      copies(unit.die(code.dieOffset()), abstractInstance.offset, found, 0);
    }
    return found;
  }

  private void copies(Die parent, long abstractOffset, List<Long> to, int depth) {
    if (depth > Functions.MAX_DEPTH) {
      return;
    }
    for (Die child : parent.unit.children(parent)) {
      if (child.tag == Dw.TAG_inlined_subroutine) {
        int i = child.index(Dw.AT_abstract_origin);
        if (i >= 0 && child.value(i) == abstractOffset) {
          Functions.entryOf(child).ifPresent(entry -> to.add(entry + reader.bias));
        }
        copies(child, abstractOffset, to, depth + 1);
      } else if (child.tag == Dw.TAG_lexical_block) {
        copies(child, abstractOffset, to, depth + 1);
      }
    }
  }
}
