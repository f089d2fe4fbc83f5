/** The real clock, timers and randomness: the one place that reads them for the node. */
import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { type Clock, type Random, type Scheduler, SeededRandom, type TimerHandle } from '@flowmesh/base';

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

export const systemScheduler: Scheduler = {
  after: (delayMs: number, task: () => void): TimerHandle => {
    const timer = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  endOfTurn: (task: () => void): void => void setImmediate(task),
};

export function systemRandom(): Random {
  return new SeededRandom(randomInt(2 ** 47));
}
