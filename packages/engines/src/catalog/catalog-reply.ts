/** What accepted commands of the metadata group answer. Refusals are FlowErrors. Stored with the request ids, so kinds stay. */
import type { ErrorCode, GroupId, MemberId, NodeId } from '@flowmesh/base';
import type { NodeMode } from './catalog-types.ts';

/** One item of a command that was carried out in part. */
export interface RefusedGroup {
  readonly group: GroupId;
  readonly code: ErrorCode;
  readonly message: string;
}

export type CatalogReply =
  | { readonly kind: 'cluster-initialised'; readonly clusterId: string }
  | { readonly kind: 'node-registered'; readonly node: NodeId; readonly revision: number }
  | { readonly kind: 'node-updated'; readonly node: NodeId; readonly revision: number }
  | { readonly kind: 'node-replaced'; readonly node: NodeId; readonly revision: number }
  | {
      readonly kind: 'node-mode-set';
      readonly node: NodeId;
      readonly mode: NodeMode;
      readonly revision: number;
    }
  | { readonly kind: 'node-removed'; readonly node: NodeId; readonly revision: number }
  | { readonly kind: 'replica-replaced'; readonly group: GroupId; readonly member: MemberId }
  | {
      readonly kind: 'stream-created';
      readonly uuid: string;
      readonly name: string;
      readonly revision: number;
    }
  | { readonly kind: 'stream-deleted'; readonly uuid: string; readonly revision: number }
  | { readonly kind: 'stream-altered'; readonly uuid: string; readonly revision: number }
  /** Groups of the new partitions, in order. */
  | {
      readonly kind: 'partitions-added';
      readonly uuid: string;
      readonly groups: readonly GroupId[];
      readonly revision: number;
    }
  | { readonly kind: 'replication-factor-set'; readonly uuid: string; readonly revision: number }
  /** Ids first … first + count - 1 belong to the asker alone. */
  | { readonly kind: 'producer-ids-allocated'; readonly first: number; readonly count: number }
  | {
      readonly kind: 'replicas-moved';
      readonly accepted: readonly GroupId[];
      readonly refused: readonly RefusedGroup[];
    }
  | {
      readonly kind: 'moves-cancelled';
      readonly cancelled: readonly GroupId[];
      readonly refused: readonly RefusedGroup[];
    }
  | { readonly kind: 'move-finished'; readonly group: GroupId; readonly released: readonly MemberId[] }
  | { readonly kind: 'group-recovered'; readonly group: GroupId; readonly survivor: MemberId }
  | {
      readonly kind: 'metadata-voters-set';
      readonly voters: readonly MemberId[];
      readonly revision: number;
    }
  | { readonly kind: 'rebalance-started'; readonly id: string }
  | { readonly kind: 'rebalance-finished'; readonly id: string }
  | { readonly kind: 'rebalance-cancelled'; readonly id: string; readonly cancelled: readonly GroupId[] }
  | { readonly kind: 'join-token-created'; readonly id: string }
  | { readonly kind: 'join-token-revoked'; readonly id: string }
  | { readonly kind: 'config-set'; readonly scope: string; readonly revision: number }
  | { readonly kind: 'features-finalised'; readonly level: number }
  | { readonly kind: 'user-created'; readonly name: string; readonly revision: number }
  | { readonly kind: 'user-altered'; readonly name: string; readonly revision: number }
  | { readonly kind: 'grants-changed'; readonly name: string; readonly revision: number }
  | { readonly kind: 'user-deleted'; readonly name: string; readonly revision: number };
