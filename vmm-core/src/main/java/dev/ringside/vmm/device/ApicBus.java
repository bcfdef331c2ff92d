package dev.ringside.vmm.device;

import java.util.ArrayList;
import java.util.List;

/**
 * Carries messages between the APICs: who is meant by a destination, and who hears of an end of
 * interrupt.
 */
final class ApicBus {
  private final List<LocalApic> locals = new ArrayList<>();
  private final List<IoApic> ios = new ArrayList<>();

  void add(LocalApic apic) {
    locals.add(apic);
  }

  void add(IoApic apic) {
    ios.add(apic);
  }

  /**
   * Sends to a destination field: an APIC ID, or with {@code logical} a message destination
   * address.
   */
  void send(int destination, boolean logical, DeliveryMode mode, int vector, boolean level) {
    LocalApic best = null;
    for (LocalApic apic : locals) {
      if (!apic.isAddressedBy(destination, logical)) {
        continue;
      }
      if (mode != DeliveryMode.LOWEST_PRIORITY) {
        apic.receive(mode, vector, level);
      } else if (apic.isSoftwareEnabled()
          && (best == null || apic.processorPriority() < best.processorPriority())) {
        best = apic;
      }
    }
    if (best != null) {
      best.receive(DeliveryMode.FIXED, vector, level);
    }
  }

  /** Sends to all, or to all but one. */
  void broadcast(DeliveryMode mode, int vector, boolean level, int butNot) {
    for (int i = 0; i < locals.size(); i++) {
      if (i != butNot) {
        locals.get(i).receive(mode, vector, level);
      }
    }
  }

  /** A local APIC has ended a level-triggered interrupt (SDM vol. 3A, 11.8.5). */
  void endOfInterrupt(int vector) {
    ios.forEach(io -> io.endOfInterrupt(vector));
  }
}
