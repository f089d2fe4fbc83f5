/** DescribeProducers, DescribeTransactions and ListTransactions: what partitions and coordinators know of producers, for operators. */
import { FlowError } from '@flowmesh/base';
import type { ProducerEntry } from '@flowmesh/engines';
import {
  DescribeProducers,
  DescribeTransactions,
  KAFKA_ERROR,
  ListTransactions,
} from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import { parsePattern, PatternFault } from '../../services/filter/pattern/pattern-parser.ts';
import { matchesPattern } from '../../services/filter/pattern/pattern-program.ts';
import type { TransactionDescription } from '../../services/transaction/transaction-service.ts';
import { ACCEPTED, asFlowError, refusalOf } from './errors.ts';
import { servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type DescribedPartition = ResponseInput<typeof DescribeProducers>['topics'][number]['partitions'][number];
type DescribedTransaction = ResponseInput<typeof DescribeTransactions>['transactionStates'][number];
type ListRequest = RequestOf<typeof ListTransactions>;

const STATES = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
] as const;
type StateName = (typeof STATES)[number];

const IDS_MAX = 1_000;
const PATTERN_CHARS_MAX = 1_000;
/** Of one request, for all ids: a pattern that costs more is refused. */
const PATTERN_STEPS_MAX = 5_000_000;

export function transactionViewApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    servedApi(DescribeProducers, async (request, context) => describeProducers(ports, request, context)),
    servedApi(DescribeTransactions, (request, context) => describeTransactions(ports, request, context)),
    servedApi(ListTransactions, async (request, context) => listTransactions(ports, request, context)),
  ];
}

function describeProducers(
  ports: KafkaPorts,
  { topics }: RequestOf<typeof DescribeProducers>,
  { caller }: RequestContext,
): ResponseInput<typeof DescribeProducers> {
  const described = topics.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex): DescribedPartition => {
      try {
        const known = ports.streams.producers({ caller, stream: name, partition: partitionIndex });
        return { partitionIndex, ...ACCEPTED, activeProducers: known.map(activeProducer) };
      } catch (thrown) {
        return { partitionIndex, ...told(ports, thrown, 'common'), activeProducers: [] };
      }
    }),
  }));
  return { throttleTimeMs: 0, topics: described };
}

function activeProducer(entry: ProducerEntry): DescribedPartition['activeProducers'][number] {
  const newest = entry.batches.at(-1);
  return {
    producerId: entry.producerId,
    producerEpoch: entry.epoch,
    lastSequence: newest?.lastSequence ?? -1,
    lastTimestamp: newest?.timestampMs ?? -1,
    // It stands in the markers; partitions tell transactions by their rounds.
    coordinatorEpoch: -1,
    currentTxnStartOffset: entry.openFrom,
  };
}

async function describeTransactions(
  ports: KafkaPorts,
  { transactionalIds }: RequestOf<typeof DescribeTransactions>,
  { caller }: RequestContext,
): Promise<ResponseInput<typeof DescribeTransactions>> {
  const asked = transactionalIds.slice(0, IDS_MAX);
  const transactionStates = await Promise.all(
    asked.map(async (transactionalId): Promise<DescribedTransaction> => {
      try {
        return described(await ports.coordination.transactions.describe(caller, transactionalId));
      } catch (thrown) {
        const error = asFlowError(thrown);
        const { errorCode } =
          error.code === 'NOT_FOUND'
            ? { errorCode: KAFKA_ERROR.TRANSACTIONAL_ID_NOT_FOUND.code }
            : told(ports, error, 'transaction');
        return {
          errorCode,
          transactionalId,
          transactionState: '',
          transactionTimeoutMs: 0,
          transactionStartTimeMs: -1,
          producerId: -1,
          producerEpoch: -1,
          topics: [],
        };
      }
    }),
  );
  return { throttleTimeMs: 0, transactionStates };
}

function described(transaction: TransactionDescription): DescribedTransaction {
  const { id, timeoutMs, startedAtMs, producerId, producerEpoch } = transaction;
  const topics = new Map<string, number[]>();
  for (const { stream, partition } of transaction.partitions)
    topics.set(stream, [...(topics.get(stream) ?? []), partition]);
  return {
    errorCode: 0,
    transactionalId: id,
    transactionState: stateOf(transaction),
    transactionTimeoutMs: timeoutMs,
    transactionStartTimeMs: startedAtMs === 0 ? -1 : startedAtMs,
    producerId,
    producerEpoch,
    topics: [...topics]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([topic, partitions]) => ({ topic, partitions: partitions.sort((a, b) => a - b) })),
  };
}

function stateOf({ state, ended }: TransactionDescription): StateName {
  switch (state) {
    case 'empty':
      if (ended === undefined) return 'Empty';
      return ended.committed ? 'CompleteCommit' : 'CompleteAbort';
    case 'ongoing':
      return 'Ongoing';
    case 'prepare-commit':
      return 'PrepareCommit';
    case 'prepare-abort':
      return 'PrepareAbort';
  }
}

/** Of the coordinators on this node: clients ask all brokers. */
function listTransactions(
  ports: KafkaPorts,
  request: ListRequest,
  { caller }: RequestContext,
): ResponseInput<typeof ListTransactions> {
  const unknownStateFilters = request.stateFilters.filter((name) => !STATES.some((state) => state === name));
  const states = new Set(request.stateFilters);
  const producers = new Set(request.producerIdFilters);
  const { durationFilter } = request;
  const nowMs = ports.clock.wallMs();
  const lasts = ({ state, startedAtMs }: TransactionDescription): boolean =>
    durationFilter < 0 || (state !== 'empty' && nowMs - startedAtMs > durationFilter);
  const common = { throttleTimeMs: 0, unknownStateFilters };
  try {
    const named = nameFilter(request.transactionalIdPattern);
    const found = ports.coordination.transactions
      .list(caller)
      .filter((one) => states.size === 0 || states.has(stateOf(one)))
      .filter(({ producerId }) => producers.size === 0 || producers.has(producerId))
      .filter((one) => lasts(one) && named(one.id));
    const transactionStates = found
      .map((one) => ({
        transactionalId: one.id,
        producerId: one.producerId,
        transactionState: stateOf(one),
      }))
      .sort((a, b) => (a.transactionalId < b.transactionalId ? -1 : 1));
    return { ...common, errorCode: 0, transactionStates };
  } catch (thrown) {
    const invalid = thrown instanceof PatternFault;
    const { errorCode } = invalid
      ? { errorCode: KAFKA_ERROR.INVALID_REGULAR_EXPRESSION.code }
      : told(ports, thrown, 'transaction');
    return { ...common, errorCode, transactionStates: [] };
  }
}

/** The pattern has to match the whole id. */
function nameFilter(pattern: string | undefined): (id: string) => boolean {
  if (pattern === undefined || pattern === '') return () => true;
  if (pattern.length > PATTERN_CHARS_MAX)
    throw new FlowError('INVALID_ARGUMENT', `a pattern of ${pattern.length} characters`);
  const program = parsePattern(`^(?:${pattern})$`);
  let left = PATTERN_STEPS_MAX;
  return (id) => {
    const matched = matchesPattern(program, id, (steps) => {
      left -= steps;
      return left < 0;
    });
    if (matched === undefined)
      throw new FlowError('INVALID_ARGUMENT', `the pattern ${pattern} takes too many steps`);
    return matched;
  };
}

function told(ports: KafkaPorts, thrown: unknown, place: 'common' | 'transaction') {
  const error = asFlowError(thrown);
  if (error.code === 'INTERNAL') ports.onFault(error, 'kafka-transaction-views');
  return refusalOf(error, place);
}
