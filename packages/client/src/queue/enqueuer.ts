/**
 * Finds the shard of every job and sends it there: by key, else to the shards that have leaders in turns. Jobs of a shard are sent in order,
 * many in one request; a request is repeated under the same request id, so that it takes effect once.
 */
import { FlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import { partitionForKey } from '@flowmesh/kafka';
import { BUFFER_BYTES_MAX, DELIVERY_TIMEOUT_MS } from '../limits.ts';
import { callLeader, type LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { cancelled, unlessAborted } from '../system.ts';
import { fromErrorMessage } from '../wire/errors.ts';
import type { CallLimits, NodeConnection } from '../wire/node-connection.ts';
import { PipelinedLink } from '../wire/pipelined-link.ts';
import { EnqueueLane } from './enqueue-lane.ts';
import type { EnqueuedJob, NewJob } from './queue-types.ts';
import { bytesOf, toWireJob } from './queue-wire.ts';

type Link = PipelinedLink<flowmesh.v1.EnqueueRequest.$Properties, flowmesh.v1.EnqueueResponse>;

/** What a job weighs beyond its payload, about. */
const JOB_OVERHEAD_BYTES = 200;

export class Enqueuer {
  private readonly deps: LeaderCallDeps;
  private readonly lanes = new Map<string, EnqueueLane>();
  private readonly links = new Map<string, Link>();
  private readonly stop = new AbortController();
  private turn = 0;
  private pendingBytes = 0;

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
  }

  async enqueue(
    queue: string,
    job: NewJob<unknown>,
    payload: Uint8Array,
    options: CallOptions,
  ): Promise<EnqueuedJob> {
    const bytes = payload.length + JOB_OVERHEAD_BYTES;
    if (this.pendingBytes > 0 && this.pendingBytes + bytes > BUFFER_BYTES_MAX) {
      throw new FlowError('OVERLOADED', 'too many jobs are on their way', {
        hint: 'Await earlier enqueues before sending more.',
        details: { limitBytes: BUFFER_BYTES_MAX },
      });
    }
    this.pendingBytes += bytes;
    // Who gives up waiting does not take the job back: it counts until it is answered.
    const stored = this.store(queue, job, payload, bytes, options).finally(() => {
      this.pendingBytes -= bytes;
    });
    return await unlessAborted(this.unlessLate(stored, queue, options.timeoutMs), options.signal);
  }

  private unlessLate<T>(work: Promise<T>, queue: string, timeoutMs: number | undefined): Promise<T> {
    if (timeoutMs === undefined) return work;
    return new Promise((resolve, reject) => {
      const late = new FlowError('TIMEOUT', `queue ${queue} did not take the job within ${timeoutMs} ms`, {
        hint: 'It may still be taken. With a dedupId it can be sent again without being stored twice.',
        details: { outcome: 'unknown' },
      });
      const timer = this.deps.surroundings.scheduler.after(timeoutMs, () => reject(late));
      work.then(resolve, reject).finally(() => timer.cancel());
    });
  }

  private async store(
    queue: string,
    job: NewJob<unknown>,
    payload: Uint8Array,
    bytes: number,
    options: CallOptions,
  ): Promise<EnqueuedJob> {
    const shard = await this.shardOf(queue, job, options);
    return await new Promise<EnqueuedJob>((resolve, reject) => {
      this.lane(queue, shard).add({
        job: toWireJob(job, payload),
        bytes,
        settle: (result) => (result instanceof FlowError ? reject(result) : resolve(result)),
      });
    });
  }

  close(): void {
    this.stop.abort();
    for (const link of this.links.values()) link.close(cancelled());
    this.links.clear();
  }

  private async shardOf(queue: string, job: NewJob<unknown>, options: CallOptions): Promise<number> {
    const name = `queue:${queue}`;
    const { router } = this.deps;
    const { length: shards } = (await router.stream(name, options)).partitions;
    if (job.shard !== undefined) return job.shard;
    if (job.key !== undefined) return partitionForKey(bytesOf(job.key), shards);
    this.turn = (this.turn + 1) % Number.MAX_SAFE_INTEGER;
    for (let i = 0; i < shards; i++) {
      const shard = (this.turn + i) % shards;
      if (router.leaderOf(name, shard) !== undefined) return shard;
    }
    return this.turn % shards;
  }

  private lane(queue: string, shard: number): EnqueueLane {
    const key = `${queue}:${shard}`;
    let lane = this.lanes.get(key);
    if (lane === undefined) {
      lane = new EnqueueLane({
        send: (jobs) => this.send(queue, shard, jobs),
        soon: (task) => this.deps.surroundings.scheduler.endOfTurn(task),
        idle: () => this.lanes.delete(key),
      });
      this.lanes.set(key, lane);
    }
    return lane;
  }

  private async send(
    queue: string,
    shard: number,
    jobs: flowmesh.v1.NewJob.$Properties[],
  ): Promise<flowmesh.v1.EnqueueResponse.$Properties> {
    const requestId = this.deps.surroundings.requestId();
    const patience = { timeoutMs: DELIVERY_TIMEOUT_MS, signal: this.stop.signal };
    return await callLeader(
      this.deps,
      { stream: `queue:${queue}`, partition: shard },
      patience,
      async (connection, limits) => {
        const { timeoutMs } = limits;
        const request = { queue, shard, jobs, requestId, timeoutMs };
        const response = await inTime(this.link(connection).request(request), limits, this.deps);
        const { error } = response;
        if (error !== null && error !== undefined) throw fromErrorMessage(error);
        return response;
      },
    );
  }

  private link(connection: NodeConnection): Link {
    const known = this.links.get(connection.address);
    if (known?.open === true) return known;
    const link: Link = new PipelinedLink(connection.queues.enqueueStream(), connection.address);
    this.links.set(connection.address, link);
    return link;
  }
}

/** The node answers in time, or is taken for gone: the next attempt may find another. */
function inTime<T>(answer: Promise<T>, { address, timeoutMs }: CallLimits, deps: LeaderCallDeps): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = new FlowError('TIMEOUT', `${address} did not answer in time`, {
      details: { outcome: 'unknown' },
    });
    const timer = deps.surroundings.scheduler.after(timeoutMs + ANSWER_MARGIN_MS, () => reject(late));
    answer.then(resolve, reject).finally(() => timer.cancel());
  });
}

/** The node is given so long beyond what it was told to take. */
const ANSWER_MARGIN_MS = 500;
