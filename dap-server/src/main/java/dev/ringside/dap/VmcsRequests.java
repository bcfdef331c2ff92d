package dev.ringside.dap;

import dev.ringside.dap.message.Bit;
import dev.ringside.dap.message.VmcsArguments;
import dev.ringside.dap.message.VmcsResponse;
import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.value.RegisterBits;
import dev.ringside.vmm.VmcsView;
import dev.ringside.vmm.vmx.VmcsField;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** {@code ringside/vmcs}. */
final class VmcsRequests {
  private final Session session;

  VmcsRequests(Session session) {
    this.session = session;
  }

  List<Command<?>> commands() {
    return List.of(
        Command.optional(
            "ringside/vmcs", VmcsArguments.class, () -> new VmcsArguments(null), this::vmcs));
  }

  private VmcsResponse vmcs(VmcsArguments arguments) {
    return session
        .debug()
        .target()
        .onVcpu(
            session.vcpuOrFirst(arguments.threadId()),
            view ->
                of(
                    view.vmcs()
                        .orElseThrow(
                            () -> new ProtocolError.WrongState("this target shows no VMCS"))));
  }

  private static VmcsResponse of(VmcsView vmcs) {
    List<VmcsResponse.Group> groups = new ArrayList<>();
    for (VmcsField.Area area : VmcsField.Area.values()) {
      List<VmcsResponse.Field> fields = new ArrayList<>();
      for (VmcsField field : VmcsField.values()) {
        if (field.area() == area) {
          fields.add(field(vmcs, field));
        }
      }
      groups.add(new VmcsResponse.Group(area.title(), fields));
    }
    return new VmcsResponse(groups);
  }

  private static VmcsResponse.Field field(VmcsView vmcs, VmcsField field) {
    OptionalLong value = vmcs.read(field);
    boolean known = value.isPresent();
    return new VmcsResponse.Field(
        field.name(),
        Hex.of(field.encoding()),
        field.width().bits(),
        field.description(),
        vmcs.isWritable(field),
        known ? Hex.of(value.getAsLong()) : null,
        known ? null : "not visible on this processor",
        known ? Bit.of(RegisterBits.of(vmcs, field, value.getAsLong())) : List.of());
  }
}
