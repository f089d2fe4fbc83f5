/**
 * Transactions over partitions of a stream, a queue and consumer offsets, beside writers and workers without any, with readers of what is
 * committed. At the end each transaction is wholly to be seen, or wholly not.
 */
import { type GroupId, utf8Encode } from '@flowmesh/base';
import type { CatalogStream } from '@flowmesh/engines';
import { endAt } from '../../../../packages/broker/src/services/transaction/participants.ts';
import type { Checker } from '../../check/checker.ts';
import { makeBatch } from '../../world/batch.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import { Asker } from '../asker.ts';
import {
  callerOf,
  COORDINATORS,
  type CoordinationNode,
  coordinationNode,
  shardOfName,
} from '../coordinator/coordination-node.ts';
import type { EnginePorts, EngineWorld, ResourceWish, Workload } from '../workload.ts';
import { JobWatch, jobChecker } from './job-watch.ts';
import { PartitionWatch, partitionChecker } from './partition-watch.ts';
import { bookChecker, TransactionBook } from './transaction-book.ts';
import { TransactionalClient } from './transactional-client.ts';
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

const NEVER: AbortSignal = new AbortController().signal;
const READ_EVERY_MS = 250;
const WORK_EVERY_MS = 600;
/** Transactions whose markers may come again. */
const RECENT = 8;

export class TransactionWorkload implements Workload {
  readonly name = 'transactions';
  readonly resources: readonly ResourceWish[];
  readonly checkers: readonly Checker[];
  readonly clients: TransactionalClient[] = [];
  private readonly world: EngineWorld;
  private readonly book = new TransactionBook();
  private readonly coordinators = new Set<GroupId>();
  private readonly partitions = new Map<GroupId, PartitionWatch>();
  private readonly queues = new Map<GroupId, JobWatch>();
  private readonly nodes = new WeakMap<SimProcess, CoordinationNode>();
  private ids = 0;
  private offsets = 0;
  private ending = false;

  constructor(world: EngineWorld) {
    const { random } = world;
    this.world = world;
    this.checkers = [
      bookChecker(this.coordinators, this.book),
      partitionChecker(this.partitions),
      jobChecker(this.queues),
    ];
    const lease = String(400 + random.below(2_000));
    this.resources = [
      { ...COORDINATORS, shards: 1 + random.below(2) },
      { kind: 'stream', name: STREAM, shards: 1 + random.below(2), config: { 'retention.ms': '-1' } },
      { kind: 'queue', name: QUEUE, shards: 1, config: { 'visibility.timeout.ms': lease } },
      { kind: 'stream', name: SOURCE, shards: 2, config: {}, unfounded: true },
    ];
  }

  equip(process: SimProcess, ports: EnginePorts): void {
    this.nodes.set(
      process,
      coordinationNode(ports, () => `id${++this.ids}`),
    );
  }

  begin([coordinators, stream, queue, source]: readonly CatalogStream[]): void {
    const queueGroup = queue?.groups[0];
    if (
      coordinators === undefined ||
      stream === undefined ||
      source === undefined ||
      queueGroup === undefined
    )
      return;
    const { world } = this;
    const { random } = world;
    for (const group of coordinators.groups) this.coordinators.add(group);
    for (const group of stream.groups) this.partitions.set(group, new PartitionWatch(group, this.book));
    this.queues.set(queueGroup, new JobWatch(queueGroup, this.book));
    const coordinatorOf = (name: string): GroupId =>
      coordinators.groups[shardOfName(name, coordinators.groups.length)] as GroupId;
    const place: TransactionPlace = {
      book: this.book,
      partitions: [...this.partitions.values()],
      queue: queueGroup,
      offsets: coordinatorOf(SOURCE_GROUP),
      sourcePartitions: source.groups.length,
      coordinatorOf,
      nextOffset: () => ++this.offsets,
      nodeOf: (process) => this.nodes.get(process),
    };
    const ids = 2 + random.below(2);
    for (let i = 0; i < ids; i++) {
      const id = `writer-${i}`;
      // Two processes under one id, which is a mistake of theirs that must do no harm.
      const twins = random.unit() < 0.15 ? 2 : 1;
      const face = random.unit() < 0.5 ? 'kafka' : 'native';
      for (let twin = 0; twin < twins; twin++) {
        const names = { id, name: `t${i}${'ab'[twin]}`, face } as const;
        this.clients.push(new TransactionalClient(world, place, names, callerOf(i * 10 + twin)));
      }
    }
    for (const [i, watch] of place.partitions.entries()) {
      this.goOn(this.read(place, watch, i));
      this.goOn(this.write(place, watch, i));
    }
    this.goOn(this.repeat(place));
    this.goOn(this.enqueue(place));
    this.goOn(this.work(place));
  }

  windDown(): void {
    this.ending = true;
    for (const client of this.clients) client.settle();
  }

  unsettled(): string | undefined {
    if (!this.clients.every(({ closing }) => closing)) return undefined;
    const { open } = this.book;
    if (open.length > 0) return `transactions of ${open.join(', ')} are open`;
    for (const { group, openCount } of this.partitions.values())
      if (openCount > 0) return `group ${group} has ${openCount} open transactions`;
    for (const { group, left } of this.queues.values())
      if (left.length > 0) return `group ${group} has jobs that nobody has done: ${left.join('; ')}`;
    return undefined;
  }

  finalChecks(): void {
    const { book } = this;
    for (const { group, baseOffset, name } of book.committedWrites())
      this.partitions.get(group)?.expect(baseOffset, name);
    book.checkStaged();
    this.world.note(
      'transactions',
      `${book.size} in all, ${book.count('commit')} committed, ${book.count('abort')} aborted`,
    );
  }

  private goOn(work: Promise<void>): void {
    work.catch((error: unknown) => this.world.failed(error));
  }

  /** From the beginning to the end, page by page, and again. */
  private async read(place: TransactionPlace, watch: PartitionWatch, partition: number): Promise<void> {
    const { random } = this.world;
    const asker = new Asker(this.world, `reader ${partition}`);
    for (let from = 0; ; ) {
      await asker.pause(READ_EVERY_MS * (0.5 + random.unit()));
      const request = {
        caller: callerOf(90),
        stream: STREAM,
        partition,
        offset: from,
        bytesMax: 200 + random.below(2_000),
        bytesMin: 0,
        waitMs: 0,
        isolation: 'committed',
      } as const;
      const answer = await asker.ask({
        label: `read ${from}`,
        group: watch.group,
        tries: 1,
        call: (process) => place.nodeOf(process)?.streams.read(request, NEVER),
      });
      if (answer.kind !== 'answered') continue;
      watch.shown({ ...answer.value, from }, answer.by);
      const { nextOffset } = answer.value;
      from = nextOffset === from && random.unit() < 0.5 ? 0 : nextOffset;
    }
  }

  /** Markers of what was decided, as a coordinator sends them that was replaced without knowing it. */
  private async repeat(place: TransactionPlace): Promise<void> {
    const { random } = this.world;
    const asker = new Asker(this.world, 'former coordinator');
    while (!this.ending) {
      await asker.pause(WORK_EVERY_MS * random.unit());
      const decided = this.book.decided().slice(-RECENT);
      const one = decided[random.below(Math.max(1, decided.length))];
      const group = one?.groups[random.below(Math.max(1, one.groups.length))];
      if (one === undefined || group === undefined) continue;
      const kind = this.partitions.has(group) ? 'stream' : this.queues.has(group) ? 'queue' : 'offsets';
      await asker.ask({
        label: `marker of ${one.producerId}/${one.round} in ${group}`,
        group,
        tries: 1,
        call: async (process) => {
          const calls = place.nodeOf(process)?.coordination.calls;
          if (calls !== undefined) await endAt(calls, { kind, group }, { ...one, coordinatorTerm: 1 }, NEVER);
          return true;
        },
      });
    }
  }

  /** Without transactions, and now and then twice. */
  private async write(place: TransactionPlace, watch: PartitionWatch, partition: number): Promise<void> {
    const { random, time } = this.world;
    const asker = new Asker(this.world, `plain ${partition}`);
    while (!this.ending) {
      await asker.pause(WORK_EVERY_MS * (0.5 + random.unit()));
      const records = 1 + random.below(3);
      const spec = {
        producerId: -1,
        baseSequence: -1,
        records,
        recordBytes: 20,
        timestampMs: Math.floor(time.now),
      };
      const batch = makeBatch({ ...spec, random });
      await asker.ask({
        label: 'append',
        group: watch.group,
        tries: 1,
        call: (process) => {
          const node = place.nodeOf(process);
          return node === undefined ? undefined : append(node, { caller: callerOf(91), partition, batch });
        },
      });
    }
  }

  private async enqueue(place: TransactionPlace): Promise<void> {
    const asker = new Asker(this.world, 'plain enqueue');
    for (let count = 1; !this.ending; count++) {
      await asker.pause(WORK_EVERY_MS * (0.5 + this.world.random.unit()));
      const requestId = `plain.${count}`;
      await asker.ask({
        label: requestId,
        group: place.queue,
        tries: 2,
        call: (process) => {
          const node = place.nodeOf(process);
          const job = { caller: callerOf(92), requestId, payload: utf8Encode(requestId) };
          return node === undefined ? undefined : enqueue(node, job, undefined);
        },
      });
    }
  }

  /** Takes what transactions leave, at the end all of it. */
  private async work(place: TransactionPlace): Promise<void> {
    const asker = new Asker(this.world, 'plain worker');
    const caller = callerOf(93);
    for (;;) {
      await asker.pause(this.ending ? 50 : WORK_EVERY_MS * 2);
      const taken = await asker.ask({
        label: 'receive',
        group: place.queue,
        tries: 1,
        call: (process) =>
          place.nodeOf(process)?.queues.receive(
            { caller, queue: QUEUE, shard: 0 },
            {
              worker: 'plain',
              max: this.ending ? 20 : 1,
              bytesMax: 1 << 20,
              visibilityMs: undefined,
              waitMs: 0,
            },
            NEVER,
          ),
      });
      if (taken.kind !== 'answered' || taken.value.length === 0) continue;
      const receipts = taken.value.map(({ meta }) => ({ seq: meta.seq, leaseEpoch: meta.leaseEpoch }));
      await asker.ask({
        label: 'ack',
        group: place.queue,
        tries: 3,
        call: (process) => {
          const node = place.nodeOf(process);
          return node === undefined ? undefined : acknowledge(node, caller, receipts, undefined);
        },
      });
    }
  }
}
