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
  /** Times longer than `GAP_MS` in which somebody waited and nothing was answered well. */
  readonly gaps: readonly Window[];
}

export interface FaultSpan extends Window {
  readonly fault: number;
  readonly nemesis: string;
  readonly variant: string;
  readonly notes: readonly unknown[];
  /** It could not be begun or ended, or was left out. */
  readonly failed: boolean;
}

/**
 * From the beginning and from the end of a fault to the first good answer to something that was asked since: what whoever keeps trying sees.
 * Undefined: none came any more.
 */
export interface Recovery {
  readonly fault: number;
  /** Whatever was asked. */
  readonly anyAfterBeginMs: number | undefined;
  readonly anyAfterEndMs: number | undefined;
  /** Until every unit that was asked within `ASKED_SOON_MS` had answered: those that the fault met, too. */
  readonly allAfterBeginMs: number | undefined;
  readonly allAfterEndMs: number | undefined;
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
/** Whoever asks once more after so long at most waits on; processes of many workloads share one rate. */
const ASKED_AGAIN_MS = 10_000;
/** Of a unit that nobody asked for longer it is not known when it would have answered. */
const ASKED_SOON_MS = 1_000;
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
      fromMs: phase === 'found' ? timeMs : known.fromMs,
      toMs: phase === 'end' || phase === 'failed' ? timeMs : known.toMs,
      notes: note === undefined ? known.notes : [...known.notes, note],
      failed: known.failed || phase === 'failed' || wasSkipped(note),
    });
  }
  return [...spans.values()].sort((a, b) => a.fromMs - b.fromMs);
}

function wasSkipped(note: unknown): boolean {
  return typeof note === 'object' && note !== null && 'skipped' in note;
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

interface Unit {
  readonly name: string;
  readonly askedMs: number[];
  readonly answeredMs: number[];
  readonly calls: Call[];
}

function unitsOf(calls: readonly Call[]): Unit[] {
  const units = new Map<string, Unit>();
  for (const call of calls) {
    const { invoke, completion } = call;
    if (invoke.process < 0) continue;
    const name = unitOf(invoke);
    const unit = units.get(name) ?? { name, askedMs: [], answeredMs: [], calls: [] };
    units.set(name, unit);
    unit.askedMs.push(invoke.timeMs);
    unit.calls.push(call);
    if (completion?.type === 'ok') unit.answeredMs.push(completion.timeMs);
  }
  return [...units.values()]
    .sort((a, b) => b.askedMs.length - a.askedMs.length || (a.name < b.name ? -1 : 1))
    .slice(0, UNITS_MAX);
}

/** Between two answers, while somebody waited: what nobody asks for is not missed, as by a workload that is busy with other units. */
function gapsOf({ askedMs, answeredMs, calls }: Unit): Window[] {
  const gaps: Window[] = [];
  const endMs = askedMs.at(-1) ?? 0;
  let fromMs = askedMs[0] ?? 0;
  for (const toMs of [...answeredMs, endMs]) {
    if (toMs - fromMs > GAP_MS) gaps.push(...waits(calls, { fromMs, toMs }));
    fromMs = toMs;
  }
  return gaps.filter((gap) => gap.toMs - gap.fromMs > GAP_MS);
}

/** When calls were under way, of calls in the order in which they began; who asks again soon has waited all the time. */
function waits(calls: readonly Call[], { fromMs, toMs }: Window): Window[] {
  const all: Window[] = [];
  for (const { invoke, completion } of calls) {
    const endedMs = completion?.timeMs ?? Number.POSITIVE_INFINITY;
    if (endedMs <= fromMs || invoke.timeMs >= toMs) continue;
    const wait = { fromMs: Math.max(invoke.timeMs, fromMs), toMs: Math.min(endedMs, toMs) };
    const last = all.at(-1);
    if (last === undefined || wait.fromMs - last.toMs > ASKED_AGAIN_MS) all.push(wait);
    else all[all.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, wait.toMs) };
  }
  return all;
}

/** To the first good answer to something that was asked since a moment, of calls in the order in which they began. */
function answeredAfter(calls: readonly Call[], atMs: number): number | undefined {
  let first: number | undefined;
  for (let i = firstSince(calls, atMs); i < calls.length; i++) {
    const { invoke, completion } = calls[i] as Call;
    if (first !== undefined && invoke.timeMs >= first) break;
    if (invoke.process < 0 || completion?.type !== 'ok') continue;
    first = Math.min(first ?? Number.POSITIVE_INFINITY, completion.timeMs);
  }
  return first === undefined ? undefined : Math.round(first - atMs);
}

function firstSince(calls: readonly Call[], atMs: number): number {
  let from = 0;
  let to = calls.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((calls[middle] as Call).invoke.timeMs < atMs) from = middle + 1;
    else to = middle;
  }
  return from;
}

function askedSoon(askedMs: readonly number[], atMs: number): boolean {
  return askedMs.some((at) => at >= atMs && at < atMs + ASKED_SOON_MS);
}

/** The longest; undefined where one of them never came, or there is none. */
function longest(values: readonly (number | undefined)[]): number | undefined {
  const came = values.filter((value) => value !== undefined);
  return came.length < values.length || came.length === 0 ? undefined : Math.max(...came);
}

function recoveryOf(
  { fault, fromMs, toMs }: FaultSpan,
  calls: readonly Call[],
  units: readonly Unit[],
): Recovery {
  const each = units
    .filter(({ askedMs }) => (askedMs.at(-1) ?? 0) >= fromMs)
    .map(({ name, askedMs, calls: own }) => ({
      unit: name,
      soonAfterBegin: askedSoon(askedMs, fromMs),
      soonAfterEnd: askedSoon(askedMs, toMs),
      afterBeginMs: answeredAfter(own, fromMs),
      afterEndMs: answeredAfter(own, toMs),
    }));
  return {
    fault,
    anyAfterBeginMs: answeredAfter(calls, fromMs),
    anyAfterEndMs: answeredAfter(calls, toMs),
    allAfterBeginMs: longest(
      each.filter((one) => one.soonAfterBegin).map(({ afterBeginMs }) => afterBeginMs),
    ),
    allAfterEndMs: longest(each.filter((one) => one.soonAfterEnd).map(({ afterEndMs }) => afterEndMs)),
    units: each.map(({ unit, afterBeginMs, afterEndMs }) => ({ unit, afterBeginMs, afterEndMs })),
  };
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
    recoveries: faults.filter(({ failed }) => !failed).map((fault) => recoveryOf(fault, calls, units)),
  };
}
