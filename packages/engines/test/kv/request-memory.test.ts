import { must } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { RequestMemory } from '../../src/kv/request-memory.ts';
import { StateCache } from '../../src/state/state-cache.ts';
import { MemoryState } from '../memory-state.ts';

const id = (text: string): Uint8Array => new TextEncoder().encode(text);
const answer = Uint8Array.of(7);

async function opened(state: MemoryState): Promise<{ requests: RequestMemory; cache: StateCache }> {
  const cache = new StateCache({ bytesMax: 1 << 20 });
  const requests = new RequestMemory(cache);
  await requests.load(state);
  return { requests, cache };
}

/** A chunk begins, and what it needs is loaded. */
async function begin(
  { requests, cache }: Awaited<ReturnType<typeof opened>>,
  state: MemoryState,
  ...ids: string[]
) {
  const rows = requests.begin(ids.map(id));
  await cache.load(rows, state);
  return rows.length;
}

describe('requests that were answered', () => {
  it('are known in the same chunk, in a later one, and after a restart', async () => {
    const state = new MemoryState();
    const memory = await opened(state);
    expect(await begin(memory, state, 'a', 'a')).toBe(0);
    expect(memory.requests.answerTo(id('a'))).toBeUndefined();
    memory.requests.remember(id('a'), answer, 1, state);
    expect(memory.requests.answerTo(id('a'))).toEqual(answer);
    expect(await begin(memory, state, 'a', 'b')).toBe(1);
    expect(memory.requests.answerTo(id('a'))).toEqual(answer);
    expect(memory.requests.answerTo(id('b'))).toBeUndefined();
    const again = await opened(state);
    expect(await begin(again, state, 'a')).toBe(1);
    expect(again.requests.answerTo(id('a'))).toEqual(answer);
  });

  it('are new again once they were forgotten, also in the chunk that answered them', async () => {
    const state = new MemoryState();
    const memory = await opened(state);
    await begin(memory, state, 'a');
    memory.requests.remember(id('a'), answer, 1, state);
    memory.requests.forget(must(memory.requests.first(), 'there is one'), state);
    expect(memory.requests.answerTo(id('a'))).toBeUndefined();
    expect(state.size).toBe(0);
  });

  it('are found where it was known before that they were not there', async () => {
    const state = new MemoryState();
    const memory = await opened(state);
    // A restart has forgotten which ids there are, so that this one is looked for in vain, and the cache knows that.
    await begin(memory, state, 'other');
    memory.requests.remember(id('other'), answer, 1, state);
    const again = await opened(state);
    expect(await begin(again, state, 'a')).toBe(1);
    expect(again.requests.answerTo(id('a'))).toBeUndefined();
    again.requests.forget(must(again.requests.first(), 'there is one'), state);
    // Now it is known to be new without being looked for.
    expect(await begin(again, state, 'a')).toBe(0);
    again.requests.remember(id('a'), answer, 2, state);
    expect(await begin(again, state, 'a')).toBe(1);
    expect(again.requests.answerTo(id('a'))).toEqual(answer);
  });

  it('are forgotten in the order in which they came', async () => {
    const state = new MemoryState();
    const memory = await opened(state);
    expect(memory.requests.dueAtMs(5)).toBeUndefined();
    await begin(memory, state, 'a', 'b');
    memory.requests.remember(id('b'), answer, 3, state);
    memory.requests.remember(id('a'), answer, 4, state);
    expect(memory.requests.dueAtMs(5)).toBe(8);
    memory.requests.forget(must(memory.requests.first(), 'there is one'), state);
    expect(memory.requests.answerTo(id('b'))).toBeUndefined();
    expect(memory.requests.dueAtMs(5)).toBe(9);
  });
});
