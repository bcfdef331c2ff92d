package dev.ringside.vmm.vmx;

import java.io.Serial;
import java.util.List;

/** There is no VMCS field of the given name. The message offers the nearest names that exist. */
public final class UnknownVmcsFieldException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // an immutable list of strings, which is serializable
  private final List<String> nearest;

  UnknownVmcsFieldException(String name, List<String> nearest) {
    super(
        "no VMCS field is named '" + name + "'; did you mean " + String.join(", ", nearest) + "?");
    this.nearest = List.copyOf(nearest);
  }

  /** The nearest names that exist, best first. */
  public List<String> nearest() {
    return nearest;
  }
}
