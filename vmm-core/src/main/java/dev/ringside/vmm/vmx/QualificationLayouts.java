package dev.ringside.vmm.vmx;

/**
 * The bit layouts of the two fields whose meaning depends on the exit reason: the exit
 * qualification (SDM 30.2.1) and the VM-exit instruction information (SDM 30.2.5).
 */
final class QualificationLayouts {
  private static final String[] REGISTERS = {
    "RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8", "R9", "R10", "R11", "R12", "R13",
    "R14", "R15"
  };
  private static final String[] SEGMENTS = {"ES", "CS", "SS", "DS", "FS", "GS"};
  private static final BitLayout DEBUG_EXCEPTION = debugException();
  private static final BitLayout TASK_SWITCH = taskSwitch();
  private static final BitLayout CONTROL_REGISTER = controlRegister();
  private static final BitLayout DEBUG_REGISTER = debugRegister();
  private static final BitLayout IO = io();
  private static final BitLayout MWAIT =
      BitLayout.builder().open().bit(0, "Armed", "no", "yes").build();
  private static final BitLayout WBINVD = variant("WBINVD", "WBNOINVD");
  private static final BitLayout WRMSR = variant("WRMSR", "WRMSRNS");
  private static final BitLayout APIC_ACCESS = apicAccess();
  private static final BitLayout APIC_WRITE =
      BitLayout.builder().open().part(11, 0, "Offset").build();
  private static final BitLayout VECTOR = BitLayout.builder().open().part(7, 0, "Vector").build();
  private static final BitLayout EPT_VIOLATION = eptViolation();
  private static final BitLayout ENTRY_FAILURE = entryFailure();

  private static final BitLayout STRING_IO = stringIo();
  private static final BitLayout INVALIDATION =
      memory(false).part(31, 28, "Reg2", QualificationLayouts::register).build();
  private static final BitLayout DESCRIPTOR_TABLE = descriptorTable();
  private static final BitLayout LDTR_TR = ldtrTr();
  private static final BitLayout RANDOM =
      BitLayout.builder()
          .open()
          .part(6, 3, "Operand register", QualificationLayouts::register)
          .part(12, 11, "Operand size", QualificationLayouts::size)
          .build();
  private static final BitLayout WAIT =
      BitLayout.builder()
          .open()
          .part(6, 3, "Operand register", QualificationLayouts::register)
          .build();
  private static final BitLayout MEMORY = memory(false).build();
  private static final BitLayout FIELD =
      memory(true).part(31, 28, "Reg2", QualificationLayouts::register).build();

  private QualificationLayouts() {}

  /**
   * The layout of the exit qualification; none where it is a plain value.
   *
   * @param vector for {@link ExitReason#EXCEPTION_NMI}, the vector
   */
  static BitLayout qualification(ExitReason reason, int vector) {
    return switch (reason) {
      case EXCEPTION_NMI -> vector == 1 ? DEBUG_EXCEPTION : BitLayout.NONE;
      case TASK_SWITCH -> TASK_SWITCH;
      case CR_ACCESS -> CONTROL_REGISTER;
      case DR_ACCESS -> DEBUG_REGISTER;
      case IO_INSTRUCTION -> IO;
      case MWAIT_INSTRUCTION -> MWAIT;
      case WBINVD -> WBINVD;
      case MSR_WRITE -> WRMSR;
      case APIC_ACCESS -> APIC_ACCESS;
      case APIC_WRITE -> APIC_WRITE;
      case SIPI_SIGNAL, EOI_INDUCED -> VECTOR;
      case EPT_VIOLATION -> EPT_VIOLATION;
      case INVALID_STATE -> ENTRY_FAILURE;
      default -> BitLayout.NONE;
    };
  }

  /** The layout of the instruction information; none where the reason does not define it. */
  static BitLayout instruction(ExitReason reason) {
    return switch (reason) {
      case IO_INSTRUCTION -> STRING_IO;
      case INVEPT, INVPCID, INVVPID -> INVALIDATION;
      case GDTR_IDTR -> DESCRIPTOR_TABLE;
      case LDTR_TR -> LDTR_TR;
      case RDRAND, RDSEED -> RANDOM;
      case TPAUSE, UMWAIT -> WAIT;
      case VMCLEAR, VMPTRLD, VMPTRST, VMON, XRSTORS, XSAVES -> MEMORY;
      case VMREAD, VMWRITE -> FIELD;
      default -> BitLayout.NONE;
    };
  }

  private static String register(long value) {
    return REGISTERS[(int) value];
  }

  private static String segment(long value) {
    return oneOf(value, SEGMENTS);
  }

  private static String size(long value) {
    return oneOf(value, "16-bit", "32-bit", "64-bit");
  }

  private static String oneOf(long value, String... names) {
    return value < names.length ? names[(int) value] : "not used";
  }

  /** Table 30-1. */
  private static BitLayout debugException() {
    return BitLayout.builder()
        .open()
        .bit(0, "B0", "breakpoint 0 met")
        .bit(1, "B1", "breakpoint 1 met")
        .bit(2, "B2", "breakpoint 2 met")
        .bit(3, "B3", "breakpoint 3 met")
        .bit(11, "BLD", "bus lock asserted")
        .bit(13, "BD", "debug register accessed")
        .bit(14, "BS", "single step")
        .bit(16, "RTM", "inside an RTM region")
        .build();
  }

  /** Table 30-2. */
  private static BitLayout taskSwitch() {
    return BitLayout.builder()
        .open()
        .part(15, 0, "TSS selector")
        .part(31, 30, "Source", value -> oneOf(value, "CALL", "IRET", "JMP", "task gate in IDT"))
        .build();
  }

  /** Table 30-3. */
  private static BitLayout controlRegister() {
    return BitLayout.builder()
        .open()
        .part(3, 0, "Control register", value -> "CR" + value)
        .part(
            5, 4, "Access type", value -> oneOf(value, "MOV to CR", "MOV from CR", "CLTS", "LMSW"))
        .bit(6, "LMSW operand", "register", "memory")
        .part(11, 8, "Register", QualificationLayouts::register)
        .part(31, 16, "LMSW source data")
        .build();
  }

  /** Table 30-4. */
  private static BitLayout debugRegister() {
    return BitLayout.builder()
        .open()
        .part(2, 0, "Debug register", value -> "DR" + value)
        .bit(4, "Direction", "MOV to DR", "MOV from DR")
        .part(11, 8, "Register", QualificationLayouts::register)
        .build();
  }

  /** Table 30-5. */
  private static BitLayout io() {
    return BitLayout.builder()
        .open()
        .part(2, 0, "Size", value -> oneOf(value, "1 byte", "2 bytes", "not used", "4 bytes"))
        .bit(3, "Direction", "OUT", "IN")
        .bit(4, "String", "no", "yes")
        .bit(5, "REP prefix", "no", "yes")
        .bit(6, "Operand encoding", "DX", "immediate")
        .part(31, 16, "Port", value -> "0x" + Long.toHexString(value))
        .build();
  }

  private static BitLayout variant(String first, String second) {
    return BitLayout.builder().open().bit(0, "Instruction", first, second).build();
  }

  /** Table 30-6. */
  private static BitLayout apicAccess() {
    String[] types = {
      "linear data read",
      "linear data write",
      "linear fetch",
      "linear, event delivery",
      "linear, asynchronous",
      "not used",
      "not used",
      "not used",
      "not used",
      "not used",
      "guest-physical, event delivery",
      "guest-physical, asynchronous",
      "not used",
      "not used",
      "not used",
      "guest-physical, instruction"
    };
    return BitLayout.builder()
        .open()
        .part(11, 0, "Offset")
        .part(15, 12, "Access type", value -> types[(int) value])
        .bit(16, "Asynchronous", "")
        .build();
  }

  /** Table 30-7. */
  private static BitLayout eptViolation() {
    return BitLayout.builder()
        .open()
        .bit(0, "Data read", "")
        .bit(1, "Data write", "")
        .bit(2, "Instruction fetch", "")
        .bit(3, "Readable", "no", "yes")
        .bit(4, "Writable", "no", "yes")
        .bit(5, "Executable", "no", "yes")
        .bit(6, "User-executable", "")
        .bit(7, "Guest-linear address valid", "no", "yes")
        .bit(8, "Accessed", "paging-structure entry", "translation of the linear address")
        .bit(9, "User-mode linear address", "")
        .bit(10, "Read/write page", "")
        .bit(11, "Execute-disable page", "")
        .bit(12, "NMI unblocking due to IRET", "")
        .bit(13, "Shadow-stack access", "")
        .bit(14, "Supervisor shadow-stack page", "")
        .bit(15, "Guest-paging verification", "")
        .bit(16, "Asynchronous", "")
        .build();
  }

  /** Section 29.8. */
  private static BitLayout entryFailure() {
    return BitLayout.builder()
        .open()
        .part(
            31,
            0,
            "Cause",
            value ->
                switch ((int) value) {
                  case 0 -> "guest state";
                  case 2 -> "PDPTE loading";
                  case 3 -> "NMI injected under blocking by STI";
                  case 4 -> "VMCS link pointer";
                  default -> "not used";
                })
        .build();
  }

  /** Table 30-8. */
  private static BitLayout stringIo() {
    return BitLayout.builder()
        .open()
        .part(9, 7, "Address size", QualificationLayouts::size)
        .part(17, 15, "Segment", QualificationLayouts::segment)
        .build();
  }

  /** What the tables from 30-9 on have in common; some have a register instead of memory. */
  private static BitLayout.Builder memory(boolean orRegister) {
    BitLayout.Builder builder =
        BitLayout.builder()
            .open()
            .part(1, 0, "Scaling", value -> "by " + (1 << value))
            .part(9, 7, "Address size", QualificationLayouts::size)
            .part(17, 15, "Segment", QualificationLayouts::segment)
            .part(21, 18, "Index register", QualificationLayouts::register)
            .bit(22, "Index register invalid", "")
            .part(26, 23, "Base register", QualificationLayouts::register)
            .bit(27, "Base register invalid", "");
    if (orRegister) {
      builder
          .part(6, 3, "Reg1", QualificationLayouts::register)
          .bit(10, "Operand", "memory", "register");
    }
    return builder;
  }

  /** Table 30-10. */
  private static BitLayout descriptorTable() {
    return memory(false)
        .bit(11, "Operand size", "16-bit", "32-bit")
        .part(29, 28, "Instruction", value -> oneOf(value, "SGDT", "SIDT", "LGDT", "LIDT"))
        .build();
  }

  /** Table 30-11. */
  private static BitLayout ldtrTr() {
    return memory(true)
        .part(29, 28, "Instruction", value -> oneOf(value, "SLDT", "STR", "LLDT", "LTR"))
        .build();
  }
}
