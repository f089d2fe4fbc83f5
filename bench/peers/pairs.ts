/** Runs a contest: both sides are prepared, then measured pair by pair, and everything that was made is taken away. */
import { type Measure, takeMeasure } from '@flowmesh/cli/bench';
import type { Contest, OurCluster, Side } from './contest.ts';
import { median, oursFirst, type RatioSummary, summarizeRatios } from './ratios.ts';

export interface PairSettings {
  readonly pairs: number;
  readonly durationMs: number;
  readonly warmupMs: number;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

export interface SideFigures {
  /** Medians over the pairs. */
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly failed: number;
}

export interface ContestResult {
  readonly name: string;
  readonly ours: SideFigures;
  readonly theirs: SideFigures;
  /** Ours divided by theirs: above 1 ours does more. */
  readonly rate: RatioSummary | null;
  /** Below 1 ours is quicker. */
  readonly p99: RatioSummary | null;
  readonly runs: readonly { readonly ours: Run; readonly theirs: Run; readonly first: 'ours' | 'theirs' }[];
}

export type Run = Pick<
  Measure,
  'perSecond' | 'failed' | 'overdue' | 'latency' | 'clientCpuPercent' | 'remarks'
>;

export async function runContest(
  contest: Contest,
  cluster: OurCluster,
  settings: PairSettings,
): Promise<ContestResult> {
  const sides: Side[] = [];
  try {
    const ours = await contest.ours(cluster);
    sides.push(ours);
    const theirs = await contest.theirs();
    sides.push(theirs);
    const runs: { readonly ours: Run; readonly theirs: Run; readonly first: 'ours' | 'theirs' }[] = [];
    for (let pair = 0; pair < settings.pairs; pair++) {
      const first = oursFirst(pair) ? 'ours' : 'theirs';
      const before = first === 'ours' ? await measured(ours, settings) : undefined;
      const their = await measured(theirs, settings);
      const our = before ?? (await measured(ours, settings));
      settings.say(`  pair ${pair + 1} of ${settings.pairs}: ${our.perSecond} : ${their.perSecond} a second`);
      runs.push({ ours: our, theirs: their, first });
    }
    return resultOf(contest.name, runs);
  } finally {
    // Interrupted, our nodes may be on their way out already; their folders go with them.
    if (!settings.signal.aborted) for (const { prepared } of sides) await cleanUp(prepared, settings);
  }
}

/** What cannot be deleted changes no figure. */
async function cleanUp(prepared: Side['prepared'], { say }: PairSettings): Promise<void> {
  try {
    await prepared.cleanUp();
  } catch (error) {
    say(`  not deleted: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function resultOf(name: string, runs: ContestResult['runs']): ContestResult {
  const pairsOf = (of: (run: Run) => number): RatioSummary | null =>
    summarizeRatios(runs.map(({ ours, theirs }) => ({ ours: of(ours), theirs: of(theirs) }))) ?? null;
  return {
    name,
    ours: figuresOf(runs.map(({ ours }) => ours)),
    theirs: figuresOf(runs.map(({ theirs }) => theirs)),
    rate: pairsOf((run) => run.perSecond),
    p99: pairsOf((run) => run.latency?.p99Us ?? 0),
    runs,
  };
}

async function measured({ prepared, measure }: Side, settings: PairSettings): Promise<Run> {
  const plan = prepared.measures.find(({ name }) => name === measure);
  if (plan === undefined) throw new Error(`there is no measure ${measure}`);
  const { signal } = settings;
  const { perSecond, failed, overdue, latency, clientCpuPercent, remarks } = await takeMeasure(
    plan,
    settings,
    new Map(),
    { signal, onProgress: () => undefined },
  );
  return { perSecond, failed, overdue, latency, clientCpuPercent, remarks };
}

function figuresOf(runs: readonly Run[]): SideFigures {
  return {
    perSecond: median(runs.map(({ perSecond }) => perSecond)) ?? 0,
    p50Us: median(runs.map(({ latency }) => latency?.p50Us ?? 0)) ?? 0,
    p99Us: median(runs.map(({ latency }) => latency?.p99Us ?? 0)) ?? 0,
    failed: runs.reduce((sum, { failed }) => sum + failed, 0),
  };
}
