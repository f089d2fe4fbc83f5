/**
 * What a benchmark does to one system: makes what it needs, says what it is, and lists its measures, each a phase of client processes. Later
 * measures may look at the results of earlier ones.
 */
import type { Part } from '../clients/client-processes.ts';
import type { Measure, TargetFacts } from '../report/result.ts';

/** What all benchmarks can be told. */
export interface CommonSettings {
  readonly durationMs: number;
  readonly warmupMs: number;
  /** Client processes of each kind. */
  readonly clients: number;
  /** Operations under way of each client. */
  readonly concurrency: number;
  /** A second, of all clients together; undefined: as fast as it goes. */
  readonly rate: number | undefined;
  readonly payloadBytes: number;
  /** Partitions or shards. */
  readonly partitions: number;
  /** Undefined: as the system does it. */
  readonly replicationFactor: number | undefined;
  readonly keep: boolean;
}

export interface MeasurePlan {
  readonly name: string;
  /** `before`: by name, what was measured already. */
  readonly parts: (before: ReadonlyMap<string, Measure>) => readonly Part[];
  /** The part whose reports are the measure. Others send what it receives. */
  readonly counted: string;
  readonly sender?: string;
  /** What has to be done first, unmeasured. */
  readonly before?: () => Promise<void>;
}

export interface Prepared {
  readonly target: TargetFacts;
  /** Printed with the result: batches, sizes, whatever decides the figures. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly measures: readonly MeasurePlan[];
  /** Takes away what was made. */
  cleanUp(): Promise<void>;
}

/** Without a rate, end-to-end latency is measured at a tenth of what could be sent: at the limit it would tell the length of queues. */
const LATENCY_SHARE = 0.1;
const LATENCY_RATE = 1_000;

export function latencyRate(asked: number | undefined, sent: Measure | undefined): number {
  if (asked !== undefined) return asked;
  if (sent === undefined || sent.perSecond === 0) return LATENCY_RATE;
  const rate = sent.perSecond * LATENCY_SHARE;
  // Two digits, so that runs that differ by little are measured at the same rate.
  return Math.max(1, Number(rate.toPrecision(2)));
}

/** The partitions of one of several readers. */
export function shareOf(partitions: number, client: number, clients: number): readonly number[] {
  return Array.from({ length: partitions }, (_, at) => at).filter((at) => at % clients === client);
}
