package dev.ringside.debug.scope;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.paging.Walk;
import dev.ringside.debug.value.Node;
import dev.ringside.vmm.vmx.EptWalk;
import dev.ringside.vmm.vmx.NamedBits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Page walks as nodes. */
public final class WalkNodes {
  private WalkNodes() {}

  /** One node a level, and one with the result. */
  public static List<Node> of(Walk walk) {
    List<Node> nodes = new ArrayList<>();
    for (Walk.Level level : walk.levels()) {
      String name = level.name() + "[" + level.index() + "]";
      String text =
          "0x" + Long.toHexString(level.entry()) + " at phys:0x" + Long.toHexString(level.at());
      nodes.add(new Node.Group(name, text, view -> bits(level)));
    }
    nodes.add(result(walk));
    return nodes;
  }

  /** The EPT walk of a guest-physical address; empty where the processor shows no EPT. */
  public static List<Node> ept(GuestView view, long gpa) {
    Optional<EptWalk> walk = view.vmcs().flatMap(v -> v.eptWalk(gpa));
    if (walk.isEmpty()) {
      return List.of(new Node.Text("EPT", "<not visible on this processor>", "", null));
    }
    List<Node> nodes = new ArrayList<>();
    for (EptWalk.Level level : walk.get().levels()) {
      String text =
          "0x"
              + Long.toHexString(level.value())
              + " at host 0x"
              + Long.toHexString(level.address());
      nodes.add(new Node.Group("EPT " + level.name(), text, v -> bits(level.bits())));
    }
    nodes.add(new Node.Text("EPT result", eptResult(walk.get()), "", null));
    return nodes;
  }

  /** {@code 0x1000 4 KiB page}, or how the walk ends. */
  public static String eptResult(EptWalk walk) {
    return walk.hostPhysical().isPresent()
        ? "0x" + Long.toHexString(walk.hostPhysical().getAsLong()) + " " + walk.outcome()
        : "<" + walk.outcome() + ">";
  }

  /** The end of a walk: {@code 0x1234 (2 MiB page)}. */
  public static Node result(Walk walk) {
    if (walk.result().isEmpty()) {
      return new Node.Text("result", "<" + walk.end() + ">", "", null);
    }
    String address = "0x" + Long.toHexString(walk.result().getAsLong());
    return new Node.Text("result", address + " " + walk.end(), "", "phys:" + address);
  }

  private static List<Node> bits(Walk.Level level) {
    List<Node> nodes = new ArrayList<>();
    nodes.add(
        new Node.Text(
            "entry at",
            "phys:0x" + Long.toHexString(level.at()),
            "phys(0x" + Long.toHexString(level.at()) + ")",
            "phys:0x" + Long.toHexString(level.at())));
    nodes.addAll(bits(level.bits()));
    return nodes;
  }

  private static List<Node> bits(List<NamedBits> parts) {
    List<Node> nodes = new ArrayList<>();
    for (NamedBits part : parts) {
      String value =
          part.high() == part.low()
              ? Long.toString(part.value())
              : "0x" + Long.toHexString(part.value());
      nodes.add(
          new Node.Text(
              part.name() + " [" + part.bits() + "]",
              part.meaning().isEmpty() ? value : value + " " + part.meaning(),
              "",
              null));
    }
    return nodes;
  }
}
