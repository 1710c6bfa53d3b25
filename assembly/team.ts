// Threads that run a program together. One of them, number 0, is told what to do from outside and tells the others. Every
// list ends with a barrier, so that whoever waits for the next program has finished the one before.

import { Instruction } from './instruction';
import { List, run } from './run';

// Words of the header; src/machine/layout.ts leaves room for them, src/machine/team.node.ts knows READY.
const READY: usize = 4;
const PROGRAM: usize = 8;
const TIMES: usize = 12;
/** How many programs were begun. */
const BEGUN: usize = 16;
const ARRIVED: usize = 20;
/** How many barriers were passed. */
const PASSED: usize = 24;
const SLEEPERS: usize = 28;

/** Looks before a thread goes to sleep, some 50 µs: to be woken takes several, and most waiting is shorter. */
const LOOKS: i32 = 20_000;

@unmanaged
class Operands extends Instruction {
  threads: i32;
}

/** Waits for all threads. */
export function barrier(i: Operands): void {
  const passed = atomic.load<i32>(PASSED);
  if (atomic.add<i32>(ARRIVED, 1) < i.threads - 1) return waitWhile(PASSED, passed);
  atomic.store<i32>(ARRIVED, 0);
  advance(PASSED);
}

/** Runs a program `times` times over, with all threads. */
export function fork(program: List, times: i32): void {
  store<usize>(PROGRAM, changetype<usize>(program));
  store<i32>(TIMES, times);
  advance(BEGUN);
  run(program, times);
}

/** What all threads but number 0 do for ever. */
export function serve(thread: i32): void {
  atomic.add<i32>(READY, 1);
  atomic.notify(READY);
  for (let begun = 0; ; begun++) {
    waitWhile(BEGUN, begun);
    const lists = load<usize>(PROGRAM);
    run(changetype<List>(lists + thread * offsetof<List>()), load<i32>(TIMES));
  }
}

/** Counts, and wakes who waits for it. */
function advance(count: usize): void {
  atomic.add<i32>(count, 1);
  if (atomic.load<i32>(SLEEPERS)) atomic.notify(count);
}

function waitWhile(count: usize, value: i32): void {
  for (let n = 0; n < LOOKS; n++) if (atomic.load<i32>(count) != value) return;
  atomic.add<i32>(SLEEPERS, 1);
  while (atomic.load<i32>(count) == value) atomic.wait<i32>(count, value, -1);
  atomic.sub<i32>(SLEEPERS, 1);
}
