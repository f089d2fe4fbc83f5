/**
 * What time does to a shard: keys whose time is up, leases that nobody kept alive, the log's oldest changes, remembered requests.
 * One `expire` command does a bounded part of it; the next one goes on.
 */
import { must } from '@flowmesh/base';
import type { Keyspace } from './keyspace.ts';
import * as rows from './kv-keys.ts';
import { KV_REQUEST_WINDOW_MS } from './kv-types.ts';
import type { LeaseTable } from './lease-table.ts';

/** Bytes of state that one command takes away of each kind: a short turn of the event loop. */
const EXPIRE_BYTES_MAX = 64 * 1_024;
/** What is to be removed for its age alone may wait a little, so that one command removes much. */
const COMPACT_SLACK_MAX_MS = 30_000;
/** Remembered requests: memory does not grow with them, the disk does. */
const REQUESTS_MAX = 1_000_000;

export class Expiry {
  private readonly space: Keyspace;
  private readonly leases: LeaseTable;

  constructor(space: Keyspace, leases: LeaseTable) {
    this.space = space;
    this.leases = leases;
  }

  /** At most `max` items of each kind. */
  run(max: number): { readonly keys: number; readonly leases: number } {
    const keys = this.expireKeys(max);
    const ended = this.endLeases(max);
    this.compactLog(max);
    this.forgetRequests(max);
    return { keys: keys + ended.keys, leases: ended.leases };
  }

  private expireKeys(max: number): number {
    const { space } = this;
    const { globals } = space;
    const revision = globals.revision + 1;
    let [count, bytes] = [0, 0];
    while (count < max && bytes < EXPIRE_BYTES_MAX) {
      const first = space.expiries.first();
      if (first === undefined || rows.numberOfRow(first.key) > globals.timeMs) break;
      const key = rows.restOfRow(first.key);
      const head = must(space.head(key), 'a key with an expiry is there');
      space.remove({ revision, index: count++ }, key, head, 'expire');
      bytes += 2 * key.length + (head.value?.length ?? 0) + 64;
    }
    if (count > 0) globals.revision = revision;
    return count;
  }

  private endLeases(max: number): { readonly keys: number; readonly leases: number } {
    const budget = { looks: max };
    let [keys, leases] = [0, 0];
    while (keys < max) {
      const ending = this.leases.nextEnding(budget);
      if (ending === undefined) break;
      const drained = this.drain(ending.id, ending.kind, max - keys);
      keys += drained.deleted;
      if (drained.more) break;
      leases++;
      budget.looks--;
    }
    return { keys, leases };
  }

  /** Deletes keys of an ending lease, at most `max`; with the last one the lease goes. */
  drain(
    lease: number,
    kind: 'delete' | 'expire',
    max: number,
  ): { readonly deleted: number; readonly more: boolean } {
    const { space } = this;
    const found = space.ranges.first(rows.leaseKeyRows(lease), max + 1, () => true);
    const revision = space.globals.revision + 1;
    let [count, bytes] = [0, 0];
    for (const { key: row } of found) {
      if (count === max || bytes >= EXPIRE_BYTES_MAX) break;
      const key = rows.restOfRow(row);
      const head = must(space.head(key), 'a key of a lease is there');
      space.remove({ revision, index: count++ }, key, head, kind);
      bytes += 2 * key.length + (head.value?.length ?? 0) + 64;
    }
    if (count > 0) space.globals.revision = revision;
    const more = count < found.length;
    if (!more) this.leases.remove(lease);
    return { deleted: count, more };
  }

  // ---- the log

  private compactLog(max: number): void {
    for (let count = 0; count < max && this.compactNow(); count++) this.space.dropFirstEvent();
  }

  private compactNow(): boolean {
    const { globals } = this.space;
    const { historyRetentionMs, historyRetentionBytes } = globals.settings;
    if (globals.logEvents === 0) return false;
    if (historyRetentionBytes !== -1 && globals.logBytes > historyRetentionBytes) return true;
    const first = must(this.space.firstEvent(), 'a log that is not empty has a first event');
    return (
      first.revision <= globals.compacted ||
      (historyRetentionMs !== -1 && first.timeMs + historyRetentionMs <= globals.timeMs)
    );
  }

  // ---- requests

  private forgetRequests(max: number): void {
    const { requests, globals, out } = this.space;
    for (let count = 0; count < max; count++) {
      const first = requests.first();
      if (first === undefined) return;
      const old = rows.numberOfRow(first.key) + KV_REQUEST_WINDOW_MS <= globals.timeMs;
      if (!old && globals.requests <= REQUESTS_MAX) return;
      requests.forget(first, out);
      globals.requests--;
    }
  }

  // ---- when

  /** Earliest machine time at which a command would change something, from what is in memory; too early rather than too late. */
  dueAtMs(): number | undefined {
    const { expiries, leaseDues, requests, globals } = this.space;
    const { historyRetentionMs } = globals.settings;
    const slackMs = Math.min(COMPACT_SLACK_MAX_MS, historyRetentionMs / 4);
    const times = [
      this.headTime(expiries),
      this.headTime(leaseDues),
      globals.requests > REQUESTS_MAX ? 0 : requests.dueAtMs(KV_REQUEST_WINDOW_MS + COMPACT_SLACK_MAX_MS),
      this.logDueMs(historyRetentionMs === -1 ? undefined : historyRetentionMs + slackMs),
    ].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  private headTime(head: Keyspace['expiries']): number | undefined {
    const first = head.glimpse();
    if (first !== undefined) return rows.numberOfRow(first.key);
    return head.complete ? undefined : 0;
  }

  private logDueMs(delayMs: number | undefined): number | undefined {
    const { log, globals } = this.space;
    const { historyRetentionBytes } = globals.settings;
    if (globals.logEvents === 0) return undefined;
    if (historyRetentionBytes !== -1 && globals.logBytes > historyRetentionBytes) return 0;
    if (log.glimpse() === undefined) return 0;
    const first = must(this.space.glimpseFirstEvent(), 'there is a first event');
    if (first.revision <= globals.compacted) return 0;
    return delayMs === undefined ? undefined : first.timeMs + delayMs;
  }
}
