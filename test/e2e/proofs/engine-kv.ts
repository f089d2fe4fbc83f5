/**
 * Registers, counters, a bank and a watch over a bucket whose leaders are killed: reads never go back and never miss what was acknowledged, counters
 * are exact, the total of the bank is the same in every reading, and the watch tells of every change once and in order.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bucket, FlowMesh, KvChange } from '@flowmesh/client';
import { until } from '../harness/cluster.ts';
import { type EngineVerdict, type EngineWorkload, Faults, Lanes } from './engine-workload.ts';

const BUCKET = 'proof-keys';
const SHARDS = 3;
const REGISTERS = 6;
const ACCOUNTS = 5;
const START_BALANCE = 100;
const SWAPPERS = 4;
const CALL_TIMEOUT_MS = 60_000;
const WATCH_TIMEOUT_MS = 60_000;

/** One writer, several readers. Numbers count up. */
interface Register {
  readonly key: string;
  begun: number;
  acknowledged: number;
  /** The most that any reading that has ended has seen. */
  seen: number;
}

interface Counter {
  readonly key: string;
  acknowledged: number;
  unknown: number;
}

export class KvWorkload implements EngineWorkload {
  readonly resources = [`bucket:${BUCKET}`];
  private readonly mesh: FlowMesh;
  private readonly pauseMs: number;
  private readonly lanes = new Lanes();
  private readonly faults = new Faults([
    'stale or lost read',
    'read of what was never written',
    'swap counter wrong',
    'increment counter wrong',
    'bank total wrong',
    'watch missed a change',
    'watch told twice or out of order',
  ]);
  private readonly registers: Register[];
  private readonly swaps: Counter = { key: 'swap', acknowledged: 0, unknown: 0 };
  private readonly increments: Counter = { key: 'increment', acknowledged: 0, unknown: 0 };
  private bucket!: Bucket<number>;
  private done = 0;
  private unknown = 0;
  private readonly written = new Map<string, string>();
  private readonly told = new Map<string, string>();
  private readonly lastTold = new Map<number, readonly [revision: number, index: number]>();
  private readonly watching = new AbortController();
  private watch: Promise<void> = Promise.resolve();

  /** `pauseMs`: between the operations of one lane. */
  constructor(mesh: FlowMesh, pauseMs: number) {
    this.mesh = mesh;
    this.pauseMs = pauseMs;
    this.registers = Array.from({ length: REGISTERS }, (_, i) => ({
      key: `register-${i}`,
      begun: 0,
      acknowledged: 0,
      seen: 0,
    }));
  }

  async start(): Promise<void> {
    await this.mesh.kv.create({ name: BUCKET, shards: SHARDS, replicationFactor: 3 });
    this.bucket = this.mesh.kv.bucket<number>(BUCKET);
    const watch = await this.bucket.watch({ signal: this.watching.signal });
    this.watch = (async () => {
      for await (const change of watch) this.hear(change);
    })();
    for (let i = 0; i < ACCOUNTS; i++) await this.bucket.put(accountKey(i), START_BALANCE, CALL);
    for (const register of this.registers) {
      this.lanes.add(this.pauseMs, () => this.write(register));
      this.lanes.add(this.pauseMs, () => this.read(register));
      this.lanes.add(this.pauseMs, () => this.read(register));
    }
    for (let i = 0; i < SWAPPERS; i++) this.lanes.add(this.pauseMs, () => this.swap());
    this.lanes.add(this.pauseMs, () => this.increment());
    this.lanes.add(this.pauseMs, () => this.transfer());
    this.lanes.add(this.pauseMs, () => this.transfer());
    this.lanes.add(this.pauseMs, () => this.audit());
  }

  async stop(): Promise<void> {
    await this.lanes.stop();
  }

  async verdict(): Promise<EngineVerdict> {
    for (const register of this.registers) await this.read(register);
    await this.audit();
    await this.checkCounter(this.swaps, 'swap counter wrong');
    await this.checkCounter(this.increments, 'increment counter wrong');
    await until(
      () => this.missed().length === 0,
      WATCH_TIMEOUT_MS,
      () => '',
    ).catch(() => undefined);
    for (const change of this.missed()) this.faults.add('watch missed a change', change);
    this.watching.abort();
    await this.watch;
    return {
      workload: 'kv',
      done: this.done,
      unknown: this.unknown,
      broken: this.faults.broken,
      examples: this.faults.examples,
    };
  }

  private async write(register: Register): Promise<void> {
    const number = ++register.begun;
    await this.counted(async () => {
      const { modRevision } = await this.bucket.put(register.key, number, CALL);
      register.acknowledged = number;
      this.written.set(`${register.key}@${modRevision}`, `${number}`);
    });
  }

  private async read(register: Register): Promise<void> {
    const atLeast = Math.max(register.acknowledged, register.seen);
    await this.counted(async () => {
      const value = (await this.bucket.get(register.key, CALL))?.value ?? 0;
      const { key } = register;
      if (value < atLeast) this.faults.add('stale or lost read', `${key}: ${value} after ${atLeast}`);
      if (value > register.begun)
        this.faults.add('read of what was never written', `${key}: ${value} of ${register.begun}`);
      register.seen = Math.max(register.seen, value);
    });
  }

  private async swap(): Promise<void> {
    const { key } = this.swaps;
    const current = await this.bucket.get(key, CALL).catch(() => 'unknown' as const);
    if (current === 'unknown') return;
    try {
      const expected = current?.modRevision ?? 0;
      const result = await this.bucket.cas(key, { expected, value: (current?.value ?? 0) + 1 }, CALL);
      this.done++;
      if (result.swapped) {
        this.swaps.acknowledged++;
        this.written.set(`${key}@${result.modRevision}`, `${(current?.value ?? 0) + 1}`);
      }
    } catch {
      this.swaps.unknown++;
      this.unknown++;
    }
  }

  private async increment(): Promise<void> {
    try {
      await this.bucket.increment(this.increments.key, 1, CALL);
      this.increments.acknowledged++;
      this.done++;
    } catch {
      this.increments.unknown++;
      this.unknown++;
    }
  }

  /** From one account to another, if neither has changed since it was read. */
  private async transfer(): Promise<void> {
    const from = this.done % ACCOUNTS;
    const to = (from + 1 + (this.done % (ACCOUNTS - 1))) % ACCOUNTS;
    await this.counted(async () => {
      const [source, target] = await Promise.all(
        [from, to].map((account) => this.bucket.get(accountKey(account), CALL)),
      );
      if (source === undefined || target === undefined || source.value === 0) return;
      await this.bucket.txn(
        {
          if: [source, target].map(({ key, modRevision }) => ({ key, modRevision })),
          do: [
            { put: source.key, value: source.value - 1 },
            { put: target.key, value: target.value + 1 },
          ],
        },
        CALL,
      );
    });
  }

  private async audit(): Promise<void> {
    await this.counted(async () => {
      const gets = Array.from({ length: ACCOUNTS }, (_, i) => ({ get: accountKey(i) }));
      const { results } = await this.bucket.txn({ do: gets }, CALL);
      let total = 0;
      for (const result of results) if (result.kind === 'get') total += result.entry?.value ?? 0;
      if (total !== ACCOUNTS * START_BALANCE) this.faults.add('bank total wrong', `${total}`);
    });
  }

  private async checkCounter({ key, acknowledged, unknown }: Counter, promise: string): Promise<void> {
    let value = -1;
    for (let attempt = 0; value < 0 && attempt < 10; attempt++) {
      const entry = await this.bucket.get(key, CALL).catch(() => 'unknown' as const);
      if (entry === 'unknown') await sleep(500);
      else value = entry?.value ?? 0;
    }
    if (value < acknowledged || value > acknowledged + unknown)
      this.faults.add(promise, `${value}, acknowledged ${acknowledged}, unknown ${unknown}`);
  }

  private hear({ key, kind, value, shard, revision, index }: KvChange<number>): void {
    const last = this.lastTold.get(shard);
    if (last !== undefined && (revision < last[0] || (revision === last[0] && index <= last[1])))
      this.faults.add(
        'watch told twice or out of order',
        `${key} at ${revision}/${index} after ${last.join('/')}`,
      );
    this.lastTold.set(shard, [revision, index]);
    if (kind === 'put') this.told.set(`${key}@${revision}`, `${value}`);
  }

  private missed(): string[] {
    return [...this.written].flatMap(([place, value]) => (this.told.get(place) === value ? [] : [place]));
  }

  private async counted(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.done++;
    } catch {
      this.unknown++;
    }
  }
}

const CALL = { timeoutMs: CALL_TIMEOUT_MS };

/** All in one shard, so that a transfer is one transaction. */
const accountKey = (account: number): string => `{bank}/${account}`;
