package dev.ringside.dap;

import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.program.Program;
import dev.ringside.vmm.VirtualMachine;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A VM that runs in this process already; one client at a time attaches to it. */
final class Running implements Origin {
  private final VirtualMachine machine;
  private final String name;
  private final List<Path> symbols;
  private final AtomicReference<@Nullable Session> attached = new AtomicReference<>();

  Running(VirtualMachine machine, String name, List<Path> symbols) {
    this.machine = machine;
    this.name = name;
    this.symbols = List.copyOf(symbols);
  }

  @Override
  public Debuggee launch(Session session, Map<String, Object> attributes) {
    throw new ProtocolError.CannotStart(
        "this is the running VM '" + name + "'; send 'attach' to debug it");
  }

  @Override
  public Debuggee attach(Session session, Map<String, Object> attributes) {
    AttachConfiguration configuration = AttachConfiguration.of(attributes);
    if (!configuration.vm().equals(name)) {
      throw new ProtocolError.NoSuchVm("this is '" + name + "', not '" + configuration.vm() + "'");
    }
    if (!attached.compareAndSet(null, session)) {
      throw new ProtocolError.CannotStart(
          "'" + name + "' is being debugged by another client; disconnect that one first");
    }
    List<SymbolSource> sources =
        configuration.symbols().isEmpty()
            ? symbols.stream().map(f -> new SymbolSource(f, OptionalLong.empty())).toList()
            : configuration.symbols();
    try {
      Program program =
          new SlowWork(session, "Reading symbols")
              .run(progress -> OpenedSymbols.open(sources, configuration.sourceMap(), progress));
      return Debuggee.of(machine, program, Optional.empty(), false, name, false, false);
    } catch (RuntimeException e) {
      attached.set(null);
      throw e;
    }
  }

  /** The client is gone: another may come. */
  void release(DapServer server) {
    Session session = attached.get();
    if (session != null && server.serves(session)) {
      attached.set(null);
    }
  }
}
