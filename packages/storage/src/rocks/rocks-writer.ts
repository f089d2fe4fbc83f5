/**
 * The writer worker: the only place that writes RocksDB. It takes what is waiting, up to a few MiB, as one batch, and syncs once
 * if any of it asks for it. After the first failure it writes nothing more, because order is all that makes a log whole.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { must } from '@flowmesh/base';
import { type ColumnHandle, type RocksBatch, RocksLevel } from './binding.ts';
import type { Family } from '../kv-engine.ts';
import type { FromWriter, ToWriter, WorkerData } from './messages.ts';
import { visitOps } from './op-codec.ts';
import { faultOf } from './rocks-errors.ts';
import { isReusable } from './spare-buffers.ts';

const BATCH_BYTES_MAX = 4 * 1024 * 1024;

const port = must(parentPort, 'the writer runs in a worker');
const database = new RocksLevel((workerData as WorkerData).handle);
await database.open();

const columns: Readonly<Record<Family, { readonly column: ColumnHandle }>> = {
  log: { column: must(database.columns['log'], 'family log') },
  idx: { column: must(database.columns['idx'], 'family idx') },
  sm: { column: must(database.columns['sm'], 'family sm') },
};
// One batch for the life of the worker: each holds its memory until it is collected.
const batch: RocksBatch = database._chainedBatch();
let failed = false;

function post(message: FromWriter): void {
  port.postMessage(message, message.kind === 'written' ? [...message.spent] : []);
}

interface Gathered {
  turns: number;
  bytes: number;
  sync: boolean;
  readonly spent: ArrayBuffer[];
  readonly ranges: { readonly family: Family; readonly from: Uint8Array; readonly to: Uint8Array }[];
}

function gather(first: ToWriter): { readonly gathered: Gathered; readonly rest: ToWriter | undefined } {
  const gathered: Gathered = { turns: 0, bytes: 0, sync: false, spent: [], ranges: [] };
  let next: ToWriter | undefined = first;
  while (next !== undefined && next.kind === 'write' && gathered.bytes < BATCH_BYTES_MAX) {
    visitOps(next.ops, (kind, family, key, value) => {
      switch (kind) {
        case 'put':
          batch._put(key, value, columns[family]);
          return;
        case 'del':
          batch._del(key, columns[family]);
          return;
        case 'del-range':
          gathered.ranges.push({ family, from: key, to: value });
          return;
      }
    });
    gathered.turns++;
    gathered.bytes += next.ops.length;
    gathered.sync ||= next.sync;
    // The batch has a copy of its own; ranges are done with before the memory goes back.
    if (isReusable(next.ops.buffer.byteLength)) gathered.spent.push(next.ops.buffer);
    next = (receiveMessageOnPort(port) as { message: ToWriter } | undefined)?.message;
  }
  return { gathered, rest: next };
}

function commit(gathered: Gathered): void {
  const started = performance.now();
  if (batch.length > 0) batch._writeSync({ sync: gathered.sync });
  const durationMs = performance.now() - started;
  batch._clear();
  for (const { family, from, to } of gathered.ranges) {
    let error: unknown;
    // A DeleteRange runs within the call; the callback only repeats an error.
    database._clear({ ...columns[family], gte: from, lt: to }, (failure) => {
      error = failure;
    });
    if (error !== undefined && error !== null) throw error;
  }
  const { turns, bytes, sync: synced, spent } = gathered;
  post({ kind: 'written', turns, bytes, synced, durationMs, sequence: database.sequence, spent });
}

port.on('message', (first: ToWriter) => {
  let next: ToWriter | undefined = first;
  while (next !== undefined) {
    if (next.kind === 'close') {
      port.close();
      return;
    }
    if (failed) return;
    try {
      const { gathered, rest } = gather(next);
      commit(gathered);
      next = rest;
    } catch (error) {
      failed = true;
      batch._clear();
      post({ kind: 'failed', ...faultOf(error) });
      return;
    }
  }
});
post({ kind: 'ready' });
