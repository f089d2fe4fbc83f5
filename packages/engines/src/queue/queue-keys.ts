/**
 * Keys of a queue shard's state. Numbers are big-endian, so that the order of keys is the order of what they say.
 *
 *    1 globals                               2 config
 *    3 meta seq                              4 body seq
 *    5 ready 9-priority turn seq             6 delayed dueAt seq
 *    7 lease deadline seq                    8 dead diedAt seq
 *    9 waiting key seq  (blocked jobs)      10 order key  (who holds a key, how many wait)
 *   11 freed n → key  (to be passed on)     12 turns 9-priority key
 *   13 dedup id                             14 request id
 *   15 forget at key  (of 13, 14, 16)       16 transaction producer
 *   17 staged producer seq                  18 schedule name
 *   19 task n                               20 error text → dead jobs
 */
import { assert, ByteReader, ByteWriter, utf8Encode } from '@flowmesh/base';
import { PRIORITY_MAX } from './queue-types.ts';

export const GLOBALS_KEY: Uint8Array = Uint8Array.of(1);
export const CONFIG_KEY: Uint8Array = Uint8Array.of(2);

export const TABLE = {
  meta: 3,
  body: 4,
  ready: 5,
  delayed: 6,
  lease: 7,
  dead: 8,
  waiting: 9,
  order: 10,
  freed: 11,
  turns: 12,
  dedup: 13,
  request: 14,
  forget: 15,
  transaction: 16,
  staged: 17,
  schedule: 18,
  task: 19,
  error: 20,
} as const;

type NumberTable = (typeof TABLE)['meta' | 'body' | 'freed' | 'transaction' | 'task'];
type TimeTable = (typeof TABLE)['delayed' | 'lease' | 'dead'];
type TextTable = (typeof TABLE)['dedup' | 'request' | 'schedule' | 'error'];

/** Keys are made for every step of a job: these do it without a writer. */
function setU64(key: Uint8Array, at: number, value: number): Uint8Array {
  assert(Number.isSafeInteger(value) && value >= 0, 'numbers in keys are safe integers');
  let rest = Math.floor(value / 2 ** 32);
  for (let i = at + 3; i >= at; i--, rest >>>= 8) key[i] = rest;
  rest = value >>> 0;
  for (let i = at + 7; i >= at + 4; i--, rest >>>= 8) key[i] = rest;
  return key;
}

function getU64(key: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 8; i++) value = value * 256 + (key[i] ?? 0);
  return value;
}

/** What entries hold that say everything by their key. */
export const MARK: Uint8Array = Uint8Array.of(1);

export function numberKey(table: NumberTable, value: number): Uint8Array {
  const key = new Uint8Array(9);
  key[0] = table;
  return setU64(key, 1, value);
}

export function textKey(table: TextTable, text: string): Uint8Array {
  return new ByteWriter(64).u8(table).raw(utf8Encode(text)).finish();
}

export function timeKey(table: TimeTable, atMs: number, seq: number): Uint8Array {
  const key = new Uint8Array(17);
  key[0] = table;
  return setU64(setU64(key, 1, atMs), 9, seq);
}

/** Time and seq of a `timeKey`. */
export function readTimeKey(key: Uint8Array): { readonly atMs: number; readonly seq: number } {
  return { atMs: getU64(key, 1), seq: getU64(key, 9) };
}

export function readyPrefix(priority: number): Uint8Array {
  return Uint8Array.of(TABLE.ready, PRIORITY_MAX - priority);
}

export function readyKey(priority: number, turn: number, seq: number): Uint8Array {
  const key = new Uint8Array(18);
  key[0] = TABLE.ready;
  key[1] = PRIORITY_MAX - priority;
  return setU64(setU64(key, 2, turn), 10, seq);
}

/** The seq that a key of `ready`, `waiting` or `staged` ends with. */
export function lastSeq(key: Uint8Array): number {
  return getU64(key, key.length - 8);
}

export function waitingPrefix(jobKey: Uint8Array): Uint8Array {
  return new ByteWriter(3 + jobKey.length).u8(TABLE.waiting).u16(jobKey.length).raw(jobKey).view8();
}

export function waitingKey(jobKey: Uint8Array, seq: number): Uint8Array {
  return new ByteWriter(11 + jobKey.length).raw(waitingPrefix(jobKey)).u64(seq).view8();
}

export function orderKey(jobKey: Uint8Array): Uint8Array {
  return new ByteWriter(1 + jobKey.length).u8(TABLE.order).raw(jobKey).view8();
}

export function turnsKey(priority: number, jobKey: Uint8Array): Uint8Array {
  return new ByteWriter(2 + jobKey.length)
    .u8(TABLE.turns)
    .u8(PRIORITY_MAX - priority)
    .raw(jobKey)
    .view8();
}

export function forgetKey(atMs: number, what: Uint8Array): Uint8Array {
  return new ByteWriter(9 + what.length).u8(TABLE.forget).u64(atMs).raw(what).view8();
}

/** What keys of that time and later do not come before. */
export function forgetPrefix(atMs: number): Uint8Array {
  return forgetKey(atMs, new Uint8Array(0));
}

/** When to forget, and the key that is forgotten. */
export function readForgetKey(key: Uint8Array): { readonly atMs: number; readonly what: Uint8Array } {
  return { atMs: new ByteReader(key.subarray(1)).u64(), what: key.slice(9) };
}

export function stagedPrefix(producerId: number): Uint8Array {
  return new ByteWriter(9).u8(TABLE.staged).u64(producerId).view8();
}

export function stagedKey(producerId: number, seq: number): Uint8Array {
  return new ByteWriter(17).u8(TABLE.staged).u64(producerId).u64(seq).view8();
}

export function tablePrefix(table: number): Uint8Array {
  return Uint8Array.of(table);
}
