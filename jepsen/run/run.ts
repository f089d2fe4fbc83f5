/**
 * One run, from its seed to its verdict:
 *
 *   start nodes ─► set up ─► processes and faults, for the time given ─► heal ─► all ready ─► final reads ─► check ─► report
 *
 * Every step has a time limit; whatever happens, the nodes are stopped and the history is on the disk.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SeededRandom } from '@flowmesh/base';
import { connect, type FlowMesh } from '@flowmesh/client';
import { World } from '../cluster/world.ts';
import { NEMESIS, type Verdict } from '../history/operation.ts';
import { Recorder, type Records } from '../history/recorder.ts';
import { FULL } from '../nemeses/disks.ts';
import type { Nemesis, PlannedFault } from '../nemeses/nemesis.ts';
import { SKEW } from '../nemeses/processes.ts';
import { availabilityOf } from '../report/availability.ts';
import { type RunResult, worst } from '../report/run-result.ts';
import { SETUP, type Workload, type WorkloadEnv } from '../workloads/workload.ts';
import { arenaOf } from './arena.ts';
import { carryOutAll } from './faults.ts';
import { verdictsOn, writeReport } from './judge.ts';
import { judgeRecovery, NODE_ENDED } from './node-verdict.ts';
import { perform, runProcesses } from './processes.ts';
import { dropData, leaveFolder } from './run-folder.ts';
import { keepVitals, levelsOf, readVitals, sayLevel } from './vitals.ts';

export interface RunOptions {
  /** Claimed. */
  readonly folder: string;
  readonly name: string;
  /** Several share the cluster and its faults, and have a history each. */
  readonly workloads: readonly Workload[];
  readonly schedule: readonly PlannedFault[];
  /** Of the nemeses that were asked for and are not to be had. */
  readonly missing: readonly string[];
  readonly seed: number;
  readonly nodes: number;
  readonly lengthMs: number;
  /** Operations a second, of all workloads. */
  readonly rate: number;
  readonly timeoutMs: number;
  /** Keep data directories although all is well. */
  readonly keep: boolean;
  /** Of this source tree. */
  readonly commit: string | undefined;
  /** Modules that the nodes import first: broken builds. */
  readonly imports?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly broken?: string;
  readonly log: (message: string) => void;
  /** Ends it early; what there is is judged. */
  readonly signal: AbortSignal;
}

/** Of the file systems that are filled up: a directory, what it was, and a copy of it have room. */
const VOLUME_MEBIBYTES = 1_280;
/** Of all workloads, where several share a cluster: each has connections of its own. */
const PROCESSES_MAX = 40;
const SETUP_TIMEOUT_MS = 120_000;
/** A node that ends more often than this when everything is healed will not come back. */
const ENDS_WHEN_HEALED_MAX = 5;
const RECOVERY_TIMEOUT_MS = 180_000;
const FINALS_TIMEOUT_MS = 240_000;
const FINAL_READ_TIMEOUT_MS = 30_000;
const OVERTIME_MS = 120_000;
const CLOSE_TIMEOUT_MS = 5_000;
const VITALS_FILE = 'vitals.jsonl';

async function within<T>(what: string, timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${timeoutMs / 1_000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function closed(work: Promise<unknown>): Promise<void> {
  await within('closing', CLOSE_TIMEOUT_MS, work).catch(() => undefined);
}

/** Milliseconds since processes and faults began; 0 before. */
class RunClock {
  private startMs: number | undefined;

  begin(): void {
    this.startMs = performance.now();
  }

  nowMs(): number {
    return this.startMs === undefined ? 0 : Math.round((performance.now() - this.startMs) * 1_000) / 1_000;
  }
}

/** A workload with what is kept of it. */
interface Part {
  readonly workload: Workload;
  readonly recorder: Recorder;
  /** Of its history and its report. */
  readonly folder: string;
  readonly name: string;
  /** Why it came to no end. */
  error: string | undefined;
}

/** Faults are of all parts. */
class Everywhere implements Records {
  private readonly parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.parts = parts;
  }

  record(what: Parameters<Records['record']>[0]): void {
    for (const { recorder } of this.parts) recorder.record(what);
  }
}

/** Setting the workloads up, the time of faults, and what is read at the end. */
class Course {
  private readonly options: RunOptions;
  private readonly world: World;
  private readonly parts: readonly Part[];
  private readonly clock: RunClock;
  private readonly env: WorkloadEnv;

  constructor(options: RunOptions, world: World, parts: readonly Part[], clock: RunClock) {
    this.clock = clock;
    this.options = options;
    this.world = world;
    this.parts = parts;
    this.env = {
      seed: options.seed,
      rng: new SeededRandom(options.seed),
      endpointsOf: () => world.endpoints,
      log: (message, fields) =>
        options.log(`${message}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}`),
    };
  }

  async take(): Promise<Verdict> {
    const { log, workloads } = this.options;
    await this.world.start();
    log('all nodes are ready');
    for (const workload of workloads)
      await within(`setting up ${workload.name}`, SETUP_TIMEOUT_MS, workload.setup(this.env));
    const mesh = await connect({
      endpoints: this.world.endpoints.map(({ grpc }) => grpc),
      timeoutMs: 30_000,
    });
    try {
      await this.disturb(mesh);
    } finally {
      await closed(mesh.close());
    }
    const recovery = await this.recover();
    if (recovery.valid === true) await this.finals();
    return recovery;
  }

  /** Processes and faults, for the time of the run. */
  private async disturb(mesh: FlowMesh): Promise<void> {
    const { options, parts, world } = this;
    const { schedule, log } = options;
    this.clock.begin();
    const over = AbortSignal.any([AbortSignal.timeout(options.lengthMs), options.signal]);
    const arena = arenaOf({ world, mesh, log, signal: over });
    const rate = options.rate / parts.length;
    keepVitals({
      file: path.join(options.folder, VITALS_FILE),
      nodes: world.nodes,
      nowMs: () => this.clock.nowMs(),
      signal: over,
    });
    const processes = parts.map(({ workload, recorder }) =>
      runProcesses({
        ...options,
        workload,
        concurrency: Math.min(workload.concurrency, Math.ceil(PROCESSES_MAX / parts.length)),
        rate,
        env: this.env,
        recorder,
        signal: over,
      }),
    );
    const faults = carryOutAll({ arena, recorder: new Everywhere(parts), schedule, signal: over });
    await within('what was begun', options.lengthMs + OVERTIME_MS, Promise.all([...processes, faults]));
  }

  private async recover(): Promise<Verdict> {
    const started = performance.now();
    this.options.log('time is up: healed; waiting for all nodes');
    this.world.links.clearAll();
    for (const node of this.world.nodes) node.heal();
    try {
      const { nodes } = this.world;
      const endsMax = Math.max(...nodes.map(({ endsByItself }) => endsByItself)) + ENDS_WHEN_HEALED_MAX;
      await this.world.ready(
        RECOVERY_TIMEOUT_MS,
        nodes.map(({ id }) => id),
        endsMax,
      );
      return judgeRecovery(undefined, performance.now() - started);
    } catch (error) {
      return judgeRecovery(
        error instanceof Error ? error.message : String(error),
        performance.now() - started,
      );
    }
  }

  /** All at once; those that come too late leave the others theirs. */
  private async finals(): Promise<void> {
    const over = new AbortController();
    const late = setTimeout(() => over.abort(), FINALS_TIMEOUT_MS);
    await Promise.all(
      this.parts.map(async (part) => {
        const whole = await this.finalsOf(part, over.signal);
        if (!whole) part.error = `the final reads took longer than ${FINALS_TIMEOUT_MS / 1_000} s`;
      }),
    );
    clearTimeout(late);
  }

  private async finalsOf({ workload, recorder }: Part, over: AbortSignal): Promise<boolean> {
    const client = await workload.client(this.env, SETUP);
    const reads = workload.finals(this.env);
    try {
      for (let next = reads.next(); next.done !== true; ) {
        if (over.aborted) return false;
        const result = await perform(recorder, client, SETUP, next.value, FINAL_READ_TIMEOUT_MS);
        next = reads.next(result);
      }
      return true;
    } finally {
      await closed(client.close());
    }
  }
}

async function keepMetrics(world: World): Promise<void> {
  await Promise.all(
    world.nodes.map(async (node) => {
      const metrics = await node.http('/metrics');
      if (metrics !== undefined)
        writeFileSync(path.join(world.folder, `node-${node.id}`, 'metrics.prom'), metrics.body);
    }),
  );
}

/** Of a run of several workloads each has a folder of its own. */
function partsOf({ folder, name, workloads }: RunOptions, clock: RunClock): readonly Part[] {
  return workloads.map((workload) => {
    const own = workloads.length === 1 ? folder : path.join(folder, workload.name);
    mkdirSync(own, { recursive: true });
    const recorder = new Recorder({ nowMs: () => clock.nowMs(), file: path.join(own, 'history.jsonl') });
    const called = workloads.length === 1 ? name : `${name}/${workload.name}`;
    return { workload, recorder, folder: own, name: called, error: undefined };
  });
}

function judged(
  part: Part,
  options: RunOptions,
  of: Pick<RunResult, 'startedAt' | 'tookMs'> & { readonly recovery: Verdict | undefined },
): RunResult {
  const { recovery, startedAt, tookMs } = of;
  const { recorder, workload, error, folder, name } = part;
  recorder.close();
  const history = recorder.operations;
  const verdicts = [...(recovery === undefined ? [] : [recovery]), ...verdictsOn(history, workload.checkers)];
  const result: RunResult = {
    name,
    ...(options.broken === undefined ? {} : { broken: options.broken }),
    workload: workload.name,
    nemeses: [...new Set(options.schedule.map((fault) => fault.nemesis))],
    missing: options.missing,
    seed: options.seed,
    nodes: options.nodes,
    lengthMs: options.lengthMs,
    startedAt,
    tookMs,
    logs: path.relative(folder, options.folder) || '.',
    ...(options.commit === undefined ? {} : { commit: options.commit }),
    valid: error === undefined ? worst(verdicts) : worst([...verdicts, 'unknown']),
    ...(error === undefined ? {} : { error }),
    verdicts,
    availability: availabilityOf(history),
    levels: levelsOf(readVitals(path.join(options.folder, VITALS_FILE)), options.lengthMs),
  };
  writeReport(folder, result, history);
  return result;
}

/**
 * One result for each workload. Never rejects because of what the nodes do; `error` in a result tells what went wrong with the run itself.
 */
export async function run(options: RunOptions): Promise<readonly RunResult[]> {
  const { folder, schedule, log } = options;
  const startedAt = new Date().toISOString();
  const started = performance.now();
  writeFileSync(path.join(folder, 'schedule.json'), `${JSON.stringify(schedule, undefined, 1)}\n`);
  const uses = ({ name }: Nemesis): boolean => schedule.some(({ nemesis }) => nemesis === name);
  const clock = new RunClock();
  const parts = partsOf(options, clock);
  let recovery: Verdict | undefined;
  {
    await using world = await World.prepare({
      ...options,
      rng: new SeededRandom(options.seed + 1),
      ...(uses(FULL) ? { volumeMebibytes: VOLUME_MEBIBYTES } : {}),
      beginOlder: uses(SKEW),
      env: { NODE_COMPILE_CACHE: path.join(folder, '..', '.compiled'), ...options.env },
      ended: (end) => {
        // Whoever interrupts the runner at a terminal interrupts the nodes, too.
        if (options.signal.aborted) return;
        new Everywhere(parts).record({ process: NEMESIS, type: 'info', f: NODE_ENDED, value: end });
        log(`node ${end.node} ended by itself: ${end.exit}`);
      },
    });
    try {
      recovery = await new Course(options, world, parts, clock).take();
    } catch (cause) {
      const error = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      for (const part of parts) part.error ??= error;
      log(`the run failed: ${error}`);
    }
    await keepMetrics(world);
  }
  const tookMs = Math.round(performance.now() - started);
  for (const { node, residentMebibytes, descriptors } of levelsOf(
    readVitals(path.join(folder, VITALS_FILE)),
    options.lengthMs,
  ))
    log(
      `node ${node}, first to last quarter: ${sayLevel(residentMebibytes)} MiB, ${sayLevel(descriptors)} descriptors`,
    );
  const results = parts.map((part) => {
    log(`${part.workload.name}: ${part.recorder.operations.length} operations are checked`);
    return judged(part, options, { recovery, startedAt, tookMs });
  });
  if (results.every(({ valid }) => valid === true) && !options.keep) dropData(folder);
  leaveFolder(folder);
  return results;
}
