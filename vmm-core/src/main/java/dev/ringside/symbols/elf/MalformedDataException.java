package dev.ringside.symbols.elf;

/**
 * Bytes of a section make no sense. Thrown by the readers of this package's neighbours and caught
 * before their public methods return, which then answer with what they have.
 */
public final class MalformedDataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String what;

  public MalformedDataException(String message) {
    super(message, null, false, false);
    what = message;
  }

  @Override
  public String getMessage() {
    return what;
  }
}
