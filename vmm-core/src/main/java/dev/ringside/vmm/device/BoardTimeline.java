package dev.ringside.vmm.device;

/**
 * The machine's timeline as one board sees it: once the board is unplugged, nothing it has
 * scheduled happens.
 */
final class BoardTimeline implements Timeline {
  private final Timeline machine;
  private boolean stopped;

  BoardTimeline(Timeline machine) {
    this.machine = machine;
  }

  void stop() {
    stopped = true;
  }

  @Override
  public long now() {
    return machine.now();
  }

  @Override
  public Alarm schedule(long at, Runnable action) {
    return machine.schedule(
        at,
        () -> {
          if (!stopped) {
            action.run();
          }
        });
  }
}
