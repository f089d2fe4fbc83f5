/** A run as it is asked for, from the command line, a profile or a broken build: with its folder, its workload and its schedule. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrokenBuild } from '../broken/builds.ts';
import { selectNemeses } from '../nemeses/nemeses.ts';
import type { PlannedFault } from '../nemeses/nemesis.ts';
import type { RunResult } from '../report/run-result.ts';
import { TOGETHER, workloadsOf } from '../workloads/workloads.ts';
import { run } from './run.ts';
import { claimFolder } from './run-folder.ts';
import { scheduleOf } from './schedule.ts';

export interface RunRequest {
  /** One, or several with +, which share a cluster. */
  readonly workload: string;
  /** As on the command line. */
  readonly nemesis: string;
  readonly seed: number;
  readonly nodes: number;
  readonly lengthMs: number;
  readonly rate: number;
  readonly calmMs?: number;
  readonly keep?: boolean;
  readonly schedule?: readonly PlannedFault[];
  readonly broken?: BrokenBuild;
}

export interface Surroundings {
  /** Where runs are kept. */
  readonly out: string;
  readonly say: (message: string) => void;
  readonly signal: AbortSignal;
}

const OPERATION_TIMEOUT_MS = 5_000;
const BROKEN_BUILD_HOOK = pathToFileURL(
  path.join(import.meta.dirname, '..', 'broken', 'broken-build-hook.ts'),
).href;

/** Undefined outside of a repository. */
function commitOf(): string | undefined {
  const git = (...args: string[]): string | undefined => {
    const { status, stdout } = spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' });
    return status === 0 ? stdout.trim() : undefined;
  };
  const commit = git('rev-parse', '--short=10', 'HEAD');
  if (commit === undefined) return undefined;
  return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}+`;
}

export async function runRequest(
  request: RunRequest,
  { out, say, signal }: Surroundings,
): Promise<readonly RunResult[]> {
  const { workload, seed, nodes, lengthMs, rate, broken, keep = false } = request;
  const workloads = workloadsOf(workload);
  const { chosen, missing } = selectNemeses(request.nemesis);
  for (const why of missing) say(`left out: ${why}`);
  const schedule =
    request.schedule ?? scheduleOf({ seed, nodes, lengthMs, chosen, calmMs: request.calmMs ?? 0 });
  const called = broken?.name ?? (workloads.length > 1 ? TOGETHER : workload);
  const name = `${called}-${seed}-${Date.now().toString(36)}`;
  const folder = claimFolder(out, name);
  say(`${workload}, seed ${seed}, ${schedule.length} faults: ${folder}`);
  return await run({
    folder,
    name,
    workloads,
    schedule,
    missing,
    seed,
    nodes,
    lengthMs,
    rate,
    timeoutMs: OPERATION_TIMEOUT_MS,
    keep,
    commit: commitOf(),
    log: say,
    signal,
    ...(broken === undefined
      ? {}
      : { broken: broken.name, imports: [BROKEN_BUILD_HOOK], env: { JEPSEN_BROKEN: broken.name } }),
  });
}
