package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.model.EvaluationContext;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What callers passed (3.4): values at a function's entry, recovered in the caller's frame. */
final class CallSites {
  /** DW_AT_call_parameter, and DW_AT_call_target. */
  private static final int AT_call_parameter = 0x80;

  private static final int AT_call_target = 0x83;
  private static final int AT_GNU_call_site_target = 0x2113;

  private final Functions functions;
  private final Expressions expressions;
  private final long bias;

  CallSites(Functions functions, Expressions expressions, long bias) {
    this.functions = functions;
    this.expressions = expressions;
    this.bias = bias;
  }

  /** The value at entry of the register (or place) that {@code block} describes. */
  StackValue valueOf(
      EvaluationContext frame, EvaluationContext caller, byte[] block, int size, int nesting) {
    Die site = siteOf(frame, caller, nesting);
    for (Die parameter : site.unit.children(site)) {
      byte[] location = parameter.block(Dw.AT_location);
      if (isParameter(parameter) && location != null && Arrays.equals(location, block)) {
        return passed(parameter, caller, nesting);
      }
    }
    throw new EvaluationFailure("the caller does not say what it passed");
  }

  /** The value that was passed for a formal parameter. */
  StackValue valueOfParameter(
      EvaluationContext frame, EvaluationContext caller, long parameter, int nesting) {
    Die site = siteOf(frame, caller, nesting);
    for (Die passed : site.unit.children(site)) {
      int i = isParameter(passed) ? passed.index(AT_call_parameter) : -1;
      if (i < 0 && isParameter(passed)) {
        i = passed.index(Dw.AT_abstract_origin);
      }
      if (i >= 0 && passed.value(i) == parameter) {
        return passed(passed, caller, nesting);
      }
    }
    throw new EvaluationFailure("the caller does not say what it passed");
  }

  private static boolean isParameter(Die die) {
    return die.tag == Dw.TAG_call_site_parameter || die.tag == Dw.TAG_GNU_call_site_parameter;
  }

  private StackValue passed(Die parameter, EvaluationContext caller, int nesting) {
    byte[] value = parameter.block(Dw.AT_call_value);
    if (value == null) {
      value = parameter.block(Dw.AT_GNU_call_site_value);
    }
    if (value == null) {
      throw new EvaluationFailure("the caller does not say what it passed");
    }
    return expressions.value(parameter.unit, value, caller, nesting);
  }

  /** The call in the caller that entered this frame's function. */
  private Die siteOf(EvaluationContext frame, EvaluationContext caller, int nesting) {
    long returnAddress = caller.pc() + 1 - bias;
    Die callee = functions.subprogramAt(frame.pc() - bias);
    Die function = functions.subprogramAt(caller.pc() - bias);
    Die site = function == null ? null : find(function, returnAddress, 0);
    if (site == null || callee == null) {
      throw new EvaluationFailure(
          "it is known from the call only, which the caller does not describe");
    }
    Die origin = site.reference(Dw.AT_call_origin);
    if (origin == null) {
      origin = site.reference(Dw.AT_abstract_origin);
    }
    if (!(origin != null ? sameFunction(origin, callee) : targets(site, callee, caller, nesting))) {
      throw new EvaluationFailure(
          "it is known from the call only, and the caller called another function (a tail call)");
    }
    return site;
  }

  private static boolean sameFunction(Die origin, Die callee) {
    Die a = origin.root();
    Die b = callee.root();
    if (a.unit == b.unit && a.offset == b.offset) {
      return true;
    }
    // Across units a declaration stands for the function: they share the name.
    String name = a.name();
    return a.unit != b.unit && name != null && name.equals(b.name());
  }

  /** Whether an indirect call went to the function. */
  private boolean targets(Die site, Die callee, EvaluationContext caller, int nesting) {
    byte[] target = site.block(AT_call_target);
    if (target == null) {
      target = site.block(AT_GNU_call_site_target);
    }
    OptionalLong entry = Functions.entryOf(callee);
    if (target == null || entry.isEmpty()) {
      return false;
    }
    long address = expressions.value(site.unit, target, caller, nesting).bits();
    return address == entry.getAsLong() + bias;
  }

  private static @Nullable Die find(Die parent, long returnAddress, int depth) {
    if (depth > Functions.MAX_DEPTH) {
      return null;
    }
    for (Die child : parent.unit.children(parent)) {
      switch (child.tag) {
        case Dw.TAG_call_site, Dw.TAG_GNU_call_site -> {
          int attribute = child.tag == Dw.TAG_call_site ? Dw.AT_call_return_pc : Dw.AT_low_pc;
          OptionalLong at = child.address(attribute);
          boolean tail = child.flag(Dw.AT_call_tail_call) || child.flag(Dw.AT_GNU_tail_call);
          if (at.isPresent() && at.getAsLong() == returnAddress && !tail) {
            return child;
          }
        }
        case Dw.TAG_lexical_block, Dw.TAG_inlined_subroutine -> {
          Die found = find(child, returnAddress, depth + 1);
          if (found != null) {
            return found;
          }
        }
        default -> {
          // variables, labels, types
        }
      }
    }
    return null;
  }
}
