/** The services of the contract: definitions for servers, constructors for clients. Method names are in lower camel case. */
import './runtime.ts';
import {
  type ChannelCredentials,
  type ChannelOptions,
  makeClientConstructor,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { RawFrame } from './frame.ts';
import { flowmesh, grpc } from './gen/messages.js';
import { bidiStream, type ClientOf, type Handlers, serverStream, unary } from './method.ts';

const { v1, internal } = flowmesh;
const health = grpc.health.v1;

const streams = (name: string): string => `/flowmesh.v1.Streams/${name}`;
const groups = (name: string): string => `/flowmesh.v1.Groups/${name}`;
const transactions = (name: string): string => `/flowmesh.v1.Transactions/${name}`;
const cluster = (name: string): string => `/flowmesh.v1.Cluster/${name}`;
const kv = (name: string): string => `/flowmesh.v1.KV/${name}`;
const queues = (name: string): string => `/flowmesh.v1.Queues/${name}`;
const deadLetters = (name: string): string => `/flowmesh.v1.DeadLetters/${name}`;
const peer = (name: string): string => `/flowmesh.internal.v1.Peer/${name}`;

const STREAMS = {
  createStream: unary(streams('CreateStream'), v1.CreateStreamRequest, v1.Stream),
  updateStream: unary(streams('UpdateStream'), v1.UpdateStreamRequest, v1.Stream),
  deleteStream: unary(streams('DeleteStream'), v1.DeleteStreamRequest, v1.DeleteStreamResponse),
  getStream: unary(streams('GetStream'), v1.GetStreamRequest, v1.Stream),
  listStreams: unary(streams('ListStreams'), v1.ListStreamsRequest, v1.ListStreamsResponse),
  initProducer: unary(streams('InitProducer'), v1.InitProducerRequest, v1.InitProducerResponse),
  append: unary(streams('Append'), v1.AppendRequest, v1.AppendResponse),
  appendStream: bidiStream(streams('AppendStream'), v1.AppendRequest, v1.AppendResponse),
  read: unary(streams('Read'), v1.ReadRequest, v1.ReadResponse),
  subscribe: bidiStream(streams('Subscribe'), v1.SubscribeRequest, v1.SubscribeResponse),
  getOffsets: unary(streams('GetOffsets'), v1.GetOffsetsRequest, v1.GetOffsetsResponse),
  truncate: unary(streams('Truncate'), v1.TruncateRequest, v1.TruncateResponse),
};

const GROUPS = {
  findCoordinator: unary(groups('FindCoordinator'), v1.FindCoordinatorRequest, v1.FindCoordinatorResponse),
  joinGroup: unary(groups('JoinGroup'), v1.JoinGroupRequest, v1.GroupAssignment),
  heartbeat: unary(groups('Heartbeat'), v1.HeartbeatRequest, v1.GroupAssignment),
  leaveGroup: unary(groups('LeaveGroup'), v1.LeaveGroupRequest, v1.LeaveGroupResponse),
  commitOffsets: unary(groups('CommitOffsets'), v1.CommitOffsetsRequest, v1.CommitOffsetsResponse),
  fetchOffsets: unary(groups('FetchOffsets'), v1.FetchOffsetsRequest, v1.FetchOffsetsResponse),
  listGroups: unary(groups('ListGroups'), v1.ListGroupsRequest, v1.ListGroupsResponse),
  describeGroup: unary(groups('DescribeGroup'), v1.DescribeGroupRequest, v1.GroupDescription),
  resetOffsets: unary(groups('ResetOffsets'), v1.ResetOffsetsRequest, v1.ResetOffsetsResponse),
  undoReset: unary(groups('UndoReset'), v1.UndoResetRequest, v1.ResetOffsetsResponse),
  deleteOffsets: unary(groups('DeleteOffsets'), v1.DeleteOffsetsRequest, v1.DeleteOffsetsResponse),
  deleteGroup: unary(groups('DeleteGroup'), v1.DeleteGroupRequest, v1.DeleteGroupResponse),
};

const TRANSACTIONS = {
  initTransactions: unary(
    transactions('InitTransactions'),
    v1.InitTransactionsRequest,
    v1.InitTransactionsResponse,
  ),
  addToTransaction: unary(
    transactions('AddToTransaction'),
    v1.AddToTransactionRequest,
    v1.AddToTransactionResponse,
  ),
  endTransaction: unary(transactions('EndTransaction'), v1.EndTransactionRequest, v1.EndTransactionResponse),
};

const CLUSTER = {
  metadata: unary(cluster('Metadata'), v1.MetadataRequest, v1.MetadataResponse),
  status: unary(cluster('Status'), v1.StatusRequest, v1.StatusResponse),
  health: unary(cluster('Health'), v1.HealthRequest, v1.HealthResponse),
  listNodes: unary(cluster('ListNodes'), v1.ListNodesRequest, v1.ListNodesResponse),
  drainNode: unary(cluster('DrainNode'), v1.NodeModeRequest, v1.NodeModeResponse),
  undrainNode: unary(cluster('UndrainNode'), v1.NodeModeRequest, v1.NodeModeResponse),
  decommissionNode: unary(cluster('DecommissionNode'), v1.NodeModeRequest, v1.NodeModeResponse),
  removeNode: unary(cluster('RemoveNode'), v1.NodeModeRequest, v1.NodeModeResponse),
  listPartitions: unary(cluster('ListPartitions'), v1.ListPartitionsRequest, v1.ListPartitionsResponse),
  describePartition: unary(cluster('DescribePartition'), v1.DescribePartitionRequest, v1.PartitionDetail),
  movePartition: unary(cluster('MovePartition'), v1.MovePartitionRequest, v1.MovePartitionResponse),
  cancelMoves: unary(cluster('CancelMoves'), v1.CancelMovesRequest, v1.CancelMovesResponse),
  transferLeader: unary(cluster('TransferLeader'), v1.TransferLeaderRequest, v1.TransferLeaderResponse),
  electPreferred: unary(cluster('ElectPreferred'), v1.ElectPreferredRequest, v1.ElectPreferredResponse),
  planRebalance: unary(cluster('PlanRebalance'), v1.PlanRebalanceRequest, v1.PlanRebalanceResponse),
  startRebalance: unary(cluster('StartRebalance'), v1.StartRebalanceRequest, v1.RebalanceStatus),
  getRebalance: unary(cluster('GetRebalance'), v1.GetRebalanceRequest, v1.RebalanceStatus),
  cancelRebalance: unary(cluster('CancelRebalance'), v1.CancelRebalanceRequest, v1.RebalanceStatus),
  createJoinToken: unary(cluster('CreateJoinToken'), v1.CreateJoinTokenRequest, v1.CreateJoinTokenResponse),
  listJoinTokens: unary(cluster('ListJoinTokens'), v1.ListJoinTokensRequest, v1.ListJoinTokensResponse),
  revokeJoinToken: unary(cluster('RevokeJoinToken'), v1.RevokeJoinTokenRequest, v1.RevokeJoinTokenResponse),
  createUser: unary(cluster('CreateUser'), v1.CreateUserRequest, v1.UserInfo),
  alterUser: unary(cluster('AlterUser'), v1.AlterUserRequest, v1.UserInfo),
  changeGrants: unary(cluster('ChangeGrants'), v1.ChangeGrantsRequest, v1.UserInfo),
  deleteUser: unary(cluster('DeleteUser'), v1.DeleteUserRequest, v1.DeleteUserResponse),
  listUsers: unary(cluster('ListUsers'), v1.ListUsersRequest, v1.ListUsersResponse),
  getConfig: unary(cluster('GetConfig'), v1.GetConfigRequest, v1.GetConfigResponse),
  setConfig: unary(cluster('SetConfig'), v1.SetConfigRequest, v1.SetConfigResponse),
  finaliseFeatures: unary(
    cluster('FinaliseFeatures'),
    v1.FinaliseFeaturesRequest,
    v1.FinaliseFeaturesResponse,
  ),
  recoverPartition: unary(
    cluster('RecoverPartition'),
    v1.RecoverPartitionRequest,
    v1.RecoverPartitionResponse,
  ),
  listAudit: unary(cluster('ListAudit'), v1.ListAuditRequest, v1.ListAuditResponse),
  exportMetadata: unary(cluster('ExportMetadata'), v1.ExportMetadataRequest, v1.ExportMetadataResponse),
  diagnostics: unary(cluster('Diagnostics'), v1.DiagnosticsRequest, v1.DiagnosticsResponse),
};

const KV = {
  createBucket: unary(kv('CreateBucket'), v1.CreateBucketRequest, v1.Bucket),
  updateBucket: unary(kv('UpdateBucket'), v1.UpdateBucketRequest, v1.Bucket),
  deleteBucket: unary(kv('DeleteBucket'), v1.DeleteBucketRequest, v1.DeleteBucketResponse),
  getBucket: unary(kv('GetBucket'), v1.GetBucketRequest, v1.Bucket),
  listBuckets: unary(kv('ListBuckets'), v1.ListBucketsRequest, v1.ListBucketsResponse),
  get: unary(kv('Get'), v1.KvGetRequest, v1.KvGetResponse),
  put: unary(kv('Put'), v1.KvPutRequest, v1.KvPutResponse),
  delete: unary(kv('Delete'), v1.KvDeleteRequest, v1.KvDeleteResponse),
  increment: unary(kv('Increment'), v1.KvIncrementRequest, v1.KvIncrementResponse),
  touch: unary(kv('Touch'), v1.KvTouchRequest, v1.KvTouchResponse),
  txn: unary(kv('Txn'), v1.KvTxnRequest, v1.KvTxnResponse),
  range: unary(kv('Range'), v1.KvRangeRequest, v1.KvRangeResponse),
  history: unary(kv('History'), v1.KvHistoryRequest, v1.KvHistoryResponse),
  leaseGrant: unary(kv('LeaseGrant'), v1.KvLeaseGrantRequest, v1.KvLease),
  leaseKeepAlive: unary(kv('LeaseKeepAlive'), v1.KvLeaseKeepAliveRequest, v1.KvLeaseKeepAliveResponse),
  leaseRevoke: unary(kv('LeaseRevoke'), v1.KvLeaseRevokeRequest, v1.KvLeaseRevokeResponse),
  getLease: unary(kv('GetLease'), v1.KvGetLeaseRequest, v1.KvGetLeaseResponse),
  compact: unary(kv('Compact'), v1.KvCompactRequest, v1.KvCompactResponse),
  session: bidiStream(kv('Session'), v1.KvSessionRequest, v1.KvSessionResponse),
  watch: serverStream(kv('Watch'), v1.KvWatchRequest, v1.KvWatchResponse),
};

const QUEUES = {
  createQueue: unary(queues('CreateQueue'), v1.CreateQueueRequest, v1.Queue),
  updateQueue: unary(queues('UpdateQueue'), v1.UpdateQueueRequest, v1.Queue),
  deleteQueue: unary(queues('DeleteQueue'), v1.DeleteQueueRequest, v1.DeleteQueueResponse),
  getQueue: unary(queues('GetQueue'), v1.GetQueueRequest, v1.Queue),
  listQueues: unary(queues('ListQueues'), v1.ListQueuesRequest, v1.ListQueuesResponse),
  enqueue: unary(queues('Enqueue'), v1.EnqueueRequest, v1.EnqueueResponse),
  enqueueStream: bidiStream(queues('EnqueueStream'), v1.EnqueueRequest, v1.EnqueueResponse),
  receive: unary(queues('Receive'), v1.ReceiveRequest, v1.ReceiveResponse),
  work: bidiStream(queues('Work'), v1.WorkRequest, v1.WorkResponse),
  ack: unary(queues('Ack'), v1.AckRequest, v1.SettleResponse),
  nack: unary(queues('Nack'), v1.NackRequest, v1.SettleResponse),
  extend: unary(queues('Extend'), v1.ExtendRequest, v1.SettleResponse),
  release: unary(queues('Release'), v1.ReleaseRequest, v1.SettleResponse),
  peek: unary(queues('Peek'), v1.PeekRequest, v1.PeekResponse),
  search: unary(queues('Search'), v1.SearchRequest, v1.SearchResponse),
  getQueueStats: unary(queues('GetQueueStats'), v1.QueueStatsRequest, v1.QueueStatsResponse),
  pauseQueue: unary(queues('PauseQueue'), v1.PauseQueueRequest, v1.PauseQueueResponse),
  purgeQueue: unary(queues('PurgeQueue'), v1.PurgeQueueRequest, v1.PurgeQueueResponse),
  listWorkers: unary(queues('ListWorkers'), v1.ListWorkersRequest, v1.ListWorkersResponse),
  putSchedule: unary(queues('PutSchedule'), v1.PutScheduleRequest, v1.Schedule),
  deleteSchedule: unary(queues('DeleteSchedule'), v1.DeleteScheduleRequest, v1.DeleteScheduleResponse),
  pauseSchedule: unary(queues('PauseSchedule'), v1.PauseScheduleRequest, v1.Schedule),
  listSchedules: unary(queues('ListSchedules'), v1.ListSchedulesRequest, v1.ListSchedulesResponse),
};

const DEAD_LETTERS = {
  listDeadLetters: unary(
    deadLetters('ListDeadLetters'),
    v1.ListDeadLettersRequest,
    v1.ListDeadLettersResponse,
  ),
  getDeadLetterStats: unary(
    deadLetters('GetDeadLetterStats'),
    v1.DeadLetterStatsRequest,
    v1.DeadLetterStatsResponse,
  ),
  editDeadLetter: unary(deadLetters('EditDeadLetter'), v1.EditDeadLetterRequest, v1.Job),
  deleteDeadLetters: unary(
    deadLetters('DeleteDeadLetters'),
    v1.DeleteDeadLettersRequest,
    v1.DeleteDeadLettersResponse,
  ),
  startRedrive: unary(deadLetters('StartRedrive'), v1.StartRedriveRequest, v1.RedriveTask),
  getRedriveTask: unary(deadLetters('GetRedriveTask'), v1.GetRedriveTaskRequest, v1.RedriveTask),
  listRedriveTasks: unary(
    deadLetters('ListRedriveTasks'),
    v1.ListRedriveTasksRequest,
    v1.ListRedriveTasksResponse,
  ),
  cancelRedriveTask: unary(deadLetters('CancelRedriveTask'), v1.CancelRedriveTaskRequest, v1.RedriveTask),
};

/** Frames pass as raw bytes (see frame.ts). */
const PEER = {
  receive: bidiStream(peer('Receive'), internal.v1.Hello, RawFrame),
  pullSnapshot: serverStream(peer('PullSnapshot'), internal.v1.PullSnapshotRequest, RawFrame),
  forward: unary(peer('Forward'), internal.v1.ForwardRequest, internal.v1.ForwardResponse),
  join: unary(peer('Join'), internal.v1.JoinRequest, internal.v1.JoinResponse),
  identify: unary(peer('Identify'), internal.v1.IdentifyRequest, internal.v1.IdentifyResponse),
  found: unary(peer('Found'), internal.v1.FoundRequest, internal.v1.FoundResponse),
};

const HEALTH = {
  check: unary('/grpc.health.v1.Health/Check', health.HealthCheckRequest, health.HealthCheckResponse),
  watch: serverStream('/grpc.health.v1.Health/Watch', health.HealthCheckRequest, health.HealthCheckResponse),
};

export type StreamsHandlers = Handlers<typeof STREAMS>;
export type GroupsHandlers = Handlers<typeof GROUPS>;
export type TransactionsHandlers = Handlers<typeof TRANSACTIONS>;
export type ClusterHandlers = Handlers<typeof CLUSTER>;
export type KvHandlers = Handlers<typeof KV>;
export type QueuesHandlers = Handlers<typeof QUEUES>;
export type DeadLettersHandlers = Handlers<typeof DEAD_LETTERS>;
export type PeerHandlers = Handlers<typeof PEER>;
export type HealthHandlers = Handlers<typeof HEALTH>;

export type StreamsClient = ClientOf<typeof STREAMS>;
export type GroupsClient = ClientOf<typeof GROUPS>;
export type TransactionsClient = ClientOf<typeof TRANSACTIONS>;
export type ClusterClient = ClientOf<typeof CLUSTER>;
export type KvClient = ClientOf<typeof KV>;
export type QueuesClient = ClientOf<typeof QUEUES>;
export type DeadLettersClient = ClientOf<typeof DEAD_LETTERS>;
export type PeerClient = ClientOf<typeof PEER>;
export type HealthClient = ClientOf<typeof HEALTH>;

export const StreamsService: ServiceDefinition<StreamsHandlers> = STREAMS;
export const GroupsService: ServiceDefinition<GroupsHandlers> = GROUPS;
export const TransactionsService: ServiceDefinition<TransactionsHandlers> = TRANSACTIONS;
export const ClusterService: ServiceDefinition<ClusterHandlers> = CLUSTER;
export const KvService: ServiceDefinition<KvHandlers> = KV;
export const QueuesService: ServiceDefinition<QueuesHandlers> = QUEUES;
export const DeadLettersService: ServiceDefinition<DeadLettersHandlers> = DEAD_LETTERS;
export const PeerService: ServiceDefinition<PeerHandlers> = PEER;
export const HealthService: ServiceDefinition<HealthHandlers> = HEALTH;

export type ClientConstructor<C> = new (
  address: string,
  credentials: ChannelCredentials,
  options?: ChannelOptions,
) => C;

function constructorOf<C>(definition: ServiceDefinition, name: string): ClientConstructor<C> {
  return makeClientConstructor(definition, name) as unknown as ClientConstructor<C>;
}

export const StreamsClient = constructorOf<StreamsClient>(STREAMS, 'flowmesh.v1.Streams');
export const GroupsClient = constructorOf<GroupsClient>(GROUPS, 'flowmesh.v1.Groups');
export const TransactionsClient = constructorOf<TransactionsClient>(TRANSACTIONS, 'flowmesh.v1.Transactions');
export const ClusterClient = constructorOf<ClusterClient>(CLUSTER, 'flowmesh.v1.Cluster');
export const KvClient = constructorOf<KvClient>(KV, 'flowmesh.v1.KV');
export const QueuesClient = constructorOf<QueuesClient>(QUEUES, 'flowmesh.v1.Queues');
export const DeadLettersClient = constructorOf<DeadLettersClient>(DEAD_LETTERS, 'flowmesh.v1.DeadLetters');
export const PeerClient = constructorOf<PeerClient>(PEER, 'flowmesh.internal.v1.Peer');
export const HealthClient = constructorOf<HealthClient>(HEALTH, 'grpc.health.v1.Health');
