package dev.ringside.profiler;

import dev.ringside.symbols.SymbolFile;
import dev.ringside.symbols.SymbolFiles;
import dev.ringside.vmm.BackendUnavailableException;
import dev.ringside.vmm.Guest;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.MachineConfiguration.Backend;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.boot.GuestImage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A sample guest's whole run under the profiler.
 *
 * @param wallNanos from resume to the guest's end
 */
record ProfiledGuest(Profile profile, GuestEnd end, String serial, long wallNanos) {
  private static final long MEMORY = 64L << 20;
  private static final int TIMEOUT_SECONDS = 120;

  /** Runs the guest to its end; skips the calling test where the host lacks the backend. */
  static ProfiledGuest run(Path guest, String commandLine, Backend backend) throws Exception {
    ByteArrayOutputStream serial = new ByteArrayOutputStream();
    MachineConfiguration configuration =
        MachineConfiguration.defaults()
            .withMemory(MEMORY)
            .withBackend(backend)
            .withSerialOutput(serial);
    try (SymbolFile symbols = SymbolFile.open(guest);
        VirtualMachine vm =
            VirtualMachine.create(
                configuration, Guest.of(GuestImage.open(guest), Optional.empty(), commandLine))) {
      GuestProfiler profiler = GuestProfiler.install(vm, new SymbolFiles(List.of(symbols)));
      long started = System.nanoTime();
      vm.resume();
      GuestEnd end = vm.ended().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      long wall = System.nanoTime() - started;
      Profile profile =
          profiler.snapshot(String.valueOf(guest.getFileName()), GuestSymbols.of(List.of(symbols)));
      profiler.close();
      return new ProfiledGuest(profile, end, serial.toString(StandardCharsets.ISO_8859_1), wall);
    } catch (BackendUnavailableException e) {
      Assumptions.abort(e.getMessage());
      throw e;
    }
  }
}
