package dev.ringside.dap;

import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.program.Program;
import dev.ringside.vmm.BackendUnavailableException;
import dev.ringside.vmm.Guest;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.boot.GuestImage;
import dev.ringside.vmm.boot.GuestImageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Boots a guest of its own for each session; attaching is the relay's. */
final class Launching implements Origin {
  @Override
  public Debuggee launch(Session session, Map<String, Object> attributes) {
    LaunchConfiguration configuration = LaunchConfiguration.of(attributes);
    GuestImage image = image(configuration.program());
    Optional<byte[]> initrd = configuration.initrd().map(Launching::read);
    Program program = symbols(session, configuration);
    try {
      VirtualMachine machine =
          VirtualMachine.create(
              machine(session, configuration),
              Guest.of(image, initrd, configuration.commandLine()));
      if (hasConsole(configuration.serial())) {
        machine.serialInputAttached(true);
      }
      return Debuggee.of(
          machine,
          program,
          configuration.profile(),
          true,
          String.valueOf(configuration.program().getFileName()),
          configuration.stopOnEntry(),
          configuration.noDebug());
    } catch (GuestImageException | BackendUnavailableException e) {
      program.close();
      throw new ProtocolError.CannotStart(String.valueOf(e.getMessage()));
    }
  }

  private static boolean hasConsole(SerialMode serial) {
    return switch (serial) {
      case SerialMode.OutputEvents o -> true;
      case SerialMode.SerialEvents e -> true;
      case SerialMode.ToFile f -> false;
      case SerialMode.Null n -> false;
    };
  }

  private static GuestImage image(Path program) {
    try {
      return GuestImage.open(program);
    } catch (GuestImageException e) {
      throw new ProtocolError.CannotStart(String.valueOf(e.getMessage()));
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ProtocolError.CannotStart("'initrd' cannot be read: " + file);
    }
  }

  private static Program symbols(Session session, LaunchConfiguration configuration) {
    SlowWork work = new SlowWork(session, "Reading symbols");
    if (!configuration.symbols().isEmpty()) {
      return work.run(
          progress ->
              OpenedSymbols.open(configuration.symbols(), configuration.sourceMap(), progress));
    }
    if (!isElf(configuration.program())) {
      return new Program(List.of(), configuration.sourceMap());
    }
    List<SymbolSource> own =
        List.of(new SymbolSource(configuration.program(), OptionalLong.empty()));
    try {
      return work.run(progress -> OpenedSymbols.open(own, configuration.sourceMap(), progress));
    } catch (ProtocolError.CannotStart e) {
      session
          .events()
          .output(OutputCategory.STDERR, e.getMessage() + "\nthe guest runs without symbols\n");
      return new Program(List.of(), configuration.sourceMap());
    }
  }

  static boolean isElf(Path file) {
    try (var in = Files.newInputStream(file)) {
      byte[] magic = in.readNBytes(4);
      return magic.length == 4
          && magic[0] == 0x7f
          && magic[1] == 'E'
          && magic[2] == 'L'
          && magic[3] == 'F';
    } catch (IOException e) {
      return false;
    }
  }

  private static MachineConfiguration machine(Session session, LaunchConfiguration configuration) {
    OutputStream serial =
        switch (configuration.serial()) {
          case SerialMode.OutputEvents o -> SerialOutput.toOutput(session, OutputCategory.STDOUT);
          case SerialMode.SerialEvents e -> SerialOutput.toEvents(session);
          case SerialMode.ToFile(Path file) -> file(file);
          case SerialMode.Null n -> OutputStream.nullOutputStream();
        };
    return configuration
        .machine()
        .withSerialOutput(serial)
        .withDebugOutput(SerialOutput.toOutput(session, OutputCategory.STDERR));
  }

  private static OutputStream file(Path file) {
    try {
      return Files.newOutputStream(file);
    } catch (IOException e) {
      Path parent = file.toAbsolutePath().getParent();
      String why =
          parent == null || Files.isDirectory(parent) ? "" : "; there is no folder " + parent;
      throw new ProtocolError.CannotStart("'serial' cannot be written: " + file + why);
    }
  }

  @Override
  public Debuggee attach(Session session, Map<String, Object> attributes) {
    AttachConfiguration configuration = AttachConfiguration.of(attributes);
    throw new ProtocolError.NoSuchVm(
        "there is no running VM '" + configuration.vm() + "'; 'ringside ps' shows those there are");
  }
}
