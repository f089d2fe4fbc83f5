/**
 * `flowmesh bench stream|queue|kv|kafka`: measures a cluster and says under which conditions. It makes what it needs under a name of its own
 * and deletes it afterwards; nothing that is there is touched.
 */
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Acks, Compression, FlowMesh } from '@flowmesh/client';
import { type Command, Option } from 'commander';
import { durationOption } from '../command-options.ts';
import { devKafkaAddresses } from '../connection/endpoints.ts';
import { EXIT } from '../exit-codes.ts';
import { usageError } from '../failure.ts';
import { formatOne, isStructured } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { wholeOption } from '../stream/positions.ts';
import type { MeshOptions } from './drivers/stream-driver.ts';
import { compare, comparisonText } from './report/compare.ts';
import { htmlOf } from './report/html.ts';
import { type BenchResult, parseResult, type Workload } from './report/result.ts';
import { textOf } from './report/text.ts';
import { type BenchmarkPlan, runBenchmark } from './run-benchmark.ts';
import { DURABLE, LEADER_ONLY } from './scenarios/flowmesh-target.ts';
import { KV_MEASURES, prepareKv } from './scenarios/kv-scenario.ts';
import { prepareQueue, QUEUE_MEASURES } from './scenarios/queue-scenario.ts';
import type { CommonSettings, Prepared } from './scenarios/scenario.ts';
import { prepareStream, STREAM_MEASURES } from './scenarios/stream-scenario.ts';

const PAYLOAD_BYTES_MAX = 900_000;
const DURATION_MS_MAX = 3_600_000;
const KAFKA_MEASURES = ['produce', 'consume', 'end-to-end'] as const;
const KAFKA_DEFAULT = '127.0.0.1:9092';

interface CommonOptions {
  readonly duration: number;
  readonly warmup: number;
  readonly clients: number;
  readonly concurrency: number;
  readonly rate?: number;
  readonly size: number;
  readonly partitions: number;
  readonly replicationFactor?: number;
  readonly only?: string;
  readonly keep?: boolean;
  readonly json?: boolean;
  readonly html?: string;
  readonly compare?: string;
}

interface BatchOptions {
  readonly acks: Acks;
  readonly compression: Compression;
  readonly linger: number;
  readonly batchBytes: number;
}

interface KafkaOptions extends CommonOptions, BatchOptions {
  readonly bootstrap?: string;
  readonly system?: string;
  readonly systemVersion?: string;
  readonly durability?: string;
}

/** What suits a workload where nothing else is said. */
interface Defaults {
  readonly concurrency: number;
  readonly size: number;
  readonly partitions: number;
  readonly measures: readonly string[];
  /** `partitions` or `shards`. */
  readonly parts: string;
}

export function addBenchCommands(program: Command, context: ProgramContext): void {
  const bench = program
    .command('bench')
    .description(
      'measure a cluster: rates, latencies corrected for coordinated omission, under stated conditions',
    );
  addStream(bench, context);
  addQueue(bench, context);
  addKv(bench, context);
  addKafka(bench, context);
}

function benchCommand(bench: Command, name: Workload, description: string, defaults: Defaults): Command {
  const whole = (flag: string, min: number, max: number) => wholeOption(flag, { min, max });
  return bench
    .command(name)
    .description(description)
    .option('-d, --duration <time>', 'of each measure', durationOption, 10_000)
    .option('--warmup <time>', 'before each measure, not counted', durationOption, 3_000)
    .option('--clients <n>', 'client processes', whole('--clients', 1, 64), 2)
    .option(
      '--concurrency <n>',
      'operations under way of each client',
      whole('--concurrency', 1, 100_000),
      defaults.concurrency,
    )
    .option(
      '--rate <n>',
      'open loop: operations a second, of all clients together (default: as fast as it goes)',
      whole('--rate', 1, 10_000_000),
    )
    .option(
      '--size <bytes>',
      'of a payload; random bytes',
      whole('--size', 1, PAYLOAD_BYTES_MAX),
      defaults.size,
    )
    .option(`--partitions <n>`, defaults.parts, whole('--partitions', 1, 1_024), defaults.partitions)
    .option(
      '-r, --replication-factor <n>',
      'copies (default: as the system does it)',
      whole('--replication-factor', 1, 255),
    )
    .option('--only <measures>', `some of: ${defaults.measures.join(',')}`)
    .option('--keep', 'leave what was made for the measurement')
    .option('--json', 'the result as JSON, as with -o json')
    .option('--html <file>', 'write a page with plots')
    .option('--compare <file>', 'beside an older result, made with --json');
}

function withBatches(command: Command, lingerMs: number): Command {
  return command
    .addOption(
      new Option('--acks <acks>', 'all: a majority; leader: the leader alone')
        .choices(['all', 'leader'])
        .default('all'),
    )
    .addOption(
      new Option('--compression <codec>', 'of batches')
        .choices(['none', 'gzip', 'snappy', 'lz4', 'zstd'])
        .default('none'),
    )
    .option('--linger <time>', 'how long a batch waits for company', durationOption, lingerMs)
    .option(
      '--batch-bytes <n>',
      'largest batch',
      wholeOption('--batch-bytes', { min: 1, max: 16 * 1024 * 1024 }),
      256 * 1024,
    );
}

function addStream(bench: Command, context: ProgramContext): void {
  const defaults = {
    concurrency: 2_000,
    size: 1_024,
    partitions: 6,
    measures: STREAM_MEASURES,
    parts: 'of the stream',
  };
  const command = withBatches(
    benchCommand(bench, 'stream', 'publish, consume, and latency from end to end', defaults),
    5,
  );
  handle<CommonOptions & BatchOptions>(command, context, async (session, options) => {
    const settings = {
      ...common(options),
      acks: options.acks,
      compression: options.compression,
      lingerMs: options.linger,
      batchBytes: options.batchBytes,
    };
    return await onMesh(session, 'stream', options, STREAM_MEASURES, (mesh, access, name) =>
      prepareStream(mesh, access, name, settings),
    );
  });
}

function addQueue(bench: Command, context: ProgramContext): void {
  const defaults = {
    concurrency: 256,
    size: 256,
    partitions: 3,
    measures: QUEUE_MEASURES,
    parts: 'shards of the queue',
  };
  const command = benchCommand(
    bench,
    'queue',
    'enqueue, work, and latency until a worker has a job',
    defaults,
  );
  handle<CommonOptions>(command, context, async (session, options) => {
    return await onMesh(session, 'queue', options, QUEUE_MEASURES, (mesh, access, name) =>
      prepareQueue(mesh, access, name, common(options)),
    );
  });
}

function addKv(bench: Command, context: ProgramContext): void {
  const defaults = {
    concurrency: 64,
    size: 256,
    partitions: 3,
    measures: KV_MEASURES,
    parts: 'shards of the bucket',
  };
  const command = benchCommand(bench, 'kv', 'put, and linearizable get, of random keys', defaults).option(
    '--keys <n>',
    'so many different keys',
    wholeOption('--keys', { min: 1, max: 10_000_000 }),
    10_000,
  );
  handle<CommonOptions & { keys: number }>(command, context, async (session, options) => {
    return await onMesh(session, 'kv', options, KV_MEASURES, (mesh, access, name) =>
      prepareKv(mesh, access, name, { ...common(options), keys: options.keys }),
    );
  });
}

function addKafka(bench: Command, context: ProgramContext): void {
  const defaults = {
    concurrency: 2_000,
    size: 1_024,
    partitions: 6,
    measures: KAFKA_MEASURES,
    parts: 'of the topic',
  };
  const command = withBatches(
    benchCommand(bench, 'kafka', "the same over Kafka's protocol, of any broker that speaks it", defaults),
    5,
  )
    .option(
      '--bootstrap <addresses>',
      "plaintext listeners, separated by commas (default: the development cluster's)",
    )
    .option('--system <name>', 'how the broker is called in the result')
    .option('--system-version <version>', 'and which one it is')
    .option('--durability <text>', 'and when it acknowledges, where the protocol does not tell');
  handle<KafkaOptions>(command, context, async (session, options) => {
    const dev = options.bootstrap === undefined ? devKafkaAddresses(session.environment.cwd) : undefined;
    const own = dev === undefined ? undefined : options.acks === 'all' ? DURABLE : LEADER_ONLY;
    const settings = {
      ...common(options),
      bootstrap: options.bootstrap?.split(',') ?? dev ?? [KAFKA_DEFAULT],
      acks: options.acks,
      compression: options.compression,
      lingerMs: options.linger,
      batchBytes: options.batchBytes,
      system: options.system ?? (dev === undefined ? undefined : 'FlowMesh'),
      systemVersion: options.systemVersion,
      durability: options.durability ?? own,
    };
    // Every other command would load all messages of Kafka's protocol for nothing.
    const { prepareKafka } = await import('./scenarios/kafka-scenario.ts');
    const name = nameFor(session);
    const plan = planOf('kafka', options, KAFKA_MEASURES, () => prepareKafka(name, settings));
    return await report(session, options, plan);
  });
}

function common(options: CommonOptions): CommonSettings {
  const { duration, warmup, size, clients, concurrency, rate, partitions, replicationFactor, keep } = options;
  if (duration < 100 || duration > DURATION_MS_MAX)
    throw usageError(`--duration ${duration} ms is out of range`, 'It is from 100ms to 1h.');
  return {
    durationMs: duration,
    warmupMs: warmup,
    payloadBytes: size,
    clients,
    concurrency,
    rate,
    partitions,
    replicationFactor,
    keep: keep === true,
  };
}

async function onMesh(
  session: Session,
  workload: Workload,
  options: CommonOptions,
  measures: readonly string[],
  prepare: (mesh: FlowMesh, access: MeshOptions, name: string) => Promise<Prepared>,
): Promise<number> {
  return await session.withMesh(async (mesh) => {
    const access = { endpoints: session.addresses, security: session.security };
    const name = nameFor(session);
    const plan = planOf(workload, options, measures, () => prepare(mesh, access, name));
    return await report(session, options, plan);
  });
}

function planOf(
  workload: Workload,
  options: CommonOptions,
  measures: readonly string[],
  prepare: () => Promise<Prepared>,
): BenchmarkPlan {
  const only = options.only?.split(',').map((name) => name.trim());
  const unknown = only?.find((name) => !measures.includes(name));
  if (unknown !== undefined)
    throw usageError(`there is no measure ${unknown} of ${workload}`, `There are: ${measures.join(', ')}.`);
  return { workload, only, prepare, settings: common(options) };
}

/** Its own, so that several may run at the same time. */
function nameFor(session: Session): string {
  return `bench-${Math.floor(session.environment.wallMs()).toString(36)}-${process.pid}`;
}

async function report(session: Session, options: CommonOptions, plan: BenchmarkPlan): Promise<number> {
  const { environment, sink } = session;
  // A file that cannot be read is told before minutes are spent.
  const before =
    options.compare === undefined ? undefined : await readResult(environment.cwd, options.compare);
  const result = await runBenchmark(environment, plan);
  const style = options.json === true ? ({ format: 'json', color: false } as const) : session.style();
  const comparison = before === undefined ? undefined : compare(before, result);
  if (isStructured(style.format)) {
    await session.sink.write(
      formatOne({ ...result, ...(comparison === undefined ? {} : { comparison }) }, [], style),
    );
  } else {
    await sink.write(textOf(result, style));
    if (comparison !== undefined) await sink.write(comparisonText(comparison, style));
  }
  if (options.html !== undefined) {
    const file = path.resolve(environment.cwd, options.html);
    writeFileSync(file, htmlOf(result, before));
    session.note(`plots: ${file}`);
  }
  // What ended after the measured time has latencies, although no rate.
  const failed = result.measures.some(({ operations, latency }) => operations === 0 && latency === null);
  return failed
    ? EXIT.failure
    : result.measures.some((measure) => measure.failed > 0)
      ? EXIT.partial
      : EXIT.ok;
}

async function readResult(cwd: string, name: string): Promise<BenchResult> {
  const file = path.resolve(cwd, name);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw usageError(
      `cannot read ${file}: ${(cause as Error).message}`,
      'Make one: flowmesh bench stream --json > old.json',
    );
  }
  return parseResult(text, file);
}
