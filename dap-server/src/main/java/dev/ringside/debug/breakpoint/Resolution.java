package dev.ringside.debug.breakpoint;

import java.util.List;

/** Where a breakpoint belongs; without sites the message says why. */
record Resolution(List<Site> sites, String message) {
  Resolution {
    sites = List.copyOf(sites);
  }

  static Resolution none(String reason) {
    return new Resolution(List.of(), reason);
  }
}
