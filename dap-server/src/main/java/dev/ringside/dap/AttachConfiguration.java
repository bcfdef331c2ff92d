package dev.ringside.dap;

import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.program.SourceMap;
import java.util.List;
import java.util.Map;

/** The attributes of an {@code attach} request (CONTRACTS.md, "Debug configurations"). */
record AttachConfiguration(
    String vm, List<SymbolSource> symbols, SourceMap sourceMap, SerialMode serial) {
  static AttachConfiguration of(Map<String, Object> arguments) {
    Attributes a = new Attributes(arguments);
    if (a.has("gdbRemote")) {
      throw new ProtocolError.CannotStart(
          "'gdbRemote' is not there yet; attach with 'vm' to a guest that"
              + " 'ringside run --name NAME' started");
    }
    String vm =
        a.text("vm")
            .orElseThrow(
                () ->
                    new ProtocolError.CannotStart(
                        "'vm' is missing: a name that 'ringside ps' shows"));
    return new AttachConfiguration(
        vm, SymbolSource.of(a, a.base()), new SourceMap(a.strings("sourceMap")), serial(a));
  }

  private static SerialMode serial(Attributes a) {
    SerialMode mode = SerialMode.of(a, a.base());
    if (mode instanceof SerialMode.ToFile) {
      throw Attributes.wrong("serial", "output, events or null", a.text("serial").orElse(""));
    }
    return mode;
  }
}
