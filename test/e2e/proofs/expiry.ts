/**
 * Very many leases of one queue, or keys of one bucket, that expire at the same moment: nobody's event loop stands still, somebody else's stream
 * goes on meanwhile, and every one expires once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type FlowMesh } from '@flowmesh/client';
import { Cluster, until } from '../harness/cluster.ts';
import { type LoopPauses, LoopWatch } from '../harness/loop-watch.ts';
import { cpuSeconds, mebibytes, peakRssBytes } from '../harness/process-stats.ts';
import { percentile } from './ledger.ts';
import { SteadyLoad } from './load.ts';
import { QueueCalls } from './queue-calls.ts';

export type Expiring = 'leases' | 'keys';

export interface ExpiryOptions {
  readonly loopFolder: string;
  readonly what: Expiring;
  readonly count: number;
  /** Of a stream on the same nodes, meanwhile. */
  readonly recordsPerSecond: number;
  readonly report: (line: string) => void;
}

export interface ExpiryReport {
  readonly what: Expiring;
  readonly count: number;
  /** Into the queue and under lease, or into the bucket. */
  readonly filledPerSecond: number;
  /** From the moment at which they are due until the last one is ready again, or gone. */
  readonly expiredAfterMs: number;
  /** Told of once, and of nothing else. */
  readonly expired: number;
  /** Processor time of all nodes, microseconds an expiry. */
  readonly cpuUs: number;
  /** The node of which the longest is the longest. */
  readonly pauses: LoopPauses;
  /** The same before they were due, for comparison. */
  readonly pausesBefore: LoopPauses;
  /** Longest time in which no record of some partition was acknowledged, while they expired. */
  readonly streamPauseMs: number;
  readonly peakRssMebibytes: readonly number[];
}

const NAME = 'expiry';
const PARTITIONS = 3;
const RECEIVE_MAX = 100;
const PUTS_OF_ONE = 100;
const AT_ONCE = 8;
/** Time at which nothing happens but the stream, before they are due. */
const QUIET_MS = 4_000;
const EXPIRY_TIMEOUT_MS = 900_000;

interface Filling {
  /** Puts in so many that are due at `dueMs`; returns how fast. */
  fill(count: number, dueMs: () => number): Promise<void>;
  /** How many have expired. */
  expired(): Promise<number>;
  close(): Promise<void>;
}

export async function proveExpiry(options: ExpiryOptions): Promise<ExpiryReport> {
  const watch = new LoopWatch(options.loopFolder);
  await using cluster = await Cluster.start({ nodes: 3, program: watch.program, env: watch.env });
  const mesh = await connect({ endpoints: cluster.endpoints });
  try {
    await mesh.streams.create({ name: 'beside', partitions: PARTITIONS, replicationFactor: 3 });
    const load = new SteadyLoad({
      mesh,
      stream: 'beside',
      partitions: PARTITIONS,
      valueBytes: 100,
      ...options,
    });
    const filling = options.what === 'leases' ? await leases(mesh) : await keys(mesh);
    const rate = await trial(filling, options);
    // More time than it should take, so that none is due before all are there.
    const dueMs = Date.now() + (1_500 * options.count) / rate + 10_000;
    const startMs = performance.now();
    await filling.fill(options.count, () => dueMs);
    const filledPerSecond = (options.count * 1_000) / (performance.now() - startMs);
    options.report(`${options.count} ${options.what} at ${filledPerSecond.toFixed(0)} a second`);
    if (Date.now() > dueMs - QUIET_MS)
      throw new Error('filling took too long: some were due before all were there');
    load.start();
    await sleep(Math.max(0, dueMs - QUIET_MS - Date.now()));
    const quietFromMs = Date.now();
    await sleep(Math.max(0, dueMs - Date.now()));
    load.resetGaps();
    const expiring = await expire(cluster, filling, options);
    const streamPauseMs = Math.max(...load.gaps());
    await load.stop();
    await sleep(1_000);
    await filling.close();
    const pausesIn = (fromMs: number, toMs: number): LoopPauses =>
      worst(cluster.nodes.map((node) => watch.pauses(node, fromMs, toMs)));
    return {
      what: options.what,
      count: options.count,
      filledPerSecond: Math.round(filledPerSecond),
      expiredAfterMs: Math.round(expiring.endMs - dueMs),
      expired: expiring.expired,
      cpuUs: Math.round((expiring.cpuSeconds * 1e6) / options.count),
      pauses: pausesIn(dueMs, expiring.endMs + 1_000),
      pausesBefore: pausesIn(quietFromMs, dueMs),
      streamPauseMs: Math.round(streamPauseMs),
      peakRssMebibytes: cluster.nodes.map((node) => mebibytes(peakRssBytes(node.pid as number))),
    };
  } finally {
    await mesh.close();
  }
}

/** How many a second go in, by a few that expire at once. */
async function trial(filling: Filling, options: ExpiryOptions): Promise<number> {
  const count = triedOf(options);
  const startMs = performance.now();
  await filling.fill(count, () => Date.now() + 1_000);
  const rate = (count * 1_000) / (performance.now() - startMs);
  await until(
    async () => (await filling.expired()) >= count,
    60_000,
    () => 'the first few do not expire',
  );
  return rate;
}

function triedOf(options: ExpiryOptions): number {
  return Math.min(20_000, Math.ceil(options.count / 10));
}

async function expire(
  cluster: Cluster,
  filling: Filling,
  options: ExpiryOptions,
): Promise<{ readonly endMs: number; readonly cpuSeconds: number; readonly expired: number }> {
  const cpu = (): number => cluster.nodes.reduce((sum, node) => sum + cpuSeconds(node.pid as number), 0);
  const cpuFrom = cpu();
  const tried = triedOf(options);
  let expired = 0;
  await until(
    async () => (expired = (await filling.expired()) - tried) >= options.count,
    EXPIRY_TIMEOUT_MS,
    () => `${expired} of ${options.count} have expired`,
    100,
  );
  const endMs = Date.now();
  const used = cpu() - cpuFrom;
  // Whatever came twice would come now.
  await sleep(500);
  return { endMs, cpuSeconds: used, expired: (await filling.expired()) - tried };
}

async function leases(mesh: FlowMesh): Promise<Filling> {
  const calls = new QueueCalls(mesh, NAME);
  await calls.create(3, { 'attempts.max': '-1' });
  return {
    fill: async (count, dueMs) => {
      await calls.enqueue(count, () => ({ payload: new Uint8Array(10) }));
      await parallel(count, RECEIVE_MAX, async (size) => {
        for (let left = size; left > 0; )
          left -= (await calls.receive(left, Math.max(0, Math.round(dueMs() - Date.now())))).length;
      });
    },
    expired: async () => Number((await calls.stats()).leaseExpiredTotal ?? 0),
    close: async () => calls.close(),
  };
}

async function keys(mesh: FlowMesh): Promise<Filling> {
  await mesh.kv.create({ name: NAME, shards: 1, replicationFactor: 3 });
  const bucket = mesh.kv.bucket(NAME);
  const watch = await bucket.watch();
  let expired = 0;
  const counting = (async () => {
    for await (const change of watch) if (change.kind === 'expire') expired++;
  })();
  let number = 0;
  return {
    fill: (count, dueMs) =>
      parallel(count, PUTS_OF_ONE, async (size) => {
        const expiry = { ttlMs: Math.max(1, Math.round(dueMs() - Date.now())) };
        const puts = Array.from({ length: size }, () => ({ put: `key-${number++}`, value: 'value', expiry }));
        await bucket.txn({ do: puts });
      }),
    expired: async () => expired,
    close: async () => {
      watch.close();
      await counting;
    },
  };
}

/** Calls `work` with sizes that add up to `count`, several at once. */
async function parallel(count: number, size: number, work: (size: number) => Promise<void>): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      const take = Math.min(size, left);
      left -= take;
      await work(take);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

function worst(pauses: readonly LoopPauses[]): LoopPauses {
  const most = (name: keyof LoopPauses): number =>
    percentile(
      pauses.map((each) => each[name]),
      1,
    );
  return {
    msMax: most('msMax'),
    msP99: most('msP99'),
    cpuMsMax: most('cpuMsMax'),
    cpuMsP99: most('cpuMsP99'),
  };
}
