package dev.ringside.cli;

import dev.ringside.dap.ControlFolder;
import dev.ringside.dap.ControlSocket;
import dev.ringside.dap.SerialTap;
import dev.ringside.vmm.BackendUnavailableException;
import dev.ringside.vmm.Guest;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.MachineConfiguration.Backend;
import dev.ringside.vmm.MachineConfiguration.Clock;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.boot.GuestImage;
import dev.ringside.vmm.boot.GuestImageException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringside run}: boots a guest and stays with it to its end. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description =
        "Boots a guest. Its COM1 goes to standard output; everything of Ringside's own to standard"
            + " error.")
final class RunCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "GUEST",
      description =
          "bzImage, Multiboot, PVH or plain ELF image, or boot sector; recognised by content.")
  private Path guest = Path.of("");

  @Option(
      names = "--initrd",
      paramLabel = "F",
      description = "Initial RAM disk, or Multiboot module.")
  private @Nullable Path initrd;

  @Option(names = "--append", paramLabel = "S", description = "The kernel's command line.")
  private String append = "";

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = MemorySize.class,
      defaultValue = "512M",
      description = "Guest RAM; default ${DEFAULT-VALUE}.")
  private long memory;

  @Option(
      names = "--backend",
      paramLabel = "soft|kvm",
      defaultValue = "soft",
      description = "The processor: software with VT-x (default), or /dev/kvm.")
  private Backend backend = Backend.SOFT;

  @Option(
      names = "--clock",
      paramLabel = "deterministic|real",
      defaultValue = "deterministic",
      description = "Guest time: a function of the instruction count (default), or the host's.")
  private Clock clock = Clock.DETERMINISTIC;

  @Option(
      names = "--serial",
      paramLabel = "stdio|file:F|null",
      converter = SerialSpec.Converter.class,
      defaultValue = "stdio",
      description = "Where COM1 goes; default ${DEFAULT-VALUE}.")
  private SerialSpec serial = new SerialSpec.Stdio();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Can be attached to under that name while it runs (see 'ringside ps').")
  private @Nullable String name;

  @Option(names = "--no-reboot", description = "A reset ends the guest, with status 0.")
  private boolean noReboot;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Gives up after that time, with status 124.")
  private @Nullable Double timeout;

  @Mixin private ObservationOptions observed = new ObservationOptions();

  @Override
  public Integer call() throws InterruptedException {
    MachineConfiguration configuration = configuration();
    ProfileFile profile = observed.profile;
    if (profile != null) {
      profile.check();
    }
    try (RunSymbols symbols = RunSymbols.open(guest, observed.symbols);
        SerialTap com1 = new SerialTap(serialOutput());
        VirtualMachine vm =
            VirtualMachine.create(
                configuration
                    .withSerialOutput(com1)
                    .withDebugOutput(new FileOutputStream(FileDescriptor.err)),
                Guest.of(GuestImage.open(guest), initrd(), append));
        RunObservation observation = RunObservation.of(observed, vm, guest, symbols)) {
      if (serial instanceof SerialSpec.Stdio) {
        ConsoleInput.feed(vm);
      }
      ControlSocket control = control(vm, com1);
      try {
        vm.resume();
        return await(vm, observation);
      } finally {
        if (control != null) {
          control.close();
        }
      }
    } catch (GuestImageException e) {
      throw new CommandFailure(Ringside.BAD_FILE, String.valueOf(e.getMessage()));
    } catch (BackendUnavailableException e) {
      throw new CommandFailure(Ringside.NO_BACKEND, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new CommandFailure(Ringside.BAD_FILE, String.valueOf(e.getMessage()));
    }
  }

  private @Nullable ControlSocket control(VirtualMachine vm, SerialTap com1) {
    String chosen = name;
    if (chosen == null) {
      return null;
    }
    try {
      return ControlSocket.open(
          ControlFolder.ofUser(),
          chosen,
          vm,
          guest.toAbsolutePath(),
          observed.symbols.isEmpty() ? List.of(guest) : observed.symbols,
          com1,
          System.err::println);
    } catch (IOException e) {
      throw new CommandFailure(Ringside.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private MachineConfiguration configuration() {
    MachineConfiguration c =
        MachineConfiguration.defaults()
            .withMemory(memory)
            .withBackend(backend)
            .withClock(clock)
            .withRebootEnds(noReboot)
            .withWaitsWhenIdle(serial instanceof SerialSpec.Stdio && ConsoleInput.isInteractive());
    return clock == Clock.REAL ? c.withEpoch(Instant.now().getEpochSecond()) : c;
  }

  private int await(VirtualMachine vm, RunObservation observation) throws InterruptedException {
    GuestEnd end;
    try {
      end =
          timeout == null
              ? vm.ended().get()
              : vm.ended().get((long) (timeout * 1e9), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      System.err.println("ringside: the guest did not end within " + timeout + " s");
      return Ringside.TIMEOUT;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    report(end, observation);
    return end.exitStatus();
  }

  private static void report(GuestEnd end, RunObservation observation) {
    switch (end) {
      case GuestEnd.PowerOff p -> {}
      case GuestEnd.Reset r -> {}
      case GuestEnd.DebugExit d -> {}
      case GuestEnd.TripleFault(String text) -> {
        System.err.println("ringside: triple fault");
        System.err.print(observation.name(text));
      }
      case GuestEnd.CannotContinue(String why) -> System.err.println("ringside: " + why);
    }
  }

  private Optional<byte[]> initrd() throws IOException {
    Path file = initrd;
    if (file == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new CommandFailure(Ringside.BAD_FILE, "the initrd cannot be read: " + file);
    }
  }

  private OutputStream serialOutput() throws IOException {
    return switch (serial) {
      case SerialSpec.Stdio s -> new FileOutputStream(FileDescriptor.out);
      case SerialSpec.ToFile(Path path) -> {
        try {
          yield Files.newOutputStream(path);
        } catch (IOException e) {
          throw new CommandFailure(
              Ringside.BAD_FILE, "the serial output cannot be written: " + path);
        }
      }
      case SerialSpec.Null n -> OutputStream.nullOutputStream();
    };
  }
}
