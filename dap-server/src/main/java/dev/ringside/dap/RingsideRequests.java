package dev.ringside.dap;

import com.google.gson.JsonElement;
import dev.ringside.dap.message.ProfileArguments;
import dev.ringside.dap.message.SerialInputArguments;
import dev.ringside.dap.message.StatusArguments;
import dev.ringside.dap.message.StatusEvent;
import dev.ringside.dap.message.TablesArguments;
import dev.ringside.dap.message.TablesResponse;
import dev.ringside.dap.message.VmcsArguments;
import dev.ringside.dap.message.VmcsResponse;
import dev.ringside.dap.message.WalkArguments;
import dev.ringside.dap.message.WalkResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.jsonrpc.services.JsonRequest;

/** The requests that Ringside adds to DAP's (dap-server/README.md, "Custom messages"). */
public interface RingsideRequests {
  /**
   * DAP's own {@code restart}, with {@code arguments.arguments} as it comes: LSP4J's type for it
   * drops what it does not know.
   */
  @JsonRequest("restart")
  CompletableFuture<Void> restart(Map<String, Object> arguments);

  /** Every VMCS field with its value, encoding and bits. */
  @JsonRequest("ringside/vmcs")
  CompletableFuture<VmcsResponse> vmcs(VmcsArguments arguments);

  /** A page walk or EPT walk. */
  @JsonRequest("ringside/walk")
  CompletableFuture<WalkResponse> walk(WalkArguments arguments);

  /** GDT, IDT, MSRs or the local APIC. */
  @JsonRequest("ringside/tables")
  CompletableFuture<TablesResponse> tables(TablesArguments arguments);

  /** The profile so far, in the JSON form of CONTRACTS.md. */
  @JsonRequest("ringside/profile")
  CompletableFuture<JsonElement> profile(ProfileArguments arguments);

  /** Whether the guest runs, with what a status bar shows. */
  @JsonRequest("ringside/status")
  CompletableFuture<StatusEvent> status(StatusArguments arguments);

  /** Feeds COM1. */
  @JsonRequest("ringside/serialInput")
  CompletableFuture<Void> serialInput(SerialInputArguments arguments);
}
