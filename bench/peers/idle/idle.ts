/**
 * What partitions cost that nobody uses: processor time and memory of three nodes that have nothing but them. Each side has a cluster of its
 * own for that, and the machine to itself:
 *
 *   started ─► partitions made ─ settled ─► processor time over a while, memory at its end ─► stopped
 */
import { setTimeout as pause } from 'node:timers/promises';
import { KafkaCluster } from '@flowmesh/cli/bench';
import { cpuSeconds, rssBytes } from '../../../test/e2e/harness/process-stats.ts';
import { freshName, type IdlePartitions, inTime, type OurCluster, REPLICAS } from '../contest.ts';

export interface IdleSettings {
  readonly partitions: number;
  readonly settleMs: number;
  readonly watchMs: number;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

export interface IdleFigures {
  /** That there were; of fewer than were asked for the figures are nevertheless those that were measured. */
  readonly partitions: number;
  readonly makeMs: number;
  /** All nodes together, in percent of one core. */
  readonly cpuPercent: number;
  /** Resident, of all nodes together. */
  readonly rssBytes: number;
}

export interface IdleResult {
  readonly unit: string;
  readonly asked: number;
  readonly ours: IdleFigures;
  readonly theirs: IdleFigures;
}

/** What FlowMesh takes in one stream. */
const PARTITIONS_PER_TOPIC = 1_000;
const MAKE_MS_MAX = 300_000;
/** A request that takes too long says nothing of the next one. */
const FAILED_IN_ROW_MAX = 20;
const CLOSE_MS_MAX = 5_000;

export async function watchIdle(of: IdlePartitions, settings: IdleSettings): Promise<IdleFigures> {
  const { signal, settleMs, watchMs, say } = settings;
  const startedMs = performance.now();
  const partitions = await of.make(settings.partitions, signal);
  const makeMs = performance.now() - startedMs;
  await pause(settleMs, undefined, { signal });
  const sum = (each: (pid: number) => number): number => of.pids.reduce((so, pid) => so + each(pid), 0);
  const before = sum(cpuSeconds);
  const fromMs = performance.now();
  await pause(watchMs, undefined, { signal });
  const cpuPercent = ((sum(cpuSeconds) - before) * 100_000) / (performance.now() - fromMs);
  const figures = { partitions, makeMs, cpuPercent, rssBytes: sum(rssBytes) };
  say(`  ${partitions} ${of.unit}: ${cpuPercent.toFixed(1)} % of a core, ${figures.rssBytes >> 20} MiB`);
  return figures;
}

/** Ours are made as Kafka's are: over its protocol. */
export function ourIdle({ kafka, nodes }: OurCluster): IdlePartitions {
  return topicsIdle(kafka, nodes.pids);
}

/** Topics of at most a thousand partitions each, made over Kafka's protocol. */
export function topicsIdle(bootstrap: readonly string[], pids: readonly number[]): IdlePartitions {
  return {
    unit: 'partitions',
    pids,
    make: async (count) => {
      const cluster = new KafkaCluster(bootstrap);
      try {
        for (let made = 0; made < count; made += PARTITIONS_PER_TOPIC) {
          const partitions = Math.min(PARTITIONS_PER_TOPIC, count - made);
          await cluster.create({ name: freshName(), partitions, replicationFactor: REPLICAS });
        }
        return count;
      } finally {
        await inTime(cluster.close(), CLOSE_MS_MAX);
      }
    },
  };
}

/** Makes them a few at a time until there are enough, time is up, or making them fails again and again; resolves with how many were made. */
export async function makeMany(
  count: number,
  atOnce: number,
  make: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<number> {
  const deadline = performance.now() + MAKE_MS_MAX;
  let begun = 0;
  let made = 0;
  let failedInRow = 0;
  const maker = async (): Promise<void> => {
    while (begun < count && failedInRow < FAILED_IN_ROW_MAX && performance.now() < deadline) {
      signal.throwIfAborted();
      begun++;
      try {
        await make();
        made++;
        failedInRow = 0;
      } catch {
        begun--;
        failedInRow++;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, maker));
  return made;
}
