package dev.ringside.dap;

import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.program.Program;
import dev.ringside.vmm.VirtualMachine;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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
  private final SerialTap serial;
  private final AtomicReference<@Nullable Session> attached = new AtomicReference<>();

  Running(VirtualMachine machine, String name, List<Path> symbols, SerialTap serial) {
    this.machine = machine;
    this.name = name;
    this.symbols = List.copyOf(symbols);
    this.serial = serial;
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
      Debuggee guest = Debuggee.of(machine, program, Optional.empty(), false, name, false, false);
      connect(session, configuration.serial());
      return guest;
    } catch (RuntimeException e) {
      attached.set(null);
      throw e;
    }
  }

  /** COM1's output, from what is still known of it on, goes to the client too. */
  private void connect(Session session, SerialMode mode) {
    OutputStream client =
        switch (mode) {
          case SerialMode.OutputEvents o -> SerialOutput.toOutput(session, OutputCategory.STDOUT);
          case SerialMode.SerialEvents e -> SerialOutput.toEvents(session);
          case SerialMode.ToFile f -> throw new IllegalStateException("refused before");
          case SerialMode.Null n -> null;
        };
    if (client == null) {
      return;
    }
    try {
      serial.attach(client);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    machine.serialInputAttached(true);
    session.onLeave(
        () -> {
          serial.detach();
          machine.serialInputAttached(false);
        });
  }

  /** The client is gone: another may come. */
  void release(DapServer server) {
    Session session = attached.get();
    if (session != null && server.serves(session)) {
      attached.set(null);
    }
  }
}
