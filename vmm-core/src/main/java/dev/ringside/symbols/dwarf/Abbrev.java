package dev.ringside.symbols.dwarf;

import org.jspecify.annotations.Nullable;

/**
 * One abbreviation (7.5.3): the shape of entries.
 *
 * @param forms a form for each of {@code attributes}
 * @param constants the value of DW_FORM_implicit_const attributes, null if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; thousands of them
record Abbrev(
    int code,
    int tag,
    boolean hasChildren,
    int[] attributes,
    int[] forms,
    long @Nullable [] constants) {

  /** The index of an attribute, or -1. */
  int indexOf(int attribute) {
    for (int i = 0; i < attributes.length; i++) {
      if (attributes[i] == attribute) {
        return i;
      }
    }
    return -1;
  }
}
