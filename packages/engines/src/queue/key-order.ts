/**
 * Order within keys: of the jobs of one key, one *holds* the key (it is ready, leased, or waits for a retry), the others are blocked. When the
 * holder is gone or dead, the key is *freed*: it goes to the end of a queue of keys, from which `expire` passes each on to the blocked job with
 * the smallest seq. So ending any number of jobs costs the same, whatever waits behind them.
 *
 * A job joins when it becomes ready for the first time: one enqueued with a delay does not block its key before it is due.
 *
 * Invariants: a key has a record exactly while a job of it holds it or waits; a record without a holder has waiting jobs, and its key is in `freed`
 * (where it may be more than once: who comes too late finds a holder, or nothing).
 */
import { assert, ByteReader, ByteWriter, must } from '@flowmesh/base';
import type { StateWriter } from '../machine.ts';
import type { OrderedHead } from '../state/ordered-head.ts';
import type { StateCache } from '../state/state-cache.ts';
import type { KeyWindows } from './key-windows.ts';
import type { QueueGlobals } from './queue-globals.ts';
import { lastSeq, MARK, numberKey, orderKey, TABLE, waitingKey, waitingPrefix } from './queue-keys.ts';

interface KeyRecord {
  /** Seq; 0: nobody, the key is freed. */
  readonly holder: number;
  readonly waiting: number;
}

interface KeyOrderPorts {
  readonly globals: QueueGlobals;
  readonly cache: StateCache;
  readonly windows: KeyWindows;
  /** All blocked jobs, of all keys. */
  readonly waiting: OrderedHead;
  readonly freed: OrderedHead;
}

export class KeyOrder {
  private readonly ports: KeyOrderPorts;

  constructor(ports: KeyOrderPorts) {
    this.ports = ports;
  }

  /** True where the job holds its key from now on; else it is blocked. */
  join(jobKey: Uint8Array, seq: number, writer: StateWriter): boolean {
    const record = this.record(jobKey);
    if (record === undefined) {
      this.keep(jobKey, { holder: seq, waiting: 0 }, writer);
      return true;
    }
    this.keep(jobKey, { holder: record.holder, waiting: record.waiting + 1 }, writer);
    const key = waitingKey(jobKey, seq);
    this.ports.waiting.insert(key, MARK, writer);
    this.ports.windows.noteInsert(waitingPrefix(jobKey), key, MARK);
    return false;
  }

  /** The holder of the key is gone or dead. */
  free(jobKey: Uint8Array, seq: number, writer: StateWriter): void {
    const record = must(this.record(jobKey), 'a key that is held has a record');
    assert(record.holder === seq, 'who frees a key holds it');
    if (record.waiting === 0) {
      this.ports.cache.del(orderKey(jobKey), writer);
      return;
    }
    this.keep(jobKey, { holder: 0, waiting: record.waiting }, writer);
    const { globals, freed } = this.ports;
    freed.insert(numberKey(TABLE.freed, globals.nextNumber), Uint8Array.from(jobKey), writer);
    globals.nextNumber += 1;
  }

  /** A blocked job is gone. */
  leave(jobKey: Uint8Array, seq: number, writer: StateWriter): void {
    const record = must(this.record(jobKey), 'a key with blocked jobs has a record');
    this.unblock(jobKey, seq, writer);
    const waiting = record.waiting - 1;
    if (waiting === 0 && record.holder === 0) this.ports.cache.del(orderKey(jobKey), writer);
    else this.keep(jobKey, { holder: record.holder, waiting }, writer);
  }

  /** Whether a key waits to be passed on. */
  get pending(): boolean {
    return this.ports.freed.size > 0 || !this.ports.freed.complete;
  }

  /** Passes the first freed key on: the seq of its new holder, or undefined where it needs none. */
  passOn(writer: StateWriter): number | undefined {
    const entry = must(this.ports.freed.first(), 'a key is freed');
    this.ports.freed.remove(entry.key, writer);
    const jobKey = entry.value;
    const record = this.record(jobKey);
    if (record === undefined || record.holder !== 0) return undefined;
    const next = must(this.ports.windows.get(waitingPrefix(jobKey)).first(), 'a freed key has blocked jobs');
    const seq = lastSeq(next.key);
    this.unblock(jobKey, seq, writer);
    this.keep(jobKey, { holder: seq, waiting: record.waiting - 1 }, writer);
    return seq;
  }

  private unblock(jobKey: Uint8Array, seq: number, writer: StateWriter): void {
    const key = waitingKey(jobKey, seq);
    this.ports.waiting.remove(key, writer);
    this.ports.windows.noteRemove(waitingPrefix(jobKey), key);
  }

  private record(jobKey: Uint8Array): KeyRecord | undefined {
    const bytes = this.ports.cache.get(orderKey(jobKey));
    if (bytes === undefined) return undefined;
    const reader = new ByteReader(bytes);
    return { holder: reader.u64(), waiting: reader.u64() };
  }

  private keep(jobKey: Uint8Array, record: KeyRecord, writer: StateWriter): void {
    const bytes = new ByteWriter(16).u64(record.holder).u64(record.waiting).view8();
    this.ports.cache.put(orderKey(jobKey), bytes, writer);
  }
}
