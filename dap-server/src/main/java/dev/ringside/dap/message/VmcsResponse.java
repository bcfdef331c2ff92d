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
   * @param width its bits: 16, 32 or 64
   * @param description what the manual calls it
   * @param writable whether an edit may be tried: {@code setExpression} of {@code vmcs.NAME}
   * @param value {@code 0x…}; absent if it cannot be had
   * @param problem why it cannot be had; else absent
   * @param bits its bits by name, where it has any
   */
  public record Field(
      String name,
      String encoding,
      int width,
      String description,
      boolean writable,
      @Nullable String value,
      @Nullable String problem,
      List<Bit> bits) {
    public Field {
      bits = List.copyOf(bits);
    }
  }
}
