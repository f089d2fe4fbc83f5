/**
 * Transactions: InitProducerId, AddPartitionsToTxn, AddOffsetsToTxn, TxnOffsetCommit and EndTxn, onto the one transaction machine. Kafka's
 * producers keep their epoch over many transactions; rounds tell those apart (docs/adr/0003).
 *
 * What a producer is told decides whether it lives: PRODUCER_FENCED (INVALID_PRODUCER_EPOCH in the versions before it) ends it for good,
 * CONCURRENT_TRANSACTIONS and the errors of coordinators make it ask again, INVALID_TXN_STATE aborts.
 */
import type { FlowError } from '@flowmesh/base';
import {
  OFFSET_METADATA_CHARS_MAX,
  OFFSETS_PER_COMMAND_MAX,
  PARTICIPANTS_PER_TRANSACTION_MAX,
  TRANSACTION_TIMEOUT_MAX_MS,
} from '@flowmesh/engines';
import {
  AddOffsetsToTxn,
  AddPartitionsToTxn,
  EndTxn,
  InitProducerId,
  KAFKA_ERROR,
  TxnOffsetCommit,
} from '@flowmesh/kafka/protocol';
import type { KafkaErrorName, RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { OffsetCommit } from '../../services/group/group-service.ts';
import type { InitRequest } from '../../services/transaction/transaction-service.ts';
import { asFlowError, refusal, refusalOf } from './errors.ts';
import { servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type InitResponse = ResponseInput<typeof InitProducerId>;
type AddRequest = RequestOf<typeof AddPartitionsToTxn>;
type AddResponse = ResponseInput<typeof AddPartitionsToTxn>;
type OffsetsRequest = RequestOf<typeof TxnOffsetCommit>;
type OffsetsResponse = ResponseInput<typeof TxnOffsetCommit>;

/** Those that do not take over an epoch from the answer: the later ones come with another version of transactions. */
const END_VERSIONS = [0, 4] as const;
const OFFSET_VERSIONS = [0, 4] as const;
/** From these on clients know PRODUCER_FENCED. */
const FENCED_SINCE = { init: 4, other: 2 } as const;
/** How long an answer waits for participants, which go on without it. */
const COMPLETION_WAIT_MS = 2_000;
const NAME_CHARS_MAX = 249;
/** Keys of the coordinators' state hold no zero; nobody means any other of these either. */
const PRINTABLE = /^[^\p{Cc}]+$/u;

export function transactionApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    servedApi(InitProducerId, (request, context) => initProducer(ports, request, context)),
    servedApi(AddPartitionsToTxn, (request, context) => addPartitions(ports, request, context)),
    servedApi(AddOffsetsToTxn, (request, context) => addOffsets(ports, request, context)),
    servedApi(TxnOffsetCommit, (request, context) => stageOffsets(ports, request, context), OFFSET_VERSIONS),
    servedApi(EndTxn, (request, context) => endTransaction(ports, request, context), END_VERSIONS),
  ];
}

async function initProducer(
  ports: KafkaPorts,
  request: RequestOf<typeof InitProducerId>,
  { caller, version }: RequestContext,
): Promise<InitResponse> {
  const { transactionalId: id, transactionTimeoutMs: timeoutMs, producerId, producerEpoch } = request;
  const answer = (given: { producerId: number; producerEpoch: number }, errorCode = 0): InitResponse => ({
    throttleTimeMs: 0,
    errorCode,
    ...given,
  });
  const none = (name: KafkaErrorName): InitResponse =>
    answer({ producerId: -1, producerEpoch: -1 }, KAFKA_ERROR[name].code);
  try {
    // Each idempotent producer gets an id of its own, so one that lost its place begins anew under another.
    if (id === undefined) {
      const fresh = await ports.producers.take(caller, ports.newUuid());
      return answer({ producerId: fresh, producerEpoch: 0 });
    }
    if (!isName(id) || producerId >= 0 !== producerEpoch >= 0) return none('INVALID_REQUEST');
    if (timeoutMs <= 0 || timeoutMs > TRANSACTION_TIMEOUT_MAX_MS) return none('INVALID_TRANSACTION_TIMEOUT');
    const expected = producerId >= 0 ? { producerId, producerEpoch } : undefined;
    const waitMs = COMPLETION_WAIT_MS;
    return answer(await taken(ports, { caller, id, timeoutMs, waitMs, expected, reusesEpoch: true }));
  } catch (thrown) {
    return answer({ producerId: -1, producerEpoch: -1 }, told(ports, thrown, version < FENCED_SINCE.init));
  }
}

/** Once more where the former transaction of the id had to be ended first, which the first attempt has waited for. */
async function taken({ coordination }: KafkaPorts, request: InitRequest) {
  try {
    return await coordination.transactions.init(request);
  } catch (thrown) {
    if (asFlowError(thrown).details['transaction'] !== 'ending') throw thrown;
    return await coordination.transactions.init({ ...request, waitMs: 0 });
  }
}

async function addPartitions(
  ports: KafkaPorts,
  request: AddRequest,
  { caller, version }: RequestContext,
): Promise<AddResponse> {
  const { v3AndBelowTransactionalId: id, v3AndBelowTopics: topics } = request;
  const unknown = (name: string, partition: number): boolean =>
    ports.admin.find(name)?.groups[partition] === undefined;
  const answer = (codeOf: (name: string, partition: number) => number): AddResponse => ({
    throttleTimeMs: 0,
    resultsByTopicV3AndBelow: topics.map(({ name, partitions }) => ({
      name,
      resultsByPartition: partitions.map((partitionIndex) => ({
        partitionIndex,
        partitionErrorCode: codeOf(name, partitionIndex),
      })),
    })),
  });
  const targets = topics.flatMap(({ name, partitions }) =>
    partitions.map((partition) => ({ kind: 'stream', stream: name, partition }) as const),
  );
  // All of them, or none.
  const denied = new Map<string, number>();
  for (const { name } of topics) {
    const closed = ports.door.authorise(caller, 'append', name);
    if (closed !== undefined) denied.set(name, refusalOf(closed, 'transaction').errorCode);
  }
  if (denied.size > 0) {
    const { code } = KAFKA_ERROR.OPERATION_NOT_ATTEMPTED;
    return answer((name) => denied.get(name) ?? code);
  }
  if (targets.some(({ stream, partition }) => unknown(stream, partition))) {
    const { UNKNOWN_TOPIC_OR_PARTITION, OPERATION_NOT_ATTEMPTED } = KAFKA_ERROR;
    return answer((name, partition) =>
      unknown(name, partition) ? UNKNOWN_TOPIC_OR_PARTITION.code : OPERATION_NOT_ATTEMPTED.code,
    );
  }
  const { v3AndBelowProducerId: producerId, v3AndBelowProducerEpoch: producerEpoch } = request;
  if (!isName(id) || targets.length > PARTICIPANTS_PER_TRANSACTION_MAX)
    return answer(() => KAFKA_ERROR.INVALID_REQUEST.code);
  try {
    await ports.coordination.transactions.add({ caller, id, producerId, producerEpoch }, targets);
    return answer(() => 0);
  } catch (thrown) {
    const code = told(ports, thrown, version < FENCED_SINCE.other);
    return answer(() => code);
  }
}

async function addOffsets(
  ports: KafkaPorts,
  request: RequestOf<typeof AddOffsetsToTxn>,
  { caller, version }: RequestContext,
): Promise<ResponseInput<typeof AddOffsetsToTxn>> {
  const { transactionalId: id, groupId: group, producerId, producerEpoch } = request;
  const answer = (errorCode: number) => ({ throttleTimeMs: 0, errorCode });
  if (!isName(id)) return answer(KAFKA_ERROR.INVALID_REQUEST.code);
  if (!isName(group)) return answer(KAFKA_ERROR.INVALID_GROUP_ID.code);
  try {
    const target = { kind: 'offsets', group } as const;
    await ports.coordination.transactions.add({ caller, id, producerId, producerEpoch }, [target]);
    return answer(0);
  } catch (thrown) {
    return answer(told(ports, thrown, version < FENCED_SINCE.other));
  }
}

async function endTransaction(
  ports: KafkaPorts,
  request: RequestOf<typeof EndTxn>,
  { caller, version }: RequestContext,
): Promise<ResponseInput<typeof EndTxn>> {
  const { transactionalId: id, producerId, producerEpoch, committed } = request;
  const answer = (errorCode: number) => ({ throttleTimeMs: 0, errorCode });
  if (!isName(id)) return answer(KAFKA_ERROR.INVALID_REQUEST.code);
  try {
    const claim = { caller, id, producerId, producerEpoch };
    // Waiting spares the client the CONCURRENT_TRANSACTIONS of its next one.
    await ports.coordination.transactions.end(claim, committed, COMPLETION_WAIT_MS);
    return answer(0);
  } catch (thrown) {
    return answer(told(ports, thrown, version < FENCED_SINCE.other));
  }
}

/** All offsets of a request are staged, or none. */
async function stageOffsets(
  ports: KafkaPorts,
  request: OffsetsRequest,
  { caller }: RequestContext,
): Promise<OffsetsResponse> {
  const { groupId: group, memberId: member, generationId: epoch, producerId, producerEpoch } = request;
  const answer = (codeOf: (topic: string, partition: number) => number): OffsetsResponse => ({
    throttleTimeMs: 0,
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: codeOf(name, partitionIndex),
      })),
    })),
  });
  const wrong = new Map<string, number>();
  const closed = ports.door.authorise(caller, 'transaction', request.transactionalId);
  if (closed !== undefined) return answer(() => refusalOf(closed, 'transaction').errorCode);
  const offsets = request.topics.flatMap(({ name: stream, partitions }) =>
    partitions.map((one): OffsetCommit => {
      const { partitionIndex: partition, committedOffset: offset, committedLeaderEpoch: leaderEpoch } = one;
      const metadata = one.committedMetadata ?? '';
      const known = ports.admin.find(stream)?.groups[partition] !== undefined;
      const denied = ports.door.authorise(caller, 'read', stream);
      if (denied !== undefined)
        wrong.set(`${stream}:${partition}`, refusalOf(denied, 'transaction').errorCode);
      else if (!known) wrong.set(`${stream}:${partition}`, KAFKA_ERROR.UNKNOWN_TOPIC_OR_PARTITION.code);
      else if (metadata.length > OFFSET_METADATA_CHARS_MAX)
        wrong.set(`${stream}:${partition}`, KAFKA_ERROR.OFFSET_METADATA_TOO_LARGE.code);
      return { stream, partition, offset, leaderEpoch, metadata };
    }),
  );
  if (!isName(group)) return answer(() => KAFKA_ERROR.INVALID_GROUP_ID.code);
  if (offsets.length > OFFSETS_PER_COMMAND_MAX)
    return answer(() => KAFKA_ERROR.INVALID_COMMIT_OFFSET_SIZE.code);
  if (wrong.size > 0) {
    const { code } = KAFKA_ERROR.OPERATION_NOT_ATTEMPTED;
    return answer((topic, partition) => wrong.get(`${topic}:${partition}`) ?? code);
  }
  try {
    // Older versions, and clients that do not, name no member: their producer alone says whether they are the right ones.
    const by = member === '' ? undefined : { member, epoch };
    const transaction = { producerId, producerEpoch };
    const instanceId = request.groupInstanceId ?? '';
    const commit = { caller, group, by, instanceId, offsets, rewind: true, transaction };
    await ports.coordination.groups.commit(commit);
    return answer(() => 0);
  } catch (thrown) {
    const error = asFlowError(thrown);
    const code = told(ports, error, true);
    return answer(() => code);
  }
}

function isName(text: string): boolean {
  return text.length <= NAME_CHARS_MAX && PRINTABLE.test(text);
}

/** The code of what a coordinator has refused; `early` clients know a fenced producer by its epoch alone. */
function told(ports: KafkaPorts, thrown: unknown, early: boolean): number {
  const error = asFlowError(thrown);
  if (error.code === 'INTERNAL') ports.onFault(error, 'kafka-transactions');
  if (early && isFenced(error)) return refusal('INVALID_PRODUCER_EPOCH').errorCode;
  return refusalOf(error, 'transaction').errorCode;
}

function isFenced({ code }: FlowError): boolean {
  return code === 'PRODUCER_FENCED' || code === 'TRANSACTION_ABORTED';
}
