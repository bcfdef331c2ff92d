package dev.ringside.vmm.kvm;

/** A KVM or memory call failed; the message names it and the errno. */
final class KvmFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KvmFailure(String call, int errno) {
    super(call + " failed with errno " + errno);
  }
}
