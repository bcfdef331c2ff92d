/**
 * The x86-64 instruction decoder and disassembler. One table for both: the text resources {@code
 * opcodes-*.txt} beside this package, in the notation of the opcode maps of the Intel SDM (volume
 * 2, appendix A). {@link dev.ringside.vmm.x86.decode.Decoder} turns bytes into an {@link
 * dev.ringside.vmm.x86.decode.Instruction}, {@link dev.ringside.vmm.x86.decode.Disassembler} an
 * instruction into text.
 */
@NullMarked
package dev.ringside.vmm.x86.decode;

import org.jspecify.annotations.NullMarked;
