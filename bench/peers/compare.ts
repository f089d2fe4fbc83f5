/** The run: every row that is wanted, peer by peer; what cannot be installed, started or finished is listed as missing, and the rest goes on. */
import { loadNow, machineFacts } from '@flowmesh/cli/bench';
import { type Contest, type Peer, REPLICAS, type RunningPeer, type Variant } from './contest.ts';
import { runFailover, type FailoverResult } from './failover/rounds.ts';
import { type IdleResult, type IdleSettings, ourIdle, watchIdle } from './idle/idle.ts';
import { startOurs } from './ours.ts';
import { type ContestResult, type PairSettings, runContest } from './pairs.ts';
import type { Row } from './rows.ts';
import { measureSizes, type SizeResult } from './size.ts';
import type { Missing, PeersResult, VariantResult } from './table.ts';

const OURS = 'acknowledged once fsynced by a majority of the replicas';

export interface CompareSettings extends PairSettings {
  readonly failoverRounds: number;
  readonly idle: Pick<IdleSettings, 'partitions' | 'settleMs' | 'watchMs'>;
  /** Bytes, ascending. */
  readonly kept: readonly number[];
  readonly wants: (row: Row) => boolean;
  /** FlowMesh beside itself. */
  readonly sizes: boolean;
}

type OurRunning = Awaited<ReturnType<typeof startOurs>>;

/** What is found out, as it comes. */
class Findings {
  readonly variants: VariantResult[] = [];
  readonly missing: Missing[] = [];
  sizes: SizeResult | undefined;

  /** Undefined, and listed as missing, where `work` fails; an interruption is no failure of what it interrupts. */
  async attempt<T>(
    missing: Omit<Missing, 'what'>,
    { signal, say }: Pick<PairSettings, 'signal' | 'say'>,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    if (signal.aborted) return undefined;
    try {
      return await work();
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      const { peer, variant, row } = missing;
      say(`${[peer, variant, row].filter((part) => part !== null).join(', ')}: ${what}`);
      if (!signal.aborted) this.missing.push({ ...missing, what });
      return undefined;
    }
  }
}

export async function compareAll(peers: readonly Peer[], settings: CompareSettings): Promise<PeersResult> {
  const startedAt = new Date().toISOString();
  const loadBefore = loadNow();
  const findings = new Findings();
  const wanted = peers
    .map((peer) => ({ peer, variants: peer.variants.filter(({ rows }) => rows.some(settings.wants)) }))
    .filter(({ variants }) => variants.length > 0);
  const folders = new Map<Peer, string>();
  for (const { peer } of wanted) {
    if (settings.signal.aborted) break;
    settings.say(`${peer.name}: installing`);
    const installed = await peer.install();
    if (installed.kind === 'there') folders.set(peer, installed.folder);
    else findings.missing.push({ peer: peer.name, variant: null, row: null, what: installed.what });
  }
  const entries = wanted.flatMap(({ peer, variants }) => {
    const folder = folders.get(peer);
    return folder === undefined ? [] : variants.map((variant) => ({ peer: peer.name, variant, folder }));
  });
  await comparePairs(entries, settings, findings);
  await compareIdle(entries, settings, findings);
  if (settings.sizes) await compareSizes(settings, findings);
  const { pairs, durationMs, warmupMs, primeMs } = settings;
  return {
    schema: 'flowmesh.bench.peers.v2',
    startedAt,
    machine: machineFacts(loadBefore),
    pairs,
    durationMs,
    warmupMs,
    primeMs,
    ours: { durability: OURS, nodes: REPLICAS, replicationFactor: REPLICAS },
    variants: findings.variants,
    sizes: findings.sizes ?? null,
    missing: findings.missing,
  };
}

interface Entry {
  readonly peer: string;
  readonly variant: Variant;
  readonly folder: string;
}

/** All rows that one cluster of ours goes through. */
async function comparePairs(
  entries: readonly Entry[],
  settings: CompareSettings,
  findings: Findings,
): Promise<void> {
  const { wants, signal } = settings;
  const paired = entries.filter(({ variant }) => variant.rows.some((row) => row !== 'idle' && wants(row)));
  if (paired.length === 0 || signal.aborted) return;
  await findings.attempt({ peer: 'FlowMesh', variant: null, row: null }, settings, async () => {
    await using ours = await startOurs();
    for (const entry of paired) {
      const { peer, variant } = entry;
      await findings.attempt({ peer, variant: variant.name, row: null }, settings, () =>
        compareVariant(entry, ours, settings, findings),
      );
    }
  });
}

async function compareVariant(
  { peer, variant, folder }: Entry,
  ours: OurRunning,
  settings: CompareSettings,
  findings: Findings,
): Promise<void> {
  const { say, wants, signal } = settings;
  const { name, durability, comparable, rows } = variant;
  say(`${peer}, ${name}: starting`);
  await using running = await variant.start(folder, signal);
  const { failover, version } = running;
  const contests: ContestResult[] = [];
  for (const contest of running.contests.filter(({ row }) => wants(row))) {
    const result = await compareContest(
      { peer, variant: name, row: contest.row },
      contest,
      ours,
      settings,
      findings,
    );
    if (result !== undefined) contests.push(result);
  }
  let failed: FailoverResult | undefined;
  if (failover !== undefined && rows.includes('failover') && wants('failover')) {
    say(`${peer}, ${name}: failover, ${failover.name}`);
    failed = await findings.attempt({ peer, variant: name, row: 'failover' }, settings, () =>
      runFailover(failover, ours, { rounds: settings.failoverRounds, signal, say }),
    );
  }
  const facts = { peer, version, variant: name, durability, comparable };
  findings.variants.push({ ...facts, contests, failover: failed ?? null, idle: null });
}

async function compareContest(
  missing: Omit<Missing, 'what'>,
  contest: Contest,
  ours: OurRunning,
  settings: CompareSettings,
  findings: Findings,
): Promise<ContestResult | undefined> {
  settings.say(`${missing.peer}, ${missing.variant}: ${contest.name}`);
  return await findings.attempt(missing, settings, () => runContest(contest, ours, settings));
}

/** Each side alone on the machine. */
async function compareIdle(
  entries: readonly Entry[],
  settings: CompareSettings,
  findings: Findings,
): Promise<void> {
  const idle = { ...settings.idle, signal: settings.signal, say: settings.say };
  for (const { peer, variant, folder } of entries) {
    if (!variant.rows.includes('idle') || !settings.wants('idle')) continue;
    const { name, durability, comparable } = variant;
    await findings.attempt({ peer, variant: name, row: 'idle' }, settings, async () => {
      settings.say(`${peer}, ${name}: idle, ours`);
      const ours = await ourIdleFigures(idle);
      settings.say(`${peer}, ${name}: idle, theirs`);
      await using running = await variant.start(folder, settings.signal);
      const result: IdleResult = {
        unit: running.idle?.unit ?? '',
        asked: idle.partitions,
        ours,
        theirs: await theirIdleFigures(running, idle),
      };
      const facts = { peer, version: running.version, variant: name, durability, comparable };
      findings.variants.push({ ...facts, contests: [], failover: null, idle: result });
    });
  }
}

async function ourIdleFigures(idle: IdleSettings) {
  await using ours = await startOurs();
  return await watchIdle(ourIdle(ours), idle);
}

async function theirIdleFigures({ idle: of }: RunningPeer, idle: IdleSettings) {
  if (of === undefined) throw new Error('it does not say how idle partitions are made');
  return await watchIdle(of, idle);
}

async function compareSizes(settings: CompareSettings, findings: Findings): Promise<void> {
  findings.sizes = await findings.attempt(
    { peer: 'FlowMesh', variant: null, row: 'size' },
    settings,
    async () => {
      settings.say('FlowMesh beside itself');
      await using ours = await startOurs();
      return await measureSizes(ours, { ...settings, rounds: Math.min(settings.pairs, SIZE_ROUNDS_MAX) });
    },
  );
}

const SIZE_ROUNDS_MAX = 3;
