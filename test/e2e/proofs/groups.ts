/** Thousands of groups of three replicas on three nodes: what they cost while nothing happens, and how fast one is found again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type FlowMesh } from '@flowmesh/client';
import { Cluster, until } from '../harness/cluster.ts';
import { cpuSeconds, mebibytes, peakRssBytes, rssBytes } from '../harness/process-stats.ts';
import { percentile } from './ledger.ts';

export interface GroupsOptions {
  readonly groups: number;
  readonly partitionsPerStream: number;
  readonly idleSeconds: number;
  readonly report: (line: string) => void;
}

export interface GroupsReport {
  readonly groups: number;
  readonly createdSeconds: number;
  /** By node, per cent of one core, over the idle time. */
  readonly idleCpuPercent: readonly number[];
  readonly rssMebibytes: readonly number[];
  readonly peakRssMebibytes: readonly number[];
  readonly leadersPerNode: Readonly<Record<string, number>>;
  /** One record to each of 100 partitions after the idle time. */
  readonly appendMsP50: number;
  readonly appendMsP99: number;
}

const ALL_LEADERS_TIMEOUT_MS = 120_000;

export async function proveGroups(options: GroupsOptions): Promise<GroupsReport> {
  await using cluster = await Cluster.start({ nodes: 3 });
  const mesh = await connect({ endpoints: cluster.endpoints });
  try {
    const streams = Math.ceil(options.groups / options.partitionsPerStream);
    const started = performance.now();
    for (let i = 0; i < streams; i++) {
      await mesh.streams.create({
        name: `s${i}`,
        partitions: options.partitionsPerStream,
        replicationFactor: 3,
        timeoutMs: 60_000,
      });
      options.report(
        `stream ${i + 1}/${streams} created after ${((performance.now() - started) / 1000).toFixed(1)} s`,
      );
    }
    const leadersPerNode = await allLeaders(mesh);
    const createdSeconds = (performance.now() - started) / 1000;
    await sleep(5_000);
    const pids = cluster.nodes.map((node) => node.pid as number);
    const before = pids.map(cpuSeconds);
    const from = performance.now();
    await sleep(options.idleSeconds * 1000);
    const seconds = (performance.now() - from) / 1000;
    const idleCpuPercent = pids.map((pid, i) =>
      Number((((cpuSeconds(pid) - (before[i] as number)) / seconds) * 100).toFixed(2)),
    );
    const rss = pids.map((pid) => mebibytes(rssBytes(pid)));
    const appends = await appendLatencies(mesh, streams, options.partitionsPerStream);
    return {
      groups: streams * options.partitionsPerStream,
      createdSeconds,
      idleCpuPercent,
      rssMebibytes: rss,
      peakRssMebibytes: pids.map((pid) => mebibytes(peakRssBytes(pid))),
      leadersPerNode,
      appendMsP50: percentile(appends, 0.5),
      appendMsP99: percentile(appends, 0.99),
    };
  } finally {
    await mesh.close();
  }
}

async function allLeaders(mesh: FlowMesh): Promise<Record<string, number>> {
  let counts: Record<string, number> = {};
  await until(
    async () => {
      counts = {};
      const { streams } = await mesh.metadata('all');
      for (const stream of streams) {
        for (const partition of stream.partitions)
          counts[partition.leader] = (counts[partition.leader] ?? 0) + 1;
      }
      return counts['0'] === undefined;
    },
    ALL_LEADERS_TIMEOUT_MS,
    () => `partitions without a leader: ${counts['0']}`,
    200,
  );
  return counts;
}

async function appendLatencies(mesh: FlowMesh, streams: number, partitions: number): Promise<number[]> {
  const producer = mesh.producer();
  const samples: number[] = [];
  await producer.send({ stream: 's0', partition: 0, value: 'warm-up' });
  for (let i = 0; i < 100; i++) {
    const started = performance.now();
    await producer.send({ stream: `s${i % streams}`, partition: (i * 7) % partitions, value: 'x' });
    samples.push(performance.now() - started);
  }
  await producer.close();
  return samples;
}
