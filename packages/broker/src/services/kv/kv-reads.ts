/**
 * Reads of buckets: linearizable at the leader, or as far as the nearest replica has come where that is enough.
 *
 *   find the shard ─► read barrier ─► read at its revision ─► a key is found whose time is up by the leader's clock, but not by the machine's:
 *                                                            the machine is told the time first, so that no later reader sees the key again
 */
import { FlowError, isFlowError } from '@flowmesh/base';
import { encodeKvCommand, KV_EXPIRE_ITEMS_MAX, KvMachine, KvReader } from '@flowmesh/engines';
import type { KvEntry, KvHistoryEntry, KvVersion } from '@flowmesh/engines';
import type { ReplicaManager } from '../../replica/replica-api.ts';
import type { CompiledFilter } from '../filter/compile-filter.ts';
import type { ServedShard } from '../shard/served-shard.ts';
import type { ShardRef, ShardTable } from '../shard/shard-table.ts';

/** What is read from, for one request. */
export interface ReadView {
  readonly machine: KvMachine;
  readonly reader: KvReader;
  /** The shard's, when the read began. */
  readonly revision: number;
  /** By which remaining times are told. */
  readonly nowMs: number;
}

export interface RangeWish {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly limit: number;
  readonly keysOnly: boolean;
  readonly countOnly: boolean;
  readonly filter: CompiledFilter<'kv'> | undefined;
}

export interface RangePage {
  readonly entries: readonly KvEntry[];
  readonly count: number;
  readonly next: Uint8Array | undefined;
}

/** Rows that one page looks at, and bytes that it holds: one request is a short piece of work. */
const PAGE_ROWS_MAX = 10_000;
const PAGE_BYTES_MAX = 4 * 1024 * 1024;
const READ_TIMEOUT_MS = 10_000;
const ATTEMPTS = 3;

export class KvReads {
  private readonly table: ShardTable<KvMachine>;
  private readonly replicas: ReplicaManager;

  constructor(table: ShardTable<KvMachine>, replicas: ReplicaManager) {
    this.table = table;
    this.replicas = replicas;
  }

  /** Runs `read` on what the shard is at some moment after the call, or on any state that it has been in where `stale`. */
  async run<T>(ref: ShardRef, stale: boolean, read: (view: ReadView) => Promise<Timed<T>>): Promise<T> {
    if (stale) return (await this.whole(() => this.nearest(ref), read)).found.value;
    const served = this.table.serving(ref.group);
    if (served instanceof FlowError) throw served;
    await served.readBarrier(READ_TIMEOUT_MS);
    for (let attempt = 1; ; attempt++) {
      const { found, nowMs } = await this.whole(() => viewOf(served, served.nowMs()), read);
      if (found.expiresAtMs > nowMs || attempt === ATTEMPTS) return found.value;
      await tellTime(served, nowMs);
    }
  }

  /** What a view showed, of which nothing was compacted while it was read. */
  private async whole<T>(
    view: () => ReadView,
    read: (view: ReadView) => Promise<Timed<T>>,
  ): Promise<{ readonly found: Timed<T>; readonly nowMs: number }> {
    for (let attempt = 1; ; attempt++) {
      const now = view();
      try {
        return { found: await read(now), nowMs: now.nowMs };
      } catch (error) {
        if (attempt === ATTEMPTS || !isFlowError(error) || error.code !== 'REVISION_COMPACTED') throw error;
      }
    }
  }

  async get(
    view: ReadView,
    key: Uint8Array,
    wish: { readonly revision: number; readonly keysOnly: boolean },
  ) {
    const { reader } = view;
    const at = revisionOf(view, wish.revision);
    for (let attempt = 1; ; attempt++) {
      try {
        const version = wish.keysOnly ? await reader.head(key, at) : await reader.get(key, at);
        return { value: version, expiresAtMs: pendingExpiry(version, reader.timeMs) };
      } catch (error) {
        // Between finding a large value's place and reading it, it was replaced and removed: look again.
        if (attempt === ATTEMPTS || !(error instanceof FlowError) || error.code !== 'UNAVAILABLE')
          throw error;
      }
    }
  }

  async range(view: ReadView, wish: RangeWish & { readonly revision: number }): Promise<Timed<RangePage>> {
    const revision = revisionOf(view, wish.revision);
    const { reader } = view;
    const entries: KvEntry[] = [];
    let expiresAtMs = Number.POSITIVE_INFINITY;
    let [count, bytes, looked] = [0, 0, 0];
    let from: Uint8Array | undefined = wish.from;
    while (from !== undefined && looked < PAGE_ROWS_MAX) {
      const entriesMax = wish.countOnly ? PAGE_ROWS_MAX : wish.limit - entries.length;
      const page = await reader.range(
        { from, to: wish.to },
        { revision, rowsMax: PAGE_ROWS_MAX - looked, entriesMax },
      );
      looked += page.looked;
      for (const found of page.entries) {
        expiresAtMs = Math.min(expiresAtMs, pendingExpiry(found.version, reader.timeMs));
        const entry = await this.wanted(reader, found, wish);
        if (entry === undefined) continue;
        count++;
        if (wish.countOnly) continue;
        if (entries.length === wish.limit || bytes > PAGE_BYTES_MAX)
          return { value: { entries, count: entries.length, next: found.key }, expiresAtMs };
        entries.push(entry);
        bytes += entry.key.length + (entry.version.value?.length ?? 0) + 64;
      }
      from = page.next;
      if (!wish.countOnly && entries.length === wish.limit) break;
    }
    return { value: { entries, count, next: from }, expiresAtMs };
  }

  async history(view: ReadView, key: Uint8Array, limit: number): Promise<Timed<readonly KvHistoryEntry[]>> {
    const depth = view.machine.settings.historyDepth;
    const found = await view.reader.history(key, limit === 0 ? depth : Math.min(limit, depth));
    return { value: found, expiresAtMs: pendingExpiry(found[0]?.version, view.reader.timeMs) };
  }

  /** The entry with its value where that is wanted; undefined where the filter does not match. */
  private async wanted(reader: KvReader, entry: KvEntry, wish: RangeWish): Promise<KvEntry | undefined> {
    const { filter, keysOnly, countOnly } = wish;
    const withValue = filter !== undefined || !(keysOnly || countOnly);
    const version = withValue ? await reader.withValue(entry.key, entry.version) : entry.version;
    if (filter !== undefined && !filter.matches(viewForFilter(entry.key, version))) return undefined;
    return { key: entry.key, version: keysOnly ? { ...version, value: undefined } : version };
  }

  private nearest(ref: ShardRef): ReadView {
    const replica = this.replicas.get(ref.group);
    if (replica === undefined || !(replica.machine instanceof KvMachine))
      throw this.table.notLeader(ref.group);
    const { machine, state } = replica;
    return {
      machine,
      reader: new KvReader(machine, state),
      revision: machine.revision,
      nowMs: machine.timeMs,
    };
  }
}

/** An answer, and when the first key in it goes away that is still there for the machine. */
export interface Timed<T> {
  readonly value: T;
  readonly expiresAtMs: number;
}

function viewOf(served: ServedShard<KvMachine>, nowMs: number): ReadView {
  const { machine, replica } = served;
  return { machine, reader: new KvReader(machine, replica.state), revision: machine.revision, nowMs };
}

function revisionOf(view: ReadView, wanted: number): number {
  if (wanted === 0) return view.revision;
  const refused = view.reader.check(wanted);
  if (refused !== undefined) throw refused;
  return wanted;
}

function pendingExpiry(version: KvVersion | undefined, machineMs: number): number {
  const expiresAtMs = version?.expiresAtMs ?? 0;
  return expiresAtMs > machineMs ? expiresAtMs : Number.POSITIVE_INFINITY;
}

async function tellTime(served: ServedShard<KvMachine>, timeMs: number): Promise<void> {
  await served.propose(
    encodeKvCommand({ kind: 'expire', timeMs, max: KV_EXPIRE_ITEMS_MAX }),
    READ_TIMEOUT_MS,
  );
}

function viewForFilter(key: Uint8Array, version: KvVersion) {
  return {
    key,
    value: version.value ?? new Uint8Array(0),
    revision: version.modRevision,
    version: version.version,
    createRevision: version.createRevision,
    expiresAtMs: version.expiresAtMs === 0 ? undefined : version.expiresAtMs,
  };
}
