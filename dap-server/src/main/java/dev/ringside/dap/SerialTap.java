package dev.ringside.dap;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * COM1's output of a VM that can be attached to: it goes on to where it went before, the last 64
 * KiB stay in memory, and an attached client gets both those and what follows. Thread-safe; written
 * on the machine's thread, which waits for nobody but the first stream.
 */
public final class SerialTap extends OutputStream {
  private static final int KEPT = 64 << 10;

  private final OutputStream first;
  private final byte[] ring = new byte[KEPT];
  private long written;
  private @Nullable OutputStream client;

  /** Passes everything on to a stream, which it closes with itself. */
  public SerialTap(OutputStream first) {
    this.first = first;
  }

  @Override
  public void write(int b) throws IOException {
    first.write(b);
    synchronized (this) {
      ring[(int) (written++ % KEPT)] = (byte) b;
      if (client != null) {
        client.write(b);
      }
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int i = 0; i < length; i++) {
      write(bytes[offset + i]);
    }
  }

  /** Sends a client what was kept, then everything as it comes; it must not block. */
  synchronized void attach(OutputStream newClient) throws IOException {
    newClient.write(kept());
    client = newClient;
  }

  /** Sends that client nothing more. */
  synchronized void detach() {
    client = null;
  }

  private byte[] kept() {
    if (written <= KEPT) {
      return Arrays.copyOf(ring, (int) written);
    }
    int oldest = (int) (written % KEPT);
    byte[] all = Arrays.copyOfRange(ring, oldest, oldest + KEPT);
    System.arraycopy(ring, 0, all, KEPT - oldest, oldest);
    return all;
  }

  @Override
  public void flush() throws IOException {
    first.flush();
  }

  @Override
  public void close() throws IOException {
    first.close();
  }
}
