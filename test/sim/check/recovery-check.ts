/**
 * What a restarted process finds on its disk: everything that was promised to be durable, then some of the writes that were on
 * their way, whole and in order, and nothing else.
 */
import type { HardState } from '@flowmesh/raft';
import type { GroupStore } from '@flowmesh/storage';
import type { PendingWrite, ReplicaModel } from './model.ts';
import { violated } from './violation.ts';

const INVARIANT = 'recovery';

export function checkRecovered(replica: ReplicaModel, store: GroupStore): void {
  if (replica.retired)
    violated('identity', `${replica.name}: came back after its data were lost or it was removed`);
  const { hardState } = store.initialState();
  const applied = store.applied().index;
  if (applied + 1 < store.firstIndex()) {
    violated(INVARIANT, `${replica.name}: state covers ${applied}, the log begins at ${store.firstIndex()}`);
  }
  if (applied > replica.group.lastCommitted) {
    violated(
      'applied-after-commit',
      `${replica.name}: state on disk covers ${applied}, committed is ${replica.group.lastCommitted}`,
    );
  }
  if (store.firstIndex() > replica.live.first && !replica.installing) {
    violated(
      INVARIANT,
      `${replica.name}: the log began at ${replica.live.first} and now at ${store.firstIndex()}`,
    );
  }
  if (replica.installing && isSnapshot(replica, store)) return;
  const log = replica.durable.copy();
  let hard = replica.durableHardState;
  const open = [...replica.uncertain, ...replica.pending];
  for (let writes = 0; ; writes++) {
    if (matches(log, store) && sameVote(hard, hardState)) return;
    const write: PendingWrite | undefined = open[writes];
    if (write === undefined) break;
    if (write.terms.length > 0) log.putAbove(write.from, write.terms);
    hard = write.hardState ?? hard;
  }
  const found = `[${store.firstIndex()}..${store.lastIndex()}], term ${hardState.term}, vote ${hardState.vote}`;
  const promised = `${replica.durable.toString()}, term ${replica.durableHardState.term}, vote ${replica.durableHardState.vote}`;
  violated(
    INVARIANT,
    `${replica.name}: found ${found}; promised ${promised}, and ${open.length} writes under way`,
  );
}

function matches(log: ReplicaModel['durable'], store: GroupStore): boolean {
  if (log.last !== store.lastIndex()) return false;
  for (let index = Math.max(log.first, store.firstIndex()); index <= log.last; index++) {
    if (log.term(index) !== store.term(index)) return false;
  }
  return true;
}

/** The commit index may lag behind: it needs no fsync. */
function sameVote(a: HardState, b: HardState): boolean {
  return a.term === b.term && a.vote === b.vote;
}

/** After a crash while a snapshot was being committed: the new log, all of it committed. */
function isSnapshot(replica: ReplicaModel, store: GroupStore): boolean {
  const last = store.lastIndex();
  if (last > replica.group.lastCommitted || store.applied().index !== last) return false;
  for (let index = store.firstIndex(); index <= last; index++) {
    if (store.term(index) !== replica.group.committed[index]) return false;
  }
  return true;
}
