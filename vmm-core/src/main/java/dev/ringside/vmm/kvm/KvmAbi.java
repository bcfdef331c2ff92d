package dev.ringside.vmm.kvm;

/** Request numbers and offsets of {@code include/uapi/linux/kvm.h} on x86-64. */
final class KvmAbi {
  private KvmAbi() {}

  static final int API_VERSION = 12;

  static final long GET_API_VERSION = 0xae00;
  static final long CREATE_VM = 0xae01;
  static final long CHECK_EXTENSION = 0xae03;
  static final long GET_VCPU_MMAP_SIZE = 0xae04;
  static final long GET_SUPPORTED_CPUID = 0xc008_ae05L;
  static final long CREATE_VCPU = 0xae41;
  static final long SET_USER_MEMORY_REGION = 0x4020_ae46L;
  static final long SET_TSS_ADDR = 0xae47;
  static final long SET_IDENTITY_MAP_ADDR = 0x4008_ae48L;
  static final long RUN = 0xae80;
  static final long GET_REGS = 0x8090_ae81L;
  static final long SET_REGS = 0x4090_ae82L;
  static final long GET_SREGS = 0x8138_ae83L;
  static final long SET_SREGS = 0x4138_ae84L;
  static final long TRANSLATE = 0xc018_ae85L;
  static final long INTERRUPT = 0x4004_ae86L;
  static final long GET_MSRS = 0xc008_ae88L;
  static final long SET_MSRS = 0x4008_ae89L;
  static final long SET_SIGNAL_MASK = 0x4004_ae8bL;
  static final long GET_FPU = 0x81a0_ae8cL;
  static final long SET_FPU = 0x41a0_ae8dL;
  static final long SET_CPUID2 = 0x4008_ae90L;
  static final long NMI = 0xae9a;
  static final long SET_GUEST_DEBUG = 0x4048_ae9bL;
  static final long GET_VCPU_EVENTS = 0x8040_ae9fL;
  static final long SET_VCPU_EVENTS = 0x4040_aea0L;
  static final long GET_DEBUGREGS = 0x8080_aea1L;
  static final long SET_DEBUGREGS = 0x4080_aea2L;
  static final long GET_XCRS = 0x8188_aea6L;
  static final long SET_XCRS = 0x4188_aea7L;

  /** Capabilities without which this backend cannot run, with what a message calls them. */
  enum Capability {
    USER_MEMORY(3, "user memory regions"),
    EXT_CPUID(7, "CPUID2"),
    SET_GUEST_DEBUG(23, "guest debugging"),
    VCPU_EVENTS(41, "vCPU events"),
    DEBUGREGS(50, "debug registers");

    final int number;
    final String label;

    Capability(int number, String label) {
      this.number = number;
      this.label = label;
    }
  }

  static final int EXIT_IO = 2;
  static final int EXIT_DEBUG = 4;
  static final int EXIT_HLT = 5;
  static final int EXIT_MMIO = 6;
  static final int EXIT_IRQ_WINDOW_OPEN = 7;
  static final int EXIT_SHUTDOWN = 8;
  static final int EXIT_FAIL_ENTRY = 9;
  static final int EXIT_INTR = 10;
  static final int EXIT_INTERNAL_ERROR = 17;
  static final int EXIT_SYSTEM_EVENT = 24;

  // struct kvm_run
  static final int RUN_REQUEST_INTERRUPT_WINDOW = 0;
  static final int RUN_IMMEDIATE_EXIT = 1;
  static final int RUN_EXIT_REASON = 8;
  static final int RUN_READY_FOR_INTERRUPT = 12;
  static final int RUN_CR8 = 16;
  static final int RUN_IO_DIRECTION = 32;
  static final int RUN_IO_SIZE = 33;
  static final int RUN_IO_PORT = 34;
  static final int RUN_IO_COUNT = 36;
  static final int RUN_IO_DATA_OFFSET = 40;
  static final int RUN_MMIO_ADDRESS = 32;
  static final int RUN_MMIO_DATA = 40;
  static final int RUN_MMIO_LENGTH = 48;
  static final int RUN_MMIO_WRITE = 52;
  static final int RUN_DEBUG_EXCEPTION = 32;
  static final int RUN_DEBUG_PC = 40;
  static final int RUN_DEBUG_DR6 = 48;
  static final int RUN_FAIL_REASON = 32;
  static final int RUN_INTERNAL_SUBERROR = 32;

  // struct kvm_regs: rax rbx rcx rdx rsi rdi rsp rbp r8..r15 rip rflags
  static final int REGS_SIZE = 144;
  static final int REGS_RIP = 128;
  static final int REGS_RFLAGS = 136;

  // struct kvm_sregs, with segments by dev.ringside.vmm.x86.SegmentRegister's order
  static final int SREGS_SIZE = 312;
  static final int[] SREGS_SEGMENT = {48, 0, 120, 24, 72, 96, 168, 144};
  static final int SREGS_GDT = 192;
  static final int SREGS_IDT = 208;
  static final int SREGS_CR0 = 224;
  static final int SREGS_CR2 = 232;
  static final int SREGS_CR3 = 240;
  static final int SREGS_CR4 = 248;
  static final int SREGS_CR8 = 256;
  static final int SREGS_EFER = 264;

  // struct kvm_vcpu_events
  static final int EVENTS_SIZE = 64;
  static final int EVENTS_EXCEPTION_INJECTED = 0;
  static final int EVENTS_EXCEPTION_NR = 1;
  static final int EVENTS_EXCEPTION_HAS_ERROR = 2;
  static final int EVENTS_EXCEPTION_ERROR = 4;
  static final int EVENTS_INTERRUPT_INJECTED = 8;
  static final int EVENTS_INTERRUPT_SHADOW = 11;
  static final int EVENTS_NMI_MASKED = 14;

  // struct kvm_guest_debug
  static final int GUEST_DEBUG_SIZE = 72;
  static final int GUEST_DEBUG_REGISTERS = 8;
  static final int DEBUG_ENABLE = 1;
  static final int DEBUG_SINGLE_STEP = 2;
  static final int DEBUG_HARDWARE_BREAKPOINTS = 0x20000;

  static final int DEBUGREGS_SIZE = 128;
  static final int FPU_SIZE = 416;
  static final int TRANSLATION_SIZE = 24;
  static final int XCRS_SIZE = 392;
  static final int CPUID_ENTRY_SIZE = 40;
}
