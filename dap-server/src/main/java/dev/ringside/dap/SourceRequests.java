package dev.ringside.dap;

import dev.ringside.dap.wire.Command;
import dev.ringside.debug.program.Program;
import dev.ringside.symbols.SymbolFile;
import java.util.List;
import java.util.TreeSet;
import org.eclipse.lsp4j.debug.LoadedSourcesArguments;
import org.eclipse.lsp4j.debug.LoadedSourcesResponse;
import org.eclipse.lsp4j.debug.Module;
import org.eclipse.lsp4j.debug.ModulesArguments;
import org.eclipse.lsp4j.debug.ModulesResponse;
import org.eclipse.lsp4j.debug.Source;
import org.eclipse.lsp4j.debug.SourceArguments;
import org.eclipse.lsp4j.debug.SourceResponse;

/** The symbol files and the source files that they name. */
final class SourceRequests {
  private final Session session;

  SourceRequests(Session session) {
    this.session = session;
  }

  List<Command<?>> commands() {
    return List.of(
        Command.of("source", SourceArguments.class, this::source),
        Command.optional("modules", ModulesArguments.class, ModulesArguments::new, this::modules),
        Command.optional(
            "loadedSources",
            LoadedSourcesArguments.class,
            LoadedSourcesArguments::new,
            a -> loadedSources()));
  }

  private ModulesResponse modules(ModulesArguments arguments) {
    List<SymbolFile> files = session.debuggee().program().files();
    int start = arguments.getStartModule() == null ? 0 : Math.max(0, arguments.getStartModule());
    int count = arguments.getModuleCount() == null ? 0 : arguments.getModuleCount();
    ModulesResponse response = new ModulesResponse();
    response.setTotalModules(files.size());
    response.setModules(
        files.stream()
            .skip(start)
            .limit(count <= 0 ? Long.MAX_VALUE : count)
            .map(SourceRequests::module)
            .toArray(Module[]::new));
    return response;
  }

  private static Module module(SymbolFile file) {
    Module module = new Module();
    module.setId(Sources.moduleId(file));
    module.setName(String.valueOf(file.path().getFileName()));
    module.setPath(file.path().toString());
    module.setSymbolFilePath(file.path().toString());
    module.setIsUserCode(true);
    file.buildId().ifPresent(module::setVersion);
    StringBuilder status = new StringBuilder();
    status.append(file.hasDebugInfo() ? "debug information, " : "no debug information, ");
    status.append(file.symbolCount()).append(" symbols");
    if (!file.problems().isEmpty()) {
      status.append("; ").append(String.join("; ", file.problems()));
    }
    module.setSymbolStatus(status.toString());
    if (file.bias() != 0) {
      module.setAddressRange("moved by 0x" + Long.toHexString(file.bias()));
    }
    return module;
  }

  private SourceResponse source(SourceArguments arguments) {
    int number = arguments.getSourceReference();
    Source named = arguments.getSource();
    if (named != null && named.getSourceReference() != null) {
      number = named.getSourceReference();
    }
    SourceResponse response = new SourceResponse();
    response.setContent(session.sources().text(number));
    response.setMimeType("text/x-asm");
    return response;
  }

  private LoadedSourcesResponse loadedSources() {
    Program program = session.debuggee().program();
    TreeSet<String> paths = new TreeSet<>();
    for (SymbolFile file : program.files()) {
      file.sourceFiles().forEach(source -> paths.add(program.sources().toUser(source.path())));
    }
    LoadedSourcesResponse response = new LoadedSourcesResponse();
    response.setSources(paths.stream().map(Sources::file).toArray(Source[]::new));
    return response;
  }
}
