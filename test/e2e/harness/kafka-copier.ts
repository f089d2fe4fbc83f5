/**
 * A process that copies a topic into another with kafkajs: what it reads of a batch and where it got to are one transaction.
 *
 * kafkajs says in a transaction whose offsets they are, not which member's in which generation. So every partition has a transactional id of its
 * own, as before KIP-447: whoever is assigned the partition takes the id first, which ends what the owner before had open, and begins
 * at the offset that is committed then. Whoever fails does the same.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import type { EachBatchPayload, Producer, Transaction } from 'kafkajs';
import { nowMs, type Reader, readerOf, watchGroups } from './kafkajs-group.ts';

export interface CopierConfig {
  readonly brokers: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly group: string;
  readonly file: string;
  readonly name: string;
  readonly transactionTimeoutMs: number;
}

/** How a transaction ended, as its client saw it. */
export interface CopyEvent {
  readonly kind: 'committed' | 'aborted' | 'failed';
  readonly atMs: number;
  readonly ms: number;
  readonly partition: number;
  readonly records: number;
  readonly reason: string;
}

const { Kafka, logLevel, Partitioners } = kafkajs;
const SESSION_MS = 10_000;
const REBALANCE_MS = 15_000;
const HEARTBEAT_MS = 500;
const FETCH_WAIT_MS = 500;
const FETCH_BYTES_MIN = 2_048;
const AGAIN_MS = 500;
/** Every so manieth transaction is aborted by its client. */
const ABORT_EVERY = 5;
/** For which transactions are left open at most, so that whoever is killed often has one. */
const HOLD_MS_MAX = 400;
const PARTITION_BYTES_MAX = 8_192;

const config = JSON.parse(process.argv[2] ?? '{}') as CopierConfig;
const log = openSync(config.file, 'a');
const retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 8 };
const kafka = new Kafka({
  clientId: config.name,
  brokers: [...config.brokers],
  logLevel: logLevel.NOTHING,
  retry,
});
const admin = kafka.admin();
const consumer = kafka.consumer({
  groupId: config.group,
  sessionTimeout: SESSION_MS,
  rebalanceTimeout: REBALANCE_MS,
  heartbeatInterval: HEARTBEAT_MS,
  maxWaitTimeInMs: FETCH_WAIT_MS,
  minBytes: FETCH_BYTES_MIN,
  maxBytesPerPartition: PARTITION_BYTES_MAX,
  retry: { ...retry, restartOnFailure: async () => true },
});
let transactions = 0;

/** A partition under one assignment. */
interface Copy {
  readonly assignment: number;
  readonly producer: Producer;
  /** Begun, and nothing is in it yet. */
  begun: Transaction | undefined;
  /** The next record that has not been copied. */
  position: number;
}

const copies = new Map<number, Copy>();

function drop(partition: number): void {
  const copy = copies.get(partition);
  copies.delete(partition);
  copy?.producer.disconnect().catch(() => undefined);
}

async function copyOf(partition: number, { assignment }: Reader): Promise<Copy> {
  const known = copies.get(partition);
  if (known?.assignment === assignment) return known;
  drop(partition);
  const producer = kafka.producer({
    transactionalId: `${config.group}-${partition}`,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: config.transactionTimeoutMs,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry,
  });
  await producer.connect();
  // The id is taken by the first transaction, not by connecting: what is committed before that may still change.
  const begun = await producer.transaction();
  const [topic] = await admin.fetchOffsets({ groupId: config.group, topics: [config.from] });
  const committed = topic?.partitions.find((one) => one.partition === partition)?.offset ?? '0';
  const copy: Copy = { assignment, producer, begun, position: Math.max(Number(committed), 0) };
  copies.set(partition, copy);
  return copy;
}

async function copyBatch(payload: EachBatchPayload): Promise<void> {
  const { batch } = payload;
  const { topic, partition, messages } = batch;
  const reader = readerOf(batch);
  const first = messages[0]?.offset;
  if (reader === undefined || first === undefined) return;
  const startedMs = nowMs();
  const tell = (kind: CopyEvent['kind'], records: number, reason = ''): void => {
    const atMs = nowMs();
    const event: CopyEvent = { kind, atMs, ms: Math.round(atMs - startedMs), partition, records, reason };
    writeSync(log, `${JSON.stringify(event)}\n`);
  };
  try {
    const copy = await copyOf(partition, reader);
    const wanted = messages.filter(({ offset }) => Number(offset) >= copy.position);
    const again = Number(first) > copy.position || wanted.length === 0;
    if (again || !(await copyRecords(copy, partition, wanted))) {
      if (!again) tell('aborted', wanted.length);
      consumer.seek({ topic, partition, offset: `${copy.position}` });
      return;
    }
    tell('committed', wanted.length);
    payload.resolveOffset(`${copy.position - 1}`);
    await payload.heartbeat();
  } catch (error) {
    if (isRebalance(error)) throw error;
    tell('failed', messages.length, error instanceof Error ? error.message : String(error));
    drop(partition);
    consumer.seek({ topic, partition, offset: first });
    await pause(AGAIN_MS);
  }
}

/** False where the client aborted. */
async function copyRecords(
  copy: Copy,
  partition: number,
  records: EachBatchPayload['batch']['messages'],
): Promise<boolean> {
  const next = Number(records.at(-1)?.offset) + 1;
  const transaction = copy.begun ?? (await copy.producer.transaction());
  copy.begun = undefined;
  try {
    const messages = records.map(({ value }) => ({ partition, value }));
    await transaction.send({ topic: config.to, messages });
    const offsets = [{ partition, offset: `${next}` }];
    await transaction.sendOffsets({
      consumerGroupId: config.group,
      topics: [{ topic: config.from, partitions: offsets }],
    });
    await pause(Math.random() * HOLD_MS_MAX);
    if (++transactions % ABORT_EVERY === 0) {
      await transaction.abort();
      return false;
    }
    await transaction.commit();
  } catch (error) {
    await transaction.abort().catch(() => undefined);
    throw error;
  }
  copy.position = next;
  return true;
}

/** Of a heartbeat: the consumer joins again. */
function isRebalance(error: unknown): boolean {
  const { type } = error as { readonly type?: string };
  return type === 'REBALANCE_IN_PROGRESS' || type === 'ILLEGAL_GENERATION' || type === 'UNKNOWN_MEMBER_ID';
}

let stopping = false;
process.on('disconnect', () => {
  stopping = true;
  void consumer
    .disconnect()
    .then(() => Promise.all([...copies.values()].map(({ producer }) => producer.disconnect())))
    .catch(() => undefined)
    .then(() => {
      closeSync(log);
      process.exit(0);
    });
});

watchGroups({ onAssigned: () => undefined, onCommitted: () => undefined });
while (!stopping) {
  try {
    await admin.connect();
    await consumer.connect();
    await consumer.subscribe({ topics: [config.from], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: copyBatch });
    break;
  } catch {
    await pause(AGAIN_MS);
  }
}
