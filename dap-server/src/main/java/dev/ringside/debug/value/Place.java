package dev.ringside.debug.value;

import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.vmm.vmx.VmcsField;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the bytes of a value are. */
public sealed interface Place {
  /** At a linear address. */
  record Linear(long address) implements Place {}

  /** At a guest-physical address. */
  record Physical(long gpa) implements Place {}

  /**
   * A register of the stopped processor as it is now.
   *
   * @param frame the caller's frame whose unwound register is meant, null for the live register
   */
  record CpuRegister(MachineRegister register, @Nullable EvaluationContext frame)
      implements Place {}

  /**
   * A frame's register by DWARF's number.
   *
   * @param live the processor's register itself, if the frame is the innermost one
   */
  record FrameRegister(EvaluationContext frame, int number, @Nullable MachineRegister live)
      implements Place {}

  /** A model-specific register. */
  record Msr(int index) implements Place {}

  /** A field of the VMCS. */
  record Vmcs(VmcsField field) implements Place {}

  /** Nowhere: these bytes are the value; bytes beyond the end are zero. */
  @SuppressWarnings("ArrayRecordComponent") // written once, compared by nobody
  record Immediate(byte[] bytes) implements Place {}

  /** In several places, the first with the lowest bits. */
  record Pieces(List<Piece> pieces) implements Place {
    public Pieces {
      pieces = List.copyOf(pieces);
    }
  }

  /** {@code bitSize} bits of a place from {@code bitOffset} on. */
  record Piece(Place place, long bitOffset, long bitSize) {}

  /**
   * What is left of a pointer that the compiler removed: what it pointed to.
   *
   * @param name the variable pointed to, or what stands for it
   */
  record PointedTo(String name, Place target, long offset) implements Place {}

  /** Nowhere to be had; the reason is for the user. */
  record Missing(String reason) implements Place {}
}
