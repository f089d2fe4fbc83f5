/** `flowmesh kv watch`: changes as they happen, one per line, until interrupted. */
import { bytesCodec, type KvChange } from '@flowmesh/client';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { EXIT } from '../exit-codes.ts';
import { usageError } from '../failure.ts';
import type { Format } from '../output/format.ts';
import { showTime } from '../output/times.ts';
import { handle, type ProgramContext } from '../program.ts';
import { wholeOption } from '../stream/positions.ts';
import { showKey, showValue } from './columns.ts';

interface WatchOptions {
  readonly prefix?: string;
  readonly fromRevision?: number;
  readonly previous?: boolean;
  readonly filter?: string;
  readonly count?: number;
}

export function addWatch(kv: Command, context: ProgramContext): void {
  const command = kv
    .command('watch <bucket> [key]')
    .description('print changes as they happen: of a key, of --prefix, or of all')
    .option('--prefix <text>', 'only keys that begin so')
    .option(
      '--from-revision <n>',
      'from this change on (a bucket of one shard)',
      wholeOption('--from-revision', { min: 1, max: Number.MAX_SAFE_INTEGER }),
    )
    .option('--previous', 'with what was there before')
    .option('--filter <cel>', 'only entries that match')
    .option(
      '-n, --count <n>',
      'end after so many',
      wholeOption('--count', { min: 1, max: Number.MAX_SAFE_INTEGER }),
    );
  handle<WatchOptions>(command, context, async (session, options, [bucket = '', key]) => {
    if (key !== undefined && options.prefix !== undefined)
      throw usageError('a key and --prefix', 'Watch a key, or --prefix TEXT.');
    const { environment, sink } = session;
    const { format } = session.style('jsonl');
    const signal = AbortSignal.any([environment.interrupted, sink.closed]);
    return await session.withMesh(async (mesh) => {
      const changes = await mesh.kv.bucket(bucket, { codec: bytesCodec }).watch({
        key,
        prefix: options.prefix,
        fromRevision: options.fromRevision,
        previous: options.previous,
        filter: options.filter,
        signal,
      });
      let seen = 0;
      for await (const event of changes) {
        await sink.write(lineOf(event, format));
        await sink.flush();
        seen += 1;
        if (seen === options.count) break;
      }
      return environment.interrupted.aborted ? EXIT.interrupted : EXIT.ok;
    });
  });
}

/** A change as JSON output has it. */
interface ShownChange {
  readonly kind: KvChange<Uint8Array>['kind'];
  readonly key: string;
  readonly keyEncoding?: 'base64';
  readonly value?: string;
  readonly encoding?: 'base64';
  readonly previous?: string;
  readonly previousEncoding?: 'base64';
  readonly shard: number;
  readonly revision: number;
  readonly version: number;
  readonly time: number;
}

function showChange(change: KvChange<Uint8Array>): ShownChange {
  const { kind, shard, revision, version, time } = change;
  const previous = showValue(change.previous);
  return {
    kind,
    ...showKey(change.keyBytes),
    ...showValue(change.value),
    ...(previous.value === undefined ? {} : { previous: previous.value }),
    ...(previous.encoding === undefined ? {} : { previousEncoding: previous.encoding }),
    shard,
    revision,
    version,
    time,
  };
}

/** A watch has no end, and so no JSON array: every format is a line, or a document, for each change. */
function lineOf(event: KvChange<Uint8Array>, format: Format): string {
  switch (format) {
    case 'json':
    case 'jsonl':
      return `${JSON.stringify(showChange(event))}\n`;
    case 'yaml':
      return `---\n${stringify(showChange(event))}`;
    case 'raw':
      return `${showKey(event.keyBytes).key}\n`;
    case 'table':
    case 'wide': {
      const value = showValue(event.value).value ?? '';
      return (
        `${showTime(event.time)}  ${String(event.revision).padStart(6)}  ${event.kind.padEnd(6)}  ${showKey(event.keyBytes).key}  ${value}`.trimEnd() +
        '\n'
      );
    }
  }
}
