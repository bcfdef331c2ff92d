package dev.ringside.debug.scope;

import dev.ringside.debug.value.Node;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.vmx.VmcsField;
import java.util.ArrayList;
import java.util.List;

/** A VM exit as nodes. */
public final class ExitNodes {
  private static final List<VmcsField> FIELDS =
      List.of(
          VmcsField.EXIT_REASON,
          VmcsField.EXIT_QUALIFICATION,
          VmcsField.VM_EXIT_INSTRUCTION_LENGTH,
          VmcsField.VM_EXIT_INSTRUCTION_INFORMATION,
          VmcsField.VM_EXIT_INTERRUPTION_INFORMATION,
          VmcsField.VM_EXIT_INTERRUPTION_ERROR_CODE,
          VmcsField.IDT_VECTORING_INFORMATION,
          VmcsField.IDT_VECTORING_ERROR_CODE,
          VmcsField.GUEST_LINEAR_ADDRESS,
          VmcsField.GUEST_PHYSICAL_ADDRESS);

  private ExitNodes() {}

  /** {@code CPUID (10), leaf 0x0}. */
  public static String summary(VmExit exit) {
    String detail = exit.detail();
    return exit.reason().name()
        + " ("
        + exit.reason().number()
        + ")"
        + (detail.isEmpty() ? "" : ", " + detail);
  }

  /** The exit's own facts, then the exit-information fields as they stand. */
  public static List<Node> of(VmExit exit) {
    List<Node> nodes = new ArrayList<>();
    nodes.add(text("reason", exit.reason().name() + " (" + exit.reason().number() + ")"));
    nodes.add(text("meaning", exit.reason().meaning()));
    if (!exit.detail().isEmpty()) {
      nodes.add(text("detail", exit.detail()));
    }
    String rip = "0x" + Long.toHexString(exit.at().linearRip());
    nodes.add(new Node.Text("rip", exit.at().ripIsExact() ? rip : rip + " (estimated)", rip, rip));
    nodes.add(text("cpl", Integer.toString(exit.at().cpl())));
    nodes.add(text("instruction length", Integer.toString(exit.at().instructionLength())));
    for (VmcsField field : FIELDS) {
      nodes.add(VmcsScope.field(field));
    }
    return nodes;
  }

  private static Node text(String name, String text) {
    return new Node.Text(name, text, "", null);
  }
}
