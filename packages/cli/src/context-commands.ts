/** `flowmesh ctx`: names for clusters. */
import type { Command } from 'commander';
import { contextNamed, readContexts, writeContexts } from './connection/contexts.ts';
import { parseUrls, resolveEndpoints } from './connection/endpoints.ts';
import { usageError } from './failure.ts';
import { handle, type ProgramContext } from './program.ts';
import type { GlobalOptions, Session } from './session.ts';

interface ContextRow {
  readonly name: string;
  readonly url: string;
  readonly current: boolean;
}

async function show(session: Session): Promise<void> {
  const { current, contexts } = readContexts(session.environment);
  const rows: ContextRow[] = Object.entries(contexts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { url }]) => ({ name, url, current: name === current }));
  await session.list(rows, [
    { header: 'name', cell: (row) => row.name },
    { header: 'url', cell: (row) => row.url },
    { header: 'current', cell: (row) => (row.current ? '*' : '') },
  ]);
}

export function addContextCommands(program: Command, context: ProgramContext): void {
  const ctx = program.command('ctx').description('names for clusters');
  handle(ctx.command('list').alias('ls').description('list contexts'), context, show);
  handle<GlobalOptions>(
    ctx.command('set <name>').description('make or change a context: flowmesh ctx set NAME --url host:port'),
    context,
    async (session, options, [name = '']) => {
      if (options.url === undefined)
        throw usageError('no address given', `Add --url: flowmesh ctx set ${name} --url host:50051`);
      const before = readContexts(session.environment);
      const url = parseUrls(options.url).join(',');
      writeContexts(session.environment, {
        current: before.current ?? name,
        contexts: { ...before.contexts, [name]: { url } },
      });
      await show(session);
    },
  );
  handle(
    ctx.command('use <name>').description('use this context from now on'),
    context,
    async (session, _, [name = '']) => {
      contextNamed(session.environment, name);
      writeContexts(session.environment, { ...readContexts(session.environment), current: name });
      await show(session);
    },
  );
  handle(
    ctx.command('delete <name>').description('forget a context'),
    context,
    async (session, _, [name = '']) => {
      contextNamed(session.environment, name);
      const { current, contexts } = readContexts(session.environment);
      const { [name]: _gone, ...rest } = contexts;
      writeContexts(session.environment, {
        ...(current === undefined || current === name ? {} : { current }),
        contexts: rest,
      });
      await show(session);
    },
  );
  handle<GlobalOptions>(
    ctx.command('show').description('where commands go now'),
    context,
    async (session, options) => {
      const { addresses, source } = resolveEndpoints(session.environment, options);
      await session.one({ url: addresses.join(','), source }, [
        { header: 'url', cell: (row) => row.url },
        { header: 'from', cell: (row) => row.source },
      ]);
    },
  );
}
