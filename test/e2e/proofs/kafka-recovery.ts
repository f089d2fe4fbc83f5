/**
 * Producers and consumers of kafkajs and librdkafka on three nodes, one of which is killed again and again while it leads some of their partitions:
 * how soon each is acknowledged, or reads, something that was sent to such a partition after the kill. Nothing acknowledged is lost.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type FlowMesh } from '@flowmesh/client';
import { CLIENTS } from '../../kafka/clients.ts';
import { Cluster, until } from '../harness/cluster.ts';
import { nowMs } from '../harness/kafkajs-group.ts';
import { ClientStory, missingIn } from './kafka-recoveries.ts';
import { percentile } from './ledger.ts';
import { inSyncOf, leadersOf } from './watch.ts';

export interface KafkaRecoveryOptions {
  readonly rounds: number;
  readonly partitions: number;
  /** Clients by name; `-quick` behind the library says that it retries sooner than by default. */
  readonly clients: readonly string[];
  readonly report: (line: string) => void;
}

export interface ClientFigures {
  readonly msP50: number;
  readonly msP99: number;
  readonly msMax: number;
  readonly rounds: readonly number[];
  readonly records: number;
  readonly errors: Readonly<Record<string, number>>;
}

export interface KafkaRecoveryReport {
  readonly settings: Readonly<Record<string, string>>;
  /** The producer of the SDK that writes what consumers read. */
  readonly reference: ClientFigures;
  readonly clients: Readonly<Record<string, ClientFigures>>;
  /** Acknowledged records that are not where they were acknowledged. */
  readonly lost: number;
  /** Records that a consumer's group did not read. */
  readonly unread: number;
  readonly skipped: readonly string[];
}

/** Consumers read what a client of the SDK writes, which is back before they are. */
const FEED = 'feed';
const FEED_EVERY_MS = 50;
const READY_MS_MAX = 180_000;
const RECOVERED_MS_MAX = 60_000;
/** What leaders that go home, and clients that hear of it, need to be at rest. */
const CALM_MS = 4_000;
const CATCH_UP_MS_MAX = 60_000;

/**
 * What differs from the defaults of each library; all of them ask for the acknowledgement of all in-sync replicas, as by default. A kafkajs
 * consumer counts its failures over its whole life: its default waits double from one kill to the next, up to 4.8 s, and after the fifth it begins anew as another
 * member; its former self, where its coordinator was the node that was killed, could not leave, and the group waits for it until its session (30 s) is over. It also
 * lets its other fetches end first, each of up to 5 s. Short waits and enough of them, given to the consumer itself, cure that.
 */
const SETTINGS: Readonly<Record<string, object>> = {
  kafkajs: {},
  'kafkajs-quick': {
    retry: { initialRetryTime: 50, maxRetryTime: 400, retries: 1_000 },
    maxWaitTimeInMs: 500,
  },
  librdkafka: {},
};

/** Reported, and not promised to be back in time: see above. */
export const NOT_PROMISED: readonly string[] = ['kafkajs consumer'];

export const RECOVERY_CLIENTS: readonly string[] = Object.keys(SETTINGS);

export async function proveKafkaRecovery(options: KafkaRecoveryOptions): Promise<KafkaRecoveryReport> {
  await using cluster = await Cluster.prepare({ nodes: 3, kafka: true });
  for (const node of cluster.nodes) node.start();
  await cluster.ready(READY_MS_MAX);
  await using mesh = await connect({ endpoints: cluster.endpoints });
  await using trial = new RecoveryTrial(cluster, mesh, options);
  return await trial.run();
}

interface Running {
  readonly story: ClientStory;
  readonly stream: string;
  readonly role: 'produce' | 'consume';
  readonly process: ChildProcess;
}

class RecoveryTrial implements AsyncDisposable {
  private readonly cluster: Cluster;
  private readonly mesh: FlowMesh;
  private readonly options: KafkaRecoveryOptions;
  private readonly clients: Running[] = [];
  private readonly skipped: string[] = [];
  private readonly took = new Map<string, number[]>();
  private readonly feed: ClientStory;
  private feeding = true;

  constructor(cluster: Cluster, mesh: FlowMesh, options: KafkaRecoveryOptions) {
    this.cluster = cluster;
    this.mesh = mesh;
    this.options = options;
    this.feed = new ClientStory('SDK producer', options.partitions);
  }

  async run(): Promise<KafkaRecoveryReport> {
    const { clients, rounds } = this.options;
    await this.create(FEED);
    const feeding = this.write();
    for (const name of clients) await this.launch(name);
    await this.untilFlowing();
    for (let round = 0; round < rounds; round++) await this.kill(round);
    for (const { role, process } of this.clients) if (role === 'produce') process.stdin?.end();
    this.feeding = false;
    await feeding;
    return await this.judged();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.feeding = false;
    for (const { process } of this.clients) process.kill('SIGKILL');
  }

  private async create(name: string): Promise<void> {
    const { partitions } = this.options;
    await this.mesh.streams.create({ name, partitions, replicationFactor: 3, timeoutMs: READY_MS_MAX });
  }

  /** A producer with a stream of its own, and a consumer of the feed. */
  private async launch(name: string): Promise<void> {
    const command = await commandOf(name);
    if (command === undefined) {
      this.skipped.push(name);
      return;
    }
    await this.create(name);
    const { cluster, options } = this;
    const bootstraps = cluster.kafka.join(',');
    for (const role of ['produce', 'consume'] as const) {
      const stream = role === 'produce' ? name : FEED;
      const args = [role, bootstraps, stream, String(options.partitions), JSON.stringify(SETTINGS[name])];
      const [program = '', ...rest] = [...command, ...args];
      const child = spawn(program, rest, {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1', NODE_NO_WARNINGS: '1' },
      });
      const story = new ClientStory(`${name} ${role}r`, options.partitions);
      createInterface({ input: child.stdout }).on('line', (line) => story.tell(line));
      this.clients.push({ story, stream, role, process: child });
    }
  }

  /** A record for each partition every few milliseconds, as long as the trial lasts. */
  private async write(): Promise<void> {
    const producer = this.mesh.producer();
    const sending = new Set<Promise<void>>();
    for (let number = 0; this.feeding; await pause(FEED_EVERY_MS)) {
      for (let partition = 0; partition < this.options.partitions; partition++, number++) {
        const sentMs = nowMs();
        const value = `${number} ${sentMs}`;
        const told = number;
        const sent = producer
          .send({ stream: FEED, partition, value })
          .then(({ offset }) => this.feed.tell(`acked ${partition} ${offset} ${told} ${sentMs} ${nowMs()}`))
          .catch((error: unknown) => this.feed.tell(`error ${String(error)}`))
          .finally(() => sending.delete(sent));
        sending.add(sent);
      }
    }
    await Promise.all(sending);
    await producer.close();
  }

  private async untilFlowing(): Promise<void> {
    const flows = ({ story }: Running): boolean =>
      story.running && story.records.every(({ size }) => size > 0);
    await until(
      () => this.clients.every(flows),
      READY_MS_MAX,
      () => {
        const waiting = this.clients.filter((one) => !flows(one)).map(({ story }) => story.name);
        return `not all clients are served: ${waiting.join(', ')}`;
      },
    );
  }

  private async kill(round: number): Promise<void> {
    const { cluster, mesh, options, clients } = this;
    const watched = [{ story: this.feed, stream: FEED }, ...clients];
    const streams = [...new Set(watched.map(({ stream }) => stream))];
    await until(
      async () => {
        const sizes = await Promise.all(streams.map((one) => inSyncOf(mesh, one, options.partitions)));
        return sizes.every((size) => size === 3);
      },
      READY_MS_MAX,
      () => 'not everybody is in sync',
    );
    await pause(CALM_MS);
    const led = new Map<string, readonly number[]>();
    for (const one of streams) led.set(one, await leadersOf(mesh, one, options.partitions));
    const victim = cluster.node((round % cluster.nodes.length) + 1);
    const killedMs = nowMs();
    victim.signal('SIGKILL');
    for (const { story, stream } of watched) {
      const leaders = led.get(stream) ?? [];
      story.killed(
        killedMs,
        leaders.flatMap((leader, i) => (leader === victim.id ? [i] : [])),
      );
    }
    await victim.ended();
    const deadlineMs = killedMs + RECOVERED_MS_MAX;
    while (watched.some(({ story }) => !story.recovered) && nowMs() < deadlineMs) await pause(10);
    const words = watched.flatMap(({ story }) => {
      if (!story.concerned) return [];
      const ms = story.tookMs(nowMs());
      this.took.set(story.name, [...(this.took.get(story.name) ?? []), ms]);
      return [`${story.name} ${ms.toFixed(0)}`];
    });
    options.report(`round ${round + 1}/${options.rounds}: node ${victim.id} killed; ms: ${words.join(', ')}`);
    victim.start();
    await cluster.ready(READY_MS_MAX);
  }

  private async judged(): Promise<KafkaRecoveryReport> {
    const readers = this.clients.filter(({ role }) => role === 'consume');
    const unread = (): number =>
      readers.reduce((sum, { story }) => sum + missingIn(story.records, this.feed.records), 0);
    const deadlineMs = nowMs() + CATCH_UP_MS_MAX;
    while (unread() > 0 && nowMs() < deadlineMs) await pause(200);
    let lost = 0;
    for (const { story, stream, role } of this.clients)
      if (role === 'produce') lost += missingIn(await this.stored(stream), story.records);
    const figures = this.clients.map(({ story }) => [story.name, this.figuresOf(story)] as const);
    const reference = this.figuresOf(this.feed);
    const settings = this.options.clients.map((name) => [name, JSON.stringify(SETTINGS[name])] as const);
    return {
      settings: Object.fromEntries(settings),
      reference,
      clients: Object.fromEntries(figures),
      lost,
      unread: unread(),
      skipped: this.skipped,
    };
  }

  private figuresOf(story: ClientStory): ClientFigures {
    const rounds = this.took.get(story.name) ?? [];
    return {
      msP50: percentile(rounds, 0.5),
      msP99: percentile(rounds, 0.99),
      msMax: percentile(rounds, 1),
      rounds: rounds.map((ms) => Math.round(ms)),
      records: story.records.reduce((sum, { size }) => sum + size, 0),
      errors: Object.fromEntries(story.errors),
    };
  }

  /** The numbers of the records of a stream, by partition and offset. */
  private async stored(stream: string): Promise<readonly ReadonlyMap<number, number>[]> {
    const stored = Array.from({ length: this.options.partitions }, () => new Map<number, number>());
    const signal = AbortSignal.timeout(READY_MS_MAX);
    for await (const record of this.mesh.consume({ stream, from: 'earliest', to: 'latest', signal }))
      stored[record.partition]?.set(
        record.offset,
        Number(
          Buffer.from(record.value ?? [])
            .toString()
            .split(' ')[0],
        ),
      );
    // An aborted consumer ends without an error, which must not look like the end of the stream.
    if (signal.aborted) throw new Error(`reading ${stream} back does not end`);
    return stored;
  }
}

/** Undefined where what it is built with is not on the machine. */
async function commandOf(name: string): Promise<readonly string[] | undefined> {
  const harness = path.join(import.meta.dirname, '..', 'harness');
  if (name.startsWith('kafkajs')) return [process.execPath, path.join(harness, 'recovery-kafkajs.ts')];
  const made = await CLIENTS.find((client) => client.name === 'python-confluent')?.make();
  if (made?.kind !== 'command') return undefined;
  const [python = 'python3'] = made.command;
  return [python, '-u', path.join(harness, 'recovery-librdkafka.py')];
}
