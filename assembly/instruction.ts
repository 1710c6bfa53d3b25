// What every kernel is handed: the address of its instruction, a few 32-bit words in linear memory.
// The first two words belong to the interpreter, the rest are the kernel's operands, in the order
// output, inputs, sizes, strides. Addresses are in bytes, sizes and strides in elements.

@unmanaged
export class Instruction {
  /** Slot of the kernel in the function table. */
  kernel: u32;
  /** Length of this instruction in bytes; the next one follows. */
  bytes: u32;
}

/** Address of the header's word that is not 0 where V8 joins pairs of vectors into ones of 256 bits. */
export const REVECTORIZED: usize = 0;
