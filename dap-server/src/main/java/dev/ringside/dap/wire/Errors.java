package dev.ringside.dap.wire;

import dev.ringside.debug.DebugException;
import dev.ringside.debug.expression.ExpressionException;
import dev.ringside.debug.guest.UnreadableMemoryException;
import dev.ringside.debug.value.UnavailableValueException;
import dev.ringside.vmm.UnavailableException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.eclipse.lsp4j.debug.Message;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;

/** Failures as clients hear of them: {@code body.error} with id and text, never a stack trace. */
final class Errors {
  private Errors() {}

  static ResponseError toResponse(Throwable failure, Consumer<String> diagnostics) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return switch (cause) {
      case ProtocolError error -> response(error.id(), message(error));
      case DebugException error -> response(ErrorId.REFUSED, message(error));
      case ExpressionException error -> response(ErrorId.EVALUATION, message(error));
      case UnavailableValueException error -> response(ErrorId.EVALUATION, message(error));
      case UnreadableMemoryException error -> response(ErrorId.BAD_ADDRESS, message(error));
      case UnavailableException error -> response(ErrorId.REFUSED, message(error));
      default -> {
        diagnostics.accept(describe(cause));
        yield response(
            ErrorId.INTERNAL,
            "internal error ("
                + cause.getClass().getSimpleName()
                + "); standard error of Ringside has the details");
      }
    };
  }

  private static String message(Throwable error) {
    return String.valueOf(error.getMessage());
  }

  private static ResponseError response(ErrorId id, String text) {
    Message message = new Message();
    message.setId(id.number());
    message.setFormat(text.replace("{", "(").replace("}", ")"));
    message.setShowUser(id.isShownToUser());
    return new ResponseError(ResponseErrorCode.RequestFailed, text, Map.of("error", message));
  }

  /** A bug, for standard error: where it happened first. */
  static String describe(Throwable failure) {
    StringBuilder text = new StringBuilder("internal error: ").append(failure);
    int shown = 0;
    for (StackTraceElement element : failure.getStackTrace()) {
      if (shown++ == 12) {
        break;
      }
      text.append("\n    at ").append(element);
    }
    return text.toString();
  }
}
