package dev.ringside.dap.client;

import dev.ringside.dap.ControlFolder;
import dev.ringside.dap.ControlSocket;
import dev.ringside.dap.SerialTap;
import dev.ringside.dap.TestServer;
import dev.ringside.samples.SampleGuests;
import dev.ringside.vmm.Guest;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.boot.GuestImage;
import dev.ringside.vmm.boot.GuestImageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A sample that {@code ringside run --name rings} would have started, to attach to. */
final class RunningVm implements AutoCloseable {
  private final VirtualMachine machine;
  private final ControlFolder folder;
  private final ControlSocket control;
  private final SerialTap serial = new SerialTap(OutputStream.nullOutputStream());
  private final List<String> diagnostics = new ArrayList<>();

  RunningVm(Path temporary) {
    try {
      Path elf = SampleGuests.elf("rings");
      machine =
          VirtualMachine.create(
              MachineConfiguration.defaults().withMemory(64 << 20).withSerialOutput(serial),
              Guest.of(GuestImage.open(elf), Optional.empty(), "loops=2000000000"));
      folder = TestServer.folder(temporary.resolve("ringside"));
      control =
          ControlSocket.open(folder, "rings", machine, elf, List.of(elf), serial, diagnostics::add);
      machine.resume();
    } catch (IOException | GuestImageException e) {
      throw new IllegalStateException(e);
    }
  }

  ControlFolder folder() {
    return folder;
  }

  VirtualMachine machine() {
    return machine;
  }

  /** Waits until the guest runs on, freed of its debugger. */
  void awaitRunning() {
    long enough = machine.onVcpuThread(vcpu -> vcpu.instructions()) + 1_000_000;
    while (machine.onVcpuThread(vcpu -> vcpu.instructions()) < enough) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    control.close();
    machine.close();
    if (!diagnostics.isEmpty()) {
      throw new AssertionError("bugs: " + diagnostics);
    }
  }
}
