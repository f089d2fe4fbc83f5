/**
 * The command line of fault injection: `npm run jepsen -- --workload kv-register --nemesis kill,partition --minutes 2 --seed 7`.
 *
 * Exit codes: 0 all runs valid · 1 an anomaly · 2 usage · 3 nothing was proven · 130 interrupted
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isFlowError } from '@flowmesh/base';
import { BROKEN_BUILDS, brokenBuildNamed } from './broken/builds.ts';
import { type Proof, proofLine, proveBroken } from './broken/prove.ts';
import { NEMESES, selectNemeses } from './nemeses/nemeses.ts';
import type { PlannedFault } from './nemeses/nemesis.ts';
import { keptResults, matrixOf } from './report/matrix.ts';
import { exitCodeOf, type RunResult } from './report/run-result.ts';
import { summaryTable, writeSummary } from './report/summary.ts';
import { judge } from './run/judge.ts';
import { type Profile, PROFILES, profileRequests } from './run/profiles.ts';
import { type RunRequest, runRequest, type Surroundings } from './run/request.ts';
import { sweep } from './run/run-folder.ts';
import { newWorkload, TOGETHER, WORKLOAD_NAMES, workloadsOf } from './workloads/workloads.ts';

const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;
const NODES_MIN = 3;
const NODES_MAX = 7;

const HELP = `npm run jepsen -- [options]

  --workload NAMES   ${WORKLOAD_NAMES.join(', ')}
                     several with commas, or all; with + between them they share a cluster, all of them: ${TOGETHER} [kv-register]
  --nemesis NAMES    several with commas, NAME:VARIANT+VARIANT, all or none          [kill,partition]
  --minutes N        how long faults go on                                           [1]
  --seed N           chooses the schedule, the operations and the faults             [1]
  --runs N           as many runs, with the seeds from there on                      [1]
  --nodes N          ${NODES_MIN} to ${NODES_MAX}                                                          [3]
  --rate N           operations a second                                             [100]
  --calm N           seconds that are added to the pauses between faults of a kind      [0]
  --profile NAME     ci (two short runs), nightly (all workloads under every kind of fault) or
                     soak (all faults at once, an hour each, --runs hours); instead of the options above but --seed
  --schedule FILE    instead of one from the seed: schedule.json of another run
  --out FOLDER       where runs are kept                                             [.jepsen]
  --keep             keep the nodes' data although all is well
  --broken NAMES     proves that broken builds are caught: several with commas, or all
  --judge FOLDER     judges the history of a run once more, and writes its report anew
  --matrix FOLDER    tables over the runs that are kept in a folder, as docs/jepsen.md has them
  --list             what there is of nemeses, and what each does
`;

function options() {
  return parseArgs({
    strict: true,
    options: {
      workload: { type: 'string', default: 'kv-register' },
      nemesis: { type: 'string', default: 'kill,partition' },
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '1' },
      nodes: { type: 'string', default: '3' },
      rate: { type: 'string', default: '100' },
      calm: { type: 'string', default: '0' },
      profile: { type: 'string' },
      schedule: { type: 'string' },
      out: { type: 'string', default: '.jepsen' },
      keep: { type: 'boolean', default: false },
      broken: { type: 'string' },
      judge: { type: 'string' },
      matrix: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

class UsageError extends Error {}

function numberBetween(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max) return value;
  throw new UsageError(`--${name} is a number from ${min} to ${max}, not ${text}`);
}

function listNemeses(): string {
  return NEMESES.map((one) => {
    const why = one.missing?.();
    return `${one.name}: ${one.does}\n    ${one.variants.join(', ')}${why === undefined ? '' : `\n    not to be had here: ${why}`}`;
  }).join('\n');
}

function judgeAgain(folder: string): RunResult {
  const { workload } = JSON.parse(readFileSync(path.join(folder, 'result.json'), 'utf8')) as RunResult;
  const result = judge(folder, newWorkload(workload).checkers);
  console.log(summaryTable([result]));
  return result;
}

function say(message: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${message}`);
}

function profileNamed(name: string): Profile {
  const profile = PROFILES.find((one) => one === name);
  if (profile === undefined) throw new UsageError(`--profile is ${PROFILES.join(', ')}, not ${name}`);
  return profile;
}

type Given = ReturnType<typeof options>;

async function proveAll(names: string, surroundings: Surroundings): Promise<number> {
  const builds = names === 'all' ? BROKEN_BUILDS : names.split(',').map(brokenBuildNamed);
  const proofs: Proof[] = [];
  for (const build of builds) {
    if (surroundings.signal.aborted) return EXIT_INTERRUPTED;
    const proof = await proveBroken(build, surroundings);
    proofs.push(proof);
    say(proofLine(proof));
    writeSummary(
      surroundings.out,
      proofs.flatMap(({ results }) => results),
    );
  }
  console.log(proofs.map(proofLine).join('\n'));
  return proofs.every(({ caughtBy }) => caughtBy !== undefined) ? 0 : 1;
}

/** Every workload with every seed. */
function requestsOf(given: Given): RunRequest[] {
  const nodes = numberBetween('nodes', given.nodes, NODES_MIN, NODES_MAX);
  const lengthMs = numberBetween('minutes', given.minutes, 0.05, 24 * 60) * 60_000;
  const firstSeed = numberBetween('seed', given.seed, 0, 1e9);
  const runs = numberBetween('runs', given.runs, 1, 10_000);
  const rate = numberBetween('rate', given.rate, 1, 10_000);
  const calmMs = numberBetween('calm', given.calm, 0, 3_600) * 1_000;
  if (given.profile !== undefined) return profileRequests(profileNamed(given.profile), firstSeed, runs);
  const workloads = given.workload === 'all' ? WORKLOAD_NAMES : given.workload.split(',');
  const schedule =
    given.schedule === undefined
      ? {}
      : { schedule: JSON.parse(readFileSync(given.schedule, 'utf8')) as PlannedFault[] };
  return Array.from({ length: runs }, (_, i) => firstSeed + i).flatMap((seed) =>
    workloads.map((workload) => ({
      workload,
      nemesis: given.nemesis,
      seed,
      nodes,
      lengthMs,
      rate,
      calmMs,
      keep: given.keep,
      ...schedule,
    })),
  );
}

async function runAll(requests: readonly RunRequest[], surroundings: Surroundings): Promise<number> {
  const results: RunResult[] = [];
  for (const request of requests) {
    if (surroundings.signal.aborted) continue;
    results.push(...(await runRequest(request, surroundings)));
    writeSummary(surroundings.out, results);
  }
  console.log(summaryTable(results));
  for (const { name, valid } of results)
    if (valid !== true)
      console.log(`${name}: ${valid}; see ${path.join(surroundings.out, name, 'report.html')}`);
  return surroundings.signal.aborted ? EXIT_INTERRUPTED : exitCodeOf(results);
}

async function main(): Promise<number> {
  const given = options();
  if (given.help) console.log(HELP);
  if (given.list) console.log(listNemeses());
  if (given.help || given.list) return 0;
  if (given.matrix !== undefined) {
    console.log(matrixOf(keptResults(path.resolve(given.matrix))));
    return 0;
  }
  if (given.judge !== undefined) return exitCodeOf([judgeAgain(path.resolve(given.judge))]);
  const requests = requestsOf(given);
  // What cannot be is said before anything has been started.
  for (const { workload, nemesis } of requests) {
    workloadsOf(workload);
    selectNemeses(nemesis);
  }
  const out = path.resolve(given.out);
  for (const swept of sweep(out)) say(swept);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const surroundings: Surroundings = { out, say, signal: stopping.signal };
  if (given.broken !== undefined) return await proveAll(given.broken, surroundings);
  return await runAll(requests, surroundings);
}

try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof UsageError || (isFlowError(error) && error.code === 'INVALID_ARGUMENT');
  const parsing = error instanceof TypeError && 'code' in error;
  if (!usage && !parsing) throw error;
  console.error(`${(error as Error).message}\n${isFlowError(error) ? (error.hint ?? '') : HELP}`);
  process.exitCode = EXIT_USAGE;
}
// Connections of clients that never answered may still be open.
process.exit();
