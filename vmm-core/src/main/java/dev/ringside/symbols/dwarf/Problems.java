package dev.ringside.symbols.dwarf;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What was wrong with the debug information where a partial answer was given. Thread-safe. */
final class Problems {
  private static final int MAX = 100;
  private final Set<String> messages = ConcurrentHashMap.newKeySet();

  void add(String message) {
    if (messages.size() < MAX) {
      messages.add(message);
    }
  }

  List<String> list() {
    return messages.stream().sorted().toList();
  }
}
