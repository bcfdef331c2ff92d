package dev.ringside.vmm.soft;

import static dev.ringside.vmm.x86.ControlBits.STATUS_FLAGS;

import dev.ringside.vmm.x86.decode.CodeSize;
import dev.ringside.vmm.x86.semantics.Flags;

/**
 * The guest-visible state of one software processor, in the form in which instructions use it.
 * Confined to the vCPU's thread. Ops read and write the fields directly; whatever has side effects
 * (control registers, segments, modes) goes through the classes that own the rules.
 */
final class Processor {
  static final int RAX = 0;
  static final int RCX = 1;
  static final int RDX = 2;
  static final int RBX = 3;
  static final int RSP = 4;
  static final int RBP = 5;
  static final int RSI = 6;
  static final int RDI = 7;

  static final int ES = 0;
  static final int CS = 1;
  static final int SS = 2;
  static final int DS = 3;
  static final int FS = 4;
  static final int GS = 5;
  static final int LDTR = 6;
  static final int TR = 7;

  /** Activity states (SDM vol. 3C, 25.4.2). */
  static final int ACTIVE = 0;

  static final int HALTED = 1;
  static final int SHUTDOWN = 2;
  static final int WAIT_FOR_SIPI = 3;

  /** Interruptibility state (SDM vol. 3C, table 25-3). */
  static final int BLOCKED_BY_STI = 1;

  static final int BLOCKED_BY_MOV_SS = 2;
  static final int BLOCKED_BY_NMI = 8;

  final int id;

  /** The general registers, and at {@link #ZERO} a zero. */
  final long[] gpr = new long[17];

  /** The number of a register that always reads 0: an absent base or index. */
  static final int ZERO = 16;

  /** Offset in CS of the next instruction; see {@link Op} for when it is exact. */
  long rip;

  /** Lazy status flags: {@link Flags} tells what they mean. */
  int flagsOp = Flags.EAGER;

  long flagsResult;
  long flagsA;
  long flagsB;

  /** RFLAGS without the status flags; bit 1 is always set. */
  int systemFlags = 2;

  /** Segment registers by number: ES CS SS DS FS GS LDTR TR. Limits are unsigned 32-bit. */
  final int[] selector = new int[8];

  /** Their bases, and at {@link #FLAT} a zero. */
  final long[] segmentBase = new long[9];

  /** The number of a segment whose base is always 0. */
  static final int FLAT = 8;

  final int[] segmentLimit = new int[8];
  final int[] segmentRights = new int[8];

  long gdtrBase;
  int gdtrLimit;
  long idtrBase;
  int idtrLimit;

  long cr0;
  long cr2;
  long cr3;
  long cr4;
  long cr8;
  long efer;
  long xcr0 = 1;
  final long[] dr = new long[8];

  /** SSE state: XMM registers in halves, and MXCSR. */
  final long[] xmmLow = new long[16];

  final long[] xmmHigh = new long[16];
  int mxcsr = 0x1f80;

  /** x87 and MMX state. */
  final Fpu fpu = new Fpu();

  /** The current privilege level. */
  int cpl;

  int activity = ACTIVE;

  /** {@code BLOCKED_BY_…} bits. */
  int blocking;

  /** Bits of {@link Attention}; looked at before each block. */
  int attention;

  /** Completed instructions. */
  long instructions;

  /** The count at which this run must stop: REP instructions give way there. */
  long instructionLimit = Long.MAX_VALUE;

  /** What decoding depends on; kept by {@code Segmentation}. */
  CodeMode mode = new CodeMode(CodeSize.BITS16, 16, false, false);

  /** {@link CodeMode#key} of {@link #mode}. */
  int modeKey = mode.key();

  /** Base of CS; 0 in 64-bit mode. */
  long codeBase;

  /** The last valid RIP: CS's limit, or {@link Long#MAX_VALUE} in 64-bit mode. */
  long codeLimit = 0xffff;

  /** Memory as instructions see it; set once, by the interpreter. */
  @SuppressWarnings("NullAway.Init")
  LinearMemory memory;

  /** PAE's page-directory-pointer registers, loaded with CR3 (SDM vol. 3A, 4.4.1). */
  final long[] pdpte = new long[4];

  long star;
  long lstar;
  long cstar;
  long fmask;
  long kernelGsBase;
  long tscAux;
  long sysenterCs;
  long sysenterEsp;
  long sysenterEip;
  long pat = 0x0007_0406_0007_0406L;
  long debugctl;

  /** Added to the instruction count for the TSC: what WRMSR set, and what an idle vCPU skipped. */
  long tscBase;

  /** Debug exceptions found and not yet delivered, as DR6 will show them (BS, B3 to B0). */
  int pendingDebug;

  /**
   * The event being delivered, as the IDT-vectoring information field shows it (SDM vol. 3C,
   * 30.2.4); 0 for none.
   */
  int vectoring;

  int vectoringErrorCode;
  int vectoringLength;

  /** The IRET that is being executed, or whose fault is being delivered, has unblocked NMIs. */
  boolean unblockedNmis;

  /** Events delivered so far. */
  int deliveries;

  final GuestFault fault = new GuestFault();

  Processor(int id) {
    this.id = id;
  }

  /** RFLAGS, status flags included. */
  long rflags() {
    return systemFlags | Flags.status(flagsOp, flagsResult, flagsA, flagsB);
  }

  /** The six status flags. */
  int statusFlags() {
    return Flags.status(flagsOp, flagsResult, flagsA, flagsB);
  }

  /** Sets the six status flags at once. */
  void statusFlags(int flags) {
    flagsOp = Flags.EAGER;
    flagsA = flags & STATUS_FLAGS;
  }

  /** Records what the status flags come from. */
  void flags(int op, long result, long a, long b) {
    flagsOp = op;
    flagsResult = result;
    flagsA = a;
    flagsB = b;
  }

  /** Records that the status flags come from a logical operation. */
  void logic(int op, long result) {
    flagsOp = op;
    flagsResult = result;
  }

  boolean zero() {
    return Flags.zero(flagsOp, flagsResult, flagsA);
  }

  boolean carry() {
    return Flags.carry(flagsOp, flagsResult, flagsA, flagsB);
  }

  boolean condition(int cc) {
    return Flags.condition(cc, flagsOp, flagsResult, flagsA, flagsB);
  }

  /** Linear address of the next instruction. */
  long linearRip() {
    return mode.isLong() ? rip : (codeBase + rip) & 0xffff_ffffL;
  }

  /** An exception without an error code, to be thrown: {@code throw c.exception(Vector.UD)}. */
  GuestFault exception(int vector) {
    GuestFault f = fault;
    f.vector = vector;
    f.hasErrorCode = false;
    f.errorCode = 0;
    f.nonCanonical = false;
    return f;
  }

  /** An exception with an error code, to be thrown. */
  GuestFault exception(int vector, int errorCode) {
    GuestFault f = fault;
    f.vector = vector;
    f.hasErrorCode = true;
    f.errorCode = errorCode;
    f.nonCanonical = false;
    return f;
  }
}
