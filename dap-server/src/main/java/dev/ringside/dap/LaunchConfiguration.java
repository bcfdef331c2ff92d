package dev.ringside.dap;

import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.program.SourceMap;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.MachineConfiguration.Backend;
import dev.ringside.vmm.MachineConfiguration.Clock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The attributes of a {@code launch} request (CONTRACTS.md, "Debug configurations"). */
record LaunchConfiguration(
    Path program,
    Optional<Path> initrd,
    String commandLine,
    MachineConfiguration machine,
    List<SymbolSource> symbols,
    SourceMap sourceMap,
    SerialMode serial,
    Optional<Path> profile,
    boolean stopOnEntry,
    boolean noDebug) {

  static LaunchConfiguration of(Map<String, Object> arguments) {
    Attributes a = new Attributes(arguments);
    Path base = a.base();
    Path program =
        a.text("program")
            .map(text -> Attributes.path(text, base))
            .orElseThrow(
                () -> new ProtocolError.CannotStart("'program' is missing: the guest to boot"));
    if (a.whole("cpus", 1) != 1) {
      throw new ProtocolError.CannotStart("'cpus' must be 1: there is one vCPU so far");
    }
    for (String later : List.of("disks", "record")) {
      if (a.has(later)) {
        throw new ProtocolError.CannotStart("'" + later + "' is not there yet; leave it out");
      }
    }
    return new LaunchConfiguration(
        program,
        a.text("initrd").map(text -> Attributes.path(text, base)),
        a.text("cmdline").orElse(""),
        machine(a),
        SymbolSource.of(a, base),
        new SourceMap(a.strings("sourceMap")),
        SerialMode.of(a, base),
        profile(a, base),
        a.flag("stopOnEntry") && !a.flag("noDebug"),
        a.flag("noDebug"));
  }

  private static Optional<Path> profile(Attributes a, Path base) {
    Optional<Path> file = a.text("profile").map(text -> Attributes.path(text, base));
    if (file.isPresent() && !file.get().toString().matches("(?s).*\\.(jfr|json|html)")) {
      throw Attributes.wrong("profile", "a file ending in .jfr, .json or .html", file.get());
    }
    return file;
  }

  private static MachineConfiguration machine(Attributes a) {
    MachineConfiguration machine =
        MachineConfiguration.defaults()
            .withMemory(a.memory("memory", MachineConfiguration.defaults().memory()))
            .withBackend(
                a.choice("backend", List.of("soft", "kvm")).equals("kvm")
                    ? Backend.KVM
                    : Backend.SOFT);
    return a.choice("clock", List.of("deterministic", "real")).equals("real")
        ? machine.withClock(Clock.REAL).withEpoch(Instant.now().getEpochSecond())
        : machine;
  }
}
