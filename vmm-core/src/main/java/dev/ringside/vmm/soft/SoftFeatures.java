package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Feature;
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
          Feature.CLFLUSH,
          Feature.CX16,
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

  static boolean reports(Feature feature) {
    return REPORTED.contains(feature);
  }
}
