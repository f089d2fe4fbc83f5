/**
 * FlowMesh beside itself: what more partitions and more data cost. Three nodes, records of 1 KB, the same Kafka client as in other rows.
 *
 *   partitions   published a second with 1, 10, 100, 1,000 of them, in rounds, each size once a round
 *   kept         published, and read from the beginning, a second, once so much is kept
 *   behind       from publishing to reading at a steady rate, without a consumer beside it that reads all that is kept, with one that does so at
 *                a steady rate, and with one that goes as fast as it can
 */
import { statfsSync } from 'node:fs';
import os from 'node:os';
import { type KafkaClientOptions, type MeasurePlan, type Prepared, showRate } from '@flowmesh/cli/bench';
import { measured, type MeasureSettings, type OurCluster, planNamed, type Run } from './contest.ts';
import { fill, topicAt } from './kafka-contests.ts';
import { median } from './ratios.ts';

export interface SizeSettings extends MeasureSettings {
  /** Of each size. */
  readonly rounds: number;
  /** Bytes that are kept, ascending. */
  readonly kept: readonly number[];
  readonly say: (text: string) => void;
}

export interface SizeFigures {
  readonly series: 'partitions' | 'kept' | 'behind';
  /** Partitions, or bytes that are kept. */
  readonly size: number;
  readonly what: string;
  readonly perSecond: number;
  /** Null where nothing tells. */
  readonly p50Us: number | null;
  readonly p99Us: number | null;
  readonly least: number;
  readonly greatest: number;
}

export interface SizeResult {
  readonly figures: readonly SizeFigures[];
  /** Sizes that were not measured, and why. */
  readonly left: readonly string[];
}

export const PARTITION_SIZES = [1, 10, 100, 1_000] as const;
export const GIB = 2 ** 30;
const PAYLOAD_BYTES = 1_024;
const PARTITIONS = 6;
/** Of a consumer that is behind and works on what it reads. */
const READ_PER_SECOND = 20_000;
/** Of the disk, for each byte that is kept: three replicas, what RocksDB rewrites, logs. */
const DISK_FACTOR = 5;

export async function measureSizes(cluster: OurCluster, settings: SizeSettings): Promise<SizeResult> {
  const figures: SizeFigures[] = [];
  figures.push(...(await partitionSeries(cluster, settings)));
  const { room, left } = fitting(settings.kept, freeBytes());
  figures.push(...(await keptSeries(cluster, room, settings)));
  return { figures, left };
}

/** Sizes for which the disk has room, and what has to be said of the others. */
export function fitting(
  kept: readonly number[],
  free: number,
): { readonly room: readonly number[]; readonly left: readonly string[] } {
  const fits = (bytes: number): boolean => bytes * DISK_FACTOR <= free;
  const show = (bytes: number): string => `${(bytes / GIB).toFixed(0)} GiB`;
  return {
    room: kept.filter(fits),
    left: kept
      .filter((bytes) => !fits(bytes))
      .map((bytes) => `${show(bytes)} kept: the disk has ${show(free)} free of ${show(bytes * DISK_FACTOR)}`),
  };
}

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(os.tmpdir());
  return bavail * bsize;
}

async function partitionSeries(
  { kafka }: OurCluster,
  settings: SizeSettings,
): Promise<readonly SizeFigures[]> {
  const topics: { readonly size: number; readonly prepared: Prepared; readonly runs: Run[] }[] = [];
  try {
    for (const size of PARTITION_SIZES) {
      const prepared = await topicAt(kafka, {
        payloadBytes: PAYLOAD_BYTES,
        partitions: size,
        rate: undefined,
      });
      topics.push({ size, prepared, runs: [] });
    }
    for (let round = 0; round < settings.rounds; round++) {
      // Each size is first, second … in its turn.
      const shift = round % topics.length;
      for (const { size, prepared, runs } of [...topics.slice(shift), ...topics.slice(0, shift)]) {
        const run = await measured(planNamed(prepared, 'produce'), settings);
        settings.say(`  ${size} partitions: ${run.perSecond}/s`);
        runs.push(run);
      }
    }
    return topics.map(({ size, runs }) => figuresOf('partitions', size, 'produce 1 KB', runs));
  } finally {
    if (!settings.signal.aborted) for (const { prepared } of topics) await prepared.cleanUp();
  }
}

async function keptSeries(
  { kafka }: OurCluster,
  sizes: readonly number[],
  settings: SizeSettings,
): Promise<readonly SizeFigures[]> {
  const found: SizeFigures[] = [];
  const topic = { payloadBytes: PAYLOAD_BYTES, partitions: PARTITIONS, rate: undefined };
  const prepared = await topicAt(kafka, topic);
  try {
    let kept = 0;
    const take = async (series: 'kept' | 'behind', what: string, plan: MeasurePlan): Promise<void> => {
      const runs: Run[] = [];
      for (let round = 0; round < settings.rounds; round++) runs.push(await measured(plan, settings));
      found.push(figuresOf(series, kept, what, runs));
      settings.say(`  ${(kept / GIB).toFixed(1)} GiB, ${what}: ${found.at(-1)?.perSecond}/s`);
    };
    await take('kept', 'produce 1 KB', planNamed(prepared, 'produce'));
    await take('behind', 'publish → consume, nobody behind', planNamed(prepared, 'end-to-end'));
    for (const size of sizes) {
      settings.say(`  filling up to ${(size / GIB).toFixed(0)} GiB`);
      await fill(prepared, size - kept, settings.signal);
      kept = size;
      await take('kept', 'produce 1 KB', planNamed(prepared, 'produce'));
      await take('kept', 'consume from the beginning', planNamed(prepared, 'consume'));
      await take(
        'behind',
        `publish → consume, a consumer behind that reads ${showRate(READ_PER_SECOND)}/s`,
        withReader(prepared, READ_PER_SECOND),
      );
      await take(
        'behind',
        'publish → consume, a consumer behind that reads as fast as it goes',
        withReader(prepared),
      );
    }
    return found;
  } finally {
    if (!settings.signal.aborted) await prepared.cleanUp();
  }
}

/** From publishing to reading, at the thousand a second of a measure that knows of no rate, while somebody reads all that is kept. */
function withReader(prepared: Prepared, perSecondMax?: number): MeasurePlan {
  const plan = planNamed(prepared, 'end-to-end');
  const reader = planNamed(prepared, 'consume');
  const paced = reader.parts(new Map()).map((part) => ({
    ...part,
    optionsOf: (client: number) => ({ ...(part.optionsOf(client) as KafkaClientOptions), perSecondMax }),
  }));
  return { ...plan, parts: (before) => [...plan.parts(before), ...paced] };
}

function figuresOf(
  series: SizeFigures['series'],
  size: number,
  what: string,
  runs: readonly Run[],
): SizeFigures {
  const rates = runs.map(({ perSecond }) => perSecond);
  const latencies = (of: 'p50Us' | 'p99Us'): number | null =>
    median(runs.flatMap(({ latency }) => (latency === null ? [] : [latency[of]]))) ?? null;
  return {
    series,
    size,
    what,
    perSecond: median(rates) ?? 0,
    p50Us: latencies('p50Us'),
    p99Us: latencies('p99Us'),
    least: Math.min(...rates),
    greatest: Math.max(...rates),
  };
}
