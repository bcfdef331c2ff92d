package dev.ringside.vmm.x86.decode;

import java.util.HashMap;
import java.util.Map;

/**
 * One operand of an opcode row, in the notation of Intel SDM volume 2, appendix A.2: a letter for
 * where it is encoded and a size, {@code Ev}, {@code Gb}, {@code Wx}; {@code Ev/w} where a register
 * and memory are of different sizes. The notation is explained at the top of {@code
 * opcodes-legacy.txt}.
 *
 * @param source where the operand is
 * @param size its size code, for a register
 * @param memorySize its size code, in memory
 * @param number of a fixed register, or the constant of {@link Source#CONSTANT}
 */
record OperandSpec(Source source, Size size, Size memorySize, int number) {

  /** Where an operand is encoded. */
  enum Source {
    /** General register in ModRM.reg. */
    REG_GPR,
    /** General register or memory in ModRM.rm. */
    RM_GPR,
    /** General register in the opcode's low three bits. */
    OPCODE_GPR,
    /** General register in VEX.vvvv. */
    VVVV_GPR,
    /** Memory only. */
    MEMORY,
    /** Memory with a vector index. */
    VECTOR_MEMORY,
    REG_SEGMENT,
    REG_CONTROL,
    REG_DEBUG,
    REG_VECTOR,
    RM_VECTOR,
    VVVV_VECTOR,
    /** Vector register in bits 7:4 of an immediate byte. */
    IMMEDIATE_VECTOR,
    REG_MMX,
    RM_MMX,
    REG_MASK,
    RM_MASK,
    VVVV_MASK,
    REG_BOUND,
    RM_BOUND,
    REG_TILE,
    RM_TILE,
    VVVV_TILE,
    /** ST(i), i in ModRM.rm. */
    RM_X87,
    IMMEDIATE,
    SIGNED_IMMEDIATE,
    RELATIVE,
    FAR_POINTER,
    /** Address in the instruction: MOV between the accumulator and memory. */
    ABSOLUTE_MEMORY,
    /** DS:rSI. */
    STRING_SOURCE,
    /** ES:rDI. */
    STRING_DESTINATION,
    /** DS:rBX, of XLAT. */
    TABLE_MEMORY,
    /** DS:rDI or DS:rAX: implied address operands, of MASKMOVQ and the like. */
    CONSTANT,
    FIXED_GPR,
    FIXED_SEGMENT,
    FIXED_X87,
    FIXED_XMM;

    boolean needsModRm() {
      return compareTo(RM_X87) <= 0 && this != OPCODE_GPR;
    }
  }

  /** A size code: bytes as a function of the operand size, the mode and the vector length. */
  enum Size {
    /** None: LEA, INVLPG, prefetches, areas whose size the processor decides. */
    N,
    B,
    W,
    D,
    Q,
    /** 80 bits. */
    T,
    /** 128 bits. */
    DQ,
    /** 256 bits. */
    QQ,
    /** 512 bits. */
    ZZ,
    /** 512 bytes: FXSAVE. */
    FX,
    /** 48 bytes: Key Locker. */
    H384,
    /** The operand size. */
    V,
    /** The operand size, 32 where it is 64. */
    Z,
    /** 64 where the operand size is 64, else 32. */
    Y,
    /** 64 in 64-bit mode, else 32. */
    M,
    /** The address size. */
    A,
    /** Far pointer: operand size and 16 bits. */
    P,
    /** Pseudo-descriptor: 16 bits and 32, in 64-bit mode 64. */
    S,
    /** Two of the operand size: BOUND. */
    V2,
    /** x87 environment: 14 or 28 bytes. */
    ENV,
    /** x87 state: 94 or 108 bytes. */
    STATE,
    /** The vector length. */
    X,
    /** Half the vector length. */
    XH,
    /** A quarter of the vector length. */
    XQ,
    /** An eighth of the vector length. */
    XE,
    /** The vector length, 64 bits where that is 128: MOVDDUP. */
    XDUP
  }

  /** Bytes of this size. */
  static int bytes(Size size, int operandBytes, int addressBytes, boolean mode64, int vector) {
    return switch (size) {
      case N -> 0;
      case B -> 1;
      case W -> 2;
      case D -> 4;
      case Q -> 8;
      case T -> 10;
      case DQ -> 16;
      case QQ -> 32;
      case ZZ -> 64;
      case FX -> 512;
      case H384 -> 48;
      case V -> operandBytes;
      case Z -> operandBytes == 2 ? 2 : 4;
      case Y -> operandBytes == 8 ? 8 : 4;
      case M -> mode64 ? 8 : 4;
      case A -> addressBytes;
      case P -> operandBytes + 2;
      case S -> mode64 ? 10 : 6;
      case V2 -> operandBytes * 2;
      case ENV -> operandBytes == 2 ? 14 : 28;
      case STATE -> operandBytes == 2 ? 94 : 108;
      case X -> vector;
      case XH -> vector / 2;
      case XQ -> vector / 4;
      case XE -> vector / 8;
      case XDUP -> vector == 16 ? 8 : vector;
    };
  }

  private static final Map<String, OperandSpec> FIXED =
      Map.ofEntries(
          Map.entry("AL", gpr(0, Size.B)),
          Map.entry("CL", gpr(1, Size.B)),
          Map.entry("AX", gpr(0, Size.W)),
          Map.entry("DX", gpr(2, Size.W)),
          Map.entry("EAX", gpr(0, Size.D)),
          Map.entry("ECX", gpr(1, Size.D)),
          Map.entry("eAX", gpr(0, Size.Z)),
          Map.entry("rAX", gpr(0, Size.V)),
          Map.entry("ES", of(Source.FIXED_SEGMENT, Size.W, 0)),
          Map.entry("CS", of(Source.FIXED_SEGMENT, Size.W, 1)),
          Map.entry("SS", of(Source.FIXED_SEGMENT, Size.W, 2)),
          Map.entry("DS", of(Source.FIXED_SEGMENT, Size.W, 3)),
          Map.entry("FS", of(Source.FIXED_SEGMENT, Size.W, 4)),
          Map.entry("GS", of(Source.FIXED_SEGMENT, Size.W, 5)),
          Map.entry("ST", of(Source.FIXED_X87, Size.T, 0)),
          Map.entry("STi", of(Source.RM_X87, Size.T, 0)),
          Map.entry("XMM0", of(Source.FIXED_XMM, Size.DQ, 0)),
          Map.entry("1", of(Source.CONSTANT, Size.B, 1)),
          Map.entry("XLb", of(Source.TABLE_MEMORY, Size.B, 3)));

  private static final Map<String, OperandSpec> PARSED = new HashMap<>();

  private static OperandSpec gpr(int number, Size size) {
    return of(Source.FIXED_GPR, size, number);
  }

  private static OperandSpec of(Source source, Size size, int number) {
    return new OperandSpec(source, size, size, number);
  }

  /** The operand a token of the table stands for; one object for equal tokens. */
  static synchronized OperandSpec parse(String token) {
    OperandSpec known = PARSED.get(token);
    if (known == null) {
      known = parseNew(token);
      PARSED.put(token, known);
    }
    return known;
  }

  private static OperandSpec parseNew(String token) {
    OperandSpec fixed = FIXED.get(token);
    if (fixed != null) {
      return fixed;
    }
    String rest = token.substring(1);
    Source source =
        switch (token.charAt(0)) {
          case 'A' -> Source.FAR_POINTER;
          case 'B' -> Source.VVVV_GPR;
          case 'C' -> Source.REG_CONTROL;
          case 'D' -> Source.REG_DEBUG;
          case 'E' -> Source.RM_GPR;
          case 'G' -> Source.REG_GPR;
          case 'H' -> Source.VVVV_VECTOR;
          case 'I' ->
              rest.equals("b") || rest.equals("w") ? Source.IMMEDIATE : Source.SIGNED_IMMEDIATE;
          case 'J' -> Source.RELATIVE;
          case 'L' -> Source.IMMEDIATE_VECTOR;
          case 'M' -> Source.MEMORY;
          case 'N' -> Source.RM_MMX;
          case 'O' -> Source.ABSOLUTE_MEMORY;
          case 'P' -> Source.REG_MMX;
          case 'Q' -> Source.RM_MMX;
          case 'R' -> Source.RM_GPR;
          case 'S' -> Source.REG_SEGMENT;
          case 'U' -> Source.RM_VECTOR;
          case 'V' -> Source.REG_VECTOR;
          case 'W' -> Source.RM_VECTOR;
          case 'X' -> Source.STRING_SOURCE;
          case 'Y' -> Source.STRING_DESTINATION;
          case 'Z' -> Source.OPCODE_GPR;
          case 's' -> Source.SIGNED_IMMEDIATE;
          case 'b', 'k', 't', 'v' -> prefixed(token);
          default -> throw new IllegalStateException("opcode table: unknown operand " + token);
        };
    switch (token.charAt(0)) {
      case 'b', 'k', 't', 's' -> rest = token.substring(2);
      case 'v' -> rest = token.substring(2);
      default -> {}
    }
    int slash = rest.indexOf('/');
    Size size = size(token, slash < 0 ? rest : rest.substring(0, slash));
    return new OperandSpec(
        source, size, slash < 0 ? size : size(token, rest.substring(slash + 1)), 0);
  }

  private static Source prefixed(String token) {
    return switch (token.substring(0, 2)) {
      case "bG" -> Source.REG_BOUND;
      case "bE" -> Source.RM_BOUND;
      case "kG" -> Source.REG_MASK;
      case "kE", "kR" -> Source.RM_MASK;
      case "kH" -> Source.VVVV_MASK;
      case "tG" -> Source.REG_TILE;
      case "tE" -> Source.RM_TILE;
      case "tH" -> Source.VVVV_TILE;
      case "vM" -> Source.VECTOR_MEMORY;
      default -> throw new IllegalStateException("opcode table: unknown operand " + token);
    };
  }

  private static Size size(String token, String code) {
    return switch (code) {
      case "n", "" -> Size.N;
      case "b" -> Size.B;
      case "w" -> Size.W;
      case "d", "ss" -> Size.D;
      case "q", "sd" -> Size.Q;
      case "t" -> Size.T;
      case "dq" -> Size.DQ;
      case "qq" -> Size.QQ;
      case "zz", "dir" -> Size.ZZ;
      case "fx" -> Size.FX;
      case "kl" -> Size.H384;
      case "v" -> Size.V;
      case "z" -> Size.Z;
      case "y" -> Size.Y;
      case "m" -> Size.M;
      case "a" -> token.charAt(0) == 'M' ? Size.V2 : Size.A;
      case "p" -> Size.P;
      case "s" -> Size.S;
      case "env" -> Size.ENV;
      case "sav" -> Size.STATE;
      case "x" -> Size.X;
      case "h" -> Size.XH;
      case "f" -> Size.XQ;
      case "e" -> Size.XE;
      case "dup" -> Size.XDUP;
      default -> throw new IllegalStateException("opcode table: unknown size in operand " + token);
    };
  }
}
