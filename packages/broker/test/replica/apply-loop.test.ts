import { FlowError } from '@flowmesh/base';
import type { Machine, StateReader } from '@flowmesh/engines';
import type { Entry } from '@flowmesh/raft';
import { describe, expect, it } from 'vitest';
import { ApplyLoop } from '../../src/replica/apply-loop.ts';
import { ApplyTurns } from '../../src/replica/apply-turns.ts';

const STATE: StateReader = { get: async () => undefined, scan: async () => [] };

function entry(index: number, bytes = 1): Entry {
  const data = new Uint8Array(bytes);
  data[0] = index;
  return { kind: 'normal', index, term: 1, data };
}

interface Waiting {
  readonly commands: readonly number[];
  done(): void;
  fail(cause: unknown): void;
}

/** A machine whose loads end when the test says so. */
class Bench {
  readonly applied: number[][] = [];
  readonly failures: unknown[] = [];
  readonly waiting: Waiting[] = [];
  /** Commands at or above it have to be loaded. */
  slowFrom = 0;
  breaks = false;
  settled = 0;
  room = true;
  /** Of every command. */
  weight = 1;
  goesOn = true;
  /** Milliseconds that applying a slice takes. */
  costMs = 0;
  private nowMs = 0;
  private readonly turnEnds: (() => void)[] = [];
  readonly loop: ApplyLoop;

  constructor(prepares = true) {
    const machine = {
      name: 'bench',
      weigh: () => this.weight,
      ...(prepares ? { prepare: this.prepare } : {}),
    } as unknown as Machine<unknown>;
    this.loop = new ApplyLoop({
      machine: () => machine,
      state: () => STATE,
      apply: (entries) => {
        this.applied.push(entries.map((item) => item.index));
        this.nowMs += this.costMs;
        return this.goesOn;
      },
      failed: (cause) => this.failures.push(cause),
      settled: () => this.settled++,
      room: () => this.room,
      turns: new ApplyTurns({
        clock: { monotonicMs: () => this.nowMs },
        scheduler: { endOfTurn: (task) => void this.turnEnds.push(task) },
      }),
    });
  }

  /** The event loop turns; false: nobody waited for it. */
  turn(): boolean {
    const due = this.turnEnds.splice(0);
    for (const task of due) task();
    return due.length > 0;
  }

  private readonly prepare = (commands: readonly Uint8Array[]): Promise<void> | undefined => {
    if (this.breaks) throw new Error('broken');
    const numbers = commands.map((command) => command[0] ?? 0);
    if (numbers.every((n) => n < this.slowFrom)) return undefined;
    return new Promise<void>((resolve, reject) => {
      this.waiting.push({ commands: numbers, done: resolve, fail: reject });
    });
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the apply loop', () => {
  it('applies at once, and all together, where the machine has nothing to load', () => {
    const plain = new Bench(false);
    plain.loop.push(Array.from({ length: 200 }, (_, i) => entry(i + 1)));
    expect(plain.applied.map((chunk) => chunk.length)).toEqual([200]);
    const ready = new Bench();
    ready.slowFrom = 1000;
    ready.loop.push([entry(1), entry(2)]);
    expect(ready.applied).toEqual([[1, 2]]);
    expect(ready.loop.busy).toBe(false);
  });

  it('leaves the rest for the next turn of the event loop when applying takes long, and prepares for nothing meanwhile', () => {
    const bench = new Bench();
    bench.slowFrom = 100;
    bench.costMs = 4;
    bench.loop.push([1, 2, 3, 4, 5].map((index) => entry(index, 10_000)));
    bench.loop.push([entry(100)]);
    expect(bench.applied).toEqual([[1], [2], [3]]);
    expect(bench.loop.busy).toBe(true);
    expect(bench.waiting).toEqual([]);
    expect(bench.turn()).toBe(true);
    expect(bench.applied).toEqual([[1], [2], [3], [4], [5]]);
    expect(bench.settled).toBe(1);
    expect(bench.waiting.map(({ commands }) => commands)).toEqual([[100]]);
  });

  it('forgets what is left for the next turn where the entries are cleared', () => {
    const bench = new Bench();
    bench.slowFrom = 100;
    bench.costMs = 20;
    bench.loop.push([entry(1, 10_000), entry(2, 10_000)]);
    bench.loop.clear();
    bench.turn();
    expect(bench.applied).toEqual([[1]]);
    expect(bench.loop.busy).toBe(false);
    bench.loop.push([entry(9)]);
    expect(bench.applied).toEqual([[1], [9]]);
  });

  it('holds the rest while too much state waits for the disk, and goes on in order', () => {
    const bench = new Bench();
    bench.slowFrom = 100;
    bench.room = false;
    bench.loop.push([entry(1), entry(2)]);
    bench.loop.push([entry(3)]);
    expect(bench.applied).toEqual([]);
    expect(bench.loop.busy).toBe(true);
    bench.loop.resume();
    expect(bench.applied).toEqual([]);
    bench.room = true;
    bench.loop.resume();
    expect(bench.applied).toEqual([[1, 2], [3]]);
    expect(bench.loop.busy).toBe(false);
    bench.loop.resume();
    expect(bench.applied).toHaveLength(2);
  });

  it('forgets what it holds for want of room where the entries are cleared', () => {
    const bench = new Bench();
    bench.slowFrom = 100;
    bench.room = false;
    bench.loop.push([entry(1)]);
    bench.loop.clear();
    expect(bench.loop.busy).toBe(false);
    expect(bench.settled).toBe(1);
    bench.room = true;
    bench.loop.resume();
    expect(bench.applied).toEqual([]);
    bench.loop.push([entry(9)]);
    expect(bench.applied).toEqual([[9]]);
  });

  it('never holds a machine whose state is in memory', () => {
    const plain = new Bench(false);
    plain.room = false;
    plain.loop.push([entry(1)]);
    expect(plain.applied).toEqual([[1]]);
  });

  it('applies small commands together, however many there are', () => {
    const bench = new Bench();
    bench.slowFrom = 100;
    bench.costMs = 20;
    bench.loop.push(Array.from({ length: 60 }, (_, i) => entry(i + 1)));
    expect(bench.applied).toHaveLength(1);
  });

  it('prepares and applies fewer commands at a time where each looks at much', () => {
    const bench = new Bench();
    bench.weight = 250;
    bench.loop.push([1, 2, 3, 4, 5].map((index) => entry(index)));
    expect(bench.waiting[0]?.commands).toEqual([1, 2, 3, 4]);
    const slow = new Bench();
    slow.slowFrom = 100;
    slow.weight = 250;
    slow.costMs = 6;
    slow.loop.push([1, 2, 3].map((index) => entry(index)));
    expect(slow.applied).toEqual([[1], [2]]);
    slow.turn();
    expect(slow.applied).toEqual([[1], [2], [3]]);
  });

  it('applies in order while loads take their time', async () => {
    const bench = new Bench();
    bench.loop.push([entry(1)]);
    bench.loop.push([entry(2)]);
    expect(bench.applied).toEqual([]);
    expect(bench.loop.busy).toBe(true);
    expect(bench.waiting).toHaveLength(1);
    bench.waiting[0]?.done();
    await settle();
    expect(bench.applied).toEqual([[1]]);
    bench.waiting[1]?.done();
    await settle();
    expect(bench.applied).toEqual([[1], [2]]);
    expect(bench.loop.busy).toBe(false);
  });

  it('prepares for a bounded number of commands, and not for entries without one', async () => {
    const bench = new Bench();
    const noop: Entry = { kind: 'normal', index: 1, term: 1, data: new Uint8Array(0) };
    bench.loop.push([noop, ...Array.from({ length: 100 }, (_, i) => entry(i + 2))]);
    expect(bench.waiting[0]?.commands).toHaveLength(64);
    bench.waiting[0]?.done();
    await settle();
    expect(bench.applied[0]).toHaveLength(65);
    expect(bench.waiting[1]?.commands).toHaveLength(36);
  });

  it('prepares for fewer commands where they are large, and for one whatever its size', () => {
    const bench = new Bench();
    bench.loop.push([entry(1, 1_000_000), entry(2), entry(3)]);
    expect(bench.waiting[0]?.commands).toEqual([1]);
    const others = new Bench();
    others.loop.push([1, 2, 3, 4].map((index) => entry(index, 100_000)));
    expect(others.waiting[0]?.commands).toEqual([1, 2]);
  });

  it('forgets what was loading when it is cleared', async () => {
    const bench = new Bench();
    bench.loop.push([entry(1)]);
    bench.loop.clear();
    expect(bench.loop.busy).toBe(true);
    bench.waiting[0]?.done();
    await settle();
    expect(bench.applied).toEqual([]);
    expect(bench.settled).toBe(1);
    bench.slowFrom = 1000;
    bench.loop.push([entry(5)]);
    expect(bench.applied).toEqual([[5]]);
  });

  it('treats a machine that throws while it prepares as one that failed to', async () => {
    const bench = new Bench();
    bench.breaks = true;
    bench.loop.push([entry(1)]);
    await settle();
    expect(bench.failures).toEqual([new Error('broken')]);
    expect(bench.applied).toEqual([]);
  });

  it('applies nothing after a load that failed, or an apply that did not go on', async () => {
    const failing = new Bench();
    failing.loop.push([entry(1)]);
    failing.loop.push([entry(2)]);
    const damage = new FlowError('CORRUPTION', 'a bad block');
    failing.waiting[0]?.fail(damage);
    await settle();
    expect(failing.failures).toEqual([damage]);
    expect(failing.applied).toEqual([]);
    const ending = new Bench();
    ending.goesOn = false;
    ending.loop.push([entry(1)]);
    ending.loop.push([entry(2)]);
    ending.waiting[0]?.done();
    await settle();
    expect(ending.applied).toEqual([[1]]);
  });
});
