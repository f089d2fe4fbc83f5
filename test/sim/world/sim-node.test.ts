import { SeededRandom } from '@flowmesh/base';
import { expect, test } from 'vitest';
import { MachineClock } from '../time/node-clock.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { type NodeWorld, SimNode } from './sim-node.ts';
import type { SimProcess } from './sim-process.ts';

function fakeProcess(): SimProcess {
  return {
    name: 'm1',
    alive: true,
    pausedUntil: 0,
    backlog: [],
    turnTasks: [],
    turnEndPlanned: false,
    start: () => undefined,
    run: () => undefined,
  } as unknown as SimProcess;
}

function worldOf(process: SimProcess): NodeWorld<SimProcess> {
  const nothing = (): void => undefined;
  return {
    time: new VirtualTime(new SeededRandom(1)),
    random: new SeededRandom(2),
    newProcess: () => process,
    processEnded: nothing,
    givenUp: nothing,
    letGo: nothing,
    damaged: nothing,
    note: nothing,
    failed: nothing,
  };
}

// Cluster seed 139: pauses went on after all faults were healed.
test('a paused machine that is resumed goes on at once, and not when its pause would have ended', async () => {
  const process = fakeProcess();
  const { time, ...world } = worldOf(process);
  const node = new SimNode({ time, ...world }, { at: 1, name: 'm1' }, new MachineClock(1));
  const seen: string[] = [];
  node.start();
  node.pause(100);
  time.after(10, process, 'early', () => seen.push(`early at ${time.now}`));
  time.after(20, undefined, 'heal', () => node.resume());
  time.after(30, process, 'late', () => seen.push(`late at ${time.now}`));
  // Promises are drained by hand, which works in a macrotask only.
  await new Promise((resolve) => setImmediate(resolve));
  time.run(50, () => false);
  expect(seen).toEqual(['early at 20', 'late at 30']);
});
