// What there is to say of a configuration.

import { isOver, type Trial } from './laboratory.ts';

/** In a word or two. */
export function stateText({ facts, phase, error }: Trial): string {
  if (phase === 'running') return 'training';
  if (phase === 'waiting') return 'waiting';
  if (error) return error.isLocked ? 'in another tab' : 'failed';
  const texts = {
    new: 'new',
    running: 'paused',
    interrupted: 'paused',
    finished: 'finished',
    diverged: 'diverged',
    failed: 'failed',
  };
  return texts[facts.state];
}

export function canTrain(trial: Trial): boolean {
  return trial.phase === 'idle' && !isOver(trial.facts);
}

/** Of its steps, what part is made; undefined where nobody knows how many there will be. */
export function progressOf({ facts, step }: Trial): number | undefined {
  if (isOver(facts)) return 1;
  const steps = Number(facts.pars.steps);
  return steps > 0 ? Math.min(step / steps, 1) : undefined;
}
