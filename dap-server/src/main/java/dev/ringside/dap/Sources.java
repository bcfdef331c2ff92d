package dev.ringside.dap;

import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.FrameInfo;
import dev.ringside.debug.frame.SourcePosition;
import dev.ringside.symbols.SymbolFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.lsp4j.debug.Source;

/**
 * Source objects: files by path, and functions without source by the number of their disassembly
 * listing. Numbers hold for the whole session.
 */
final class Sources {
  private final Session session;
  private final Map<Long, Integer> numbers = new HashMap<>();
  private final List<Long> addresses = new ArrayList<>();

  Sources(Session session) {
    this.session = session;
  }

  static Source of(SourcePosition position) {
    return file(position.path());
  }

  static Source file(String path) {
    Source source = new Source();
    source.setName(fileName(path));
    source.setPath(path);
    return source;
  }

  /** The id of a symbol file in {@code modules}. */
  static String moduleId(SymbolFile file) {
    return file.path().toString();
  }

  /** The module of the code at an address. */
  Optional<String> module(long pc) {
    return session.debuggee().program().fileAt(pc).map(Sources::moduleId);
  }

  /** The line of its listing that a frame is at, from 1. */
  int line(FrameInfo frame) {
    String prefix = "0x" + Long.toHexString(frame.pc()) + " ";
    int line = 1;
    for (String text : session.debug().code().functionListing(0, frame.pc()).split("\n", -1)) {
      if (text.startsWith(prefix)) {
        return line;
      }
      line++;
    }
    return 1;
  }

  /** The text of a listing. */
  String text(int number) {
    long address =
        address(number).orElseThrow(() -> new ProtocolError.StaleReference("source", number));
    return session.debug().code().functionListing(0, address);
  }

  private static String fileName(String path) {
    return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  }

  /** The listing that a frame without source shows. */
  Source listing(FrameInfo frame) {
    long start =
        session
            .debuggee()
            .program()
            .symbolAt(frame.pc())
            .map(at -> frame.pc() - at.offset())
            .orElse(frame.pc());
    int number =
        numbers.computeIfAbsent(
            start,
            address -> {
              addresses.add(address);
              return addresses.size();
            });
    Source source = new Source();
    source.setName(frame.name());
    source.setSourceReference(number);
    source.setOrigin("disassembly");
    return source;
  }

  private Optional<Long> address(int number) {
    return number >= 1 && number <= addresses.size()
        ? Optional.of(addresses.get(number - 1))
        : Optional.empty();
  }
}
