package dev.ringside.symbols.model;

import java.util.List;
import java.util.OptionalInt;

/**
 * The processor that a binary is for, with DWARF's numbers for its registers (System V ABI, AMD64
 * supplement 1.0, figure 3.36; i386 supplement 1.1, table 2.14).
 */
public enum Architecture {
  X86_64(
      8,
      16,
      7,
      6,
      List.of(
          "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12",
          "r13", "r14", "r15", "rip", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",
          "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "st0",
          "st1", "st2", "st3", "st4", "st5", "st6", "st7", "mm0", "mm1", "mm2", "mm3", "mm4", "mm5",
          "mm6", "mm7", "rflags", "es", "cs", "ss", "ds", "fs", "gs", "", "", "fs_base", "gs_base",
          "", "", "tr", "ldtr", "mxcsr", "fcw", "fsw")),
  I386(
      4,
      8,
      4,
      5,
      List.of(
          "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip", "eflags", "", "st0", "st1",
          "st2", "st3", "st4", "st5", "st6", "st7", "", "", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4",
          "xmm5", "xmm6", "xmm7", "mm0", "mm1", "mm2", "mm3", "mm4", "mm5", "mm6", "mm7", "fcw",
          "fsw", "mxcsr", "es", "cs", "ss", "ds", "fs", "gs"));

  private final int addressSize;
  private final int programCounter;
  private final int stackPointer;
  private final int framePointer;

  @SuppressWarnings("ImmutableEnumChecker") // always List.of
  private final List<String> registerNames;

  Architecture(int addressSize, int pc, int sp, int fp, List<String> registerNames) {
    this.addressSize = addressSize;
    this.programCounter = pc;
    this.stackPointer = sp;
    this.framePointer = fp;
    this.registerNames = registerNames;
  }

  /** Bytes in an address: 8 or 4. */
  public int addressSize() {
    return addressSize;
  }

  /** DWARF's number of RIP or EIP, which is also the return address column of CFI. */
  public int programCounter() {
    return programCounter;
  }

  /** DWARF's number of RSP or ESP. */
  public int stackPointer() {
    return stackPointer;
  }

  /** DWARF's number of RBP or EBP. */
  public int framePointer() {
    return framePointer;
  }

  /** How many register numbers this architecture defines, gaps included. */
  public int registerCount() {
    return registerNames.size();
  }

  /** The register's name as assemblers write it ({@code rax}), or {@code reg99} for no register. */
  public String registerName(int dwarfNumber) {
    String name =
        dwarfNumber >= 0 && dwarfNumber < registerNames.size()
            ? registerNames.get(dwarfNumber)
            : "";
    return name.isEmpty() ? "reg" + dwarfNumber : name;
  }

  /** DWARF's number of the register with this lower-case name; empty if it has none. */
  public OptionalInt registerNumber(String name) {
    int number = name.isEmpty() ? -1 : registerNames.indexOf(name);
    return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** Cuts a computed address to this architecture's width. */
  public long truncate(long address) {
    return addressSize == 4 ? address & 0xffff_ffffL : address;
  }
}
