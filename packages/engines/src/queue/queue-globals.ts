/**
 * The numbers of a queue shard that are in memory at all times, and written with every command. All of them are bounded: nothing here
 * grows with the queue.
 */
import { assert, ByteReader, ByteWriter } from '@flowmesh/base';
import { PRIORITY_MAX, type QueueTotals } from './queue-types.ts';

const VERSION = 1;
const TOTALS = [
  'enqueued',
  'deduplicated',
  'delivered',
  'completed',
  'retried',
  'deadLettered',
  'leaseExpired',
  'redriven',
  'dropped',
  'purged',
] as const satisfies ReadonlyArray<keyof QueueTotals>;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class QueueGlobals {
  /** The machine's time: the greatest that a command has brought. */
  timeMs = 0;
  /** Of the leader whose command was applied last, and the machine's time at its first one: no lease ends before it has had its full time from then. */
  term = 0;
  termStartMs = 0;
  /** Checksum chained over all commands. */
  chain = 0;
  configRevision = 0;
  /** Of the next job. */
  nextSeq = 1;
  /** Of the next entry of `freed`, and of the next redrive task. */
  nextNumber = 1;
  receivePaused = false;
  enqueuePaused = false;
  /** Ready and not blocked, by priority. */
  readonly readyBy: number[] = zeros();
  blocked = 0;
  delayed = 0;
  leased = 0;
  dead = 0;
  staged = 0;
  /** Of jobs that are not dead. */
  bytes = 0;
  deadBytes = 0;
  /** By priority: the turn of the last delivered job, and the last turn that was given. */
  readonly turnNow: number[] = zeros();
  readonly turnLast: number[] = zeros();
  readonly totals: Mutable<QueueTotals> = {
    enqueued: 0,
    deduplicated: 0,
    delivered: 0,
    completed: 0,
    retried: 0,
    deadLettered: 0,
    leaseExpired: 0,
    redriven: 0,
    dropped: 0,
    purged: 0,
  };

  /** Ready, blocked ones included. */
  get ready(): number {
    return this.deliverable + this.blocked;
  }

  /** Ready and not blocked. */
  get deliverable(): number {
    let sum = 0;
    for (const count of this.readyBy) sum += count;
    return sum;
  }

  /** Jobs that are not dead. */
  get live(): number {
    return this.ready + this.delayed + this.leased + this.staged;
  }

  /** Whether keys have ever taken turns here. */
  get turnsGiven(): boolean {
    return this.turnLast.some((turn) => turn > 0);
  }

  private *numbers(): Generator<number> {
    yield* [this.timeMs, this.chain, this.configRevision, this.nextSeq, this.nextNumber];
    yield* [Number(this.receivePaused), Number(this.enqueuePaused)];
    yield* [this.blocked, this.delayed, this.leased, this.dead, this.staged, this.bytes, this.deadBytes];
    yield* this.readyBy;
    yield* this.turnNow;
    yield* this.turnLast;
    for (const name of TOTALS) yield this.totals[name];
    yield* [this.term, this.termStartMs];
  }

  encode(): Uint8Array {
    const writer = new ByteWriter(256).u8(VERSION);
    for (const number of this.numbers()) writer.varint(number);
    return writer.finish();
  }

  decode(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    assert(reader.u8() === VERSION, 'the globals of a queue are of a version that this node knows');
    const next = (): number => reader.varint();
    this.timeMs = next();
    this.chain = next();
    this.configRevision = next();
    this.nextSeq = next();
    this.nextNumber = next();
    this.receivePaused = next() === 1;
    this.enqueuePaused = next() === 1;
    this.blocked = next();
    this.delayed = next();
    this.leased = next();
    this.dead = next();
    this.staged = next();
    this.bytes = next();
    this.deadBytes = next();
    for (const list of [this.readyBy, this.turnNow, this.turnLast]) {
      for (let priority = 0; priority <= PRIORITY_MAX; priority++) list[priority] = next();
    }
    for (const name of TOTALS) this.totals[name] = next();
    if (reader.remaining === 0) return;
    this.term = next();
    this.termStartMs = next();
  }

  describe(): string {
    return [...this.numbers()].join(',');
  }
}

function zeros(): number[] {
  return Array.from({ length: PRIORITY_MAX + 1 }, () => 0);
}
