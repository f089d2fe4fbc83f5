/**
 * The result of a benchmark, as `--json` prints it and `--compare` reads it. Histograms travel in it, so that whoever has the file can
 * ask for other percentiles, and add up several runs. Names are kept: other programs read them.
 */
import { FlowError } from '@flowmesh/base';
import { type EncodedHistogram, LatencyHistogram } from '../measure/latency-histogram.ts';
import type { ClientReport, ErrorCount } from '../measure/recorder.ts';
import type { MachineFacts } from './machine.ts';

export const RESULT_SCHEMA = 'flowmesh.bench.v1';
export const WORKLOADS = ['stream', 'queue', 'kv', 'kafka'] as const;
export type Workload = (typeof WORKLOADS)[number];

export interface TargetFacts {
  readonly system: string;
  readonly version: string;
  readonly nodes: number;
  /** When an operation is acknowledged, in words. */
  readonly durability: string;
  readonly replicationFactor: number;
  /** Partitions or shards. */
  readonly partitions: number;
  /** Whatever else of it decides the figures. */
  readonly details: Readonly<Record<string, string>>;
}

export interface LatencySummary {
  /** `intended`: from when an operation was meant to begin, corrected for coordinated omission. `sent`: from when it was sent. */
  readonly from: 'intended' | 'sent';
  readonly count: number;
  readonly minUs: number;
  readonly meanUs: number;
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly p9999Us: number;
  readonly maxUs: number;
  readonly histogram: EncodedHistogram;
}

export interface SecondSummary {
  readonly second: number;
  readonly operations: number;
  readonly bytes: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

export interface Measure {
  readonly name: string;
  readonly loop: 'open' | 'closed' | 'arrivals';
  /** Operations a second that were asked for; null in a closed loop and of what arrives by itself. */
  readonly rate: number | null;
  readonly clients: number;
  /** Under way at most, of each client; null of what arrives. */
  readonly concurrency: number | null;
  readonly durationMs: number;
  readonly operations: number;
  readonly perSecond: number;
  readonly bytesPerSecond: number;
  readonly failed: number;
  /** Meant to be done, and not done in time. */
  readonly overdue: number;
  /** Null where nothing tells when something was sent. */
  readonly latency: LatencySummary | null;
  /** From when operations were really sent: what a benchmark that waits for the system would have reported. */
  readonly uncorrected: LatencySummary | null;
  readonly seconds: readonly SecondSummary[];
  readonly errors: readonly ErrorCount[];
  /** Processor time of all clients, in percent of one core. */
  readonly clientCpuPercent: number;
  /** What a reader has to know to believe the figures. */
  readonly remarks: readonly string[];
}

export interface BenchResult {
  readonly schema: typeof RESULT_SCHEMA;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly workload: Workload;
  readonly target: TargetFacts;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly machine: MachineFacts;
  readonly measures: readonly Measure[];
}

/** How a part of a phase was run. */
export interface MeasureFacts {
  readonly name: string;
  readonly durationMs: number;
  readonly load: Load;
  /** Of what arrives: how it was sent, and how many were to be received within the measured time. */
  readonly sent?: { readonly load: Load; readonly count: number } | undefined;
}

type Load = { readonly concurrency: number; readonly rate: number | undefined } | undefined;

/** Reached less than this of the rate that was asked for: the system could not keep it. */
const SUSTAINED_SHARE = 0.98;
/** A flow that had nothing in the last part of the measured time has run out of data. */
const DRY_SHARE = 0.9;

export function measureOf(facts: MeasureFacts, reports: readonly ClientReport[]): Measure {
  const { load, durationMs } = facts;
  const sum = (of: (report: ClientReport) => number): number =>
    reports.reduce((so, report) => so + of(report), 0);
  const latency = merged(reports.map((report) => report.latency));
  const service = merged(reports.map((report) => report.service));
  const operations = sum((report) => report.operations);
  const missing = Math.max(0, (facts.sent?.count ?? 0) - latency.count);
  const closed = load !== undefined && load.rate === undefined;
  const measure = {
    name: facts.name,
    loop: load === undefined ? 'arrivals' : closed ? 'closed' : 'open',
    rate: load?.rate ?? facts.sent?.load?.rate ?? null,
    clients: reports.length,
    concurrency: load?.concurrency ?? null,
    durationMs,
    operations,
    perSecond: Math.round((operations * 10_000) / durationMs) / 10,
    bytesPerSecond: Math.round((sum((report) => report.bytes) * 1_000) / durationMs),
    failed: sum((report) => report.failed),
    overdue: sum((report) => report.overdue) + missing,
    latency: latency.count === 0 ? null : summarize(latency, closed ? 'sent' : 'intended'),
    uncorrected: load?.rate === undefined || service.count === 0 ? null : summarize(service, 'sent'),
    seconds: secondsOf(reports),
    errors: errorsOf(reports),
    clientCpuPercent: Math.round((sum((report) => report.cpuMs) * 100) / durationMs),
  } as const;
  const lastMs = Math.max(...reports.map((report) => report.lastUs)) / 1_000;
  return { ...measure, remarks: remarksOn(measure, lastMs) };
}

function remarksOn(measure: Omit<Measure, 'remarks'>, lastMs: number): readonly string[] {
  const remarks: string[] = [];
  const { rate, perSecond, loop, durationMs, overdue, failed, operations, clientCpuPercent, clients } =
    measure;
  if (rate !== null && perSecond < rate * SUSTAINED_SHARE)
    remarks.push(
      `the rate of ${rate} a second was not kept: ${perSecond}; latencies tell how the backlog grew`,
    );
  if (operations === 0)
    remarks.push('nothing ended within the measured time: there was nothing, or it takes longer');
  if (overdue > 0) remarks.push(`${overdue} were not done in time; their latencies are lower bounds`);
  if (failed > 0) remarks.push(`${failed} failed and are in no figure`);
  if (loop === 'arrivals' && rate === null && lastMs < durationMs * DRY_SHARE && operations > 0)
    remarks.push(
      `nothing was received after ${Math.round(lastMs)} of ${durationMs} ms: the rate is a lower bound`,
    );
  if (clientCpuPercent > clients * 85)
    remarks.push('the clients used most of a core each: they, not the system, may be the limit (--clients)');
  return remarks;
}

function merged(encoded: readonly EncodedHistogram[]): LatencyHistogram {
  const whole = new LatencyHistogram();
  for (const one of encoded) {
    const histogram = LatencyHistogram.decode(one);
    if (histogram === undefined) throw new FlowError('INTERNAL', 'a client sent a damaged histogram');
    whole.add(histogram);
  }
  return whole;
}

function summarize(histogram: LatencyHistogram, from: LatencySummary['from']): LatencySummary {
  return {
    from,
    count: histogram.count,
    minUs: histogram.minUs,
    meanUs: Math.round(histogram.meanUs),
    p50Us: histogram.percentileUs(50),
    p90Us: histogram.percentileUs(90),
    p99Us: histogram.percentileUs(99),
    p999Us: histogram.percentileUs(99.9),
    p9999Us: histogram.percentileUs(99.99),
    maxUs: histogram.maxUs,
    histogram: histogram.encode(),
  };
}

function secondsOf(reports: readonly ClientReport[]): readonly SecondSummary[] {
  const bySecond = new Map<number, { operations: number; bytes: number; histograms: EncodedHistogram[] }>();
  for (const { second, operations, bytes, latency } of reports.flatMap((report) => report.seconds)) {
    const so = bySecond.get(second) ?? { operations: 0, bytes: 0, histograms: [] };
    so.operations += operations;
    so.bytes += bytes;
    so.histograms.push(latency);
    bySecond.set(second, so);
  }
  return [...bySecond]
    .sort(([a], [b]) => a - b)
    .map(([second, { operations, bytes, histograms }]) => {
      const histogram = merged(histograms);
      const [p50Us, p99Us] = [histogram.percentileUs(50), histogram.percentileUs(99)];
      return { second, operations, bytes, p50Us, p99Us, maxUs: histogram.maxUs };
    });
}

function errorsOf(reports: readonly ClientReport[]): readonly ErrorCount[] {
  const byCode = new Map<string, ErrorCount>();
  for (const error of reports.flatMap((report) => report.errors)) {
    const count = (byCode.get(error.code)?.count ?? 0) + error.count;
    byCode.set(error.code, { ...error, count });
  }
  return [...byCode.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}

/** A result that a file holds; INVALID_ARGUMENT where it is none. */
export function parseResult(text: string, file: string): BenchResult {
  let parsed: Partial<BenchResult> | undefined;
  try {
    parsed = JSON.parse(text) as Partial<BenchResult>;
  } catch {
    parsed = undefined;
  }
  const whole =
    parsed?.schema === RESULT_SCHEMA &&
    Array.isArray(parsed.measures) &&
    parsed.target !== undefined &&
    parsed.settings !== undefined &&
    parsed.machine !== undefined &&
    parsed.measures.every(isMeasure);
  if (whole) return parsed as BenchResult;
  throw new FlowError('INVALID_ARGUMENT', `${file} is no result of flowmesh bench (${RESULT_SCHEMA})`, {
    hint: 'Make one: flowmesh bench stream --json > old.json',
  });
}

function isMeasure(measure: Partial<Measure>): boolean {
  const { name, perSecond, latency } = measure;
  if (typeof name !== 'string' || typeof perSecond !== 'number' || latency === undefined) return false;
  return latency === null || LatencyHistogram.decode(latency.histogram) !== undefined;
}
