package dev.ringside.dap;

import dev.ringside.dap.message.SerialInputArguments;
import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ringside/serialInput}. */
final class ConsoleRequests {
  private final Session session;

  ConsoleRequests(Session session) {
    this.session = session;
  }

  List<Command<?>> commands() {
    return List.of(Command.of("ringside/serialInput", SerialInputArguments.class, this::input));
  }

  private @Nullable Object input(SerialInputArguments arguments) {
    String text = arguments.text();
    if ((text == null) == (arguments.data() == null)) {
      throw new ProtocolError.BadArguments("either 'text' or 'data' is needed");
    }
    byte[] bytes =
        text != null
            ? text.getBytes(StandardCharsets.UTF_8)
            : MemoryRequests.bytes(arguments.data());
    session.debug().target().serialInput(bytes);
    return null;
  }
}
