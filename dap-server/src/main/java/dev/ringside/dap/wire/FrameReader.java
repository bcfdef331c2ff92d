package dev.ringside.dap.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into frames: header fields, an empty line, and as many bytes as {@code
 * Content-Length} says. Where bytes are no header it looks for the next {@code Content-Length:} and
 * goes on there. Confined to the reader's thread.
 */
public final class FrameReader {
  /** No message of a client is anywhere near this; a longer one is taken for a broken header. */
  static final int MAX_LENGTH = 64 << 20;

  private static final int MAX_HEADER = 8192;
  private static final String MARK_TEXT = "content-length:";
  private static final byte[] MARK = MARK_TEXT.getBytes(StandardCharsets.US_ASCII);

  private final BufferedInputStream in;

  /** A header line that was found inside what is none. */
  private @Nullable String begun;

  /** Reads from a stream, which is left open. */
  public FrameReader(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /** The next frame; blocks until there is one. */
  public Frame next() throws IOException {
    long length = -1;
    boolean any = false;
    while (true) {
      String line = line();
      if (line == null) {
        return any ? new Frame.Malformed("the stream ended inside a header") : new Frame.End();
      }
      if (line.isEmpty()) {
        if (!any) {
          continue;
        }
        break;
      }
      any = true;
      int colon = line.indexOf(':');
      if (colon < 0) {
        return resynchronized(line, "'" + shown(line) + "' is no header field");
      }
      String name = line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
      if (name.equals("content-length")) {
        String value = line.substring(colon + 1).trim();
        if (!value.matches("\\d{1,9}") || Integer.parseInt(value) > MAX_LENGTH) {
          return resynchronized("Content-Length '" + shown(value) + "' is no length of a message");
        }
        length = Integer.parseInt(value);
      } else if (!name.matches("[a-z0-9-]+")) {
        return resynchronized(line, "'" + shown(line) + "' is no header field");
      }
    }
    if (length < 0) {
      return resynchronized("a header without Content-Length");
    }
    byte[] content = in.readNBytes((int) length);
    if (content.length < length) {
      return new Frame.Malformed(
          "the stream ended after " + content.length + " of " + length + " bytes of a message");
    }
    return new Frame.Content(new String(content, StandardCharsets.UTF_8));
  }

  /** A line without its end; null at the end of the stream. */
  private @Nullable String line() throws IOException {
    String first = begun;
    if (first != null) {
      begun = null;
      return first;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b;
    while ((b = in.read()) >= 0) {
      if (b == '\n') {
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
      line.write(b);
      if (line.size() >= MAX_HEADER) {
        break;
      }
    }
    return b < 0 && line.size() == 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
  }

  /** Goes on inside the offending line, if a header begins there. */
  private Frame resynchronized(String line, String problem) throws IOException {
    int header = line.toLowerCase(Locale.ROOT).lastIndexOf(MARK_TEXT);
    if (header > 0) {
      begun = line.substring(header);
      return new Frame.Malformed(problem);
    }
    return resynchronized(problem);
  }

  /** Skips to the next header, which stays unread. */
  private Frame resynchronized(String problem) throws IOException {
    int matched = 0;
    while (true) {
      in.mark(MARK.length + 1);
      int b = in.read();
      if (b < 0) {
        break;
      }
      if (Character.toLowerCase(b) != MARK[0]) {
        continue;
      }
      matched = 1;
      while (matched < MARK.length && Character.toLowerCase(in.read()) == MARK[matched]) {
        matched++;
      }
      in.reset();
      if (matched == MARK.length) {
        break;
      }
      in.skipNBytes(1);
    }
    return new Frame.Malformed(problem);
  }

  private static String shown(String text) {
    String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() > 60 ? printable.substring(0, 60) + "…" : printable;
  }
}
