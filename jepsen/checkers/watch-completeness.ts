/**
 * Watchers are told of every change, once and in order.
 *
 *   missed              a change that others were told of, or that was acknowledged, and that the watcher has passed
 *   twice or backwards  a change that is not behind the one before it
 *   contradiction       two watchers were told different changes of one place
 *   made up             a value that nobody put, or that had failed
 */
import { type Call, callsOf } from '../history/calls.ts';
import type { Checker } from '../history/operation.ts';
import type { WatchAnswer, WatchedChange, WriteAnswer, WriteAsked } from '../history/watch-values.ts';
import { Anomalies } from './anomalies.ts';

const WANTED: ReadonlySet<string> = new Set(['put', 'delete', 'watch']);

interface Told {
  readonly change: WatchedChange;
  readonly call: Call;
}

/** By shard: what a watcher was told, by place. */
type Shards = Map<number, Map<string, Told>>;

export const watchCompleteness: Checker = (history) => {
  const calls = callsOf(history, WANTED);
  const anomalies = new Anomalies();
  const writers = new Map<string, Call>();
  for (const call of calls.filter(({ f }) => f === 'put')) {
    const { key, value } = call.asked as WriteAsked;
    writers.set(`${key} ${value}`, call);
  }
  const all: Shards = new Map();
  const watchers = new Map<string, Shards>();
  const last = new Map<string, Told>();
  for (const call of calls.toSorted((a, b) => a.to - b.to)) {
    if (call.f !== 'watch' || call.type !== 'ok') continue;
    const { watcher, changes } = call.answer as WatchAnswer;
    const own = watchers.get(watcher) ?? new Map<number, Map<string, Told>>();
    watchers.set(watcher, own);
    for (const change of changes) {
      const told = { change, call };
      checkOrder(watcher, told, last, anomalies);
      checkWriter(told, writers, anomalies);
      note(own, told);
      checkAgreement(note(all, told), told, anomalies);
    }
  }
  for (const [watcher, own] of watchers) checkMissed(watcher, own, all, anomalies);
  checkAcknowledged(calls, watchers, anomalies);
  const told = [...all.values()].reduce((sum, shard) => sum + shard.size, 0);
  return anomalies.verdict('watch-completeness', told, { changes: told, watchers: watchers.size });
};

const placeOf = ({ revision, index }: WatchedChange): string => `${revision}.${index}`;

/** The first telling of the place. */
function note(shards: Shards, told: Told): Told {
  let shard = shards.get(told.change.shard);
  if (shard === undefined) shards.set(told.change.shard, (shard = new Map()));
  const place = placeOf(told.change);
  const known = shard.get(place);
  if (known === undefined) shard.set(place, told);
  return known ?? told;
}

function checkOrder(watcher: string, told: Told, last: Map<string, Told>, anomalies: Anomalies): void {
  const name = `${watcher} ${told.change.shard}`;
  const before = last.get(name);
  last.set(name, told);
  if (before === undefined) return;
  const [a, b] = [before.change, told.change];
  if (b.revision > a.revision || (b.revision === a.revision && b.index > a.index)) return;
  anomalies.add(
    'twice or backwards',
    `${watcher} was told ${placeOf(b)} of shard ${b.shard} after ${placeOf(a)}`,
    [before.call, told.call],
  );
}

function checkWriter({ change, call }: Told, writers: ReadonlyMap<string, Call>, anomalies: Anomalies): void {
  if (change.value === undefined) return;
  const writer = writers.get(`${change.key} ${change.value}`);
  if (writer === undefined || writer.type === 'fail')
    anomalies.add('made up', `nobody put ${change.value} under ${change.key}`, [writer, call]);
}

function checkAgreement(first: Told, told: Told, anomalies: Anomalies): void {
  const [a, b] = [first.change, told.change];
  if (a.key === b.key && a.value === b.value) return;
  anomalies.add(
    'contradiction',
    `${placeOf(a)} of shard ${a.shard} is ${a.key}=${a.value} to one, ${b.key}=${b.value} to another`,
    [first.call, told.call],
  );
}

function checkMissed(watcher: string, own: Shards, all: Shards, anomalies: Anomalies): void {
  for (const [shard, told] of own) {
    const passed = Math.max(...[...told.values()].map(({ change }) => change.revision));
    for (const [place, { change, call }] of all.get(shard) ?? []) {
      if (change.revision >= passed || told.has(place)) continue;
      const next = [...told.values()].find((each) => each.change.revision > change.revision);
      anomalies.add('missed', `${watcher} was not told ${place} of shard ${shard} (${change.key})`, [
        call,
        next?.call,
      ]);
    }
  }
}

/** Who has caught up was told of everything that was acknowledged before it was asked. */
function checkAcknowledged(
  calls: readonly Call[],
  watchers: ReadonlyMap<string, Shards>,
  anomalies: Anomalies,
): void {
  for (const watch of calls) {
    if (watch.f !== 'watch' || watch.type !== 'ok') continue;
    const { watcher, caughtUp } = watch.answer as WatchAnswer;
    if (caughtUp !== true) continue;
    const told = new Set<string>();
    for (const shard of watchers.get(watcher)?.values() ?? [])
      for (const { change } of shard.values()) told.add(`${change.key} ${change.revision}`);
    for (const write of calls) {
      const revision = (write.answer as WriteAnswer | undefined)?.revision;
      if (write.f === 'watch' || write.type !== 'ok' || revision === undefined || write.to > watch.from)
        continue;
      const { key } = write.asked as WriteAsked;
      if (!told.has(`${key} ${revision}`))
        anomalies.add('missed', `${watcher} was not told of ${key} at revision ${revision}`, [write, watch]);
    }
  }
}
