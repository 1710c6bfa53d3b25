// Finds the compiled core on disk, and has it compiled for this machine.

import { readFileSync } from 'node:fs';
import { revectorize } from './revectorization.node.ts';
import { startTeam } from './team.node.ts';
import type { Threads } from './threads.ts';

interface Compiled {
  readonly module: WebAssembly.Module;
  readonly isRevectorized: boolean;
}

let compiled: Compiled | undefined;

/** The bytes of the compiled core. */
export function coreBytes(): Uint8Array<ArrayBuffer> {
  return bytesOf('core.wasm');
}

function bytesOf(file: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../../dist/${file}`, import.meta.url)));
}

function compile(): Compiled {
  const bytes = coreBytes();
  const isRevectorized = revectorize(bytes);
  return { module: new WebAssembly.Module(bytes), isRevectorized };
}

/** The compiled core, compiled at the first call. */
export function coreModule(): WebAssembly.Module {
  compiled ??= compile();
  return compiled.module;
}

let compiledShared: WebAssembly.Module | undefined;

/** Threads for programs, and the core that they share memory with; undefined where there are none. */
export const threads: Threads | undefined = {
  coreModule: () => {
    // Decides whether V8 revectorizes.
    coreModule();
    compiledShared ??= new WebAssembly.Module(bytesOf('core.shared.wasm'));
    return compiledShared;
  },
  start: startTeam,
};

/** Whether V8 computes with vectors of 256 bits; undefined as long as the core was not needed. */
export function isRevectorized(): boolean | undefined {
  return compiled?.isRevectorized;
}
