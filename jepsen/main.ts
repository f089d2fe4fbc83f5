/**
 * The command line of fault injection: `npm run jepsen -- --workload kv-counting --nemesis kill,partition --minutes 2 --seed 7`.
 *
 * Exit codes: 0 all runs valid · 1 an anomaly · 2 usage · 3 nothing was proven · 130 interrupted
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isFlowError } from '@flowmesh/base';
import { NEMESES, selectNemeses } from './nemeses/nemeses.ts';
import type { PlannedFault } from './nemeses/nemesis.ts';
import { exitCodeOf, type RunResult } from './report/run-result.ts';
import { summaryTable, writeSummary } from './report/summary.ts';
import { judge } from './run/judge.ts';
import { run } from './run/run.ts';
import { claimFolder, sweep } from './run/run-folder.ts';
import { scheduleOf } from './run/schedule.ts';
import { newWorkload, WORKLOAD_NAMES } from './workloads/workloads.ts';

const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;
const NODES_MIN = 3;
const NODES_MAX = 7;

const HELP = `npm run jepsen -- [options]

  --workload NAMES   ${WORKLOAD_NAMES.join(', ')}; several with commas, or all       [kv-counting]
  --nemesis NAMES    several with commas, NAME:VARIANT+VARIANT, all or none          [kill,partition]
  --minutes N        how long faults go on                                           [1]
  --seed N           chooses the schedule, the operations and the faults             [1]
  --runs N           as many runs, with the seeds from there on                      [1]
  --nodes N          ${NODES_MIN} to ${NODES_MAX}                                                          [3]
  --rate N           operations a second                                             [100]
  --schedule FILE    instead of one from the seed: schedule.json of another run
  --out FOLDER       where runs are kept                                             [.jepsen]
  --keep             keep the nodes' data although all is well
  --judge FOLDER     judges the history of a run once more, and writes its report anew
  --list             what there is of nemeses, and what each does
`;

function options() {
  return parseArgs({
    strict: true,
    options: {
      workload: { type: 'string', default: 'kv-counting' },
      nemesis: { type: 'string', default: 'kill,partition' },
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '1' },
      nodes: { type: 'string', default: '3' },
      rate: { type: 'string', default: '100' },
      schedule: { type: 'string' },
      out: { type: 'string', default: '.jepsen' },
      keep: { type: 'boolean', default: false },
      judge: { type: 'string' },
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

async function main(): Promise<number> {
  const given = options();
  if (given.help) console.log(HELP);
  if (given.list) console.log(listNemeses());
  if (given.help || given.list) return 0;
  if (given.judge !== undefined) return exitCodeOf([judgeAgain(path.resolve(given.judge))]);
  const nodes = numberBetween('nodes', given.nodes, NODES_MIN, NODES_MAX);
  const lengthMs = numberBetween('minutes', given.minutes, 0.05, 24 * 60) * 60_000;
  const firstSeed = numberBetween('seed', given.seed, 0, 1e9);
  const runs = numberBetween('runs', given.runs, 1, 10_000);
  const rate = numberBetween('rate', given.rate, 1, 10_000);
  const { chosen, missing } = selectNemeses(given.nemesis);
  const workloads = given.workload === 'all' ? WORKLOAD_NAMES : given.workload.split(',');
  for (const name of workloads) newWorkload(name);
  const out = path.resolve(given.out);
  for (const swept of sweep(out)) say(swept);
  for (const why of missing) say(`left out: ${why}`);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const results: RunResult[] = [];
  for (let seed = firstSeed; seed < firstSeed + runs; seed++)
    for (const workload of workloads) {
      if (stopping.signal.aborted) continue;
      const name = `${workload}-${seed}-${Date.now().toString(36)}`;
      const schedule =
        given.schedule === undefined
          ? scheduleOf({ seed, nodes, lengthMs, chosen })
          : (JSON.parse(readFileSync(given.schedule, 'utf8')) as PlannedFault[]);
      const folder = claimFolder(out, name);
      say(`${workload}, seed ${seed}, ${schedule.length} faults: ${folder}`);
      results.push(
        await run({
          folder,
          name,
          workload: newWorkload(workload),
          schedule,
          missing,
          seed,
          nodes,
          lengthMs,
          rate,
          timeoutMs: 5_000,
          keep: given.keep,
          log: say,
          signal: stopping.signal,
        }),
      );
      writeSummary(out, results);
    }
  console.log(summaryTable(results));
  for (const { name, valid } of results)
    if (valid !== true) console.log(`${name}: ${valid}; see ${path.join(out, name, 'report.html')}`);
  return stopping.signal.aborted ? EXIT_INTERRUPTED : exitCodeOf(results);
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
