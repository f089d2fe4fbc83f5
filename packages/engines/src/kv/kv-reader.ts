/**
 * Reads of a shard's state, past and present. A read has a revision and shows what was in force at it: what changes while it goes on does
 * not show, because the older versions are still there.
 *
 * What a read at an older revision cannot know, since the versions it needs are gone, it refuses with REVISION_COMPACTED and the earliest one
 * that it can answer.
 */
import { compareBytes, FlowError } from '@flowmesh/base';
import type { StateReader } from '../machine.ts';
import * as rows from './kv-keys.ts';
import type { KvMachine } from './kv-machine.ts';
import { decodeEvent, decodeHead, decodeLease, decodeVersion, type KvHead } from './kv-records.ts';
import type { KvEvent, KvLease, KvVersion } from './kv-types.ts';

export interface KvEntry {
  readonly key: Uint8Array;
  readonly version: KvVersion;
}

export interface KvPage {
  readonly entries: readonly KvEntry[];
  /** Rows looked at, whatever they held. */
  readonly looked: number;
  /** Where the next page begins; undefined at the end of the range. */
  readonly next: Uint8Array | undefined;
}

export interface KvHistoryEntry {
  readonly kind: 'put' | 'deleted';
  readonly revision: number;
  /** Of a put. */
  readonly version: KvVersion | undefined;
}

/** Reads as of one moment, when it was made: what expires later is still there for it. */
export class KvReader {
  /** The machine's time at that moment. */
  readonly timeMs: number;
  private readonly machine: KvMachine;
  private readonly state: StateReader;

  constructor(machine: KvMachine, state: StateReader) {
    this.timeMs = machine.timeMs;
    this.machine = machine;
    this.state = state;
  }

  /** Whether something can be read at the revision. */
  check(revision: number): FlowError | undefined {
    const { machine } = this;
    if (revision < machine.compactedRevision) return compacted(revision, machine.compactedRevision);
    return revision > machine.revision ? inFuture(revision, machine.revision) : undefined;
  }

  /** As `get`, but a large value may be missing. */
  async head(key: Uint8Array, revision: number): Promise<KvVersion | undefined> {
    const bytes = await this.state.get(rows.keyRow(key));
    return bytes === undefined ? undefined : await this.at(key, decodeHead(bytes), revision);
  }

  /** The version of a key at a revision, with its value; undefined where it was not there. */
  async get(key: Uint8Array, revision: number): Promise<KvVersion | undefined> {
    const version = await this.head(key, revision);
    return version === undefined ? undefined : await this.withValue(key, version);
  }

  /**
   * Keys of a range at a revision, ascending, without their large values: at most `rowsMax` rows are looked at, tombstones included, and at
   * most `entriesMax` entries are given.
   */
  async range(
    range: { readonly from: Uint8Array; readonly to: Uint8Array },
    at: { readonly revision: number; readonly rowsMax: number; readonly entriesMax: number },
  ): Promise<KvPage> {
    const bounds = rows.keyRows(range.from, range.to);
    const limit = Math.min(at.rowsMax, at.entriesMax + 1);
    const entries: KvEntry[] = [];
    let { from } = bounds;
    for (let looked = 0; looked < at.rowsMax; ) {
      const page = await this.state.scan({ from, to: bounds.to, limit });
      for (const [row, value] of page) {
        const key = rows.keyOfRow(row);
        if (entries.length === at.entriesMax) return { entries, looked, next: key };
        looked++;
        const version = await this.at(key, decodeHead(value), at.revision);
        if (version !== undefined) entries.push({ key, version });
      }
      const last = page[page.length - 1];
      if (page.length < limit || last === undefined) return { entries, looked, next: undefined };
      from = successor(last[0]);
    }
    return { entries, looked: at.rowsMax, next: rows.keyOfRow(from) };
  }

  /** Versions of a key that are kept, newest first; `depth` at most. */
  async history(key: Uint8Array, depth: number): Promise<readonly KvHistoryEntry[]> {
    const bytes = await this.state.get(rows.keyRow(key));
    if (bytes === undefined) return [];
    const head = decodeHead(bytes);
    const newest: KvHistoryEntry = head.deleted
      ? { kind: 'deleted', revision: head.modRevision, version: undefined }
      : { kind: 'put', revision: head.modRevision, version: await this.withValue(key, head) };
    const found: KvHistoryEntry[] = [newest];
    for (const { revision, kind } of head.past.toReversed()) {
      if (found.length >= depth) break;
      if (kind === 'deleted') {
        found.push({ kind, revision, version: undefined });
        continue;
      }
      const version = await this.stored(key, revision);
      if (version !== undefined) found.push({ kind: 'put', revision, version });
    }
    return found;
  }

  /** Events of the log from a place on, at most `max`, up to a revision that the machine has reached; values may be missing. */
  async events(
    from: { readonly revision: number; readonly index: number },
    lastRevision: number,
    max: number,
  ): Promise<readonly KvEvent[] | FlowError> {
    const pairs = await this.state.scan({
      from: rows.logRow(from.revision, from.index),
      to: rows.logRow(lastRevision + 1, 0),
      limit: max,
    });
    // Asked after reading: what was there to be read is whole.
    const { compactedRevision } = this.machine;
    if (from.revision <= compactedRevision) return eventsCompacted(from.revision, compactedRevision + 1);
    return pairs.map(([row, value]) => decodeEvent(rows.placeOfLogRow(row), value));
  }

  /** A lease that can be kept alive, with the time that it has at least. */
  async lease(id: number): Promise<KvLease | undefined> {
    const bytes = await this.state.get(rows.leaseRow(id));
    if (bytes === undefined) return undefined;
    const { ttlMs, expiresAtMs, ending } = decodeLease(bytes);
    const endsAtMs = Math.max(expiresAtMs, this.machine.termStartMs + ttlMs);
    return ending === 'no' ? { id, ttlMs, expiresAtMs: endsAtMs } : undefined;
  }

  async leaseKeys(id: number, max: number): Promise<readonly Uint8Array[]> {
    const pairs = await this.state.scan({ ...rows.leaseKeyRows(id), limit: max });
    return pairs.map(([row]) => rows.restOfRow(row));
  }

  /** The version that a put of this revision made; undefined where it is gone. */
  async version(key: Uint8Array, revision: number): Promise<KvVersion | undefined> {
    const bytes = await this.state.get(rows.keyRow(key));
    if (bytes !== undefined) {
      const head = decodeHead(bytes);
      if (!head.deleted && head.modRevision === revision) return await this.withValue(key, head);
    }
    return (await this.stored(key, revision)) ?? (await this.fromLog(key, revision));
  }

  async withValue(key: Uint8Array, version: KvVersion): Promise<KvVersion> {
    if (version.value !== undefined) return version;
    const stored = await this.stored(key, version.modRevision);
    if (stored === undefined) throw valueGone();
    return { ...version, value: stored.value };
  }

  private async stored(key: Uint8Array, revision: number): Promise<KvVersion | undefined> {
    const bytes = await this.state.get(rows.versionRow(key, revision));
    return bytes === undefined ? undefined : decodeVersion(bytes);
  }

  private async fromLog(key: Uint8Array, revision: number): Promise<KvVersion | undefined> {
    const pairs = await this.state.scan({ from: rows.logRow(revision, 0), to: rows.logRow(revision + 1, 0) });
    for (const [row, value] of pairs) {
      const event = decodeEvent(rows.placeOfLogRow(row), value);
      if (event.kind !== 'put' || event.value === undefined || compareBytes(event.key, key) !== 0) continue;
      return { ...event, modRevision: revision };
    }
    return undefined;
  }

  /** What was in force at a revision, by what the head knows. Expired keys are not there, though their deletion may be still to come. */
  private async at(key: Uint8Array, head: KvHead, revision: number): Promise<KvVersion | undefined> {
    if (head.modRevision <= revision) return head.deleted || this.isExpired(head) ? undefined : head;
    const past = head.past.findLast((version) => version.revision <= revision);
    if (past === undefined) {
      if (!head.trimmed) return undefined;
      throw compacted(revision, head.past[0]?.revision ?? head.modRevision);
    }
    if (past.kind === 'deleted') return undefined;
    const version = await this.stored(key, past.revision);
    if (version === undefined) throw compacted(revision, past.revision + 1);
    return version;
  }

  private isExpired(version: KvVersion): boolean {
    return version.expiresAtMs !== 0 && version.expiresAtMs <= this.timeMs;
  }
}

function compacted(revision: number, earliest: number): FlowError {
  return new FlowError(
    'REVISION_COMPACTED',
    `revision ${revision} is compacted: what was in force at it is not known any more`,
    {
      hint: `Read at revision ${earliest} or later, or raise history.depth or history.retention.ms of the bucket.`,
      details: { earliestRevision: earliest },
    },
  );
}

function eventsCompacted(revision: number, earliest: number): FlowError {
  return new FlowError('REVISION_COMPACTED', `changes from revision ${revision} on are compacted`, {
    hint: `Read the keys as they are now, and watch from there; the earliest revision to watch from is ${earliest}.`,
    details: { earliestRevision: earliest },
  });
}

function inFuture(revision: number, last: number): FlowError {
  return new FlowError('INVALID_ARGUMENT', `revision ${revision} is in the future: the last is ${last}`, {
    hint: 'Revisions count for each shard of a bucket.',
    details: { revision: last },
  });
}

function valueGone(): FlowError {
  return new FlowError('UNAVAILABLE', 'the value was replaced and removed while it was read', {
    hint: 'Read again.',
  });
}

function successor(row: Uint8Array): Uint8Array {
  const next = new Uint8Array(row.length + 1);
  next.set(row);
  return next;
}
