/**
 * The processor behind {@code /dev/kvm}, through {@code java.lang.foreign}: no native code of ours.
 * Structure layouts and request numbers are those of Linux's {@code include/uapi/linux/kvm.h} on
 * x86-64; behaviour is as Documentation/virt/kvm/api.rst says.
 */
@NullMarked
package dev.ringside.vmm.kvm;

import org.jspecify.annotations.NullMarked;
