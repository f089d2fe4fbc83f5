/** The FlowMesh SDK. */
export { type ErrorCode, FlowError, isFlowError } from '@flowmesh/base';
export type { ClusterStatus, NodeStatus } from './admin/cluster-admin.ts';
export type {
  CreateStreamOptions,
  PartitionInfo,
  StreamAdmin,
  StreamDescription,
  StreamInfo,
} from './admin/stream-admin.ts';
export { connect, type ConnectOptions, type FlowMesh } from './connect.ts';
export type { Consumer } from './consumer/consumer.ts';
export type { ConsumedRecord, ConsumeOptions, ConsumerEvent, Position } from './consumer/types.ts';
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
export type { OffsetPlace, PartitionOffsets } from './routing/leader-call.ts';
export type {
  ClusterNode,
  MetadataAnswer,
  PartitionLeader,
  StreamRouting,
} from './routing/metadata-cache.ts';
export type { CallOptions } from './routing/router.ts';
export { type Surroundings, systemSurroundings } from './system.ts';
