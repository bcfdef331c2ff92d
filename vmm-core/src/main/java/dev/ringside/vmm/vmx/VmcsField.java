package dev.ringside.vmm.vmx;

import static dev.ringside.vmm.vmx.VmcsField.Area.CONTROL;
import static dev.ringside.vmm.vmx.VmcsField.Area.EXIT_INFORMATION;
import static dev.ringside.vmm.vmx.VmcsField.Area.GUEST_STATE;
import static dev.ringside.vmm.vmx.VmcsField.Area.HOST_STATE;
import static dev.ringside.vmm.vmx.VmcsField.Width.BITS_16;
import static dev.ringside.vmm.vmx.VmcsField.Width.BITS_32;
import static dev.ringside.vmm.vmx.VmcsField.Width.BITS_64;
import static dev.ringside.vmm.vmx.VmcsField.Width.NATURAL;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fields of the virtual-machine control structure: Intel SDM volume 3, Appendix B, edition of
 * February 2026 (tables B-1 to B-15, all 200 fields), with five fields that the edition of June
 * 2026 (326019-092US) adds (sections 27.4 and 27.6.27; their encodings as Linux and Bochs use
 * them): three of APIC-timer virtualization, and IA32_SPEC_CTRL of guest and host; and with the
 * ENCLV-exiting bitmap of the editions up to 2024.
 *
 * <p>A 64-bit field is one constant here; its "high" access encoding is {@link #encoding()} + 1.
 */
public enum VmcsField {
  // Table B-1: 16-bit control fields
  VIRTUAL_PROCESSOR_IDENTIFIER(
      0x0000,
      BITS_16,
      CONTROL,
      FieldFormat.NUMBER,
      "Virtual-processor identifier (VPID)",
      "VIRTUAL_PROCESSOR_ID",
      "VPID"),
  POSTED_INTERRUPT_NOTIFICATION_VECTOR(
      0x0002,
      BITS_16,
      CONTROL,
      FieldFormat.NUMBER,
      "Posted-interrupt notification vector",
      "POSTED_INTR_NV"),
  EPTP_INDEX(0x0004, BITS_16, CONTROL, FieldFormat.NUMBER, "EPTP index", null),
  HLAT_PREFIX_SIZE(0x0006, BITS_16, CONTROL, FieldFormat.NUMBER, "HLAT prefix size", null),
  LAST_PID_POINTER_INDEX(
      0x0008,
      BITS_16,
      CONTROL,
      FieldFormat.NUMBER,
      "Last PID-pointer index",
      "LAST_PID_POINTER_INDEX"),
  VIRTUAL_TIMER_VECTOR(
      0x000A,
      BITS_16,
      CONTROL,
      FieldFormat.NUMBER,
      "Virtual timer vector",
      "GUEST_APIC_TIMER_VECTOR"),

  // Table B-2: 16-bit guest-state fields
  GUEST_ES_SELECTOR(
      0x0800, BITS_16, GUEST_STATE, FieldFormat.SELECTOR, "Guest ES selector", "GUEST_ES_SELECTOR"),
  GUEST_CS_SELECTOR(
      0x0802, BITS_16, GUEST_STATE, FieldFormat.SELECTOR, "Guest CS selector", "GUEST_CS_SELECTOR"),
  GUEST_SS_SELECTOR(
      0x0804, BITS_16, GUEST_STATE, FieldFormat.SELECTOR, "Guest SS selector", "GUEST_SS_SELECTOR"),
  GUEST_DS_SELECTOR(
      0x0806, BITS_16, GUEST_STATE, FieldFormat.SELECTOR, "Guest DS selector", "GUEST_DS_SELECTOR"),
  GUEST_FS_SELECTOR(
      0x0808, BITS_16, GUEST_STATE, FieldFormat.SELECTOR, "Guest FS selector", "GUEST_FS_SELECTOR"),
  GUEST_GS_SELECTOR(
      0x080A, BITS_16, GUEST_STATE, FieldFormat.SELECTOR, "Guest GS selector", "GUEST_GS_SELECTOR"),
  GUEST_LDTR_SELECTOR(
      0x080C,
      BITS_16,
      GUEST_STATE,
      FieldFormat.SELECTOR,
      "Guest LDTR selector",
      "GUEST_LDTR_SELECTOR"),
  GUEST_TR_SELECTOR(
      0x080E, BITS_16, GUEST_STATE, FieldFormat.SELECTOR, "Guest TR selector", "GUEST_TR_SELECTOR"),
  GUEST_INTERRUPT_STATUS(
      0x0810,
      BITS_16,
      GUEST_STATE,
      FieldFormat.INTERRUPT_STATUS,
      "Guest interrupt status",
      "GUEST_INTR_STATUS"),
  PML_INDEX(0x0812, BITS_16, GUEST_STATE, FieldFormat.NUMBER, "PML index", "GUEST_PML_INDEX"),
  GUEST_UINV(0x0814, BITS_16, GUEST_STATE, FieldFormat.NUMBER, "Guest UINV", null),

  // Table B-3: 16-bit host-state fields
  HOST_ES_SELECTOR(
      0x0C00, BITS_16, HOST_STATE, FieldFormat.SELECTOR, "Host ES selector", "HOST_ES_SELECTOR"),
  HOST_CS_SELECTOR(
      0x0C02, BITS_16, HOST_STATE, FieldFormat.SELECTOR, "Host CS selector", "HOST_CS_SELECTOR"),
  HOST_SS_SELECTOR(
      0x0C04, BITS_16, HOST_STATE, FieldFormat.SELECTOR, "Host SS selector", "HOST_SS_SELECTOR"),
  HOST_DS_SELECTOR(
      0x0C06, BITS_16, HOST_STATE, FieldFormat.SELECTOR, "Host DS selector", "HOST_DS_SELECTOR"),
  HOST_FS_SELECTOR(
      0x0C08, BITS_16, HOST_STATE, FieldFormat.SELECTOR, "Host FS selector", "HOST_FS_SELECTOR"),
  HOST_GS_SELECTOR(
      0x0C0A, BITS_16, HOST_STATE, FieldFormat.SELECTOR, "Host GS selector", "HOST_GS_SELECTOR"),
  HOST_TR_SELECTOR(
      0x0C0C, BITS_16, HOST_STATE, FieldFormat.SELECTOR, "Host TR selector", "HOST_TR_SELECTOR"),

  // Table B-4: 64-bit control fields
  ADDRESS_OF_IO_BITMAP_A(
      0x2000, BITS_64, CONTROL, FieldFormat.NUMBER, "Address of I/O bitmap A", "IO_BITMAP_A"),
  ADDRESS_OF_IO_BITMAP_B(
      0x2002, BITS_64, CONTROL, FieldFormat.NUMBER, "Address of I/O bitmap B", "IO_BITMAP_B"),
  ADDRESS_OF_MSR_BITMAPS(
      0x2004, BITS_64, CONTROL, FieldFormat.NUMBER, "Address of MSR bitmaps", "MSR_BITMAP"),
  VM_EXIT_MSR_STORE_ADDRESS(
      0x2006,
      BITS_64,
      CONTROL,
      FieldFormat.NUMBER,
      "VM-exit MSR-store address",
      "VM_EXIT_MSR_STORE_ADDR"),
  VM_EXIT_MSR_LOAD_ADDRESS(
      0x2008,
      BITS_64,
      CONTROL,
      FieldFormat.NUMBER,
      "VM-exit MSR-load address",
      "VM_EXIT_MSR_LOAD_ADDR"),
  VM_ENTRY_MSR_LOAD_ADDRESS(
      0x200A,
      BITS_64,
      CONTROL,
      FieldFormat.NUMBER,
      "VM-entry MSR-load address",
      "VM_ENTRY_MSR_LOAD_ADDR"),
  EXECUTIVE_VMCS_POINTER(
      0x200C, BITS_64, CONTROL, FieldFormat.NUMBER, "Executive-VMCS pointer", null),
  PML_ADDRESS(0x200E, BITS_64, CONTROL, FieldFormat.NUMBER, "PML address", "PML_ADDRESS"),
  TSC_OFFSET(0x2010, BITS_64, CONTROL, FieldFormat.NUMBER, "TSC offset", "TSC_OFFSET"),
  VIRTUAL_APIC_ADDRESS(
      0x2012,
      BITS_64,
      CONTROL,
      FieldFormat.NUMBER,
      "Virtual-APIC address",
      "VIRTUAL_APIC_PAGE_ADDR"),
  APIC_ACCESS_ADDRESS(
      0x2014, BITS_64, CONTROL, FieldFormat.NUMBER, "APIC-access address", "APIC_ACCESS_ADDR"),
  POSTED_INTERRUPT_DESCRIPTOR_ADDRESS(
      0x2016,
      BITS_64,
      CONTROL,
      FieldFormat.NUMBER,
      "Posted-interrupt descriptor address",
      "POSTED_INTR_DESC_ADDR"),
  VM_FUNCTION_CONTROLS(
      0x2018,
      BITS_64,
      CONTROL,
      FieldFormat.VM_FUNCTION_CONTROLS,
      "VM-function controls",
      "VM_FUNCTION_CONTROL"),
  EPT_POINTER(
      0x201A, BITS_64, CONTROL, FieldFormat.EPTP, "EPT pointer (EPTP)", "EPT_POINTER", "EPTP"),
  EOI_EXIT_BITMAP_0(
      0x201C,
      BITS_64,
      CONTROL,
      FieldFormat.NUMBER,
      "EOI-exit bitmap 0 (EOI_EXIT0)",
      "EOI_EXIT_BITMAP0",
      "EOI_EXIT0"),
  EOI_EXIT_BITMAP_1(
      0x201E,
      BITS_64,
      CONTROL,
      FieldFormat.NUMBER,
      "EOI-exit bitmap 1 (EOI_EXIT1)",
      "EOI_EXIT_BITMAP1",
      "EOI_EXIT1"),
  EOI_EXIT_BITMAP_2(
      0x2020,
      BITS_64,
      CONTROL,
      FieldFormat.NUMBER,
      "EOI-exit bitmap 2 (EOI_EXIT2)",
      "EOI_EXIT_BITMAP2",
      "EOI_EXIT2"),
  EOI_EXIT_BITMAP_3(
      0x2022,
      BITS_64,
      CONTROL,
      FieldFormat.NUMBER,
      "EOI-exit bitmap 3 (EOI_EXIT3)",
      "EOI_EXIT_BITMAP3",
      "EOI_EXIT3"),
  EPTP_LIST_ADDRESS(
      0x2024, BITS_64, CONTROL, FieldFormat.NUMBER, "EPTP-list address", "EPTP_LIST_ADDRESS"),
  VMREAD_BITMAP_ADDRESS(
      0x2026, BITS_64, CONTROL, FieldFormat.NUMBER, "VMREAD-bitmap address", "VMREAD_BITMAP"),
  VMWRITE_BITMAP_ADDRESS(
      0x2028, BITS_64, CONTROL, FieldFormat.NUMBER, "VMWRITE-bitmap address", "VMWRITE_BITMAP"),
  VIRTUALIZATION_EXCEPTION_INFORMATION_ADDRESS(
      0x202A,
      BITS_64,
      CONTROL,
      FieldFormat.NUMBER,
      "Virtualization-exception information address",
      "VE_INFORMATION_ADDRESS"),
  XSS_EXITING_BITMAP(
      0x202C, BITS_64, CONTROL, FieldFormat.NUMBER, "XSS-exiting bitmap", "XSS_EXIT_BITMAP"),
  ENCLS_EXITING_BITMAP(
      0x202E, BITS_64, CONTROL, FieldFormat.NUMBER, "ENCLS-exiting bitmap", "ENCLS_EXITING_BITMAP"),
  SUB_PAGE_PERMISSION_TABLE_POINTER(
      0x2030,
      BITS_64,
      CONTROL,
      FieldFormat.NUMBER,
      "Sub-page-permission-table pointer",
      null,
      "SPPTP"),
  TSC_MULTIPLIER(0x2032, BITS_64, CONTROL, FieldFormat.NUMBER, "TSC multiplier", "TSC_MULTIPLIER"),
  TERTIARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS(
      0x2034,
      BITS_64,
      CONTROL,
      FieldFormat.TERTIARY_CONTROLS,
      "Tertiary processor-based VM-execution controls",
      "TERTIARY_VM_EXEC_CONTROL"),
  ENCLV_EXITING_BITMAP(0x2036, BITS_64, CONTROL, FieldFormat.NUMBER, "ENCLV-exiting bitmap", null),
  LOW_PASID_DIRECTORY_ADDRESS(
      0x2038, BITS_64, CONTROL, FieldFormat.NUMBER, "Low PASID directory address", null),
  HIGH_PASID_DIRECTORY_ADDRESS(
      0x203A, BITS_64, CONTROL, FieldFormat.NUMBER, "High PASID directory address", null),
  SEAM_SHARED_EPT_POINTER(
      0x203C,
      BITS_64,
      CONTROL,
      FieldFormat.NUMBER,
      "SEAM shared EPT pointer",
      "SHARED_EPT_POINTER"),
  PCONFIG_EXITING_BITMAP(
      0x203E, BITS_64, CONTROL, FieldFormat.NUMBER, "PCONFIG-exiting bitmap", null),
  HYPERVISOR_MANAGED_LINEAR_ADDRESS_TRANSLATION_POINTER(
      0x2040,
      BITS_64,
      CONTROL,
      FieldFormat.NUMBER,
      "Hypervisor-managed linear-address translation pointer (HLATP)",
      null,
      "HLATP"),
  PID_POINTER_TABLE_ADDRESS(
      0x2042,
      BITS_64,
      CONTROL,
      FieldFormat.NUMBER,
      "PID-pointer table address",
      "PID_POINTER_TABLE"),
  SECONDARY_VM_EXIT_CONTROLS(
      0x2044,
      BITS_64,
      CONTROL,
      FieldFormat.SECONDARY_EXIT_CONTROLS,
      "Secondary VM-exit controls",
      null),
  IA32_SPEC_CTRL_MASK(0x204A, BITS_64, CONTROL, FieldFormat.NUMBER, "IA32_SPEC_CTRL mask", null),
  IA32_SPEC_CTRL_SHADOW(
      0x204C, BITS_64, CONTROL, FieldFormat.NUMBER, "IA32_SPEC_CTRL shadow", null),
  GUEST_DEADLINE_SHADOW(
      0x204E, BITS_64, CONTROL, FieldFormat.NUMBER, "Guest deadline shadow", "GUEST_DEADLINE_VIR"),
  INJECTED_EVENT_DATA(0x2052, BITS_64, CONTROL, FieldFormat.NUMBER, "Injected-event data", null),

  // Table B-5: 64-bit read-only data fields
  GUEST_PHYSICAL_ADDRESS(
      0x2400,
      BITS_64,
      EXIT_INFORMATION,
      FieldFormat.NUMBER,
      "Guest-physical address",
      "GUEST_PHYSICAL_ADDRESS"),
  MSR_DATA(0x2402, BITS_64, EXIT_INFORMATION, FieldFormat.NUMBER, "MSR data", null),
  ORIGINAL_EVENT_DATA(
      0x2404, BITS_64, EXIT_INFORMATION, FieldFormat.NUMBER, "Original-event data", null),

  // Table B-6: 64-bit guest-state fields
  VMCS_LINK_POINTER(
      0x2800, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "VMCS link pointer", "VMCS_LINK_POINTER"),
  GUEST_IA32_DEBUGCTL(
      0x2802,
      BITS_64,
      GUEST_STATE,
      FieldFormat.DEBUGCTL,
      "Guest IA32_DEBUGCTL",
      "GUEST_IA32_DEBUGCTL"),
  GUEST_IA32_PAT(0x2804, BITS_64, GUEST_STATE, FieldFormat.PAT, "Guest IA32_PAT", "GUEST_IA32_PAT"),
  GUEST_IA32_EFER(
      0x2806, BITS_64, GUEST_STATE, FieldFormat.EFER, "Guest IA32_EFER", "GUEST_IA32_EFER"),
  GUEST_IA32_PERF_GLOBAL_CTRL(
      0x2808,
      BITS_64,
      GUEST_STATE,
      FieldFormat.NUMBER,
      "Guest IA32_PERF_GLOBAL_CTRL",
      "GUEST_IA32_PERF_GLOBAL_CTRL"),
  GUEST_PDPTE0(0x280A, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest PDPTE0", "GUEST_PDPTR0"),
  GUEST_PDPTE1(0x280C, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest PDPTE1", "GUEST_PDPTR1"),
  GUEST_PDPTE2(0x280E, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest PDPTE2", "GUEST_PDPTR2"),
  GUEST_PDPTE3(0x2810, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest PDPTE3", "GUEST_PDPTR3"),
  GUEST_IA32_BNDCFGS(
      0x2812, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest IA32_BNDCFGS", "GUEST_BNDCFGS"),
  GUEST_IA32_RTIT_CTL(
      0x2814,
      BITS_64,
      GUEST_STATE,
      FieldFormat.NUMBER,
      "Guest IA32_RTIT_CTL",
      "GUEST_IA32_RTIT_CTL"),
  GUEST_IA32_LBR_CTL(0x2816, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest IA32_LBR_CTL", null),
  GUEST_IA32_PKRS(0x2818, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest IA32_PKRS", null),
  GUEST_IA32_FRED_CONFIG(
      0x281A, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest IA32_FRED_CONFIG", null),
  GUEST_IA32_FRED_RSP1(
      0x281C, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest IA32_FRED_RSP1", null),
  GUEST_IA32_FRED_RSP2(
      0x281E, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest IA32_FRED_RSP2", null),
  GUEST_IA32_FRED_RSP3(
      0x2820, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest IA32_FRED_RSP3", null),
  GUEST_IA32_FRED_STKLVLS(
      0x2822, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest IA32_FRED_STKLVLS", null),
  GUEST_IA32_FRED_SSP1(
      0x2824, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest IA32_FRED_SSP1", null),
  GUEST_IA32_FRED_SSP2(
      0x2826, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest IA32_FRED_SSP2", null),
  GUEST_IA32_FRED_SSP3(
      0x2828, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest IA32_FRED_SSP3", null),
  GUEST_IA32_SPEC_CTRL(
      0x282E, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest IA32_SPEC_CTRL", null),
  GUEST_DEADLINE(
      0x2830, BITS_64, GUEST_STATE, FieldFormat.NUMBER, "Guest deadline", "GUEST_DEADLINE_PHY"),

  // Table B-7: 64-bit host-state fields
  HOST_IA32_PAT(0x2C00, BITS_64, HOST_STATE, FieldFormat.PAT, "Host IA32_PAT", "HOST_IA32_PAT"),
  HOST_IA32_EFER(0x2C02, BITS_64, HOST_STATE, FieldFormat.EFER, "Host IA32_EFER", "HOST_IA32_EFER"),
  HOST_IA32_PERF_GLOBAL_CTRL(
      0x2C04,
      BITS_64,
      HOST_STATE,
      FieldFormat.NUMBER,
      "Host IA32_PERF_GLOBAL_CTRL",
      "HOST_IA32_PERF_GLOBAL_CTRL"),
  HOST_IA32_PKRS(0x2C06, BITS_64, HOST_STATE, FieldFormat.NUMBER, "Host IA32_PKRS", null),
  HOST_IA32_FRED_CONFIG(
      0x2C08, BITS_64, HOST_STATE, FieldFormat.NUMBER, "Host IA32_FRED_CONFIG", null),
  HOST_IA32_FRED_RSP1(0x2C0A, BITS_64, HOST_STATE, FieldFormat.NUMBER, "Host IA32_FRED_RSP1", null),
  HOST_IA32_FRED_RSP2(0x2C0C, BITS_64, HOST_STATE, FieldFormat.NUMBER, "Host IA32_FRED_RSP2", null),
  HOST_IA32_FRED_RSP3(0x2C0E, BITS_64, HOST_STATE, FieldFormat.NUMBER, "Host IA32_FRED_RSP3", null),
  HOST_IA32_FRED_STKLVLS(
      0x2C10, BITS_64, HOST_STATE, FieldFormat.NUMBER, "Host IA32_FRED_STKLVLS", null),
  HOST_IA32_FRED_SSP1(0x2C12, BITS_64, HOST_STATE, FieldFormat.NUMBER, "Host IA32_FRED_SSP1", null),
  HOST_IA32_FRED_SSP2(0x2C14, BITS_64, HOST_STATE, FieldFormat.NUMBER, "Host IA32_FRED_SSP2", null),
  HOST_IA32_FRED_SSP3(0x2C16, BITS_64, HOST_STATE, FieldFormat.NUMBER, "Host IA32_FRED_SSP3", null),
  HOST_IA32_SPEC_CTRL(0x2C1A, BITS_64, HOST_STATE, FieldFormat.NUMBER, "Host IA32_SPEC_CTRL", null),

  // Table B-8: 32-bit control fields
  PIN_BASED_VM_EXECUTION_CONTROLS(
      0x4000,
      BITS_32,
      CONTROL,
      FieldFormat.PIN_CONTROLS,
      "Pin-based VM-execution controls",
      "PIN_BASED_VM_EXEC_CONTROL"),
  PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS(
      0x4002,
      BITS_32,
      CONTROL,
      FieldFormat.PRIMARY_CONTROLS,
      "Primary processor-based VM-execution controls",
      "CPU_BASED_VM_EXEC_CONTROL"),
  EXCEPTION_BITMAP(
      0x4004,
      BITS_32,
      CONTROL,
      FieldFormat.EXCEPTION_BITMAP,
      "Exception bitmap",
      "EXCEPTION_BITMAP"),
  PAGE_FAULT_ERROR_CODE_MASK(
      0x4006,
      BITS_32,
      CONTROL,
      FieldFormat.NUMBER,
      "Page-fault error-code mask",
      "PAGE_FAULT_ERROR_CODE_MASK"),
  PAGE_FAULT_ERROR_CODE_MATCH(
      0x4008,
      BITS_32,
      CONTROL,
      FieldFormat.NUMBER,
      "Page-fault error-code match",
      "PAGE_FAULT_ERROR_CODE_MATCH"),
  CR3_TARGET_COUNT(
      0x400A, BITS_32, CONTROL, FieldFormat.NUMBER, "CR3-target count", "CR3_TARGET_COUNT"),
  PRIMARY_VM_EXIT_CONTROLS(
      0x400C,
      BITS_32,
      CONTROL,
      FieldFormat.EXIT_CONTROLS,
      "Primary VM-exit controls",
      "VM_EXIT_CONTROLS"),
  VM_EXIT_MSR_STORE_COUNT(
      0x400E,
      BITS_32,
      CONTROL,
      FieldFormat.NUMBER,
      "VM-exit MSR-store count",
      "VM_EXIT_MSR_STORE_COUNT"),
  VM_EXIT_MSR_LOAD_COUNT(
      0x4010,
      BITS_32,
      CONTROL,
      FieldFormat.NUMBER,
      "VM-exit MSR-load count",
      "VM_EXIT_MSR_LOAD_COUNT"),
  VM_ENTRY_CONTROLS(
      0x4012,
      BITS_32,
      CONTROL,
      FieldFormat.ENTRY_CONTROLS,
      "VM-entry controls",
      "VM_ENTRY_CONTROLS"),
  VM_ENTRY_MSR_LOAD_COUNT(
      0x4014,
      BITS_32,
      CONTROL,
      FieldFormat.NUMBER,
      "VM-entry MSR-load count",
      "VM_ENTRY_MSR_LOAD_COUNT"),
  VM_ENTRY_INTERRUPTION_INFORMATION(
      0x4016,
      BITS_32,
      CONTROL,
      FieldFormat.ENTRY_EVENT,
      "VM-entry interruption-information field",
      "VM_ENTRY_INTR_INFO_FIELD",
      "INJECTED_EVENT_IDENTIFICATION"),
  VM_ENTRY_EXCEPTION_ERROR_CODE(
      0x4018,
      BITS_32,
      CONTROL,
      FieldFormat.NUMBER,
      "VM-entry exception error code",
      "VM_ENTRY_EXCEPTION_ERROR_CODE",
      "INJECTED_EVENT_ERROR_CODE"),
  VM_ENTRY_INSTRUCTION_LENGTH(
      0x401A,
      BITS_32,
      CONTROL,
      FieldFormat.NUMBER,
      "VM-entry instruction length",
      "VM_ENTRY_INSTRUCTION_LEN"),
  TPR_THRESHOLD(0x401C, BITS_32, CONTROL, FieldFormat.NUMBER, "TPR threshold", "TPR_THRESHOLD"),
  SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS(
      0x401E,
      BITS_32,
      CONTROL,
      FieldFormat.SECONDARY_CONTROLS,
      "Secondary processor-based VM-execution controls",
      "SECONDARY_VM_EXEC_CONTROL"),
  PLE_GAP(0x4020, BITS_32, CONTROL, FieldFormat.NUMBER, "PLE_Gap", "PLE_GAP"),
  PLE_WINDOW(0x4022, BITS_32, CONTROL, FieldFormat.NUMBER, "PLE_Window", "PLE_WINDOW"),
  INSTRUCTION_TIMEOUT_CONTROL(
      0x4024, BITS_32, CONTROL, FieldFormat.NUMBER, "Instruction-timeout control", "NOTIFY_WINDOW"),
  SEAM_GUEST_KEYID(0x4026, BITS_32, CONTROL, FieldFormat.NUMBER, "SEAM-guest KeyID", null),

  // Table B-9: 32-bit read-only data fields
  VM_INSTRUCTION_ERROR(
      0x4400,
      BITS_32,
      EXIT_INFORMATION,
      FieldFormat.INSTRUCTION_ERROR,
      "VM-instruction error",
      "VM_INSTRUCTION_ERROR"),
  EXIT_REASON(
      0x4402, BITS_32, EXIT_INFORMATION, FieldFormat.EXIT_REASON, "Exit reason", "VM_EXIT_REASON"),
  VM_EXIT_INTERRUPTION_INFORMATION(
      0x4404,
      BITS_32,
      EXIT_INFORMATION,
      FieldFormat.EXIT_EVENT,
      "VM-exit interruption information",
      "VM_EXIT_INTR_INFO",
      "EXITING_EVENT_IDENTIFICATION"),
  VM_EXIT_INTERRUPTION_ERROR_CODE(
      0x4406,
      BITS_32,
      EXIT_INFORMATION,
      FieldFormat.NUMBER,
      "VM-exit interruption error code",
      "VM_EXIT_INTR_ERROR_CODE",
      "EXITING_EVENT_ERROR_CODE"),
  IDT_VECTORING_INFORMATION(
      0x4408,
      BITS_32,
      EXIT_INFORMATION,
      FieldFormat.VECTORING_EVENT,
      "IDT-vectoring information field",
      "IDT_VECTORING_INFO_FIELD",
      "ORIGINAL_EVENT_IDENTIFICATION"),
  IDT_VECTORING_ERROR_CODE(
      0x440A,
      BITS_32,
      EXIT_INFORMATION,
      FieldFormat.NUMBER,
      "IDT-vectoring error code",
      "IDT_VECTORING_ERROR_CODE",
      "ORIGINAL_EVENT_ERROR_CODE"),
  VM_EXIT_INSTRUCTION_LENGTH(
      0x440C,
      BITS_32,
      EXIT_INFORMATION,
      FieldFormat.NUMBER,
      "VM-exit instruction length",
      "VM_EXIT_INSTRUCTION_LEN"),
  VM_EXIT_INSTRUCTION_INFORMATION(
      0x440E,
      BITS_32,
      EXIT_INFORMATION,
      FieldFormat.INSTRUCTION_INFORMATION,
      "VM-exit instruction information",
      "VMX_INSTRUCTION_INFO"),

  // Table B-10: 32-bit guest-state fields
  GUEST_ES_LIMIT(
      0x4800, BITS_32, GUEST_STATE, FieldFormat.NUMBER, "Guest ES limit", "GUEST_ES_LIMIT"),
  GUEST_CS_LIMIT(
      0x4802, BITS_32, GUEST_STATE, FieldFormat.NUMBER, "Guest CS limit", "GUEST_CS_LIMIT"),
  GUEST_SS_LIMIT(
      0x4804, BITS_32, GUEST_STATE, FieldFormat.NUMBER, "Guest SS limit", "GUEST_SS_LIMIT"),
  GUEST_DS_LIMIT(
      0x4806, BITS_32, GUEST_STATE, FieldFormat.NUMBER, "Guest DS limit", "GUEST_DS_LIMIT"),
  GUEST_FS_LIMIT(
      0x4808, BITS_32, GUEST_STATE, FieldFormat.NUMBER, "Guest FS limit", "GUEST_FS_LIMIT"),
  GUEST_GS_LIMIT(
      0x480A, BITS_32, GUEST_STATE, FieldFormat.NUMBER, "Guest GS limit", "GUEST_GS_LIMIT"),
  GUEST_LDTR_LIMIT(
      0x480C, BITS_32, GUEST_STATE, FieldFormat.NUMBER, "Guest LDTR limit", "GUEST_LDTR_LIMIT"),
  GUEST_TR_LIMIT(
      0x480E, BITS_32, GUEST_STATE, FieldFormat.NUMBER, "Guest TR limit", "GUEST_TR_LIMIT"),
  GUEST_GDTR_LIMIT(
      0x4810, BITS_32, GUEST_STATE, FieldFormat.NUMBER, "Guest GDTR limit", "GUEST_GDTR_LIMIT"),
  GUEST_IDTR_LIMIT(
      0x4812, BITS_32, GUEST_STATE, FieldFormat.NUMBER, "Guest IDTR limit", "GUEST_IDTR_LIMIT"),
  GUEST_ES_ACCESS_RIGHTS(
      0x4814,
      BITS_32,
      GUEST_STATE,
      FieldFormat.ACCESS_RIGHTS,
      "Guest ES access rights",
      "GUEST_ES_AR_BYTES"),
  GUEST_CS_ACCESS_RIGHTS(
      0x4816,
      BITS_32,
      GUEST_STATE,
      FieldFormat.ACCESS_RIGHTS,
      "Guest CS access rights",
      "GUEST_CS_AR_BYTES"),
  GUEST_SS_ACCESS_RIGHTS(
      0x4818,
      BITS_32,
      GUEST_STATE,
      FieldFormat.ACCESS_RIGHTS,
      "Guest SS access rights",
      "GUEST_SS_AR_BYTES"),
  GUEST_DS_ACCESS_RIGHTS(
      0x481A,
      BITS_32,
      GUEST_STATE,
      FieldFormat.ACCESS_RIGHTS,
      "Guest DS access rights",
      "GUEST_DS_AR_BYTES"),
  GUEST_FS_ACCESS_RIGHTS(
      0x481C,
      BITS_32,
      GUEST_STATE,
      FieldFormat.ACCESS_RIGHTS,
      "Guest FS access rights",
      "GUEST_FS_AR_BYTES"),
  GUEST_GS_ACCESS_RIGHTS(
      0x481E,
      BITS_32,
      GUEST_STATE,
      FieldFormat.ACCESS_RIGHTS,
      "Guest GS access rights",
      "GUEST_GS_AR_BYTES"),
  GUEST_LDTR_ACCESS_RIGHTS(
      0x4820,
      BITS_32,
      GUEST_STATE,
      FieldFormat.ACCESS_RIGHTS,
      "Guest LDTR access rights",
      "GUEST_LDTR_AR_BYTES"),
  GUEST_TR_ACCESS_RIGHTS(
      0x4822,
      BITS_32,
      GUEST_STATE,
      FieldFormat.ACCESS_RIGHTS,
      "Guest TR access rights",
      "GUEST_TR_AR_BYTES"),
  GUEST_INTERRUPTIBILITY_STATE(
      0x4824,
      BITS_32,
      GUEST_STATE,
      FieldFormat.INTERRUPTIBILITY,
      "Guest interruptibility state",
      "GUEST_INTERRUPTIBILITY_INFO"),
  GUEST_ACTIVITY_STATE(
      0x4826,
      BITS_32,
      GUEST_STATE,
      FieldFormat.ACTIVITY,
      "Guest activity state",
      "GUEST_ACTIVITY_STATE"),
  GUEST_SMBASE(0x4828, BITS_32, GUEST_STATE, FieldFormat.NUMBER, "Guest SMBASE", null),
  GUEST_IA32_SYSENTER_CS(
      0x482A,
      BITS_32,
      GUEST_STATE,
      FieldFormat.NUMBER,
      "Guest IA32_SYSENTER_CS",
      "GUEST_SYSENTER_CS"),
  VMX_PREEMPTION_TIMER_VALUE(
      0x482E,
      BITS_32,
      GUEST_STATE,
      FieldFormat.NUMBER,
      "VMX-preemption timer value",
      "VMX_PREEMPTION_TIMER_VALUE"),

  // Table B-11: 32-bit host-state fields
  HOST_IA32_SYSENTER_CS(
      0x4C00,
      BITS_32,
      HOST_STATE,
      FieldFormat.NUMBER,
      "Host IA32_SYSENTER_CS",
      "HOST_IA32_SYSENTER_CS"),

  // Table B-12: natural-width control fields
  CR0_GUEST_HOST_MASK(
      0x6000, NATURAL, CONTROL, FieldFormat.CR0_MASK, "CR0 guest/host mask", "CR0_GUEST_HOST_MASK"),
  CR4_GUEST_HOST_MASK(
      0x6002, NATURAL, CONTROL, FieldFormat.CR4_MASK, "CR4 guest/host mask", "CR4_GUEST_HOST_MASK"),
  CR0_READ_SHADOW(0x6004, NATURAL, CONTROL, FieldFormat.CR0, "CR0 read shadow", "CR0_READ_SHADOW"),
  CR4_READ_SHADOW(0x6006, NATURAL, CONTROL, FieldFormat.CR4, "CR4 read shadow", "CR4_READ_SHADOW"),
  CR3_TARGET_VALUE_0(
      0x6008, NATURAL, CONTROL, FieldFormat.NUMBER, "CR3-target value 0", "CR3_TARGET_VALUE0"),
  CR3_TARGET_VALUE_1(
      0x600A, NATURAL, CONTROL, FieldFormat.NUMBER, "CR3-target value 1", "CR3_TARGET_VALUE1"),
  CR3_TARGET_VALUE_2(
      0x600C, NATURAL, CONTROL, FieldFormat.NUMBER, "CR3-target value 2", "CR3_TARGET_VALUE2"),
  CR3_TARGET_VALUE_3(
      0x600E, NATURAL, CONTROL, FieldFormat.NUMBER, "CR3-target value 3", "CR3_TARGET_VALUE3"),

  // Table B-13: natural-width read-only data fields
  EXIT_QUALIFICATION(
      0x6400,
      NATURAL,
      EXIT_INFORMATION,
      FieldFormat.EXIT_QUALIFICATION,
      "Exit qualification",
      "EXIT_QUALIFICATION"),
  IO_RCX(0x6402, NATURAL, EXIT_INFORMATION, FieldFormat.NUMBER, "I/O RCX", null),
  IO_RSI(0x6404, NATURAL, EXIT_INFORMATION, FieldFormat.NUMBER, "I/O RSI", null),
  IO_RDI(0x6406, NATURAL, EXIT_INFORMATION, FieldFormat.NUMBER, "I/O RDI", null),
  IO_RIP(0x6408, NATURAL, EXIT_INFORMATION, FieldFormat.NUMBER, "I/O RIP", null),
  GUEST_LINEAR_ADDRESS(
      0x640A,
      NATURAL,
      EXIT_INFORMATION,
      FieldFormat.NUMBER,
      "Guest-linear address",
      "GUEST_LINEAR_ADDRESS"),

  // Table B-14: natural-width guest-state fields
  GUEST_CR0(0x6800, NATURAL, GUEST_STATE, FieldFormat.CR0, "Guest CR0", "GUEST_CR0"),
  GUEST_CR3(0x6802, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest CR3", "GUEST_CR3"),
  GUEST_CR4(0x6804, NATURAL, GUEST_STATE, FieldFormat.CR4, "Guest CR4", "GUEST_CR4"),
  GUEST_ES_BASE(0x6806, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest ES base", "GUEST_ES_BASE"),
  GUEST_CS_BASE(0x6808, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest CS base", "GUEST_CS_BASE"),
  GUEST_SS_BASE(0x680A, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest SS base", "GUEST_SS_BASE"),
  GUEST_DS_BASE(0x680C, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest DS base", "GUEST_DS_BASE"),
  GUEST_FS_BASE(0x680E, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest FS base", "GUEST_FS_BASE"),
  GUEST_GS_BASE(0x6810, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest GS base", "GUEST_GS_BASE"),
  GUEST_LDTR_BASE(
      0x6812, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest LDTR base", "GUEST_LDTR_BASE"),
  GUEST_TR_BASE(0x6814, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest TR base", "GUEST_TR_BASE"),
  GUEST_GDTR_BASE(
      0x6816, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest GDTR base", "GUEST_GDTR_BASE"),
  GUEST_IDTR_BASE(
      0x6818, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest IDTR base", "GUEST_IDTR_BASE"),
  GUEST_DR7(0x681A, NATURAL, GUEST_STATE, FieldFormat.DR7, "Guest DR7", "GUEST_DR7"),
  GUEST_RSP(0x681C, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest RSP", "GUEST_RSP"),
  GUEST_RIP(0x681E, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest RIP", "GUEST_RIP"),
  GUEST_RFLAGS(0x6820, NATURAL, GUEST_STATE, FieldFormat.RFLAGS, "Guest RFLAGS", "GUEST_RFLAGS"),
  GUEST_PENDING_DEBUG_EXCEPTIONS(
      0x6822,
      NATURAL,
      GUEST_STATE,
      FieldFormat.PENDING_DEBUG,
      "Guest pending debug exceptions",
      "GUEST_PENDING_DBG_EXCEPTIONS"),
  GUEST_IA32_SYSENTER_ESP(
      0x6824,
      NATURAL,
      GUEST_STATE,
      FieldFormat.NUMBER,
      "Guest IA32_SYSENTER_ESP",
      "GUEST_SYSENTER_ESP"),
  GUEST_IA32_SYSENTER_EIP(
      0x6826,
      NATURAL,
      GUEST_STATE,
      FieldFormat.NUMBER,
      "Guest IA32_SYSENTER_EIP",
      "GUEST_SYSENTER_EIP"),
  GUEST_IA32_S_CET(
      0x6828, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest IA32_S_CET", "GUEST_S_CET"),
  GUEST_SSP(0x682A, NATURAL, GUEST_STATE, FieldFormat.NUMBER, "Guest SSP", "GUEST_SSP"),
  GUEST_IA32_INTERRUPT_SSP_TABLE_ADDR(
      0x682C,
      NATURAL,
      GUEST_STATE,
      FieldFormat.NUMBER,
      "Guest IA32_INTERRUPT_SSP_TABLE_ADDR",
      "GUEST_INTR_SSP_TABLE"),

  // Table B-15: natural-width host-state fields
  HOST_CR0(0x6C00, NATURAL, HOST_STATE, FieldFormat.CR0, "Host CR0", "HOST_CR0"),
  HOST_CR3(0x6C02, NATURAL, HOST_STATE, FieldFormat.NUMBER, "Host CR3", "HOST_CR3"),
  HOST_CR4(0x6C04, NATURAL, HOST_STATE, FieldFormat.CR4, "Host CR4", "HOST_CR4"),
  HOST_FS_BASE(0x6C06, NATURAL, HOST_STATE, FieldFormat.NUMBER, "Host FS base", "HOST_FS_BASE"),
  HOST_GS_BASE(0x6C08, NATURAL, HOST_STATE, FieldFormat.NUMBER, "Host GS base", "HOST_GS_BASE"),
  HOST_TR_BASE(0x6C0A, NATURAL, HOST_STATE, FieldFormat.NUMBER, "Host TR base", "HOST_TR_BASE"),
  HOST_GDTR_BASE(
      0x6C0C, NATURAL, HOST_STATE, FieldFormat.NUMBER, "Host GDTR base", "HOST_GDTR_BASE"),
  HOST_IDTR_BASE(
      0x6C0E, NATURAL, HOST_STATE, FieldFormat.NUMBER, "Host IDTR base", "HOST_IDTR_BASE"),
  HOST_IA32_SYSENTER_ESP(
      0x6C10,
      NATURAL,
      HOST_STATE,
      FieldFormat.NUMBER,
      "Host IA32_SYSENTER_ESP",
      "HOST_IA32_SYSENTER_ESP"),
  HOST_IA32_SYSENTER_EIP(
      0x6C12,
      NATURAL,
      HOST_STATE,
      FieldFormat.NUMBER,
      "Host IA32_SYSENTER_EIP",
      "HOST_IA32_SYSENTER_EIP"),
  HOST_RSP(0x6C14, NATURAL, HOST_STATE, FieldFormat.NUMBER, "Host RSP", "HOST_RSP"),
  HOST_RIP(0x6C16, NATURAL, HOST_STATE, FieldFormat.NUMBER, "Host RIP", "HOST_RIP"),
  HOST_IA32_S_CET(0x6C18, NATURAL, HOST_STATE, FieldFormat.NUMBER, "Host IA32_S_CET", "HOST_S_CET"),
  HOST_SSP(0x6C1A, NATURAL, HOST_STATE, FieldFormat.NUMBER, "Host SSP", "HOST_SSP"),
  HOST_IA32_INTERRUPT_SSP_TABLE_ADDR(
      0x6C1C,
      NATURAL,
      HOST_STATE,
      FieldFormat.NUMBER,
      "Host IA32_INTERRUPT_SSP_TABLE_ADDR",
      "HOST_INTR_SSP_TABLE");

  /** What part of the VMCS a field belongs to (SDM 27.3; bits 11:10 of its encoding). */
  public enum Area {
    /** VM-execution, VM-exit and VM-entry control fields. */
    CONTROL("Controls"),
    /** VM-exit information fields and the VM-instruction error: read-only data. */
    EXIT_INFORMATION("Exit information"),
    /** Loaded by VM entry, saved by VM exit. */
    GUEST_STATE("Guest state"),
    /** Loaded by VM exit. */
    HOST_STATE("Host state");

    private final String title;

    Area(String title) {
      this.title = title;
    }

    /** The name to show a person: {@code Guest state}. */
    public String title() {
      return title;
    }
  }

  /** How wide a field is (SDM 27.11.2; bits 14:13 of its encoding). */
  public enum Width {
    /** 16 bits. */
    BITS_16(16),
    /** 64 bits, with a second encoding for the high half. */
    BITS_64(64),
    /** 32 bits. */
    BITS_32(32),
    /** Natural width: 64 bits on a processor with Intel 64, such as this one. */
    NATURAL(64);

    private final int bits;

    Width(int bits) {
      this.bits = bits;
    }

    /** The number of bits that a field of this width holds: 16, 32 or 64. */
    public int bits() {
      return bits;
    }

    /** Ones in the bits that a field of this width holds. */
    public long mask() {
      return bits == 64 ? -1L : (1L << bits) - 1;
    }
  }

  private static final Map<String, VmcsField> BY_NAME = names();
  private static final Map<Integer, VmcsField> BY_ENCODING = encodings();

  private final int encoding;
  private final Width width;
  private final Area area;
  private final FieldFormat format;
  private final String description;
  private final @Nullable String linuxName;

  @SuppressWarnings("ImmutableEnumChecker") // from List.of
  private final List<String> aliases;

  final long mask;

  VmcsField(
      int encoding,
      Width width,
      Area area,
      FieldFormat format,
      String description,
      @Nullable String linuxName,
      String... aliases) {
    this.encoding = encoding;
    this.width = width;
    this.area = area;
    this.format = format;
    this.description = description;
    this.linuxName = linuxName;
    this.aliases = List.of(aliases);
    this.mask = width.mask();
  }

  /** The operand of VMREAD and VMWRITE that names the whole field (access type "full"). */
  public int encoding() {
    return encoding;
  }

  /** How wide the field is. */
  public Width width() {
    return width;
  }

  /** The part of the VMCS it belongs to. */
  public Area area() {
    return area;
  }

  /** The SDM's own phrase for it: {@code Guest CS access rights}. */
  public String description() {
    return description;
  }

  /** The name in Linux's {@code arch/x86/include/asm/vmx.h}, where Linux has one. */
  public Optional<String> linuxName() {
    return Optional.ofNullable(linuxName);
  }

  /** Names other than {@link #name()} and {@link #linuxName()} by which {@link #named} finds it. */
  public List<String> aliases() {
    return aliases;
  }

  /**
   * The named parts of a value of this field, most significant last; empty where the value is a
   * plain number or address. Bits that the SDM reserves are reported, as {@code reserved}, only
   * where they are set. The exit qualification and the instruction information mean different
   * things for different exit reasons: use {@link #decode(long, ExitReason, int)} for those.
   */
  public List<NamedBits> decode(long value) {
    return format.decode(value & mask);
  }

  /**
   * As {@link #decode(long)}, for a field whose meaning may depend on the exit.
   *
   * @param reason the basic exit reason
   * @param vector bits 7:0 of the VM-exit interruption information, which tell a debug exception's
   *     qualification from a page fault's; any number where that field is not valid
   */
  public List<NamedBits> decode(long value, ExitReason reason, int vector) {
    return format.decode(value & mask, reason, vector);
  }

  /**
   * The field of this name: its own, Linux's or another alias, in any case, with {@code -}, {@code
   * /} or a space accepted for {@code _}.
   *
   * @throws UnknownVmcsFieldException if there is none; it offers the nearest names
   */
  public static VmcsField named(String name) {
    VmcsField field = BY_NAME.get(FieldNames.normalized(name));
    if (field == null) {
      throw new UnknownVmcsFieldException(name, FieldNames.nearest(name, BY_NAME.keySet()));
    }
    return field;
  }

  /**
   * The field that a VMREAD or VMWRITE operand names. An operand with bit 0 set names the high half
   * of a 64-bit field.
   */
  public static Optional<VmcsField> encodedAs(int encoding) {
    VmcsField field = BY_ENCODING.get(encoding & ~1);
    boolean exists = field != null && ((encoding & 1) == 0 || field.width == Width.BITS_64);
    return exists ? Optional.ofNullable(field) : Optional.empty();
  }

  private static Map<String, VmcsField> names() {
    Map<String, VmcsField> names = new HashMap<>();
    for (VmcsField field : values()) {
      names.put(field.name(), field);
      if (field.linuxName != null) {
        names.put(field.linuxName, field);
      }
      for (String alias : field.aliases) {
        names.put(alias, field);
      }
    }
    return names;
  }

  private static Map<Integer, VmcsField> encodings() {
    Map<Integer, VmcsField> encodings = new HashMap<>();
    for (VmcsField field : values()) {
      encodings.put(field.encoding, field);
    }
    return encodings;
  }
}
