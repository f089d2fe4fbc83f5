/**
 * The reader worker. Reads run here because on the main thread the binding seeks synchronously when it opens an iterator, and because its
 * asynchronous get throws past every handler when a block is damaged; here damage is an ordinary answer.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { must } from '@flowmesh/base';
import { type ColumnHandle, type RocksIterator, RocksLevel } from './binding.ts';
import type { Family } from '../kv-engine.ts';
import type { FromReader, ToReader, WorkerData } from './messages.ts';
import { encodeRows, type Row } from './op-codec.ts';
import { faultOf } from './rocks-errors.ts';

/** A `next` ends early once it has gathered this much. */
const PAGE_BYTES_MAX = 4 * 1024 * 1024;

interface Open {
  readonly family: Family;
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly reverse: boolean;
  /** undefined: its opening failed. */
  iterator: RocksIterator | undefined;
  failure: unknown;
}

const port = must(parentPort, 'the reader runs in a worker');
const database = new RocksLevel((workerData as WorkerData).handle);
await database.open();
const columns: Readonly<Record<Family, ColumnHandle>> = {
  log: must(database.columns['log'], 'family log'),
  idx: must(database.columns['idx'], 'family idx'),
  sm: must(database.columns['sm'], 'family sm'),
};
const cursors = new Map<number, Open>();

function openCursor(message: ToReader & { kind: 'open' }): void {
  const { family, from, to, reverse } = message;
  const open: Open = { family, from, to, reverse, iterator: undefined, failure: undefined };
  cursors.set(message.cursor, open);
  try {
    open.iterator = database._iterator({
      column: columns[family],
      gte: from,
      lt: to,
      reverse,
      keyEncoding: 'buffer',
      valueEncoding: 'buffer',
      highWaterMarkBytes: PAGE_BYTES_MAX,
    });
  } catch (error) {
    open.failure = error;
  }
}

function next(cursor: number, limit: number): Row[] {
  const open = must(cursors.get(cursor), 'a cursor that is open');
  if (open.iterator === undefined) throw open.failure;
  const { rows } = open.iterator._nextvSync(limit, {});
  const out: Row[] = [];
  for (let i = 0; i + 1 < rows.length; i += 2) out.push([rows[i] as Uint8Array, rows[i + 1]]);
  return out;
}

function get(family: Family, keys: readonly Uint8Array[]): Row[] {
  const options = { column: columns[family], valueEncoding: 'buffer', fillCache: family !== 'log' } as const;
  const values = database._getManySync(keys, options);
  const nothing = new Uint8Array(0);
  return values.map((value): Row => [nothing, value]);
}

function endCursor(cursor: number): void {
  cursors.get(cursor)?.iterator?._closeSync();
  cursors.delete(cursor);
}

function answer(id: number, read: () => Row[]): void {
  let reply: FromReader;
  try {
    reply = { kind: 'rows', id, rows: encodeRows(read()) };
  } catch (error) {
    reply = { kind: 'failed', id, ...faultOf(error) };
  }
  port.postMessage(reply, reply.kind === 'rows' ? [reply.rows.buffer] : []);
}

port.on('message', (message: ToReader) => {
  switch (message.kind) {
    case 'get':
      answer(message.id, () => get(message.family, message.keys));
      return;
    case 'open':
      openCursor(message);
      return;
    case 'next':
      answer(message.id, () => next(message.cursor, message.limit));
      return;
    case 'end':
      endCursor(message.cursor);
      return;
    case 'close':
      for (const cursor of cursors.keys()) endCursor(cursor);
      port.close();
      return;
  }
});
port.postMessage({ kind: 'ready' } satisfies FromReader);
