/**
 * A classic group of many kafkajs members on three nodes: members come and go at random, processes with many of them are killed, and every few
 * seconds the node that leads the group's coordinator or a partition. `group-history.ts` says what is promised.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SeededRandom } from '@flowmesh/base';
import { connect, type FlowMesh } from '@flowmesh/client';
import { Cluster } from '../harness/cluster.ts';
import type { MembersConfig, MembersOrder } from '../harness/kafka-members.ts';
import { Faults } from './engine-workload.ts';
import { type GroupEvent, type GroupVerdict, judgeGroup, spread } from './group-history.ts';
import { coordinator, killLeaders, partitionLeader } from './leader-kills.ts';
import { SteadyLoad } from './load.ts';
import { OFFSETS_EVERY_MS, OffsetWatch, WENT_BACK } from './offset-watch.ts';

export interface KafkaGroupsOptions {
  readonly durationMs: number;
  readonly members: number;
  /** Processes that they are shared among. */
  readonly processes: number;
  readonly partitions: number;
  readonly recordsPerSecond: number;
  readonly killEveryMs: number;
  /** Between a member that leaves, or comes back, and the next. */
  readonly changeEveryMs: number;
  /** Between two processes of members that are killed; 0: none. */
  readonly crashEveryMs: number;
  readonly seed: number;
  /** Where to keep what the members wrote down; empty: nowhere. */
  readonly history: string;
  readonly report: (line: string) => void;
}

export interface KafkaGroupsReport extends Omit<GroupVerdict, 'rebalanceMs' | 'broken'> {
  readonly acknowledged: number;
  readonly killed: Readonly<Record<string, number>>;
  readonly processesKilled: number;
  readonly rebalanceMs: readonly [p50: number, p99: number, max: number];
  readonly broken: readonly string[];
}

const TOPIC = 'proof-read';
const GROUP = 'proof-readers';
const VALUE_BYTES = 100;
const SESSION_MS = 10_000;
const REBALANCE_MS = 15_000;
const READY_MS_MAX = 180_000;
/** All members are there before the first one leaves. */
const WARM_UP_MS_MAX = 120_000;
/** Nothing was read for so long: what is missing is not late. */
const STANDSTILL_MS = 90_000;
const LOOK_MS = 500;

export async function proveKafkaGroups(options: KafkaGroupsOptions): Promise<KafkaGroupsReport> {
  await using cluster = await Cluster.prepare({ nodes: 3, kafka: true });
  for (const node of cluster.nodes) node.start();
  await cluster.ready(READY_MS_MAX);
  const mesh = await connect({ endpoints: cluster.endpoints });
  const crew = new Crew(cluster, options);
  try {
    return await new GroupTrial({ cluster, mesh, crew, options }).run();
  } finally {
    await crew.close();
    await mesh.close();
  }
}

/** The processes with the members. */
class Crew {
  private readonly config: Omit<MembersConfig, 'file'>;
  private readonly folder: string;
  private readonly processes: ChildProcess[] = [];
  private readonly there: boolean[];
  private readonly size: number;
  killed = 0;

  constructor(cluster: Cluster, { members, processes }: KafkaGroupsOptions) {
    this.folder = cluster.folder;
    this.config = {
      brokers: cluster.kafka,
      topic: TOPIC,
      group: GROUP,
      sessionTimeoutMs: SESSION_MS,
      rebalanceTimeoutMs: REBALANCE_MS,
    };
    this.there = Array.from({ length: members }, () => true);
    this.size = processes;
  }

  start(): void {
    for (let i = 0; i < this.size; i++) this.launch(i);
  }

  private fileOf(index: number): string {
    return path.join(this.folder, `members-${index}.jsonl`);
  }

  private launch(index: number): void {
    const program = path.join(import.meta.dirname, '..', 'harness', 'kafka-members.ts');
    const config: MembersConfig = { ...this.config, file: this.fileOf(index) };
    this.processes[index] = fork(program, [JSON.stringify(config)], {
      stdio: 'inherit',
      // kafkajs counts on timers that were due in the past.
      execArgv: ['--no-warnings'],
    });
    for (const [slot, there] of this.there.entries())
      if (there && slot % this.size === index) this.order({ kind: 'join', slot });
  }

  private order(order: MembersOrder): void {
    const child = this.processes[order.slot % this.size];
    if (child?.connected === true) child.send(order);
  }

  /** Somebody who is there leaves, or somebody who is away comes back; about one in ten is away. */
  change(random: SeededRandom): void {
    const away = [...this.there.keys()].filter((slot) => !this.there[slot]);
    const back = away.length > 0 && random.below(this.there.length) < away.length * 5;
    const slot = back ? (away[random.below(away.length)] as number) : random.below(this.there.length);
    const joins = this.there[slot] !== true;
    this.there[slot] = joins;
    this.order({ kind: joins ? 'join' : 'leave', slot });
  }

  /** Its members are gone without a word, and come back as others. */
  async crash(random: SeededRandom): Promise<void> {
    const index = random.below(this.size);
    const child = this.processes[index];
    if (child === undefined || child.exitCode !== null) return;
    this.killed++;
    child.kill('SIGKILL');
    await once(child, 'exit');
    this.launch(index);
  }

  /** What each process wrote down; the half line of one that was killed is none. */
  history(): readonly GroupEvent[] {
    return Array.from({ length: this.size }, (_, i) => this.eventsOf(i)).flat();
  }

  private eventsOf(index: number): readonly GroupEvent[] {
    let text: string;
    try {
      text = readFileSync(this.fileOf(index), 'utf8');
    } catch {
      return [];
    }
    return text.split('\n').flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as GroupEvent] : []));
  }

  async close(): Promise<void> {
    await Promise.all(
      this.processes.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        if (child.connected) child.disconnect();
        const force = setTimeout(() => child.kill('SIGKILL'), REBALANCE_MS);
        await ended;
        clearTimeout(force);
      }),
    );
  }
}

class GroupTrial {
  private readonly cluster: Cluster;
  private readonly mesh: FlowMesh;
  private readonly crew: Crew;
  private readonly options: KafkaGroupsOptions;
  private readonly load: SteadyLoad;
  private readonly faults = new Faults([WENT_BACK]);
  private readonly offsets: OffsetWatch;

  constructor(of: {
    readonly cluster: Cluster;
    readonly mesh: FlowMesh;
    readonly crew: Crew;
    readonly options: KafkaGroupsOptions;
  }) {
    this.cluster = of.cluster;
    this.mesh = of.mesh;
    this.crew = of.crew;
    this.options = of.options;
    const { partitions, recordsPerSecond } = of.options;
    this.load = new SteadyLoad({
      mesh: of.mesh,
      stream: TOPIC,
      partitions,
      recordsPerSecond,
      valueBytes: VALUE_BYTES,
    });
    this.offsets = new OffsetWatch(of.mesh, GROUP, this.faults);
  }

  async run(): Promise<KafkaGroupsReport> {
    const { options, mesh, crew, cluster, load } = this;
    const { partitions, report } = options;
    await mesh.streams.create({ name: TOPIC, partitions, replicationFactor: 3 });
    load.start();
    crew.start();
    await this.allThere();
    report(`${options.members} members read ${partitions} partitions`);
    const endMs = performance.now() + options.durationMs;
    const running = (): boolean => performance.now() < endMs;
    const kills = killLeaders({
      cluster,
      everyMs: options.killEveryMs,
      victims: [coordinator(cluster, 'group', GROUP), partitionLeader(mesh, TOPIC)],
      running,
      report,
    });
    const [killed] = await Promise.all([kills, this.changes(running), this.watch(running)]);
    report('every node is up, nobody comes or goes any more');
    await load.stop();
    await this.allRead();
    await crew.close();
    return this.judge(killed);
  }

  /** Every partition has been read, in a group of all members. */
  private async allThere(): Promise<void> {
    const deadline = performance.now() + WARM_UP_MS_MAX;
    while (performance.now() < deadline) {
      const members = (await this.mesh.groups.describe(GROUP).catch(() => undefined))?.members ?? 0;
      if (members >= this.options.members) return;
      await pause(LOOK_MS);
    }
    throw new Error(`only a part of the ${this.options.members} members came together`);
  }

  private async changes(running: () => boolean): Promise<void> {
    const { changeEveryMs, crashEveryMs, seed } = this.options;
    const random = new SeededRandom(seed);
    let changeMs = performance.now() + changeEveryMs;
    let crashMs = performance.now() + (crashEveryMs === 0 ? Number.POSITIVE_INFINITY : crashEveryMs);
    for (; running(); await pause(LOOK_MS / 5)) {
      const now = performance.now();
      if (now >= changeMs) {
        // From nothing to twice as long as on average.
        changeMs = now + random.unit() * 2 * changeEveryMs;
        this.crew.change(random);
      }
      if (now >= crashMs) {
        crashMs = now + crashEveryMs;
        await this.crew.crash(random);
      }
    }
  }

  private async watch(running: () => boolean): Promise<void> {
    for (; running(); await pause(OFFSETS_EVERY_MS)) await this.offsets.look();
  }

  private unread(): number {
    const partitions = Array.from(
      { length: this.options.partitions },
      (_, p) => new Set(this.acknowledged(p)),
    );
    for (const event of this.crew.history()) {
      if (event.kind !== 'read') continue;
      for (let at = event.first; at <= event.last; at++) partitions[event.partition]?.delete(at);
    }
    return partitions.reduce((sum, offsets) => sum + offsets.size, 0);
  }

  private *acknowledged(partition: number): Generator<number> {
    const { ledger } = this.load;
    for (let number = 0; number < ledger.sentTo(partition); number++) {
      const offset = ledger.offsetOf(partition, number);
      if (offset >= 0) yield offset;
    }
  }

  private async allRead(): Promise<void> {
    let left = this.unread();
    let movedMs = performance.now();
    while (left > 0 && performance.now() - movedMs < STANDSTILL_MS) {
      await pause(LOOK_MS * 4);
      await this.offsets.look();
      const now = this.unread();
      if (now < left) movedMs = performance.now();
      left = now;
    }
  }

  private judge(killed: Readonly<Record<string, number>>): KafkaGroupsReport {
    const acknowledged = new Map(
      Array.from({ length: this.options.partitions }, (_, p) => [p, [...this.acknowledged(p)]]),
    );
    const events = this.crew.history();
    const { history } = this.options;
    if (history !== '') writeFileSync(history, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const verdict = judgeGroup(events, acknowledged);
    const broken = { ...verdict.broken, ...this.faults.broken };
    return {
      ...verdict,
      acknowledged: this.load.ledger.acknowledged,
      killed,
      processesKilled: this.crew.killed,
      rebalanceMs: spread(verdict.rebalanceMs),
      examples: [...verdict.examples, ...this.faults.examples],
      broken: Object.entries(broken).flatMap(([promise, cases]) =>
        cases > 0 ? [`${promise}: ${cases}`] : [],
      ),
    };
  }
}
