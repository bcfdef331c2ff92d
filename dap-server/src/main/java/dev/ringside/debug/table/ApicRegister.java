package dev.ringside.debug.table;

import dev.ringside.vmm.device.ApicState;
import dev.ringside.vmm.vmx.BitLayout;
import dev.ringside.vmm.vmx.NamedBits;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The local APIC's registers by name (SDM vol. 3A, table 11-1), in order of their offsets. The
 * eight words each of ISR, TMR and IRR are one bit a vector.
 *
 * @param offset from the APIC's base
 * @param name as the manual abbreviates it
 * @param description what the manual calls it
 * @param bits the named parts of a value
 */
public record ApicRegister(int offset, String name, String description, BitLayout bits) {
  private static final List<ApicRegister> ALL =
      List.of(
          register(0x20, "ID", "APIC ID", part(31, 24, "APIC ID")),
          register(0x30, "VERSION", "version", version()),
          register(0x80, "TPR", "task priority", priority()),
          register(0x90, "APR", "arbitration priority", priority()),
          register(0xa0, "PPR", "processor priority", priority()),
          register(0xd0, "LDR", "logical destination", part(31, 24, "logical APIC ID")),
          register(0xe0, "DFR", "destination format", destinationFormat()),
          register(0xf0, "SVR", "spurious interrupt vector", spurious()),
          register(0x280, "ESR", "error status", errors()),
          register(0x300, "ICR_LOW", "interrupt command, bits 31:0", command()),
          register(0x310, "ICR_HIGH", "interrupt command, bits 63:32", part(31, 24, "destination")),
          register(0x320, "LVT_TIMER", "vector table entry of the timer", timer()),
          register(0x330, "LVT_THERMAL", "vector table entry of the thermal sensor", local()),
          register(0x340, "LVT_PMC", "vector table entry of the performance counters", local()),
          register(0x350, "LVT_LINT0", "vector table entry of pin LINT0", pin()),
          register(0x360, "LVT_LINT1", "vector table entry of pin LINT1", pin()),
          register(0x370, "LVT_ERROR", "vector table entry of APIC errors", error()),
          register(0x380, "TIMER_INITIAL", "timer's initial count", BitLayout.NONE),
          register(0x390, "TIMER_CURRENT", "timer's current count", BitLayout.NONE),
          register(0x3e0, "TIMER_DIVIDE", "timer's divider", divide()));

  /** The register at an offset; empty where a read tells nothing, as of EOI. */
  public static Optional<ApicRegister> at(int offset) {
    for (ApicRegister register : ALL) {
      if (register.offset == offset) {
        return Optional.of(register);
      }
    }
    if (offset < 0x100 || offset >= 0x280 || (offset & 0xf) != 0) {
      return Optional.empty();
    }
    String set = offset < 0x180 ? "ISR" : offset < 0x200 ? "TMR" : "IRR";
    String what = offset < 0x180 ? "in service" : offset < 0x200 ? "level-triggered" : "requested";
    int word = offset >> 4 & 7;
    String vectors =
        String.format(Locale.ROOT, "vectors 0x%x to 0x%x %s", word * 32, word * 32 + 31, what);
    return Optional.of(new ApicRegister(offset, set + word, vectors, BitLayout.NONE));
  }

  /** The named parts of the register's value; of ISR, TMR and IRR, the vectors that are set. */
  public List<NamedBits> decode(int value) {
    if (offset < 0x100 || offset >= 0x280) {
      return bits.decode(value & 0xffff_ffffL);
    }
    int first = (offset >> 4 & 7) * 32;
    BitLayout.Builder vectors = BitLayout.builder();
    for (int bit = 0; bit < 32; bit++) {
      if ((value & 1 << bit) != 0) {
        vectors.bit(bit, "vector 0x" + Integer.toHexString(first + bit), "");
      }
    }
    return vectors.build().decode(value & 0xffff_ffffL);
  }

  /** {@code disabled}, {@code xAPIC} or {@code x2APIC} (11.12.1, table 11-5). */
  public static String mode(ApicState state) {
    return (state.base() & 1 << 11) == 0
        ? "disabled"
        : (state.base() & 1 << 10) == 0 ? "xAPIC" : "x2APIC";
  }

  private static ApicRegister register(
      int offset, String name, String description, BitLayout bits) {
    return new ApicRegister(offset, name, description, bits);
  }

  private static BitLayout part(int high, int low, String name) {
    return BitLayout.builder().part(high, low, name).open().build();
  }

  /** Figure 11-7. */
  private static BitLayout version() {
    return BitLayout.builder()
        .part(7, 0, "version")
        .part(23, 16, "last LVT entry")
        .bit(24, "EOI-broadcast suppression", "")
        .build();
  }

  /** Figures 11-18 and 11-19. */
  private static BitLayout priority() {
    return BitLayout.builder().part(3, 0, "sub-class").part(7, 4, "class").build();
  }

  /** Figure 11-14. */
  private static BitLayout destinationFormat() {
    return BitLayout.builder()
        .part(31, 28, "model", v -> v == 0xf ? "flat" : v == 0 ? "cluster" : "reserved")
        .open()
        .build();
  }

  /** Figure 11-23. */
  private static BitLayout spurious() {
    return BitLayout.builder()
        .part(7, 0, "vector")
        .bit(8, "enable", "APIC off by software", "APIC on")
        .bit(9, "focus check", "on", "off")
        .bit(12, "EOI-broadcast suppression", "")
        .build();
  }

  /** Figure 11-9. */
  private static BitLayout errors() {
    return BitLayout.builder()
        .bit(0, "send checksum", "")
        .bit(1, "receive checksum", "")
        .bit(2, "send accept", "")
        .bit(3, "receive accept", "")
        .bit(4, "redirectable IPI", "")
        .bit(5, "send illegal vector", "an IPI with a vector below 16")
        .bit(6, "receive illegal vector", "a message with a vector below 16")
        .bit(7, "illegal register address", "")
        .build();
  }

  private static final String[] DELIVERY = {
    "fixed", "lowest priority", "SMI", "reserved", "NMI", "INIT", "start-up", "ExtINT"
  };

  private static BitLayout.Builder delivery(BitLayout.Builder builder) {
    return builder.part(7, 0, "vector").part(10, 8, "delivery mode", v -> DELIVERY[(int) v]);
  }

  /** Figure 11-12. */
  private static BitLayout command() {
    return delivery(BitLayout.builder())
        .bit(11, "destination mode", "physical", "logical")
        .bit(12, "delivery status", "idle", "send pending")
        .bit(14, "level", "de-assert", "assert")
        .bit(15, "trigger mode", "edge", "level")
        .part(
            19,
            18,
            "destination shorthand",
            v -> new String[] {"none", "self", "all", "all but self"}[(int) v])
        .build();
  }

  private static BitLayout.Builder status(BitLayout.Builder builder) {
    return builder
        .bit(12, "delivery status", "idle", "send pending")
        .bit(16, "mask", "delivers", "masked");
  }

  /** Figure 11-8. */
  private static BitLayout timer() {
    return status(BitLayout.builder().part(7, 0, "vector"))
        .part(
            18,
            17,
            "timer mode",
            v -> new String[] {"one-shot", "periodic", "TSC deadline", "reserved"}[(int) v])
        .build();
  }

  private static BitLayout local() {
    return status(delivery(BitLayout.builder())).build();
  }

  private static BitLayout pin() {
    return status(delivery(BitLayout.builder()))
        .bit(13, "polarity", "active high", "active low")
        .bit(14, "remote IRR", "")
        .bit(15, "trigger mode", "edge", "level")
        .build();
  }

  private static BitLayout error() {
    return status(BitLayout.builder().part(7, 0, "vector")).build();
  }

  /** Figure 11-10: bits 3, 1 and 0. */
  private static BitLayout divide() {
    return BitLayout.builder()
        .part(
            3,
            0,
            "divide by",
            v -> Integer.toString(1 << ((((int) v & 3 | (int) v >> 1 & 4) + 1) & 7)))
        .build();
  }
}
