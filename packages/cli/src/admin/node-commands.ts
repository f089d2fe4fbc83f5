/**
 * `flowmesh-admin nodes`: who there is, and the ways out of service and back. What moves is counted and asked about before it is
 * done; who waits sees how far it is.
 */
import type { FlowMesh, NodeOperation, NodeStatus } from '@flowmesh/client';
import type { Command } from 'commander';
import { parseNode } from '../command-options.ts';
import { usageError } from '../failure.ts';
import { confirmBulk } from '../interaction/confirm.ts';
import { type Look, waitUntilDone, waitWanted } from '../interaction/wait.ts';
import { isStructured } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { NODE_COLUMNS } from './node-columns.ts';

interface OperationOptions {
  readonly self?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly wait?: boolean;
}

type OperationName = 'drain' | 'undrain' | 'decommission' | 'remove';

interface Operation {
  readonly name: OperationName;
  readonly description: string;
  /** What is asked, given what a dry run found; undefined: nothing is. */
  readonly question: ((node: number, found: NodeOperation) => string) | undefined;
  /** How much of it is still to do; undefined: it is done at once. */
  readonly left: ((node: NodeStatus) => number) | undefined;
  readonly unit: string;
  /** What comes next. */
  readonly next: (node: number) => string;
}

const OPERATIONS: readonly Operation[] = [
  {
    name: 'drain',
    description: 'move leaderships away from a node, for maintenance; its replicas stay',
    question: (node, found) => `Drain node ${node}? ${counted(found.leaders, 'leadership')} to move away.`,
    left: (node) => node.leaders,
    unit: 'leadership',
    next: (node) =>
      `Node ${node} is drained: it may be stopped. Back into service: flowmesh-admin nodes undrain ${node}`,
  },
  {
    name: 'undrain',
    description: 'back into service: end a drain or a decommission',
    question: undefined,
    left: undefined,
    unit: '',
    next: (node) =>
      `Node ${node} may lead again. Leaders back where they belong: flowmesh-admin partitions elect-preferred --all`,
  },
  {
    name: 'decommission',
    description: 'move leaderships and replicas away from a node, to let it go',
    question: (node, found) =>
      `Decommission node ${node}? ${counted(found.replicas, 'replica')} and ${counted(found.leaders, 'leadership')} to move to other nodes.`,
    left: (node) => node.replicas + node.leaders,
    unit: 'replica or leadership',
    next: (node) => `Node ${node} holds nothing any more. Let it go: flowmesh-admin nodes remove ${node}`,
  },
  {
    name: 'remove',
    description: 'forget a node: after a decommission, or with --force when it never comes back',
    question: (node, found) =>
      `Remove node ${node} for good? ${found.replicas === 0 ? 'It holds no replicas.' : `${counted(found.replicas, 'replica')} on it will be given up and made again elsewhere.`}`,
    left: undefined,
    unit: '',
    next: (node) => `Node ${node} is gone; its directory cannot come back under its old identity.`,
  },
];

export function addNodeCommands(program: Command, context: ProgramContext): void {
  const nodes = program
    .command('nodes')
    .alias('node')
    .description('nodes: see them, take them out of service');
  const list = nodes
    .command('list')
    .alias('ls')
    .description('list nodes')
    .option('--all', 'also those that are gone');
  handle<{ all?: boolean }>(list, context, (session, options) =>
    session.withMesh(async (mesh) => {
      const found = await mesh.cluster.nodes.list({
        includeGone: options.all === true,
        ...session.callOptions,
      });
      await session.list(found, NODE_COLUMNS);
    }),
  );
  const describe = nodes
    .command('describe [node]')
    .description('all that is known of a node')
    .option('--self', 'the node at --url');
  handle<OperationOptions>(describe, context, (session, options, args) =>
    session.withMesh(async (mesh) => {
      const node = await chosen(session, mesh, options, args);
      const found = await mesh.cluster.nodes.get(node, session.callOptions);
      await session.one(
        found,
        NODE_COLUMNS.map(({ header, cell }) => ({ header, cell })),
      );
    }),
  );
  for (const operation of OPERATIONS) addOperation(nodes, context, operation);
}

function addOperation(nodes: Command, context: ProgramContext, operation: Operation): void {
  const command = nodes
    .command(`${operation.name} [node]`)
    .description(operation.description)
    .option('--self', 'the node at --url')
    .option('--force', 'also where something would suffer; the warnings tell what')
    .option('--dry-run', 'only tell what would be done');
  if (operation.question !== undefined) command.option('-y, --yes', 'do not ask');
  if (operation.left !== undefined) {
    command
      .option('--wait', 'until it is done (default at a terminal); --timeout bounds it')
      .option('--no-wait', 'return once it is decided');
  }
  handle<OperationOptions>(command, context, (session, options, args) =>
    session.withMesh((mesh) => operate(session, mesh, operation, options, args)),
  );
}

async function operate(
  session: Session,
  mesh: FlowMesh,
  operation: Operation,
  options: OperationOptions,
  args: readonly string[],
): Promise<void> {
  const node = await chosen(session, mesh, options, args);
  const { force } = options;
  const run = (dryRun: boolean): Promise<NodeOperation> =>
    mesh.cluster.nodes[operation.name](node, { force, dryRun, ...session.callOptions });
  let found: NodeOperation | undefined;
  if (options.dryRun === true || (operation.question !== undefined && options.yes !== true)) {
    found = await run(true);
    for (const warning of found.warnings) session.note(`warning: ${warning}`);
    if (options.dryRun === true) {
      await report(session, operation.name, found, { dryRun: true, done: false });
      session.note('Nothing was changed (--dry-run).');
      return;
    }
    await confirmBulk(session, options.yes, operation.question?.(node, found) ?? '');
  }
  const started = await run(false);
  if (found === undefined) for (const warning of started.warnings) session.note(`warning: ${warning}`);
  const { left } = operation;
  if (left === undefined) {
    await report(session, operation.name, started, { dryRun: false, done: true });
    session.note(operation.next(node));
    return;
  }
  if (!waitWanted(session, options.wait)) {
    await report(session, operation.name, started, { dryRun: false, done: false });
    session.note(`It goes on in the background. Watch it: flowmesh-admin cluster status --watch`);
    return;
  }
  const total = operation.name === 'drain' ? started.leaders : started.leaders + started.replicas;
  const end = await waitUntilDone(
    session,
    () => lookAtNode(session, mesh, operation, { node, total }),
    `It goes on in the background. Watch it: flowmesh-admin cluster status --watch; end it: flowmesh-admin nodes undrain ${node}`,
  );
  const done = { node: end, leaders: end.leaders, replicas: end.replicas, warnings: started.warnings };
  await report(session, operation.name, done, { dryRun: false, done: true });
  session.note(operation.next(node));
}

async function lookAtNode(
  session: Session,
  mesh: FlowMesh,
  operation: Operation,
  about: { readonly node: number; readonly total: number },
): Promise<Look<NodeStatus>> {
  const value = await mesh.cluster.nodes.get(about.node, { signal: session.environment.interrupted });
  const left = operation.left?.(value) ?? 0;
  const total = Math.max(about.total, left);
  return {
    done: left === 0,
    text: left === 0 ? `node ${about.node}: done` : `node ${about.node}: ${left} of ${total} left`,
    share: { done: total - left, total },
    value,
  };
}

async function report(
  session: Session,
  operation: OperationName,
  result: NodeOperation,
  state: { readonly dryRun: boolean; readonly done: boolean },
): Promise<void> {
  const { node, leaders, replicas, warnings } = result;
  const row = { operation, ...state, leaders, replicas, warnings, node };
  if (isStructured(session.style().format)) await session.one(row, []);
  else await session.list([node], NODE_COLUMNS);
  if (!isStructured(session.style().format) && state.dryRun) {
    session.note(`To move: ${counted(leaders, 'leadership')}, ${counted(replicas, 'replica')}.`);
  }
}

/** The node named on the command line, or with --self the one at the address. */
async function chosen(
  session: Session,
  mesh: FlowMesh,
  options: OperationOptions,
  args: readonly string[],
): Promise<number> {
  const [text] = args;
  if (options.self !== true) {
    if (text === undefined) {
      throw usageError('no node named', 'Name it (see: flowmesh-admin nodes list), or use --self.');
    }
    return parseNode(text);
  }
  const { addresses } = session;
  if (text !== undefined || addresses.length !== 1) {
    throw usageError(
      text === undefined
        ? `--self is one node, but there are ${addresses.length} addresses`
        : '--self and a node',
      'Name the one address of the node: --self --url 127.0.0.1:50051.',
    );
  }
  const status = await mesh.cluster.statusAt(addresses[0] as string, session.callOptions);
  return status.answeredBy;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
