package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ByteCursor;

/** Runs a line number program (6.2.5) and hands each row on. */
final class LineProgram {
  private static final int DW_LNS_copy = 1;
  private static final int DW_LNS_advance_pc = 2;
  private static final int DW_LNS_advance_line = 3;
  private static final int DW_LNS_set_file = 4;
  private static final int DW_LNS_set_column = 5;
  private static final int DW_LNS_negate_stmt = 6;
  private static final int DW_LNS_set_basic_block = 7;
  private static final int DW_LNS_const_add_pc = 8;
  private static final int DW_LNS_fixed_advance_pc = 9;
  private static final int DW_LNS_set_prologue_end = 10;
  private static final int DW_LNS_set_epilogue_begin = 11;
  private static final int DW_LNS_set_isa = 12;
  private static final int DW_LNE_end_sequence = 1;
  private static final int DW_LNE_set_address = 2;

  private final LineHeader header;
  private final LineTable.Builder rows;
  private long address;
  private int operation;
  private int file;
  private int line;
  private int column;
  private boolean isStatement;
  private boolean prologueEnd;

  private LineProgram(LineHeader header, LineTable.Builder rows) {
    this.header = header;
    this.rows = rows;
    reset();
  }

  /** Runs the program; a damaged one keeps the rows up to the damage and throws. */
  static void run(LineHeader header, LineTable.Builder rows) {
    new LineProgram(header, rows).run();
  }

  private void reset() {
    address = 0;
    operation = 0;
    file = 1;
    line = 1;
    column = 0;
    isStatement = header.defaultIsStatement;
    prologueEnd = false;
  }

  private void run() {
    ByteCursor in = header.program;
    while (in.hasRemaining()) {
      int opcode = in.u8();
      if (opcode >= header.opcodeBase) {
        int adjusted = opcode - header.opcodeBase;
        advance(adjusted / header.lineRange);
        line += header.lineBase + adjusted % header.lineRange;
        emit();
      } else if (opcode == 0) {
        extended(in);
      } else {
        standard(opcode, in);
      }
    }
  }

  private void standard(int opcode, ByteCursor in) {
    switch (opcode) {
      case DW_LNS_copy -> emit();
      case DW_LNS_advance_pc -> advance(in.uleb());
      case DW_LNS_advance_line -> line += (int) in.sleb();
      case DW_LNS_set_file -> file = in.ulebInt();
      case DW_LNS_set_column -> column = (int) in.uleb();
      case DW_LNS_negate_stmt -> isStatement = !isStatement;
      case DW_LNS_set_basic_block, DW_LNS_set_epilogue_begin -> {}
      case DW_LNS_const_add_pc -> advance((255 - header.opcodeBase) / header.lineRange);
      case DW_LNS_fixed_advance_pc -> {
        address += in.u16();
        operation = 0;
      }
      case DW_LNS_set_prologue_end -> prologueEnd = true;
      case DW_LNS_set_isa -> in.skipLeb();
      default -> {
        for (int i = 0; i < header.operandCounts[opcode]; i++) {
          in.skipLeb();
        }
      }
    }
  }

  private void extended(ByteCursor in) {
    long length = in.uleb();
    ByteCursor operands = in.slice(length);
    if (length == 0) {
      return;
    }
    switch (operands.u8()) {
      case DW_LNE_end_sequence -> {
        rows.endSequence(address);
        reset();
      }
      case DW_LNE_set_address -> {
        address = operands.unsigned(operands.remaining());
        operation = 0;
      }
      default -> {
        // set_discriminator, define_file and vendors' own: nothing that rows need
      }
    }
  }

  private void advance(long operationAdvance) {
    if (header.maximumOperations <= 1) {
      address += header.minimumInstructionLength * operationAdvance;
    } else {
      long total = operation + operationAdvance;
      address += header.minimumInstructionLength * (total / header.maximumOperations);
      operation = (int) (total % header.maximumOperations);
    }
  }

  private void emit() {
    rows.row(address, file, line, column, isStatement, prologueEnd);
    prologueEnd = false;
  }
}
