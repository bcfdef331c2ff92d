package dev.ringside.debug.expression;

/**
 * An expression cannot be understood or evaluated. The message is one sentence for the user; {@link
 * #position} is where in the text, from 0, or -1 where the trouble has no place in the text.
 */
public abstract sealed class ExpressionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int position;

  private ExpressionException(int position, String message) {
    super(message);
    this.position = position;
  }

  /** Offset in the expression's text, from 0; -1 for none. */
  public int position() {
    return position;
  }

  /** The text is no C expression. */
  public static final class Syntax extends ExpressionException {
    private static final long serialVersionUID = 1L;

    public Syntax(int position, String message) {
      super(position, message);
    }
  }

  /** A variable, type, member, register, MSR or VMCS field that does not exist. */
  public static final class UnknownName extends ExpressionException {
    private static final long serialVersionUID = 1L;

    public UnknownName(int position, String message) {
      super(position, message);
    }
  }

  /** The operator does not take operands of these types. */
  public static final class WrongType extends ExpressionException {
    private static final long serialVersionUID = 1L;

    public WrongType(int position, String message) {
      super(position, message);
    }
  }

  /** A part of the value is optimised out, not mapped, or not visible on this processor. */
  public static final class Unavailable extends ExpressionException {
    private static final long serialVersionUID = 1L;

    public Unavailable(int position, String message) {
      super(position, message);
    }
  }

  /** Division by zero and the like. */
  public static final class Arithmetic extends ExpressionException {
    private static final long serialVersionUID = 1L;

    public Arithmetic(int position, String message) {
      super(position, message);
    }
  }

  /** An assignment where nothing may be written (hover), or to something that cannot change. */
  public static final class NotWritable extends ExpressionException {
    private static final long serialVersionUID = 1L;

    public NotWritable(int position, String message) {
      super(position, message);
    }
  }
}
