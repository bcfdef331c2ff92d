package dev.ringside.vmm.monitor;

import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.SegmentRegister;
import dev.ringside.vmm.x86.Vector;
import java.util.List;

/**
 * What a person wants to see after a triple fault: registers, the last exits, the last exceptions.
 */
final class FaultReport {
  private FaultReport() {}

  static String of(Vcpu vcpu, List<VmExit> exits) {
    StringBuilder out = new StringBuilder();
    out.append(String.format("mode %s, ring %d%n", vcpu.mode().label(), vcpu.cpl()));
    registers(vcpu, out);
    out.append("last VM exits, oldest first:\n");
    for (VmExit e : exits) {
      out.append(
          String.format(
              "  %-20s rip 0x%x  %s%n", e.reason().name(), e.at().linearRip(), e.detail()));
    }
    out.append("last exceptions and interrupts, oldest first:\n");
    for (EventDelivery e : vcpu.recentEvents()) {
      out.append("  ").append(event(e)).append('\n');
    }
    return out.toString();
  }

  private static void registers(Vcpu vcpu, StringBuilder out) {
    int column = 0;
    for (Register r : Register.values()) {
      out.append(String.format("%-6s %016x", r.name(), vcpu.read(r)));
      out.append(++column % 4 == 0 ? "\n" : "  ");
    }
    if (column % 4 != 0) {
      out.append('\n');
    }
    for (SegmentRegister r : SegmentRegister.values()) {
      Segment s = vcpu.read(r);
      out.append(
          String.format(
              "%-4s %04x base %016x limit %08x rights %05x%n",
              r.name(), s.selector(), s.base(), s.limit(), s.accessRights()));
    }
    out.append(
        String.format(
            "GDTR base %016x limit %04x   IDTR base %016x limit %04x%n",
            vcpu.gdtr().base(), vcpu.gdtr().limit(), vcpu.idtr().base(), vcpu.idtr().limit()));
  }

  private static String event(EventDelivery e) {
    StringBuilder text = new StringBuilder();
    text.append(String.format("%-10s rip 0x%x", Vector.name(e.vector()), e.rip()));
    if (e.hasErrorCode()) {
      text.append(String.format("  error code 0x%x", e.errorCode()));
    }
    if (e.vector() == Vector.PF) {
      text.append(String.format("  cr2 0x%x", e.faultAddress()));
    }
    text.append(String.format("  ring %d", e.cpl()));
    return text.toString();
  }
}
