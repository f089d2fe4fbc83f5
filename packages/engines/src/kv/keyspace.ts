/**
 * The rows of the key-value machine, and the few ways in which they change together: a key gets a version, a key goes away, the log loses
 * its beginning. Everything here is synchronous and looks only at what was prepared.
 *
 *   absent ─ put ─► live ─ put ─► live (the version before joins the past)
 *                    └─ deleted, expired ─► tombstone ─ put ─► live    tombstone ─ its event is compacted ─► absent
 *
 * Invariants: a live head with an expiry has exactly one row in the table of expiries, one with a lease exactly one in that of lease keys; every
 * change is one event of the log; a value that the log or a head's past refers to is there.
 */
import { EMPTY_BYTES, must } from '@flowmesh/base';
import type { StateWriter } from '../machine.ts';
import { OrderedHead } from '../state/ordered-head.ts';
import { RecordArena } from '../state/record-arena.ts';
import { keyName } from '../state/key-name.ts';
import { type NamedKey, StateCache } from '../state/state-cache.ts';
import { newGlobals, type KvGlobals } from './kv-globals.ts';
import * as rows from './kv-keys.ts';
import {
  decodeEvent,
  decodeHead,
  decodeVersion,
  encodeEvent,
  encodeHead,
  encodeVersion,
  isInline,
  type KvHead,
  type PastVersion,
} from './kv-records.ts';
import type { KvEvent, KvEventKind, KvVersion } from './kv-types.ts';
import { PreparedRanges } from './prepared-ranges.ts';
import { RecentEvents } from './recent-events.ts';
import { RequestMemory } from './request-memory.ts';

/** Entries of the ordered tables that stay in memory. */
const HEAD_KEEP_MAX = 2_048;
const HEAD_FILL = 256;
const LOG_KEEP_MAX = 512;
const LOG_FILL = 64;

export interface NewVersion {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly expiresAtMs: number;
  readonly lease: number;
}

/** Place of a change in the log. */
export interface Place {
  readonly revision: number;
  readonly index: number;
}

export class Keyspace {
  readonly cache: StateCache;
  readonly ranges = new PreparedRanges();
  readonly recent = new RecentEvents();
  readonly expiries = head(rows.TABLE.expiries);
  readonly leaseDues = head(rows.TABLE.leaseDues);
  readonly requests: RequestMemory;
  readonly log = new OrderedHead({
    prefix: Uint8Array.of(rows.TABLE.log),
    keepMax: LOG_KEEP_MAX,
    fill: LOG_FILL,
  });
  globals: KvGlobals = newGlobals();
  /** Some command of the chunk keeps the value of its key. */
  keepsLargeValues = false;
  /** That of the command being applied. */
  writer: StateWriter | undefined;

  private readonly arena = new RecordArena();
  /** The key that was asked for last; keys never change. */
  private asked: { readonly of: Uint8Array; readonly row: NamedKey } | undefined;
  /** The head that was decoded last, by its bytes, which never change. */
  private looked: { readonly bytes: Uint8Array; readonly head: KvHead } | undefined;

  constructor(cacheBytesMax: number) {
    this.cache = new StateCache({ bytesMax: cacheBytesMax });
    this.requests = new RequestMemory(this.cache);
  }

  get out(): StateWriter {
    return must(this.writer, 'rows are written while a command is applied');
  }

  // ---- reading

  /** A command asks for the row of its key several times. */
  private rowOf(key: Uint8Array): NamedKey {
    if (this.asked?.of === key) return this.asked.row;
    const row = rows.keyRow(key);
    const named = { key: row, name: keyName(row) };
    this.asked = { of: key, row: named };
    return named;
  }

  /** The key's newest state, tombstones included. */
  head(key: Uint8Array): KvHead | undefined {
    const row = this.rowOf(key);
    const bytes = this.cache.get(row.key, row.name);
    if (bytes === undefined) return undefined;
    // A command looks at its key several times.
    if (bytes !== this.looked?.bytes) this.looked = { bytes, head: decodeHead(bytes) };
    return this.looked.head;
  }

  /** The key's version if it is there at machine time. */
  live(key: Uint8Array): KvHead | undefined {
    const found = this.head(key);
    return found === undefined || found.deleted || this.isExpired(found) ? undefined : found;
  }

  isExpired(version: KvVersion): boolean {
    return version.expiresAtMs !== 0 && version.expiresAtMs <= this.globals.timeMs;
  }

  /** The value of a head; a large one must have been prepared. */
  valueOf(key: Uint8Array, found: KvHead): Uint8Array {
    if (found.value !== undefined) return found.value;
    const bytes = must(
      this.cache.get(rows.versionRow(key, found.modRevision)),
      'a large value lies in the table of versions',
    );
    return must(decodeVersion(bytes).value, 'a row of the table of versions holds its value');
  }

  // ---- changing

  /** Gives a key its next version; `before` is what `head` says. Only the value may alias the log. */
  put(place: Place, before: KvHead | undefined, wanted: NewVersion): KvVersion {
    const { key, value, expiresAtMs, lease } = wanted;
    const { revision } = place;
    const live = before !== undefined && !before.deleted;
    const inline = isInline(value.length);
    const given: KvVersion = {
      createRevision: live ? before.createRevision : revision,
      modRevision: revision,
      version: live ? before.version + 1 : 1,
      expiresAtMs,
      lease,
      valueBytes: value.length,
      value: inline ? value : undefined,
    };
    if (live) this.detach(key, before);
    else this.globals.keys++;
    if (!inline) this.writeLargeValue(rows.versionRow(key, revision), encodeVersion({ ...given, value }));
    const kept = this.writeHead(key, { ...given, deleted: false, ...this.intoPast(key, before) });
    const version: KvVersion = { ...given, value: kept };
    this.attach(key, version);
    this.record(place, 'put', key, version, live ? before.modRevision : 0);
    return version;
  }

  /** A large value would push others out of the cache: it is kept there only where a later command of the chunk may look at it. */
  private writeLargeValue(row: Uint8Array, bytes: Uint8Array): void {
    if (this.keepsLargeValues) this.cache.put(row, bytes, this.out);
    else this.out.put(row, bytes);
  }

  /** Takes a live key away, leaving a tombstone. */
  remove(place: Place, key: Uint8Array, before: KvHead, kind: 'delete' | 'expire'): void {
    this.detach(key, before);
    this.globals.keys--;
    const { createRevision, version, expiresAtMs, lease } = before;
    const tombstone: KvVersion = {
      createRevision,
      modRevision: place.revision,
      version,
      expiresAtMs,
      lease,
      valueBytes: 0,
      value: undefined,
    };
    this.writeHead(key, { ...tombstone, deleted: true, ...this.intoPast(key, before) });
    this.record(place, kind, key, tombstone, before.modRevision);
  }

  /** Changes when a live key goes away; it keeps its version. */
  touch(key: Uint8Array, before: KvHead, until: Pick<KvVersion, 'expiresAtMs' | 'lease'>): KvVersion {
    this.detach(key, before);
    const after: KvHead = { ...before, ...until };
    this.writeHead(key, after);
    this.attach(key, after);
    return after;
  }

  /** The value, in memory that stays. */
  private writeHead(key: Uint8Array, head: KvHead): Uint8Array | undefined {
    const row = this.rowOf(key);
    const { bytes, value } = encodeHead(head);
    this.cache.putNamed(row, bytes, this.out);
    this.ranges.wrote(row.key, bytes);
    return value;
  }

  private attach(key: Uint8Array, version: KvVersion): void {
    const { expiresAtMs, lease } = version;
    if (expiresAtMs !== 0) this.expiries.insert(rows.expiryRow(expiresAtMs, key), EMPTY_BYTES, this.out);
    if (lease === 0) return;
    const row = rows.leaseKeyRow(lease, key);
    this.out.put(row, EMPTY_BYTES);
    this.ranges.wrote(row, EMPTY_BYTES);
  }

  private detach(key: Uint8Array, before: KvVersion): void {
    const { expiresAtMs, lease } = before;
    if (expiresAtMs !== 0) this.expiries.remove(rows.expiryRow(expiresAtMs, key), this.out);
    if (lease === 0) return;
    const row = rows.leaseKeyRow(lease, key);
    this.out.del(row);
    this.ranges.wrote(row, undefined);
  }

  /** What a key's past is once `before` is no longer its newest state. */
  private intoPast(key: Uint8Array, before: KvHead | undefined): Pick<KvHead, 'past' | 'trimmed'> {
    if (before === undefined) return { past: [], trimmed: false };
    if (!before.deleted && before.value !== undefined) {
      const row = rows.versionRow(key, before.modRevision);
      const bytes = encodeVersion({ ...before, value: before.value }, this.arena);
      this.out.put(row, bytes, undefined, true);
    }
    const past: PastVersion[] = [...before.past, { revision: before.modRevision, kind: pastKind(before) }];
    // One older version stays beyond a depth of one: watchers are told what was replaced.
    const keep = Math.max(1, this.globals.settings.historyDepth - 1);
    const dropped = past.splice(0, Math.max(0, past.length - keep));
    for (const version of dropped) this.forgetVersion(key, version);
    return { past, trimmed: before.trimmed || dropped.length > 0 };
  }

  /** A version leaves a key's past; the log may still need its value. */
  private forgetVersion(key: Uint8Array, { revision, kind }: PastVersion): void {
    if (kind === 'deleted' || (kind === 'large' && revision > this.globals.compacted)) return;
    this.out.del(rows.versionRow(key, revision));
  }

  // ---- the log

  private record(
    place: Place,
    kind: KvEventKind,
    key: Uint8Array,
    version: KvVersion,
    previousRevision: number,
  ): void {
    const { createRevision, expiresAtMs, lease, valueBytes, value } = version;
    const event: KvEvent = {
      kind,
      key,
      revision: place.revision,
      index: place.index,
      timeMs: this.globals.timeMs,
      createRevision,
      version: version.version,
      expiresAtMs,
      lease,
      previousRevision,
      valueBytes,
      value,
    };
    const bytes = encodeEvent(event, this.arena);
    this.log.insert(rows.logRow(place.revision, place.index), bytes, this.out);
    this.globals.logEvents++;
    this.globals.logBytes += eventCost(event, bytes);
    this.recent.push(event);
  }

  /** The oldest event of the log, which must have been prepared; undefined where it is empty. */
  firstEvent(): KvEvent | undefined {
    const first = this.log.first();
    return first === undefined ? undefined : decodeEvent(rows.placeOfLogRow(first.key), first.value);
  }

  /** The same for deadlines, from what is in memory. */
  glimpseFirstEvent(): KvEvent | undefined {
    const first = this.log.glimpse();
    return first === undefined ? undefined : decodeEvent(rows.placeOfLogRow(first.key), first.value);
  }

  /** Removes the oldest event, and what only the log needed. */
  dropFirstEvent(): void {
    const first = must(this.log.first(), 'there is an event to drop');
    const event = decodeEvent(rows.placeOfLogRow(first.key), first.value);
    const { globals } = this;
    globals.logEvents--;
    globals.logBytes -= eventCost(event, first.value);
    globals.compacted = Math.max(globals.compacted, event.revision);
    this.log.remove(first.key, this.out);
    if (event.kind !== 'put') this.dropTombstone(event);
    else if (event.value === undefined) this.dropLargeValue(event);
  }

  private dropTombstone(event: KvEvent): void {
    const found = this.head(event.key);
    if (found === undefined || !found.deleted || found.modRevision !== event.revision) return;
    for (const { revision, kind } of found.past) {
      if (kind !== 'deleted') this.out.del(rows.versionRow(event.key, revision));
    }
    const row = rows.keyRow(event.key);
    this.cache.del(row, this.out);
    this.ranges.wrote(row, undefined);
  }

  private dropLargeValue(event: KvEvent): void {
    const found = this.head(event.key);
    const needed =
      found !== undefined &&
      (found.modRevision === event.revision ||
        found.past.some(({ revision }) => revision === event.revision));
    if (!needed) this.out.del(rows.versionRow(event.key, event.revision));
  }
}

function head(table: number): OrderedHead {
  return new OrderedHead({ prefix: Uint8Array.of(table), keepMax: HEAD_KEEP_MAX, fill: HEAD_FILL });
}

function pastKind(version: KvHead): PastVersion['kind'] {
  if (version.deleted) return 'deleted';
  return isInline(version.valueBytes) ? 'small' : 'large';
}

/** Bytes that an event costs, the large value that it keeps included. */
function eventCost(event: KvEvent, bytes: Uint8Array): number {
  return bytes.length + (event.value === undefined ? event.valueBytes : 0);
}
