// The interpreter: a straight line of instructions, repeated.

import { Instruction } from './instruction';

/** Where a thread's instructions of a program lie; those of the next thread follow. */
@unmanaged
export class List {
  start: usize;
  end: usize;
}

/** Runs a program `times` times over. */
export function run(program: List, times: i32): void {
  const start = program.start, end = program.end;
  for (let t = 0; t < times; t++) {
    for (let at = start; at < end; at += changetype<Instruction>(at).bytes) {
      call_indirect<void>(changetype<Instruction>(at).kernel, at);
    }
  }
}
