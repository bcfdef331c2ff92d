package dev.ringside.dap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SerialTapTest {
  private final ByteArrayOutputStream first = new ByteArrayOutputStream();
  private final ByteArrayOutputStream client = new ByteArrayOutputStream();
  private final SerialTap tap = new SerialTap(first);

  private byte[] write(int count) throws IOException {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (i * 31 + i / 256);
    }
    tap.write(bytes);
    return bytes;
  }

  @Test
  void aClientGetsWhatCameBeforeAndWhatComesAfter() throws IOException {
    tap.write('a');
    tap.write('b');
    tap.attach(client);
    tap.write('c');
    assertThat(client).hasToString("abc");
    tap.detach();
    tap.write('d');
    assertThat(client).hasToString("abc");
    assertThat(first).hasToString("abcd");
  }

  @Test
  void theLast64KibAreKept() throws IOException {
    byte[] all = write(150_001);
    tap.attach(client);
    assertThat(client.toByteArray())
        .isEqualTo(Arrays.copyOfRange(all, all.length - (64 << 10), all.length));
    assertThat(first.toByteArray()).isEqualTo(all);
  }

  @Test
  void exactly64KibAreKeptWhole() throws IOException {
    byte[] all = write(64 << 10);
    tap.attach(client);
    assertThat(client.toByteArray()).isEqualTo(all);
  }
}
