/**
 * When which fault begins, for how long, in which variant and against whom: from the seed alone, before anything runs. Every nemesis has a
 * track of its own with a generator of its own, so faults of different kinds overlap, and leaving one kind out does not move the others.
 */
import { type Random, SeededRandom } from '@flowmesh/base';
import type { Nemesis, PlannedFault } from '../nemeses/nemesis.ts';

/** A nemesis with those of its variants that are wanted. */
export interface Chosen {
  readonly nemesis: Pick<Nemesis, 'name' | 'holdsMs'>;
  readonly variants: readonly string[];
}

export interface ScheduleOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly lengthMs: number;
  readonly chosen: readonly Chosen[];
  /** Added to every pause between faults of a kind: a machine with much else to do takes long to start a node. Default: none. */
  readonly calmMs?: number;
}

/** Nothing happens at first, so that the report shows what undisturbed looks like. */
const QUIET_AT_FIRST_MS = 3_000;
const GAP_MIN_MS = 2_000;
const GAP_MORE_MS = 5_000;
/** With more kinds at once each comes less often. */
const GAP_PER_KIND_MS = 2_500;

function hashOf(text: string): number {
  let hash = 0;
  for (const letter of text) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return hash;
}

export function shuffled(rng: Random, items: readonly number[]): number[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = rng.below(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

function trackOf({ nemesis, variants }: Chosen, options: ScheduleOptions): PlannedFault[] {
  const rng = new SeededRandom(options.seed * 1_000 + (hashOf(nemesis.name) % 1_000));
  const between = (from: number, to: number): number => Math.round(from + rng.unit() * (to - from));
  const nodes = Array.from({ length: options.nodes }, (_, i) => i + 1);
  const gapMaxMs = GAP_MIN_MS + GAP_MORE_MS + GAP_PER_KIND_MS * options.chosen.length;
  const faults: PlannedFault[] = [];
  let atMs = QUIET_AT_FIRST_MS + between(0, GAP_MORE_MS / 2);
  // Every variant comes once before one comes again.
  let left: string[] = [];
  while (atMs < options.lengthMs) {
    if (left.length === 0) left = shuffled(rng, [...variants.keys()]).map((i) => variants[i] as string);
    const variant = left.pop() as string;
    const forMs = between(...nemesis.holdsMs);
    const order = shuffled(rng, nodes);
    faults.push({ nemesis: nemesis.name, variant, order, amount: rng.unit(), atMs, forMs });
    atMs += forMs + between(GAP_MIN_MS, gapMaxMs) + (options.calmMs ?? 0);
  }
  return faults;
}

export function scheduleOf(options: ScheduleOptions): readonly PlannedFault[] {
  return options.chosen
    .flatMap((chosen) => trackOf(chosen, options))
    .map((fault) => ({ ...fault, forMs: Math.min(fault.forMs, options.lengthMs - fault.atMs) }))
    .sort((a, b) => a.atMs - b.atMs);
}
