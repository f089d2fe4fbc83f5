/**
 * What a process has cost so far, from /proc (Linux): processor time of its main thread and of all others, and what a node counts about itself in
 * its metrics. Differences of two such samples, divided by the operations between them, are what an operation costs.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux reports CPU time in hundredths of a second to user space, whatever the kernel's own tick is. */
const US_PER_TICK = 10_000;

/** Kinds of threads: the event loop, our workers (of a node: they write and read RocksDB), V8's (garbage, compilation), RocksDB's own, the rest. */
export const THREADS = ['main', 'workers', 'v8', 'rocksdb', 'others'] as const;
export type ThreadKind = (typeof THREADS)[number];

/** Microseconds. */
export type ProcessorTime = Readonly<Record<ThreadKind, number>>;

/** Microseconds of processor time, user and system, in the text of a `stat` file of /proc. */
export function processorUs(stat: string): number {
  // The command name, in parentheses, may hold spaces: fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * US_PER_TICK;
}

export function kindOfThread(name: string): ThreadKind {
  if (name === 'WorkerThread') return 'workers';
  if (name.startsWith('V8')) return 'v8';
  return name.startsWith('rocksdb') ? 'rocksdb' : 'others';
}

/** Threads that have ended count as others. */
export function processorTime(pid: number): ProcessorTime {
  const time: Record<ThreadKind, number> = { main: 0, workers: 0, v8: 0, rocksdb: 0, others: 0 };
  let living = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const us = processorUs(stat);
    time[thread === `${pid}` ? 'main' : kindOfThread(name)] += us;
    living += us;
  }
  const all = processorUs(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  time.others += Math.max(0, all - living);
  return time;
}

/** Microseconds that a thread was ready to run and had to wait for a processor, in the text of a `schedstat` file of /proc. */
export function waitedUs(schedstat: string): number {
  return Number(schedstat.split(' ')[1]) / 1_000;
}

/** Of the main thread. */
function mainWaitedUs(pid: number): number {
  return waitedUs(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8'));
}

/** Reads and writes, of files and sockets, in the text of an `io` file of /proc. */
export function callsIn(io: string): number {
  return ['syscr', 'syscw'].reduce(
    (so, name) => so + Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(io)?.[1]),
    0,
  );
}

function systemCalls(pid: number): number {
  return callsIn(readFileSync(`/proc/${pid}/io`, 'utf8'));
}

/** Sum of a metric's series in the text of a scrape; 0 where there is none. `labels` has to be part of a series' labels. */
export function metricSum(text: string, name: string, labels = ''): number {
  let sum = 0;
  for (const line of text.split('\n')) {
    if (!line.startsWith(name)) continue;
    const rest = line.slice(name.length);
    if (!rest.startsWith('{') && !rest.startsWith(' ')) continue;
    if (rest.includes(labels)) sum += Number(rest.slice(rest.lastIndexOf(' ') + 1));
  }
  return sum;
}

/** What one process has spent and counted. */
export interface Sample extends ProcessorTime {
  /** Microseconds for which the main thread has waited for a processor. */
  readonly mainWaited: number;
  /** Reads and writes of files and sockets. */
  readonly calls: number;
  readonly fsyncs: number;
  /** Microseconds for which the disk let them wait. */
  readonly fsyncUs: number;
  readonly clientBytes: number;
  readonly peerBytes: number;
}

export interface SystemSample {
  readonly time: ProcessorTime;
  readonly mainWaited: number;
  readonly calls: number;
}

/** What the system tells of a process. */
export function systemSample(pid: number): SystemSample {
  return { time: processorTime(pid), mainWaited: mainWaitedUs(pid), calls: systemCalls(pid) };
}

/** `metrics`: a node's, as a scrape gets them; nothing for other processes. */
export function sampleOf({ time, mainWaited, calls }: SystemSample, metrics = ''): Sample {
  return {
    ...time,
    mainWaited,
    calls,
    fsyncs: metricSum(metrics, 'flowmesh_fsync_duration_seconds_count'),
    fsyncUs: metricSum(metrics, 'flowmesh_fsync_duration_seconds_sum') * 1e6,
    clientBytes:
      metricSum(metrics, 'flowmesh_received_bytes_total') + metricSum(metrics, 'flowmesh_sent_bytes_total'),
    peerBytes: metricSum(metrics, 'flowmesh_peer_bytes_total', 'direction="sent"'),
  };
}

/** Of one process, for each operation. */
export interface Cost extends Sample {
  readonly name: string;
  /** Share of the time in which the main thread was busy. */
  readonly mainBusy: number;
  /** Share of the time in which the main thread could have run and had no processor. */
  readonly mainWaits: number;
  /** How late the event loop was: 99th percentile, of a node in the worst of its samples; NaN where it is not known. */
  readonly lagMs: number;
}

const KEYS = [
  ...THREADS,
  'mainWaited',
  'calls',
  'fsyncs',
  'fsyncUs',
  'clientBytes',
  'peerBytes',
] as const satisfies readonly (keyof Sample)[];

function eachKey(value: (key: keyof Sample) => number): Sample {
  return Object.fromEntries(KEYS.map((key) => [key, value(key)])) as Record<keyof Sample, number>;
}

export interface Measured {
  readonly operations: number;
  readonly elapsedMs: number;
  readonly lagMs: number;
}

export function costOf(
  name: string,
  [before, after]: readonly [Sample, Sample],
  { operations, elapsedMs, lagMs }: Measured,
): Cost {
  const each = eachKey((key) => (after[key] - before[key]) / operations);
  const share = (key: 'main' | 'mainWaited') => (after[key] - before[key]) / (elapsedMs * 1_000);
  return { name, ...each, mainBusy: share('main'), mainWaits: share('mainWaited'), lagMs };
}

/** All processes together. */
export function totalOf(costs: readonly Cost[]): Cost {
  const sum = eachKey((key) => costs.reduce((so, cost) => so + cost[key], 0));
  return { name: 'together', ...sum, mainBusy: Number.NaN, mainWaits: Number.NaN, lagMs: Number.NaN };
}

/** Microseconds of all threads. */
export function processorSum(time: ProcessorTime): number {
  return THREADS.reduce((so, kind) => so + time[kind], 0);
}
