/**
 * What is compared: one measure of ours and one of a peer, under conditions that are named for both. A peer comes in variants, which differ in
 * when it acknowledges; only where that is the same as ours does a ratio compare like with like, and the table says where it is not.
 */
import {
  type CommonSettings,
  type Measure,
  type MeasurePlan,
  type Prepared,
  takeMeasure,
} from '@flowmesh/cli/bench';
import type { FlowMesh } from '@flowmesh/client';
import type { Installed } from './install.ts';
import type { ContestRow, Row } from './rows.ts';

/** The processes of three nodes, counted from 0. */
export interface NodeProcesses {
  /** Of now: a node that was restarted has another one. */
  readonly pids: readonly number[];
  /** SIGKILL. */
  kill(node: number): void;
  /** Once it is killed. */
  restart(node: number): Promise<void>;
}

/** A running cluster of FlowMesh. */
export interface OurCluster {
  readonly endpoints: readonly string[];
  readonly kafka: readonly string[];
  readonly mesh: FlowMesh;
  readonly nodes: NodeProcesses;
}

export interface MeasureSettings {
  readonly durationMs: number;
  readonly warmupMs: number;
  readonly signal: AbortSignal;
}

export type Run = Pick<
  Measure,
  'perSecond' | 'failed' | 'overdue' | 'latency' | 'clientCpuPercent' | 'remarks'
>;

/** Something prepared that can be measured again and again. */
export interface Side {
  measure(settings: MeasureSettings): Promise<Run>;
  /** Takes away what was made. */
  cleanUp(): Promise<void>;
}

/** The most that can be done a second. */
export interface Peak {
  readonly whose: 'theirs' | 'of the slower side';
  readonly measure: (cluster: OurCluster, settings: MeasureSettings) => Promise<number>;
}

export interface Contest {
  readonly name: string;
  readonly row: ContestRow;
  /** What both sides are driven at half of. Absent: as fast as each goes. */
  readonly peak?: Peak;
  /** `rate`: operations a second, where there is a `peak`. */
  readonly ours: (cluster: OurCluster, rate: number | undefined) => Promise<Side>;
  readonly theirs: (rate: number | undefined) => Promise<Side>;
}

/** One side of a failover: something that one of its nodes leads, and is written to. */
export interface FailoverSide {
  /** Resolves once it is acknowledged, rejects when it is refused or `timeoutMs` are over. */
  write(sequence: number, timeoutMs: number): Promise<void>;
  /** The node that leads it now. */
  leader(): Promise<number>;
  /** All three nodes have all of it. */
  whole(): Promise<boolean>;
  readonly nodes: NodeProcesses;
  close(): Promise<void>;
}

export interface FailoverContest {
  readonly name: string;
  readonly ours: (cluster: OurCluster) => Promise<FailoverSide>;
  readonly theirs: () => Promise<FailoverSide>;
}

/** How partitions that nobody uses are made. */
export interface IdlePartitions {
  /** What they are called there. */
  readonly unit: string;
  readonly pids: readonly number[];
  /** Makes partitions of three replicas; resolves with how many there are, fewer where it would have taken too long. */
  make(count: number, signal: AbortSignal): Promise<number>;
}

export interface Variant {
  readonly name: string;
  /** When it acknowledges. */
  readonly durability: string;
  /** On as many disks, and as many copies, as ours has by then. */
  readonly comparable: boolean;
  /** What it is measured by. */
  readonly rows: readonly Row[];
  start(folder: string, signal: AbortSignal): Promise<RunningPeer>;
}

export interface RunningPeer extends AsyncDisposable {
  readonly version: string;
  readonly contests: readonly Contest[];
  readonly failover?: FailoverContest;
  readonly idle?: IdlePartitions;
}

export interface Peer {
  readonly name: string;
  /** Only where it is asked for by name. */
  readonly onlyAsked?: boolean;
  install(): Promise<Installed>;
  readonly variants: readonly Variant[];
}

/** What both sides of a contest are given. */
export const REPLICAS = 3;
const DEFAULTS: CommonSettings = {
  durationMs: 0,
  warmupMs: 0,
  clients: 1,
  concurrency: 1,
  rate: undefined,
  payloadBytes: 1_024,
  partitions: 1,
  replicationFactor: REPLICAS,
  keep: false,
};

/** Durations are the program's. */
export function settingsFor(own: Partial<CommonSettings>): CommonSettings {
  return { ...DEFAULTS, ...own };
}

let made = 0;

/** A name that no other contest has. */
export function freshName(): string {
  return `bench-${process.pid}-${made++}`;
}

/** A side that is measured by one of the measures that were prepared. */
export function preparedSide(prepared: Prepared, measure: string): Side {
  return measuredSide(planNamed(prepared, measure), () => prepared.cleanUp());
}

export function planNamed({ measures }: Prepared, measure: string): MeasurePlan {
  const plan = measures.find(({ name }) => name === measure);
  if (plan === undefined) throw new Error(`there is no measure ${measure}`);
  return plan;
}

export function measuredSide(plan: MeasurePlan, cleanUp: () => Promise<void>): Side {
  return { measure: (settings) => measured(plan, settings), cleanUp };
}

export async function measured(plan: MeasurePlan, settings: MeasureSettings): Promise<Run> {
  const options = { signal: settings.signal, onProgress: () => undefined };
  const { perSecond, failed, overdue, latency, clientCpuPercent, remarks } = await takeMeasure(
    plan,
    settings,
    new Map(),
    options,
  );
  return { perSecond, failed, overdue, latency, clientCpuPercent, remarks };
}

type DriverLoad = Pick<CommonSettings, 'clients' | 'concurrency' | 'rate'>;

/** Clients of a driver module of `bench/peers/drivers`; without a load they only receive. */
export function driverPart(
  name: string,
  driver: string,
  { clients, concurrency, rate }: DriverLoad,
  options: { readonly receives?: boolean; readonly of: (client: number) => unknown },
): ReturnType<MeasurePlan['parts']>[number] {
  const load = options.receives === true ? undefined : { concurrency, rate };
  const url = new URL(`./drivers/${driver}.ts`, import.meta.url).href;
  return { name, driver: url, clients, load, optionsOf: options.of };
}

/** A side whose clients are those of a driver module. */
export function driverSide(
  driver: string,
  load: DriverLoad,
  optionsOf: (client: number) => unknown,
  cleanUp: () => Promise<void> = async () => undefined,
): Side {
  const part = driverPart('load', driver, load, { of: optionsOf });
  return measuredSide({ name: 'load', counted: 'load', parts: () => [part] }, cleanUp);
}

/** Waits no longer than `timeoutMs` for what may never be answered. */
export async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer after ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
