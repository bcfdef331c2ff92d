package dev.ringside.debug;

import dev.ringside.debug.scope.Scope;

/**
 * A scope as clients get it.
 *
 * @param reference what {@link DebugSession#variables} takes
 */
public record ScopeInfo(String name, Scope.Kind kind, int reference, boolean expensive) {}
