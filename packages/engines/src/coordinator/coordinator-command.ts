/**
 * Commands of the coordinator machine: `kind u8 · version u8 · timeMs u64 · body`, the body as JSON. They are made by coordinator
 * services, which validate what users send; here only what depends on state is checked. A kind or version that a node does not know
 * stops it: skipping would make its copy differ.
 */
import { AssertionError, assert, ByteReader, ByteWriter, must, utf8Decode, utf8Encode } from '@flowmesh/base';
import type { ClassicGeneration, ClassicProtocol } from './classic-types.ts';
import type {
  Assignor,
  OffsetEntry,
  Participant,
  ProducerEpoch,
  StoredOffset,
  TopologyStream,
} from './coordinator-types.ts';
import type { PartitionKey } from './partition-key.ts';

const VERSION = 1;

export interface JoinGroup {
  readonly kind: 'join';
  readonly group: string;
  readonly member: string;
  readonly instanceId: string;
  readonly clientId: string;
  readonly host: string;
  readonly rack: string;
  /** Ascending, without repetitions. */
  readonly streams: readonly string[];
  readonly pattern: string;
  /** Absent: none. */
  readonly regex?: string;
  /** Names of streams that `regex` matches, ascending. */
  readonly matched?: readonly string[];
  /** Undefined: as the group has it, for a new one `cooperative`. */
  readonly assignor?: Assignor;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
}

export interface LeaveGroup {
  readonly kind: 'leave';
  readonly group: string;
  readonly member: string;
}

/** Sessions that ran out, as their leader saw it. */
export interface ExpireMembers {
  readonly kind: 'expire-members';
  readonly group: string;
  readonly members: readonly string[];
}

/** Computes the targets anew from all streams that somebody in the group subscribes to. */
export interface AssignGroup {
  readonly kind: 'assign';
  readonly group: string;
  /** Ascending by name. */
  readonly streams: readonly TopologyStream[];
  /** Of the metadata that they were taken from. */
  readonly revision: number;
}

/** The streams that a member's regular expression matches are others now. */
export interface MatchStreams {
  readonly kind: 'match-streams';
  readonly group: string;
  readonly member: string;
  readonly regex: string;
  readonly matched: readonly string[];
}

/** A member has given up all that it was told to by this epoch. */
export interface ConfirmRevoked {
  readonly kind: 'confirm';
  readonly group: string;
  readonly member: string;
  readonly epoch: number;
}

/** A member of a classic group joins, or joins anew. */
export interface ClassicJoin {
  readonly kind: 'classic-join';
  readonly group: string;
  /** Made by the coordinator where the client has none. */
  readonly member: string;
  /** The client did not have it. */
  readonly fresh: boolean;
  /** A fresh one is given its id, and counts when it comes back with it. */
  readonly announce: boolean;
  readonly instanceId: string;
  readonly clientId: string;
  readonly host: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  /** How long the first member of a group waits for others. */
  readonly initialDelayMs: number;
  readonly protocolType: string;
  /** At least one. */
  readonly protocols: readonly ClassicProtocol[];
  /** Absent: its metadata do not tell. */
  readonly streams?: readonly string[];
  /** Its client knows that a leader may have to skip the assignment. */
  readonly skipsAssignment: boolean;
  readonly reason: string;
}

/** A member of a share group joins, or subscribes to other streams. */
export interface ShareJoin {
  readonly kind: 'share-join';
  readonly group: string;
  readonly member: string;
  readonly clientId: string;
  readonly host: string;
  readonly rack: string;
  /** Ascending, without repetitions. */
  readonly streams: readonly string[];
  readonly sessionTimeoutMs: number;
}

/** Partitions of these streams know nothing of the share group any more. */
export interface ForgetShared {
  readonly kind: 'forget-shared';
  readonly group: string;
  readonly streams: readonly string[];
}

export interface ClassicLeaver {
  /** Empty: whoever is the instance. */
  readonly member: string;
  readonly instanceId: string;
}

export interface ClassicLeave {
  readonly kind: 'classic-leave';
  readonly group: string;
  readonly members: readonly ClassicLeaver[];
}

/** The leader of a generation hands in the assignment. */
export interface ClassicSync {
  readonly kind: 'classic-sync';
  readonly group: string;
  readonly member: string;
  readonly generation: number;
  /** Base64, by member. */
  readonly assignments: readonly { readonly member: string; readonly assignment: string }[];
}

/**
 * Who commits: a member with the epoch it knows (in a classic group: the generation), or (absent) somebody outside a group without members.
 */
export interface Committer {
  readonly member: string;
  readonly epoch: number;
}

export interface CommitOffsets {
  readonly kind: 'commit-offsets';
  readonly group: string;
  readonly by?: Committer;
  /** Back too, or (offset -1) to where nothing is committed: Kafka's clients say where they are, not how far they have come. */
  readonly rewind?: boolean;
  readonly offsets: readonly OffsetEntry[];
}

export interface ResetOffsets {
  readonly kind: 'reset-offsets';
  readonly group: string;
  readonly force: boolean;
  readonly offsets: readonly OffsetEntry[];
}

export interface UndoReset {
  readonly kind: 'undo-reset';
  readonly group: string;
  readonly force: boolean;
}

export interface DeleteOffsets {
  readonly kind: 'delete-offsets';
  readonly group: string;
  readonly partitions: readonly PartitionKey[];
}

export interface DeleteGroup {
  readonly kind: 'delete-group';
  readonly group: string;
}

export interface InitTransactions {
  readonly kind: 'init-transactions';
  readonly id: string;
  readonly timeoutMs: number;
  /** One that nobody has had, for an id that is new or whose epochs are used up. */
  readonly freshProducerId?: number;
  /** What the process has by now: it is refused where that is another's. Absent: it takes the id over from whoever had it. */
  readonly expected?: ProducerEpoch;
  readonly reusesEpoch?: true;
}

interface OfTransaction extends ProducerEpoch {
  readonly id: string;
}

export interface AddParticipants extends OfTransaction {
  readonly kind: 'add-participants';
  readonly participants: readonly Participant[];
}

export interface EndTransaction extends OfTransaction {
  readonly kind: 'end-transaction';
  readonly commit: boolean;
}

/** Every participant has confirmed. */
export interface CompleteTransaction extends OfTransaction {
  readonly kind: 'complete-transaction';
  readonly round: number;
  /** As for `init-transactions`. */
  readonly freshProducerId?: number;
}

/** Offsets of groups of this shard may be staged in the transaction from here on. */
export interface AdmitOffsets extends ProducerEpoch {
  readonly kind: 'admit-offsets';
  readonly round: number;
}

/** Offsets to be committed with a transaction. */
export interface StageOffsets extends ProducerEpoch {
  readonly kind: 'stage-offsets';
  readonly group: string;
  readonly by?: Committer;
  /** As for `commit-offsets`. */
  readonly rewind?: boolean;
  readonly offsets: readonly OffsetEntry[];
}

/** The marker of a transaction, for all offsets staged in this shard. */
export interface MarkOffsets extends ProducerEpoch {
  readonly kind: 'mark-offsets';
  readonly round: number;
  readonly commit: boolean;
}

/** Does what is due by time, at most so many things. */
export interface Expire {
  readonly kind: 'expire';
  readonly max: number;
}

export interface Configure {
  readonly kind: 'configure';
  readonly revision: number;
  readonly config: Readonly<Record<string, string>>;
}

export type CoordinatorAction =
  | JoinGroup
  | LeaveGroup
  | ExpireMembers
  | AssignGroup
  | MatchStreams
  | ConfirmRevoked
  | ClassicJoin
  | ClassicLeave
  | ClassicSync
  | ShareJoin
  | ForgetShared
  | CommitOffsets
  | ResetOffsets
  | UndoReset
  | DeleteOffsets
  | DeleteGroup
  | InitTransactions
  | AddParticipants
  | EndTransaction
  | CompleteTransaction
  | AdmitOffsets
  | StageOffsets
  | MarkOffsets
  | Expire
  | Configure;

/** With the proposing leader's time. */
export type CoordinatorCommand = CoordinatorAction & { readonly timeMs: number };

/** What a partition's commit came to. */
export interface CommitOutcome {
  readonly stream: string;
  readonly partition: number;
  /** What is committed now: the one asked for, or a later one that was there before. */
  readonly offset: number;
  /** STALE_MEMBER where the partition was not the committer's. */
  readonly refused: boolean;
}

export type LeaveOutcome = 'left' | 'unknown' | 'fenced';

export type CoordinatorReply =
  | { readonly kind: 'member'; readonly epoch: number }
  | {
      readonly kind: 'classic-joined';
      readonly member: string;
      /** Announced: to come back with its id. Waiting: for the end of the round. Else what stands. */
      readonly result: 'announced' | 'waiting' | ClassicGeneration;
    }
  /** In the order of the command. */
  | { readonly kind: 'classic-left'; readonly outcomes: readonly LeaveOutcome[] }
  | { readonly kind: 'changed' }
  | { readonly kind: 'committed'; readonly outcomes: readonly CommitOutcome[] }
  | { readonly kind: 'reset'; readonly previous: ReadonlyMap<PartitionKey, StoredOffset | undefined> }
  | {
      readonly kind: 'producer';
      readonly producerId: number;
      readonly producerEpoch: number;
    }
  /** Of the transaction that has them. */
  | { readonly kind: 'added'; readonly round: number }
  | { readonly kind: 'ending'; readonly committed: boolean }
  | { readonly kind: 'expired'; readonly count: number };

const KINDS: Readonly<Record<CoordinatorAction['kind'], number>> = {
  configure: 1,
  expire: 2,
  join: 10,
  leave: 11,
  'expire-members': 12,
  assign: 13,
  confirm: 14,
  'classic-join': 15,
  'classic-leave': 16,
  'classic-sync': 17,
  'match-streams': 18,
  'share-join': 19,
  'commit-offsets': 20,
  'reset-offsets': 21,
  'undo-reset': 22,
  'delete-offsets': 23,
  'delete-group': 24,
  'forget-shared': 25,
  'init-transactions': 30,
  'add-participants': 31,
  'end-transaction': 32,
  'complete-transaction': 33,
  'stage-offsets': 34,
  'mark-offsets': 35,
  'admit-offsets': 36,
};
const NAMES = new Map(Object.entries(KINDS).map(([name, number]) => [number, name]));

export function encodeCoordinatorCommand(command: CoordinatorCommand): Uint8Array {
  const { kind, timeMs, ...body } = command;
  return new ByteWriter(256)
    .u8(KINDS[kind])
    .u8(VERSION)
    .u64(timeMs)
    .raw(utf8Encode(JSON.stringify(body)))
    .finish();
}

export function decodeCoordinatorCommand(bytes: Uint8Array): CoordinatorCommand {
  const reader = new ByteReader(bytes);
  const number = reader.u8();
  const version = reader.u8();
  assert(version === VERSION, `coordinator command of version ${version}; this node knows ${VERSION}`);
  const kind = NAMES.get(number);
  if (kind === undefined) throw new AssertionError(`coordinator command of kind ${number} is not known`);
  const timeMs = reader.u64();
  const body = JSON.parse(utf8Decode(reader.raw(reader.remaining))) as object;
  return { ...must(body, 'a command has a body'), kind, timeMs } as CoordinatorCommand;
}

const ADDING = new Set([KINDS['init-transactions'], KINDS['add-participants'], KINDS['stage-offsets']]);

/** Whether an encoded command may wait until the disk has room. */
export function addsData(bytes: Uint8Array): boolean {
  return ADDING.has(bytes[0] ?? 0);
}
