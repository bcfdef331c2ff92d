package dev.ringside.dap;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ringside.samples.SampleGuests;
import dev.ringside.vmm.Guest;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.boot.GuestImage;
import dev.ringside.vmm.boot.GuestImageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many exits a second, and a client that does not read: the guest never waits for it. */
class SlowClientTest {
  /** Exits for ever: {@code out 0x80, al; jmp -4}; nothing listens there. */
  private static final int[] EXITS = {0xe6, 0x80, 0xeb, 0xfc};

  @TempDir Path temporary;

  private Path guest() throws IOException {
    byte[] sector = new byte[512];
    for (int i = 0; i < EXITS.length; i++) {
      sector[i] = (byte) EXITS[i];
    }
    sector[510] = 0x55;
    sector[511] = (byte) 0xaa;
    return Files.write(temporary.resolve("exits.bin"), sector);
  }

  @Test
  void profileEventsAreFewAndSmallHoweverManyExitsThereAre() throws IOException {
    try (TestSession session = new TestSession()) {
      session.initialize();
      session.client.ok("launch", "program", guest().toString(), "memory", "16M");
      session.client.event("initialized");
      session.configured();
      session.client.ok("ringside/profile", "enable", true, "events", true);
      long begun = System.nanoTime();
      long exits = 0;
      while (exits < 50_000) {
        JsonObject event = session.client.event("ringside/profile");
        assertThat(event.toString()).hasSizeLessThan(4_000);
        exits =
            event
                .getAsJsonObject("profile")
                .getAsJsonArray("exits")
                .get(0)
                .getAsJsonObject()
                .get("count")
                .getAsLong();
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      assertThat(session.client.events("ringside/profile").size())
          .as("at most 5 a second, in %s s", seconds)
          .isLessThanOrEqualTo((int) (5 * seconds) + 2);
      session.client.ok("terminate");
      session.client.event("exited");
    }
  }

  @Test
  void aClientThatDoesNotReadNeverHoldsUpTheGuest() throws IOException, GuestImageException {
    List<String> diagnostics = new ArrayList<>();
    ControlFolder folder = new ControlFolder(temporary.resolve("ringside"));
    SerialTap serial = new SerialTap(java.io.OutputStream.nullOutputStream());
    VirtualMachine machine =
        VirtualMachine.create(
            MachineConfiguration.defaults().withMemory(64 << 20).withSerialOutput(serial),
            Guest.of(
                GuestImage.open(SampleGuests.elf("rings")), Optional.empty(), "loops=2000000000"));
    Path elf = SampleGuests.elf("rings");
    ControlSocket control =
        ControlSocket.open(folder, "busy", machine, elf, List.of(elf), serial, diagnostics::add);
    try (machine;
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      machine.resume();
      channel.connect(UnixDomainSocketAddress.of(folder.socket("busy")));
      send(channel, 1, "initialize", "{\"adapterID\":\"ringside\"}");
      send(channel, 2, "attach", "{\"vm\":\"busy\"}");
      // A log point at each system call, some hundred thousand a second: nobody reads them.
      send(
          channel,
          4,
          "setBreakpoints",
          "{\"source\":{\"path\":\""
              + SampleGuests.directory().resolve("rings/syscall.c")
              + "\"},\"breakpoints\":["
              + logPoints()
              + "]}");
      send(channel, 6, "ringside/profile", "{\"enable\":true,\"events\":true}");
      send(channel, 7, "ringside/status", "{\"events\":true}");
      send(channel, 8, "configurationDone", "{}");
      StringBuilder seen = new StringBuilder();
      ByteBuffer bytes = ByteBuffer.allocate(1 << 12);
      while (seen.indexOf("\"request_seq\":8,") < 0) {
        assertThat(channel.read(bytes.clear())).as("%s", seen).isPositive();
        seen.append(StandardCharsets.UTF_8.decode(bytes.flip()));
      }
      assertThat(seen).doesNotContain("\"success\":false");
      // From here on the client reads nothing.
      long before = machine.onVcpuThread(vcpu -> vcpu.instructions());
      while (machine.onVcpuThread(vcpu -> vcpu.instructions()) < before + 2_000_000) {
        Thread.onSpinWait();
      }
      assertThat(machine.ended()).isNotDone();
      assertThat(folder.running()).hasSize(1);
      control.close(); // As run does at the guest's end, with the client still there.
      assertThat(folder.running()).isEmpty();
      assertThat(waiting(channel)).as("more than a socket holds").isEqualTo(300_000);
    }
    assertThat(diagnostics).isEmpty();
  }

  /** How many bytes are there to be read, up to 300,000. */
  private static int waiting(SocketChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(300_000);
    while (bytes.hasRemaining() && channel.read(bytes) > 0) {
      // As long as something comes.
    }
    return bytes.position();
  }

  private static String logPoints() {
    StringBuilder all = new StringBuilder();
    for (int line = 1; line < 60; line++) {
      all.append(line == 1 ? "" : ",")
          .append("{\"line\":")
          .append(line)
          .append(",\"logMessage\":\"a system call, at {$rip}\"}");
    }
    return all.toString();
  }

  private static void send(SocketChannel channel, int seq, String command, String arguments) {
    JsonObject request = new JsonObject();
    request.addProperty("seq", seq);
    request.addProperty("type", "request");
    request.addProperty("command", command);
    request.add("arguments", JsonParser.parseString(arguments));
    byte[] body = request.toString().getBytes(StandardCharsets.UTF_8);
    byte[] header =
        ("Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer frame =
        ByteBuffer.allocate(header.length + body.length).put(header).put(body).flip();
    try {
      while (frame.hasRemaining()) {
        channel.write(frame);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
