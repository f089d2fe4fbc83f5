/**
 * Kafka's clients are here, too (`face`): they keep their epoch and go on counting their batches, raise the epoch where they do not know what
 * came of something, repeat ends, and know of no queues.
 *
 * A process that works in transactions: takes a job, writes results, commits what it has read, enqueues what follows, and ends it all as one.
 * It dies at any step, is too slow for its timeout, has its id taken by a twin, and sends late what nobody waits for any more.
 */
import { type GroupId, utf8Encode } from '@flowmesh/base';
import type { Receipt } from '@flowmesh/engines';
import type { Caller } from '../../../../packages/broker/src/services/ports.ts';
import type { TransactionTarget } from '../../../../packages/broker/src/services/transaction/transaction-service.ts';
import type { EndingClient } from '../../world/traffic.ts';
import { type Answer, Asker } from '../asker.ts';
import type { CoordinationNode } from '../coordinator/coordination-node.ts';
import type { EngineWorld } from '../workload.ts';
import type { Producer, Round } from './transaction-book.ts';
import {
  acknowledge,
  append,
  enqueue,
  QUEUE,
  SOURCE,
  SOURCE_GROUP,
  STREAM,
  type TransactionPlace,
} from './transaction-place.ts';
import { transactionalBatch } from './transactional-batch.ts';

const NEVER: AbortSignal = new AbortController().signal;
const TRIES = 3;
/** Of `end`, which is asked for until the transaction is complete. */
const END_TRIES = 30;
const DIES = 0.03;

export type Face = 'native' | 'kafka';

/** What is written in, and the transaction that the coordinator has for it. */
type Begun = Producer & Round;

/** `dead`: this process has died and begins anew. */
type Step = 'done' | 'failed' | 'dead';

export class TransactionalClient implements EndingClient {
  closing = false;
  acknowledged = 0;
  private readonly world: EngineWorld;
  private readonly place: TransactionPlace;
  private readonly id: string;
  private readonly name: string;
  private readonly caller: Caller;
  private readonly asker: Asker;
  private readonly timeoutMs: number;
  private calm = false;
  private busy = false;
  private count = 0;
  private wanted = false;
  private readonly face: Face;
  /** Kafka's: what this process has by now, and its next sequence by partition. */
  private identity: Producer | undefined;
  private readonly sequences = new Map<number, number>();

  constructor(
    world: EngineWorld,
    place: TransactionPlace,
    names: { id: string; name: string; face: Face },
    caller: Caller,
  ) {
    this.face = names.face;
    this.world = world;
    this.place = place;
    this.id = names.id;
    this.name = names.name;
    this.caller = caller;
    this.asker = new Asker(world, names.name);
    this.timeoutMs = 1_200 + world.random.below(3_000);
    this.live().catch((error: unknown) => world.failed(error));
  }

  get idle(): boolean {
    return !this.busy;
  }

  poke(): void {
    this.wanted = true;
  }

  /** No dying any more; nobody waits long. */
  settle(): void {
    this.calm = true;
  }

  private async live(): Promise<void> {
    await this.pause(1_500);
    for (;;) {
      if (this.closing && !this.wanted) {
        await this.asker.pause(100);
        continue;
      }
      this.busy = true;
      await this.session();
      this.busy = false;
      await this.pause(this.calm ? 200 : 1_500);
    }
  }

  private async session(): Promise<void> {
    const coordinator = this.place.coordinatorOf(this.id);
    const { caller, id, timeoutMs } = this;
    const kafka = this.face === 'kafka';
    const expected = kafka && this.world.random.unit() < 0.7 ? this.identity : undefined;
    const request = { caller, id, timeoutMs, waitMs: 1_000, reusesEpoch: kafka, expected };
    const answer = await this.ask('init', coordinator, 20, (node) =>
      node.coordination.transactions.init(request),
    );
    this.identity = undefined;
    this.sequences.clear();
    if (answer.kind !== 'answered') return;
    let producer: Producer | undefined = answer.value;
    if (kafka) this.identity = producer;
    while (producer !== undefined && (!this.closing || this.wanted)) {
      producer = await this.transaction(producer);
      await this.pause(this.world.profile.thinkMs * 2);
    }
  }

  /** The producer of the next one; undefined: it has to be initialised again. */
  private async transaction(producer: Producer): Promise<Producer | undefined> {
    const { random } = this.world;
    this.count++;
    const partitions = this.place.partitions.flatMap((_, i) => (random.unit() < 0.6 ? [i] : []));
    const plan = {
      partitions,
      offsets: random.unit() < 0.5,
      enqueues: this.face === 'native' && random.unit() < 0.4,
      takes: this.face === 'native' && random.unit() < 0.5,
    };
    const begun = await this.add(producer, plan);
    if (begun === undefined) return undefined;
    const steps: (() => Promise<Step>)[] = partitions.map((p) => () => this.write(begun, p));
    if (plan.offsets) steps.push(() => this.stage(producer));
    if (plan.enqueues) steps.push(() => this.enqueue(producer));
    if (plan.takes) steps.push(() => this.take(producer));
    let good = true;
    for (const step of steps) {
      const came = await step();
      if (came === 'dead' || (!this.calm && random.unit() < DIES)) return undefined;
      if (came === 'failed') good = false;
      if (!this.calm && random.unit() < 0.02) await this.asker.pause(this.timeoutMs);
    }
    const commit = good && random.unit() < 0.8;
    const next = await this.end(begun, commit);
    if (this.face === 'kafka') {
      // Nobody knows how far its batches came.
      if (next === undefined || !good) return undefined;
      if (random.unit() < 0.2 && (await this.end(begun, commit)) === undefined) return undefined;
    }
    // What another part of the process sends late: whatever it is, it must not count.
    if (random.unit() < 0.15) for (const step of steps) await step();
    return next;
  }

  private async add(
    producer: Producer,
    plan: { partitions: readonly number[]; offsets: boolean; enqueues: boolean; takes: boolean },
  ): Promise<Begun | undefined> {
    const { caller, id, place } = this;
    const targets: TransactionTarget[] = plan.partitions.map((partition) => ({
      kind: 'stream',
      stream: STREAM,
      partition,
    }));
    if (plan.offsets) targets.push({ kind: 'offsets', group: SOURCE_GROUP });
    if (plan.enqueues || plan.takes) targets.push({ kind: 'queue', queue: QUEUE, shard: 0 });
    if (targets.length === 0) targets.push({ kind: 'stream', stream: STREAM, partition: 0 });
    const answer = await this.ask('add', place.coordinatorOf(id), 8, async (node) => {
      await node.coordination.transactions.add({ ...producer, caller, id }, targets);
      return true;
    });
    const round = answer.kind === 'answered' ? place.book.ongoing(producer) : undefined;
    return round === undefined ? undefined : { ...producer, ...round };
  }

  /** One batch or two of a partition; what is given up may still arrive. */
  private async write(producer: Begun, partition: number): Promise<Step> {
    const { caller, place, world } = this;
    const { random, time } = world;
    const group = place.partitions[partition]?.group;
    if (group === undefined) return 'failed';
    let sequence = this.face === 'kafka' ? (this.sequences.get(partition) ?? 0) : 0;
    for (let left = 1 + random.below(2); left > 0; left--) {
      const records = 1 + random.below(4);
      const batch = transactionalBatch({
        ...producer,
        baseSequence: sequence,
        records,
        recordBytes: random.below(60),
        timestampMs: Math.floor(time.now),
        random,
      });
      const answer = await this.ask(`append ${partition}`, group, TRIES, (node) =>
        append(node, { caller, partition, batch }),
      );
      if (answer.kind !== 'answered') return 'failed';
      place.book.wrote(producer, { group, baseOffset: answer.value.baseOffset });
      sequence += records;
      if (this.face === 'kafka') this.sequences.set(partition, sequence);
      if (!this.calm && random.unit() < DIES) return 'dead';
    }
    return 'done';
  }

  private async stage(producer: Producer): Promise<Step> {
    const { caller, place } = this;
    const partition = this.world.random.below(place.sourcePartitions);
    const offset = place.nextOffset();
    const offsets = [{ stream: SOURCE, partition, offset, leaderEpoch: -1, metadata: '' }];
    const answer = await this.ask('stage', place.offsets, TRIES, (node) =>
      node.coordination.groups.commit({
        caller,
        group: SOURCE_GROUP,
        by: undefined,
        offsets,
        transaction: producer,
      }),
    );
    return answer.kind === 'answered' ? 'done' : 'failed';
  }

  private async enqueue(producer: Producer): Promise<Step> {
    const requestId = `${this.name}.${this.count}`;
    const payload = utf8Encode(requestId);
    const answer = await this.ask('enqueue', this.place.queue, TRIES, (node) =>
      enqueue(node, { caller: this.caller, requestId, payload }, producer),
    );
    if (answer.kind !== 'answered') return 'failed';
    return answer.value.results.every(({ kind }) => kind !== 'refused') ? 'done' : 'failed';
  }

  /** Takes jobs and acknowledges them as a part of it; without jobs there is nothing to be done. */
  private async take(producer: Producer): Promise<Step> {
    const { caller, place } = this;
    const taken = await this.ask('receive', place.queue, 1, (node) =>
      node.queues.receive(
        { caller, queue: QUEUE, shard: 0 },
        { worker: this.name, max: 2, bytesMax: 1 << 20, visibilityMs: undefined, waitMs: 20 },
        NEVER,
      ),
    );
    if (taken.kind !== 'answered' || taken.value.length === 0) return 'done';
    const receipts = taken.value.map(({ meta }): Receipt => ({ seq: meta.seq, leaseEpoch: meta.leaseEpoch }));
    const answer = await this.ask('ack', place.queue, TRIES, (node) =>
      acknowledge(node, caller, receipts, producer),
    );
    if (answer.kind !== 'answered') return 'failed';
    return answer.value.every(({ kind }) => kind === 'done') ? 'done' : 'failed';
  }

  private async end(producer: Begun, commit: boolean): Promise<Producer | undefined> {
    const { caller, id, place } = this;
    const { producerId, producerEpoch } = producer;
    for (let tries = 0; tries < END_TRIES; tries++) {
      const answer = await this.ask(commit ? 'commit' : 'abort', place.coordinatorOf(id), 5, (node) =>
        node.coordination.transactions.end({ producerId, producerEpoch, caller, id }, commit, 1_000),
      );
      if (answer.kind === 'unknown') return undefined;
      if (answer.kind === 'refused') {
        if (answer.error.code === 'TRANSACTION_ABORTED') place.book.told(producer, 'abort');
        return undefined;
      }
      place.book.told(producer, commit ? 'commit' : 'abort');
      this.acknowledged++;
      this.wanted = false;
      if (this.face === 'kafka') return producer;
      if (!answer.value.complete) continue;
      return { producerId: answer.value.producerId, producerEpoch: answer.value.producerEpoch };
    }
    return undefined;
  }

  private pause(msMax: number): Promise<void> {
    return this.asker.pause(this.world.random.unit() * msMax);
  }

  private ask<T>(
    label: string,
    group: GroupId,
    tries: number,
    call: (node: CoordinationNode) => Promise<T>,
  ): Promise<Answer<T>> {
    return this.asker.ask({
      label,
      group,
      tries,
      call: (process) => {
        const node = this.place.nodeOf(process);
        return node === undefined ? undefined : call(node);
      },
    });
  }
}
