/** Tables over kept runs, in Markdown: what met which faults for how long and what came of it, and how soon something was answered again. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { percentile } from './availability.ts';
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

const nemesesOf = ({ nemeses }: RunResult): string => nemeses.join(', ') || 'none';

function grouped(
  results: readonly RunResult[],
  by: (result: RunResult) => string,
): ReadonlyMap<string, readonly RunResult[]> {
  const groups = new Map<string, RunResult[]>();
  for (const result of results) {
    const known = groups.get(by(result));
    if (known === undefined) groups.set(by(result), [result]);
    else known.push(result);
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

function recoveries(results: readonly RunResult[]): string {
  const rows = [...grouped(results, nemesesOf)].flatMap(([nemeses, all]) => {
    const found = all.flatMap(({ availability }) => availability.recoveries);
    if (found.length === 0) return [];
    const ready = [...grouped(all, ({ startedAt }) => startedAt).values()].flatMap(([first]) =>
      (first?.verdicts ?? []).flatMap(({ facts }) => facts['all ready after ms'] ?? []),
    );
    return [
      [
        nemeses,
        String(found.length),
        spread(found.flatMap(({ anyAfterBeginMs }) => anyAfterBeginMs ?? [])),
        spread(found.flatMap(({ anyAfterEndMs }) => anyAfterEndMs ?? [])),
        ready.join(', '),
      ],
    ];
  });
  return table(
    [
      'Faults',
      'Faults × workloads',
      'After its beginning, ms',
      'After its end, ms',
      'All nodes ready at the end of the run, ms',
    ],
    rows,
  );
}

export function matrixOf(results: readonly RunResult[]): string {
  return [
    '## Workloads and faults',
    cells(results),
    '## Runs',
    runs(results),
    '## Recovery',
    recoveries(results),
  ].join('\n\n');
}
