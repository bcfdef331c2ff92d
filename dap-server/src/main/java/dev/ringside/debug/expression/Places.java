package dev.ringside.debug.expression;

import dev.ringside.debug.value.FrameRegisters;
import dev.ringside.debug.value.Place;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.symbols.model.Location;
import java.util.ArrayList;
import java.util.List;

/** Turns DWARF's locations into places of one frame. */
final class Places {
  private Places() {}

  static Place of(Location location, Environment e, Architecture architecture) {
    EvaluationContext frame = e.frame();
    return switch (location) {
      case Location.Memory memory -> new Place.Linear(memory.address());
      case Location.Register register ->
          new Place.FrameRegister(
              frame,
              register.number(),
              e.innermost()
                  ? FrameRegisters.live(architecture, register.number()).orElse(null)
                  : null);
      case Location.Value value -> new Place.Immediate(value.bytes());
      case Location.Composite composite -> {
        List<Place.Piece> pieces = new ArrayList<>();
        for (Location.Piece piece : composite.pieces()) {
          pieces.add(
              new Place.Piece(
                  of(piece.location(), e, architecture), piece.bitOffset(), piece.bitSize()));
        }
        yield new Place.Pieces(pieces);
      }
      case Location.ImplicitPointer pointer -> {
        String target = pointer.target();
        yield new Place.PointedTo(
            target == null ? "an object" : target,
            of(pointer.value(), e, architecture),
            pointer.offset());
      }
      case Location.OptimizedOut out -> new Place.Missing("optimised out");
      case Location.Unavailable unavailable -> new Place.Missing(unavailable.reason());
    };
  }
}
