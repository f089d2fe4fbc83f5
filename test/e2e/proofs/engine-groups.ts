/**
 * A consumer group, and a transactional one that copies a stream, while leaders of partitions and coordinators are killed: the group reads every
 * acknowledged record and its offsets never go back; every record is copied exactly once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type FlowMesh, isFlowError } from '@flowmesh/client';
import { type EngineVerdict, type EngineWorkload, Faults, Lanes } from './engine-workload.ts';
import { Payloads } from './ledger.ts';
import { SteadyLoad } from './load.ts';
import { OFFSETS_EVERY_MS, OffsetWatch, WENT_BACK } from './offset-watch.ts';

const PARTITIONS = 3;
const VALUE_BYTES = 100;
/** How long nothing may come of what is left, once nobody is killed any more. */
const STANDSTILL_MS = 90_000;

/** Resolves when `done` is at least `wanted`, or has stood still for too long: what is late is not lost. */
async function untilAll(done: () => number, wanted: number): Promise<void> {
  let before = done();
  let movedMs = performance.now();
  while (before < wanted && performance.now() - movedMs < STANDSTILL_MS) {
    await sleep(OFFSETS_EVERY_MS);
    if (done() === before) continue;
    before = done();
    movedMs = performance.now();
  }
}

export class GroupWorkload implements EngineWorkload {
  readonly resources = ['proof-read', 'coordinator:groups'];
  private readonly mesh: FlowMesh;
  private readonly faults = new Faults(['unread', WENT_BACK]);
  private readonly lanes = new Lanes();
  private readonly load: SteadyLoad;
  private readonly seen = Array.from({ length: PARTITIONS }, () => new Set<number>());
  private readonly offsets: OffsetWatch;

  constructor(mesh: FlowMesh, recordsPerSecond: number) {
    this.mesh = mesh;
    this.offsets = new OffsetWatch(mesh, 'proof-readers', this.faults);
    this.load = new SteadyLoad({
      mesh,
      stream: 'proof-read',
      partitions: PARTITIONS,
      valueBytes: VALUE_BYTES,
      recordsPerSecond,
    });
  }

  async start(): Promise<void> {
    await this.mesh.streams.create({ name: 'proof-read', partitions: PARTITIONS, replicationFactor: 3 });
    this.load.start();
    for (let i = 0; i < 2; i++) this.lanes.add(0, () => this.read());
    this.lanes.add(OFFSETS_EVERY_MS, () => this.offsets.look());
  }

  async stop(): Promise<void> {
    await this.load.stop();
  }

  async verdict(): Promise<EngineVerdict> {
    const { ledger } = this.load;
    const check = ledger.verify();
    const wanted = this.unread();
    await untilAll(() => wanted - this.unread(), wanted);
    await this.lanes.stop();
    for (const [partition, numbers] of this.seen.entries())
      for (const number of [...numbers].sort((a, b) => a - b))
        check.see({ partition, offset: ledger.offsetOf(partition, number), number });
    const { lost, examples } = check.verdict();
    for (let i = 0; i < lost; i++) this.faults.add('unread', examples[i] ?? 'a record');
    return {
      workload: 'group',
      done: ledger.acknowledged,
      unknown: Object.values(this.load.failures()).reduce((sum, count) => sum + count, 0),
      broken: this.faults.broken,
      examples: this.faults.examples,
    };
  }

  private unread(): number {
    const read = this.seen.reduce((sum, numbers) => sum + numbers.size, 0);
    return Math.max(0, this.load.ledger.acknowledged - read);
  }

  /** One member's life; a failure ends it, and another one takes its place. */
  private async read(): Promise<void> {
    const consumer = this.mesh.consumer({
      group: 'proof-readers',
      streams: ['proof-read'],
      sessionTimeoutMs: 10_000,
      signal: this.lanes.signal,
    });
    let count = 0;
    try {
      for await (const { partition, value } of consumer) {
        (this.seen[partition] as Set<number>).add(Payloads.numberOf(value ?? new Uint8Array(8)));
        if (++count % 20 === 0) await consumer.commit();
      }
    } catch (error) {
      if (!isFlowError(error)) throw error;
      await sleep(100);
    } finally {
      await consumer.close();
    }
  }
}

export class CopyWorkload implements EngineWorkload {
  readonly resources = ['proof-in', 'proof-out', 'coordinator:groups'];
  private readonly mesh: FlowMesh;
  private readonly everyMs: number;
  private readonly faults = new Faults(['not copied', 'copied twice', 'copied what is not there', WENT_BACK]);
  private readonly sources = new Lanes();
  private readonly copies = new Lanes();
  private readonly offsets: OffsetWatch;
  private readonly acknowledged = new Set<number>();
  private numbered = 0;
  private unknown = 0;
  private transactions = 0;

  constructor(mesh: FlowMesh, recordsPerSecond: number) {
    this.mesh = mesh;
    this.everyMs = 1_000 / recordsPerSecond;
    this.offsets = new OffsetWatch(mesh, 'proof-copiers', this.faults);
  }

  async start(): Promise<void> {
    for (const name of ['proof-in', 'proof-out'])
      await this.mesh.streams.create({ name, partitions: PARTITIONS, replicationFactor: 3 });
    const producer = this.mesh.producer({ deliveryTimeoutMs: 120_000 });
    this.sources.add(this.everyMs, async () => {
      const number = this.numbered++;
      try {
        await producer.send({ stream: 'proof-in', partition: number % PARTITIONS, value: `${number}` });
        this.acknowledged.add(number);
      } catch {
        this.unknown++;
      }
    });
    this.copies.add(0, () => this.copy());
    this.copies.add(OFFSETS_EVERY_MS, () => this.offsets.look());
  }

  async stop(): Promise<void> {
    await this.sources.stop();
  }

  async verdict(): Promise<EngineVerdict> {
    await untilAll(() => this.offsets.sum(), this.acknowledged.size);
    await this.copies.stop();
    const copied = new Map<number, number>();
    for await (const { value } of this.mesh.consume({
      stream: 'proof-out',
      from: 'earliest',
      to: 'latest',
    })) {
      const number = Number(Buffer.from(value ?? []).toString());
      copied.set(number, (copied.get(number) ?? 0) + 1);
    }
    for (const number of this.acknowledged)
      if (!copied.has(number)) this.faults.add('not copied', `record ${number}`);
    for (const [number, count] of copied) {
      if (count > 1) this.faults.add('copied twice', `record ${number}, ${count} times`);
      if (number >= this.numbered) this.faults.add('copied what is not there', `record ${number}`);
    }
    return {
      workload: 'transactions',
      done: this.acknowledged.size,
      unknown: this.unknown,
      broken: this.faults.broken,
      examples: this.faults.examples,
    };
  }

  /** One copier's life: whatever fails is aborted and done again by the next one, from the committed offsets on. */
  private async copy(): Promise<void> {
    const transaction = this.mesh.transaction('proof-copier', { timeoutMs: 20_000 });
    const consumer = this.mesh.consumer({
      group: 'proof-copiers',
      streams: ['proof-in'],
      sessionTimeoutMs: 10_000,
      signal: this.copies.signal,
    });
    try {
      for await (const { stream, partition, offset, value } of consumer) {
        await transaction.begin();
        await transaction.send({ stream: 'proof-out', partition, value: value ?? '' });
        await transaction.sendOffsets(consumer.member, [{ stream, partition, offset: offset + 1 }]);
        if (++this.transactions % 10 === 7) {
          await transaction.abort();
          // Its record is read again by whoever begins at the committed offset.
          return;
        }
        await transaction.commit();
      }
    } catch (error) {
      if (!isFlowError(error)) throw error;
      await sleep(100);
    } finally {
      await consumer.close();
      await transaction.close();
    }
  }
}
