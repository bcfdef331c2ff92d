package dev.ringside.dap.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of the response to {@code ringside/vmcs}.
 *
 * @param groups in the order of the scope "VMCS"
 */
public record VmcsResponse(List<Group> groups) {
  public VmcsResponse {
    groups = List.copyOf(groups);
  }

  /** Fields of one area. */
  public record Group(String name, List<Field> fields) {
    public Group {
      fields = List.copyOf(fields);
    }
  }

  /**
   * One field.
   *
   * @param encoding {@code 0x…}
   * @param value {@code 0x…}; absent if it cannot be had
   * @param problem why it cannot be had; else absent
   * @param bits its bits by name, where it has any
   */
  public record Field(
      String name,
      String encoding,
      @Nullable String value,
      @Nullable String problem,
      List<Bit> bits) {
    public Field {
      bits = List.copyOf(bits);
    }
  }

  /**
   * Part of a field or table entry.
   *
   * @param bits {@code 7} or {@code 11:8}
   */
  public record Bit(String name, String bits, long value, String meaning) {}
}
