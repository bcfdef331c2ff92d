package dev.ringside.vmm.x86.decode;

/** What came of decoding. Only an {@link #OK} instruction has a mnemonic and operands. */
public enum DecodeStatus {
  /** A defined instruction. Whether CPUID reports it is up to {@link Instruction#feature()}. */
  OK,
  /** Undefined opcode, or a prefix that makes it undefined: #UD. */
  INVALID,
  /** Longer than 15 bytes: #GP(0) (Intel SDM volume 2, section 2.3.11). */
  TOO_LONG,
  /** The limit came before the instruction's end: fetch more bytes, or take the fetch's fault. */
  TRUNCATED
}
