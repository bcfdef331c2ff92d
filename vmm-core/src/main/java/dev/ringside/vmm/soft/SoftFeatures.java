package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Feature;
import dev.ringside.vmm.x86.decode.Mnemonic;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What the software processor's CPUID reports: an instruction of any other feature is #UD. */
public final class SoftFeatures {
  private static final EnumSet<Feature> REPORTED =
      EnumSet.of(
          Feature.BASE,
          Feature.X87,
          Feature.MMX,
          Feature.SSE,
          Feature.SSE2,
          Feature.FXSR,
          Feature.CLFLUSH,
          Feature.CMOV,
          Feature.CX8,
          Feature.CX16,
          Feature.LAHF_SAHF,
          Feature.PREFETCHW,
          Feature.SYSCALL,
          Feature.SYSENTER,
          Feature.XSAVE,
          Feature.RDTSCP,
          Feature.SMAP,
          Feature.VMX);

  private SoftFeatures() {}

  /**
   * The reported features. VMX is among them only so that its instructions decode: in non-root
   * operation they exit.
   */
  public static Set<Feature> reported() {
    return Collections.unmodifiableSet(REPORTED);
  }

  /**
   * Whether an instruction is an older one where its feature is not reported: TZCNT is BSF then,
   * and WBNOINVD is WBINVD.
   */
  static boolean fallsBack(Mnemonic mnemonic) {
    return mnemonic == Mnemonic.TZCNT
        || mnemonic == Mnemonic.LZCNT
        || mnemonic == Mnemonic.WBNOINVD;
  }

  static boolean reports(Feature feature) {
    return REPORTED.contains(feature);
  }

  /**
   * Whether instructions of a feature are more than #UD although CPUID does not report it: they
   * have a VM-execution control, which acts on a processor whose monitor hides the feature, too.
   */
  static boolean exits(Feature feature) {
    return switch (feature) {
      case MONITOR, RDRAND, RDSEED, INVPCID -> true;
      default -> false;
    };
  }
}
