/**
 * The ready jobs of a shard in order of delivery: priority (9 first), turn, seq. One head for each priority; what is beyond lies on disk.
 * The value of an entry is the time at which the job became ready.
 */
import { ByteReader, ByteWriter, must } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import { type HeadEntry, OrderedHead } from '../state/ordered-head.ts';
import { lastSeq, readyKey, readyPrefix } from './queue-keys.ts';
import { type JobMeta, PRIORITY_MAX } from './queue-types.ts';

export class ReadyIndex {
  /** By priority. */
  private readonly heads: readonly OrderedHead[];

  constructor(options: { readonly keepMax: number; readonly fill: number }) {
    this.heads = Array.from(
      { length: PRIORITY_MAX + 1 },
      (_, priority) => new OrderedHead({ prefix: readyPrefix(priority), ...options }),
    );
  }

  async restore(state: StateReader): Promise<void> {
    for (const head of this.heads) await head.restore(state);
  }

  insert(meta: JobMeta, readyAtMs: number, writer: StateWriter): void {
    const value = new ByteWriter(8).u64(readyAtMs).view8();
    this.head(meta.priority).insert(readyKey(meta.priority, meta.place.turn, meta.seq), value, writer, true);
  }

  remove(meta: JobMeta, writer: StateWriter): void {
    this.head(meta.priority).remove(readyKey(meta.priority, meta.place.turn, meta.seq), writer);
  }

  /** The next one to be delivered. */
  first(): number | undefined {
    for (let priority = PRIORITY_MAX; priority >= 0; priority--) {
      const entry = this.head(priority).first();
      if (entry !== undefined) return lastSeq(entry.key);
    }
    return undefined;
  }

  /** Up to `count` jobs that matter least: the lowest priorities, no higher than `priorityMax`, the oldest of each. */
  least(count: number, priorityMax: number): readonly number[] {
    const seqs: number[] = [];
    for (let priority = 0; priority <= priorityMax; priority++) {
      for (let i = 0; seqs.length < count; i++) {
        const entry = this.head(priority).at(i);
        if (entry === undefined) break;
        seqs.push(lastSeq(entry.key));
      }
    }
    return seqs;
  }

  /**
   * Makes the first `count` jobs and one more available (`each`: of each priority), and yields what is to be waited for. Returns their seqs.
   * With 0, each priority still has an entry where there is one.
   */
  *reach(
    count: number,
    each: boolean,
    state: StateReader,
  ): Generator<Promise<void> | undefined, readonly number[], undefined> {
    const seqs: number[] = [];
    for (const head of this.heads.toReversed()) {
      const missing = each ? count : Math.max(0, count - seqs.length);
      yield head.ensure(missing + 1, state);
      const available = Math.min(missing, head.size);
      for (let i = 0; i < available; i++) seqs.push(lastSeq((head.at(i) as HeadEntry).key));
    }
    return seqs;
  }

  /** The earliest readiness among the first jobs of each priority. */
  oldestReadyAtMs(): number | undefined {
    let oldest: number | undefined;
    for (const head of this.heads) {
      const entry = head.glimpse();
      if (entry === undefined) continue;
      const readyAtMs = new ByteReader(entry.value).u64();
      if (oldest === undefined || readyAtMs < oldest) oldest = readyAtMs;
    }
    return oldest;
  }

  private head(priority: number): OrderedHead {
    return must(this.heads[priority], 'priorities go from 0 to 9');
  }
}
