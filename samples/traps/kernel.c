/*
 * traps: causes every VM exit that Ringside's default controls (those of KVM on current Intel
 * processors) know, a documented number of times from documented lines: expected.txt.
 * Command line: "triple" ends in a triple fault; "exit=N" writes N to isa-debug-exit; "rounds=N"
 * goes through the first sections N times: 70 exits each, for whoever needs a lot of them.
 */
#include "../common/console.h"
#include "../common/cpu.h"
#include "../common/interrupts.h"
#include "../common/multiboot.h"
#include "../common/options.h"
#include "../common/pic.h"
#include "../common/power.h"
#include "../common/segments.h"
#include "traps.h"

#include <stddef.h>

/* Never used: nothing here runs in ring 3. The TSS asks for it all the same. */
static uint8_t kernel_stack[4096] __attribute__((aligned(16), used));
__asm__(".globl kernel_stack_top\n.set kernel_stack_top, kernel_stack + 4096");

static bool same(const char *signature, uint32_t first, uint32_t second, uint32_t third) {
  const uint32_t words[3] = {first, second, third};
  const char *bytes = (const char *)words;
  for (size_t i = 0; i < sizeof words; i++) {
    if (bytes[i] != signature[i]) return false;
  }
  return true;
}

struct features detect_features(void) {
  enum { ECX_XSAVE = 1 << 26 };
  const struct cpuid basic = read_cpuid(1);               /* trap: detect XSAVE */
  const struct cpuid hypervisor = read_cpuid(0x40000000); /* trap: detect hypervisor */
  const struct cpuid vendor = read_cpuid(0);              /* trap: detect vendor */
  bool ringside = same("Ringside\0\0\0\0", hypervisor.ebx, hypervisor.ecx, hypervisor.edx);
  bool kvm = same("KVMKVMKVM\0\0\0", hypervisor.ebx, hypervisor.ecx, hypervisor.edx);
  bool intel = same("GenuineIntel", vendor.ebx, vendor.edx, vendor.ecx);
  return (struct features){
      .xsave = (basic.ecx & ECX_XSAVE) != 0,
      /* On AMD, KVM rewrites VMCALL to VMMCALL in the guest's code, where it can. */
      .hypercalls = ringside || (kvm && intel),
  };
}

/* An interrupt with an empty IDT: #GP, then #DF, then the processor gives up. */
_Noreturn static void triple_fault(void) {
  const struct table_pointer empty = {0};
  print("triple fault\n");
  __asm__ volatile("lidt %0; int3" : : "m"(empty)); /* trap: triple fault */
  __builtin_unreachable();
}

void kmain(const struct multiboot_info *info) {
  console_init();
  const char *options = command_line(info);
  if (option_flag(options, "triple")) triple_fault();
  if (option_text(options, "exit") != NULL) debug_exit((uint8_t)option_number(options, "exit", 0));

  segments_init();
  interrupts_init();
  pic_init();
  events_init();

  const struct features features = detect_features();
  for (uint64_t left = option_number(options, "rounds", 1); left > 0; left--) {
    trap_cpuid();
    trap_in();
    trap_out();
  }
  trap_string_io();
  trap_rdmsr();
  trap_wrmsr();
  trap_control_registers();
  trap_debug_registers();
  if (features.hypercalls) {
    trap_vmcall();
  } else {
    print("VMCALL skipped: no hypervisor here that takes it\n");
  }
  if (features.xsave) {
    trap_xsetbv();
  } else {
    print("XSETBV skipped: this processor has no XSAVE\n");
  }
  trap_wbinvd();
  trap_invd();
  trap_mmio();
  trap_exception();
  trap_interrupt_window();
  trap_hlt();
  trap_external_interrupt();
  no_traps();
  print("done\n");
  power_off();
}
