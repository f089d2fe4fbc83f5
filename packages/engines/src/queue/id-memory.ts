/**
 * Ids that are remembered for a while: deduplication ids, requests, and transactions that have ended. Each has an entry in `forget`, ordered by
 * time; remembering an id anew moves its entry, so that `expire` never forgets what was remembered since.
 */
import { ByteReader, ByteWriter } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import { KnownIds } from '../state/known-ids.ts';
import type { OrderedHead } from '../state/ordered-head.ts';
import type { StateCache } from '../state/state-cache.ts';
import { forgetKey, forgetPrefix, MARK, readForgetKey } from './queue-keys.ts';

/** Until something else is said. */
export const FOREVER_MS: number = Number.MAX_SAFE_INTEGER;

export class IdMemory {
  private readonly cache: StateCache;
  private readonly forget: OrderedHead;
  /** Keys of those that are remembered until a time that is known, by that time. */
  private readonly known = new KnownIds();

  constructor(cache: StateCache, forget: OrderedHead) {
    this.cache = cache;
    this.forget = forget;
  }

  async load(state: StateReader): Promise<void> {
    await this.forget.restore(state);
    const timed = { from: forgetPrefix(0), to: forgetPrefix(FOREVER_MS) };
    const [last] = await state.scan({ ...timed, reverse: true, limit: 1 });
    this.known.restore(last && readForgetKey(last[0]).atMs);
  }

  /** Which of the keys have to be looked for; the others are not remembered, which is noted. None is of what is remembered forever. */
  unknownOf(keys: Iterable<Uint8Array>): Uint8Array[] {
    const first = this.forget.glimpse();
    if (first !== undefined) this.known.forgotten(readForgetKey(first.key).atMs);
    else if (this.forget.complete) this.known.forgotten(Number.POSITIVE_INFINITY);
    const unknown: Uint8Array[] = [];
    for (const key of keys) {
      if (this.known.mayHold(key)) unknown.push(key);
      else this.cache.admitAbsent(key);
    }
    return unknown;
  }

  /** What was remembered under the key, unless that was until `timeMs` or before; loaded by `prepare`. */
  recall(key: Uint8Array, timeMs: number): Uint8Array | undefined {
    const bytes = this.cache.get(key);
    if (bytes === undefined) return undefined;
    const reader = new ByteReader(bytes);
    return reader.u64() > timeMs ? reader.raw(reader.remaining) : undefined;
  }

  remember(key: Uint8Array, value: Uint8Array, untilMs: number, writer: StateWriter): void {
    this.dropEntry(key, writer);
    this.cache.put(key, new ByteWriter(8 + value.length).u64(untilMs).raw(value).view8(), writer);
    this.forget.insert(forgetKey(untilMs, key), MARK, writer);
    if (untilMs < FOREVER_MS) this.known.add(key, untilMs);
  }

  /** Forgets the id that was to be forgotten first, if its time has come. */
  forgetNext(timeMs: number, writer: StateWriter): boolean {
    const entry = this.forget.first();
    if (entry === undefined) return false;
    const { atMs, what } = readForgetKey(entry.key);
    if (atMs > timeMs) return false;
    this.forget.remove(entry.key, writer);
    this.cache.del(what, writer);
    return true;
  }

  private dropEntry(key: Uint8Array, writer: StateWriter): void {
    const bytes = this.cache.get(key);
    if (bytes !== undefined) this.forget.remove(forgetKey(new ByteReader(bytes).u64(), key), writer);
  }
}
