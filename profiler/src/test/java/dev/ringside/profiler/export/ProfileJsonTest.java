package dev.ringside.profiler.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.ringside.profiler.CallPaths;
import dev.ringside.profiler.Place;
import dev.ringside.profiler.Profile;
import dev.ringside.profiler.Residency;
import dev.ringside.profiler.RingRow;
import dev.ringside.profiler.TrapRow;
import dev.ringside.profiler.timeline.Timeline;
import dev.ringside.vmm.RingTransition.Mechanism;
import dev.ringside.vmm.vmx.ExitReason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The JSON form is the contract's, and nothing is lost on the way there and back. */
class ProfileJsonTest {
  private static final TrapRow CPUID =
      new TrapRow(
          ExitReason.CPUID,
          "leaf 0x0",
          new Place("kmain", "src/kernel.c:41", 0, true),
          0,
          0,
          7,
          70,
          9,
          10,
          10,
          11,
          12,
          13);
  private static final TrapRow UNKNOWN =
      new TrapRow(
          ExitReason.HLT,
          "",
          new Place(null, null, 0xffffffff81000000L, false),
          0,
          0,
          1,
          0,
          0,
          0,
          0,
          0,
          0,
          0);
  private static final RingRow SYSCALL =
      new RingRow(
          3,
          0,
          Mechanism.SYSCALL,
          -1,
          new Place("syscall_entry", "rings/entries.S:27", 0, true),
          5,
          1234);
  private static final RingRow FAULT =
      new RingRow(3, 0, Mechanism.EXCEPTION, 14, Place.of(0x1040), 2, 99);
  private static final RingRow BACK = new RingRow(0, 3, Mechanism.IRET, -1, null, 2, 88);

  static final Profile PROFILE =
      new Profile(
          "hello.elf",
          "soft",
          1,
          123,
          0,
          List.of(CPUID, UNKNOWN),
          Optional.of(List.of(SYSCALL, FAULT, BACK)),
          new Residency(List.of(10L, 0L, 0L, 30L), 70, 5));

  @Test
  void theFormIsTheContracts() {
    String contract =
        """
        {"version": 1, "guest": "hello.elf", "backend": "soft", "vcpus": 1, "instructions": 123,
         "lostEvents": 0,
         "exits": [{"reason": "CPUID", "number": 10, "detail": "leaf 0x0", "symbol": "kmain",
                    "source": "src/kernel.c:41", "cpl": 0, "vcpu": 0, "count": 7, "total": 70,
                    "min": 9, "mean": 10, "p50": 10, "p90": 11, "p99": 12, "max": 13}],
         "rings": [{"from": 3, "to": 0, "mechanism": "SYSCALL", "handler": "syscall_entry",
                    "source": "rings/entries.S:27", "count": 5, "residency": 1234}],
         "residency": {"ring0": 10, "ring3": 30, "host": 70, "idle": 5}}
        """;
    Profile profile =
        new Profile(
            "hello.elf",
            "soft",
            1,
            123,
            0,
            List.of(CPUID),
            Optional.of(List.of(SYSCALL)),
            PROFILE.residency());

    assertThat(JsonParser.parseString(ProfileJson.write(profile)))
        .isEqualTo(JsonParser.parseString(contract));
    assertThat(ProfileJson.parse(contract)).isEqualTo(profile);
  }

  @Test
  void whatIsWrittenIsRead() {
    assertThat(ProfileJson.parse(ProfileJson.write(PROFILE))).isEqualTo(PROFILE);
  }

  /** {@link #PROFILE} with call paths and a timeline. */
  static final Profile FULL =
      new Profile(
          "hello.elf",
          "soft",
          1,
          123,
          0,
          List.of(CPUID, UNKNOWN),
          Optional.of(List.of(SYSCALL, FAULT, BACK)),
          PROFILE.residency(),
          Optional.of(
              new CallPaths(
                  8,
                  5,
                  List.of(
                      new Place("kmain", "src/kernel.c:41", 0, true),
                      Place.of(0xffffffff81000000L),
                      new Place("show </script>", "src/kernel.c:7", 0, true)),
                  List.of(
                      new CallPaths.Path(List.of(0, 2), ExitReason.CPUID, "leaf 0x0", 7, 70),
                      new CallPaths.Path(List.of(1), ExitReason.HLT, "", 1, 0)))),
          Optional.of(
              new Timeline(
                  1_000_000,
                  3,
                  List.of(
                      new Timeline.Exits(
                          ExitReason.CPUID, List.of(3L, 0L, 4L), List.of(30L, 0L, 40L))),
                  new Timeline.Residencies(
                      List.of(
                          List.of(9L, 1L, 0L),
                          List.of(0L, 0L, 0L),
                          List.of(0L, 0L, 0L),
                          List.of(0L, 30L, 0L)),
                      List.of(30L, 0L, 40L),
                      List.of(0L, 0L, 5L)))));

  @Test
  void callPathsAndTimelineAreTheContracts() {
    JsonObject root = ProfileJson.tree(FULL);

    assertThat(root.get("stacks"))
        .isEqualTo(
            JsonParser.parseString(
                """
                {"exits": 8, "taken": 5,
                 "frames": [{"symbol": "kmain", "source": "src/kernel.c:41"},
                            {"address": "0xffffffff81000000"},
                            {"symbol": "show </script>", "source": "src/kernel.c:7"}],
                 "paths": [{"frames": [0, 2], "reason": "CPUID", "number": 10,
                            "detail": "leaf 0x0", "count": 7, "total": 70},
                           {"frames": [1], "reason": "HLT", "number": 12, "count": 1, "total": 0}]}
                """));
    assertThat(root.get("timeline"))
        .isEqualTo(
            JsonParser.parseString(
                """
                {"unit": "ns", "width": 1000000, "buckets": 3,
                 "exits": [{"reason": "CPUID", "number": 10, "counts": [3, 0, 4],
                            "totals": [30, 0, 40]}],
                 "residency": {"ring0": [9, 1, 0], "ring3": [0, 30, 0], "host": [30, 0, 40],
                               "idle": [0, 0, 5]}}
                """));
    assertThat(ProfileJson.parse(ProfileJson.write(FULL))).isEqualTo(FULL);
  }

  @Test
  void pathsOfFramesThatAreNotThereAndColumnsOfOtherLengthsAreRefused() {
    String text = ProfileJson.write(FULL);

    assertThatThrownBy(() -> ProfileJson.parse(text.replace("[0,2]", "[0,3]")))
        .isInstanceOf(JsonParseException.class)
        .hasMessageContaining("frame 3 of 3");
    assertThatThrownBy(() -> ProfileJson.parse(text.replace("[3,0,4]", "[3,0]")))
        .isInstanceOf(JsonParseException.class)
        .hasMessageContaining("counts has 2 numbers for 3 buckets");
  }

  @Test
  void aRowIsALine() {
    assertThat(ProfileJson.write(FULL).lines())
        .contains(
            "    {\"from\":0,\"to\":3,\"mechanism\":\"IRET\",\"count\":2,\"residency\":88}",
            "      {\"address\":\"0xffffffff81000000\"},");
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    Profile kvm =
        new Profile(
            "g", "kvm", 1, -1, 0, List.of(), Optional.empty(), new Residency(List.of(), 3, 4));

    String text = ProfileJson.write(kvm);

    assertThat(JsonParser.parseString(text))
        .isEqualTo(
            JsonParser.parseString(
                """
                {"version": 1, "guest": "g", "backend": "kvm", "vcpus": 1, "lostEvents": 0,
                 "exits": [], "residency": {"host": 3, "idle": 4}}
                """));
    assertThat(ProfileJson.parse(text)).isEqualTo(kvm);
  }

  @Test
  void laterVersionsAndOtherFilesAreRefused() {
    String later = ProfileJson.write(PROFILE).replace("\"version\": 1", "\"version\": 2");

    assertThatThrownBy(() -> ProfileJson.parse(later))
        .isInstanceOf(JsonParseException.class)
        .hasMessageContaining("version 2");
    for (String other : List.of("", "[]", "{}", "{\"version\": 1}", "{\"version\": {}}", "ELF")) {
      assertThatThrownBy(() -> ProfileJson.parse(other))
          .as(other)
          .isInstanceOf(JsonParseException.class);
    }
  }
}
