package dev.ringside.debug.scope;

import dev.ringside.debug.expression.CTypes;
import dev.ringside.debug.value.Node;
import dev.ringside.debug.value.Place;
import dev.ringside.debug.value.Value;
import dev.ringside.vmm.vmx.VmcsField;
import java.util.Arrays;
import java.util.List;

/** The VMCS scope: every field, by area. */
public final class VmcsScope {
  private static final List<VmcsField.Area> ORDER =
      List.of(
          VmcsField.Area.GUEST_STATE,
          VmcsField.Area.HOST_STATE,
          VmcsField.Area.CONTROL,
          VmcsField.Area.EXIT_INFORMATION);

  private VmcsScope() {}

  static Scope of() {
    return new Scope("VMCS", Scope.Kind.OTHER, new Node.Group("VMCS", "", view -> groups()), true);
  }

  /** Guest state, Host state, Controls, Exit information. */
  public static List<Node> groups() {
    return ORDER.stream()
        .map(area -> (Node) new Node.Group(area.title(), "", view -> fields(area)))
        .toList();
  }

  /** A field as a node. */
  public static Node field(VmcsField field) {
    return new Node.OfValue(
        field.name(),
        "vmcs." + field.name(),
        new Value(CTypes.word(field.width().bits() / 8), new Place.Vmcs(field)));
  }

  private static List<Node> fields(VmcsField.Area area) {
    return Arrays.stream(VmcsField.values())
        .filter(f -> f.area() == area)
        .map(VmcsScope::field)
        .toList();
  }
}
