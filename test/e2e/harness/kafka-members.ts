/**
 * A process with members of a consumer group, each a kafkajs consumer of its own, which come and go as they are told. What they do is in a file
 * before it is committed, so that nothing is missing of a process that is killed.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import type { Consumer } from 'kafkajs';
import type { GroupEvent } from '../proofs/group-history.ts';
import { nowMs, readerOf, watchGroups } from './kafkajs-group.ts';

export interface MembersConfig {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly group: string;
  readonly file: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
}

type EachBatch = NonNullable<NonNullable<Parameters<Consumer['run']>[0]>['eachBatch']>;

export type MembersOrder = { readonly kind: 'join' | 'leave'; readonly slot: number };

const { Kafka, logLevel } = kafkajs;
const HEARTBEAT_MS = 500;
const FETCH_WAIT_MS = 1_000;
const FETCH_BYTES_MIN = 16_384;
const AGAIN_MS = 500;

const config = JSON.parse(process.argv[2] ?? '{}') as MembersConfig;
const log = openSync(config.file, 'a');
const tell = (event: GroupEvent): void => void writeSync(log, `${JSON.stringify(event)}\n`);

class Member {
  private readonly slot: number;
  private wanted = false;
  private consumer: Consumer | undefined;
  /** What was asked for is done one after the other. */
  private turn: Promise<void> = Promise.resolve();

  constructor(slot: number) {
    this.slot = slot;
  }

  order({ kind }: MembersOrder): void {
    this.wanted = kind === 'join';
    this.turn = this.turn.then(() => (kind === 'join' ? this.join() : this.leave()));
  }

  private async join(): Promise<void> {
    while (this.wanted && this.consumer === undefined) {
      const consumer = this.make();
      try {
        await consumer.connect();
        await consumer.subscribe({ topics: [config.topic], fromBeginning: true });
        await consumer.run({ eachBatchAutoResolve: false, eachBatch: async (payload) => read(payload) });
        this.consumer = consumer;
      } catch {
        await consumer.disconnect().catch(() => undefined);
        await pause(AGAIN_MS);
      }
    }
  }

  private make(): Consumer {
    const clientId = `member-${this.slot}`;
    const retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 8 };
    const kafka = new Kafka({ clientId, brokers: [...config.brokers], logLevel: logLevel.NOTHING, retry });
    const consumer = kafka.consumer({
      groupId: config.group,
      sessionTimeout: config.sessionTimeoutMs,
      rebalanceTimeout: config.rebalanceTimeoutMs,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      minBytes: FETCH_BYTES_MIN,
      retry: { ...retry, restartOnFailure: async () => true },
    });
    consumer.on('consumer.crash', () => tell({ kind: 'crashed', atMs: nowMs(), member: clientId }));
    return consumer;
  }

  private async leave(): Promise<void> {
    const { consumer } = this;
    this.consumer = undefined;
    await consumer?.disconnect().catch(() => undefined);
    tell({ kind: 'left', atMs: nowMs(), member: `member-${this.slot}` });
  }

  async ended(): Promise<void> {
    await this.turn;
  }
}

/** In one piece: the member does not join anew in the middle of it. */
function read(payload: Parameters<EachBatch>[0]): void {
  const { batch } = payload;
  const reader = readerOf(batch);
  const [first] = batch.messages;
  const last = batch.messages.at(-1);
  if (reader === undefined || first === undefined || last === undefined) return;
  const span = { first: Number(first.offset), last: Number(last.offset) };
  if (span.last - span.first + 1 !== batch.messages.length)
    throw new Error(`a batch with a gap: ${JSON.stringify(span)}, ${batch.messages.length} records`);
  tell({ kind: 'read', atMs: nowMs(), ...reader, partition: batch.partition, ...span });
  payload.resolveOffset(last.offset);
}

watchGroups({
  onAssigned: (reader, how) => tell({ kind: 'joined', atMs: nowMs(), ...reader, ...how }),
  onCommitted: (reader, offsets) => tell({ kind: 'committed', atMs: nowMs(), ...reader, offsets }),
});
const members = new Map<number, Member>();
process.on('message', (order: MembersOrder) => {
  const member = members.get(order.slot) ?? new Member(order.slot);
  members.set(order.slot, member);
  member.order(order);
});
process.on('disconnect', () => {
  for (const slot of members.keys()) members.get(slot)?.order({ kind: 'leave', slot });
  void Promise.all([...members.values()].map((member) => member.ended())).then(() => {
    closeSync(log);
    process.exit(0);
  });
});
