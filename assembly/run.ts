// The interpreter: a straight line of instructions, repeated.

import { Instruction } from './instruction';

/** Runs the instructions in [start, end) `times` times over. */
export function run(start: usize, end: usize, times: i32): void {
  for (let t = 0; t < times; t++) {
    for (let at = start; at < end; at += changetype<Instruction>(at).bytes) {
      call_indirect<void>(changetype<Instruction>(at).kernel, at);
    }
  }
}
