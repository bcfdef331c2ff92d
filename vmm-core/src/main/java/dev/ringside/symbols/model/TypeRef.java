package dev.ringside.symbols.model;

/**
 * A type that is looked up when it is asked for, so that types which contain themselves end
 * somewhere. Two references to one definition are equal. Thread-safe.
 */
public interface TypeRef {
  /** The type; {@link Type.Unknown} with the reason if it cannot be read. */
  Type get();
}
