package dev.ringside.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/**
 * The command line's entry point: finds the command, and turns every error into one line on
 * standard error.
 */
@Command(
    name = "ringside",
    mixinStandardHelpOptions = true,
    versionProvider = Ringside.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Debug and profile guest kernels on a virtual machine monitor you can watch.",
    subcommands = {
      RunCommand.class,
      DoctorCommand.class,
      DapCommand.class,
      PsCommand.class,
      ProfileCommand.class,
      DemoCommand.class,
      WarmUpCommand.class
    })
public final class Ringside {
  /** Exit status: a usage error. */
  static final int USAGE = 2;

  /** Exit status: a file is missing, unreadable or not a guest we understand. */
  static final int BAD_FILE = 66;

  /** Exit status: the machine cannot go on. */
  static final int CANNOT_CONTINUE = 72;

  /** Exit status: the backend is not available here. */
  static final int NO_BACKEND = 78;

  /** Exit status: the time limit passed. */
  static final int TIMEOUT = 124;

  private Ringside() {}

  /** Runs the command line and exits with its status. */
  public static void main(String[] args) {
    if (args.length == 1 && args[0].equals("dap")) {
      // What every F5 waits for: the command line's parser alone takes a tenth of a second to load.
      DapCommand.serveStandardStreams();
      System.exit(0);
    }
    System.exit(execute(args));
  }

  /** Runs the command line; returns its exit status. */
  static int execute(String... args) {
    CommandLine line = new CommandLine(new Ringside());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(Ringside::usageError);
    line.setExecutionExceptionHandler(
        (e, command, result) -> {
          if (e instanceof CommandFailure failure) {
            command.getErr().println("ringside: " + failure.getMessage());
            return failure.status();
          }
          command.getErr().println("ringside: internal error: " + e);
          return CANNOT_CONTINUE;
        });
    return line.execute(args.length == 0 ? new String[] {"--help"} : args);
  }

  private static int usageError(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    String message = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
    err.println(
        "ringside: "
            + message
            + " (see "
            + e.getCommandLine().getCommandSpec().qualifiedName()
            + " --help)");
    return USAGE;
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Ringside.class.getPackage().getImplementationVersion();
      return new String[] {
        "ringside " + (version == null ? "development" : version), "Java " + Runtime.version()
      };
    }
  }
}
