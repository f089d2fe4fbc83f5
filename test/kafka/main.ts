/**
 * `npm run kafka:matrix [-- --client NAME …] [--scenario NAME …] [--nodes 3] [--write] [--prepare]`: programs of Kafka's clients against a cluster of this
 * source tree. Prints what came of every scenario; `--write` writes docs/kafka-clients.md,
 * `--prepare` only fetches what the short form in `npm test` needs. Exits 1 where a scenario failed.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startBroker } from '@flowmesh/testing';
import { CLIENTS, type MatrixClient } from './clients.ts';
import { runMatrix } from './matrix.ts';
import { asDocument, asTable } from './report.ts';
import { SHORT_FORM } from './scenarios.ts';

const START_MS_MAX = 180_000;
const DOCUMENT = path.join(import.meta.dirname, '..', '..', 'docs', 'kafka-clients.md');

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      client: { type: 'string', multiple: true, default: [] },
      scenario: { type: 'string', multiple: true },
      nodes: { type: 'string', default: '3' },
      parallel: { type: 'string', default: '1' },
      write: { type: 'boolean', default: false },
      prepare: { type: 'boolean', default: false },
    },
  });
  const unknown = values.client.find((name) => CLIENTS.every((client) => client.name !== name));
  if (unknown !== undefined) {
    console.error(`there is no client ${unknown}; there are ${CLIENTS.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  if (values.prepare) return await prepare(CLIENTS.filter(({ name }) => Object.hasOwn(SHORT_FORM, name)));
  const clients = CLIENTS.filter(({ name }) => values.client.length === 0 || values.client.includes(name));
  const nodes = values.nodes === '1' ? 1 : 3;
  await using broker = await startBroker({
    nodes,
    memory: false,
    timeoutMs: START_MS_MAX,
  });
  const [bootstrap = ''] = broker.kafka;
  const reports = await runMatrix({
    bootstrap,
    clients,
    scenarios: values.scenario,
    parallel: Number(values.parallel),
    report: (line) => console.log(line),
  });
  console.log(`\n${asTable(reports)}`);
  if (values.write) writeFileSync(DOCUMENT, asDocument(reports, nodes));
  const results = reports.flatMap((report) => report.results);
  const count = (outcome: string): number => results.filter((result) => result.outcome === outcome).length;
  console.log(
    `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped, ${count('not-offered')} not offered`,
  );
  return count('failed') === 0 ? 0 : 1;
}

async function prepare(clients: readonly MatrixClient[]): Promise<number> {
  const made = await Promise.all(clients.map((client) => client.make()));
  const missing = made.flatMap((one, at) =>
    one.kind === 'missing' ? [`${clients[at]?.name}: ${one.what}`] : [],
  );
  for (const line of missing) console.error(line);
  return missing.length === 0 ? 0 : 1;
}

process.exitCode = await main();
