/**
 * Consume, transform, produce: a topic is copied by transactional kafkajs processes, and by processes of Kafka's own client for Java into another
 * topic, while copiers, coordinators of transactions and groups, and leaders of partitions are killed. Every record of the source is counted in
 * what readers of committed records are given, and has to be there exactly once; the last stable offset always moves on.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SeededRandom } from '@flowmesh/base';
import { connect, type FlowMesh } from '@flowmesh/client';
import { Kafka, logLevel } from 'kafkajs';
import { javaCopier } from '../../kafka/clients.ts';
import { Cluster } from '../harness/cluster.ts';
import type { CopierConfig, CopyEvent } from '../harness/kafka-copier.ts';
import { Faults } from './engine-workload.ts';
import { coordinator, killLeaders, partitionLeader } from './leader-kills.ts';
import { Payloads } from './ledger.ts';
import { SteadyLoad } from './load.ts';
import { OFFSETS_EVERY_MS, OffsetWatch, WENT_BACK } from './offset-watch.ts';
import { StableOffsets } from './stable-offsets.ts';

export interface KafkaTransactionsOptions {
  readonly durationMs: number;
  /** Processes with kafkajs, and with the client for Java (none where there is no Maven). */
  readonly copiers: number;
  readonly java: number;
  readonly partitions: number;
  readonly recordsPerSecond: number;
  readonly killEveryMs: number;
  /** Between two copiers that are killed. */
  readonly crashEveryMs: number;
  /** For which a last stable offset may stand still. */
  readonly standMsMax: number;
  readonly seed: number;
  readonly report: (line: string) => void;
}

export interface Copied {
  readonly topic: string;
  readonly committed: number;
  readonly aborted: number;
  readonly failed: number;
  readonly records: number;
  /** Why they failed, the most frequent first. */
  readonly reasons: readonly string[];
}

export interface KafkaTransactionsReport {
  readonly acknowledged: number;
  readonly killed: Readonly<Record<string, number>>;
  readonly copiersKilled: number;
  readonly copied: readonly Copied[];
  readonly longestStandMs: number;
  readonly java: string;
  readonly examples: readonly string[];
  readonly broken: readonly string[];
}

const SOURCE = 'proof-in';
const VALUE_BYTES = 100;
const TRANSACTION_MS = 15_000;
const READY_MS_MAX = 180_000;
const STANDSTILL_MS = 120_000;
const READ_MS_MAX = 120_000;
const LOOK_MS = 500;
const STOP_MS_MAX = 20_000;
const REASONS_MAX = 8;
const REASON_CHARS_MAX = 150;

/** Processes of one kind, which share a group and copy into a topic of their own. */
interface Line {
  readonly kind: 'kafkajs' | 'java';
  readonly topic: string;
  readonly group: string;
}

const LINES: readonly Line[] = [
  { kind: 'kafkajs', topic: 'proof-out', group: 'proof-copiers' },
  { kind: 'java', topic: 'proof-out-java', group: 'proof-copiers-java' },
];

export async function proveKafkaTransactions(
  options: KafkaTransactionsOptions,
): Promise<KafkaTransactionsReport> {
  const java = options.java === 0 ? undefined : await javaCopier();
  await using cluster = await Cluster.prepare({ nodes: 3, kafka: true });
  for (const node of cluster.nodes) node.start();
  await cluster.ready(READY_MS_MAX);
  const mesh = await connect({ endpoints: cluster.endpoints });
  const command = java?.kind === 'command' ? java.command : undefined;
  const said =
    java === undefined ? 'not asked for' : java.kind === 'command' ? 'took part' : `missing: ${java.what}`;
  const crew = new Copiers(cluster, options, command);
  try {
    const trial = new TransactionTrial({ cluster, mesh, crew, options });
    return { ...(await trial.run()), java: said };
  } finally {
    await crew.close();
    await mesh.close();
  }
}

class Copiers {
  readonly lines: readonly Line[];
  killed = 0;
  private readonly cluster: Cluster;
  private readonly javaCommand: readonly string[];
  private readonly slots: readonly { readonly line: Line; readonly name: string }[];
  private readonly processes: ChildProcess[] = [];
  /** What each slot had written when its process began. */
  private readonly before: number[] = [];

  constructor(cluster: Cluster, options: KafkaTransactionsOptions, java: readonly string[] | undefined) {
    this.cluster = cluster;
    this.javaCommand = java ?? [];
    const counts = { kafkajs: options.copiers, java: java === undefined ? 0 : options.java };
    this.lines = LINES.filter(({ kind }) => counts[kind] > 0);
    this.slots = this.lines.flatMap((line) =>
      Array.from({ length: counts[line.kind] }, (_, i) => ({ line, name: `${line.kind}-${i}` })),
    );
  }

  start(): void {
    for (const slot of this.slots.keys()) this.launch(slot);
  }

  private fileOf(name: string): string {
    return path.join(this.cluster.folder, `copies-${name}.jsonl`);
  }

  private launch(index: number): void {
    const { line, name } = this.slots[index] as { line: Line; name: string };
    const brokers = this.cluster.kafka;
    const file = this.fileOf(name);
    this.before[index] = this.written(index);
    if (line.kind === 'java') {
      const [program = '', ...flags] = this.javaCommand;
      const args = [brokers.join(','), SOURCE, line.topic, line.group, `${line.group}-${name}`, file];
      this.processes[index] = spawn(program, [...flags, ...args], { stdio: 'ignore' });
      return;
    }
    const config: CopierConfig = {
      brokers,
      from: SOURCE,
      to: line.topic,
      group: line.group,
      file,
      name,
      transactionTimeoutMs: TRANSACTION_MS,
    };
    const program = path.join(import.meta.dirname, '..', 'harness', 'kafka-copier.ts');
    const execArgv = ['--no-warnings'];
    this.processes[index] = fork(program, [JSON.stringify(config)], { stdio: 'inherit', execArgv });
  }

  /** One that has ended a transaction since it began, in whatever it is doing now; it begins anew. False: there is none. */
  async crash(random: SeededRandom): Promise<boolean> {
    const busy = [...this.slots.keys()].filter((index) => this.written(index) > (this.before[index] ?? 0));
    const index = busy[random.below(busy.length)];
    if (index === undefined) return false;
    this.killed++;
    await end(this.processes[index], 'SIGKILL');
    this.launch(index);
    return true;
  }

  private written(index: number): number {
    return statSync(this.fileOf(this.slots[index]?.name ?? ''), { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Those that ended by themselves. */
  get ended(): readonly string[] {
    return this.slots.flatMap(({ name }, i) => (isRunning(this.processes[i]) ? [] : [name]));
  }

  copiedBy(line: Line): Copied {
    const events = this.slots
      .filter((slot) => slot.line === line)
      .flatMap(({ name }) => eventsIn(this.fileOf(name)));
    const count = (kind: CopyEvent['kind']): number => events.filter((event) => event.kind === kind).length;
    const done = events.filter(({ kind }) => kind === 'committed');
    return {
      topic: line.topic,
      committed: count('committed'),
      aborted: count('aborted'),
      failed: count('failed'),
      records: done.reduce((sum, { records }) => sum + records, 0),
      reasons: reasonsOf(events),
    };
  }

  async close(): Promise<void> {
    await Promise.all(
      this.processes.map(async (child) => {
        if (child.connected) child.disconnect();
        const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
        await end(child, child.channel === undefined ? 'SIGTERM' : undefined);
        clearTimeout(force);
      }),
    );
  }
}

function isRunning(child: ChildProcess | undefined): child is ChildProcess {
  return child !== undefined && child.exitCode === null && child.signalCode === null;
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals | undefined): Promise<void> {
  if (!isRunning(child)) return;
  const exit = once(child, 'exit');
  if (signal !== undefined) child.kill(signal);
  await exit;
}

function eventsIn(file: string): readonly CopyEvent[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as CopyEvent] : []));
  } catch {
    return [];
  }
}

function reasonsOf(events: readonly CopyEvent[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { kind, reason } of events)
    if (kind === 'failed') counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1]).slice(0, REASONS_MAX);
  return ranked.map(([reason, count]) => `${count} times: ${reason.slice(0, REASON_CHARS_MAX)}`);
}

/** How often each record was seen, by partition and number. */
type Counts = readonly Map<number, number>[];

class TransactionTrial {
  private readonly cluster: Cluster;
  private readonly mesh: FlowMesh;
  private readonly crew: Copiers;
  private readonly options: KafkaTransactionsOptions;
  private readonly load: SteadyLoad;
  private readonly faults = new Faults([
    'not copied',
    'copied twice',
    'copied what was not sent',
    'two readers of what is committed disagree',
    'a last stable offset stood still',
    'something is open in the end',
    WENT_BACK,
  ]);
  private readonly offsets: readonly OffsetWatch[];
  private readonly stable: StableOffsets;

  constructor(of: {
    readonly cluster: Cluster;
    readonly mesh: FlowMesh;
    readonly crew: Copiers;
    readonly options: KafkaTransactionsOptions;
  }) {
    this.cluster = of.cluster;
    this.mesh = of.mesh;
    this.crew = of.crew;
    this.options = of.options;
    const { partitions, recordsPerSecond } = of.options;
    this.load = new SteadyLoad({
      mesh: of.mesh,
      stream: SOURCE,
      partitions,
      recordsPerSecond,
      valueBytes: VALUE_BYTES,
    });
    const { lines } = of.crew;
    this.offsets = lines.map(({ group }) => new OffsetWatch(of.mesh, group, this.faults));
    this.stable = new StableOffsets(
      of.cluster,
      lines.map(({ topic }) => topic),
      partitions,
    );
  }

  async run(): Promise<Omit<KafkaTransactionsReport, 'java'>> {
    const { options, mesh, crew, cluster, load } = this;
    const { partitions, report } = options;
    for (const name of [SOURCE, ...crew.lines.map(({ topic }) => topic)])
      await mesh.streams.create({ name, partitions, replicationFactor: 3 });
    load.start();
    crew.start();
    const endMs = performance.now() + options.durationMs;
    const running = (): boolean => performance.now() < endMs;
    const victims = [
      partitionLeader(mesh, SOURCE),
      ...crew.lines.flatMap(({ group, topic, kind }) => [
        coordinator(cluster, 'transaction', kind === 'java' ? `${group}-java-0` : `${group}-0`),
        partitionLeader(mesh, topic),
        coordinator(cluster, 'group', group),
      ]),
    ];
    const kills = killLeaders({ cluster, everyMs: options.killEveryMs, victims, running, report });
    const [killed] = await Promise.all([kills, this.crashes(running), this.watch(running)]);
    report('every node is up, no copier is killed any more');
    await load.stop();
    await this.allCopied();
    await crew.close();
    await this.allEnded();
    for (const line of crew.lines) await this.count(line);
    return this.judged(killed);
  }

  private async crashes(running: () => boolean): Promise<void> {
    const { crashEveryMs, seed } = this.options;
    const random = new SeededRandom(seed);
    let nextMs = performance.now() + crashEveryMs;
    for (; running(); await pause(LOOK_MS / 5)) {
      if (performance.now() < nextMs) continue;
      if (await this.crew.crash(random)) nextMs = performance.now() + random.unit() * 2 * crashEveryMs;
    }
  }

  private async watch(running: () => boolean): Promise<void> {
    for (; running(); await pause(OFFSETS_EVERY_MS)) await this.look();
  }

  private async look(): Promise<void> {
    for (const offsets of this.offsets) await offsets.look();
    await this.stable.look();
  }

  /** Or nothing has moved for too long: what is late is not lost. */
  private async allCopied(): Promise<void> {
    const wanted = this.load.ledger.acknowledged * this.offsets.length;
    const done = (): number => this.offsets.reduce((sum, offsets) => sum + offsets.sum(), 0);
    let before = done();
    let movedMs = performance.now();
    while (before < wanted && performance.now() - movedMs < STANDSTILL_MS) {
      await pause(LOOK_MS);
      await this.look();
      if (done() > before) movedMs = performance.now();
      before = done();
    }
    this.options.report(`${before} of ${wanted} records copied, as the groups say`);
    for (const name of this.crew.ended) this.options.report(`${name} has ended by itself`);
  }

  /** What copiers left open is ended when its time is up. */
  private async allEnded(): Promise<void> {
    const deadline = performance.now() + TRANSACTION_MS + this.options.standMsMax;
    do {
      await pause(LOOK_MS);
      await this.stable.look();
    } while (this.stable.behind.length > 0 && performance.now() < deadline);
    for (const partition of this.stable.behind) this.faults.add('something is open in the end', partition);
  }

  private async count({ topic, kind }: Line): Promise<void> {
    const counts = await this.readByMesh(topic);
    const { ledger } = this.load;
    for (const [partition, seen] of counts.entries()) {
      for (let number = 0; number < ledger.sentTo(partition); number++) {
        const times = seen.get(number) ?? 0;
        const name = `record ${number} of partition ${partition} by ${kind}`;
        if (times === 0 && ledger.offsetOf(partition, number) >= 0) this.faults.add('not copied', name);
        if (times > 1) this.faults.add('copied twice', `${name}, ${times} times`);
      }
      for (const number of seen.keys())
        if (number >= ledger.sentTo(partition))
          this.faults.add('copied what was not sent', `record ${number} of partition ${partition}`);
    }
    const total = sumOf(counts);
    const others = sumOf(await this.readByKafka(topic, total));
    this.options.report(`${topic}: ${total} records are committed`);
    if (others !== total)
      this.faults.add('two readers of what is committed disagree', `${topic}: ${total} and ${others}`);
  }

  private empty(): Counts {
    return Array.from({ length: this.options.partitions }, () => new Map<number, number>());
  }

  private async readByMesh(stream: string): Promise<Counts> {
    const counts = this.empty();
    const signal = AbortSignal.timeout(READ_MS_MAX);
    for await (const { partition, value } of this.mesh.consume({
      stream,
      from: 'earliest',
      to: 'latest',
      signal,
    }))
      note(counts, partition, value);
    if (signal.aborted) throw new Error(`reading ${stream} does not end`);
    return counts;
  }

  /** kafkajs leaves aborted records out by itself, by what the fetch tells of them. */
  private async readByKafka(topic: string, wanted: number): Promise<Counts> {
    const counts = this.empty();
    const brokers = this.cluster.kafka;
    const consumer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).consumer({
      groupId: `count-${topic}`,
    });
    await consumer.connect();
    try {
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ partition, message }) => note(counts, partition, message.value ?? undefined),
      });
      const deadline = performance.now() + READ_MS_MAX;
      while (sumOf(counts) < wanted && performance.now() < deadline) await pause(LOOK_MS);
      // What should not be there may come behind the rest.
      await pause(LOOK_MS * 4);
    } finally {
      await consumer.disconnect();
    }
    return counts;
  }

  private judged(killed: Readonly<Record<string, number>>): Omit<KafkaTransactionsReport, 'java'> {
    const { faults, stable, options, crew } = this;
    if (stable.longestStandMs > options.standMsMax)
      faults.add('a last stable offset stood still', `for ${stable.longestStandMs} ms`);
    return {
      acknowledged: this.load.ledger.acknowledged,
      killed,
      copiersKilled: crew.killed,
      copied: crew.lines.map((line) => crew.copiedBy(line)),
      longestStandMs: stable.longestStandMs,
      examples: faults.examples,
      broken: Object.entries(faults.broken).flatMap(([promise, cases]) =>
        cases > 0 ? [`${promise}: ${cases}`] : [],
      ),
    };
  }
}

function note(counts: Counts, partition: number, value: Uint8Array | undefined): void {
  const number = Payloads.numberOf(value ?? new Uint8Array(8));
  const seen = counts[partition];
  seen?.set(number, (seen.get(number) ?? 0) + 1);
}

function sumOf(counts: Counts): number {
  return counts.reduce((sum, seen) => sum + [...seen.values()].reduce((a, b) => a + b, 0), 0);
}
