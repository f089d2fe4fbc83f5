/**
 * Leases: a time that is kept up by keep-alives, and the keys that go with it.
 *
 *   granted ─ keep-alive ─► granted        granted ─ revoked, or not kept alive in time ─► ending ─ its last key is gone ─► gone
 *
 * A keep-alive only moves the expiry in the record; its row in the table of dues is moved when it is reached. Every new term of the
 * leader gives all leases their full time again, counted from the term's first command: whoever held one could not reach the leader before.
 */
import { EMPTY_BYTES, FlowError, must } from '@flowmesh/base';
import type { Keyspace } from './keyspace.ts';
import * as rows from './kv-keys.ts';
import { decodeLease, encodeLease, type LeaseRecord } from './kv-records.ts';
import type { KvLease } from './kv-types.ts';

export class LeaseTable {
  private readonly space: Keyspace;

  constructor(space: Keyspace) {
    this.space = space;
  }

  private record(id: number): LeaseRecord | undefined {
    const bytes = this.space.cache.get(rows.leaseRow(id));
    return bytes === undefined ? undefined : decodeLease(bytes);
  }

  /** Whether keys can be given to the lease. */
  isAlive(id: number): boolean {
    const record = this.record(id);
    return record?.ending === 'no' && this.endsAt(record) > this.space.globals.timeMs;
  }

  /**
   * A known id that is alive is answered as it is, so that a repeated grant does no harm. An id of the machine that somebody else chose before
   * is refused; the next one comes next.
   */
  grant(wantedId: number, ttlMs: number): KvLease | FlowError {
    const { globals } = this.space;
    const id = wantedId === 0 ? globals.lastLease + 1 : wantedId;
    const known = this.record(id);
    if (wantedId === 0) globals.lastLease = id;
    if (known !== undefined) {
      const same = wantedId !== 0 && known.ttlMs === ttlMs && this.isAlive(id);
      return same ? this.keep(id, known) : leaseExists(id);
    }
    const expiresAtMs = globals.timeMs + ttlMs;
    globals.leases++;
    // It may be due within the same chunk of commands: it has no keys but those that the chunk itself gives to it.
    this.space.ranges.keep(rows.leaseKeyRows(id), [], true);
    this.write(id, { ttlMs, expiresAtMs, dueMs: expiresAtMs, ending: 'no' });
    this.space.leaseDues.insert(rows.leaseDueRow(expiresAtMs, id), EMPTY_BYTES, this.space.out);
    return { id, ttlMs, expiresAtMs };
  }

  keepAlive(id: number): KvLease | undefined {
    const record = this.record(id);
    if (record === undefined || !this.isAlive(id)) return undefined;
    return this.keep(id, record);
  }

  private keep(id: number, record: LeaseRecord): KvLease {
    const expiresAtMs = this.space.globals.timeMs + record.ttlMs;
    this.write(id, { ...record, expiresAtMs });
    return { id, ttlMs: record.ttlMs, expiresAtMs };
  }

  /** Nobody can use the lease any more. False where there is none. */
  revoke(id: number): boolean {
    const record = this.record(id);
    if (record === undefined) return false;
    if (record.ending === 'no') this.end(id, record, 'revoked');
    return true;
  }

  private end(id: number, record: LeaseRecord, ending: 'revoked' | 'expired'): void {
    const { leaseDues, out } = this.space;
    leaseDues.remove(rows.leaseDueRow(record.dueMs, id), out);
    leaseDues.insert(rows.leaseDueRow(0, id), EMPTY_BYTES, out);
    this.write(id, { ...record, dueMs: 0, ending });
  }

  /** The due lease at the head, made ending; undefined where none is due. Those that were kept alive move back. */
  nextEnding(budget: {
    looks: number;
  }): { readonly id: number; readonly kind: 'delete' | 'expire' } | undefined {
    const { leaseDues, globals, out } = this.space;
    for (; budget.looks > 0; budget.looks--) {
      const first = leaseDues.first();
      if (first === undefined || rows.numberOfRow(first.key) > globals.timeMs) return undefined;
      const id = rows.leaseOfDueRow(first.key);
      const record = must(this.record(id), 'a due lease is there');
      if (record.ending !== 'no') return { id, kind: record.ending === 'revoked' ? 'delete' : 'expire' };
      const endsAtMs = this.endsAt(record);
      if (endsAtMs > globals.timeMs) {
        leaseDues.remove(first.key, out);
        leaseDues.insert(rows.leaseDueRow(endsAtMs, id), EMPTY_BYTES, out);
        this.write(id, { ...record, dueMs: endsAtMs });
      } else {
        this.end(id, record, 'expired');
        return { id, kind: 'expire' };
      }
    }
    return undefined;
  }

  /** An ending lease has no keys left. */
  remove(id: number): void {
    const { cache, leaseDues, globals, out } = this.space;
    leaseDues.remove(rows.leaseDueRow(0, id), out);
    cache.del(rows.leaseRow(id), out);
    globals.leases--;
  }

  private endsAt(record: LeaseRecord): number {
    return Math.max(record.expiresAtMs, this.space.globals.termStartMs + record.ttlMs);
  }

  private write(id: number, record: LeaseRecord): void {
    this.space.cache.put(rows.leaseRow(id), encodeLease(record), this.space.out);
  }
}

function leaseExists(id: number): FlowError {
  return new FlowError(
    'ALREADY_EXISTS',
    `lease ${id} is there already, with another time to live or ending`,
    {
      hint: 'Choose another id, or none (0) and try again: the bucket gives one.',
    },
  );
}
