/** Looks at the replicas of the process whose turn it was, and hands what changed to the checkers. */
import { StreamMachine } from '@flowmesh/engines';
import type { GroupReplica } from '../../../packages/broker/src/replica/replica.ts';
import type { SimProcess } from '../world/sim-process.ts';
import type { SeenState } from './checker.ts';
import { compareDigest } from './machine-checks.ts';
import type { Observer } from './observer.ts';

/** Every so many events the costlier checks look at the node whose turn it was. */
const SAMPLE_EVERY = 64;
/** A machine's digest is compared at every so many applied entries. */
const DIGEST_EVERY = 32;

export interface TurnWatch {
  readonly observer: Observer;
  /** Events so far. */
  readonly events: number;
  readonly note: (who: string, what: string) => void;
}

export function watchTurn(process: SimProcess, watch: TurnWatch): void {
  // In the middle of a turn the core is ahead of what it has handed out.
  if (process.turnEndPlanned || process.turnTasks.length > 0 || process.replicas === undefined) return;
  const sample = watch.events % SAMPLE_EVERY === 0;
  for (const replica of process.replicas.all()) {
    if (watch.observer.model.replica(replica.group, replica.member).removing) continue;
    lookAt(replica, process.name, watch);
    if (sample) watch.observer.sampled(replica);
  }
}

function lookAt(replica: GroupReplica, name: string, { observer, note }: TurnWatch): void {
  const before = observer.model.replica(replica.group, replica.member);
  const { applied, serving, leader, machine } = replica;
  // What its core heard last, a halted replica never hands out: beyond what was seen before, only what it has applied counts.
  const term = replica.running ? replica.term : before.term;
  const commit = replica.running ? replica.commit : Math.max(before.commit, applied);
  const role = leader === replica.member ? 'leader' : 'follower';
  const same =
    before.running &&
    before.term === term &&
    before.commit === commit &&
    before.applied === applied &&
    before.serving === serving &&
    before.role === role;
  if (same) return;
  const records =
    (machine as unknown) instanceof StreamMachine ? (machine as unknown as StreamMachine) : NONE;
  const { endOffset, logStartOffset } = records;
  const conf = replica.configuration;
  const state: SeenState = { term, commit, applied, serving, role, endOffset, logStartOffset, conf };
  if (before.role !== role || before.serving !== serving) {
    note(name, `group ${replica.group}: ${serving ? 'serving' : role} in term ${term}`);
  }
  observer.saw(replica, state);
  if (applied % DIGEST_EVERY === 0) compareDigest(before.group, before.name, applied, machine.digest());
}

const NONE = { endOffset: 0, logStartOffset: 0 };
