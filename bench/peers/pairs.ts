/** Runs a contest: both sides are prepared, then measured pair by pair, and everything that was made is taken away. */
import { forgetPeakRss, peakRssBytes } from '../../test/e2e/harness/process-stats.ts';
import type { Contest, MeasureSettings, OurCluster, Peak, Run, Side } from './contest.ts';
import { type LoopShares, LoopWatch } from './loop-watch.ts';
import { median, oursFirst, type RatioSummary, summarizeRatios } from './ratios.ts';

export interface PairSettings extends MeasureSettings {
  readonly pairs: number;
  /** Each side works so long before the first pair, uncounted: programs that compile themselves as they run are not judged cold. */
  readonly primeMs: number;
  readonly say: (text: string) => void;
}

export interface SideFigures {
  /** Medians over the pairs. */
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Processor time of the clients, in percent of one core. */
  readonly clientCpuPercent: number;
  readonly failed: number;
  /** Runs that did not keep the rate that was asked for. */
  readonly rateMissed: number;
}

export interface PairRuns {
  readonly ours: Run;
  readonly theirs: Run;
  readonly first: 'ours' | 'theirs';
}

export interface ContestResult {
  readonly name: string;
  readonly ours: SideFigures;
  readonly theirs: SideFigures;
  /** Operations a second that both sides were asked for; null: as fast as each goes. */
  readonly asked: number | null;
  /** Whose most that is the half of. */
  readonly half: Peak['whose'] | null;
  /** Ours divided by theirs: above 1 ours does more. */
  readonly rate: RatioSummary | null;
  /** Below 1 ours is quicker. */
  readonly p99: RatioSummary | null;
  /** The most that any of our nodes had resident meanwhile; null where the system does not tell. */
  readonly oursPeakBytes: number | null;
  /** Of the main thread, among those of our nodes, that had the most to do; null where the system does not tell. */
  readonly oursLoop: LoopShares | null;
  readonly runs: readonly PairRuns[];
}

const PEAK_SHARE = 0.5;
/** Of /proc. */
const PEAKS_TOLD = process.platform === 'linux';
/** As the measuring core judges. */
const SUSTAINED_SHARE = 0.98;

export async function runContest(
  contest: Contest,
  cluster: OurCluster,
  settings: PairSettings,
): Promise<ContestResult> {
  const peak = await contest.peak?.measure(cluster, settings);
  const rate = peak === undefined ? undefined : rateOf(peak);
  if (rate !== undefined)
    settings.say(`  at ${rate} a second, half of ${peak}, the most ${contest.peak?.whose}`);
  const sides: Side[] = [];
  if (PEAKS_TOLD) for (const pid of cluster.nodes.pids) forgetPeakRss(pid);
  try {
    const ours = await contest.ours(cluster, rate);
    sides.push(ours);
    const theirs = await contest.theirs(rate);
    sides.push(theirs);
    for (const side of settings.primeMs > 0 ? sides : [])
      await side.measure({ ...settings, warmupMs: 0, durationMs: settings.primeMs });
    const loops = new LoopWatch(() => cluster.nodes.pids);
    const measureOurs = () => loops.during(() => ours.measure(settings));
    const runs: PairRuns[] = [];
    for (let pair = 0; pair < settings.pairs; pair++) {
      const first = oursFirst(pair) ? 'ours' : 'theirs';
      const before = first === 'ours' ? await measureOurs() : undefined;
      const their = await theirs.measure(settings);
      const our = before ?? (await measureOurs());
      settings.say(`  pair ${pair + 1} of ${settings.pairs}: ${outcome(our)} : ${outcome(their)}`);
      runs.push({ ours: our, theirs: their, first });
    }
    const oursPeakBytes = PEAKS_TOLD ? Math.max(...cluster.nodes.pids.map(peakRssBytes)) : null;
    const half = contest.peak === undefined ? null : contest.peak.whose;
    return { ...resultOf(contest.name, rate, runs), half, oursPeakBytes, oursLoop: loops.busiest() };
  } finally {
    // Interrupted, our nodes may be on their way out already; their folders go with them.
    if (!settings.signal.aborted) for (const side of sides) await cleanUp(side, settings);
  }
}

/** Two digits, so that runs that differ by little are measured at the same rate. */
function rateOf(peak: number): number {
  return Math.max(1, Number((peak * PEAK_SHARE).toPrecision(2)));
}

function outcome({ perSecond, latency }: Run): string {
  return `${perSecond}/s, p99 ${latency === null ? '-' : `${(latency.p99Us / 1_000).toFixed(1)} ms`}`;
}

/** What cannot be deleted changes no figure. */
async function cleanUp(side: Side, { say }: PairSettings): Promise<void> {
  try {
    await side.cleanUp();
  } catch (error) {
    say(`  not deleted: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function resultOf(
  name: string,
  asked: number | undefined,
  runs: ContestResult['runs'],
): Omit<ContestResult, 'half' | 'oursPeakBytes' | 'oursLoop'> {
  const pairsOf = (of: (run: Run) => number): RatioSummary | null =>
    summarizeRatios(runs.map(({ ours, theirs }) => ({ ours: of(ours), theirs: of(theirs) }))) ?? null;
  return {
    name,
    asked: asked ?? null,
    ours: figuresOf(
      runs.map(({ ours }) => ours),
      asked,
    ),
    theirs: figuresOf(
      runs.map(({ theirs }) => theirs),
      asked,
    ),
    rate: pairsOf((run) => run.perSecond),
    p99: pairsOf((run) => run.latency?.p99Us ?? 0),
    runs,
  };
}

function figuresOf(runs: readonly Run[], asked: number | undefined): SideFigures {
  return {
    perSecond: median(runs.map(({ perSecond }) => perSecond)) ?? 0,
    p50Us: median(runs.map(({ latency }) => latency?.p50Us ?? 0)) ?? 0,
    p99Us: median(runs.map(({ latency }) => latency?.p99Us ?? 0)) ?? 0,
    clientCpuPercent: median(runs.map(({ clientCpuPercent }) => clientCpuPercent)) ?? 0,
    failed: runs.reduce((sum, { failed }) => sum + failed, 0),
    rateMissed: runs.filter(({ perSecond }) => perSecond < (asked ?? 0) * SUSTAINED_SHARE).length,
  };
}
