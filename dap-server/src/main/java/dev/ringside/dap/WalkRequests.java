package dev.ringside.dap;

import dev.ringside.dap.message.Bit;
import dev.ringside.dap.message.WalkArguments;
import dev.ringside.dap.message.WalkResponse;
import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.breakpoint.Addresses;
import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.paging.GuestPageWalk;
import dev.ringside.debug.paging.Walk;
import dev.ringside.vmm.vmx.EptWalk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** {@code ringside/walk}. */
final class WalkRequests {
  private static final String PHYSICAL = "phys:";

  /** Bits 51:12 of an EPT entry. */
  private static final long EPT_ADDRESS = 0x000f_ffff_ffff_f000L;

  private final Session session;

  WalkRequests(Session session) {
    this.session = session;
  }

  List<Command<?>> commands() {
    return List.of(Command.of("ringside/walk", WalkArguments.class, this::walk));
  }

  private WalkResponse walk(WalkArguments arguments) {
    String text = arguments.address() == null ? "" : arguments.address().trim();
    boolean physical = text.startsWith(PHYSICAL);
    String expression = physical ? text.substring(PHYSICAL.length()) : text;
    if (expression.isBlank()) {
      throw new ProtocolError.BadAddress(
          "there is no address; write 0x…, phys:0x… or an expression such as $rip");
    }
    int frame = arguments.frameId() == null ? 0 : arguments.frameId();
    long address =
        Addresses.parse(expression).orElseGet(() -> session.debug().number(expression, frame));
    return session
        .debug()
        .target()
        .onVcpu(
            session.vcpuOrFirst(arguments.threadId()),
            view ->
                physical
                    ? shown(
                        ept(view, address)
                            .orElseThrow(
                                () ->
                                    new ProtocolError.WrongState(
                                        "this processor does not show its EPT")))
                    : shown(view, address, GuestPageWalk.of(view, address)));
  }

  private static Optional<EptWalk> ept(GuestView view, long gpa) {
    return view.vmcs().flatMap(vmcs -> vmcs.eptWalk(gpa));
  }

  private static WalkResponse shown(EptWalk walk) {
    List<WalkResponse.Level> levels = new ArrayList<>();
    for (int i = 0; i < walk.levels().size(); i++) {
      EptWalk.Level level = walk.levels().get(i);
      boolean last = i == walk.levels().size() - 1;
      levels.add(
          new WalkResponse.Level(
              level.name(),
              (int) (level.address() & 0xfff) / 8,
              host(level.address()),
              null,
              Hex.of(level.value()),
              last && walk.hostPhysical().isEmpty() ? null : host(level.value() & EPT_ADDRESS),
              Bit.of(level.bits())));
    }
    return new WalkResponse(
        "EPT walk of " + gpa(walk.guestPhysical()),
        gpa(walk.guestPhysical()),
        levels,
        walk.hostPhysical().isEmpty() ? null : host(walk.hostPhysical().getAsLong()),
        walk.outcome(),
        null);
  }

  private static WalkResponse shown(GuestView view, long linear, Walk walk) {
    List<WalkResponse.Level> levels = new ArrayList<>();
    for (int i = 0; i < walk.levels().size(); i++) {
      Walk.Level level = walk.levels().get(i);
      levels.add(
          new WalkResponse.Level(
              level.name(),
              level.index(),
              gpa(level.at()),
              host(view, level.at()),
              Hex.of(level.entry()),
              next(level),
              Bit.of(level.bits())));
    }
    OptionalLong result = walk.result();
    return new WalkResponse(
        walk.title(),
        Hex.of(linear),
        levels,
        result.isEmpty() ? null : gpa(result.getAsLong()),
        walk.end(),
        result.isEmpty()
            ? null
            : ept(view, result.getAsLong()).map(WalkRequests::shown).orElse(null));
  }

  /** The table or page that an entry refers to. */
  private static @Nullable String next(Walk.Level level) {
    if ((level.entry() & 1) == 0) {
      return null;
    }
    return level.bits().stream()
        .filter(part -> part.name().equals("address"))
        .findFirst()
        .map(part -> gpa(part.value() << part.low()))
        .orElse(null);
  }

  private static @Nullable String host(GuestView view, long gpa) {
    return ept(view, gpa)
        .map(EptWalk::hostPhysical)
        .filter(OptionalLong::isPresent)
        .map(address -> host(address.getAsLong()))
        .orElse(null);
  }

  private static String gpa(long address) {
    return PHYSICAL + Hex.of(address);
  }

  private static String host(long address) {
    return "host:" + Hex.of(address);
  }
}
