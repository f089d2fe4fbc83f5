/** `flowmesh-admin config check FILE`: a node's configuration file against the node's own schema, without any node. */
import path from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { isStructured } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';

interface CheckOptions {
  readonly environment?: boolean;
}

export function addConfigCheck(config: Command, context: ProgramContext): void {
  const command = config
    .command('check <file>')
    .description("check a node's configuration file (exit code 2 if something is wrong); no node is asked")
    .option('--environment', 'with the FLOWMESH_ variables of this shell, as a node started here would');
  handle<CheckOptions>(command, context, async (session, options, [name = '']) => {
    // The node's package loads the storage engine: only this command pays for it.
    const { examineConfig } = await import('@flowmesh/broker');
    const file = path.resolve(session.environment.cwd, name);
    const environment = options.environment === true ? session.environment.variables : {};
    const faults = examineConfig({ file, environment });
    const valid = faults.length === 0;
    const { format } = session.style();
    if (isStructured(format)) await session.one({ file, valid, faults }, []);
    else if (valid) await session.sink.write(format === 'raw' ? 'valid\n' : `${name}: valid\n`);
    else {
      await session.list(faults, [
        { header: 'key', cell: (row) => row.path },
        { header: 'fault', cell: (row) => row.cause },
        { header: 'what to do', cell: (row) => row.hint },
        { header: 'where', cell: (row) => row.origin, wide: true },
      ]);
      session.note(`${name}: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`);
    }
    return valid ? EXIT.ok : EXIT.usage;
  });
}
