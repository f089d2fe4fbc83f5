/**
 * `flowmesh-admin config`: settings that live in the cluster, by scope (`cluster`, `node:3`, `stream:orders`), and `check` for the
 * configuration file of a node.
 */
import type { ConfigEntry, FlowMesh } from '@flowmesh/client';
import type { Command } from 'commander';
import { parseSettings } from '../command-options.ts';
import { FlowError } from '@flowmesh/client';
import { usageError } from '../failure.ts';
import type { Column } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { addConfigCheck } from './config-check.ts';

const COLUMNS: readonly Column<ConfigEntry>[] = [
  { header: 'key', cell: (row) => row.key },
  { header: 'value', cell: (row) => row.value },
  { header: 'source', cell: (row) => row.source },
  { header: 'default', cell: (row) => row.defaultValue },
  { header: 'type', cell: (row) => row.type, wide: true },
  { header: 'description', cell: (row) => row.description, wide: true },
];

const SCOPE_HELP = 'cluster, node:3, stream:orders, queue:orders, bucket:orders or group:workers';
/** The cluster's coordinators have a scope as well, which people seldom need. */
const RESOURCE_SCOPE = /^(stream|queue|bucket|group|coordinator):./;

export function addConfigCommands(program: Command, context: ProgramContext): void {
  const config = program.command('config').description(`settings of the cluster, by scope: ${SCOPE_HELP}`);
  handle(
    config
      .command('get [scope] [keys...]')
      .description(`what holds in a scope (default: cluster), or only these keys`),
    context,
    (session, _options, args) => session.withMesh((mesh) => get(session, mesh, args)),
  );
  const set = config
    .command('set <scope> <settings...>')
    .description('set key=value …: config set stream:orders retention.ms=86400000')
    .option('--dry-run', 'only check');
  handle<{ dryRun?: boolean }>(set, context, (session, options, [scope = '', ...pairs]) =>
    change(session, { scope: checkScope(scope), set: parseSettings(pairs), dryRun: options.dryRun }),
  );
  const unset = config
    .command('unset <scope> <keys...>')
    .description('back to what the scope inherits')
    .option('--dry-run', 'only check');
  handle<{ dryRun?: boolean }>(unset, context, (session, options, [scope = '', ...keys]) =>
    change(session, { scope: checkScope(scope), unset: keys, dryRun: options.dryRun }),
  );
  handle(
    config
      .command('diff [scope] [other]')
      .description('what differs from the defaults (default: of cluster), or between two scopes'),
    context,
    (session, _options, [scope = 'cluster', other]) =>
      session.withMesh((mesh) => diff(session, mesh, checkScope(scope), other)),
  );
  addConfigCheck(config, context);
}

function checkScope(scope: string): string {
  if (scope === 'cluster' || /^node:[1-9]\d*$/.test(scope) || RESOURCE_SCOPE.test(scope)) return scope;
  throw usageError(`${scope === '' ? 'an empty text' : scope} is not a scope`, `Scopes are ${SCOPE_HELP}.`);
}

async function get(session: Session, mesh: FlowMesh, args: readonly string[]): Promise<void> {
  const [scope = 'cluster', ...keys] = args;
  const entries = await mesh.cluster.config.get(checkScope(scope), session.callOptions);
  const missing = keys.find((key) => !entries.some((entry) => entry.key === key));
  if (missing !== undefined) {
    throw new FlowError('NOT_FOUND', `${scope} has no setting ${missing}`, {
      hint: `See them all: flowmesh-admin config get ${scope}`,
    });
  }
  const shown = keys.length === 0 ? entries : entries.filter((entry) => keys.includes(entry.key));
  // Scripts ask for one key in order to get its value.
  const bare = session.style().format === 'raw' && keys.length > 0;
  await session.list(shown, bare ? COLUMNS.slice(1) : COLUMNS);
}

async function change(
  session: Session,
  wished: {
    readonly scope: string;
    readonly set?: Readonly<Record<string, string>>;
    readonly unset?: readonly string[];
    readonly dryRun?: boolean | undefined;
  },
): Promise<void> {
  await session.withMesh(async (mesh) => {
    const changed = await mesh.cluster.config.change({ ...wished, ...session.callOptions });
    await session.list(changed, COLUMNS);
    if (wished.dryRun === true) session.note('Nothing was changed (--dry-run).');
  });
}

/** A setting on which two sides differ; absent where a side does not have it. */
interface Difference {
  readonly key: string;
  readonly left?: string;
  readonly right?: string;
}

async function diff(
  session: Session,
  mesh: FlowMesh,
  scope: string,
  other: string | undefined,
): Promise<void> {
  const left = await mesh.cluster.config.get(scope, session.callOptions);
  const right =
    other === undefined ? undefined : await mesh.cluster.config.get(checkScope(other), session.callOptions);
  const values = new Map(right?.map((entry) => [entry.key, entry.value]));
  const rows: Difference[] = [];
  for (const { key, value, defaultValue } of left) {
    const against = right === undefined ? defaultValue : values.get(key);
    if (against !== value)
      rows.push({ key, left: value, ...(against === undefined ? {} : { right: against }) });
  }
  const known = new Set(left.map((entry) => entry.key));
  for (const { key, value } of right ?? []) if (!known.has(key)) rows.push({ key, right: value });
  await session.list(
    rows.sort((a, b) => (a.key < b.key ? -1 : 1)),
    [
      { header: 'key', cell: (row) => row.key },
      { header: scope, cell: (row) => row.left },
      { header: other ?? 'default', cell: (row) => row.right },
    ],
  );
  if (rows.length === 0) session.note(`${scope} and ${other ?? 'the defaults'} are the same.`);
}
