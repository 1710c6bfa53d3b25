// Functions of four floats as WebAssembly code, which leaves its result on the stack: what arithmetic operations say of
// themselves, so that chains of them can be compiled into one loop (machine/kernel.ts). Opcodes: WebAssembly core
// specification 2.0, section 5.4.

export type Code = readonly number[];

/** Little-endian base 128. */
export function unsigned(n: number): Code {
  return n < 128 ? [n] : [128 + (n % 128), ...unsigned(Math.floor(n / 128))];
}

/** An instruction of the vector extension. */
export function vector(opcode: number): Code {
  return [0xfd, ...unsigned(opcode)];
}

function instruction(opcode: number) {
  const code = vector(opcode);
  return (...operands: readonly Code[]): Code => [...operands.flat(), ...code];
}

export const add = instruction(0xe4);
export const subtract = instruction(0xe5);
export const multiply = instruction(0xe6);
export const divide = instruction(0xe7);
// These two have an order for NaN and for ±0, for which processors need half a dozen instructions.
export const minimum = instruction(0xe8);
export const maximum = instruction(0xe9);
/** b where a < b, else a, a NaN included: one instruction. */
export const larger = instruction(0xeb);
export const negate = instruction(0xe1);
export const abs = instruction(0xe0);
export const floor = instruction(0x68);
export const sqrt = instruction(0xe3);

// Comparisons give all ones where they hold, else all zeros.
export const less = instruction(0x43);
export const greater = instruction(0x44);
export const atLeast = instruction(0x46);

// Of bits.
export const and = instruction(0x4e);
/** Those of a that are not in b. */
export const without = instruction(0x4f);
export const or = instruction(0x50);
/** a where the mask is one, else b. */
export const select = instruction(0x52);

/** Code for four elements of a result from the code for four of each operand, and then for each of the constants, four times. */
export interface Lanes {
  (...operands: readonly Code[]): Code;
  readonly constants?: readonly number[];
}

/** @param code may take constants after its operands: they are made once and not for every four elements */
export function withConstants(constants: readonly number[], code: (...operands: readonly Code[]) => Code): Lanes {
  return Object.assign(code, { constants });
}
