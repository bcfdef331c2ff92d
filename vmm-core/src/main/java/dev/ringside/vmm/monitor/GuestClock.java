package dev.ringside.vmm.monitor;

import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.SoftClock;
import dev.ringside.vmm.Vcpu;

/** Where guest nanoseconds come from. Confined to the machine's thread. */
abstract class GuestClock {
  static GuestClock of(MachineConfiguration configuration, Vcpu vcpu) {
    boolean counted = vcpu.instructions() >= 0;
    return counted && configuration.clock() == MachineConfiguration.Clock.DETERMINISTIC
        ? new Deterministic(vcpu)
        : new Real(vcpu, counted);
  }

  /** Guest time since power-on, in nanoseconds. */
  abstract long now();

  /** Whether guest time follows the host's clock. */
  abstract boolean isReal();

  /** An idle guest's time jumps ahead. */
  abstract void skip(long nanoseconds);

  /** The guest sleeps in real time until that guest time: called before each wait. */
  abstract void sleepUntil(long guestTime);

  /** Brings the vCPU's time stamp counter up to guest time. */
  abstract void follow();

  /** A function of the instruction count, and of what was skipped. */
  private static final class Deterministic extends GuestClock {
    private final Vcpu vcpu;
    private long skipped;
    private long sleepTarget;
    private long sleepStarted;

    Deterministic(Vcpu vcpu) {
      this.vcpu = vcpu;
    }

    @Override
    long now() {
      return SoftClock.nanoseconds(vcpu.instructions() * SoftClock.TICKS_PER_INSTRUCTION) + skipped;
    }

    @Override
    boolean isReal() {
      return false;
    }

    @Override
    void skip(long nanoseconds) {
      skipped += nanoseconds;
      vcpu.skipTime(SoftClock.ticks(nanoseconds));
    }

    /** Guest time passes as host time does while the guest waits for a person. */
    @Override
    void sleepUntil(long guestTime) {
      long host = System.nanoTime();
      if (sleepTarget == guestTime) {
        skip(Math.clamp(host - sleepStarted, 0, Math.max(0, guestTime - now())));
      }
      sleepTarget = guestTime;
      sleepStarted = host;
    }

    @Override
    void follow() {}
  }

  /** The host's monotonic clock. */
  private static final class Real extends GuestClock {
    private final Vcpu vcpu;
    private final boolean counted;
    private final long start = System.nanoTime();
    private long skipped;

    Real(Vcpu vcpu, boolean counted) {
      this.vcpu = vcpu;
      this.counted = counted;
    }

    @Override
    long now() {
      return System.nanoTime() - start;
    }

    @Override
    boolean isReal() {
      return true;
    }

    @Override
    void skip(long nanoseconds) {}

    @Override
    void sleepUntil(long guestTime) {}

    @Override
    void follow() {
      if (counted) {
        long behind = SoftClock.ticks(now()) - vcpu.instructions() - skipped;
        if (behind > 0) {
          skipped += behind;
          vcpu.skipTime(behind);
        }
      }
    }
  }
}
