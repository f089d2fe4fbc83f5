/** Tables over kept runs, in Markdown: what met which faults for how long and what came of it, and how soon something was answered again. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { sayLevel } from '../run/vitals.ts';
import { percentile, type Recovery } from './availability.ts';
import { anomaliesOf, type RunResult, worst } from './run-result.ts';

/** Runs share a folder with their parts: `RUN/result.json`, `RUN/WORKLOAD/result.json`. Broken builds are left out. */
export function keptResults(folder: string): readonly RunResult[] {
  const at = (dir: string): string[] =>
    readdirSync(dir)
      .map((name) => path.join(dir, name))
      .filter((each) => statSync(each).isDirectory());
  return at(folder)
    .sort()
    .flatMap((run) => [run, ...at(run).sort()])
    .map((dir) => path.join(dir, 'result.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as RunResult)
    .filter(({ broken }) => broken === undefined);
}

/** Of the runs whose memory and descriptors are told. */
const LEVELS_FROM_MS = 30 * 60_000;

const nemesesOf = ({ nemeses }: RunResult): string => nemeses.join(', ') || 'none';

function grouped<T>(items: readonly T[], by: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const known = groups.get(by(item));
    if (known === undefined) groups.set(by(item), [item]);
    else known.push(item);
  }
  return groups;
}

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const WORDS = { true: 'valid', false: '**anomaly**', unknown: 'unknown' } as const;
const minutes = (ms: number): string => String(Math.round(ms / 6_000) / 10);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function cellOf(results: readonly RunResult[]): string {
  if (results.length === 0) return '–';
  const ok = sum(results.map(({ availability }) => availability.counts.ok));
  const info = sum(results.map(({ availability }) => availability.counts.info));
  const ran = minutes(sum(results.map(({ lengthMs }) => lengthMs)));
  return `${WORDS[String(worst(results.map(({ valid }) => valid))) as keyof typeof WORDS]}: ${ran} min, ${ok} ok, ${info} unknown`;
}

function cells(results: readonly RunResult[]): string {
  const nemeses = [...grouped(results, nemesesOf).keys()];
  const rows = [...grouped(results, ({ workload }) => workload)].map(([workload, all]) => [
    workload,
    ...nemeses.map((name) => cellOf(all.filter((result) => nemesesOf(result) === name))),
  ]);
  return table(['Workload', ...nemeses], rows);
}

/** Parts of one run began at one moment. */
function runs(results: readonly RunResult[]): string {
  const rows = [...grouped(results, ({ startedAt }) => startedAt).values()].map((parts) => {
    const [first] = parts as readonly [RunResult, ...RunResult[]];
    const counted = (type: 'ok' | 'fail' | 'info'): string =>
      String(sum(parts.map(({ availability }) => availability.counts[type])));
    return [
      nemesesOf(first),
      String(first.seed),
      minutes(first.lengthMs),
      String(first.nodes),
      String(parts.length),
      String(first.availability.faults.length),
      counted('ok'),
      counted('fail'),
      counted('info'),
      String(sum(parts.map(anomaliesOf))),
      first.startedAt.slice(0, 10),
      first.commit === undefined ? '' : `\`${first.commit}\``,
    ];
  });
  return table(
    [
      'Faults',
      'Seed',
      'Minutes',
      'Nodes',
      'Workloads',
      'Faults begun',
      'Ok',
      'Failed',
      'Unknown',
      'Anomalies',
      'Day',
      'Commit',
    ],
    rows,
  );
}

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.length === 0 ? '–' : `${percentile(sorted, 0.5)} / ${percentile(sorted, 0.99)}`;
}

/** By variant of the faults, in all runs: those that could not be begun, or were left out, are not among them. */
function recoveries(results: readonly RunResult[]): string {
  const found = results.flatMap(({ availability }) =>
    availability.recoveries.flatMap((recovery) => {
      const span = availability.faults.find(({ fault }) => fault === recovery.fault);
      return span === undefined ? [] : [{ variant: `${span.nemesis}:${span.variant}`, recovery }];
    }),
  );
  const of = (all: readonly { readonly recovery: Recovery }[], which: keyof Recovery): string =>
    spread(all.flatMap(({ recovery }) => (recovery[which] as number | undefined) ?? []));
  const rows = [...grouped(found, ({ variant }) => variant)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([variant, all]) => [
      variant,
      String(all.length),
      of(all, 'anyAfterBeginMs'),
      of(all, 'allAfterBeginMs'),
      of(all, 'anyAfterEndMs'),
      of(all, 'allAfterEndMs'),
    ]);
  return table(
    [
      'Fault',
      'Faults × workloads',
      'Beginning to first answer, ms',
      'to an answer of every unit that was asked',
      'End to first answer, ms',
      'to an answer of every unit that was asked',
    ],
    rows,
  );
}

/** Until all nodes said that they were ready, once everything was healed. */
function readiness(results: readonly RunResult[]): string {
  const rows = [...grouped(results, nemesesOf)].map(([nemeses, all]) => {
    const ready = [...grouped(all, ({ startedAt }) => startedAt).values()].flatMap(([first]) =>
      (first?.verdicts ?? []).flatMap(({ facts }) => facts['all ready after ms'] ?? []),
    );
    return [nemeses, ready.join(', ')];
  });
  return table(['Faults', 'All nodes ready at the end of the run, ms'], rows);
}

/** Of runs that are long enough to tell. */
function levels(results: readonly RunResult[]): string {
  const long = results.filter(({ lengthMs }) => lengthMs >= LEVELS_FROM_MS);
  const rows = [...grouped(long, ({ startedAt }) => startedAt).values()].flatMap(([first]) =>
    (first?.levels ?? []).map(({ node, samples, residentMebibytes, descriptors }) => [
      `${nemesesOf(first as RunResult)}, seed ${first?.seed}`,
      String(node),
      String(samples),
      sayLevel(residentMebibytes),
      sayLevel(descriptors),
    ]),
  );
  return table(['Run', 'Node', 'Samples', 'Resident MiB', 'Descriptors'], rows);
}

export function matrixOf(results: readonly RunResult[]): string {
  return [
    '## Workloads and faults',
    cells(results),
    '## Runs',
    runs(results),
    '## Recovery',
    recoveries(results),
    readiness(results),
    '## Memory and descriptors, medians of the first and the last quarter',
    levels(results),
  ].join('\n\n');
}
