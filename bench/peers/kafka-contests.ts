/** What is measured over Kafka's protocol: the same client, with the same settings, on both sides. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { KafkaCluster, type MeasurePlan, prepareKafka, type Prepared, readTopic } from '@flowmesh/cli/bench';
import {
  type Contest,
  freshName,
  measured,
  measuredSide,
  type MeasureSettings,
  type Peak,
  planNamed,
  preparedSide,
  type Run,
  settingsFor,
  type Side,
} from './contest.ts';
import type { ContestRow, Row } from './rows.ts';

const PARTITIONS = 6;
const LARGE_BATCH_BYTES = 256 * 1024;
/** What Kafka's own clients take where nobody tells them otherwise. */
const DEFAULT_BATCH_BYTES = 16 * 1024;
/** Of records, whatever their size. */
const UNDER_WAY_BYTES = 2 << 20;
const LINGER_MS = 5;
const PAYLOAD_BYTES = 1_024;
const SMALL_BYTES = 100;
/** What is written before it is read from disk. */
const STORED_BYTES = 512 * 1024 * 1024;
const FILL_MS = 5_000;
const FILLS_MAX = 1_000;
const READ_MS_MAX = 180_000;

export interface TopicSettings {
  readonly payloadBytes: number;
  readonly partitions: number;
  /** Large ones where it is left out. */
  readonly batchBytes?: number;
  readonly rate: number | undefined;
}

/** A topic of its own, with the measures that a client of Kafka's can take of it. */
export async function topicAt(
  bootstrap: readonly string[],
  { payloadBytes, partitions, batchBytes = LARGE_BATCH_BYTES, rate }: TopicSettings,
  name = freshName(),
): Promise<Prepared> {
  return await prepareKafka(name, {
    ...settingsFor({
      payloadBytes,
      partitions,
      rate,
      concurrency: Math.floor(UNDER_WAY_BYTES / payloadBytes),
    }),
    bootstrap,
    acks: 'all',
    compression: 'none',
    lingerMs: LINGER_MS,
    batchBytes,
    system: undefined,
    systemVersion: undefined,
    durability: undefined,
  });
}

type SideAt = (bootstrap: readonly string[], rate: number | undefined) => Promise<Side>;

/** `theirs`: bootstrap addresses. Only those of the rows. */
export function kafkaContests(theirs: readonly string[], rows: readonly Row[]): readonly Contest[] {
  const contest = (row: ContestRow, what: string, side: SideAt): Contest => ({
    row,
    name: `${what}, ${PARTITIONS} partitions, Kafka's protocol`,
    ours: (cluster, rate) => side(cluster.kafka, rate),
    theirs: (rate) => side(theirs, rate),
  });
  const of = (payloadBytes: number, rate?: number): TopicSettings => ({
    payloadBytes,
    partitions: PARTITIONS,
    rate,
  });
  const produced = async (bootstrap: readonly string[], settings: TopicSettings): Promise<Side> =>
    preparedSide(await topicAt(bootstrap, settings), 'produce');
  const publishing = (what: string, payloadBytes: number, batchBytes: number): Contest =>
    contest('publish', `produce ${what}, batches of ${batchBytes >> 10} KiB`, (at) =>
      produced(at, { ...of(payloadBytes), batchBytes }),
    );
  const latencyAtHalf = (peak: Peak): Contest => ({
    ...contest('latency', 'publish → consume, 1 KB', async (at, rate) =>
      preparedSide(await topicAt(at, of(PAYLOAD_BYTES, rate)), 'end-to-end'),
    ),
    peak,
  });
  const all: readonly Contest[] = [
    publishing('1 KB', PAYLOAD_BYTES, DEFAULT_BATCH_BYTES),
    publishing('1 KB', PAYLOAD_BYTES, LARGE_BATCH_BYTES),
    publishing('100 B', SMALL_BYTES, DEFAULT_BATCH_BYTES),
    publishing('100 B', SMALL_BYTES, LARGE_BATCH_BYTES),
    contest('consume', 'consume 1 KB from the tail, beside a producer that does what it can', async (at) =>
      tailSide(await topicAt(at, of(PAYLOAD_BYTES))),
    ),
    contest(
      'consume',
      `consume 1 KB ${pagesForgettable() ? 'from disk' : 'from the page cache, which only root can empty'}, ${STORED_BYTES >> 20} MiB`,
      (at) => diskSide(at, of(PAYLOAD_BYTES)),
    ),
    latencyAtHalf({
      whose: 'theirs',
      measure: (_, settings) => measuredOnce(() => produced(theirs, of(PAYLOAD_BYTES)), settings),
    }),
    // Where theirs does more than ours can, its half says nothing about latency, only about rates once more.
    latencyAtHalf({
      whose: 'of the slower side',
      measure: async ({ kafka }, settings) => {
        const peaks: number[] = [];
        for (const at of [kafka, theirs])
          peaks.push(await measuredOnce(() => produced(at, of(PAYLOAD_BYTES)), settings));
        return Math.min(...peaks);
      },
    }),
  ];
  return all.filter(({ row }) => rows.includes(row));
}

/** Operations a second of a side that is made for one measure. */
export async function measuredOnce(make: () => Promise<Side>, settings: MeasureSettings): Promise<number> {
  const side = await make();
  try {
    return (await side.measure(settings)).perSecond;
  } finally {
    if (!settings.signal.aborted) await side.cleanUp();
  }
}

/** What is received of what a producer sends at the same time. */
function tailSide(prepared: Prepared): Side {
  const [reader] = planNamed(prepared, 'end-to-end').parts(new Map());
  const producers = planNamed(prepared, 'produce').parts(new Map());
  const plan: MeasurePlan = {
    name: 'tail',
    counted: 'tail',
    parts: () => (reader === undefined ? producers : [reader, ...producers]),
  };
  return measuredSide(plan, () => prepared.cleanUp());
}

/** Produces until so much is stored. */
export async function fill(prepared: Prepared, bytes: number, signal: AbortSignal): Promise<void> {
  const plan = planNamed(prepared, 'produce');
  const bytesOf = Number(prepared.settings['payloadBytes']);
  let stored = 0;
  for (let turn = 0; stored < bytes; turn++) {
    if (turn === FILLS_MAX) throw new Error(`only ${stored} of ${bytes} bytes were stored`);
    const { perSecond } = await measured(plan, { durationMs: FILL_MS, warmupMs: 0, signal });
    stored += perSecond * (FILL_MS / 1_000) * bytesOf;
  }
}

/** Reads everything once, from the beginning, as far as possible from the disk. */
async function diskSide(bootstrap: readonly string[], settings: TopicSettings): Promise<Side> {
  const topic = freshName();
  const prepared = await topicAt(bootstrap, settings, topic);
  let filled = false;
  return {
    measure: async ({ signal }) => {
      if (!filled) await fill(prepared, STORED_BYTES, signal);
      filled = true;
      return await readOnce(bootstrap, topic, signal);
    },
    cleanUp: () => prepared.cleanUp(),
  };
}

async function readOnce(bootstrap: readonly string[], topic: string, signal: AbortSignal): Promise<Run> {
  const cluster = new KafkaCluster(bootstrap);
  try {
    const leaders = await cluster.leaders(topic, PARTITIONS);
    const done = new AbortController();
    let left = 0;
    const partitions = [];
    for (const [partition, address] of leaders) {
      left += await cluster.endOffset(topic, partition, address);
      partitions.push({ partition, offset: 0, leader: await cluster.connection(address) });
    }
    const records = left;
    const onRecord = (): void => {
      if (--left === 0) done.abort();
    };
    forgetPages();
    const cpuBefore = process.cpuUsage();
    const startMs = performance.now();
    const end = AbortSignal.any([done.signal, signal, AbortSignal.timeout(READ_MS_MAX)]);
    await readTopic({ topic, partitions, again: false, onRecord }, end);
    signal.throwIfAborted();
    const elapsedMs = performance.now() - startMs;
    const { user, system } = process.cpuUsage(cpuBefore);
    const clientCpuPercent = Math.round((user + system) / 10 / elapsedMs);
    const perSecond = Math.round(((records - left) * 1_000) / elapsedMs);
    return { perSecond, failed: 0, overdue: left, latency: null, clientCpuPercent, remarks: [] };
  } finally {
    await cluster.close();
  }
}

const DROP_CACHES = '/proc/sys/vm/drop_caches';

function pagesForgettable(): boolean {
  try {
    accessSync(DROP_CACHES, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Files lie on the disk alone afterwards. Pages that wait to be written would stay. */
function forgetPages(): void {
  if (!pagesForgettable()) return;
  spawnSync('sync');
  writeFileSync(DROP_CACHES, '1');
}
