package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ByteCursor;
import dev.ringside.symbols.elf.MalformedDataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The abbreviations of one unit, by code. Immutable. */
final class AbbrevTable {
  private final @Nullable Abbrev[] dense;
  private final Map<Long, Abbrev> sparse;

  private AbbrevTable(@Nullable Abbrev[] dense, Map<Long, Abbrev> sparse) {
    this.dense = dense;
    this.sparse = sparse;
  }

  static AbbrevTable read(ByteCursor in) {
    List<@Nullable Abbrev> dense = new ArrayList<>();
    dense.add(null);
    Map<Long, Abbrev> sparse = new HashMap<>();
    int[] attributes = new int[32];
    int[] forms = new int[32];
    long[] constants = new long[32];
    for (long code = in.uleb(); code != 0; code = in.uleb()) {
      int tag = in.ulebInt();
      boolean hasChildren = in.u8() != 0;
      int n = 0;
      boolean implicit = false;
      while (true) {
        int attribute = in.ulebInt();
        int form = in.ulebInt();
        if (n == attributes.length) {
          attributes = Arrays.copyOf(attributes, n * 2);
          forms = Arrays.copyOf(forms, n * 2);
          constants = Arrays.copyOf(constants, n * 2);
        }
        if (form == Dw.FORM_implicit_const) {
          constants[n] = in.sleb();
          implicit = true;
        } else if (attribute == 0 && form == 0) {
          break;
        }
        attributes[n] = attribute;
        forms[n] = form;
        n++;
      }
      Abbrev abbrev =
          new Abbrev(
              (int) code,
              tag,
              hasChildren,
              Arrays.copyOf(attributes, n),
              Arrays.copyOf(forms, n),
              implicit ? Arrays.copyOf(constants, n) : null);
      if (code == dense.size()) {
        dense.add(abbrev);
      } else {
        sparse.put(code, abbrev);
      }
    }
    return new AbbrevTable(dense.toArray(new @Nullable Abbrev[0]), sparse);
  }

  /** Whether any abbreviation fulfils a condition. */
  boolean anyMatch(Predicate<Abbrev> condition) {
    for (Abbrev abbrev : dense) {
      if (abbrev != null && condition.test(abbrev)) {
        return true;
      }
    }
    return sparse.values().stream().anyMatch(condition);
  }

  Abbrev get(long code) {
    Abbrev found = code > 0 && code < dense.length ? dense[(int) code] : sparse.get(code);
    if (found == null) {
      throw new MalformedDataException("no abbreviation has the code " + code);
    }
    return found;
  }
}
