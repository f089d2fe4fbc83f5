import { SeededRandom } from '@flowmesh/base';
import { expect, test } from 'vitest';
import { inMacrotask } from './in-macrotask.ts';
import { type EventOwner, VirtualTime } from './virtual-time.ts';

function owner(name: string): EventOwner {
  return { name, alive: true, pausedUntil: 0, backlog: [], turnTasks: [], turnEndPlanned: false };
}

test('events come by time, and at one time in the order in which they were asked for', () =>
  inMacrotask(() => {
    const time = new VirtualTime(new SeededRandom(1));
    const seen: string[] = [];
    for (const [delay, name] of [
      [5, 'c'],
      [1, 'a'],
      [5, 'd'],
      [2, 'b'],
    ] as const) {
      time.after(delay, undefined, name, () => seen.push(name));
    }
    time.run(10, () => false);
    expect(seen).toEqual(['a', 'b', 'c', 'd']);
    expect(time.now).toBe(10);
  }));

test('promises that an event settles run before the next event', () =>
  inMacrotask(() => {
    const time = new VirtualTime(new SeededRandom(1));
    const seen: string[] = [];
    const chain = async (): Promise<void> => {
      for (let i = 0; i < 5; i++) await Promise.resolve();
      seen.push('promise');
    };
    time.after(1, undefined, 'first', () => void chain());
    time.after(1, undefined, 'second', () => seen.push('second'));
    time.run(2, () => false);
    expect(seen).toEqual(['promise', 'second']);
  }));

test('a paused owner’s events wait and keep their order, a dead one’s vanish', () =>
  inMacrotask(() => {
    const time = new VirtualTime(new SeededRandom(1));
    const [paused, dead] = [owner('paused'), owner('dead')];
    const seen: string[] = [];
    time.pause(paused, 10);
    time.after(1, paused, 'early', () => seen.push(`early at ${time.now}`));
    time.after(3, paused, 'late', () => seen.push(`late at ${time.now}`));
    time.after(4, dead, 'gone', () => seen.push('gone'));
    dead.alive = false;
    time.after(6, undefined, 'resume', () => time.resume(paused));
    time.run(20, () => false);
    expect(seen).toEqual(['early at 6', 'late at 6']);
  }));

test('the end of a turn runs after the event that asked for it', () =>
  inMacrotask(() => {
    const time = new VirtualTime(new SeededRandom(1));
    const process = owner('process');
    const seen: string[] = [];
    time.after(1, process, 'event', () => {
      process.turnTasks.push(() => seen.push('end of turn'));
      seen.push('event');
    });
    time.run(5, () => false);
    expect(seen).toEqual(['event', 'end of turn']);
  }));
