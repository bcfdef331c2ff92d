package dev.ringside.debug.breakpoint;

import dev.ringside.debug.frame.SourcePosition;
import java.util.Optional;

/** One instruction that a breakpoint is on. */
record Site(long address, Optional<SourcePosition> position) {}
