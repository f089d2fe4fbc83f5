/**
 * What pairs of runs say. Both sides of a pair run one after the other, so that what slows the machine for minutes slows both; which of them
 * begins changes with every pair. The ratio is taken within each pair; its median is the result, and its spread says how much to believe of it.
 */

export interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

export interface RatioSummary {
  readonly pairs: number;
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
  /** Quartiles: half of all pairs lie between them. */
  readonly lower: number;
  readonly upper: number;
  /** All pairs agree who is ahead, and there are enough of them for that to mean something. */
  readonly clear: boolean;
}

/** With five pairs on one side chance would do it once in sixteen times; with fewer nothing is called clear. */
const CLEAR_PAIRS_MIN = 5;

/** Undefined where no pair has both figures. */
export function summarizeRatios(pairs: readonly Pair[]): RatioSummary | undefined {
  const ratios = pairs
    .filter(({ ours, theirs }) => ours > 0 && theirs > 0)
    .map(({ ours, theirs }) => ours / theirs)
    .sort((a, b) => a - b);
  const [least] = ratios;
  const greatest = ratios.at(-1);
  if (least === undefined || greatest === undefined) return undefined;
  return {
    pairs: ratios.length,
    median: quantile(ratios, 0.5),
    least,
    greatest,
    lower: quantile(ratios, 0.25),
    upper: quantile(ratios, 0.75),
    clear: ratios.length >= CLEAR_PAIRS_MIN && (least > 1 || greatest < 1),
  };
}

export function median(values: readonly number[]): number | undefined {
  return values.length === 0
    ? undefined
    : quantile(
        values.toSorted((a, b) => a - b),
        0.5,
      );
}

/** Who begins a pair: each side as often as the other. */
export function oursFirst(pair: number): boolean {
  return pair % 2 === 0;
}

/** Of sorted values, linear between neighbours. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}
