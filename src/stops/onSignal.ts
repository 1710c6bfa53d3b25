// Holds once the process was sent a signal, and from then on. In a browser it never does.

import { show } from '../catalogue.ts';
import { closest } from '../closest.ts';
import type { Criterion } from './criterion.ts';

/** Those that a process can listen to, on any system. */
const signals: readonly string[] = [
  ...['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGCONT', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'],
  ...['SIGALRM', 'SIGVTALRM', 'SIGPROF', 'SIGXCPU', 'SIGXFSZ', 'SIGPIPE', 'SIGCHLD', 'SIGURG', 'SIGWINCH', 'SIGIO'],
  ...['SIGPOLL', 'SIGPWR', 'SIGSTKFLT', 'SIGINFO', 'SIGBREAK', 'SIGLOST', 'SIGABRT', 'SIGIOT', 'SIGTRAP', 'SIGSYS'],
  ...['SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV'],
];

/** How often each signal came. */
const counts = new Map<string, number>();

/** Signals that are listened to. */
const listening = new Set<string>();

/**
 * Holds once the process was sent `signal`; a second one ends the process as it would have without the criterion.
 *
 * @param signal default 'SIGINT'
 * @throws on what is not the name of a signal
 */
export function onSignal(signal = 'SIGINT'): Criterion {
  // A process cannot hear of SIGKILL and SIGSTOP, and Node.js never calls for a name that it does not know.
  if (!signals.includes(signal)) {
    throw new Error(`onSignal: expected the name of a signal such as 'SIGTERM', got ${show(signal)}${hint(signal)}`);
  }
  const before = counts.get(signal) ?? 0;
  // The first criterion after each signal listens, for all of them.
  if (!listening.has(signal)) {
    listening.add(signal);
    globalThis.process?.once(signal, () => {
      listening.delete(signal);
      counts.set(signal, (counts.get(signal) ?? 0) + 1);
    });
  }
  return () => (counts.get(signal) ?? 0) > before;
}

function hint(signal: unknown): string {
  // Without what all of them begin with, which would make any two alike.
  const [word, ...names] = [signal, ...signals].map((name) => String(name).toUpperCase().replace(/^SIG/, ''));
  const meant = closest(word ?? '', names);
  return meant === undefined ? '' : `; did you mean 'SIG${meant}'?`;
}
