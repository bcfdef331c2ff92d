package dev.ringside.cli;

import dev.ringside.dap.ControlFolder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code ringside ps}: running VMs that can be attached to. */
@Command(
    name = "ps",
    mixinStandardHelpOptions = true,
    description = "Running VMs that can be attached to: name, process id and guest.")
final class PsCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    List<ControlFolder.Entry> entries;
    try {
      entries = ControlFolder.ofUser().running();
    } catch (IOException e) {
      throw new CommandFailure(Ringside.BAD_FILE, "the running VMs cannot be listed: " + e);
    }
    if (entries.isEmpty()) {
      System.err.println("no VM runs under a name; start one: ringside run --name NAME GUEST");
      return 0;
    }
    System.out.printf("%-20s %8s  %s%n", "NAME", "PID", "GUEST");
    for (ControlFolder.Entry entry : entries) {
      List<String> facts = entry.facts();
      System.out.printf(
          "%-20s %8s  %s%n",
          entry.name(),
          facts.isEmpty() ? "?" : facts.get(0),
          facts.size() < 2 ? "?" : facts.get(1));
    }
    return 0;
  }
}
