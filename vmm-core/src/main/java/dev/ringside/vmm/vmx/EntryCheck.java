package dev.ringside.vmm.vmx;

import java.util.List;

/**
 * One of the checks that VM entry makes (SDM 29.2, 29.3.1, 29.4). The four enums hold them in the
 * manual's order; those that concern only controls that the processor does not honour are left out,
 * as the check of the vector's reserved bits comes first and fails.
 */
public sealed interface EntryCheck permits ControlCheck, HostCheck, GuestCheck, MsrLoadCheck {
  /** The name of the check, to tell it to a person: {@code GUEST_CR0_FIXED}. */
  String name();

  /** The section of SDM volume 3C that demands it. */
  String section();

  /** What must hold, in a sentence. */
  String rule();

  /** The fields whose values decide, the one to blame first. */
  List<VmcsField> fields();
}
