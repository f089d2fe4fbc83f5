/**
 * A bucket of gigabytes gets one more replica while clients read and write it: how fast the snapshot goes over, how long a client waits at most,
 * how much memory the nodes need for it, and whether the new replica has everything when it is the only one left of the old and the new.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bucket, bytesCodec, connect, type FlowMesh } from '@flowmesh/client';
import { Cluster, until } from '../harness/cluster.ts';
import { type LoopPauses, LoopWatch } from '../harness/loop-watch.ts';
import { mebibytes, rssBytes } from '../harness/process-stats.ts';
import { Lanes } from './engine-workload.ts';
import { Payloads, percentile } from './ledger.ts';
import { leadersOf } from './watch.ts';

export interface SnapshotOptions {
  readonly loopFolder: string;
  readonly bytes: number;
  readonly valueBytes: number;
  /** Reads and writes, of both together. */
  readonly operationsPerSecond: number;
  readonly report: (line: string) => void;
}

export interface SnapshotReport {
  readonly mebibytes: number;
  readonly filledMebibytesPerSecond: number;
  /** From the request for another replica until that is in sync. */
  readonly seconds: number;
  readonly mebibytesPerSecond: number;
  /** Of single operations, before and while the replica is made. */
  readonly aloneMsP99: number;
  readonly aloneMsMax: number;
  readonly msP99: number;
  readonly msMax: number;
  /** Most that was resident while it was made, of the leader and of the node that gets the replica. */
  readonly leaderRssMebibytes: number;
  readonly receiverRssMebibytes: number;
  readonly leaderPauses: LoopPauses;
  readonly receiverPauses: LoopPauses;
  readonly failed: number;
  /** Keys that are not there, or not as they were written, once only the new replica and one old one are up. */
  readonly wrong: number;
}

const NAME = 'gigabytes';
const FILLERS = 8;
const LANES = 8;
const HOT_KEYS = 64;
const ALONE_MS = 5_000;
const SYNC_TIMEOUT_MS = 1_800_000;

export async function proveSnapshot(options: SnapshotOptions): Promise<SnapshotReport> {
  const watch = new LoopWatch(options.loopFolder);
  await using cluster = await Cluster.start({ nodes: 3, program: watch.program, env: watch.env });
  const mesh = await connect({ endpoints: cluster.endpoints });
  const load = new Operations(mesh, options.operationsPerSecond);
  try {
    // Old versions are not kept, so that the bucket is as large as its values.
    await mesh.kv.create({
      name: NAME,
      shards: 1,
      replicationFactor: 2,
      config: { 'history.depth': '1', 'history.retention.bytes': '65536' },
    });
    const keys = Math.ceil(options.bytes / options.valueBytes);
    const filledPerSecond = await fill(mesh, keys, options);
    options.report(`${keys} keys written at ${filledPerSecond.toFixed(1)} MiB a second`);
    load.start();
    await sleep(ALONE_MS);
    const alone = load.take();
    const [leader, receiver] = await places(mesh, cluster);
    const made = await grow(mesh, cluster, [leader, receiver], options);
    const during = load.take();
    await load.stop();
    await sleep(1_000);
    const pauses = [leader, receiver].map((id) => watch.pauses(cluster.node(id), made.fromMs, made.toMs)) as [
      LoopPauses,
      LoopPauses,
    ];
    const wrong = await check(mesh, cluster, { leader, keys, valueBytes: options.valueBytes });
    const size = mebibytes(keys * options.valueBytes);
    return {
      mebibytes: size,
      filledMebibytesPerSecond: Math.round(filledPerSecond),
      seconds: Math.round(made.seconds),
      mebibytesPerSecond: Math.round(size / made.seconds),
      aloneMsP99: Math.round(percentile(alone, 0.99)),
      aloneMsMax: Math.round(percentile(alone, 1)),
      msP99: Math.round(percentile(during, 0.99)),
      msMax: Math.round(percentile(during, 1)),
      leaderRssMebibytes: made.peaks[0] as number,
      receiverRssMebibytes: made.peaks[1] as number,
      leaderPauses: pauses[0],
      receiverPauses: pauses[1],
      failed: load.failed,
      wrong,
    };
  } finally {
    await load.stop();
    await mesh.close();
  }
}

/** MiB per second. */
async function fill(mesh: FlowMesh, keys: number, options: SnapshotOptions): Promise<number> {
  const bucket = mesh.kv.bucket(NAME, { codec: bytesCodec });
  const payloads = new Payloads(options.valueBytes);
  const startMs = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < keys) {
      const number = next++;
      await bucket.put(`key-${number}`, payloads.make(number), { timeoutMs: 60_000 });
      if (number % 10_000 === 9_999) options.report(`${number + 1} of ${keys} keys written`);
    }
  };
  await Promise.all(Array.from({ length: FILLERS }, lane));
  return (keys * options.valueBytes) / (1 << 20) / ((performance.now() - startMs) / 1_000);
}

/** The leader, and the node without a replica. */
async function places(mesh: FlowMesh, cluster: Cluster): Promise<[leader: number, receiver: number]> {
  const [leader] = await leadersOf(mesh, `bucket:${NAME}`, 1);
  const { streams } = await mesh.metadata([`bucket:${NAME}`]);
  const replicas = streams[0]?.partitions[0]?.replicas ?? [];
  const receiver = cluster.nodes.find(({ id }) => !replicas.includes(id));
  if (receiver === undefined) throw new Error(`every node has a replica: ${replicas.join(' ')}`);
  return [leader as number, receiver.id];
}

async function grow(
  mesh: FlowMesh,
  cluster: Cluster,
  nodes: readonly number[],
  options: SnapshotOptions,
): Promise<{ fromMs: number; toMs: number; seconds: number; peaks: readonly number[] }> {
  const peaks = nodes.map(() => 0);
  const sampler = setInterval(() => {
    for (const [i, id] of nodes.entries())
      peaks[i] = Math.max(peaks[i] as number, mebibytes(rssBytes(cluster.node(id).pid as number)));
  }, 100);
  try {
    const fromMs = Date.now();
    const startMs = performance.now();
    await mesh.kv.update({ name: NAME, replicationFactor: 3 });
    await until(
      async () => {
        const { streams } = await mesh.metadata([`bucket:${NAME}`]);
        const partition = streams[0]?.partitions[0];
        return partition?.replicas.length === 3 && partition.inSyncReplicas.length === 3;
      },
      SYNC_TIMEOUT_MS,
      () => 'the new replica is never in sync',
      100,
    );
    const seconds = (performance.now() - startMs) / 1_000;
    options.report(`in sync after ${seconds.toFixed(1)} s`);
    return { fromMs, toMs: Date.now(), seconds, peaks };
  } finally {
    clearInterval(sampler);
  }
}

/** The old leader is killed; what is left must have every key. */
async function check(
  mesh: FlowMesh,
  cluster: Cluster,
  {
    leader,
    keys,
    valueBytes,
  }: { readonly leader: number; readonly keys: number; readonly valueBytes: number },
): Promise<number> {
  await cluster.node(leader).stop('SIGKILL');
  const bucket = mesh.kv.bucket(NAME, { codec: bytesCodec });
  const step = Math.max(1, Math.floor(keys / 2_000));
  let wrong = 0;
  for (let number = 0; number < keys; number += step) {
    const value = (await bucket.get(`key-${number}`, { timeoutMs: 60_000 }))?.value;
    if (value?.length !== valueBytes || Payloads.numberOf(value) !== number) wrong++;
  }
  const count = await bucket.count({ prefix: 'key-', timeoutMs: 60_000 });
  return wrong + Math.abs(keys - count);
}

/** Small reads and writes at a steady rate, and how long each takes. */
class Operations {
  failed = 0;
  private readonly bucket: Bucket<number>;
  private readonly lanes = new Lanes();
  private readonly everyMs: number;
  private samples: number[] = [];
  private turn = 0;

  constructor(mesh: FlowMesh, perSecond: number) {
    this.bucket = mesh.kv.bucket<number>(NAME);
    this.everyMs = (1_000 * LANES) / perSecond;
  }

  start(): void {
    for (let i = 0; i < LANES; i++) this.lanes.add(this.everyMs, () => this.operate());
  }

  take(): readonly number[] {
    const { samples } = this;
    this.samples = [];
    return samples;
  }

  async stop(): Promise<void> {
    await this.lanes.stop();
  }

  private async operate(): Promise<void> {
    const number = this.turn++;
    const key = `hot-${number % HOT_KEYS}`;
    const startMs = performance.now();
    try {
      if (number % 2 === 0) await this.bucket.put(key, number);
      else await this.bucket.get(key);
      this.samples.push(performance.now() - startMs);
    } catch {
      this.failed++;
    }
  }
}
