package dev.ringside.debug.scope;

import dev.ringside.debug.paging.Walk;
import dev.ringside.debug.value.Node;
import dev.ringside.vmm.vmx.NamedBits;
import java.util.ArrayList;
import java.util.List;

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
    for (NamedBits part : level.bits()) {
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
