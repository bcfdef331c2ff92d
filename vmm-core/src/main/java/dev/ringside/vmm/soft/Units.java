package dev.ringside.vmm.soft;

import dev.ringside.vmm.control.Watchpoint;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.vmx.HostMemory;
import dev.ringside.vmm.vmx.Vmcs;
import java.util.ArrayList;
import java.util.List;

/** The parts of one software processor, put together. Confined to the vCPU's thread. */
final class Units {
  final Processor c;
  final GuestMemory ram;
  final HostMemory host;
  final VmxOperation vmx;
  final EptWalker ept;
  final PageWalker walker;
  final LinearMemory memory;
  final Watches watches;
  final Segmentation segmentation;
  final Observation observation;
  final TaskSwitch tasks;
  final InterruptDelivery delivery;
  final FarTransfers transfers;
  final FlagRules flags;
  final InterruptReturn returns;
  final FastCalls fastCalls;
  final ControlRegisters controlRegisters;
  final Msrs msrs;
  final DebugRegisters debug;
  final Boundary boundary;
  final BlockBuilder builder;
  final CodeCache cache;

  private List<Watchpoint> debugger = List.of();

  Units(int id, GuestMemory ram, HostMemory host, Vmcs vmcs) {
    this.ram = ram;
    this.host = host;
    c = new Processor(id);
    vmx = new VmxOperation(c, vmcs, host);
    ept = new EptWalker(ram, host, vmx);
    walker = new PageWalker(c, ram, ept);
    watches = new Watches();
    memory = new LinearMemory(ram, walker, watches);
    c.memory = memory;
    segmentation = new Segmentation(c, memory);
    observation = new Observation(c);
    tasks = new TaskSwitch(c, segmentation, vmx, observation, new LateTaskEvents());
    delivery = new InterruptDelivery(c, segmentation, vmx, tasks, observation);
    transfers = new FarTransfers(c, segmentation, tasks, observation);
    flags = new FlagRules(c, segmentation, vmx);
    returns = new InterruptReturn(c, segmentation, transfers, tasks, flags, observation, vmx);
    fastCalls = new FastCalls(c, segmentation, flags, observation);
    controlRegisters = new ControlRegisters(c, walker, segmentation);
    msrs = new Msrs(c, vmx, controlRegisters);
    debug = new DebugRegisters(c);
    boundary = new Boundary(this);
    OpFactory.Binder[] user = UserOps.binders();
    OpFactory.Binder[] system = SystemOps.binders(this);
    OpFactory.Binder[] all = new OpFactory.Binder[user.length + system.length];
    System.arraycopy(user, 0, all, 0, user.length);
    System.arraycopy(system, 0, all, user.length, system.length);
    builder = new BlockBuilder(c, ram, memory, new OpFactory(all));
    cache = new CodeCache(c, ram, memory, builder);
  }

  /** Sets DR0 to DR7 and what follows from it. */
  void setDebugRegister(int n, long value) {
    c.dr[n] =
        switch (n) {
          case 6 -> DebugRegisters.DR6_ONES | (value & DebugRegisters.DR6_WRITABLE);
          case 7 -> DebugRegisters.DR7_ONES | (value & DebugRegisters.DR7_WRITABLE);
          default -> value;
        };
    watch();
  }

  /** Replaces the debugger's watchpoints. */
  void setWatchpoints(List<Watchpoint> watchpoints) {
    debugger = watchpoints;
    watch();
  }

  private void watch() {
    List<Watchpoint> all = new ArrayList<>(debugger);
    all.addAll(debug.data());
    if (!all.isEmpty() || !watches.isEmpty()) {
      watches.set(all);
      memory.flush();
    }
    if (debug.watchesExecution()) {
      c.attention |= Attention.DEBUG_REGISTERS;
    }
  }

  /** Bytes at a linear address, without side effects; unreadable ones are 0. */
  long peek(long linear, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      long gpa = walker.probe(memory.wrap(linear + i));
      int b = gpa >= 0 && ram.isRam(gpa, 1) ? ram.readByte(gpa) : 0;
      value = value << 8 | b;
    }
    return value;
  }

  /** What a task switch finds in the new task waits for the next instruction boundary. */
  private final class LateTaskEvents implements TaskSwitch.Late {
    @Override
    public void at(GuestFault fault) {
      delivery.inject(
          fault.vector,
          InterruptDelivery.HARDWARE_EXCEPTION,
          fault.hasErrorCode,
          fault.errorCode,
          0);
    }

    @Override
    public void trap(int bits) {
      debug.pend(bits);
    }
  }
}
