package dev.ringside.vmm.device;

import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.SegmentRegister;

/**
 * INT 10h and INT 16h on the first serial port: what is shown goes out as plain text, what comes in
 * is the keyboard. There is no screen to go back on: the cursor's position is kept, moving it
 * forward makes lines and spaces.
 */
final class BiosConsole {
  private static final int MODE = 0x449;
  private static final int COLUMNS = 0x44a;
  private static final int CURSOR = 0x450;
  private static final int TEXT_80_BY_25 = 3;
  private static final int WIDTH = 80;
  private static final int HEIGHT = 25;
  private static final int CURSOR_SHAPE = 0x0607;
  private static final int GREY = 7;

  private static final int CARRIAGE_RETURN = '\r';
  private static final int ESCAPE = 0x1b;

  /** The keys of a US keyboard in the order of their scan codes, from 1 on: plain and shifted. */
  private static final String PLAIN =
      "\u001b1234567890-=\b\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./";

  private static final String SHIFTED =
      "\u001b!@#$%^&*()_+\b\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?";

  private static final int SPACE_KEY = 0x39;

  private final ByteSink out;
  private final Uart16550 in;

  /** A key that has been looked at but not taken, or -1. */
  private int peeked = -1;

  BiosConsole(ByteSink out, Uart16550 in) {
    this.out = out;
    this.in = in;
  }

  void text(String text) {
    text.chars().forEach(out::write);
  }

  /** INT 10h. */
  void video(RealModeCall call) {
    GuestMemory memory = call.memory();
    switch (call.high(Register.RAX)) {
      case 0x00 -> {
        newLine(memory);
        memory.writeByte(MODE, TEXT_80_BY_25);
        memory.writeShort(COLUMNS, WIDTH);
        memory.writeShort(CURSOR, 0);
      }
      case 0x02 -> moveTo(memory, call.high(Register.RDX), call.low(Register.RDX));
      case 0x03 -> {
        call.word(Register.RCX, CURSOR_SHAPE);
        call.word(Register.RDX, memory.readShort(CURSOR));
      }
      case 0x06, 0x07 -> {
        if (call.low(Register.RAX) == 0) {
          newLine(memory);
        }
      }
      case 0x08 -> call.word(Register.RAX, GREY << 8 | ' ');
      case 0x09, 0x0a -> {
        for (int i = Math.min(call.word(Register.RCX), WIDTH * HEIGHT); i > 0; i--) {
          put(memory, call.low(Register.RAX));
        }
      }
      case 0x0e -> put(memory, call.low(Register.RAX));
      case 0x0f -> {
        call.word(Register.RAX, WIDTH << 8 | TEXT_80_BY_25);
        call.high(Register.RBX, 0);
      }
      case 0x13 -> string(call);
      default -> {
        // Palettes, fonts, graphics: there is no adapter. Registers unchanged say so.
      }
    }
  }

  /** AH = 13h: with bit 1 of AL, each character is followed by its attribute. */
  private void string(RealModeCall call) {
    GuestMemory memory = call.memory();
    int step = (call.low(Register.RAX) & 2) != 0 ? 2 : 1;
    moveTo(memory, call.high(Register.RDX), call.low(Register.RDX));
    int offset = call.word(Register.RBP);
    for (int i = 0; i < call.word(Register.RCX); i++) {
      long at = call.address(SegmentRegister.ES, offset + i * step);
      put(memory, memory.isRam(at, 1) ? memory.readByte(at) : ' ');
    }
  }

  private void put(GuestMemory memory, int character) {
    out.write(character);
    int column = memory.readByte(CURSOR);
    int row = memory.readByte(CURSOR + 1);
    switch (character) {
      case '\b' -> column = Math.max(0, column - 1);
      case '\n' -> row++;
      case CARRIAGE_RETURN -> column = 0;
      case 7 -> {}
      default -> column++;
    }
    if (column >= WIDTH) {
      column = 0;
      row++;
    }
    memory.writeByte(CURSOR, column);
    memory.writeByte(CURSOR + 1, Math.min(row, HEIGHT - 1));
  }

  private void newLine(GuestMemory memory) {
    if (memory.readByte(CURSOR) != 0) {
      put(memory, CARRIAGE_RETURN);
      put(memory, '\n');
    }
  }

  private void moveTo(GuestMemory memory, int row, int column) {
    int wantedRow = Math.min(row, HEIGHT - 1);
    int wantedColumn = Math.min(column, WIDTH - 1);
    int atRow = memory.readByte(CURSOR + 1);
    if (wantedRow < atRow || wantedRow == atRow && wantedColumn < memory.readByte(CURSOR)) {
      newLine(memory);
    }
    for (int i = atRow; i < wantedRow; i++) {
      put(memory, CARRIAGE_RETURN);
      put(memory, '\n');
    }
    while (memory.readByte(CURSOR) < wantedColumn) {
      put(memory, ' ');
    }
    memory.writeByte(CURSOR, wantedColumn);
    memory.writeByte(CURSOR + 1, wantedRow);
  }

  /** INT 16h. */
  void keyboard(RealModeCall call) {
    switch (call.high(Register.RAX)) {
      case 0x00, 0x10 -> {
        int key = peek();
        call.again(key < 0);
        if (key >= 0) {
          peeked = -1;
          call.word(Register.RAX, withScanCode(key));
        }
      }
      case 0x01, 0x11 -> {
        int key = peek();
        call.zero(key < 0);
        if (key >= 0) {
          call.word(Register.RAX, withScanCode(key));
        }
      }
      case 0x02 -> call.low(Register.RAX, 0);
      case 0x12 -> call.word(Register.RAX, 0);
      case 0x05 -> call.low(Register.RAX, 1);
      default -> {
        // Typematic rate and the like: nothing to set.
      }
    }
  }

  private int peek() {
    if (peeked < 0 && in.unread() > 0) {
      peeked = (int) in.readPort(0, 1);
    }
    return peeked;
  }

  /** AH = scan code, AL = character; the end of a line is the Enter key. */
  private static int withScanCode(int character) {
    int key = character == '\n' ? CARRIAGE_RETURN : character == 0x7f ? '\b' : character;
    if (key == ' ') {
      return SPACE_KEY << 8 | key;
    }
    int control =
        key < ' ' && key != '\b' && key != '\t' && key != CARRIAGE_RETURN && key != ESCAPE
            ? key | 0x60
            : key;
    int index = Math.max(PLAIN.indexOf(control), SHIFTED.indexOf(control));
    return (index + 1) << 8 | key;
  }
}
