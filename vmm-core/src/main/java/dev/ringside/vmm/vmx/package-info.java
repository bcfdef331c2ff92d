/**
 * Facts of Intel VT-x as the Software Developer's Manual, volume 3C, gives them: the VMCS and its
 * fields, the VMX controls and the capability MSRs that announce them, exit reasons and exit
 * qualifications, and the checks of VM entry. No processor and no monitor is in here: the software
 * processor runs by these tables, and the debugger shows values through them.
 *
 * <p>Section numbers are those of the edition of June 2026 (326019-092US), in which the VMCS is
 * chapter 27, VM entries 29, VM exits 30; editions of 2023 and 2024 count two less (25, 27, 28).
 * Field names are the established ones of those editions where 2025's renamed an event field
 * ("VM-entry interruption information", now "injected-event identification"); the new name is an
 * alias.
 */
@NullMarked
package dev.ringside.vmm.vmx;

import org.jspecify.annotations.NullMarked;
