package dev.ringside.debug.scope;

import dev.ringside.debug.expression.CTypes;
import dev.ringside.debug.expression.MachineAccess;
import dev.ringside.debug.frame.StackFrame;
import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.value.MachineRegister;
import dev.ringside.debug.value.Node;
import dev.ringside.debug.value.Place;
import dev.ringside.debug.value.Value;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.ProcessorMode;
import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.SegmentRegister;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The Registers scope, in the groups of CONTRACTS.md. */
public final class RegisterScope {
  private static final List<String> GENERAL =
      List.of(
          "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12",
          "r13", "r14", "r15", "rip");
  private static final List<String> CONTROL =
      List.of(
          "cr0",
          "cr2",
          "cr3",
          "cr4",
          "cr8",
          "xcr0",
          "gdtr_base",
          "gdtr_limit",
          "idtr_base",
          "idtr_limit");
  private static final List<String> DEBUG = List.of("dr0", "dr1", "dr2", "dr3", "dr6", "dr7");

  private RegisterScope() {}

  static Scope of(StackFrame frame) {
    return new Scope(
        "Registers",
        Scope.Kind.REGISTERS,
        new Node.Group("Registers", "", view -> groups(view, frame)),
        false);
  }

  /** The groups; {@code frame} null for the processor itself. */
  public static List<Node> groups(GuestView view, @Nullable StackFrame frame) {
    boolean caller = frame != null && !frame.innermost();
    ProcessorMode mode = view.cpu().mode();
    List<Node> groups = new ArrayList<>();
    groups.add(group("General", "", GENERAL, caller ? frame : null));
    groups.add(new Node.Group("Flags", "", v -> List.of(register("rflags", null))));
    groups.add(new Node.Group("Segments", mode.label(), v -> segments(v)));
    groups.add(group("Control", "", CONTROL, null));
    groups.add(group("Debug", "", DEBUG, null));
    groups.add(new Node.Group("MSRs", "", v -> msrs()));
    groups.add(
        group(
            "FPU",
            "",
            List.of("fcw", "fsw", "ftw", "st0", "st1", "st2", "st3", "st4", "st5", "st6", "st7"),
            null));
    List<String> sse = new ArrayList<>(List.of("mxcsr"));
    for (int i = 0; i < 16; i++) {
      sse.add("xmm" + i);
    }
    groups.add(group("SSE", "", sse, null));
    return groups;
  }

  private static Node.Group group(
      String name, String text, List<String> registers, @Nullable StackFrame frame) {
    return new Node.Group(
        name, text, view -> registers.stream().map(r -> register(r, frame)).toList());
  }

  private static Node register(String name, @Nullable StackFrame frame) {
    MachineRegister register =
        MachineRegister.named(name)
            .orElseThrow(() -> new IllegalArgumentException("no register " + name));
    Place place = new Place.CpuRegister(register, frame == null ? null : frame.context());
    return new Node.OfValue(name, "$" + name, new Value(MachineAccess.typeOf(register), place));
  }

  private static List<Node> segments(GuestView view) {
    List<Node> nodes = new ArrayList<>();
    for (SegmentRegister s : SegmentRegister.values()) {
      String name = s.name().toLowerCase(Locale.ROOT);
      Segment segment = view.cpu().read(s);
      nodes.add(
          new Node.Group(
              name,
              String.format("0x%x %s", segment.selector(), describe(segment)),
              v -> descriptor(name, segment)));
    }
    return nodes;
  }

  private static List<Node> descriptor(String name, Segment segment) {
    return List.of(
        register(name, null),
        register(name + "_base", null),
        text("limit", "0x" + Integer.toHexString(segment.limit())),
        text("access rights", "0x" + Integer.toHexString(segment.accessRights())),
        text("type", Integer.toString(segment.type())),
        text("DPL", Integer.toString(segment.dpl())),
        text("present", segment.isPresent() ? "1" : "0"),
        text("L", segment.isLong() ? "1" : "0"),
        text("D/B", segment.isBig() ? "1" : "0"),
        text("unusable", segment.isUnusable() ? "1" : "0"));
  }

  private static Node text(String name, String text) {
    return new Node.Text(name, text, "", null);
  }

  /** {@code code, 64-bit, DPL 0}. */
  public static String describe(Segment segment) {
    if (segment.isUnusable()) {
      return "unusable";
    }
    boolean system = (segment.accessRights() & Segment.S) == 0;
    String kind =
        system
            ? "system type " + segment.type()
            : segment.isCode()
                ? segment.isLong()
                    ? "code, 64-bit"
                    : segment.isBig() ? "code, 32-bit" : "code, 16-bit"
                : (segment.type() & 2) != 0 ? "data, writable" : "data";
    return kind
        + ", DPL "
        + segment.dpl()
        + (segment.isPresent() ? "" : ", not present")
        + (segment.base() == 0 ? "" : ", base 0x" + Long.toHexString(segment.base()));
  }

  private static List<Node> msrs() {
    List<Node> nodes = new ArrayList<>();
    for (Msr msr : Msr.values()) {
      nodes.add(
          new Node.OfValue(
              msr.name(),
              "msr(0x" + Integer.toHexString(msr.index()) + ")",
              new Value(CTypes.word(8), new Place.Msr(msr.index()))));
    }
    return nodes;
  }
}
