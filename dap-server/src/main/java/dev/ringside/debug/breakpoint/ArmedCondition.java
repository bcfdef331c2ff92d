package dev.ringside.debug.breakpoint;

import dev.ringside.debug.expression.CompiledExpression;
import dev.ringside.debug.expression.Environment;
import dev.ringside.debug.expression.EventFacts;
import dev.ringside.debug.expression.ExpressionException;
import dev.ringside.debug.frame.FrameContext;
import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.target.Target;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.unwind.Unwinder;
import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.control.Condition;
import org.jspecify.annotations.Nullable;

/**
 * What runs beside the trap at each hit of one site: the condition, then the count, then the log
 * message. On the vCPU's thread.
 */
final class ArmedCondition implements Condition {
  private final Target target;
  private final Program program;
  private final Architecture architecture;
  private final Unwinder.@Nullable CfaRule rule;
  private final Breakpoint owner;
  private final Site site;
  private final @Nullable CompiledExpression condition;
  private final @Nullable LogMessage log;
  private final BreakpointListener listener;

  ArmedCondition(
      Target target,
      Program program,
      Breakpoint owner,
      Site site,
      @Nullable CompiledExpression condition,
      @Nullable LogMessage log,
      BreakpointListener listener) {
    this.target = target;
    this.program = program;
    this.architecture = program.architectureAt(site.address());
    this.rule = program.cfaRule(site.address()).orElse(null);
    this.owner = owner;
    this.site = site;
    this.condition = condition;
    this.log = log;
    this.listener = listener;
  }

  @Override
  public boolean stopsAt(CpuState state) {
    Environment environment = null;
    if (condition != null || log != null) {
      GuestView view = target.viewOf(state);
      FrameContext frame = FrameContext.live(program, view, architecture, rule);
      environment = new Environment(view, frame, true, true, EventFacts.NONE);
    }
    if (condition != null && environment != null) {
      try {
        if (!condition.isTrue(environment)) {
          return false;
        }
      } catch (ExpressionException e) {
        listener.conditionFailed(owner.id(), condition.text() + ": " + e.getMessage());
        return true;
      }
    }
    if (!owner.counts()) {
      return false;
    }
    if (log != null && environment != null) {
      listener.logged(owner.id(), log.text(environment) + "\n", site.position());
      return false;
    }
    return true;
  }
}
