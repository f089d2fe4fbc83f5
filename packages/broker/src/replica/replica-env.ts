/** What a replica needs of its surroundings, and the limits it keeps to. */
import type { Clock, FlowError, GroupId, MachineKind, MemberId, NodeId, Random } from '@flowmesh/base';
import type { Machine } from '@flowmesh/engines';
import type { PeerMessage } from '@flowmesh/raft';
import type { ApplyTurns } from './apply-turns.ts';
import type { ReplicaListener } from './replica-api.ts';

export interface ReplicaLimits {
  readonly electionTicks: number;
  readonly heartbeatTicks: number;
  readonly appendBytesMax: number;
  readonly inflightMessagesMax: number;
  readonly inflightBytesMax: number;
  readonly applyBytesMax: number;
  readonly uncommittedBytesMax: number;
  /** Proposals of one replica without an answer; more are refused with OVERLOADED. */
  readonly pendingProposalsMax: number;
  /** Linearizable reads of one replica that wait. */
  readonly pendingReadsMax: number;
  /** Voters that have been behind for longer than `replica.lag.time.max` are out of sync. Until `tune` says otherwise. */
  readonly lagTimeMaxMs: number;
  /** A snapshot that was offered and of which nothing was heard for so long is offered again. */
  readonly snapshotQuietMs: number;
  /** Machine state is written out after so many bytes of it, or of applied entries, or entries. */
  readonly stateFlushBytes: number;
  readonly stateFlushEntryBytes: number;
  readonly stateFlushEntries: number;
  /** Applied entries kept beyond what readers need, so that a follower a little behind needs no snapshot. */
  readonly logKeepEntries: number;
  /** As far as these are of so many bytes at most, by the mean size of entries: what retention gave up must not stay for long. */
  readonly logKeepBytes: number;
  /** A log that is no larger than this is kept for members that are being brought a snapshot. */
  readonly logHoldBytes: number;
  /** The head of the log is trimmed in steps of at least so many entries. */
  readonly trimStepEntries: number;
}

/** What may change while replicas run. */
export interface ReplicaTuning {
  readonly lagTimeMaxMs: number;
  /** Nodes that count as in sync nowhere, and stand for election last. */
  readonly draining: ReadonlySet<NodeId>;
  /** Members whose data a committed tombstone gave up: nobody listens to them any more, whatever they believe. */
  readonly givenUp: (group: GroupId, member: MemberId) => boolean;
  /** Snapshots that bring new replicas are fetched no faster; Infinity: unlimited. */
  readonly moveBytesPerSecond: number;
}

export const DEFAULT_REPLICA_LIMITS: ReplicaLimits = {
  electionTicks: 10,
  heartbeatTicks: 3,
  appendBytesMax: 1 << 20,
  inflightMessagesMax: 256,
  inflightBytesMax: 16 << 20,
  applyBytesMax: 4 << 20,
  uncommittedBytesMax: 64 << 20,
  pendingProposalsMax: 100_000,
  pendingReadsMax: 10_000,
  lagTimeMaxMs: 10_000,
  snapshotQuietMs: 3_000,
  stateFlushBytes: 256 << 10,
  stateFlushEntryBytes: 16 << 20,
  stateFlushEntries: 8192,
  logKeepEntries: 1000,
  logKeepBytes: 32 << 20,
  logHoldBytes: 1 << 30,
  trimStepEntries: 256,
};

/** What the consensus cores of all replicas on a node have in common. */
export function coreConfig({ limits, random }: Pick<ReplicaEnv, 'limits' | 'random'>) {
  return {
    random,
    electionTicks: limits.electionTicks,
    heartbeatTicks: limits.heartbeatTicks,
    preVote: true,
    checkQuorum: true,
    readOnly: 'quorum',
    appendBytesMax: limits.appendBytesMax,
    inflightMessagesMax: limits.inflightMessagesMax,
    inflightBytesMax: limits.inflightBytesMax,
    applyBytesMax: limits.applyBytesMax,
    uncommittedBytesMax: limits.uncommittedBytesMax,
    proposalForwarding: false,
  } as const;
}

/** Sees what the node does not survive or must report; constant message plus fields. */
export interface ReplicaLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Something that has its share of the end of a turn. */
export interface TurnWork {
  process(): void;
}

export interface ReplicaEnv {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: ReplicaLimits;
  tuning(): ReplicaTuning;
  readonly applyTurns: ApplyTurns;
  readonly log: ReplicaLog;
  readonly listeners: readonly ReplicaListener[];
  send(group: GroupId, message: PeerMessage): void;
  connected(node: NodeId): boolean;
  machineFor(group: GroupId, kind: MachineKind): Machine<unknown>;
  /** True while the disk takes no more entries: proposals are refused, appends of leaders are not taken. */
  diskFull(): boolean;
  /** The replica has work for the end of this turn. */
  wake(replica: TurnWork): void;
  /** The node cannot go on: a broken machine or a failed disk. */
  fatal(error: FlowError): void;
}
