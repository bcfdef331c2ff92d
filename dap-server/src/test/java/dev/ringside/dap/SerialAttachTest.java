package dev.ringside.dap;

import static dev.ringside.dap.Bodies.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.ringside.vmm.Guest;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.boot.GuestImage;
import dev.ringside.vmm.boot.GuestImageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The serial console of a VM that was attached to, whose guest says back what it is told. */
class SerialAttachTest {
  /** Waits for a byte of COM1 (LSR bit 0) and sends it back, for ever. */
  private static final int[] ECHO = {
    0xba, 0xfd, 0x03, // mov dx, 0x3fd
    0xec, //             in al, dx
    0xa8, 0x01, //       test al, 1
    0x74, 0xf8, //       jz start
    0xb2, 0xf8, //       mov dl, 0xf8
    0xec, //             in al, dx
    0xee, //             out dx, al
    0xeb, 0xf2, //       jmp start
  };

  @TempDir Path temporary;
  private final List<String> diagnostics = new ArrayList<>();
  private final ByteArrayOutputStream standardOutput = new ByteArrayOutputStream();
  private final SerialTap serial = new SerialTap(standardOutput);
  private ControlFolder folder;
  private VirtualMachine machine;
  private ControlSocket control;

  @BeforeEach
  void start() throws IOException, GuestImageException {
    byte[] sector = new byte[512];
    for (int i = 0; i < ECHO.length; i++) {
      sector[i] = (byte) ECHO[i];
    }
    sector[510] = 0x55;
    sector[511] = (byte) 0xaa;
    Path image = Files.write(temporary.resolve("echo.bin"), sector);
    machine =
        VirtualMachine.create(
            MachineConfiguration.defaults().withMemory(16 << 20).withSerialOutput(serial),
            Guest.of(GuestImage.open(image), Optional.empty(), ""));
    folder = new ControlFolder(temporary.resolve("ringside"));
    control =
        ControlSocket.open(folder, "echo", machine, image, List.of(), serial, diagnostics::add);
    machine.resume();
  }

  @AfterEach
  void stop() {
    control.close();
    machine.close();
    assertThat(diagnostics).isEmpty();
  }

  private TestSession attached(Object... more) {
    TestSession session = new TestSession(folder);
    session.initialize();
    Object[] arguments = Arrays.copyOf(new Object[] {"vm", "echo"}, 2 + more.length);
    System.arraycopy(more, 0, arguments, 2, more.length);
    session.client.ok("attach", arguments);
    session.client.event("initialized");
    session.configured();
    return session;
  }

  /** The bytes of events until some text has come; an event may end within a character. */
  private static String serialUntil(TestSession session, String wanted) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!bytes.toString(StandardCharsets.UTF_8).contains(wanted)) {
      JsonObject event = session.client.event("ringside/serialOutput");
      bytes.writeBytes(Base64.getDecoder().decode(text(event, "data")));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static void leave(TestSession session) {
    session.client.ok("disconnect");
    session.client.awaitEnd();
  }

  @Test
  void whatIsTypedComesBackAndTheNextClientSeesItToo() {
    try (TestSession session = attached("serial", "events")) {
      session.client.ok("ringside/serialInput", "text", "grüße\n");
      assertThat(serialUntil(session, "\n")).isEqualTo("grüße\n");
      leave(session);
    }
    machine.serialInput("alone\n".getBytes(StandardCharsets.UTF_8));
    try (TestSession session = attached()) {
      StringBuilder seen = new StringBuilder();
      while (seen.indexOf("alone\n") < 0) {
        JsonObject event =
            session.client.event("output", e -> text(e, "category").equals("stdout"));
        seen.append(text(event, "output"));
      }
      assertThat(seen.toString()).isEqualTo("grüße\nalone\n");
      assertThat(session.client.events("ringside/serialOutput")).isEmpty();
      leave(session);
    }
    assertThat(standardOutput.toString(StandardCharsets.UTF_8)).isEqualTo("grüße\nalone\n");
  }

  @Test
  void aClientMayWantNoneOfIt() {
    machine.serialInput("unheard\n".getBytes(StandardCharsets.UTF_8));
    try (TestSession session = attached("serial", "null")) {
      session.client.ok("ringside/status");
      assertThat(session.client.output("stdout")).isEmpty();
      leave(session);
    }
  }

  @Test
  void aFileIsTheLaunchersToChoose() {
    try (TestSession session = new TestSession(folder)) {
      session.initialize();
      JsonObject error = session.client.fails("attach", "vm", "echo", "serial", "file:x");
      assertThat(text(error, "format")).contains("'serial' must be output, events or null");
    }
  }
}
