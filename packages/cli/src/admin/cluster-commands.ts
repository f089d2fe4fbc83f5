/** `flowmesh-admin cluster status` and `health`: who is there, what is wrong, what mends it. Exit code 10 where something is. */
import type { ClusterHealth, ClusterStatus, Finding, FlowMesh } from '@flowmesh/client';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { showView, type View, WATCH_FLAG, WATCH_HELP, type WatchOption } from '../interaction/watch.ts';
import { bold, type Column, formatList, formatOne, type Style } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { NODE_COLUMNS } from './node-columns.ts';

const SUMMARY: readonly Column<ClusterStatus>[] = [
  { header: 'cluster', cell: (row) => row.clusterId },
  { header: 'version', cell: (row) => row.version },
  {
    header: 'metadata leader',
    cell: (row) => (row.metadataLeader === undefined ? 'none' : `node ${row.metadataLeader}`),
  },
  {
    header: 'metadata voters',
    cell: (row) => `${row.metadataVoters.join(',')}${row.metadataChanging ? ' (changing)' : ''}`,
    wide: true,
  },
  { header: 'metadata revision', cell: (row) => row.metadataRevision, wide: true },
  { header: 'feature level', cell: (row) => `${row.featureLevel} of ${row.featureLevelMax}`, wide: true },
  { header: 'partitions', cell: (row) => row.partitions },
  { header: 'offline', cell: (row) => row.offlinePartitions },
  { header: 'leaderless', cell: (row) => row.leaderlessPartitions },
  { header: 'under min ISR', cell: (row) => row.underMinIsrPartitions },
  { header: 'under-replicated', cell: (row) => row.underReplicatedPartitions },
  { header: 'moving', cell: (row) => row.movingPartitions },
];

function isHealthy(status: ClusterStatus): boolean {
  return (
    status.metadataLeader !== undefined &&
    status.offlinePartitions === 0 &&
    status.leaderlessPartitions === 0 &&
    status.underReplicatedPartitions === 0 &&
    status.nodes.every((node) => node.alive && node.troubles.length === 0)
  );
}

export function addClusterCommands(program: Command, context: ProgramContext): void {
  const cluster = program.command('cluster').description('the cluster as a whole');
  const status = cluster
    .command('status')
    .description('nodes, leaders and troubles (exit code 10 if something is wrong)')
    .option(WATCH_FLAG, WATCH_HELP);
  handle<{ watch?: WatchOption }>(status, context, (session, options) =>
    session.withMesh((mesh) => showView(session, options.watch, () => lookAtStatus(session, mesh))),
  );
  addHealth(cluster, context);
  addHealth(program, context);
}

async function lookAtStatus(session: Session, mesh: FlowMesh): Promise<View> {
  const status = await mesh.cluster.status(session.callOptions);
  const healthy = isHealthy(status);
  const style = tableStyle(session);
  return {
    data: { healthy, ...status },
    text: `${formatOne(status, SUMMARY, style)}\n${formatList(status.nodes, NODE_COLUMNS, style)}`,
    raw: status.clusterId,
    exitCode: healthy ? EXIT.ok : EXIT.unhealthy,
  };
}

function addHealth(parent: Command, context: ProgramContext): void {
  const command = parent
    .command('health')
    .description('what is wrong (exit code 10) and the command that mends it')
    .option('--explain', 'cause, impact and remedy of every finding, also of those that are no fault')
    .option(WATCH_FLAG, WATCH_HELP);
  handle<{ explain?: boolean; watch?: WatchOption }>(command, context, (session, options) =>
    session.withMesh((mesh) =>
      showView(session, options.watch, async () => {
        const explain = options.explain === true;
        const health = await mesh.cluster.health({ explain, ...session.callOptions });
        return {
          data: health,
          text: healthText(health, explain, tableStyle(session)),
          raw: health.healthy ? 'healthy' : 'unhealthy',
          exitCode: health.healthy ? EXIT.ok : EXIT.unhealthy,
        };
      }),
    ),
  );
}

function healthText(health: ClusterHealth, explain: boolean, style: Style): string {
  const { findings, checks } = health;
  const faults = findings.filter((finding) => finding.severity !== 'info').length;
  const summary = health.healthy
    ? `healthy: ${checks} checks, nothing wrong`
    : `unhealthy: ${faults} ${faults === 1 ? 'finding' : 'findings'} in ${checks} checks`;
  const shown = findings.map((finding) => (explain ? explained(finding, style) : brief(finding, style)));
  const more =
    explain || findings.length === 0 ? '' : '\nWhy, and what it means: flowmesh-admin health --explain\n';
  return `${bold(summary, style)}\n${shown.length === 0 ? '' : '\n'}${shown.join(explain ? '\n' : '')}${more}`;
}

function brief(finding: Finding, style: Style): string {
  const { command, note } = finding;
  const remark = note?.split(/(?<=\.) /)[0];
  const remedy = command === undefined ? remark : remark === undefined ? command : `${command}   (${remark})`;
  const head = `${severity(finding, style)} ${finding.subject}: ${finding.cause}`;
  return `${head}\n${remedy === undefined ? '' : `${' '.repeat(10)}→ ${remedy}\n`}`;
}

function explained(finding: Finding, style: Style): string {
  const lines = [
    `${severity(finding, style)} ${bold(finding.subject, style)}  (${finding.code})`,
    `  cause:   ${finding.cause}`,
    `  impact:  ${finding.impact}`,
    ...(finding.command === undefined ? [] : [`  command: ${finding.command}`]),
    ...(finding.note === undefined ? [] : [`  note:    ${finding.note}`]),
  ];
  return `${lines.join('\n')}\n`;
}

const COLOR: Readonly<Record<string, number>> = { critical: 31, warning: 33, info: 36 };

function severity(finding: Finding, style: Style): string {
  const text = finding.severity.padEnd(9);
  return style.color ? `\u001b[${COLOR[finding.severity] ?? 39}m${text}\u001b[39m` : text;
}

/** How people see it, also where the output goes elsewhere as JSON. */
function tableStyle(session: Session): Style {
  const style = session.style();
  return style.format === 'wide' ? style : { ...style, format: 'table' };
}
