package dev.ringside.vmm.boot;

import dev.ringside.vmm.memory.GuestMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of an image, little-endian. Reads past the end are errors that name what was being
 * read. A file is mapped, not copied, so that a kernel with 600 MB of debug information costs
 * nothing.
 */
final class ImageFile {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String name;
  private final MemorySegment bytes;

  private ImageFile(String name, MemorySegment bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /** Opens a file for reading. */
  static ImageFile open(Path path) throws GuestImageException {
    String name = path.toString();
    if (Files.isDirectory(path)) {
      throw new GuestImageException(name, new ImageProblem.Unreadable("it is a folder"));
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment mapped =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
      return of(name, mapped);
    } catch (NoSuchFileException e) {
      throw new GuestImageException(name, new ImageProblem.Unreadable("there is no such file"));
    } catch (IOException e) {
      throw new GuestImageException(
          name, new ImageProblem.Unreadable(String.valueOf(e.getMessage())));
    }
  }

  /** An image in memory. */
  static ImageFile of(String name, byte[] content) throws GuestImageException {
    return of(name, MemorySegment.ofArray(content).asReadOnly());
  }

  private static ImageFile of(String name, MemorySegment bytes) throws GuestImageException {
    ImageFile file = new ImageFile(name, bytes);
    if (bytes.byteSize() == 0) {
      throw file.problem(new ImageProblem.Empty());
    }
    return file;
  }

  String name() {
    return name;
  }

  long size() {
    return bytes.byteSize();
  }

  GuestImageException problem(ImageProblem problem) {
    return new GuestImageException(name, problem);
  }

  /** Whether the file has all of [offset, offset + length). */
  boolean has(long offset, long length) {
    return offset >= 0 && length >= 0 && offset <= size() && length <= size() - offset;
  }

  void require(long offset, long length, String what) throws GuestImageException {
    if (!has(offset, length)) {
      long needed =
          offset < 0 || length < 0 || offset + length < 0 ? Long.MAX_VALUE : offset + length;
      throw problem(new ImageProblem.Truncated(what, needed, size()));
    }
  }

  /** 0 to 255; the caller has checked that it is there. */
  int u8(long offset) {
    return bytes.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
  }

  int u16(long offset) {
    return bytes.get(SHORT, offset) & 0xffff;
  }

  int s32(long offset) {
    return bytes.get(INT, offset);
  }

  long u32(long offset) {
    return bytes.get(INT, offset) & 0xffff_ffffL;
  }

  long s64(long offset) {
    return bytes.get(LONG, offset);
  }

  /** Bytes as Latin-1 text. */
  String text(long offset, int length) {
    return new String(bytes(offset, length), StandardCharsets.ISO_8859_1);
  }

  byte[] bytes(long offset, int length) {
    return bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Copies part of the file into guest RAM, in pieces, so that size does not matter. */
  void copyTo(long offset, GuestMemory memory, long gpa, long length) {
    int piece = 1 << 20;
    for (long done = 0; done < length; done += piece) {
      memory.write(gpa + done, bytes(offset + done, (int) Math.min(piece, length - done)));
    }
  }
}
