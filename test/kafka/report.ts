/** The matrix as a table, and as docs/kafka-clients.md. */
import type { ClientReport } from './matrix.ts';
import type { Outcome } from './scenarios.ts';

const SIGNS: Readonly<Record<Outcome, string>> = {
  passed: 'passed',
  failed: '**failed**',
  'not-offered': '–',
  skipped: 'skipped',
};

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Clients with the same scenarios share a table: scenarios down, clients across. */
export function asTable(reports: readonly ClientReport[]): string {
  const kinds = new Map<readonly string[], ClientReport[]>();
  for (const report of reports) {
    const { scenarios } = report.client;
    kinds.set(scenarios, [...(kinds.get(scenarios) ?? []), report]);
  }
  return [...kinds.values()].map(tableOf).join('\n\n');
}

function tableOf(reports: readonly ClientReport[]): string {
  const scenarios = [...new Set(reports.flatMap(({ results }) => results.map(({ scenario }) => scenario)))];
  const of = (report: ClientReport, scenario: string): string => {
    const found = report.results.find((result) => result.scenario === scenario);
    return found === undefined ? '' : SIGNS[found.outcome];
  };
  return [
    row(['', ...reports.map(({ client }) => client.name)]),
    row(['---', ...reports.map(() => '---')]),
    row(['version', ...reports.map(({ version }) => (version === '' ? 'not run' : version))]),
    ...scenarios.map((scenario) => row([scenario, ...reports.map((report) => of(report, scenario))])),
  ].join('\n');
}

export function asDocument(reports: readonly ClientReport[], nodes: number): string {
  const failures = reports.flatMap(({ client, results }) =>
    results
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ scenario, detail }) => `- ${client.name}, ${scenario}: ${detail.replaceAll(/\s+/g, ' ')}`),
  );
  const tail = failures.length === 0 ? [] : ['', '## What failed', '', ...failures];
  return `${[headOf(nodes), '', asTable(reports), ...tail, '', AFTER_A_KILL].join('\n')}\n`;
}

const AFTER_A_KILL = `## When a node is killed

Clients go on by themselves: \`npm run prove -- kafka-recovery\` kills leaders under producers and consumers of kafkajs and librdkafka ([figures](proofs.md)). Who
asks for metadata or for a coordinator while an election is under way is answered with its outcome, for a second at most.

librdkafka, and producers of kafkajs, are back with their default settings as soon as there is a leader. Consumers of kafkajs are not: the client counts their
failures over its whole life, so that each kill doubles what it waits (0.3 s to 4.8 s), and after the fifth it begins anew as another member. If its coordinator was
on the node that was killed, its former self cannot leave, and the group waits for it until its session (30 s by default) is over, as at any
broker. Before it looks for the new leader it lets its other fetches end; a long poll ends as soon as some partition of its topics has a new leader, so that it
does not wait for those. Give the consumer waits that stay short, and enough of them; the retries of the client that it is made by do not reach it:

\`\`\`js
kafka.consumer({ groupId, maxWaitTimeInMs: 500, retry: { initialRetryTime: 50, maxRetryTime: 400, retries: 1000 } });
\`\`\``;

function headOf(nodes: number): string {
  const cluster = nodes === 1 ? 'a single node' : `a cluster of ${nodes} nodes`;
  return `# Clients of Kafka

What unmodified clients of Kafka do with FlowMesh, as it was last run: \`npm run kafka:matrix -- --write\` writes this page. The broker is
${cluster}; what each scenario does is said in [test/kafka](../test/kafka/README.md). Topics are streams, groups and transactions are
those of every other client: see [streams](streams.md), [groups](groups.md) and [transactions](transactions.md).

A dash says that the client, or what is written for it here, has no such thing. \`skipped\`: what the client is built with was not on the machine. An empty
cell was not run.`;
}
