/**
 * Requests that were answered, so that a repetition gets the same answer: an answer by id, and ids by time, to be forgotten in that order.
 *
 *   begin(ids of a chunk) ─► new, as `KnownIds` tells ─► kept for the chunk alone: hardly any of them is asked for again
 *                        └─► perhaps answered before ─► loaded into the cache like any other row
 *
 * Invariant: what is answered depends on the rows alone, never on which of the two ways a request took.
 */
import { EMPTY_BYTES } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import { keyName } from '../state/key-name.ts';
import { KnownIds } from '../state/known-ids.ts';
import { type HeadEntry, OrderedHead } from '../state/ordered-head.ts';
import type { StateCache } from '../state/state-cache.ts';
import * as rows from './kv-keys.ts';

const KEEP_MAX = 2_048;
const FILL = 256;

export class RequestMemory {
  private readonly cache: StateCache;
  private readonly times = new OrderedHead({
    prefix: Uint8Array.of(rows.TABLE.requestTimes),
    keepMax: KEEP_MAX,
    fill: FILL,
  });
  /** Ids that are remembered, by when they came. */
  private readonly known = new KnownIds();
  /** By name: those of the chunk that had no answer when it began. */
  private readonly fresh = new Map<string, Uint8Array | undefined>();

  constructor(cache: StateCache) {
    this.cache = cache;
  }

  async load(state: StateReader): Promise<void> {
    await this.times.restore(state);
    const [newest] = await state.scan({ ...rows.REQUEST_TIME_ROWS, reverse: true, limit: 1 });
    this.known.restore(newest && rows.numberOfRow(newest[0]));
    this.fresh.clear();
  }

  /** A chunk begins: rows that have to be loaded for the requests of these ids. */
  begin(ids: readonly Uint8Array[]): Uint8Array[] {
    this.fresh.clear();
    const first = this.times.glimpse();
    if (first !== undefined) this.known.forgotten(rows.numberOfRow(first.key));
    else if (this.times.complete) this.known.forgotten(Number.POSITIVE_INFINITY);
    const unknown: Uint8Array[] = [];
    for (const id of ids) {
      if (this.known.mayHold(id)) unknown.push(rows.requestRow(id));
      else this.fresh.set(keyName(id), undefined);
    }
    return unknown;
  }

  /** As it was encoded; undefined: it is a new request. */
  answerTo(id: Uint8Array): Uint8Array | undefined {
    const name = keyName(id);
    return this.fresh.has(name) ? this.fresh.get(name) : this.cache.get(rows.requestRow(id));
  }

  /** `id` may alias the log. */
  remember(id: Uint8Array, answer: Uint8Array, timeMs: number, writer: StateWriter): void {
    const name = keyName(id);
    const row = rows.requestRow(id);
    if (this.fresh.has(name)) {
      this.fresh.set(name, answer);
      this.cache.putPast(row, answer, writer);
    } else this.cache.put(row, answer, writer);
    this.times.insert(rows.requestTimeRow(timeMs, id), EMPTY_BYTES, writer);
    this.known.add(id, timeMs);
  }

  /** The request that is to be forgotten first; prepared with `ensure`. */
  first(): HeadEntry | undefined {
    return this.times.first();
  }

  ensure(count: number, state: StateReader): Promise<void> | undefined {
    return this.times.ensure(count, state);
  }

  /** `entry` is the first. */
  forget(entry: HeadEntry, writer: StateWriter): void {
    const id = rows.restOfRow(entry.key);
    this.times.remove(entry.key, writer);
    const name = keyName(id);
    if (this.fresh.has(name)) this.fresh.set(name, undefined);
    this.cache.delPast(rows.requestRow(id), writer);
  }

  /** When the first one will be `ageMs` old; undefined: there is none; 0: it is not in memory. */
  dueAtMs(ageMs: number): number | undefined {
    const first = this.times.glimpse();
    if (first !== undefined) return rows.numberOfRow(first.key) + ageMs;
    return this.times.complete ? undefined : 0;
  }
}
