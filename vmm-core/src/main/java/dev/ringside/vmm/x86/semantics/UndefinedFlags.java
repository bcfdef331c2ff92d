package dev.ringside.vmm.x86.semantics;

import static dev.ringside.vmm.x86.semantics.Flags.AF;
import static dev.ringside.vmm.x86.semantics.Flags.CF;
import static dev.ringside.vmm.x86.semantics.Flags.OF;
import static dev.ringside.vmm.x86.semantics.Flags.PF;
import static dev.ringside.vmm.x86.semantics.Flags.SF;
import static dev.ringside.vmm.x86.semantics.Flags.ZF;

import java.util.Map;

/**
 * Which status flags the manual leaves undefined (SDM volume 1, appendix A, and the instructions'
 * pages). Ours are one possible choice there, and a processor's are another; a comparison leaves
 * them out.
 */
public final class UndefinedFlags {
  private static final Map<String, Integer> ALWAYS =
      Map.ofEntries(
          Map.entry("AAA", OF | SF | ZF | PF),
          Map.entry("AAS", OF | SF | ZF | PF),
          Map.entry("AAD", OF | AF | CF),
          Map.entry("AAM", OF | AF | CF),
          Map.entry("DAA", OF),
          Map.entry("DAS", OF),
          Map.entry("AND", AF),
          Map.entry("OR", AF),
          Map.entry("XOR", AF),
          Map.entry("TEST", AF),
          Map.entry("MUL", SF | ZF | AF | PF),
          Map.entry("IMUL", SF | ZF | AF | PF),
          Map.entry("DIV", OF | SF | ZF | AF | PF | CF),
          Map.entry("IDIV", OF | SF | ZF | AF | PF | CF),
          Map.entry("BSF", OF | SF | AF | PF | CF),
          Map.entry("BSR", OF | SF | AF | PF | CF),
          Map.entry("TZCNT", OF | SF | AF | PF),
          Map.entry("LZCNT", OF | SF | AF | PF),
          Map.entry("BT", OF | SF | AF | PF),
          Map.entry("BTS", OF | SF | AF | PF),
          Map.entry("BTR", OF | SF | AF | PF),
          Map.entry("BTC", OF | SF | AF | PF));

  private UndefinedFlags() {}

  /**
   * The status flags that are undefined after an instruction.
   *
   * @param mnemonic in upper case, without prefixes
   * @param size 0 to 3 for 8 to 64 bits
   * @param count the masked count of a shift or rotate; ignored for others
   */
  public static int of(String mnemonic, int size, int count) {
    int bits = 8 << size;
    return switch (mnemonic) {
      case "SHL", "SAL", "SHR" ->
          count == 0 ? 0 : AF | (count == 1 ? 0 : OF) | (count >= bits ? CF : 0);
      case "SAR" -> count == 0 ? 0 : AF | (count == 1 ? 0 : OF);
      case "ROL", "ROR", "RCL", "RCR" -> count <= 1 ? 0 : OF;
      case "SHLD", "SHRD" ->
          count == 0 ? 0 : count > bits ? OF | SF | ZF | AF | PF | CF : AF | (count == 1 ? 0 : OF);
      default -> ALWAYS.getOrDefault(mnemonic, 0);
    };
  }
}
