package dev.ringside.dap;

import dev.ringside.dap.message.ProfileEvent;
import dev.ringside.dap.message.SerialOutputEvent;
import dev.ringside.dap.message.StatusEvent;
import org.eclipse.lsp4j.debug.services.IDebugProtocolClient;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;

/** DAP's events and those that Ringside adds (dap-server/README.md, "Custom messages"). */
public interface RingsideClient extends IDebugProtocolClient {
  /** What has been profiled since the last such event; at most 5 a second. */
  @JsonNotification("ringside/profile")
  void profile(ProfileEvent event);

  /** Bytes that the guest sent to COM1, with {@code "serial": "events"}. */
  @JsonNotification("ringside/serialOutput")
  void serialOutput(SerialOutputEvent event);

  /** The guest runs, stands or has ended. */
  @JsonNotification("ringside/status")
  void status(StatusEvent event);
}
