/** `flowmesh-admin join-token`: what new nodes show to be let in. A token is printed once, when it is made. */
import type { CreatedJoinToken, FlowMesh, JoinToken } from '@flowmesh/client';
import type { Command } from 'commander';
import { durationOption } from '../command-options.ts';
import { type Column, isStructured } from '../output/format.ts';
import { showTime } from '../output/times.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { wholeOption } from '../stream/positions.ts';

/** Peers that the command for a new node names. */
const SEEDS_SHOWN_MAX = 3;

const COLUMNS: readonly Column<JoinToken>[] = [
  { header: 'id', cell: (row) => row.id },
  { header: 'state', cell: (row) => row.state },
  { header: 'uses', cell: (row) => `${row.usedBy.length} of ${row.usesMax}` },
  { header: 'expires', cell: (row) => showTime(row.expiresAt) },
  { header: 'created', cell: (row) => showTime(row.createdAt), wide: true },
  { header: 'used by', cell: (row) => row.usedBy.join(' '), wide: true },
  { header: 'description', cell: (row) => row.description },
];

interface CreateOptions {
  readonly ttl?: number;
  readonly uses?: number;
  readonly description?: string;
}

interface CreatedRow extends CreatedJoinToken {
  /** Starts a node that joins with it. */
  readonly command: string;
}

export function addTokenCommands(program: Command, context: ProgramContext): void {
  const tokens = program
    .command('join-token')
    .alias('join-tokens')
    .description('join tokens: let new nodes into the cluster');
  addCreate(tokens, context);
  handle(
    tokens.command('list').alias('ls').description('list tokens, without their secrets'),
    context,
    (session) =>
      session.withMesh(async (mesh) => {
        await session.list(await mesh.cluster.tokens.list(session.callOptions), COLUMNS);
      }),
  );
  handle(
    tokens.command('revoke <id>').description('let nobody else in with this token'),
    context,
    (session, _options, [id = '']) =>
      session.withMesh(async (mesh) => {
        await mesh.cluster.tokens.revoke(id, session.callOptions);
        await session.one({ id, revoked: true }, [
          { header: 'id', cell: (row) => row.id },
          { header: 'revoked', cell: (row) => row.revoked },
        ]);
      }),
  );
}

function addCreate(tokens: Command, context: ProgramContext): void {
  const command = tokens
    .command('create')
    .description('make a token, and print it once with the command that uses it')
    .option('--ttl <duration>', 'how long it is valid (default: 24h, at most 30d)', durationOption)
    .option(
      '--uses <n>',
      'how many nodes it lets in (default: 1)',
      wholeOption('--uses', { min: 1, max: 1_000 }),
    )
    .option('--description <text>', 'a remark for the list');
  handle<CreateOptions>(command, context, (session, options) =>
    session.withMesh(async (mesh) => {
      const created = await mesh.cluster.tokens.create({
        ttlMs: options.ttl,
        uses: options.uses,
        description: options.description,
        ...session.callOptions,
      });
      await report(session, { ...created, command: await joinCommand(session, mesh, created.token) });
    }),
  );
}

async function joinCommand(session: Session, mesh: FlowMesh, token: string): Promise<string> {
  const nodes = await mesh.cluster.nodes.list(session.callOptions);
  const seeds = nodes
    .filter((node) => node.alive)
    .flatMap((node) => (node.peerAddress === undefined ? [] : [`--seed ${node.peerAddress}`]))
    .slice(0, SEEDS_SHOWN_MAX);
  return ['flowmesh start --config node.yaml', `--join-token ${token}`, ...seeds].join(' ');
}

async function report(session: Session, row: CreatedRow): Promise<void> {
  const { format } = session.style();
  await session.one(row, [
    ...(format === 'raw' ? [] : [{ header: 'id', cell: (one: CreatedRow) => one.id }]),
    { header: 'token', cell: (one) => one.token },
    { header: 'expires', cell: (one) => showTime(one.expiresAt) },
  ]);
  if (isStructured(format) || format === 'raw') return;
  session.note(
    `\nKeep it: it is not shown again. On the new machine:\n\n  ${row.command}\n\n` +
      'Where other users can see command lines, put it into a file and name that in FLOWMESH_CLUSTER__JOIN_TOKEN_FILE.',
  );
}
