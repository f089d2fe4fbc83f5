/**
 * What a checker is: a named invariant (or a few that belong together) with the moments at which it looks. A checker throws a
 * `Violation`. To check something new (queues, key-value data), write one more and add it to the list in `checkers.ts`.
 */
import type { Reply } from '@flowmesh/engines';
import type { Entry, HardState, PeerMessage } from '@flowmesh/raft';
import type { Replica } from '../../../packages/broker/src/replica/replica-api.ts';
import type { ReplicaModel } from './model.ts';

/** A replica after a turn, beside the model's record of how it was before. */
export interface Seen {
  readonly replica: Replica;
  readonly before: ReplicaModel;
  readonly after: SeenState;
}

export type SeenState = Pick<
  ReplicaModel,
  'term' | 'role' | 'commit' | 'applied' | 'serving' | 'conf' | 'endOffset' | 'logStartOffset'
>;

export interface AppliedCommand {
  readonly index: number;
  readonly term: number;
  readonly command: Uint8Array;
  readonly reply: Reply;
  /** As it is afterwards. */
  readonly machine: unknown;
}

export interface Checker {
  readonly name: string;
  /** Entries and hard state were handed to the store; the model has them already. */
  appended?(replica: ReplicaModel, entries: readonly Entry[], hardState: HardState | undefined): void;
  /** The oldest pending write is durable; the model's durable side has it already. */
  durable?(replica: ReplicaModel): void;
  /** A message is about to leave a node. */
  sending?(replica: ReplicaModel, message: PeerMessage): void;
  /** The visible state of a replica changed in a turn. */
  stepped?(seen: Seen): void;
  /** Now and then, for what costs more to look at. */
  sampled?(replica: Replica, model: ReplicaModel): void;
  /** The data of a replica are about to be deleted. */
  removing?(replica: ReplicaModel): void;
  /** A command is about to be applied. */
  applying?(replica: ReplicaModel, index: number, term: number, command: Uint8Array): void;
  /** It was applied. */
  applied?(replica: ReplicaModel, applied: AppliedCommand): void;
}
