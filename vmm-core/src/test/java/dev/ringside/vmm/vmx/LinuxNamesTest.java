package dev.ringside.vmm.vmx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Our tables against those of the Linux kernel. */
final class LinuxNamesTest {
  @Test
  void everyFieldOfLinuxIsOursUnderThatName() {
    Map<String, Long> linux =
        LinuxHeader.kernel("vmx.h").constants("(?m)^\\s+(\\w+)\\s*=\\s*(0x0000[0-9a-fA-F]{4})\\b");
    assertThat(linux).hasSizeGreaterThan(150);
    linux.forEach(
        (name, encoding) -> {
          if (name.endsWith("_HIGH")) {
            assertThat(VmcsField.encodedAs(encoding.intValue())).as(name).isPresent();
            return;
          }
          VmcsField field = VmcsField.named(name);
          assertThat(field.encoding()).as(name).isEqualTo(encoding.intValue());
          assertThat(field.linuxName()).as(name).contains(name);
        });
  }

  @Test
  void everyExitReasonOfLinuxIsOursUnderThatName() {
    Map<String, Long> linux =
        LinuxHeader.user("vmx.h").constants("#define EXIT_REASON_(\\w+)\\s+(\\d+)");
    assertThat(linux).hasSizeGreaterThan(60);
    linux.forEach(
        (name, number) ->
            assertThat(ExitReason.valueOf(name).number()).as(name).isEqualTo(number.intValue()));
  }

  @Test
  void everyControlOfLinuxIsOursUnderThatName() {
    Map<String, Long> features =
        LinuxHeader.kernel("vmxfeatures.h")
            .constants("#define VMX_FEATURE_(\\w+)\\s+\\(\\s*\\d\\*32\\+\\s*(\\d+)\\)");
    Map<String, Long> linux = new LinkedHashMap<>();
    LinuxHeader header = LinuxHeader.kernel("vmx.h");
    header
        .references(
            "#define ((?:CPU_BASED|SECONDARY_EXEC|TERTIARY_EXEC|PIN_BASED)_\\w+)"
                + "\\s+VMCS_CONTROL_BIT\\((\\w+)\\)")
        .forEach((name, feature) -> linux.put(name, 1L << features.getOrDefault(feature, 63L)));
    linux.putAll(
        header.constants("#define (VM_(?:EXIT|ENTRY)_(?!ALWAYSON)\\w+)\\s+(0x[0-9a-f]{8})(?!\\w)"));
    // The name until Linux 6.7.
    Long xsaves = linux.remove("SECONDARY_EXEC_XSAVES");
    if (xsaves != null) {
      linux.put("SECONDARY_EXEC_ENABLE_XSAVES", xsaves);
    }
    assertThat(linux).hasSizeGreaterThan(70);
    Map<String, VmxControl> ours = new HashMap<>();
    controls()
        .flatMap(List::stream)
        .forEach(control -> control.linuxName().ifPresent(name -> ours.put(name, control)));
    linux.forEach(
        (name, mask) -> {
          assertThat(ours).containsKey(name);
          assertThat(ours.get(name)).extracting(VmxControl::mask).as(name).isEqualTo(mask);
        });
  }

  @Test
  void default1ClassIsLinuxs() {
    VmxCapabilities capabilities = VmxCapabilities.of(ProcessorLimits.typical());
    assertThat(
            LinuxHeader.kernel("vmx.h")
                .constants("#define (\\w+_ALWAYSON_WITHOUT_TRUE_MSR)\\s+(0x[0-9a-f]+)"))
        .isEqualTo(
            Map.of(
                "PIN_BASED_ALWAYSON_WITHOUT_TRUE_MSR",
                capabilities.pinControls() & 0xFFFF_FFFFL,
                "CPU_BASED_ALWAYSON_WITHOUT_TRUE_MSR",
                capabilities.primaryControls() & 0xFFFF_FFFFL,
                "VM_EXIT_ALWAYSON_WITHOUT_TRUE_MSR",
                capabilities.exitControls() & 0xFFFF_FFFFL,
                "VM_ENTRY_ALWAYSON_WITHOUT_TRUE_MSR",
                capabilities.entryControls() & 0xFFFF_FFFFL));
  }

  @Test
  void instructionErrorsAreLinuxs() {
    LinuxHeader.kernel("vmx.h")
        .constants("VMXERR_(\\w+) = (\\d+)")
        .forEach(
            (name, number) ->
                assertThat(InstructionError.numbered(number.intValue())).as(name).isPresent());
  }

  /** Every vector of controls. */
  static Stream<List<VmxControl>> controls() {
    return Stream.of(
        List.of(PinControl.values()),
        List.of(PrimaryControl.values()),
        List.of(SecondaryControl.values()),
        List.of(TertiaryControl.values()),
        List.of(ExitControl.values()),
        List.of(SecondaryExitControl.values()),
        List.of(EntryControl.values()));
  }
}
