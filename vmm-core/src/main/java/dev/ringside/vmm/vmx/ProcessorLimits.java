package dev.ringside.vmm.vmx;

/**
 * What the checks of VM entry must know of the processor outside VMX: how wide its addresses are,
 * and which bits of its registers exist. They follow from the CPUID policy.
 *
 * @param physicalAddressBits MAXPHYADDR, 32 to 52
 * @param linearAddressBits 48 or 57
 * @param cr4 the bits of CR4 that can be set
 * @param efer the bits of IA32_EFER that exist
 * @param debugctl the bits of IA32_DEBUGCTL that can be set
 */
public record ProcessorLimits(
    int physicalAddressBits, int linearAddressBits, long cr4, long efer, long debugctl) {

  /** SCE, LME, LMA and NXE: what an Intel processor has in IA32_EFER. */
  public static final long INTEL_EFER = 0xD01;

  /** Checks the ranges. */
  public ProcessorLimits {
    if (physicalAddressBits < 32 || physicalAddressBits > 52) {
      throw new IllegalArgumentException(
          "MAXPHYADDR must be from 32 to 52, not " + physicalAddressBits);
    }
    if (linearAddressBits != 48 && linearAddressBits != 57) {
      throw new IllegalArgumentException(
          "linear addresses have 48 or 57 bits, not " + linearAddressBits);
    }
  }

  /**
   * A processor of 46 physical and 48 linear address bits with the bits of CR4 up to PKE that go
   * with AVX-era features (VME to UMIP, FSGSBASE, PCIDE, OSXSAVE, SMEP, SMAP, PKE), the EFER of an
   * Intel processor, and LBR and BTF in IA32_DEBUGCTL.
   */
  public static ProcessorLimits typical() {
    return new ProcessorLimits(46, 48, 0x77_0FFF, INTEL_EFER, 0x3);
  }

  /** Whether the bits from MAXPHYADDR on are clear. */
  public boolean isPhysical(long address) {
    return address >>> physicalAddressBits == 0;
  }

  /** Whether the bits from the most significant implemented one on are all equal. */
  public boolean isCanonical(long address) {
    int shift = 64 - linearAddressBits;
    return address << shift >> shift == address;
  }
}
