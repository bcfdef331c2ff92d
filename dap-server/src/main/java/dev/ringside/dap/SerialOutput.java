package dev.ringside.dap;

import dev.ringside.dap.message.SerialOutputEvent;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Consumer;

/**
 * A guest's bytes on their way to the client. Written on the machine's thread, which never waits:
 * bytes gather here until the session's thread takes them, one event for all that came meanwhile.
 */
final class SerialOutput extends OutputStream {
  /** More than that waiting means a client that does not read; what comes then is lost. */
  private static final int MOST = 16 << 20;

  private final Session session;
  private final Consumer<byte[]> sender;
  private byte[] waiting = new byte[256];
  private int length;
  private boolean scheduled;
  private boolean lost;

  /** {@code sender} runs on the session's thread. */
  SerialOutput(Session session, Consumer<byte[]> sender) {
    this.session = session;
    this.sender = sender;
  }

  /** Sends output events of a category; characters that are cut in two wait for their rest. */
  static SerialOutput toOutput(Session session, OutputCategory category) {
    Decoder decoder = new Decoder();
    return new SerialOutput(
        session,
        bytes -> {
          String text = decoder.decode(bytes);
          if (!text.isEmpty()) {
            session.events().output(category, text);
          }
        });
  }

  /** Sends {@code ringside/serialOutput} events. */
  static SerialOutput toEvents(Session session) {
    return new SerialOutput(
        session,
        bytes ->
            session
                .events()
                .client()
                .serialOutput(new SerialOutputEvent(Base64.getEncoder().encodeToString(bytes))));
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int count) {
    if (length + count > MOST) {
      lost = true;
      return;
    }
    if (length + count > waiting.length) {
      waiting = Arrays.copyOf(waiting, Math.max(length + count, 2 * waiting.length));
    }
    System.arraycopy(bytes, offset, waiting, length, count);
    length += count;
    if (!scheduled) {
      scheduled = true;
      session.connection().post(this::send);
    }
  }

  private void send() {
    byte[] taken;
    boolean some;
    synchronized (this) {
      taken = Arrays.copyOf(waiting, length);
      length = 0;
      some = lost;
      lost = false;
      scheduled = false;
    }
    sender.accept(taken);
    if (some) {
      session
          .events()
          .output(OutputCategory.STDERR, "guest output was lost: the client reads too slowly\n");
    }
  }

  /** UTF-8 over pieces. */
  private static final class Decoder {
    private final CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] rest = new byte[0];

    String decode(byte[] bytes) {
      ByteBuffer in = ByteBuffer.allocate(rest.length + bytes.length).put(rest).put(bytes).flip();
      CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
      decoder.decode(in, out, false);
      rest = new byte[in.remaining()];
      in.get(rest);
      return out.flip().toString();
    }
  }
}
