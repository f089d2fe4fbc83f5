/** Runs programs of clients against a broker and collects what came of every scenario. */
import { isCodec, prepareTopics, seed, storedWrongly } from './harness.ts';
import type { MatrixClient } from './clients.ts';
import type { Result } from './scenarios.ts';
import { run } from './toolchains.ts';

export interface ClientReport {
  readonly client: MatrixClient;
  /** As the program tells it; empty where it did not run. */
  readonly version: string;
  readonly results: readonly Result[];
}

export interface MatrixOptions {
  readonly bootstrap: string;
  readonly clients: readonly MatrixClient[];
  /** Undefined: all. */
  readonly scenarios: readonly string[] | undefined;
  readonly parallel: number;
  readonly report: (line: string) => void;
}

const SCENARIO_MS_MAX = 250_000;
const DETAIL_CHARS_MAX = 400;

export async function runMatrix(options: MatrixOptions): Promise<readonly ClientReport[]> {
  await seed(options.bootstrap);
  const reports = new Map<string, ClientReport>();
  const queue = [...options.clients];
  const worker = async (): Promise<void> => {
    for (let client = queue.shift(); client !== undefined; client = queue.shift())
      reports.set(client.name, await runClient(client, options));
  };
  await Promise.all(Array.from({ length: options.parallel }, worker));
  return options.clients.flatMap(({ name }) => reports.get(name) ?? []);
}

export async function runClient(
  client: MatrixClient,
  { bootstrap, scenarios: only, report }: Pick<MatrixOptions, 'bootstrap' | 'scenarios' | 'report'>,
): Promise<ClientReport> {
  const scenarios = client.scenarios.filter((one) => only === undefined || only.includes(one));
  const made = await client.make();
  if (made.kind === 'missing') {
    report(`${client.name}: skipped, ${made.what}`);
    const skipped = { outcome: 'skipped', detail: made.what, ms: 0 } as const;
    return { client, version: '', results: scenarios.map((scenario) => ({ scenario, ...skipped })) };
  }
  const prefix = client.name.replaceAll('.', '-');
  await prepareTopics(bootstrap, prefix);
  const ran = await run([...made.command, bootstrap, prefix, scenarios.join(',')], {
    timeoutMs: SCENARIO_MS_MAX * Math.max(scenarios.length, 1),
  });
  const told = linesOf(ran.stdout);
  const version = told.find((line) => typeof line['version'] === 'string')?.['version'];
  const results: Result[] = [];
  for (const scenario of scenarios) {
    const line = told.find((one) => one['scenario'] === scenario);
    results.push(await judged(scenario, line, { bootstrap, prefix, stderr: ran.stderr }));
  }
  for (const { scenario, outcome, detail, ms } of results)
    report(`${client.name} ${scenario}: ${outcome} (${ms} ms)${detail === '' ? '' : `: ${detail}`}`);
  return { client, version: typeof version === 'string' ? version : '', results };
}

type Line = Readonly<Record<string, unknown>>;

function linesOf(stdout: string): readonly Line[] {
  return stdout.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null ? [value as Line] : [];
    } catch {
      return [];
    }
  });
}

/** What the program says, unless the broker shows otherwise. */
async function judged(
  scenario: string,
  line: Line | undefined,
  at: { readonly bootstrap: string; readonly prefix: string; readonly stderr: string },
): Promise<Result> {
  if (line === undefined) {
    const detail = `the program ended before: ${at.stderr.trim().slice(-DETAIL_CHARS_MAX)}`;
    return { scenario, outcome: 'failed', detail, ms: 0 };
  }
  const ms = Number(line['ms'] ?? 0);
  const { detail: told } = line;
  const detail = typeof told === 'string' ? told.slice(0, DETAIL_CHARS_MAX) : '';
  if (line['outcome'] === 'not-offered') return { scenario, outcome: 'not-offered', detail, ms };
  if (line['outcome'] !== 'passed') return { scenario, outcome: 'failed', detail, ms };
  const wrong = isCodec(scenario) ? await storedWrongly(at.bootstrap, at.prefix, scenario) : undefined;
  return { scenario, outcome: wrong === undefined ? 'passed' : 'failed', detail: wrong ?? detail, ms };
}
