/**
 * A node that leads a great many partitions is killed: how soon each has a leader again, as a client of the surviving nodes learns it,
 * and whether each of them takes a write then.
 */
import { connect, type FlowMesh } from '@flowmesh/client';
import { Cluster, until } from '../harness/cluster.ts';
import { percentile } from './ledger.ts';

export interface FailoverOptions {
  /** Leaders on each of the three nodes. */
  readonly leadersPerNode: number;
  readonly partitionsPerStream: number;
  readonly rounds: number;
  readonly report: (line: string) => void;
}

export interface FailoverReport {
  /** One a partition that the killed node led, milliseconds from the kill. */
  readonly leaderless: number;
  readonly msP50: number;
  readonly msP99: number;
  readonly msMax: number;
  /** From the kill until a record was acknowledged in every one of them. */
  readonly allWrittenMs: number;
  readonly failures: Readonly<Record<string, number>>;
}

/** What is asked are thousands of partitions at once: asking more often would be a load of its own. */
const POLL_MS = 100;

export async function proveFailover(options: FailoverOptions): Promise<readonly FailoverReport[]> {
  await using cluster = await Cluster.start({ nodes: 3 });
  const mesh = await connect({ endpoints: cluster.endpoints });
  try {
    const streams = Math.ceil((options.leadersPerNode * 3) / options.partitionsPerStream);
    for (let i = 0; i < streams; i++) {
      await mesh.streams.create({
        name: `s${i}`,
        partitions: options.partitionsPerStream,
        replicationFactor: 3,
        timeoutMs: 60_000,
      });
    }
    const reports: FailoverReport[] = [];
    for (let round = 0; round < options.rounds; round++) {
      const report = await killBusiest(cluster, mesh);
      options.report(
        `round ${round + 1}/${options.rounds}: ${report.leaderless} partitions, new leaders after ${report.msP50.toFixed(0)} ms median, ${report.msP99.toFixed(0)} ms p99, ${report.msMax.toFixed(0)} ms longest; all written after ${report.allWrittenMs.toFixed(0)} ms`,
      );
      reports.push(report);
    }
    return reports;
  } finally {
    await mesh.close();
  }
}

type Leaders = ReadonlyMap<string, { readonly leader: number; readonly epoch: number }>;

async function leadersOfAll(mesh: FlowMesh): Promise<Leaders> {
  const { streams } = await mesh.metadata('all');
  const leaders = new Map<string, { leader: number; epoch: number }>();
  for (const stream of streams) {
    for (const [partition, { leader, epoch }] of stream.partitions.entries())
      leaders.set(`${stream.name}/${partition}`, { leader, epoch });
  }
  return leaders;
}

async function killBusiest(cluster: Cluster, mesh: FlowMesh): Promise<FailoverReport> {
  await everythingInSync(mesh);
  await ledWherePreferred(mesh);
  const before = await leadersOfAll(mesh);
  const counts = cluster.nodes.map(
    (node) => [...before.values()].filter((one) => one.leader === node.id).length,
  );
  const victim = cluster.node(counts.indexOf(Math.max(...counts)) + 1);
  const lost = new Set([...before].flatMap(([name, one]) => (one.leader === victim.id ? [name] : [])));
  const survivors = cluster.nodes.filter((node) => node !== victim);
  await using watcher = await connect({ endpoints: survivors.map((node) => node.grpcAddress) });
  const killedMs = performance.now();
  await victim.stop('SIGKILL');
  const tookMs: number[] = [];
  const waiting = new Set(lost);
  await until(
    async () => {
      const now = await leadersOfAll(watcher);
      const atMs = performance.now() - killedMs;
      for (const name of waiting) {
        const found = now.get(name);
        if (found === undefined || found.leader === 0 || found.leader === victim.id) continue;
        waiting.delete(name);
        tookMs.push(atMs);
      }
      return waiting.size === 0;
    },
    60_000,
    () => `${waiting.size} partitions have no new leader${cluster.tails()}`,
    POLL_MS,
  );
  const failures = await writeOneEach(watcher, lost);
  const allWrittenMs = performance.now() - killedMs;
  victim.start();
  await cluster.ready();
  return {
    leaderless: lost.size,
    msP50: percentile(tookMs, 0.5),
    msP99: percentile(tookMs, 0.99),
    msMax: percentile(tookMs, 1),
    allWrittenMs,
    failures,
  };
}

async function writeOneEach(mesh: FlowMesh, names: ReadonlySet<string>): Promise<Record<string, number>> {
  const producer = mesh.producer();
  const failures: Record<string, number> = {};
  const sends = [...names].map(async (name) => {
    const [stream, partition] = name.split('/') as [string, string];
    await producer.send({ stream, partition: Number(partition), value: 'x' }).catch((error: unknown) => {
      const word = error instanceof Error ? error.message : String(error);
      failures[word] = (failures[word] ?? 0) + 1;
    });
  });
  await Promise.all(sends);
  await producer.close();
  return failures;
}

async function everythingInSync(mesh: FlowMesh): Promise<void> {
  let left: unknown;
  await until(
    async () => {
      const status = await mesh.cluster.status().catch(() => undefined);
      left = status;
      return (
        status?.underReplicatedPartitions === 0 &&
        status.leaderlessPartitions === 0 &&
        status.nodes.every((node) => node.alive)
      );
    },
    120_000,
    () => `not all partitions are whole: ${JSON.stringify(left)}`,
    200,
  );
}

async function ledWherePreferred(mesh: FlowMesh): Promise<void> {
  let elsewhere = 0;
  await until(
    async () => {
      elsewhere = 0;
      const { streams } = await mesh.metadata('all');
      for (const stream of streams)
        for (const { leader, replicas } of stream.partitions) if (leader !== replicas[0]) elsewhere++;
      return elsewhere === 0;
    },
    120_000,
    () => `${elsewhere} partitions are not led by their preferred leaders`,
    500,
  );
}
