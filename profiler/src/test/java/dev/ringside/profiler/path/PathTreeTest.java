package dev.ringside.profiler.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Paths are found again, and a guest cannot make more of them than there is room for. */
class PathTreeTest {
  private final PathTree tree = new PathTree();

  @Test
  void countsByPathAndKind() {
    count(7, 1, 0x30, 0x20, 0x10);
    count(7, 2, 0x30, 0x20, 0x10);
    count(8, 5, 0x30, 0x20, 0x10);
    count(7, 9, 0x30, 0x21, 0x10);
    count(7, 4, 0x30);

    assertThat(counted())
        .isEqualTo(Map.of("10 20 30: 7", 3L, "10 20 30: 8", 5L, "10 21 30: 7", 9L, "30: 7", 4L));
  }

  @Test
  void aCopyStaysAsItWas() {
    count(1, 1, 0x10);
    PathTree copy = tree.copy();
    count(1, 1, 0x10);

    assertThat(counted(copy)).isEqualTo(Map.of("10: 1", 1L));
    assertThat(counted()).isEqualTo(Map.of("10: 1", 2L));
  }

  @Test
  void whatThereIsNoRoomForIsOthersOfItsKind() {
    int paths = 3 * PathTree.MOST;
    for (int i = 0; i < paths; i++) {
      count(i % 3, 1, 0x1000 + i);
    }
    count(2, 1, 0x1000);

    Map<String, Long> counted = counted();
    assertThat(counted).hasSizeLessThan(PathTree.MOST + 3).containsKeys("others: 0", "others: 2");
    assertThat(counted.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(paths + 1);
  }

  @Test
  void addressesOfTheUpperHalfAreNoKinds() {
    count(3, 1, 0xffff_ffff_8100_0000L, 0xffff_ffff_8200_0000L);

    assertThat(counted()).isEqualTo(Map.of("ffffffff82000000 ffffffff81000000: 3", 1L));
  }

  private void count(int kind, long count, long... innermostFirst) {
    int path = PathTree.ROOT;
    for (long address : innermostFirst) {
      path = tree.child(path, address);
    }
    tree.count(tree.cell(path, kind), count, 0);
  }

  private Map<String, Long> counted() {
    return counted(tree);
  }

  private static Map<String, Long> counted(PathTree tree) {
    Map<String, Long> counted = new HashMap<>();
    tree.visit(
        (path, kind, count, total) -> {
          StringBuilder name = new StringBuilder();
          for (long address : tree.addresses(path)) {
            name.append(name.isEmpty() ? "" : " ").append(Long.toHexString(address));
          }
          String frames = path == PathTree.OTHERS ? "others" : name.toString();
          counted.merge(frames + ": " + kind, count, Long::sum);
        });
    return counted;
  }
}
