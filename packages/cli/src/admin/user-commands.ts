/** `flowmesh-admin user`: who may come in, and what they may do. Passwords are asked for, read or made up, and shown only when made up. */
import {
  type FlowMesh,
  GRANT_OPERATIONS,
  type Grant,
  type GrantOperation,
  PASSWORD_ITERATIONS,
  type Role,
  ROLES,
  type User,
  type UserGrant,
} from '@flowmesh/client';
import { type Command, Option } from 'commander';
import { collect } from '../command-options.ts';
import { usageError } from '../failure.ts';
import { confirmAtTerminal } from '../interaction/confirm.ts';
import { newSecret } from '../interaction/secret.ts';
import { type Column, isStructured } from '../output/format.ts';
import { showTime } from '../output/times.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { wholeOption } from '../stream/positions.ts';

const COLUMNS: readonly Column<User>[] = [
  { header: 'name', cell: (row) => row.name },
  { header: 'enabled', cell: (row) => row.enabled },
  { header: 'roles', cell: (row) => row.roles.join(' ') },
  { header: 'grants', cell: (row) => row.grants.length },
  {
    header: 'credentials',
    cell: (row) => row.credentials.map(({ mechanism }) => mechanism).join(' '),
    wide: true,
  },
  { header: 'created', cell: (row) => showTime(row.createdAt), wide: true },
];

const DESCRIPTION: readonly Column<User>[] = [
  ...COLUMNS.map((column) => ({ ...column, wide: false })).filter(({ header }) => header !== 'grants'),
  { header: 'grants', cell: (row) => row.grants.map(showGrant).join('\n') },
];

interface SecretOptions {
  readonly generate?: boolean;
  readonly passwordStdin?: boolean;
  readonly newPasswordFile?: string;
  readonly iterations?: number;
}

interface CreateOptions extends SecretOptions {
  readonly role?: readonly string[];
  readonly first?: boolean;
  /** False with --no-password. */
  readonly password?: boolean;
}

interface GrantOptions {
  readonly stream?: readonly string[];
  readonly queue?: readonly string[];
  readonly bucket?: readonly string[];
  readonly group?: readonly string[];
  readonly transaction?: readonly string[];
  readonly cluster?: boolean;
  readonly deny?: boolean;
  readonly role?: readonly string[];
}

export function addUserCommands(program: Command, context: ProgramContext): void {
  const users = program
    .command('user')
    .alias('users')
    .description('users: who may come in, and what they may do');
  addCreate(users, context);
  handle(users.command('list').alias('ls').description('list users'), context, (session) =>
    session.withMesh(async (mesh) => {
      await session.list(await mesh.cluster.users.list(session.callOptions), COLUMNS);
    }),
  );
  handle(
    users.command('describe <name>').description('show a user with all grants'),
    context,
    (session, _options, [name = '']) =>
      session.withMesh(async (mesh) => {
        await session.one(await mesh.cluster.users.get(name, session.callOptions), DESCRIPTION);
      }),
  );
  addSetPassword(users, context);
  addGrants(users, context);
  addStates(users, context);
}

function withSecretOptions(command: Command): Command {
  return command
    .option('--generate', 'make a password up, and show it once')
    .option('--password-stdin', 'read the password from the first line of stdin')
    .option('--new-password-file <file>', 'read the password from a file')
    .option(
      '--iterations <n>',
      'work that one guess costs (default: 8192)',
      wholeOption('--iterations', PASSWORD_ITERATIONS),
    );
}

function addCreate(users: Command, context: ProgramContext): void {
  const command = withSecretOptions(
    users
      .command('create <name>')
      .description('make a user; the password is asked for unless an option says otherwise'),
  )
    .option('--role <role>', `${ROLES.join(', ')}; may be repeated`, collect)
    .option('--first', 'the first administrator, made with the token of a node (--token-file)')
    .addOption(new Option('--no-password', 'only a client certificate of that name lets the user in'));
  handle<CreateOptions>(command, context, (session, options, [name = '']) =>
    session.withMesh(async (mesh) => {
      const roles = options.first === true ? (['admin'] as const) : (options.role ?? []).map(parseRole);
      if (options.first === true) await refuseSecondFirst(session, mesh);
      const secret = options.password === false ? undefined : await secretOf(session, options);
      const user = await mesh.cluster.users.create({
        name,
        roles,
        password: secret?.text,
        iterations: options.iterations,
        ...session.callOptions,
      });
      await report(session, user, secret);
    }),
  );
}

async function refuseSecondFirst(session: Session, mesh: FlowMesh): Promise<void> {
  const users = await mesh.cluster.users.list(session.callOptions);
  const admin = users.find((user) => user.enabled && user.roles.includes('admin'));
  if (admin !== undefined)
    throw usageError(
      `there is an administrator already: ${admin.name}`,
      'Without --first, an administrator makes further ones: flowmesh-admin user create NAME --role admin --user …',
    );
}

function addSetPassword(users: Command, context: ProgramContext): void {
  const command = withSecretOptions(
    users
      .command('set-password <name>')
      .description('give a user another password; open connections have to show it'),
  );
  handle<SecretOptions>(command, context, (session, options, [name = '']) =>
    session.withMesh(async (mesh) => {
      const secret = await secretOf(session, options);
      const user = await mesh.cluster.users.setPassword(name, secret.text, {
        iterations: options.iterations,
        ...session.callOptions,
      });
      await report(session, user, secret);
    }),
  );
}

function addGrants(users: Command, context: ProgramContext): void {
  const withOptions = (command: Command): Command =>
    command
      .option(
        '--stream <name>',
        'a stream; orders-* means all whose names begin so, * all; may be repeated',
        collect,
      )
      .option('--queue <name>', 'a queue, likewise', collect)
      .option('--bucket <name>', 'a bucket, likewise', collect)
      .option('--group <name>', 'a consumer group, likewise', collect)
      .option('--transaction <id>', 'a transactional id, likewise', collect)
      .option('--cluster', 'the cluster')
      .option('--deny', 'deny it, whatever else allows it')
      .option('--role <role>', `a role: ${ROLES.join(', ')}; may be repeated`, collect);
  const words = 'operations, separated by commas';
  const grant = withOptions(
    users.command('grant <name> [operations]').description(`allow something (${words}), or add a role`),
  );
  handle<GrantOptions>(grant, context, (session, options, [name = '', operations = '']) =>
    session.withMesh(async (mesh) => {
      const grants = parseGrants(operations, options);
      const roles = (options.role ?? []).map(parseRole);
      const before =
        roles.length === 0 ? [] : (await mesh.cluster.users.get(name, session.callOptions)).roles;
      if (roles.length > 0)
        await mesh.cluster.users.setRoles(name, [...before.map(parseRole), ...roles], session.callOptions);
      const user = await mesh.cluster.users.grant(name, grants, session.callOptions);
      await session.one(user, DESCRIPTION);
    }),
  );
  const revoke = withOptions(
    users.command('revoke <name> [operations]').description(`take grants back (${words}), or a role`),
  );
  handle<GrantOptions>(revoke, context, (session, options, [name = '', operations = '']) =>
    session.withMesh(async (mesh) => {
      const grants = parseGrants(operations, options);
      const roles = (options.role ?? []).map(parseRole);
      if (roles.length > 0) {
        const before = (await mesh.cluster.users.get(name, session.callOptions)).roles.map(parseRole);
        const kept = before.filter((role) => !roles.includes(role));
        await mesh.cluster.users.setRoles(name, kept, session.callOptions);
      }
      const user = await mesh.cluster.users.revoke(name, grants, session.callOptions);
      await session.one(user, DESCRIPTION);
    }),
  );
}

function addStates(users: Command, context: ProgramContext): void {
  handle(
    users.command('disable <name>').description('let a user in no more, nor do anything on open connections'),
    context,
    (session, _options, [name = '']) =>
      session.withMesh(async (mesh) => {
        await session.one(await mesh.cluster.users.disable(name, session.callOptions), DESCRIPTION);
      }),
  );
  handle(
    users.command('enable <name>').description('let a user in again'),
    context,
    (session, _options, [name = '']) =>
      session.withMesh(async (mesh) => {
        await session.one(await mesh.cluster.users.enable(name, session.callOptions), DESCRIPTION);
      }),
  );
  const remove = users
    .command('delete <name>')
    .description('delete a user with all grants')
    .option('-y, --yes', 'do not ask');
  handle<{ readonly yes?: boolean }>(remove, context, (session, options, [name = '']) =>
    session.withMesh(async (mesh) => {
      await confirmAtTerminal(session, options.yes, async () => `Delete user ${name}?`);
      await mesh.cluster.users.delete(name, session.callOptions);
      await session.one({ name, deleted: true }, [
        { header: 'name', cell: (row) => row.name },
        { header: 'deleted', cell: (row) => row.deleted },
      ]);
    }),
  );
}

function secretOf(session: Session, options: SecretOptions): ReturnType<typeof newSecret> {
  const { generate = false, passwordStdin = false, newPasswordFile } = options;
  return newSecret(session, { generate, stdin: passwordStdin, file: newPasswordFile });
}

/** A password that was made up is part of the answer, this once. */
async function report(
  session: Session,
  user: User,
  secret: { readonly text: string; readonly generated: boolean } | undefined,
): Promise<void> {
  if (secret?.generated !== true) {
    await session.one(user, DESCRIPTION);
    return;
  }
  await session.one({ ...user, password: secret.text }, [
    ...DESCRIPTION,
    { header: 'password', cell: (row) => row.password },
  ]);
  if (!isStructured(session.style().format)) session.note('\nKeep the password: it is not shown again.');
}

function parseRole(text: string): Role {
  const role = ROLES.find((one) => one === text);
  if (role === undefined) throw usageError(`${text} is not a role`, `Roles are ${ROLES.join(', ')}.`);
  return role;
}

function parseOperation(text: string): GrantOperation {
  const operation = GRANT_OPERATIONS.find((one) => one === text);
  if (operation === undefined) {
    throw usageError(`${text} is not an operation`, `Operations are ${GRANT_OPERATIONS.join(', ')}.`);
  }
  return operation;
}

function parseGrants(operations: string, options: GrantOptions): readonly Grant[] {
  const places = [
    ...(['stream', 'queue', 'bucket', 'group', 'transaction'] as const).flatMap((resource) =>
      (options[resource] ?? []).map((name) => ({ resource, ...parsePattern(name) })),
    ),
    ...(options.cluster === true ? [{ resource: 'cluster', name: '*', match: 'literal' } as const] : []),
  ];
  const wanted = operations
    .split(',')
    .filter((operation) => operation !== '')
    .map(parseOperation);
  if (
    (places.length === 0) !== (wanted.length === 0) ||
    (places.length === 0 && options.role === undefined)
  ) {
    throw usageError(
      'say what may be done, and to what',
      "For instance: flowmesh-admin user grant ada read,write --stream 'orders-*', or --role consumer.",
    );
  }
  const effect = options.deny === true ? 'deny' : 'allow';
  return wanted.flatMap((operation) => places.map((place) => ({ ...place, operation, effect })));
}

function parsePattern(text: string): { readonly name: string; readonly match: 'literal' | 'prefix' } {
  return text.length > 1 && text.endsWith('*')
    ? { name: text.slice(0, -1), match: 'prefix' }
    : { name: text, match: 'literal' };
}

function showGrant({ resource, name, match, operation, effect }: UserGrant): string {
  const where = resource === 'cluster' ? 'cluster' : `${resource} ${name}${match === 'prefix' ? '*' : ''}`;
  return `${effect} ${operation} ${where}`;
}
