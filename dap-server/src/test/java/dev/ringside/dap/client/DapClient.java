package dev.ringside.dap.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Sends requests and collects what comes back, in order, over any stream. A thread of its own
 * reads; tests wait for what they expect, up to a limit that only a broken server reaches.
 */
public final class DapClient implements Closeable {
  private static final long LIMIT_NANOS = 60_000_000_000L;

  private final OutputStream out;
  private final Closeable stream;
  private final Thread reader;
  private final List<JsonObject> messages = new ArrayList<>();
  private boolean ended;
  private int seq;
  private int consumed;

  /** Speaks over two streams; {@code stream} is closed with the client. */
  public DapClient(InputStream in, OutputStream out, Closeable stream) {
    this.out = out;
    this.stream = stream;
    this.reader = new Thread(() -> read(new BufferedInputStream(in)), "dap-client");
    reader.setDaemon(true);
    reader.start();
  }

  /** A JSON object of names and values. */
  public static JsonObject json(Object... namesAndValues) {
    JsonObject object = new JsonObject();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.add((String) namesAndValues[i], element(namesAndValues[i + 1]));
    }
    return object;
  }

  /** A JSON array. */
  public static JsonArray array(Object... values) {
    JsonArray array = new JsonArray();
    for (Object value : values) {
      array.add(element(value));
    }
    return array;
  }

  private static JsonElement element(Object value) {
    return switch (value) {
      case JsonElement e -> e;
      case String s -> new com.google.gson.JsonPrimitive(s);
      case Number n -> new com.google.gson.JsonPrimitive(n);
      case Boolean b -> new com.google.gson.JsonPrimitive(b);
      default -> throw new IllegalArgumentException("no JSON: " + value);
    };
  }

  /** Sends bytes as they are. */
  public synchronized void raw(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends text as one frame. */
  public void frame(String content) {
    byte[] body = content.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(
        ("Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    all.writeBytes(body);
    raw(all.toByteArray());
  }

  /** Sends a request; returns its number. */
  public int send(String command, JsonElement arguments) {
    int number = ++seq;
    frame(
        json("seq", number, "type", "request", "command", command, "arguments", arguments)
            .toString());
    return number;
  }

  /** Numbers requests from 0 on, as some clients do. */
  public void countFrom0() {
    seq = -1;
  }

  /** Sends a request without arguments, as most clients do where there are none. */
  public int sendBare(String command) {
    int number = ++seq;
    frame(json("seq", number, "type", "request", "command", command).toString());
    return number;
  }

  /** The response to a request. */
  public JsonObject response(int number) {
    return await(
        m -> is(m, "response") && m.get("request_seq").getAsInt() == number,
        "the response to request " + number);
  }

  /** Sends a request and returns the body of its successful response. */
  public JsonObject ok(String command, Object... namesAndValues) {
    return body(command, response(send(command, json(namesAndValues))));
  }

  /** Sends a request without arguments and returns the body of its successful response. */
  public JsonObject okBare(String command) {
    return body(command, response(sendBare(command)));
  }

  /** The body of a response, which must be a success. */
  public static JsonObject body(String command, JsonObject response) {
    assertThat(response.get("success").getAsBoolean()).as("%s", response).isTrue();
    assertThat(response.get("command").getAsString()).isEqualTo(command);
    return response.has("body") ? response.getAsJsonObject("body") : new JsonObject();
  }

  /** Sends a request that must fail; returns {@code body.error}. */
  public JsonObject fails(String command, Object... namesAndValues) {
    JsonObject response = response(send(command, json(namesAndValues)));
    return error(response);
  }

  /** {@code body.error} of a response, which must be a well-formed failure. */
  public static JsonObject error(JsonObject response) {
    assertThat(response.get("success").getAsBoolean()).as("%s", response).isFalse();
    JsonObject error = response.getAsJsonObject("body").getAsJsonObject("error");
    assertThat(error.get("id").getAsInt()).isPositive();
    String format = error.get("format").getAsString();
    assertThat(format).isNotBlank().doesNotContain("\tat ", "Exception");
    assertThat(response.get("message").getAsString()).isNotBlank();
    return error;
  }

  /** The next event of a name that no call has returned yet; earlier other events are passed. */
  public JsonObject event(String name) {
    return event(name, body -> true);
  }

  /** The next event of a name whose body is wanted. */
  public JsonObject event(String name, Predicate<JsonObject> wanted) {
    JsonObject event =
        awaitFrom(m -> is(m, "event") && named(m, name) && wanted.test(body(m)), "event " + name);
    return body(event);
  }

  /** Events of a name so far. */
  public synchronized List<JsonObject> events(String name) {
    return messages.stream()
        .filter(m -> is(m, "event") && named(m, name))
        .map(DapClient::body)
        .toList();
  }

  /** Everything so far, in order: {@code response initialize}, {@code event initialized}. */
  public synchronized List<String> order() {
    return messages.stream()
        .map(
            m ->
                is(m, "event")
                    ? "event " + m.get("event").getAsString()
                    : "response " + m.get("command").getAsString())
        .toList();
  }

  /** All text of output events of a category so far. */
  public synchronized String output(String category) {
    StringBuilder text = new StringBuilder();
    for (JsonObject m : messages) {
      if (is(m, "event") && named(m, "output") && body(m).has("category")) {
        if (body(m).get("category").getAsString().equals(category)) {
          text.append(body(m).get("output").getAsString());
        }
      }
    }
    return text.toString();
  }

  /** Waits until the server closes the stream. */
  public synchronized void awaitEnd() {
    long limit = System.nanoTime() + LIMIT_NANOS;
    while (!ended) {
      waitOrFail(limit, "the end of the stream");
    }
  }

  private static boolean is(JsonObject message, String type) {
    return message.get("type").getAsString().equals(type);
  }

  private static boolean named(JsonObject message, String name) {
    return message.get("event").getAsString().equals(name);
  }

  private static JsonObject body(JsonObject message) {
    return message.has("body") ? message.getAsJsonObject("body") : new JsonObject();
  }

  private synchronized JsonObject await(Predicate<JsonObject> wanted, String what) {
    long limit = System.nanoTime() + LIMIT_NANOS;
    while (true) {
      Optional<JsonObject> found = messages.stream().filter(wanted).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      waitOrFail(limit, what);
    }
  }

  private synchronized JsonObject awaitFrom(Predicate<JsonObject> wanted, String what) {
    long limit = System.nanoTime() + LIMIT_NANOS;
    int from = consumed;
    while (true) {
      for (int i = from; i < messages.size(); i++) {
        if (wanted.test(messages.get(i))) {
          consumed = i + 1;
          return messages.get(i);
        }
      }
      from = messages.size();
      waitOrFail(limit, what);
    }
  }

  @SuppressWarnings("WaitNotInLoop") // Its callers loop.
  private synchronized void waitOrFail(long limit, String what) {
    long left = (limit - System.nanoTime()) / 1_000_000;
    if (ended || left <= 0) {
      throw new AssertionError(
          (ended ? "the stream ended before " : "nothing came in time: ")
              + what
              + "\n"
              + String.join("\n", messages.stream().map(JsonObject::toString).toList()));
    }
    try {
      wait(left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private void read(InputStream in) {
    try {
      while (true) {
        int length = -1;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
          if (line.startsWith("Content-Length: ")) {
            length = Integer.parseInt(line.substring(16));
          }
        }
        byte[] body = in.readNBytes(length);
        JsonObject message =
            JsonParser.parseString(new String(body, StandardCharsets.UTF_8)).getAsJsonObject();
        synchronized (this) {
          messages.add(message);
          notifyAll();
        }
      }
    } catch (IOException e) {
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b;
    while ((b = in.read()) != '\n') {
      if (b < 0) {
        throw new EOFException();
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.US_ASCII).stripTrailing();
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
