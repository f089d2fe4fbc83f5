import { expect, test } from 'vitest';
import { DiskGate } from '../../src/services/disk-gate.ts';

const never = new AbortController().signal;

interface Held {
  readonly read: () => Promise<string>;
  readonly release: () => void;
}

function held(name: string, started: string[]): Held {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const read = async (): Promise<string> => {
    started.push(name);
    await gate;
    return name;
  };
  return { read, release: () => release() };
}

test('only so many reads run at once, and the others follow in the order they came', async () => {
  const gate = new DiskGate({ runningMax: 2, waitingMax: 10 });
  const started: string[] = [];
  const reads = ['a', 'b', 'c', 'd'].map((name) => held(name, started));
  const results = reads.map((each) => gate.run(each.read, never));
  expect(started).toEqual(['a', 'b']);
  expect(gate.queued).toBe(2);
  reads[1]?.release();
  expect(await results[1]).toBe('b');
  expect(started).toEqual(['a', 'b', 'c']);
  for (const each of reads) each.release();
  expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
  expect(gate.active).toBe(0);
});

test('a failed read frees its place', async () => {
  const gate = new DiskGate({ runningMax: 1, waitingMax: 1 });
  await expect(gate.run(() => Promise.reject(new Error('bad sector')), never)).rejects.toThrow('bad sector');
  expect(await gate.run(async () => 'next', never)).toBe('next');
});

test('who gives up while waiting leaves the queue and holds no place', async () => {
  const gate = new DiskGate({ runningMax: 1, waitingMax: 10 });
  const started: string[] = [];
  const first = held('first', started);
  const running = gate.run(first.read, never);
  const abort = new AbortController();
  const waiting = gate.run(async () => 'second', abort.signal);
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(gate.queued).toBe(0);
  first.release();
  await running;
  expect(await gate.run(async () => 'third', never)).toBe('third');
  expect(gate.active).toBe(0);
});

test('more than the queue holds is refused as overload', async () => {
  const gate = new DiskGate({ runningMax: 1, waitingMax: 1 });
  const first = held('first', []);
  const running = gate.run(first.read, never);
  const waiting = gate.run(async () => 'second', never);
  await expect(gate.run(async () => 'third', never)).rejects.toMatchObject({ code: 'OVERLOADED' });
  first.release();
  await Promise.all([running, waiting]);
});
