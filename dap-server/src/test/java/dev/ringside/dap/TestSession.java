package dev.ringside.dap;

import static dev.ringside.dap.client.DapClient.array;
import static dev.ringside.dap.client.DapClient.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ringside.dap.client.DapClient;
import dev.ringside.samples.SampleGuests;
import java.util.ArrayList;
import java.util.List;

/** A server and a scripted client, joined by two pipes of the operating system. */
public final class TestSession implements AutoCloseable {
  public final DapClient client;
  private final TestServer server;

  public TestSession() {
    this(ControlFolder.ofUser());
  }

  /** Attaching looks for VMs in a folder of the test's own. */
  public TestSession(ControlFolder folder) {
    server = new TestServer(folder);
    client = new DapClient(server.fromServer(), server.toServer(), server::hangUp);
  }

  /** The server itself. */
  DapServer server() {
    return server.server();
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
    return server.diagnostics();
  }

  /** Waits until the server has returned. */
  public void awaitServer() {
    server.awaitEnd();
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
    server.close();
  }
}
