/**
 * A consumer at the tail and one far behind, at once, under a steady load: neither stalls the other, and the nodes' memory
 * stays under a bound. Nothing acknowledged may be missing for either.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type FlowMesh } from '@flowmesh/client';
import { Cluster } from '../harness/cluster.ts';
import { mebibytes, rssBytes } from '../harness/process-stats.ts';
import type { BacklogJob, BacklogRead } from './backlog-reader.ts';
import { Payloads, percentile } from './ledger.ts';

export interface BehindOptions {
  readonly backlogBytes: number;
  readonly valueBytes: number;
  readonly partitions: number;
  /** Load while both consumers read. */
  readonly liveRecordsPerSecond: number;
  /** Time at the tail before the other consumer starts, for comparison. */
  readonly aloneSeconds: number;
  /** Recent entries each node keeps in memory; absent: the node's default. */
  readonly tailBytes?: number;
  readonly report: (line: string) => void;
}

export interface BehindReport {
  readonly backlogRecords: number;
  readonly fillMebibytesPerSecond: number;
  readonly behindMebibytesPerSecond: number;
  /** Longest time without a record for the consumer that is behind. */
  readonly behindLongestPauseMs: number;
  /** From the send to the consumer at the tail, while it is alone and while the other one catches up. */
  readonly tailAloneMsP50: number;
  readonly tailAloneMsP99: number;
  readonly tailMsP50: number;
  readonly tailMsP99: number;
  readonly tailMsMax: number;
  readonly missing: number;
  readonly peakRssMebibytes: readonly number[];
}

const STREAM = 'behind';

export async function proveBehind(options: BehindOptions): Promise<BehindReport> {
  await using cluster = await Cluster.start({
    nodes: 3,
    config: options.tailBytes === undefined ? {} : { storage: { tailBytes: options.tailBytes } },
  });
  const mesh = await connect({ endpoints: cluster.endpoints });
  // The load and the tail have a client and connections of their own, as other processes would.
  const tailMesh = await connect({ endpoints: cluster.endpoints });
  const peaks = cluster.nodes.map(() => 0);
  const sampler = setInterval(() => {
    for (const [i, node] of cluster.nodes.entries()) {
      if (node.pid !== undefined) peaks[i] = Math.max(peaks[i] as number, rssBytes(node.pid));
    }
  }, 250);
  try {
    await mesh.streams.create({ name: STREAM, partitions: options.partitions, replicationFactor: 3 });
    const filled = await fill(mesh, options);
    options.report(
      `backlog of ${filled.records} records written at ${filled.mebibytesPerSecond.toFixed(0)} MiB/s`,
    );
    const tail = new Tail(tailMesh, options);
    await tail.start();
    await sleep(options.aloneSeconds * 1000);
    await tail.running();
    const alone = tail.takeLatencies();
    const behind = await readBehind(cluster.endpoints, filled.records, options.report);
    const latencies = tail.takeLatencies();
    const missingAtTail = await tail.stop();
    return {
      backlogRecords: filled.records,
      fillMebibytesPerSecond: filled.mebibytesPerSecond,
      behindMebibytesPerSecond: behind.mebibytesPerSecond,
      behindLongestPauseMs: behind.longestPauseMs,
      tailAloneMsP50: percentile(alone, 0.5),
      tailAloneMsP99: percentile(alone, 0.99),
      tailMsP50: percentile(latencies, 0.5),
      tailMsP99: percentile(latencies, 0.99),
      tailMsMax: percentile(latencies, 1),
      missing: behind.missing + missingAtTail,
      peakRssMebibytes: peaks.map(mebibytes),
    };
  } finally {
    clearInterval(sampler);
    await Promise.all([mesh.close(), tailMesh.close()]);
  }
}

async function fill(
  mesh: FlowMesh,
  options: BehindOptions,
): Promise<{ records: number; mebibytesPerSecond: number }> {
  const records = Math.ceil(options.backlogBytes / options.valueBytes);
  const payloads = new Payloads(options.valueBytes);
  const producer = mesh.producer({ deliveryTimeoutMs: 120_000 });
  const started = performance.now();
  let failure: unknown;
  for (let number = 0; number < records && failure === undefined; number++) {
    if (!producer.hasRoom) await producer.room();
    producer
      .send({ stream: STREAM, partition: number % options.partitions, value: payloads.make(number) })
      .catch((error: unknown) => (failure = error));
    if (number % 1_000_000 === 999_999) options.report(`${number + 1} records sent`);
  }
  await producer.close();
  if (failure !== undefined) throw failure;
  const seconds = (performance.now() - started) / 1000;
  return { records, mebibytesPerSecond: (records * options.valueBytes) / (1 << 20) / seconds };
}

/** The consumer far behind, in a process of its own. */
async function readBehind(
  endpoints: readonly string[],
  records: number,
  report: (line: string) => void,
): Promise<BacklogRead> {
  const job: BacklogJob = { endpoints, stream: STREAM, records };
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'backlog-reader.ts'), JSON.stringify(job)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let result: BacklogRead | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{')) result = JSON.parse(line) as BacklogRead;
    else report(line);
  }
  if (result === undefined) throw new Error('the consumer behind ended without a result');
  return result;
}

/** Sends and reads at the tail, and measures how long that takes. */
class Tail {
  private readonly mesh: FlowMesh;
  private readonly options: BehindOptions;
  private readonly abort = new AbortController();
  private readonly sentMs = new Map<number, number>();
  private latencies: number[] = [];
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> = Promise.resolve();
  private sending = 0;
  private number = 0;

  constructor(mesh: FlowMesh, options: BehindOptions) {
    this.mesh = mesh;
    this.options = options;
  }

  async start(): Promise<void> {
    const { liveRecordsPerSecond, partitions, valueBytes } = this.options;
    const subscribed = Promise.withResolvers<void>();
    this.reading = this.read(subscribed.resolve);
    await subscribed.promise;
    const producer = this.mesh.producer({ deliveryTimeoutMs: 60_000 });
    const payloads = new Payloads(valueBytes, 77);
    const everyMs = 10;
    let owed = 0;
    this.timer = setInterval(() => {
      owed += (liveRecordsPerSecond * everyMs) / 1000;
      for (; owed >= 1; owed--) {
        const number = --this.number;
        this.sentMs.set(number, performance.now());
        this.sending++;
        void producer
          .send({ stream: STREAM, partition: -number % partitions, value: payloads.make(number) })
          .finally(() => this.sending--);
      }
    }, everyMs);
  }

  /** Resolves once records come through. */
  async running(): Promise<void> {
    while (this.latencies.length === 0) await sleep(20);
  }

  takeLatencies(): number[] {
    const taken = this.latencies;
    this.latencies = [];
    return taken;
  }

  /** Ends sending and reading; returns how many records never came. */
  async stop(): Promise<number> {
    clearInterval(this.timer);
    const deadline = performance.now() + 30_000;
    while ((this.sending > 0 || this.sentMs.size > 0) && performance.now() < deadline) await sleep(20);
    this.abort.abort();
    await this.reading;
    return this.sentMs.size;
  }

  private async read(subscribed: () => void): Promise<void> {
    const consumer = this.mesh.consume({
      stream: STREAM,
      from: 'latest',
      signal: this.abort.signal,
      onEvent: (event) => {
        if (event.kind === 'subscribed') subscribed();
      },
    });
    for await (const record of consumer) {
      const number = Payloads.numberOf(record.value as Uint8Array);
      const sent = this.sentMs.get(number);
      if (sent === undefined) continue;
      this.sentMs.delete(number);
      this.latencies.push(performance.now() - sent);
    }
  }
}
