/** `flowmesh kv get|list|history`: what is there, and what was. */
import { bytesCodec } from '@flowmesh/client';
import type { Command } from 'commander';
import type { Format } from '../output/format.ts';
import { isStructured } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import { wholeOption } from '../stream/positions.ts';
import { ENTRY_COLUMNS, HISTORY_COLUMNS, type ShownEntry, showEntry, showVersion } from './columns.ts';
import { noSuchKey } from './write-commands.ts';

const REVISION_BOUNDS = { min: 1, max: Number.MAX_SAFE_INTEGER };
const COUNT_BOUNDS = { min: 1, max: Number.MAX_SAFE_INTEGER };

export function addReadCommands(kv: Command, context: ProgramContext): void {
  addGet(kv, context);
  addList(kv, context);
  addHistory(kv, context);
}

function addGet(kv: Command, context: ProgramContext): void {
  const command = kv
    .command('get <bucket> <key>')
    .description('print a value; -o table or json shows revision and expiry, too')
    .option('--revision <n>', 'as it was then', wholeOption('--revision', REVISION_BOUNDS))
    .option('--stale', 'what any replica has, without asking the leader');
  handle<{ revision?: number; stale?: boolean }>(
    command,
    context,
    async (session, { revision, stale }, [bucket = '', key = '']) => {
      await session.withMesh(async (mesh) => {
        const entry = await mesh.kv
          .bucket(bucket, { codec: bytesCodec })
          .get(key, { revision, stale, ...session.callOptions });
        if (entry === undefined) throw noSuchKey(bucket, key);
        const format: Format = session.style('raw').format;
        if (format !== 'raw') await session.one(showEntry(entry), ENTRY_COLUMNS);
        else {
          await session.sink.write(entry.value);
          if (session.environment.stdout.isTTY === true) await session.sink.write('\n');
        }
      });
    },
  );
}

interface ListOptions {
  readonly prefix?: string;
  readonly from?: string;
  readonly to?: string;
  readonly filter?: string;
  readonly keysOnly?: boolean;
  readonly count?: boolean;
  readonly limit?: number;
}

function addList(kv: Command, context: ProgramContext): void {
  const command = kv
    .command('list <bucket>')
    .alias('ls')
    .description('list entries in the order of their keys')
    .option('--prefix <text>', 'only keys that begin so')
    .option('--from <key>', 'from this key on')
    .option('--to <key>', 'as far as this key, which is not included')
    .option('--filter <cel>', "only entries that match, for instance 'value.age > 30'")
    .option('--keys-only', 'without values')
    .option('--count', 'only how many there are')
    .option('-n, --limit <n>', 'at most so many', wholeOption('--limit', COUNT_BOUNDS));
  handle<ListOptions>(command, context, async (session, options, [bucket = '']) => {
    const { prefix, from, to, filter, limit } = options;
    let [failures, reason] = [0, ''];
    const onFilterFailed = (entries: number, cause: string): void => {
      failures += entries;
      reason ||= cause;
    };
    const query = { prefix, from, to, filter, onFilterFailed, limit, ...session.callOptions };
    const tellFailures = (): void => {
      if (failures > 0)
        session.note(
          `${failures} entries do not match because the filter could not be evaluated for them: ${reason}`,
        );
    };
    await session.withMesh(async (mesh) => {
      const entries = mesh.kv.bucket(bucket, { codec: bytesCodec });
      if (options.count === true) {
        const number = await entries.count(query);
        await session.one({ count: number }, [{ header: 'count', cell: (row) => row.count }]);
        tellFailures();
        return;
      }
      const { format } = session.style();
      const rows: ShownEntry[] = [];
      let count = 0;
      for await (const entry of options.keysOnly === true ? entries.keys(query) : entries.list(query)) {
        count += 1;
        // A bucket may be large: formats that need no whole are printed as it comes.
        if (format === 'jsonl') await session.sink.write(`${JSON.stringify(showEntry(entry))}\n`);
        else if (format === 'raw') await session.sink.write(`${entry.key}\n`);
        else rows.push(showEntry(entry));
      }
      if (format !== 'jsonl' && format !== 'raw') await session.list(rows, ENTRY_COLUMNS);
      if (count === 0 && !isStructured(format) && format !== 'raw') session.note('No entries.');
      tellFailures();
    });
  });
}

function addHistory(kv: Command, context: ProgramContext): void {
  const command = kv
    .command('history <bucket> <key>')
    .description('versions of an entry that are kept, newest first')
    .option('-n, --limit <n>', 'at most so many', wholeOption('--limit', COUNT_BOUNDS));
  handle<{ limit?: number }>(command, context, async (session, { limit }, [bucket = '', key = '']) => {
    await session.withMesh(async (mesh) => {
      const versions = await mesh.kv
        .bucket(bucket, { codec: bytesCodec })
        .history(key, { ...(limit === undefined ? {} : { limit }), ...session.callOptions });
      if (versions.length === 0) throw noSuchKey(bucket, key);
      await session.list(versions.map(showVersion), HISTORY_COLUMNS);
    });
  });
}
