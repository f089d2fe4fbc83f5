import { EMPTY_BYTES, FlowError, groupId, nodeId } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { DeadlineWheel } from '../../../src/services/deadline-wheel.ts';
import { decodeEnvelope } from '../../../src/services/forward/envelope.ts';
import { LeaderCalls } from '../../../src/services/forward/leader-calls.ts';
import { MetadataCopies } from '../../../src/services/metadata/metadata-copies.ts';
import { FakeCatalog, FakeLeaders } from '../fake-cluster.ts';
import { ManualTime } from '../manual-time.ts';

const NEVER = new AbortController().signal;

/** The copies as node 1 of three sees them. */
function copiesWorld(forward: (node: number) => Promise<Uint8Array>) {
  const time = new ManualTime();
  const leaders = new FakeLeaders();
  const wheel = new DeadlineWheel({ clock: time, scheduler: time });
  const catalog = new FakeCatalog(3);
  const asked: [number, string | undefined][] = [];
  const messages: Uint8Array[] = [];
  const calls = new LeaderCalls({
    node: nodeId(1),
    leaders,
    forward: async (node, message, signal) => {
      messages.push(message);
      asked.push([node, decodeEnvelope(message)?.target]);
      const aborted = new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(new FlowError('CANCELLED', 'given up'))),
      );
      return await Promise.race([forward(node), aborted]);
    },
  });
  const copies = new MetadataCopies({ node: nodeId(1), catalog, leaders, calls, scheduler: time, wheel });
  return { time, leaders, catalog, asked, messages, calls, copies };
}

describe('the copies of the metadata on other nodes', () => {
  it('are waited for, each of them that can be reached', async () => {
    let answer: () => void = () => undefined;
    const slow = new Promise<Uint8Array>((resolve) => {
      answer = () => resolve(EMPTY_BYTES);
    });
    const { copies, asked } = copiesWorld((node) => (node === 2 ? slow : Promise.resolve(EMPTY_BYTES)));
    let done = false;
    const waiting = copies.catchUp(NEVER).then(() => {
      done = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    answer();
    await waiting;
    expect(asked).toEqual([
      [2, 'metadata'],
      [3, 'metadata'],
    ]);
  });

  it('are not asked where their node is away', async () => {
    const { copies, asked, leaders } = copiesWorld(() => Promise.resolve(EMPTY_BYTES));
    leaders.dead.add(nodeId(2));
    await copies.catchUp(NEVER);
    expect(asked).toEqual([[3, 'metadata']]);
  });

  it('hold nobody up for longer than a second, nor where their build does not know the question', async () => {
    const silent = new Promise<Uint8Array>(() => undefined);
    const unknown = (): Promise<Uint8Array> =>
      Promise.reject(new FlowError('UNSUPPORTED', 'another node asks for something'));
    const { copies, time } = copiesWorld((node) => (node === 2 ? silent : unknown()));
    const waiting = copies.catchUp(NEVER);
    time.advance(1_000);
    await waiting;
  });

  it('catch up when another node asks, hear of the leaders that it names, and tell it where that fails', async () => {
    const { calls, catalog, leaders } = copiesWorld(() => Promise.resolve(EMPTY_BYTES));
    const other = copiesWorld(() => Promise.resolve(EMPTY_BYTES));
    other.leaders.set(groupId(7), 3);
    await other.copies.catchUp(NEVER, [groupId(7)]);
    const [message = EMPTY_BYTES] = other.messages;
    let answered = false;
    const answer = calls.onForward(message, NEVER)?.then(() => {
      answered = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    leaders.set(groupId(7), 3);
    await answer;
    catalog.failure = new FlowError('TIMEOUT', 'no majority');
    await expect(calls.onForward(message, NEVER)).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('are as useful as this one, which waits for the same leaders', async () => {
    const { copies, leaders } = copiesWorld(() => Promise.resolve(EMPTY_BYTES));
    let done = false;
    const waiting = copies.catchUp(NEVER, [groupId(7)]).then(() => {
      done = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    leaders.set(groupId(7), 2);
    await waiting;
  });
});
