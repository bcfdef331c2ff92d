package dev.ringside.debug.expression;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.symbols.model.EvaluationContext;

/**
 * What an expression runs against. Confined to the view's thread.
 *
 * @param view the processor and its memory
 * @param frame the frame whose variables and registers are meant
 * @param innermost whether that frame is the one which the processor is in
 * @param writable whether assignments are allowed (hover: no)
 * @param facts the event that a filter's condition is about
 */
public record Environment(
    GuestView view,
    EvaluationContext frame,
    boolean innermost,
    boolean writable,
    EventFacts facts) {}
