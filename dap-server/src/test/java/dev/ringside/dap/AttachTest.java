package dev.ringside.dap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.ringside.samples.SampleGuests;
import dev.ringside.vmm.Guest;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.boot.GuestImage;
import dev.ringside.vmm.boot.GuestImageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attaching to a VM that runs under a name, through the Unix socket and the relay. */
class AttachTest {
  @TempDir Path temporary;
  private final List<String> diagnostics = new ArrayList<>();
  private final SerialTap serial = new SerialTap(OutputStream.nullOutputStream());
  private ControlFolder folder;
  private VirtualMachine machine;
  private ControlSocket control;

  @BeforeEach
  void start() throws IOException, GuestImageException {
    machine =
        VirtualMachine.create(
            MachineConfiguration.defaults().withMemory(64 << 20).withSerialOutput(serial),
            Guest.of(
                GuestImage.open(SampleGuests.elf("rings")), Optional.empty(), "loops=2000000000"));
    folder = new ControlFolder(temporary.resolve("ringside"));
    control = open("rings");
    machine.resume();
  }

  @AfterEach
  void stop() {
    control.close();
    machine.close();
    assertThat(diagnostics).isEmpty();
  }

  private ControlSocket open(String name) throws IOException {
    Path elf = SampleGuests.elf("rings");
    return ControlSocket.open(folder, name, machine, elf, List.of(elf), serial, diagnostics::add);
  }

  private TestSession attached() {
    TestSession session = new TestSession(folder);
    session.initialize();
    session.client.ok("attach", "vm", "rings");
    session.client.event("initialized");
    return session;
  }

  private void settle() {
    machine.onVcpuThread(vcpu -> true);
  }

  @Test
  void aClientStopsTheGuestAndLeavesItRunningWithoutItsBreakpoints() {
    try (TestSession session = attached()) {
      assertThat(session.breakIn("handle_syscall").get(0).getAsJsonObject().get("verified"))
          .hasToString("true");
      session.configured();
      assertThat(session.stopped().get("reason").getAsString()).isEqualTo("function breakpoint");
      assertThat(session.top().get("name").getAsString()).isEqualTo("handle_syscall");
      assertThat(machine.isRunning()).isFalse();
      session.client.ok("disconnect");
      session.client.awaitEnd();
    }
    settle();
    long enough = machine.onVcpuThread(vcpu -> vcpu.instructions()) + 1_000_000;
    while (machine.onVcpuThread(vcpu -> vcpu.instructions()) < enough) {
      assertThat(machine.isRunning()).isTrue();
    }
  }

  @Test
  void clientsAttachOneAfterAnother() {
    for (int i = 0; i < 2; i++) {
      try (TestSession session = attached()) {
        session.configured();
        session.client.ok("pause", "threadId", 1);
        assertThat(session.stopped().get("reason").getAsString()).isEqualTo("pause");
        session.client.ok("disconnect");
        session.client.awaitEnd();
      }
      settle();
      assertThat(machine.isRunning()).isTrue();
    }
  }

  @Test
  void aSecondClientAtTheSameTimeIsRefused() {
    try (TestSession first = attached();
        TestSession second = new TestSession(folder)) {
      second.initialize();
      JsonObject error = second.client.fails("attach", "vm", "rings");
      assertThat(error.get("format").getAsString()).contains("another client");
      second.client.event("terminated");
      first.configured();
      first.client.ok("pause", "threadId", 1);
      first.stopped();
    }
  }

  @Test
  void aClientThatVanishesLeavesTheGuestRunning() {
    TestSession session = attached();
    session.configured();
    session.client.ok("pause", "threadId", 1);
    session.stopped();
    session.close();
    try (TestSession next = attachedOnceFree()) {
      next.configured();
      settle();
      assertThat(machine.isRunning()).isTrue();
    }
  }

  /** The VM's end notices a vanished client when its stream ends, soon. */
  private TestSession attachedOnceFree() {
    while (true) {
      TestSession session = new TestSession(folder);
      session.initialize();
      JsonObject response =
          session.client.response(
              session.client.send("attach", dev.ringside.dap.client.DapClient.json("vm", "rings")));
      if (response.get("success").getAsBoolean()) {
        session.client.event("initialized");
        return session;
      }
      session.close();
    }
  }

  @Test
  void terminateEndsTheGuest() {
    try (TestSession session = attached()) {
      session.configured();
      session.client.ok("terminate");
      assertThat(session.client.event("exited").get("exitCode").getAsInt()).isZero();
      session.client.event("terminated");
      assertThat(machine.ended().join().exitStatus()).isZero();
    }
  }

  @Test
  void psShowsTheNameAndAStaleSocketIsCleared() throws IOException {
    Path stale = folder.socket("gone");
    try (ServerSocketChannel channel =
        ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      channel.bind(java.net.UnixDomainSocketAddress.of(stale));
    }
    assertThat(stale).exists();
    assertThat(folder.running()).extracting(ControlFolder.Entry::name).containsExactly("rings");
    assertThat(stale).doesNotExist();
  }

  @Test
  void aNameIsTakenOnceAndFreeAgainAfterTheEnd() throws IOException {
    assertThatThrownBy(() -> open("rings"))
        .isInstanceOf(IOException.class)
        .hasMessage("a VM named 'rings' runs already");
    assertThatThrownBy(() -> open("../rings")).hasMessageContaining("cannot name a VM");
    control.close();
    assertThat(folder.running()).isEmpty();
    control = open("rings");
    assertThat(folder.running()).hasSize(1);
  }

  @Test
  void folderAndSocketAreTheOwnersAlone() throws IOException {
    assertThat(Files.getPosixFilePermissions(folder.socket("rings")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    Path itself = temporary.resolve("ringside");
    assertThat(Files.getPosixFilePermissions(itself))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    Path open = temporary.resolve("open");
    Files.createDirectory(open);
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    ControlFolder unsafe = new ControlFolder(open);
    assertThatThrownBy(
            () ->
                ControlSocket.open(
                    unsafe, "x", machine, Path.of("x"), List.of(), serial, diagnostics::add))
        .hasMessageContaining("open to others");
  }

  @Test
  void thereIsNoSuchVm() {
    try (TestSession session = new TestSession(folder)) {
      session.initialize();
      JsonObject error = session.client.fails("attach", "vm", "nobody");
      assertThat(error.get("format").getAsString()).contains("no running VM 'nobody'");
      session.client.event("terminated");
    }
  }

  @Test
  void gdbRemoteIsNotThereYet() {
    try (TestSession session = new TestSession(folder)) {
      session.initialize();
      JsonObject error = session.client.fails("attach", "gdbRemote", "localhost:1234");
      assertThat(error.get("format").getAsString()).contains("'gdbRemote' is not there yet");
    }
  }
}
