/**
 * FlowError as Kafka knows errors. The choice is a matter of correctness: what a client takes for final it reports as lost, what it takes
 * for unknown it sends again. So whatever may succeed later gets a code that clients retry in that place, and each place has its own
 * differences from the common table. A code without an entry does not compile.
 */
import { FlowError, isFlowError } from '@flowmesh/base';
import type { ErrorCode } from '@flowmesh/base';
import { KAFKA_ERROR } from '@flowmesh/kafka/protocol';
import type { KafkaErrorName } from '@flowmesh/kafka/protocol';

type Table = Readonly<Record<ErrorCode, KafkaErrorName>>;

const MESSAGE_CHARS_MAX = 1_000;

const COMMON: Table = {
  INVALID_ARGUMENT: 'INVALID_REQUEST',
  UNAUTHENTICATED: 'SASL_AUTHENTICATION_FAILED',
  PERMISSION_DENIED: 'CLUSTER_AUTHORIZATION_FAILED',
  NOT_FOUND: 'UNKNOWN_TOPIC_OR_PARTITION',
  ALREADY_EXISTS: 'TOPIC_ALREADY_EXISTS',
  PRECONDITION_FAILED: 'POLICY_VIOLATION',
  CORRUPT_BATCH: 'CORRUPT_MESSAGE',
  BATCH_TOO_LARGE: 'MESSAGE_TOO_LARGE',
  UNSUPPORTED: 'INVALID_REQUEST',
  OFFSET_OUT_OF_RANGE: 'OFFSET_OUT_OF_RANGE',
  REVISION_COMPACTED: 'OFFSET_OUT_OF_RANGE',
  OUT_OF_ORDER_SEQUENCE: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  PRODUCER_FENCED: 'INVALID_PRODUCER_EPOCH',
  TRANSACTION_ABORTED: 'TRANSACTION_ABORTABLE',
  MEMBER_UNKNOWN: 'UNKNOWN_MEMBER_ID',
  MEMBER_FENCED: 'FENCED_INSTANCE_ID',
  STALE_MEMBER: 'ILLEGAL_GENERATION',
  NOT_LEADER: 'NOT_LEADER_OR_FOLLOWER',
  NO_LEADER: 'LEADER_NOT_AVAILABLE',
  NOT_ENOUGH_REPLICAS: 'NOT_ENOUGH_REPLICAS',
  UNAVAILABLE: 'NOT_LEADER_OR_FOLLOWER',
  OVERLOADED: 'REQUEST_TIMED_OUT',
  TIMEOUT: 'REQUEST_TIMED_OUT',
  CANCELLED: 'REQUEST_TIMED_OUT',
  DISK_FULL: 'KAFKA_STORAGE_ERROR',
  STORAGE_IO: 'KAFKA_STORAGE_ERROR',
  CORRUPTION: 'KAFKA_STORAGE_ERROR',
  AMNESIA: 'KAFKA_STORAGE_ERROR',
  WRONG_CLUSTER: 'UNKNOWN_SERVER_ERROR',
  IDENTITY_MISMATCH: 'UNKNOWN_SERVER_ERROR',
  CONFIG_INVALID: 'INVALID_CONFIG',
  INTERNAL: 'UNKNOWN_SERVER_ERROR',
};

/** A batch that is refused for what it is: the producer drops it and goes on. */
const PRODUCE: Table = { ...COMMON, INVALID_ARGUMENT: 'INVALID_RECORD', UNSUPPORTED: 'INVALID_RECORD' };

/** Consumers fail for good on codes that they do not expect here; these two they retry with fresh metadata. */
const FETCH: Table = {
  ...COMMON,
  NO_LEADER: 'NOT_LEADER_OR_FOLLOWER',
  OVERLOADED: 'KAFKA_STORAGE_ERROR',
  TIMEOUT: 'KAFKA_STORAGE_ERROR',
  CANCELLED: 'KAFKA_STORAGE_ERROR',
};

/** What only the metadata leader decides: clients ask for it again and retry. */
const ADMIN: Table = { ...COMMON, NO_LEADER: 'NOT_CONTROLLER', UNAVAILABLE: 'NOT_CONTROLLER' };

/** Where an assignment of replicas is asked for, too few nodes are what a precondition can fail by. */
const CREATE: Table = { ...ADMIN, PRECONDITION_FAILED: 'INVALID_REPLICATION_FACTOR' };

/** Where the nodes of partitions are named, they are what is wrong with them. */
const ASSIGNMENT: Table = {
  ...ADMIN,
  INVALID_ARGUMENT: 'INVALID_REPLICA_ASSIGNMENT',
  PRECONDITION_FAILED: 'INVALID_REPLICA_ASSIGNMENT',
  NOT_FOUND: 'INVALID_REPLICA_ASSIGNMENT',
};

/** As above, where the topic may be the unknown one. */
const GROWTH: Table = { ...ASSIGNMENT, NOT_FOUND: 'UNKNOWN_TOPIC_OR_PARTITION' };

/** The preferred leader cannot lead now, whatever keeps it. */
const ELECTION: Table = {
  ...ADMIN,
  PRECONDITION_FAILED: 'PREFERRED_LEADER_NOT_AVAILABLE',
  NO_LEADER: 'PREFERRED_LEADER_NOT_AVAILABLE',
  NOT_LEADER: 'PREFERRED_LEADER_NOT_AVAILABLE',
  UNAVAILABLE: 'PREFERRED_LEADER_NOT_AVAILABLE',
};

const CONFIG: Table = { ...ADMIN, INVALID_ARGUMENT: 'INVALID_CONFIG' };

const COORDINATOR: Table = {
  ...COMMON,
  NO_LEADER: 'COORDINATOR_NOT_AVAILABLE',
  NOT_LEADER: 'NOT_COORDINATOR',
  UNAVAILABLE: 'COORDINATOR_NOT_AVAILABLE',
  OVERLOADED: 'COORDINATOR_NOT_AVAILABLE',
  TIMEOUT: 'COORDINATOR_NOT_AVAILABLE',
  CANCELLED: 'COORDINATOR_NOT_AVAILABLE',
  UNSUPPORTED: 'COORDINATOR_NOT_AVAILABLE',
};

/** Members look for their coordinator again and retry, or join again; whatever else they are told ends them. */
const GROUP: Table = {
  ...COORDINATOR,
  UNAUTHENTICATED: 'GROUP_AUTHORIZATION_FAILED',
  NOT_FOUND: 'GROUP_ID_NOT_FOUND',
  PRECONDITION_FAILED: 'INCONSISTENT_GROUP_PROTOCOL',
  NOT_ENOUGH_REPLICAS: 'COORDINATOR_NOT_AVAILABLE',
  DISK_FULL: 'COORDINATOR_NOT_AVAILABLE',
  STORAGE_IO: 'NOT_COORDINATOR',
  CORRUPTION: 'NOT_COORDINATOR',
  AMNESIA: 'NOT_COORDINATOR',
};

/** Somebody outside commits although the group has members. */
const COMMIT: Table = {
  ...GROUP,
  NOT_FOUND: 'UNKNOWN_TOPIC_OR_PARTITION',
  PRECONDITION_FAILED: 'UNKNOWN_MEMBER_ID',
};

const GROUP_ADMIN: Table = { ...GROUP, PRECONDITION_FAILED: 'NON_EMPTY_GROUP' };

/** Members whose partitions are assigned by the broker have epochs. */
const CONSUMER_GROUP: Table = { ...GROUP, STALE_MEMBER: 'FENCED_MEMBER_EPOCH' };

/** Members of share groups fetch and acknowledge: as consumers, they retry what comes of leaders. */
const SHARE: Table = { ...FETCH, PRECONDITION_FAILED: 'INVALID_RECORD_STATE' };

/** A transactional id that is not known: the client initialises it anew. One whose time was up is as good as another's. */
const TRANSACTION: Table = {
  ...COORDINATOR,
  NOT_FOUND: 'INVALID_PRODUCER_ID_MAPPING',
  PRECONDITION_FAILED: 'INVALID_TXN_STATE',
  PRODUCER_FENCED: 'PRODUCER_FENCED',
  TRANSACTION_ABORTED: 'PRODUCER_FENCED',
};

const TABLES = {
  common: COMMON,
  produce: PRODUCE,
  fetch: FETCH,
  admin: ADMIN,
  create: CREATE,
  assignment: ASSIGNMENT,
  growth: GROWTH,
  election: ELECTION,
  config: CONFIG,
  coordinator: COORDINATOR,
  group: GROUP,
  commit: COMMIT,
  'group-admin': GROUP_ADMIN,
  'consumer-group': CONSUMER_GROUP,
  share: SHARE,
  transaction: TRANSACTION,
} as const;

export type ErrorPlace = keyof typeof TABLES;

/** What stands in a response. */
export interface Refusal {
  readonly errorCode: number;
  readonly errorMessage: string | undefined;
}

export const ACCEPTED: Refusal = { errorCode: 0, errorMessage: undefined };

export function refusal(name: KafkaErrorName, message?: string): Refusal {
  return { errorCode: KAFKA_ERROR[name].code, errorMessage: message };
}

/** How an error is told in that place. */
export function refusalOf(error: FlowError, place: ErrorPlace): Refusal {
  const text = error.hint === undefined ? error.message : `${error.message}. ${error.hint}`;
  return refusal(byDetails(error) ?? TABLES[place][error.code], text.slice(0, MESSAGE_CHARS_MAX));
}

/** By the field that an argument was refused for. */
const FIELDS: ReadonlyMap<string, KafkaErrorName> = new Map([
  ['partition', 'UNKNOWN_TOPIC_OR_PARTITION'],
  ['partitions', 'INVALID_PARTITIONS'],
  ['replication_factor', 'INVALID_REPLICATION_FACTOR'],
  ['group', 'INVALID_GROUP_ID'],
  ['session_timeout_ms', 'INVALID_SESSION_TIMEOUT'],
  ['regex', 'INVALID_REGULAR_EXPRESSION'],
  ['assignor', 'UNSUPPORTED_ASSIGNOR'],
]);

/** By what access was denied to. */
const DENIED: ReadonlyMap<string, KafkaErrorName> = new Map([
  ['stream', 'TOPIC_AUTHORIZATION_FAILED'],
  ['queue', 'TOPIC_AUTHORIZATION_FAILED'],
  ['group', 'GROUP_AUTHORIZATION_FAILED'],
  ['transaction', 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'],
]);

/** By code and what of share groups it is about. */
const SHARES: ReadonlyMap<string, KafkaErrorName> = new Map([
  ['PRECONDITION_FAILED record-state', 'INVALID_RECORD_STATE'],
  ['NOT_FOUND session', 'SHARE_SESSION_NOT_FOUND'],
  ['STALE_MEMBER session', 'INVALID_SHARE_SESSION_EPOCH'],
  ['OVERLOADED sessions', 'SHARE_SESSION_LIMIT_REACHED'],
]);

/** Kafka tells some things apart that have one code here. */
function byDetails({ code, details }: FlowError): KafkaErrorName | undefined {
  if (code === 'OVERLOADED' && 'membersMax' in details) return 'GROUP_MAX_SIZE_REACHED';
  if (code === 'UNAVAILABLE' && 'rebalance' in details) return 'REBALANCE_IN_PROGRESS';
  if ('share' in details) return SHARES.get(`${code} ${String(details['share'])}`);
  if (details['transaction'] === 'ending') return 'CONCURRENT_TRANSACTIONS';
  if (details['transaction'] === 'not-added') return 'INVALID_TXN_STATE';
  if (code === 'PERMISSION_DENIED') return DENIED.get(String(details['resource']));
  if (code !== 'INVALID_ARGUMENT') return undefined;
  if ('maxTimestampMs' in details) return 'INVALID_TIMESTAMP';
  return FIELDS.get(String(details['field']));
}

/** Whatever was thrown, as a FlowError; what is none is a fault of the node. */
export function asFlowError(error: unknown): FlowError {
  if (isFlowError(error)) return error;
  return new FlowError('INTERNAL', 'an unexpected failure of the node', {
    hint: 'See the log of the node.',
    cause: error,
  });
}
