/** `flowmesh-admin rebalance --plan|--apply|--status|--cancel`: even out replicas and leaders over the nodes. */
import type { ClusterStatus, FlowMesh, PlannedMove, RebalancePlan, RebalanceStatus } from '@flowmesh/client';
import type { Command } from 'commander';
import { usageError } from '../failure.ts';
import { confirmBulk } from '../interaction/confirm.ts';
import { waitUntilDone, waitWanted } from '../interaction/wait.ts';
import { showView, WATCH_FLAG, WATCH_HELP, type WatchOption } from '../interaction/watch.ts';
import { type Column, formatBytes, formatOne, isStructured } from '../output/format.ts';
import { showTime } from '../output/times.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';

interface RebalanceOptions {
  readonly plan?: boolean;
  readonly apply?: boolean;
  readonly status?: boolean;
  readonly cancel?: boolean;
  readonly watch?: WatchOption;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly wait?: boolean;
}

const ACTIONS = ['plan', 'apply', 'status', 'cancel'] as const;

const MOVES: readonly Column<PlannedMove>[] = [
  { header: 'partition', cell: (row) => `${row.stream}/${row.partition}` },
  { header: 'from', cell: (row) => row.from.join(',') },
  { header: 'to', cell: (row) => row.to.join(',') },
  { header: 'copy', cell: (row) => formatBytes(row.bytes) },
  { header: 'reason', cell: (row) => row.reason },
];

const STATUS: readonly Column<RebalanceStatus>[] = [
  { header: 'state', cell: (row) => row.state },
  { header: 'id', cell: (row) => row.id, wide: true },
  { header: 'started', cell: (row) => (row.startedAt === undefined ? undefined : showTime(row.startedAt)) },
  { header: 'ended', cell: (row) => (row.endedAt === undefined ? undefined : showTime(row.endedAt)) },
  { header: 'moves done', cell: (row) => row.movesDone },
  { header: 'running', cell: (row) => row.movesRunning },
  { header: 'left', cell: (row) => row.movesLeft },
  { header: 'to copy', cell: (row) => formatBytes(row.bytes) },
  { header: 'replica skew', cell: (row) => percent(row.balance.replicaSkew) },
  { header: 'preferred leader skew', cell: (row) => percent(row.balance.leaderSkew) },
];

export function addRebalanceCommand(program: Command, context: ProgramContext): void {
  const command = program
    .command('rebalance [action]')
    .description('even out replicas and leaders: --plan, --apply, --status or --cancel (or the word alone)')
    .option('--plan', 'show what would be moved')
    .option('--apply', 'do it')
    .option('--status', 'how far it is')
    .option('--cancel', 'stop it; what is done stays')
    .option(WATCH_FLAG, `with --status: ${WATCH_HELP}`)
    .option('--dry-run', 'with --apply: the same as --plan')
    .option('-y, --yes', 'do not ask')
    .option('--wait', 'with --apply: until it is done (default at a terminal); --timeout bounds it')
    .option('--no-wait', 'with --apply: return once it is started');
  handle<RebalanceOptions>(command, context, (session, options, words) => {
    const chosen = ACTIONS.filter((one) => options[one] === true || words.includes(one));
    const [action] = chosen;
    const known = words.every((word) => ACTIONS.some((one) => one === word));
    if (action === undefined || chosen.length > 1 || !known) {
      throw usageError('what about the rebalance?', 'Say one of --plan, --apply, --status and --cancel.');
    }
    return session.withMesh(async (mesh) => {
      switch (action) {
        case 'plan':
          await showPlan(session, mesh, await mesh.cluster.rebalance.plan(session.callOptions));
          return;
        case 'apply':
          await apply(session, mesh, options);
          return;
        case 'status':
          return await showStatus(session, mesh, options.watch);
        case 'cancel':
          await session.one(await mesh.cluster.rebalance.cancel(session.callOptions), STATUS);
          return;
      }
    });
  });
}

async function showPlan(session: Session, mesh: FlowMesh, plan: RebalancePlan): Promise<void> {
  const { format } = session.style();
  if (format === 'json' || format === 'yaml') await session.one(plan, []);
  else await session.list(plan.moves, MOVES);
  const { before, after } = plan;
  if (plan.moves.length > 0) {
    session.note(
      `${movesOf(plan)}, ${formatBytes(plan.bytes)} to copy. ` +
        `Replica skew ${percent(before.replicaSkew)} → ${percent(after.replicaSkew)}, ` +
        `preferred leader skew ${percent(before.leaderSkew)} → ${percent(after.leaderSkew)}.`,
    );
    return;
  }
  session.note(
    `Nothing to move: replica skew ${percent(before.replicaSkew)}, preferred leader skew ${percent(before.leaderSkew)}.`,
  );
  if (before.replicaSkew > 0 || before.leaderSkew > 0)
    session.note('What is left are whole replicas and leaders that cannot be divided, or is tolerated.');
  const elsewhere = ledElsewhere(await mesh.cluster.status(session.callOptions));
  if (elsewhere > 0) {
    session.note(
      `${elsewhere} ${elsewhere === 1 ? 'partition is' : 'partitions are'} led by other nodes than preferred: ` +
        'leaders go back by themselves within seconds, except to nodes that are draining, away or in trouble.',
    );
  }
}

/** A plan is about preferred leaders; who leads at the moment is another matter. At least so many do it in another's place. */
function ledElsewhere({ nodes }: ClusterStatus): number {
  return nodes.reduce((sum, node) => sum + Math.max(0, node.leaders - node.preferredLeaders), 0);
}

async function apply(session: Session, mesh: FlowMesh, options: RebalanceOptions): Promise<void> {
  const plan = await mesh.cluster.rebalance.plan(session.callOptions);
  if (options.dryRun === true) {
    await showPlan(session, mesh, plan);
    return;
  }
  if (plan.moves.length === 0) {
    session.note('Nothing to move: the cluster is balanced.');
    await session.one(await mesh.cluster.rebalance.status(session.callOptions), STATUS);
    return;
  }
  await confirmBulk(session, options.yes, `Make ${movesOf(plan)}, copying ${formatBytes(plan.bytes)}?`);
  const started = await mesh.cluster.rebalance.start(session.callOptions);
  const goesOn = 'It goes on in the background: flowmesh-admin rebalance --status --watch (or --cancel)';
  if (!waitWanted(session, options.wait)) {
    await session.one(started, STATUS);
    session.note(goesOn);
    return;
  }
  const end = await waitUntilDone(
    session,
    async () => {
      const value = await mesh.cluster.rebalance.status({ signal: session.environment.interrupted });
      const total = value.movesDone + value.movesRunning + value.movesLeft;
      return {
        // The node that answers may not have heard of it yet, and tell of the one before.
        done: value.state !== 'running' && (value.startedAt ?? 0) >= (started.startedAt ?? 0),
        text: `${value.movesDone} of ${total} moves done, ${formatBytes(value.bytes)} to copy`,
        share: { done: value.movesDone, total },
        value,
      };
    },
    goesOn,
  );
  await session.one(end, STATUS);
}

function showStatus(session: Session, mesh: FlowMesh, watch: WatchOption): Promise<number> {
  return showView(session, watch, async () => {
    const status = await mesh.cluster.rebalance.status(session.callOptions);
    const style = session.style();
    const text = isStructured(style.format) ? '' : formatOne(status, STATUS, style);
    return { data: status, text, raw: status.state, exitCode: 0 };
  });
}

function movesOf(plan: RebalancePlan): string {
  const count = plan.moves.length;
  return `${plan.truncated ? 'more than ' : ''}${count} ${count === 1 ? 'move' : 'moves'}`;
}

function percent(skew: number): string {
  return `${Math.round(skew * 100)} %`;
}
