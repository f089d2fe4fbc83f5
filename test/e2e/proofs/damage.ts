/**
 * One node of three is stopped under a light load, one file of its data directory is damaged, and the node starts again. It must not vote
 * or serve with anything lost, must say what happened, and must be made whole by itself; then it leads everything, alone serves every
 * record that was ever acknowledged, and another node has been killed for it.
 */
import { existsSync } from 'node:fs';
import { connect, type FlowMesh } from '@flowmesh/client';
import { Cluster, type ClusterNode, type LogEntry, until } from '../harness/cluster.ts';
import {
  type DataFile,
  FILE_KINDS,
  type FileKind,
  filesOf,
  type Injury,
  injure,
  injuryName,
} from '../harness/damage.ts';
import { forgottenPromises, promisesOf, type StoredPromises } from '../harness/stored-votes.ts';
import { leadEverywhere, partitionsOf, wholeAgain } from '../harness/stream-view.ts';
import type { Verdict } from './ledger.ts';
import { readBack, SteadyLoad } from './load.ts';

export interface DamageCase {
  readonly file: FileKind;
  /** Which of several files of the kind: 0 the largest. Where there are fewer, the smallest. */
  readonly rank: number;
  readonly injury: Injury;
  readonly stopped: 'clean' | 'killed';
}

export interface DamageOptions {
  readonly cases: readonly DamageCase[];
  readonly recordsPerSecond: number;
  readonly partitions: number;
  readonly valueBytes: number;
  /** For each wait for the cluster to be whole. */
  readonly healTimeoutMs: number;
  readonly report: (line: string) => void;
}

export type DamageOutcome =
  /** The directory was set aside and the node joined as a new one. */
  | { readonly kind: 'replaced'; readonly code: string; readonly cause: string }
  /** Replicas of some groups were given up and rebuilt under new ids. */
  | { readonly kind: 'rebuilt'; readonly groups: readonly number[]; readonly cause: string }
  /** Nothing that counts was in the damaged place: every record was served from it. */
  | { readonly kind: 'harmless' };

export interface DamageFinding {
  readonly file: FileKind;
  readonly injury: string;
  readonly stopped: 'clean' | 'killed';
  readonly outcome: DamageOutcome;
  /** Times the node ended by itself, saying why, and was started again. */
  readonly restarts: number;
  readonly verdict: Verdict;
  /** From the start with the damage to all replicas in sync, milliseconds. */
  readonly healedMs: number;
}

export interface DamageReport {
  readonly findings: readonly DamageFinding[];
  /** Kinds whose files had nothing to damage. */
  readonly skipped: readonly string[];
  readonly verdict: Verdict;
  readonly failures: Readonly<Record<string, number>>;
  readonly broken: readonly string[];
}

const STREAM = { name: 'damage' };
const STEP_TIMEOUT_MS = 60_000;
/** Latent damage may come to light at each reading; it is gone after so many. */
const READS_MAX = 5;
/** A node whose database turns out damaged while it runs ends, and finds out more when a service manager starts it again. */
const RESTARTS_MAX = 3;
/** Every start adds a table to each family, and four are compacted. */
const RETIRING_RESTARTS_MAX = 12;
/** Records sent between one case and the next, so that every write-ahead log holds something. */
const RECORDS_BETWEEN = 60;

const SET_ASIDE =
  'data directory has lost data: it was set aside, and this node joins as a new one in its place';
const STARTED = 'node started';
const GROUP_DAMAGED = 'replica data damaged';
const ADMITTED = 'node has its place in the cluster';

/** Of tables there are several, each of one column family. */
const SST_RANKS = [0, 1, 2];

/** Every kind of file with every injury; nodes take turns at being killed and being stopped in order. */
export function allDamage(kinds: readonly FileKind[], positions: number): readonly DamageCase[] {
  const flips = Array.from(
    { length: positions },
    (_, i): Injury => ({ kind: 'flip', at: (i + 0.5) / positions }),
  );
  const injuries: readonly Injury[] = [
    ...flips,
    { kind: 'cut', to: 0.6 },
    { kind: 'cut', to: 0 },
    { kind: 'remove' },
  ];
  return kinds
    .flatMap((file) => (file === 'sst' ? SST_RANKS : [0]).map((rank) => ({ file, rank })))
    .flatMap((place) => injuries.map((injury) => ({ ...place, injury })))
    .map((one, i) => ({ ...one, stopped: i % 2 === 0 ? 'killed' : 'clean' }));
}

export function fileKinds(names: string): readonly FileKind[] {
  if (names === 'all') return FILE_KINDS;
  return names.split(',').map((name) => {
    const kind = FILE_KINDS.find((known) => known === name);
    if (kind === undefined)
      throw new Error(`no kind of file is called ${name}; there are ${FILE_KINDS.join(', ')}`);
    return kind;
  });
}

export async function proveDamage(options: DamageOptions): Promise<DamageReport> {
  await using cluster = await Cluster.start({ nodes: 3, config: { raft: { electionTicks: 30 } } });
  const mesh = await connect({ endpoints: cluster.endpoints });
  try {
    await mesh.streams.create({ ...STREAM, partitions: options.partitions, replicationFactor: 3 });
    const load = new SteadyLoad({ mesh, stream: STREAM.name, ...options });
    load.start();
    const trial = new DamageTrial(cluster, mesh, load, options);
    await trial.layTables();
    const findings: DamageFinding[] = [];
    const skipped: string[] = [];
    for (const [i, one] of options.cases.entries()) {
      const finding = await trial.run(one, cluster.nodes[i % cluster.nodes.length] as ClusterNode);
      if (finding === undefined) skipped.push(`${one.file}: ${injuryName(one.injury)}`);
      else findings.push(finding);
    }
    await load.stop();
    const verdict = await readBack(mesh, STREAM.name, load.ledger);
    return { findings, skipped, verdict, failures: load.failures(), broken: trial.broken };
  } finally {
    await mesh.close();
  }
}

class DamageTrial {
  readonly broken: string[] = [];
  private readonly cluster: Cluster;
  private readonly mesh: FlowMesh;
  private readonly load: SteadyLoad;
  private readonly options: DamageOptions;
  private readonly stream: { readonly name: string; readonly partitions: number };

  constructor(cluster: Cluster, mesh: FlowMesh, load: SteadyLoad, options: DamageOptions) {
    this.cluster = cluster;
    this.mesh = mesh;
    this.load = load;
    this.options = options;
    this.stream = { ...STREAM, partitions: options.partitions };
  }

  /** Waits until a number of records more are acknowledged, all replicas being in sync. */
  async settle(): Promise<void> {
    await wholeAgain(this.cluster, this.mesh, this.stream, this.options.healTimeoutMs);
    const enough = this.load.ledger.acknowledged + RECORDS_BETWEEN;
    await until(
      () => this.load.ledger.acknowledged >= enough,
      STEP_TIMEOUT_MS,
      () =>
        `nothing is acknowledged any more: ${JSON.stringify(this.load.failures())}${this.cluster.tails()}`,
    );
  }

  /** Restarts every node, one after the other: opening turns the write-ahead log of the life before into tables. */
  async layTables(): Promise<void> {
    for (const node of this.cluster.nodes) {
      await this.settle();
      await node.stop();
      node.start();
      await this.cluster.ready(this.options.healTimeoutMs);
    }
    await this.settle();
  }

  /** Undefined where there was nothing to damage. */
  async run(one: DamageCase, victim: ClusterNode): Promise<DamageFinding | undefined> {
    const injury = injuryName(one.injury);
    const name = one.rank === 0 ? one.file : `${one.file} (${one.rank + 1}.)`;
    const what = `${name} ${injury}, node ${victim.id} ${one.stopped}`;
    await victim.stop(one.stopped === 'killed' ? 'SIGKILL' : 'SIGTERM');
    const whole = await promisesOf(victim.dataDir);
    const files = filesOf(victim.dataDir).filter(({ kind }) => kind === one.file);
    const file = files[Math.min(one.rank, files.length - 1)];
    if (file === undefined) throw new Error(`the data directory has no ${one.file}`);
    const done = injure(file, one.injury);
    const damaged = done ? await promisesOf(victim.dataDir) : whole;
    const logFrom = victim.log().length;
    const startedMs = performance.now();
    victim.supervise(RESTARTS_MAX);
    victim.start();
    await this.cluster.ready(this.options.healTimeoutMs);
    await this.settle();
    if (!done) return undefined;
    const healedMs = performance.now() - startedMs;
    for (const lost of forgottenPromises(whole, damaged, one.stopped)) this.broken.push(`${what}: ${lost}`);
    let verdict = await this.servedByVictim(what, victim);
    if ((await this.outcomeOf(victim, logFrom)).kind === 'rebuilt') {
      await this.retire(file as DataFile, victim, logFrom);
      verdict = await this.servedByVictim(what, victim);
    }
    const outcome = await this.outcomeOf(victim, logFrom);
    this.checkOutcome(what, outcome, damaged, victim.logEntries(logFrom));
    const { restarts } = victim;
    victim.supervise(0);
    const { lost, duplicated, reordered, misplaced } = verdict;
    if (lost + duplicated + reordered + misplaced > 0)
      this.broken.push(`${what}: ${JSON.stringify(verdict)}`);
    const again = restarts === 0 ? '' : `; ended by itself and was started again ${restarts} times`;
    this.options.report(
      `${what}: ${describe(outcome)}${again}; whole after ${(healedMs / 1000).toFixed(1)} s`,
    );
    return { file: one.file, injury, stopped: one.stopped, outcome, restarts, verdict, healedMs };
  }

  /** Everything acknowledged so far, read while the healed node leads all partitions from first to last. */
  private async servedByVictim(what: string, victim: ClusterNode): Promise<Verdict> {
    const { cluster, mesh, load, stream, options } = this;
    await load.pause();
    for (let reading = 0; reading < READS_MAX; reading++) {
      await leadEverywhere(cluster, mesh, stream, victim, options.healTimeoutMs);
      const before = await this.epochs();
      const verdict = await readBack(mesh, stream.name, load.ledger);
      await wholeAgain(cluster, mesh, stream, options.healTimeoutMs);
      if (before === (await this.epochs())) {
        load.resume();
        return verdict;
      }
      options.report(`${what}: leadership moved while it was read; once more`);
    }
    throw new Error(`${what}: node ${victim.id} cannot serve what it should hold${cluster.tails()}`);
  }

  /**
   * Groups that were rebuilt leave the damaged table behind, among what is to be swept. Sooner or later a compaction meets it: that is
   * brought about here, so that one node's damage is over before the next one's begins.
   */
  private async retire(file: DataFile, victim: ClusterNode, logFrom: number): Promise<void> {
    for (let restart = 0; restart < RETIRING_RESTARTS_MAX; restart++) {
      await this.settle();
      const aside = victim.logEntries(logFrom).some((entry) => entry['msg'] === SET_ASIDE);
      if (aside || !existsSync(file.path)) return;
      await victim.stop();
      victim.start();
      await this.cluster.ready(this.options.healTimeoutMs);
    }
    throw new Error(`${file.path} is not compacted away${this.cluster.tails()}`);
  }

  private async epochs(): Promise<string> {
    const views = await partitionsOf(this.cluster, this.mesh, this.stream.name, this.stream.partitions);
    return JSON.stringify(views?.map(({ leader, leaderEpoch }) => [leader?.id, leaderEpoch]));
  }

  private async outcomeOf(victim: ClusterNode, logFrom: number): Promise<DamageOutcome> {
    const entries = victim.logEntries(logFrom);
    const aside = entries.find((entry) => entry['msg'] === SET_ASIDE);
    if (aside !== undefined) {
      const { code, message } = aside['err'] as { code: string; message: string };
      await this.toldByStatus(victim);
      return { kind: 'replaced', code, cause: message };
    }
    const damaged = entries.filter((entry) => entry['msg'] === GROUP_DAMAGED);
    if (damaged.length === 0) return { kind: 'harmless' };
    const groups = [...new Set(damaged.map((entry) => entry['group'] as number))].sort((a, b) => a - b);
    return { kind: 'rebuilt', groups, cause: String(damaged[0]?.['cause']) };
  }

  /** The troubles of the cluster's status name the directory that was set aside. */
  private async toldByStatus(victim: ClusterNode): Promise<void> {
    // A later start of the node is no longer about the damage: then its log alone has it.
    const since = victim.logEntries();
    const aside = since.findLastIndex((entry) => entry['msg'] === SET_ASIDE);
    if (since.slice(aside).filter((entry) => entry['msg'] === STARTED).length > 1) return;
    let troubles: readonly string[] = [];
    await until(
      async () => {
        const status = await this.mesh.cluster.status().catch(() => undefined);
        troubles = status?.nodes.find((node) => node.address === victim.grpcAddress)?.troubles ?? [];
        return troubles.some((trouble) => trouble.includes('set aside'));
      },
      STEP_TIMEOUT_MS,
      () => `the status of node ${victim.id} does not tell of its directory: ${troubles.join('; ')}`,
    );
  }

  private checkOutcome(
    what: string,
    outcome: DamageOutcome,
    damaged: StoredPromises,
    entries: readonly LogEntry[],
  ): void {
    if (damaged.kind === 'refused' && outcome.kind === 'harmless') {
      this.broken.push(
        `${what}: storage refuses it (${damaged.message}), but the node went on without a word`,
      );
    }
    if (outcome.kind === 'replaced' && !newIdentity(entries)) {
      this.broken.push(`${what}: the node did not become a new one`);
    }
    for (const entry of entries) {
      if (entry['raw'] !== undefined || (entry['level'] === 'fatal' && !isDamage(entry)))
        this.broken.push(`${what}: the node broke: ${JSON.stringify(entry)}`);
    }
  }
}

/** The node ends because of damage, and says so. */
function isDamage(entry: LogEntry): boolean {
  const error = entry['err'] as
    | { readonly code?: string; readonly cause?: { readonly code?: string } }
    | undefined;
  return (
    entry['msg'] === 'node cannot go on' && error?.code === 'STORAGE_IO' && error.cause?.code === 'CORRUPTION'
  );
}

/** Set aside as one node, admitted as another. */
function newIdentity(entries: readonly LogEntry[]): boolean {
  const aside = entries.find((entry) => entry['msg'] === SET_ASIDE);
  const admitted = entries.find((entry) => entry['msg'] === ADMITTED && entry['as'] === 'admitted');
  return admitted !== undefined && admitted['node'] !== aside?.['node'];
}

function describe(outcome: DamageOutcome): string {
  switch (outcome.kind) {
    case 'replaced':
      return `replaced by a new node (${outcome.code}: ${outcome.cause})`;
    case 'rebuilt':
      return `groups ${outcome.groups.join(', ')} rebuilt (${outcome.cause})`;
    case 'harmless':
      return 'harmless, everything was served';
  }
}
