/** The FlowMesh SDK. */
export { type ErrorCode, FlowError, isFlowError } from '@flowmesh/base';
export type {
  AuditEntry,
  ClusterAdmin,
  ClusterHealth,
  ClusterStatus,
  Finding,
  MetadataExport,
  NodeDiagnostics,
} from './admin/cluster-admin.ts';
export type { NodeAnswer } from './admin/cluster-call.ts';
export type { ConfigAdmin, ConfigChange, ConfigEntry, ConfigScope } from './admin/config-admin.ts';
export type { FeaturesAdmin } from './admin/features-admin.ts';
export type { NodeOperation, NodeOperationOptions, NodesAdmin, NodeStatus } from './admin/nodes-admin.ts';
export {
  type ElectedPreferred,
  type ListPartitionsOptions,
  PARTITION_STATES,
  type PartitionDescription,
  type PartitionDetail,
  type PartitionMove,
  type PartitionPlace,
  type PartitionsAdmin,
  type PartitionState,
  type RecoveredPartition,
  type ReplicaDetail,
} from './admin/partitions-admin.ts';
export type {
  Balance,
  NodeBalance,
  PlannedMove,
  RebalanceAdmin,
  RebalancePlan,
  RebalanceStatus,
} from './admin/rebalance-admin.ts';
export type {
  CreateStreamOptions,
  PartitionInfo,
  StreamAdmin,
  StreamDescription,
  StreamInfo,
  UpdateStreamOptions,
} from './admin/stream-admin.ts';
export type {
  CreatedJoinToken,
  CreateJoinTokenOptions,
  JoinToken,
  TokensAdmin,
} from './admin/tokens-admin.ts';
export {
  type CreateUserOptions,
  type Grant,
  GRANT_OPERATIONS,
  type GrantOperation,
  PASSWORD_ITERATIONS,
  type PasswordOptions,
  type Role,
  ROLES,
  type User,
  type UserGrant,
  type UsersAdmin,
} from './admin/users-admin.ts';
export { connect, type ConnectOptions, type FlowMesh } from './connect.ts';
export type { SecurityOptions, TlsOptions } from './wire/channel-security.ts';
export type { Consumer } from './consumer/consumer.ts';
export type { ConsumedRecord, ConsumeOptions, ConsumerEvent, Position } from './consumer/types.ts';
export type { GroupConsumer } from './group/group-consumer.ts';
export type { CommittedOffset } from './group/group-offsets.ts';
export type {
  GroupConsumerEvent,
  GroupConsumerOptions,
  GroupMembership,
  OffsetToCommit,
  TopicPartition,
} from './group/group-types.ts';
export type {
  GroupDescription,
  GroupInfo,
  GroupMemberInfo,
  GroupPartition,
  GroupsAdmin,
  ResetOffset,
  ResetOptions,
  ResetTo,
} from './group/groups-admin.ts';
export type { Bucket, CasResult } from './kv/bucket.ts';
export type { BucketInfo, CreateBucketOptions, Kv, UpdateBucketOptions } from './kv/kv.ts';
export type { Lease } from './kv/lease.ts';
export type * from './kv/types.ts';
export type { Watch } from './kv/watch.ts';
export type { Producer, ProducerStats } from './producer/producer.ts';
export type {
  Acks,
  Compression,
  OutgoingRecord,
  Payload,
  ProducerOptions,
  RecordHeader,
  RecordMetadata,
  SendOptions,
} from './producer/types.ts';
export type {
  CreateQueueOptions,
  EnqueuedJob,
  JobFailure,
  JobInfo,
  JobReceipt,
  JobState,
  NackOptions,
  NewJob,
  QueueInfo,
  ReceiveOptions,
  SettleOutcome,
  UpdateQueueOptions,
} from './queue/queue-types.ts';
export type {
  DeadLetters,
  DeadLetterStats,
  ListDeadLettersOptions,
  RedriveOptions,
  RedriveTask,
} from './queue/dead-letters.ts';
export type {
  JobPage,
  JobSearchPage,
  PeekOptions,
  PutScheduleOptions,
  QueueOperations,
  QueueSchedule,
  QueueStats,
  QueueStatsReport,
  SearchOptions,
  WorkerInfo,
} from './queue/queue-operations.ts';
export type { Held, Queues } from './queue/queues.ts';
export type { ReceivedJob } from './queue/received-job.ts';
export type { Worker } from './queue/worker.ts';
export {
  type JobHandler,
  RetryLater,
  type WorkerEvent,
  type WorkerJob,
  type WorkerOptions,
  type WorkerStats,
} from './queue/worker-types.ts';
export type { OffsetPlace, PartitionOffsets } from './routing/leader-call.ts';
export type {
  ClusterNode,
  MetadataAnswer,
  PartitionLeader,
  StreamRouting,
} from './routing/metadata-cache.ts';
export type { CallOptions } from './routing/router.ts';
export type { TransactionalProducer, TransactionOptions } from './transaction/transaction.ts';
export { type Surroundings, systemSurroundings } from './system.ts';
export { bytesCodec, jsonCodec, type Schema, textCodec, type ValueCodec } from './value-codecs.ts';
