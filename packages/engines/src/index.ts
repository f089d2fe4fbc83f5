export { type Access, mayAccess } from './catalog/access-rules.ts';
export * from './catalog/access-types.ts';
export { type BucketConfig, resolveBucketConfig } from './catalog/bucket-config.ts';
export * from './catalog/catalog-command.ts';
export * from './catalog/catalog-machine.ts';
export * from './catalog/catalog-reply.ts';
export * from './catalog/catalog-types.ts';
export * from './catalog/cluster-config.ts';
export * from './catalog/command-codec.ts';
export type { KeySpec } from './catalog/config-keys.ts';
export { CONFIG_TABLES, checkResourceConfig } from './catalog/config-tables.ts';
export * from './catalog/features.ts';
export {
  GROUP_KEYS,
  type GroupConfig,
  groupOfScope,
  groupScope,
  resolveGroupConfig,
} from './catalog/group-config.ts';
export { mayGiveWay } from './catalog/membership-commands.ts';
export { minInsyncReplicas } from './catalog/min-insync.ts';
export * from './catalog/placement.ts';
export * from './catalog/queue-config.ts';
export * from './catalog/stream-config.ts';
export * from './catalog/resource-name.ts';
export { tooFewVotersWithout } from './catalog/mode-commands.ts';
export { type JoinTokenState, joinTokenState } from './catalog/token-commands.ts';
export { encodeKvCommand, type KvCommand } from './kv/kv-command.ts';
export { KvMachine } from './kv/kv-machine.ts';
export * from './kv/kv-reader.ts';
export * from './kv/kv-types.ts';
export {
  type ClassicLeaver,
  type CommitOutcome,
  type Committer,
  type CoordinatorAction,
  type CoordinatorReply,
  type LeaveOutcome,
  encodeCoordinatorCommand,
} from './coordinator/coordinator-command.ts';
export { fencedInstance } from './coordinator/classic-commands.ts';
export { generationFor } from './coordinator/classic-rounds.ts';
export * from './coordinator/classic-types.ts';
export * from './coordinator/coordinator-limits.ts';
export { type CoordinatorEffect, CoordinatorMachine } from './coordinator/coordinator-machine.ts';
export type { Group } from './coordinator/coordinator-state.ts';
export * from './coordinator/coordinator-types.ts';
export { refuseWhileActive } from './coordinator/group-commands.ts';
export {
  comparePartitions,
  type PartitionKey,
  partitionKey,
  partitionOf,
} from './coordinator/partition-key.ts';
export { isStable } from './coordinator/reconcile.ts';
export { refuseShare } from './coordinator/share-assignment.ts';
export { matchesPattern } from './coordinator/stream-pattern.ts';
export { sameTopology } from './coordinator/topology.ts';
export { epochsUsedUp } from './coordinator/transaction-commands.ts';
export * from './machine.ts';
export { makeMachine } from './make-machine.ts';
export { describeBalance } from './planner/describe-balance.ts';
export { planMetadataVoters } from './planner/metadata-voters.ts';
export { DISK_HIGH_FRACTION, placeNew } from './planner/place-new.ts';
export { planMoves } from './planner/plan-moves.ts';
export * from './planner/planner-types.ts';
export { changeReplicationFactor } from './planner/replication-factor.ts';
export { afterPrefix, keyName } from './state/key-name.ts';
export { type HeadEntry, OrderedHead } from './state/ordered-head.ts';
export { StateCache } from './state/state-cache.ts';
export * from './queue/queue-command.ts';
export { QueueMachine } from './queue/queue-machine.ts';
export * from './queue/queue-reader.ts';
export * from './queue/queue-reply.ts';
export * from './queue/queue-types.ts';
export * from './stream/append-session.ts';
export type { CompactedRun } from './stream/compaction-table.ts';
export { type DelayedBatch, delayedKey, markReleased } from './stream/delayed-table.ts';
export * from './stream/epoch-table.ts';
export * from './stream/offset-index.ts';
export * from './stream/producer-table.ts';
export * from './stream/share-command.ts';
export type { ShareGroup } from './stream/share-group.ts';
export * from './stream/share-types.ts';
export * from './stream/stream-command.ts';
export * from './stream/stream-machine.ts';
export * from './stream/transaction-marker.ts';
export * from './stream/transaction-table.ts';
