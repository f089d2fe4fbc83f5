/**
 * Loads what the next few commands will look at. Runs without waiting as long as everything is in memory.
 *
 *   beginnings of indexes ─► jobs that stand there, and named ones ─► what their keys and ids have
 *
 * Applying may move any of these jobs any way, in any order: so for each of them all is loaded that any way needs. Jobs that become ready, dead
 * or freed meanwhile are among them, or new, and then in memory anyway.
 */
import { must } from '@flowmesh/base';
import type { StateReader } from '../machine.ts';
import type { HeadEntry, OrderedHead } from '../state/ordered-head.ts';
import type { IdMemory } from './id-memory.ts';
import type { JobTable } from './job-table.ts';
import {
  lastSeq,
  numberKey,
  orderKey,
  readTimeKey,
  stagedPrefix,
  TABLE,
  textKey,
  turnsKey,
  waitingPrefix,
} from './queue-keys.ts';
import type { QueueNeeds } from './queue-needs.ts';
import { PRIORITY_MAX } from './queue-types.ts';

/** Yields what is to be waited for; undefined: nothing. */
export type Loading = Generator<Promise<unknown> | undefined, void, undefined>;

interface PrepareInput {
  readonly table: JobTable;
  readonly forget: OrderedHead;
  readonly ids: IdMemory;
  readonly needs: QueueNeeds;
  readonly state: StateReader;
}

/** Runs it; undefined where nothing had to be waited for. */
export function runLoading(loading: Loading): Promise<void> | undefined {
  for (let step = loading.next(); step.done !== true; step = loading.next()) {
    if (step.value !== undefined) return finish(loading, step.value);
  }
  return undefined;
}

async function finish(loading: Loading, first: Promise<unknown>): Promise<void> {
  await first;
  for (let step = loading.next(); step.done !== true; step = loading.next()) await step.value;
}

export function* prepareQueue(input: PrepareInput): Loading {
  const { table, ids, needs, state } = input;
  table.cache.trim();
  table.windows.trim();
  const seqs = new Set(needs.seqs);
  yield* loadBeginnings(input, seqs);
  const requests = [...needs.requestIds].map((id) => textKey(TABLE.request, id));
  const transactions = [...needs.producers].map((producerId) => numberKey(TABLE.transaction, producerId));
  yield table.cache.load([...ids.unknownOf(requests), ...transactions], state);
  yield table.cache.load(metaKeys(seqs), state);
  yield* loadDependents(input, seqs);
}

/** The beginnings of the indexes, as far as the commands may go; adds the jobs that stand there. */
function* loadBeginnings(input: PrepareInput, seqs: Set<number>): Loading {
  const { table, forget, needs, state } = input;
  const { purged, expired } = needs;
  const named = needs.seqs.size;
  const victims = needs.victims(table.globals);
  const reach = needs.received + purged.ready + victims;
  for (const seq of yield* table.ready.reach(reach, victims > 0, state)) seqs.add(seq);

  const timed: ReadonlyArray<readonly [head: OrderedHead, due: number, others: number]> = [
    [table.leases, expired, purged.leased],
    [table.delayed, expired, purged.delayed],
  ];
  for (const [head, due, others] of timed) {
    const count = due + others === 0 ? 0 : due + others + named;
    yield head.ensure(count + 1, state);
    for (const { key } of firstOf(head, count)) {
      const { atMs, seq } = readTimeKey(key);
      if (others === 0 && atMs > needs.timeMs) break;
      seqs.add(seq);
    }
  }
  const dying = needs.redriven + purged.dead;
  const deadCount = dying === 0 ? 0 : dying + named;
  yield table.dead.ensure(deadCount + 1, state);
  for (const { key } of firstOf(table.dead, deadCount)) seqs.add(readTimeKey(key).seq);
  const waitingCount = purged.ready === 0 ? 0 : purged.ready + expired;
  yield table.waiting.ensure(waitingCount + 1, state);
  for (const { key } of firstOf(table.waiting, waitingCount)) seqs.add(lastSeq(key));
  const remembered = needs.newJobs.length + needs.requestIds.size + needs.producers.size;
  const settled = [...needs.settled.values()].reduce((sum, count) => sum + count, 0);
  yield forget.ensure(expired === 0 ? 1 : expired + remembered + settled + named + 1, state);
  yield table.freed.ensure(expired + 1, state);
  for (const [producerId, count] of needs.settled) {
    const prefix = stagedPrefix(producerId);
    yield table.windows.open(prefix, count + 1, state);
    for (const { key } of firstOf(table.windows.get(prefix), count)) seqs.add(lastSeq(key));
  }
}

function metaKeys(seqs: Iterable<number>): Uint8Array[] {
  return [...seqs].map((seq) => numberKey(TABLE.meta, seq));
}

/** What the jobs' keys and ids have: order, turns, duplicates; and who may come next in the order of a key. */
function* loadDependents(input: PrepareInput, seqs: ReadonlySet<number>): Loading {
  const { table, ids, needs, state } = input;
  const keys: Uint8Array[] = [];
  const dedups: Uint8Array[] = [];
  const ordered: Uint8Array[] = [];
  const turns = needs.takesTurns || table.turns.used;
  for (const { dedupId, key, priority } of needs.newJobs) {
    if (dedupId !== '') dedups.push(textKey(TABLE.dedup, dedupId));
    if (needs.orders && key.length > 0) ordered.push(key);
    if (turns) keys.push(turnsKey(priority, key));
  }
  for (const seq of seqs) {
    const meta = table.get(seq);
    if (meta === undefined) continue;
    if (meta.state === 'staged' && meta.dedupId !== '') dedups.push(textKey(TABLE.dedup, meta.dedupId));
    if (meta.place.ordered || (needs.orders && meta.key.length > 0)) ordered.push(meta.key);
    if (turns) keys.push(turnsKey(meta.priority, meta.key));
  }
  if (needs.expires > 0) {
    for (const { value } of firstOf(table.freed, needs.expired)) ordered.push(value);
  }
  for (const key of ordered) keys.push(orderKey(key));
  keys.push(...ids.unknownOf(dedups));
  yield table.cache.load(keys, state);
  if (needs.expires > 0) yield* loadSuccessors(input, ordered);
}

/** Each `expire` may pass a key on once. */
function* loadSuccessors(input: PrepareInput, ordered: readonly Uint8Array[]): Loading {
  const { table, needs, state } = input;
  const count = needs.expires + needs.purged.ready;
  const next: number[] = [];
  for (const jobKey of ordered) {
    const prefix = waitingPrefix(jobKey);
    yield table.windows.open(prefix, count + 1, state);
    for (const { key } of firstOf(table.windows.get(prefix), count)) next.push(lastSeq(key));
  }
  yield table.cache.load(metaKeys(next), state);
  if (!needs.takesTurns && !table.turns.used) return;
  const turns: Uint8Array[] = [];
  for (const key of ordered) {
    for (let priority = 0; priority <= PRIORITY_MAX; priority++) turns.push(turnsKey(priority, key));
  }
  yield table.cache.load(turns, state);
}

/** The first `count` entries, or as many as there are. */
function* firstOf(head: OrderedHead, count: number): Generator<HeadEntry> {
  const size = Math.min(count, head.size);
  for (let i = 0; i < size; i++) yield must(head.at(i), 'what is in memory has a place');
}
