/**
 * Reading jobs from a shard's state, for peek, search and delivery. Reads go on while commands are applied, so that a page is no cut through
 * time: a job that moved between the index and its record is left out, and one that moves ahead of the page may be missed or come twice.
 */
import { compareBytes } from '@flowmesh/base';
import type { StateRange, StateReader } from '../machine.ts';
import { afterPrefix } from '../state/key-name.ts';
import { decodeBody, decodeMeta } from './job-codec.ts';
import { lastSeq, numberKey, TABLE, tablePrefix, timeKey } from './queue-keys.ts';
import type { Delivery } from './queue-reply.ts';
import type { DeadPosition, Job, JobMeta, JobState } from './queue-types.ts';

export type ListedState = Exclude<JobState, 'staged'>;

export interface JobPage {
  readonly jobs: readonly JobMeta[];
  /** Where the next page begins; undefined: there is none. */
  readonly next: Uint8Array | undefined;
}

export interface JobPageRequest {
  readonly state: ListedState;
  /** `next` of the page before; undefined: from the beginning. */
  readonly after: Uint8Array | undefined;
  /** Jobs looked at; fewer may come. */
  readonly limit: number;
}

/**
 * Jobs of one state, in its order: ready ones as they will be delivered and then blocked ones by key, delayed ones by time, leased ones by
 * deadline (without those that a transaction has acknowledged), dead ones by death. A bad `after` begins where it would stand.
 */
export async function listJobs(request: JobPageRequest, state: StateReader): Promise<JobPage> {
  const { limit } = request;
  const found: Uint8Array[] = [];
  for (const range of rangesOf(request)) {
    if (found.length > limit) break;
    const pairs = await state.scan({ ...range, limit: limit + 1 - found.length });
    for (const [key] of pairs) found.push(key);
  }
  const keys = found.slice(0, limit);
  const metas = await Promise.all(keys.map((key) => readMeta(lastSeq(key), state)));
  const jobs = metas.filter((meta): meta is JobMeta => meta?.state === request.state);
  return { jobs, next: found.length > limit ? keys.at(-1) : undefined };
}

/** The `after` that begins behind a position among the dead. */
export function afterDead(position: DeadPosition): Uint8Array {
  return timeKey(TABLE.dead, position.diedAtMs, position.seq);
}

export async function readMeta(seq: number, state: StateReader): Promise<JobMeta | undefined> {
  const bytes = await state.get(numberKey(TABLE.meta, seq));
  return bytes === undefined ? undefined : decodeMeta(seq, bytes);
}

export async function readJob(seq: number, state: StateReader): Promise<Job | undefined> {
  const [meta, body] = await Promise.all([readMeta(seq, state), state.get(numberKey(TABLE.body, seq))]);
  return meta === undefined || body === undefined ? undefined : { meta, body: decodeBody(body) };
}

/** Whole jobs of a delivery, in its order. One that was purged since is left out. */
export function completeJobs(
  deliveries: readonly Delivery[],
  state: StateReader,
): readonly Job[] | Promise<readonly Job[]> {
  const here: Job[] = [];
  for (const { meta, body } of deliveries) if (body !== undefined) here.push({ meta, body });
  return here.length === deliveries.length ? here : readBodies(deliveries, state);
}

async function readBodies(deliveries: readonly Delivery[], state: StateReader): Promise<readonly Job[]> {
  const jobs = await Promise.all(
    deliveries.map(async ({ meta, body }) => {
      if (body !== undefined) return { meta, body };
      const bytes = await state.get(numberKey(TABLE.body, meta.seq));
      return bytes === undefined ? undefined : { meta, body: decodeBody(bytes) };
    }),
  );
  return jobs.filter((job) => job !== undefined);
}

function rangesOf(request: JobPageRequest): readonly StateRange[] {
  const { after } = request;
  return tablesOf(request.state).flatMap((table) => {
    const from = tablePrefix(table);
    const to = afterPrefix(from);
    if (after === undefined || compareBytes(after, from) < 0) return [{ from, to }];
    // A zero more: the first key behind it.
    return compareBytes(after, to) < 0 ? [{ from: Uint8Array.of(...after, 0), to }] : [];
  });
}

function tablesOf(state: ListedState): readonly number[] {
  switch (state) {
    case 'ready':
      return [TABLE.ready, TABLE.waiting];
    case 'delayed':
      return [TABLE.delayed];
    case 'leased':
      return [TABLE.lease];
    case 'dead':
      return [TABLE.dead];
  }
}
