package dev.ringside.dap.wire;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request that the server answers.
 *
 * @param <A> LSP4J's or our type of its arguments
 * @param name the command on the wire
 * @param arguments what the arguments are parsed as
 * @param absent what stands for arguments that the client left out; empty if they are required
 * @param handler runs on the session's thread; its result is the response's body
 */
public record Command<A>(
    String name,
    Class<A> arguments,
    Optional<Supplier<? extends A>> absent,
    Function<A, @Nullable Object> handler) {

  /** A request whose arguments are required. */
  public static <A> Command<A> of(
      String name, Class<A> arguments, Function<A, @Nullable Object> handler) {
    return new Command<>(name, arguments, Optional.empty(), handler);
  }

  /** A request whose arguments may be left out. */
  public static <A> Command<A> optional(
      String name,
      Class<A> arguments,
      Supplier<? extends A> absent,
      Function<A, @Nullable Object> handler) {
    return new Command<>(name, arguments, Optional.of(absent), handler);
  }

  @Nullable Object handle(@Nullable Object parsed) {
    if (parsed == null) {
      if (absent.isEmpty()) {
        throw new ProtocolError.BadArguments("'" + name + "' needs arguments");
      }
      return handler.apply(absent.get().get());
    }
    if (!arguments.isInstance(parsed)) {
      throw new ProtocolError.BadArguments("the arguments of '" + name + "' are no object");
    }
    return handler.apply(arguments.cast(parsed));
  }
}
