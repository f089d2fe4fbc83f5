/**
 * Loads what applying a chunk of commands will look at: the heads of keys, values to be kept, leases, remembered requests, the beginnings
 * of the ordered tables, ranges to be deleted.
 *
 * Commands of one chunk change what the later ones see. What they write is in memory by that; what they *remove* from a range or the head
 * of a table is allowed for by reading further: `removals` counts what the whole chunk can take away from any one of them.
 */
import type { StateReader } from '../machine.ts';
import { keyName } from '../state/key-name.ts';
import type { Keyspace } from './keyspace.ts';
import type { KvCommand } from './kv-command.ts';
import * as rows from './kv-keys.ts';
import { decodeEvent, decodeHead, isInline } from './kv-records.ts';
import type { KvOp } from './kv-types.ts';
import type { Row } from './prepared-ranges.ts';

/** Leases whose keys are read at once. */
const LEASES_AT_ONCE = 64;
/** What the commands of a chunk may add to the log at most counts this much more than their own bytes. */
const LOG_GROWTH_BYTES = 1024 * 1024;

/** What the commands of a chunk need, gathered before anything is read. */
interface Needs {
  readonly single: Map<string, Uint8Array>;
  /** Ids of requests. */
  readonly requests: Uint8Array[];
  /** Keys whose value is kept by a put. */
  readonly kept: Uint8Array[];
  readonly ranges: Map<string, rows.KeyRange>;
  readonly revoked: Set<number>;
  /** Leases that the machine gives an id. */
  grants: number;
  /** Items that all `expire` commands together may handle, of each kind. */
  expired: number;
  removals: number;
  timeMs: number;
  /** The chunk changes what may be compacted. */
  compacts: boolean;
}

export function prepareChunk(
  space: Keyspace,
  commands: readonly KvCommand[],
  bytes: number,
  state: StateReader,
): Promise<void> | undefined {
  const needs = needsOf(commands, space.globals.timeMs);
  for (let i = 1; i <= needs.grants; i++) addRow(needs, rows.leaseRow(space.globals.lastLease + i));
  const looksAtRanges = needs.ranges.size > 0 || needs.revoked.size > 0 || needs.expired > 0;
  space.cache.trim();
  space.ranges.begin(looksAtRanges);
  space.keepsLargeValues = needs.kept.length > 0;
  for (const row of space.requests.begin(needs.requests)) addRow(needs, row);
  const loading = space.cache.loadNamed(needs.single, state);
  if (!looksAtRanges && needs.kept.length === 0) return loading;
  return loadMore(space, needs, bytes, { state, loading });
}

async function loadMore(
  space: Keyspace,
  needs: Needs,
  bytes: number,
  from: { readonly state: StateReader; readonly loading: Promise<void> | undefined },
): Promise<void> {
  const { state } = from;
  await from.loading;
  await space.cache.load(keptValues(space, needs.kept), state);
  for (const range of needs.ranges.values()) await loadRange(space, range, needs, state);
  const leases = [...needs.revoked];
  if (needs.expired > 0) {
    await loadExpiries(space, needs, state);
    await loadCompaction(space, needs, bytes, state);
    await space.requests.ensure(needs.expired + 1, state);
    leases.push(...(await dueLeases(space, needs, state)));
  }
  await loadLeases(space, [...new Set(leases)], needs, state);
}

/** Large values that a put keeps; where the key is written before in the same chunk, that is in memory by then. */
function keptValues(space: Keyspace, keys: readonly Uint8Array[]): Uint8Array[] {
  return keys.flatMap((key) => {
    const bytes = space.cache.get(rows.keyRow(key));
    const head = bytes === undefined ? undefined : decodeHead(bytes);
    return head === undefined || head.deleted || isInline(head.valueBytes)
      ? []
      : [rows.versionRow(key, head.modRevision)];
  });
}

/** Keys that are there, as many as the chunk may come to see; tombstones and what expires by then are passed over. */
async function loadRange(
  space: Keyspace,
  range: rows.KeyRange,
  needs: Needs,
  state: StateReader,
): Promise<void> {
  const found: Row[] = [];
  let count = 0;
  let { from } = range;
  for (;;) {
    const limit = needs.removals + 1 - count;
    const page = await state.scan({ from, to: range.to, limit });
    for (const [key, value] of page) {
      const { deleted, expiresAtMs } = decodeHead(value);
      if (deleted) continue;
      if (expiresAtMs === 0 || expiresAtMs > needs.timeMs) count++;
      found.push({ key, value });
      space.cache.admit(key, value);
    }
    const last = page[page.length - 1];
    if (page.length < limit || last === undefined) return space.ranges.keep(range, found, true);
    if (count > needs.removals) return space.ranges.keep(range, found, false);
    from = successor(last[0]);
  }
}

async function loadExpiries(space: Keyspace, needs: Needs, state: StateReader): Promise<void> {
  await space.expiries.ensure(needs.removals + 1, state);
  const due: Uint8Array[] = [];
  for (let i = 0; i <= needs.removals; i++) {
    const entry = space.expiries.at(i);
    if (entry === undefined || rows.numberOfRow(entry.key) > needs.timeMs) break;
    due.push(rows.keyRow(rows.restOfRow(entry.key)));
  }
  await space.cache.load(due, state);
}

/** The log's oldest events, and the heads that their end may change: nothing where the oldest one stays. */
async function loadCompaction(
  space: Keyspace,
  needs: Needs,
  bytes: number,
  state: StateReader,
): Promise<void> {
  await space.log.ensure(1, state);
  const { globals } = space;
  const { historyRetentionMs, historyRetentionBytes } = globals.settings;
  const oldest = space.glimpseFirstEvent();
  if (oldest === undefined) return;
  const full =
    historyRetentionBytes !== -1 && globals.logBytes + bytes + LOG_GROWTH_BYTES > historyRetentionBytes;
  const old = historyRetentionMs !== -1 && oldest.timeMs + historyRetentionMs <= needs.timeMs;
  if (!full && !old && !needs.compacts && oldest.revision > globals.compacted) return;
  await space.log.ensure(needs.expired + 1, state);
  const heads: Uint8Array[] = [];
  for (let i = 0; i < needs.expired; i++) {
    const entry = space.log.at(i);
    if (entry === undefined) break;
    const event = decodeEvent(rows.placeOfLogRow(entry.key), entry.value);
    if (event.kind !== 'put' || event.value === undefined) heads.push(rows.keyRow(event.key));
  }
  await space.cache.load(heads, state);
}

/** Leases at the head of the dues that the chunk may come to look at, loaded. */
async function dueLeases(space: Keyspace, needs: Needs, state: StateReader): Promise<number[]> {
  const count = needs.expired + needs.revoked.size + 1;
  await space.leaseDues.ensure(count, state);
  const due: number[] = [];
  for (let i = 0; i < count; i++) {
    const entry = space.leaseDues.at(i);
    if (entry === undefined || rows.numberOfRow(entry.key) > needs.timeMs) break;
    due.push(rows.leaseOfDueRow(entry.key));
  }
  await space.cache.load(
    due.map((id) => rows.leaseRow(id)),
    state,
  );
  return due;
}

/**
 * Keys of leases, in the order in which the chunk will take them away. Once there are more of them than it can, the leases behind
 * are out of its reach; revoked ones are all loaded.
 */
async function loadLeases(
  space: Keyspace,
  leases: readonly number[],
  needs: Needs,
  state: StateReader,
): Promise<void> {
  let left = needs.removals + 1;
  for (let at = 0; at < leases.length; at += LEASES_AT_ONCE) {
    if (left <= 0 && at >= needs.revoked.size) return;
    const some = leases.slice(at, at + LEASES_AT_ONCE);
    const counts = await Promise.all(some.map((lease) => loadLease(space, lease, needs.removals + 1, state)));
    for (const [i, count] of counts.entries()) if (at + i >= needs.revoked.size) left -= count;
  }
}

async function loadLease(space: Keyspace, lease: number, limit: number, state: StateReader): Promise<number> {
  const range = rows.leaseKeyRows(lease);
  const pairs = await state.scan({ ...range, limit });
  space.ranges.keep(
    range,
    pairs.map(([key, value]) => ({ key, value })),
    pairs.length < limit,
  );
  await space.cache.load(
    [rows.leaseRow(lease), ...pairs.map(([key]) => rows.keyRow(rows.restOfRow(key)))],
    state,
  );
  return pairs.length;
}

function needsOf(commands: readonly KvCommand[], timeMs: number): Needs {
  const needs: Needs = {
    single: new Map(),
    requests: [],
    kept: [],
    ranges: new Map(),
    revoked: new Set(),
    grants: 0,
    expired: 0,
    removals: 0,
    timeMs,
    compacts: false,
  };
  for (const command of commands) addCommand(needs, command);
  return needs;
}

function addCommand(needs: Needs, command: KvCommand): void {
  needs.timeMs = Math.max(needs.timeMs, command.timeMs);
  switch (command.kind) {
    case 'txn':
      if (command.requestId.length > 0) needs.requests.push(command.requestId);
      for (const { key } of command.conditions) addRow(needs, rows.keyRow(key));
      for (const op of command.success) addOp(needs, op);
      for (const op of command.failure) addOp(needs, op);
      return;
    case 'lease-grant':
      if (command.id === 0) needs.grants++;
      else addRow(needs, rows.leaseRow(command.id));
      return;
    case 'lease-keep-alive':
      for (const id of command.ids) addRow(needs, rows.leaseRow(id));
      return;
    case 'lease-revoke':
      addRow(needs, rows.leaseRow(command.id));
      needs.revoked.add(command.id);
      needs.removals += command.max;
      return;
    case 'expire':
      needs.expired += command.max;
      // Keys whose time is up, and keys of leases.
      needs.removals += 2 * command.max;
      return;
    case 'compact':
    case 'configure':
      needs.compacts = true;
      return;
  }
}

function addOp(needs: Needs, op: KvOp): void {
  if (op.kind === 'delete-range') {
    const range = rows.keyRows(op.from, op.to);
    needs.ranges.set(`${range.from.length} ${keyName(range.from)}${keyName(range.to)}`, range);
    needs.removals += op.max;
    return;
  }
  addRow(needs, rows.keyRow(op.key));
  needs.removals++;
  if (op.kind === 'put' && op.value === undefined) needs.kept.push(op.key);
  if ('expiry' in op && op.expiry.kind === 'lease') addRow(needs, rows.leaseRow(op.expiry.lease));
}

function addRow(needs: Needs, row: Uint8Array): void {
  needs.single.set(keyName(row), row);
}

function successor(row: Uint8Array): Uint8Array {
  const next = new Uint8Array(row.length + 1);
  next.set(row);
  return next;
}
