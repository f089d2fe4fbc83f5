/** `flowmesh-admin partitions`: where replicas are, moving them, and who leads. A partition is written orders/4 or orders 4. */
import {
  type FlowMesh,
  type ListPartitionsOptions,
  PARTITION_STATES,
  type PartitionDetail,
  type PartitionState,
} from '@flowmesh/client';
import { type Command, Option } from 'commander';
import {
  collect,
  parseNode,
  parseNodes,
  parsePlace,
  parsePlaces,
  type Place,
  showPlace,
} from '../command-options.ts';
import { usageError } from '../failure.ts';
import { confirmBulk } from '../interaction/confirm.ts';
import { waitUntilDone, waitWanted } from '../interaction/wait.ts';
import { formatBytes, isStructured } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { wholeOption } from '../stream/positions.ts';
import { addElectPreferred } from './elect-preferred.ts';
import { EPOCH_COLUMNS, PARTITION_COLUMNS, REPLICA_COLUMNS } from './partition-columns.ts';

export function addPartitionCommands(program: Command, context: ProgramContext): void {
  const partitions = program
    .command('partitions')
    .alias('partition')
    .description('partitions: replicas, moves and leaders (a partition is written orders/4)');
  addList(partitions, context);
  addDescribe(partitions, context);
  addMove(partitions, context);
  addCancelMove(partitions, context);
  addTransferLeader(partitions, context);
  addElectPreferred(partitions, context);
}

async function collected(
  mesh: FlowMesh,
  options: ListPartitionsOptions,
  limit: number,
): Promise<PartitionDetail[]> {
  const rows: PartitionDetail[] = [];
  for await (const row of mesh.cluster.partitions.list(options)) {
    if (rows.length >= limit) break;
    rows.push(row);
  }
  return rows;
}

interface ListOptions {
  readonly stream?: readonly string[];
  readonly node?: string;
  readonly state?: PartitionState;
  readonly limit: number;
}

function addList(partitions: Command, context: ProgramContext): void {
  const command = partitions
    .command('list')
    .alias('ls')
    .description('list partitions')
    .option('--stream <name>', 'only of this stream, may be repeated', collect)
    .option('--node <n>', 'only those with a replica on this node')
    .addOption(new Option('--state <state>', 'only those').choices(PARTITION_STATES))
    .option('--limit <n>', 'at most so many', wholeOption('--limit', { min: 1, max: 1_000_000 }), 10_000);
  handle<ListOptions>(command, context, (session, options) =>
    session.withMesh(async (mesh) => {
      const filter = {
        streams: options.stream,
        node: options.node === undefined ? undefined : parseNode(options.node),
        state: options.state,
        ...session.callOptions,
      };
      const rows = await collected(mesh, filter, options.limit);
      await session.list(rows, PARTITION_COLUMNS);
      if (rows.length === options.limit) {
        session.note(`There may be more: ${await mesh.cluster.partitions.count(filter)} in all (--limit).`);
      }
      if (rows.length === 0 && !isStructured(session.style().format)) session.note('No such partitions.');
    }),
  );
}

function addDescribe(partitions: Command, context: ProgramContext): void {
  const command = partitions
    .command('describe <partition> [number]')
    .description('all that is known of a partition: orders/4');
  handle(command, context, (session, _options, args) =>
    session.withMesh(async (mesh) => {
      const found = await mesh.cluster.partitions.describe(parsePlace(args), session.callOptions);
      await session.one(
        found,
        PARTITION_COLUMNS.map(({ header, cell }) => ({ header, cell })),
      );
      const { format } = session.style();
      if (isStructured(format) || format === 'raw') return;
      if (found.replicaDetails.length === 0) {
        session.note('Its leader does not answer: this is what other nodes know of it.');
        return;
      }
      await session.sink.write('\n');
      await session.list(found.replicaDetails, REPLICA_COLUMNS);
      if (found.epochs.length === 0) return;
      await session.sink.write('\n');
      await session.list(found.epochs, EPOCH_COLUMNS);
    }),
  );
}

interface MoveOptions {
  readonly to: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly wait?: boolean;
}

function addMove(partitions: Command, context: ProgramContext): void {
  const command = partitions
    .command('move <partition> [number]')
    .description('give a partition these replicas: move orders/4 --to 1,2,3')
    .requiredOption('--to <nodes>', 'node numbers with commas, preferred leader first')
    .option('--dry-run', 'only check, and tell how much would be copied')
    .option('-y, --yes', 'do not ask')
    .option('--wait', 'until it is done (default at a terminal); --timeout bounds it')
    .option('--no-wait', 'return once it is decided');
  handle<MoveOptions>(command, context, (session, options, args) =>
    session.withMesh((mesh) => move(session, mesh, options, parsePlace(args))),
  );
}

async function move(session: Session, mesh: FlowMesh, options: MoveOptions, place: Place): Promise<void> {
  const text = showPlace(place);
  const to = parseNodes(options.to);
  const run = (dryRun: boolean) =>
    mesh.cluster.partitions.move({ ...place, to }, { dryRun, ...session.callOptions });
  if (options.dryRun === true || options.yes !== true) {
    const would = await run(true);
    if (options.dryRun === true) {
      await reportMove(session, would, { to, dryRun: true, done: false });
      session.note(`${formatBytes(would.bytes)} to copy. Nothing was changed (--dry-run).`);
      return;
    }
    const from = would.partition.replicas.join(',');
    await confirmBulk(
      session,
      options.yes,
      `Move ${text} from nodes ${from} to ${to.join(',')}? ${formatBytes(would.bytes)} to copy.`,
    );
  }
  const started = await run(false);
  const cancel = `cancel it: flowmesh-admin partitions cancel-move ${text}`;
  if (!waitWanted(session, options.wait)) {
    await reportMove(session, started, { to, dryRun: false, done: false });
    session.note(`It goes on in the background; ${cancel}`);
    return;
  }
  const partition = await waitUntilDone(
    session,
    async () => {
      const seen = await mesh.cluster.partitions.describe(place, {
        signal: session.environment.interrupted,
      });
      const copied = to.every((node) => seen.inSyncReplicas.includes(node));
      const done = seen.move === undefined && seen.replicas.join() === to.join() && copied;
      return {
        done,
        text: done ? `${text}: moved` : `${text}: ${seen.move?.step ?? 'starting'}`,
        value: seen,
      };
    },
    `It goes on in the background; ${cancel}`,
  );
  const { epochs: _epochs, replicaDetails: _replicas, ...detail } = partition;
  await reportMove(session, { partition: detail, bytes: started.bytes }, { to, dryRun: false, done: true });
}

async function reportMove(
  session: Session,
  moved: { readonly partition: PartitionDetail; readonly bytes: number },
  state: { readonly to: readonly number[]; readonly dryRun: boolean; readonly done: boolean },
): Promise<void> {
  if (isStructured(session.style().format)) await session.one({ ...state, ...moved }, []);
  else await session.list([moved.partition], PARTITION_COLUMNS);
}

interface CancelOptions {
  readonly stream?: string;
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

function addCancelMove(partitions: Command, context: ProgramContext): void {
  const command = partitions
    .command('cancel-move [partitions...]')
    .description('turn moves back: orders/4, or --stream NAME, or --all')
    .option('--stream <name>', 'all moves of this stream')
    .option('--all', 'all moves')
    .option('--dry-run', 'only list the moves')
    .option('-y, --yes', 'do not ask');
  handle<CancelOptions>(command, context, (session, options, args) =>
    session.withMesh((mesh) => cancelMoves(session, mesh, options, args)),
  );
}

/** The streams and partitions that the command line names; exactly one way of naming is allowed. */
function cancelTargets(
  options: CancelOptions,
  args: readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const ways = [args.length > 0, options.stream !== undefined, options.all === true].filter(Boolean).length;
  if (ways !== 1) throw usageError('which moves?', 'Name partitions (orders/4), or --stream NAME, or --all.');
  if (options.all === true) return new Map([['', []]]);
  if (options.stream !== undefined) return new Map([[options.stream, []]]);
  const targets = new Map<string, number[]>();
  for (const { stream, partition } of parsePlaces(args)) {
    targets.set(stream, [...(targets.get(stream) ?? []), partition]);
  }
  return targets;
}

async function cancelMoves(
  session: Session,
  mesh: FlowMesh,
  options: CancelOptions,
  args: readonly string[],
): Promise<void> {
  const targets = cancelTargets(options, args);
  const streams = options.all === true ? undefined : [...targets.keys()];
  const filter = { streams, state: 'moving', ...session.callOptions } as const;
  if (options.dryRun === true) {
    const rows = await collected(mesh, filter, Number.POSITIVE_INFINITY);
    const named = rows.filter((row) => {
      const wanted = targets.get(row.stream) ?? [];
      return wanted.length === 0 || wanted.includes(row.partition);
    });
    await session.list(named, PARTITION_COLUMNS);
    session.note('Nothing was changed (--dry-run).');
    return;
  }
  if (args.length === 0) {
    const moves = await mesh.cluster.partitions.count(filter);
    await confirmBulk(session, options.yes, `Cancel ${moves} ${moves === 1 ? 'move' : 'moves'}?`);
  }
  let cancelled = 0;
  const refused: string[] = [];
  for (const [stream, numbers] of targets) {
    const which = { stream: stream === '' ? undefined : stream, partitions: numbers };
    const answer = await mesh.cluster.partitions.cancelMoves(which, session.callOptions);
    cancelled += answer.cancelled;
    refused.push(...answer.refused);
  }
  await session.one({ cancelled, refused }, [
    { header: 'cancelled', cell: (row) => row.cancelled },
    { header: 'refused', cell: (row) => row.refused.join('; ') },
  ]);
}

function addTransferLeader(partitions: Command, context: ProgramContext): void {
  const command = partitions
    .command('transfer-leader <partition> [number]')
    .description('hand the leadership of a partition to another in-sync replica')
    .option('--to <node>', 'to this one (default: the one that is furthest)');
  handle<{ to?: string }>(command, context, (session, options, args) =>
    session.withMesh(async (mesh) => {
      const place = parsePlace(args);
      const to = options.to === undefined ? undefined : parseNode(options.to);
      const { leader, leaderEpoch } = await mesh.cluster.partitions.transferLeader(
        { ...place, to },
        session.callOptions,
      );
      await session.one({ ...place, leader, leaderEpoch }, [
        { header: 'leader', cell: (row) => row.leader },
        { header: 'epoch', cell: (row) => row.leaderEpoch },
      ]);
    }),
  );
}
