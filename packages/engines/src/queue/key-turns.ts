/**
 * Keys take turns (start-time fair queueing): a job gets the turn after the last one of its key, or after the one that is being delivered,
 * whichever is later; jobs are delivered by turn. A key with a million jobs so has one in each of a million turns, and another key's first
 * job stands in the very next one. A job that comes back after a failed delivery keeps its turn.
 *
 * A key has a record while jobs of it are ready. Where keys do not take turns, jobs go behind all turns that were ever given.
 */
import { ByteReader, ByteWriter, must } from '@flowmesh/base';
import type { StateWriter } from '../machine.ts';
import type { StateCache } from '../state/state-cache.ts';
import type { QueueGlobals } from './queue-globals.ts';
import { turnsKey } from './queue-keys.ts';
import type { JobMeta } from './queue-types.ts';

interface TurnRecord {
  /** Ready jobs of the key. */
  readonly count: number;
  /** The last turn that one of them was given. */
  readonly last: number;
}

type Placed = Pick<JobMeta, 'priority' | 'key' | 'place'>;

export class KeyTurns {
  private readonly globals: QueueGlobals;
  private readonly cache: StateCache;
  /** Set by the queue's configuration. */
  enabled = false;

  constructor(globals: QueueGlobals, cache: StateCache) {
    this.globals = globals;
    this.cache = cache;
  }

  /** Whether turns matter: while keys take turns, and ever after. */
  get used(): boolean {
    return this.enabled || this.globals.turnsGiven;
  }

  /** The turn of a job that becomes ready. */
  enter(job: Placed, writer: StateWriter): number {
    if (!this.used) return 0;
    const { turnNow, turnLast } = this.globals;
    const given = must(turnLast[job.priority], 'priorities go from 0 to 9');
    if (!this.enabled && job.place.turn === 0) return given;
    const key = turnsKey(job.priority, job.key);
    const now = must(turnNow[job.priority], 'priorities go from 0 to 9');
    const record = this.record(key) ?? { count: 0, last: now };
    const turn = job.place.turn > 0 ? job.place.turn : Math.max(now, record.last) + 1;
    turnLast[job.priority] = Math.max(given, turn);
    this.keep(key, { count: record.count + 1, last: Math.max(record.last, turn) }, writer);
    return turn;
  }

  /** A job is not ready any more. */
  leave(job: Placed, writer: StateWriter): void {
    if (!this.used) return;
    const key = turnsKey(job.priority, job.key);
    const record = this.record(key);
    if (record === undefined) return;
    if (record.count <= 1) this.cache.del(key, writer);
    else this.keep(key, { count: record.count - 1, last: record.last }, writer);
  }

  /** A job is delivered: its turn is the one that all have come to. */
  reached(job: Placed): void {
    const { turnNow } = this.globals;
    turnNow[job.priority] = Math.max(
      must(turnNow[job.priority], 'priorities go from 0 to 9'),
      job.place.turn,
    );
  }

  private record(key: Uint8Array): TurnRecord | undefined {
    const bytes = this.cache.get(key);
    if (bytes === undefined) return undefined;
    const reader = new ByteReader(bytes);
    return { count: reader.u64(), last: reader.u64() };
  }

  private keep(key: Uint8Array, record: TurnRecord, writer: StateWriter): void {
    this.cache.put(key, new ByteWriter(16).u64(record.count).u64(record.last).view8(), writer);
  }
}
