package dev.ringside.dap;

import static dev.ringside.dap.client.DapClient.array;
import static dev.ringside.dap.client.DapClient.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ringside.dap.client.DapClient;
import dev.ringside.samples.SampleGuests;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A server and a client joined by two pipes of the operating system. */
public final class TestSession implements AutoCloseable {
  public final DapClient client;
  final DapServer server;
  private final List<String> diagnostics = Collections.synchronizedList(new ArrayList<>());
  private final Thread serving;

  public TestSession() {
    this(ControlFolder.ofUser());
  }

  /** Attaching looks for VMs in a folder of the test's own. */
  public TestSession(ControlFolder folder) {
    try {
      Pipe toServer = Pipe.open();
      Pipe toClient = Pipe.open();
      InputStream serverIn = Channels.newInputStream(toServer.source());
      OutputStream serverOut = Channels.newOutputStream(toClient.sink());
      server =
          DapServer.launching(
              serverIn,
              serverOut,
              () -> {
                toServer.source().close();
                toClient.sink().close();
              },
              folder,
              diagnostics::add);
      serving = new Thread(server::serve, "test-dap-server");
      serving.setDaemon(true);
      serving.start();
      client =
          new DapClient(
              Channels.newInputStream(toClient.source()),
              Channels.newOutputStream(toServer.sink()),
              () -> {
                toServer.sink().close();
                toClient.source().close();
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Initializes as VS Code does. */
  public JsonObject initialize() {
    return client.ok(
        "initialize",
        "clientID",
        "test",
        "adapterID",
        "ringside",
        "pathFormat",
        "path",
        "linesStartAt1",
        true,
        "columnsStartAt1",
        true,
        "supportsInvalidatedEvent",
        true,
        "supportsMemoryEvent",
        true,
        "supportsProgressReporting",
        true);
  }

  /** Initializes and launches a sample, up to {@code initialized}. */
  public void launch(String sample, Object... more) {
    initialize();
    JsonObject arguments = json("program", SampleGuests.elf(sample).toString(), "memory", "64M");
    json(more).asMap().forEach(arguments::add);
    client.ok("launch", flat(arguments));
    client.event("initialized");
  }

  /** Lets the guest go. */
  public void configured() {
    client.ok("configurationDone");
  }

  /** The next stop. */
  public JsonObject stopped() {
    return client.event("stopped");
  }

  /** The innermost frame. */
  public JsonObject top() {
    return client
        .ok("stackTrace", "threadId", 1)
        .getAsJsonArray("stackFrames")
        .get(0)
        .getAsJsonObject();
  }

  /** Sets breakpoints on lines of a sample's file; the answers. */
  public JsonArray breakAt(String file, int... lines) {
    JsonArray breakpoints = new JsonArray();
    for (int line : lines) {
      breakpoints.add(json("line", line));
    }
    return client
        .ok("setBreakpoints", "source", source(file), "breakpoints", breakpoints)
        .getAsJsonArray("breakpoints");
  }

  /** Sets function breakpoints; the answers. */
  public JsonArray breakIn(String... functions) {
    JsonArray breakpoints = new JsonArray();
    for (String function : functions) {
      breakpoints.add(json("name", function));
    }
    return client
        .ok("setFunctionBreakpoints", "breakpoints", breakpoints)
        .getAsJsonArray("breakpoints");
  }

  /** A file of the samples. */
  public static JsonObject source(String file) {
    return json("path", SampleGuests.directory().resolve(file).toString());
  }

  /** Turns on filters. */
  public JsonArray filters(String... ids) {
    return client
        .ok("setExceptionBreakpoints", "filters", array((Object[]) ids))
        .getAsJsonArray("breakpoints");
  }

  public List<String> diagnostics() {
    return List.copyOf(diagnostics);
  }

  /** Waits until the server has returned. */
  public void awaitServer() {
    try {
      serving.join(60_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (serving.isAlive()) {
      throw new AssertionError("the server still serves");
    }
  }

  private static Object[] flat(JsonObject object) {
    List<Object> all = new ArrayList<>();
    object
        .asMap()
        .forEach(
            (name, value) -> {
              all.add(name);
              all.add(value);
            });
    return all.toArray();
  }

  @Override
  public void close() {
    client.close();
    awaitServer();
    if (!diagnostics.isEmpty()) {
      throw new AssertionError("bugs: " + diagnostics);
    }
  }
}
