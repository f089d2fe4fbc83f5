/**
 * From a history: what was asked and answered, how long it took, and when nothing was answered. A *unit* is what fails over by itself: the
 * partition, queue or key that an operation names, or else its kind. After each fault, for each unit: how long until something was answered again.
 */
import { type Call, callsOf } from '../history/calls.ts';
import { NEMESIS, type Operation } from '../history/operation.ts';
import type { FaultEvent } from '../run/faults.ts';

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface UnitAvailability {
  readonly unit: string;
  readonly ok: number;
  /** Times longer than `GAP_MS` in which things were asked and nothing was answered well. */
  readonly gaps: readonly Window[];
}

export interface FaultSpan extends Window {
  readonly fault: number;
  readonly nemesis: string;
  readonly variant: string;
  readonly notes: readonly unknown[];
  readonly failed: boolean;
}

export interface Recovery {
  readonly fault: number;
  /** The same of whatever was asked, after its beginning of what was asked since then. */
  readonly anyAfterBeginMs: number | undefined;
  readonly anyAfterEndMs: number | undefined;
  /** From the beginning and from the end of the fault to the next answer; undefined: none came any more. */
  readonly units: ReadonlyArray<{
    readonly unit: string;
    readonly afterBeginMs: number | undefined;
    readonly afterEndMs: number | undefined;
  }>;
}

export interface Availability {
  readonly counts: Readonly<Record<'ok' | 'fail' | 'info', number>>;
  /** Milliseconds of operations that were answered well. */
  readonly latencyMs: Readonly<Record<'p50' | 'p99' | 'max', number>>;
  readonly faults: readonly FaultSpan[];
  readonly units: readonly UnitAvailability[];
  readonly recoveries: readonly Recovery[];
}

const GAP_MS = 1_000;
const UNITS_MAX = 32;

const UNIT_FIELDS = ['partition', 'queue', 'shard', 'key', 'account', 'lock', 'group'] as const;

function unitOf({ f, value }: Operation): string {
  if (typeof value === 'object' && value !== null) {
    const fields = value as Readonly<Record<string, unknown>>;
    for (const name of UNIT_FIELDS) {
      const found = fields[name];
      if (typeof found === 'string' || typeof found === 'number') return `${name} ${found}`;
    }
  }
  return f;
}

/** Faults as spans, from what the runner wrote down of them. What never ended holds to the end of the history. */
export function faultSpans(history: readonly Operation[]): readonly FaultSpan[] {
  const spans = new Map<number, FaultSpan>();
  const endMs = history.at(-1)?.timeMs ?? 0;
  for (const { process, f, value, timeMs } of history) {
    if (process !== NEMESIS || typeof value !== 'object' || value === null || !('phase' in value)) continue;
    const { fault, variant, phase, note } = value as FaultEvent;
    const known = spans.get(fault) ?? {
      fault,
      nemesis: f,
      variant,
      fromMs: timeMs,
      toMs: endMs,
      notes: [],
      failed: false,
    };
    spans.set(fault, {
      ...known,
      toMs: phase === 'begin' ? known.toMs : timeMs,
      notes: note === undefined ? known.notes : [...known.notes, note],
      failed: known.failed || phase === 'failed',
    });
  }
  return [...spans.values()].sort((a, b) => a.fromMs - b.fromMs);
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

interface Unit {
  readonly name: string;
  readonly askedMs: number[];
  readonly answeredMs: number[];
}

function unitsOf(calls: readonly Call[]): Unit[] {
  const units = new Map<string, Unit>();
  for (const { invoke, completion } of calls) {
    if (invoke.process < 0) continue;
    const name = unitOf(invoke);
    const unit = units.get(name) ?? { name, askedMs: [], answeredMs: [] };
    units.set(name, unit);
    unit.askedMs.push(invoke.timeMs);
    if (completion?.type === 'ok') unit.answeredMs.push(completion.timeMs);
  }
  return [...units.values()]
    .sort((a, b) => b.askedMs.length - a.askedMs.length || (a.name < b.name ? -1 : 1))
    .slice(0, UNITS_MAX);
}

/** Between two answers: a gap, where something was asked meanwhile. */
function gapsOf({ askedMs, answeredMs }: Unit): Window[] {
  const gaps: Window[] = [];
  const endMs = askedMs.at(-1) ?? 0;
  let fromMs = askedMs[0] ?? 0;
  for (const toMs of [...answeredMs, endMs]) {
    if (toMs - fromMs > GAP_MS && askedMs.some((at) => at >= fromMs && at < toMs))
      gaps.push({ fromMs, toMs });
    fromMs = toMs;
  }
  return gaps;
}

function nextAfter(sorted: readonly number[], atMs: number): number | undefined {
  const next = sorted.find((at) => at > atMs);
  return next === undefined ? undefined : Math.round(next - atMs);
}

/** To the first answer after a moment, of what was asked after it too where `asked`. */
function anyAfter(calls: readonly Call[], atMs: number, asked: boolean): number | undefined {
  let first: number | undefined;
  for (const { invoke, completion } of calls) {
    if (completion?.type !== 'ok' || invoke.process < 0 || completion.timeMs <= atMs) continue;
    if (asked && invoke.timeMs < atMs) continue;
    first = Math.min(first ?? Number.POSITIVE_INFINITY, completion.timeMs);
  }
  return first === undefined ? undefined : Math.round(first - atMs);
}

export function availabilityOf(history: readonly Operation[]): Availability {
  const calls = callsOf(history);
  const units = unitsOf(calls);
  const faults = faultSpans(history);
  const done = calls.flatMap(({ invoke, completion }) =>
    completion === undefined ? [] : [{ invoke, completion }],
  );
  const counted = (type: Operation['type']): number =>
    done.filter(({ completion }) => completion.type === type).length;
  const tookMs = done
    .filter(({ completion }) => completion.type === 'ok')
    .map(({ invoke, completion }) => completion.timeMs - invoke.timeMs)
    .sort((a, b) => a - b);
  return {
    counts: { ok: counted('ok'), fail: counted('fail'), info: counted('info') },
    latencyMs: { p50: percentile(tookMs, 0.5), p99: percentile(tookMs, 0.99), max: tookMs.at(-1) ?? 0 },
    faults,
    units: units.map((unit) => ({ unit: unit.name, ok: unit.answeredMs.length, gaps: gapsOf(unit) })),
    recoveries: faults.map(({ fault, fromMs, toMs }) => ({
      fault,
      anyAfterBeginMs: anyAfter(calls, fromMs, true),
      anyAfterEndMs: anyAfter(calls, toMs, false),
      units: units.map(({ name, answeredMs }) => ({
        unit: name,
        afterBeginMs: nextAfter(answeredMs, fromMs),
        afterEndMs: nextAfter(answeredMs, toMs),
      })),
    })),
  };
}
