package dev.ringside.debug.filter;

import dev.ringside.debug.expression.EventFact;
import dev.ringside.debug.expression.EventFacts;
import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.RingTransition;
import dev.ringside.vmm.VmExit;

/** Takes events apart into facts. */
final class Facts {
  private Facts() {}

  static void of(VmExit exit, EventFacts facts) {
    facts
        .clear()
        .put(EventFact.REASON, exit.reason().number())
        .put(EventFact.CPL, exit.at().cpl())
        .put(EventFact.RIP, exit.at().linearRip());
    switch (exit) {
      case VmExit.ExceptionNmi e -> {
        facts.put(EventFact.VECTOR, e.vector());
        if (e.hasErrorCode()) {
          facts.put(EventFact.ERROR_CODE, e.errorCode() & 0xffff_ffffL);
        }
      }
      case VmExit.ExternalInterrupt e -> facts.put(EventFact.VECTOR, e.vector());
      case VmExit.TripleFault e -> {}
      case VmExit.InterruptWindow e -> {}
      case VmExit.NmiWindow e -> {}
      case VmExit.TaskSwitch e -> {}
      case VmExit.Cpuid e -> {}
      case VmExit.Hlt e -> {}
      case VmExit.Vmcall e -> facts.put(EventFact.HYPERCALL, e.number());
      case VmExit.CrAccess e ->
          facts.put(EventFact.CR, e.register()).put(EventFact.VALUE, e.value());
      case VmExit.DrAccess e -> {}
      case VmExit.IoInstruction e -> {
        facts.put(EventFact.PORT, e.port()).put(EventFact.SIZE, e.size());
        if (!e.in()) {
          facts.put(EventFact.VALUE, e.value());
        }
      }
      case VmExit.MsrRead e -> facts.put(EventFact.MSR, e.msr() & 0xffff_ffffL);
      case VmExit.MsrWrite e ->
          facts.put(EventFact.MSR, e.msr() & 0xffff_ffffL).put(EventFact.VALUE, e.value());
      case VmExit.EptViolation e -> facts.put(EventFact.GPA, e.gpa());
      case VmExit.EptMisconfig e -> {
        facts.put(EventFact.GPA, e.gpa()).put(EventFact.SIZE, e.size());
        if (e.write()) {
          facts.put(EventFact.VALUE, e.value());
        }
      }
      case VmExit.Wbinvd e -> {}
      case VmExit.Xsetbv e -> facts.put(EventFact.VALUE, e.value());
      case VmExit.Instruction e -> {}
      case VmExit.Event e -> {}
      case VmExit.EntryFailure e -> {}
    }
  }

  static void of(RingTransition transition, EventFacts facts) {
    facts
        .clear()
        .put(EventFact.FROM, transition.from())
        .put(EventFact.TO, transition.to())
        .put(EventFact.CPL, transition.to())
        .put(EventFact.MECHANISM, transition.mechanism().ordinal())
        .put(EventFact.RIP, transition.toRip());
    if (transition.vector() >= 0) {
      facts.put(EventFact.VECTOR, transition.vector());
    }
  }

  static void of(EventDelivery event, EventFacts facts) {
    facts
        .clear()
        .put(EventFact.VECTOR, event.vector())
        .put(EventFact.CPL, event.cpl())
        .put(EventFact.RIP, event.rip());
    if (event.hasErrorCode()) {
      facts.put(EventFact.ERROR_CODE, event.errorCode() & 0xffff_ffffL);
    }
  }
}
