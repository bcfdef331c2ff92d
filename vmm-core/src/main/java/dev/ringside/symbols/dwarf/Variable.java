package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.symbols.model.Location;
import dev.ringside.symbols.model.SourceFile;
import dev.ringside.symbols.model.Type;
import java.util.Optional;

/** A variable or parameter (4.1). Immutable. */
public final class Variable {
  private final DwarfReader reader;
  private final Die die;
  private final Kind kind;
  private final int depth;

  /** What kind of variable. */
  public enum Kind {
    ARGUMENT,
    LOCAL,
    /** A {@code static} variable inside a function. */
    STATIC_LOCAL,
    /** At file scope, seen by its unit alone. */
    FILE_STATIC,
    /** At file scope, seen by all units. */
    GLOBAL
  }

  Variable(DwarfReader reader, Die die, Kind kind, int depth) {
    this.reader = reader;
    this.die = die;
    this.kind = kind;
    this.depth = depth;
  }

  /** Static if its one location is an address. */
  static Kind localKind(Die die) {
    int i = die.index(Dw.AT_location);
    if (i >= 0 && Forms.isBlock(die.form(i))) {
      byte[] expression = die.blockAt(i);
      if (expression.length > 0) {
        int op = expression[0] & 0xff;
        if (op == Op.addr || op == Op.addrx || op == Op.GNU_addr_index) {
          return Kind.STATIC_LOCAL;
        }
      }
    }
    return Kind.LOCAL;
  }

  static Kind globalKind(Die die) {
    Die external = die.having(Dw.AT_external);
    return external != null && external.flag(Dw.AT_external) ? Kind.GLOBAL : Kind.FILE_STATIC;
  }

  /** The name; a placeholder for the few that have none. */
  public String name() {
    String name = reader.guarded(null, die::name);
    return name == null ? "<unnamed>" : name;
  }

  public Kind kind() {
    return kind;
  }

  /** How many blocks inside its function it is declared; 0 at the function's own level. */
  public int blockDepth() {
    return depth;
  }

  /** Whether the compiler made it. */
  public boolean isArtificial() {
    return die.flag(Dw.AT_artificial);
  }

  /** Its type. */
  public Type type() {
    return reader.types.typeOf(die).get();
  }

  /** Where its value is in a frame that stands at {@code frame.pc()}; never throws. */
  public Location locate(EvaluationContext frame) {
    return reader.expressions.locate(die, frame);
  }

  /** The file that declares it. */
  public Optional<SourceFile> declarationFile() {
    return Function.declarationFile(reader, die);
  }

  /** The line that declares it, 0 if unknown. */
  public int declarationLine() {
    return Function.declarationLine(reader, die);
  }

  @Override
  public String toString() {
    return kind + " " + name();
  }
}
