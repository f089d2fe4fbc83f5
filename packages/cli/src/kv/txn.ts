/**
 * `flowmesh kv txn`: conditions, then one list of operations or the other, as a whole. JSON, from a file or standard input:
 *   {"if":   [{"key": "stock", "revision": 12}, {"key": "lock", "exists": false}, {"key": "a", "value": "x"}, {"key": "b", "version": 3, "is": ">"}],
 *    "do":   [{"put": "stock", "value": "4", "ttl": "10m"}, {"delete": "c"}, {"increment": "sold", "by": 2}, {"touch": "d", "ttl": "1h"}],
 *    "else": [{"get": "stock"}]}
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { bytesCodec, type TxnOutcome, type TxnResult } from '@flowmesh/client';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { isStructured } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import { showEntry, type ShownEntry } from './columns.ts';
import { parseTxn } from './txn-text.ts';

type ShownResult =
  | Exclude<TxnResult<Uint8Array>, { kind: 'get' }>
  | { readonly kind: 'get'; readonly entry?: ShownEntry };

export function addTxn(kv: Command, context: ProgramContext): void {
  const command = kv
    .command('txn <bucket> [file]')
    .description('conditions, then operations, as a whole: JSON from a file or standard input');
  handle(command, context, async (session, _options, [bucket = '', file]) => {
    const { cwd, stdin } = session.environment;
    const written =
      file === undefined || file === '-'
        ? await textOf(stdin)
        : await readFile(path.resolve(cwd, file), 'utf8');
    const txn = parseTxn(written);
    return await session.withMesh(async (mesh) => {
      const entries = mesh.kv.bucket(bucket, { codec: bytesCodec });
      const outcome = showOutcome(await entries.txn(txn, session.callOptions));
      await session.one(outcome, [
        { header: 'succeeded', cell: (row) => row.succeeded },
        { header: 'revision', cell: (row) => row.revision },
      ]);
      if (!isStructured(session.style().format) && outcome.results.length > 0)
        await session.list(outcome.results, [
          { header: 'operation', cell: (row) => row.kind },
          { header: 'result', cell: describeResult },
        ]);
      // Scripts branch on it; what the other list did is done.
      return outcome.succeeded ? EXIT.ok : EXIT.conflict;
    });
  });
}

function showOutcome({ succeeded, revision, results }: TxnOutcome<Uint8Array>): {
  readonly succeeded: boolean;
  readonly revision: number;
  readonly results: readonly ShownResult[];
} {
  const shown = results.map((result): ShownResult => {
    if (result.kind !== 'get') return result;
    return { kind: 'get', ...(result.entry === undefined ? {} : { entry: showEntry(result.entry) }) };
  });
  return { succeeded, revision, results: shown };
}

function describeResult(result: ShownResult): string {
  switch (result.kind) {
    case 'put':
      return `version ${result.version}`;
    case 'get':
      return result.entry === undefined ? 'no such key' : (result.entry.value ?? '');
    case 'delete':
      return result.deleted ? 'deleted' : 'no such key';
    case 'increment':
      return String(result.number);
    case 'touch':
      return result.found ? 'touched' : 'no such key';
  }
}
