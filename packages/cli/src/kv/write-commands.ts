/** `flowmesh kv put|incr|touch|delete`: single entries are written, counted, kept longer and removed. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { bytesCodec, type Expiry, FlowError, type Guard } from '@flowmesh/client';
import type { Command } from 'commander';
import { durationOption } from '../command-options.ts';
import { usageError } from '../failure.ts';
import { confirmBulk } from '../interaction/confirm.ts';
import type { Column } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { wholeOption } from '../stream/positions.ts';
import { ENTRY_COLUMNS, showEntry } from './columns.ts';

const REVISION_BOUNDS = { min: 1, max: Number.MAX_SAFE_INTEGER };

export function addWriteCommands(kv: Command, context: ProgramContext): void {
  addPut(kv, context);
  addIncrement(kv, context);
  addTouch(kv, context);
  addDelete(kv, context);
}

const PUT_COLUMNS: readonly Column<{
  readonly key: string;
  readonly revision: number;
  readonly version: number;
}>[] = [
  { header: 'key', cell: (row) => row.key },
  { header: 'revision', cell: (row) => row.revision },
  { header: 'version', cell: (row) => row.version },
];

interface GuardOptions {
  readonly ifAbsent?: boolean;
  readonly ifPresent?: boolean;
  readonly ifRevision?: number;
}

interface ExpiryOptions {
  readonly ttl?: number;
  readonly keepTtl?: boolean;
  readonly persist?: boolean;
}

/** At most one of them. */
function guardOf({ ifAbsent, ifPresent, ifRevision }: GuardOptions): Guard | undefined {
  const given = [ifAbsent === true, ifPresent === true, ifRevision !== undefined].filter(Boolean).length;
  if (given > 1)
    throw usageError('more than one condition', 'Name one of --if-absent, --if-present and --if-revision.');
  if (ifAbsent === true) return 'absent';
  if (ifPresent === true) return 'present';
  return ifRevision === undefined ? undefined : { modRevision: ifRevision };
}

function expiryOf({ ttl, keepTtl, persist }: ExpiryOptions): Expiry | undefined {
  const given = [ttl !== undefined, keepTtl === true, persist === true].filter(Boolean).length;
  if (given > 1) throw usageError('more than one expiry', 'Name one of --ttl, --keep-ttl and --persist.');
  if (ttl !== undefined) return { ttlMs: ttl };
  if (keepTtl === true) return 'keep';
  return persist === true ? 'never' : undefined;
}

function addPut(kv: Command, context: ProgramContext): void {
  const command = kv
    .command('put <bucket> <key> [value]')
    .description('write an entry; without a value: standard input')
    .option('-f, --file <path>', 'value: the content of this file')
    .option('--ttl <duration>', 'delete it after this time', durationOption)
    .option('--keep-ttl', 'keep the expiry that it has')
    .option('--persist', "without expiry, whatever the bucket's default")
    .option('--if-absent', 'only where there is no such key')
    .option('--if-present', 'only where there is one')
    .option(
      '--if-revision <n>',
      'only where it has this revision',
      wholeOption('--if-revision', REVISION_BOUNDS),
    );
  handle<GuardOptions & ExpiryOptions & { file?: string }>(
    command,
    context,
    async (session, options, [bucket = '', key = '', value]) => {
      const guard = guardOf(options);
      const expiry = expiryOf(options);
      const content = await contentOf(session, value, options.file);
      await session.withMesh(async (mesh) => {
        const entries = mesh.kv.bucket(bucket, { codec: bytesCodec });
        const written = await entries.put(key, content, { onlyIf: guard, expiry, ...session.callOptions });
        await session.one({ key, revision: written.modRevision, version: written.version }, PUT_COLUMNS);
      });
    },
  );
}

async function contentOf(
  session: Session,
  value: string | undefined,
  file: string | undefined,
): Promise<Uint8Array> {
  if (value !== undefined && file !== undefined) throw usageError('a value and --file', 'Give one of them.');
  if (value !== undefined) return Buffer.from(value);
  if (file !== undefined && file !== '-') return await readFile(path.resolve(session.environment.cwd, file));
  const { stdin } = session.environment;
  if (stdin.isTTY === true) session.note('Type the value; end with Ctrl-D.');
  return await buffer(stdin);
}

function addIncrement(kv: Command, context: ProgramContext): void {
  const command = kv
    .command('incr <bucket> <key> [by]')
    .description('add to a counter (default 1; negative: -- -5), and print what it is')
    .option('--ttl <duration>', 'of a new counter: delete it after this time', durationOption);
  handle<{ ttl?: number }>(
    command,
    context,
    async (session, { ttl }, [bucket = '', key = '', text = '1']) => {
      const by = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      if (Number.isNaN(by))
        throw usageError(`${text} is not a whole number`, 'Counters count in whole numbers.');
      await session.withMesh(async (mesh) => {
        const expiry: Expiry | undefined = ttl === undefined ? undefined : { ttlMs: ttl };
        const number = await mesh.kv.bucket(bucket).increment(key, by, { expiry, ...session.callOptions });
        await session.one({ value: number, key }, [
          { header: 'value', cell: (row) => row.value },
          { header: 'key', cell: (row) => row.key },
        ]);
      });
    },
  );
}

function addTouch(kv: Command, context: ProgramContext): void {
  const command = kv
    .command('touch <bucket> <key>')
    .description('change when an entry expires; without options show it')
    .option('--ttl <duration>', 'delete it after this time, from now', durationOption)
    .option('--persist', 'never');
  handle<ExpiryOptions>(command, context, async (session, options, [bucket = '', key = '']) => {
    const expiry = expiryOf(options);
    await session.withMesh(async (mesh) => {
      const entries = mesh.kv.bucket(bucket);
      if (expiry !== undefined && !(await entries.touch(key, expiry, session.callOptions)))
        throw noSuchKey(bucket, key);
      const entry = await entries.describe(key, session.callOptions);
      if (entry === undefined) throw noSuchKey(bucket, key);
      await session.one(showEntry(entry), ENTRY_COLUMNS);
    });
  });
}

export function noSuchKey(bucket: string, key: string): FlowError {
  return new FlowError('NOT_FOUND', `there is no key ${key} in bucket ${bucket}`, {
    hint: `See what there is: flowmesh kv list ${bucket} --keys-only`,
  });
}

interface DeleteOptions {
  readonly prefix?: string;
  readonly ifRevision?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

function addDelete(kv: Command, context: ProgramContext): void {
  const command = kv
    .command('delete <bucket> [key]')
    .alias('rm')
    .description('delete an entry, or with --prefix all that begin so')
    .option('--prefix <text>', 'all keys that begin so')
    .option(
      '--if-revision <n>',
      'only where it has this revision',
      wholeOption('--if-revision', REVISION_BOUNDS),
    )
    .option('--dry-run', 'with --prefix: count, and change nothing')
    .option('-y, --yes', 'do not ask');
  handle<DeleteOptions>(command, context, async (session, options, [bucket = '', key]) => {
    const { prefix } = options;
    if ((key === undefined) === (prefix === undefined))
      throw usageError(key === undefined ? 'no key' : 'a key and --prefix', 'Name a key, or --prefix TEXT.');
    await session.withMesh(async (mesh) => {
      const entries = mesh.kv.bucket(bucket);
      const guard = guardOf(options);
      let deleted = 0;
      if (key !== undefined) {
        const there = await entries.delete(key, { onlyIf: guard, ...session.callOptions });
        if (!there) throw noSuchKey(bucket, key);
        deleted = 1;
      } else {
        const count = await entries.count({ prefix, ...session.callOptions });
        if (options.dryRun !== true) {
          await confirmBulk(
            session,
            options.yes,
            `Delete ${count} entries of bucket ${bucket} that begin with ${prefix}?`,
          );
          deleted = await entries.deleteRange({ prefix }, session.callOptions);
        } else session.note(`${count} entries begin with ${prefix}. Nothing was changed (--dry-run).`);
      }
      await session.one({ deleted }, [{ header: 'deleted', cell: (row) => row.deleted }]);
    });
  });
}
