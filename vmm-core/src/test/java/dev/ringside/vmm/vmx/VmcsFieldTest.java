package dev.ringside.vmm.vmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringside.vmm.vmx.VmcsField.Area;
import dev.ringside.vmm.vmx.VmcsField.Width;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class VmcsFieldTest {
  @Test
  void encodingAgreesWithWidthAndAreaAsTable27_22Says() {
    for (VmcsField field : VmcsField.values()) {
      int encoding = field.encoding();
      assertThat(encoding & 0xFFFF_9001).as("%s: reserved bits and access type", field).isZero();
      Width width =
          switch (encoding >> 13 & 3) {
            case 0 -> Width.BITS_16;
            case 1 -> Width.BITS_64;
            case 2 -> Width.BITS_32;
            default -> Width.NATURAL;
          };
      Area area =
          switch (encoding >> 10 & 3) {
            case 0 -> Area.CONTROL;
            case 1 -> Area.EXIT_INFORMATION;
            case 2 -> Area.GUEST_STATE;
            default -> Area.HOST_STATE;
          };
      assertThat(field.width()).as("%s", field).isEqualTo(width);
      assertThat(field.area()).as("%s", field).isEqualTo(area);
    }
  }

  @Test
  void everyTableOfAppendixBIsComplete() {
    Map<Integer, Integer> rows = new HashMap<>();
    for (VmcsField field : VmcsField.values()) {
      rows.merge(field.encoding() & 0x6C00, 1, Integer::sum);
    }
    System.out.println("VMCS fields: " + VmcsField.values().length);
    // Rows of tables B-1 to B-15 (a 64-bit field is two rows there), in the edition of February
    // 2026; plus the virtual timer vector, the ENCLV-exiting bitmap, the guest deadline shadow,
    // the guest deadline, and IA32_SPEC_CTRL of guest and host.
    assertThat(rows)
        .isEqualTo(
            Map.ofEntries(
                Map.entry(0x0000, 5 + 1),
                Map.entry(0x0800, 11),
                Map.entry(0x0C00, 7),
                Map.entry(0x2000, 74 / 2 + 2),
                Map.entry(0x2400, 6 / 2),
                Map.entry(0x2800, 42 / 2 + 2),
                Map.entry(0x2C00, 24 / 2 + 1),
                Map.entry(0x4000, 20),
                Map.entry(0x4400, 8),
                Map.entry(0x4800, 23),
                Map.entry(0x4C00, 1),
                Map.entry(0x6000, 8),
                Map.entry(0x6400, 6),
                Map.entry(0x6800, 23),
                Map.entry(0x6C00, 15)));
  }

  @Test
  void namesAndEncodingsAreUniqueAndInOrder() {
    Set<String> names = new HashSet<>();
    int previous = -1;
    for (VmcsField field : VmcsField.values()) {
      assertThat(field.encoding()).as("%s", field).isGreaterThan(previous);
      previous = field.encoding();
      Set<String> own = new HashSet<>(field.aliases());
      own.add(field.name());
      field.linuxName().ifPresent(own::add);
      for (String name : own) {
        assertThat(names.add(name)).as("%s is taken", name).isTrue();
      }
    }
  }

  @Test
  void nameIsThePhraseOfTheManualWithoutTheWordField() {
    for (VmcsField field : VmcsField.values()) {
      String fromPhrase =
          field
              .description()
              .replaceAll("\\(.*?\\)| field$", "")
              .replace("I/O", "IO")
              .strip()
              .replaceAll("[^A-Za-z0-9]+", "_")
              .toUpperCase(Locale.ROOT);
      assertThat(field.name()).isEqualTo(fromPhrase);
    }
  }

  @Test
  void isFoundByAnyOfItsNamesInAnyCase() {
    assertThat(VmcsField.named("GUEST_RIP")).isEqualTo(VmcsField.GUEST_RIP);
    assertThat(VmcsField.named(" guest-rip ")).isEqualTo(VmcsField.GUEST_RIP);
    assertThat(VmcsField.named("vm_entry_intr_info_field"))
        .isEqualTo(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION);
    assertThat(VmcsField.named("Injected-event identification"))
        .isEqualTo(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION);
    assertThat(VmcsField.named("eptp")).isEqualTo(VmcsField.EPT_POINTER);
    assertThat(VmcsField.named("cpu_based_vm_exec_control"))
        .isEqualTo(VmcsField.PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS);
  }

  @Test
  void unknownNameOffersTheNearest() {
    assertThatThrownBy(() -> VmcsField.named("GEUST_RIP"))
        .isInstanceOf(UnknownVmcsFieldException.class)
        .hasMessageStartingWith("no VMCS field is named 'GEUST_RIP'; did you mean GUEST_RIP, ");
    assertThatThrownBy(() -> VmcsField.named("exception_bitmpa"))
        .isInstanceOfSatisfying(
            UnknownVmcsFieldException.class,
            unknown -> assertThat(unknown.nearest().getFirst()).isEqualTo("EXCEPTION_BITMAP"));
    assertThatThrownBy(() -> VmcsField.named("rip"))
        .isInstanceOfSatisfying(
            UnknownVmcsFieldException.class,
            unknown -> assertThat(unknown.nearest()).contains("GUEST_RIP", "HOST_RIP", "IO_RIP"));
  }

  @Test
  void isFoundByItsEncoding() {
    for (VmcsField field : VmcsField.values()) {
      assertThat(VmcsField.encodedAs(field.encoding())).contains(field);
      if (field.width() == Width.BITS_64) {
        assertThat(VmcsField.encodedAs(field.encoding() + 1)).contains(field);
      } else {
        assertThat(VmcsField.encodedAs(field.encoding() + 1)).isEmpty();
      }
    }
    assertThat(VmcsField.encodedAs(0x4FFE)).isEmpty();
  }

  @Test
  void decodesAccessRights() {
    assertThat(VmcsField.GUEST_CS_ACCESS_RIGHTS.decode(0xA09B))
        .extracting(bits -> bits.name() + " " + bits.bits() + "=" + bits.value())
        .containsExactly(
            "Type 3:0=11",
            "S 4=1",
            "DPL 6:5=0",
            "P 7=1",
            "AVL 12=0",
            "L 13=1",
            "D/B 14=0",
            "G 15=1",
            "Unusable 16=0");
    assertThat(VmcsField.GUEST_CS_ACCESS_RIGHTS.decode(0x100))
        .contains(new NamedBits("reserved", 8, 8, 1, "must be 0"));
  }

  @Test
  void decodesEventsControlsAndRegisters() {
    assertThat(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION.decode(0x8000_0B0EL))
        .contains(
            new NamedBits("Vector", 7, 0, 14, ""),
            new NamedBits("Type", 10, 8, 3, "hardware exception"),
            new NamedBits("Deliver error code", 11, 11, 1, ""),
            new NamedBits("Valid", 31, 31, 1, ""));
    assertThat(VmcsField.GUEST_ACTIVITY_STATE.decode(1))
        .containsExactly(new NamedBits("Activity", 31, 0, 1, "HLT"));
    assertThat(VmcsField.EXIT_REASON.decode(0x8000_0021L))
        .contains(
            new NamedBits("Basic exit reason", 15, 0, 33, "INVALID_STATE"),
            new NamedBits("VM-entry failure", 31, 31, 1, ""));
    assertThat(VmcsField.PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS.decode(0x80))
        .contains(new NamedBits("HLT exiting", 7, 7, 1, "HLT causes VM exits"));
    assertThat(VmcsField.GUEST_CR0.decode(0x8000_0001L).stream().filter(NamedBits::isSet))
        .extracting(NamedBits::name)
        .containsExactly("PE", "PG");
    assertThat(VmcsField.EPT_POINTER.decode(0x12_345E))
        .contains(
            new NamedBits("Memory type", 2, 0, 6, "write-back"),
            new NamedBits("Page-walk length - 1", 5, 3, 3, "4 levels"),
            new NamedBits("Accessed and dirty flags", 6, 6, 1, "on"),
            new NamedBits("Root table (4-KByte frame)", 51, 12, 0x123, ""));
  }

  @Test
  void decodesMasksAndReservedControls() {
    assertThat(VmcsField.CR0_GUEST_HOST_MASK.decode(~0x1_0008L))
        .hasSize(11)
        .contains(
            new NamedBits("TS", 3, 3, 0, "guest-owned"),
            new NamedBits("PG", 31, 31, 1, "host-owned"));
    assertThat(VmcsField.PIN_BASED_VM_EXECUTION_CONTROLS.decode(0x3F))
        .extracting(NamedBits::name)
        .doesNotContain("reserved");
    assertThat(VmcsField.PIN_BASED_VM_EXECUTION_CONTROLS.decode(0x12D))
        .contains(
            new NamedBits("reserved", 1, 1, 0, "must be 1"),
            new NamedBits("reserved", 8, 8, 1, "must be 0"));
  }
}
