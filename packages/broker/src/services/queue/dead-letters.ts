/**
 * The dead letters of a queue: its own shards' dead jobs, looked at, mended, deleted, and put back into the queue. A redrive is a task with one
 * id in every shard; each shard's leader goes on with its part, over failovers, until it is done or cancelled.
 */
import { createHash } from 'node:crypto';
import { FlowError, isFlowError } from '@flowmesh/base';
import {
  type CatalogStream,
  type Header,
  type Job,
  type QueueReply,
  type RedriveTask,
  type RedriveTaskState,
  resolveQueueConfig,
} from '@flowmesh/engines';
import { compileFilter } from '../filter/compile-filter.ts';
import type { FoundJobs, JobSearch, QueueAdmin, QueueCall } from './queue-admin.ts';
import { checkJob } from './queue-checks.ts';
import type { ShardAsks } from './shard-asks.ts';

export interface JobPlace {
  readonly shard: number;
  readonly seq: number;
}

export interface DeadLetterStats {
  readonly dead: number;
  readonly bytes: number;
  /** 0 where there are none. */
  readonly oldestDiedAtMs: number;
  readonly errors: readonly { readonly error: string; readonly count: number }[];
}

export interface WantedRedrive {
  readonly filter: string;
  /** Exactly these; empty: by the filter. */
  readonly places: readonly JobPlace[];
  /** Over all shards, jobs a second; 0: without limit. */
  readonly rate: number;
  /** Over all shards; 0: without limit. */
  readonly max: number;
  readonly dryRun: boolean;
  readonly requestId: string;
}

/** Over all shards. */
export interface Redrive {
  readonly id: string;
  readonly filter: string;
  readonly rate: number;
  readonly max: number;
  readonly state: RedriveTaskState | 'dry-run';
  readonly scanned: number;
  readonly redriven: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly error: string;
}

const DLQ = '.dlq';
const ERRORS_MAX = 100;
const COUNT_PAGE = { max: 1_000, scannedMax: 10_000, payloadBytesMax: 0 };
/** Jobs that a dry run looks at. */
const DRY_RUN_SCANNED_MAX = 1_000_000;

export class DeadLetters {
  private readonly admin: QueueAdmin;
  private readonly asks: ShardAsks;

  constructor(admin: QueueAdmin, asks: ShardAsks) {
    this.admin = admin;
    this.asks = asks;
  }

  async list(call: QueueCall, search: Omit<JobSearch, 'states'>): Promise<FoundJobs> {
    return await this.admin.search(bare(call), { ...search, states: ['dead'] });
  }

  async stats(asked: QueueCall): Promise<DeadLetterStats> {
    const call = bare(asked);
    const queue = this.admin.find(call, 'describe');
    const shards = await this.asks.each(queue, { kind: 'stats' }, call.signal);
    const oldest = await this.asks.each(queue, deadPage(1), call.signal);
    const errors = new Map<string, number>();
    for (const { stats } of shards)
      for (const { error, count } of stats.errors) errors.set(error, (errors.get(error) ?? 0) + count);
    const died = oldest.flatMap(({ jobs }) => jobs.map(({ meta }) => meta.death?.atMs ?? 0));
    return {
      dead: shards.reduce((sum, { stats }) => sum + stats.dead, 0),
      bytes: shards.reduce((sum, { stats }) => sum + stats.deadBytes, 0),
      oldestDiedAtMs: died.length === 0 ? 0 : Math.min(...died),
      errors: [...errors]
        .map(([error, count]) => ({ error, count }))
        .sort((a, b) => b.count - a.count || (a.error < b.error ? -1 : 1))
        .slice(0, ERRORS_MAX),
    };
  }

  /** Undefined: as it is. */
  async edit(
    asked: QueueCall,
    { shard, seq }: JobPlace,
    to: { readonly payload: Uint8Array | undefined; readonly headers: readonly Header[] | undefined },
  ): Promise<Job> {
    const call = bare(asked);
    const queue = this.admin.find(call, 'alter');
    const group = this.admin.group(queue, shard);
    const { job } = await this.asks.ask(group, { kind: 'job', seq }, call.signal);
    if (job?.meta.state !== 'dead') throw notDead(shard, seq);
    const { payload = job.body.payload, headers = job.body.headers } = to;
    const refused = checkJob(
      {
        ...job.meta,
        payload,
        headers,
        notBeforeMs: 0,
      },
      'job',
      resolveQueueConfig(queue.config),
    );
    if (refused !== undefined) throw refused;
    const command = { kind: 'edit-dead', seq, payload, headers } as const;
    const reply = await this.asks.ask(group, { kind: 'command', command }, call.signal);
    if (reply.kind !== 'dead-letters' || reply.results[0] !== 'done') throw notDead(shard, seq);
    return { meta: job.meta, body: { payload, headers } };
  }

  /** How many were there. */
  async delete(asked: QueueCall, places: readonly JobPlace[]): Promise<number> {
    const call = bare(asked);
    const queue = this.admin.find(call, 'truncate');
    return await this.atShards(queue, places, 'delete-dead', call.signal);
  }

  async startRedrive(asked: QueueCall, wanted: WantedRedrive): Promise<Redrive> {
    const call = bare(asked);
    const queue = this.admin.find(call, 'alter');
    const { filter, rate, max } = wanted;
    const compiled = filter === '' ? undefined : compileFilter(filter, 'job');
    if (isFlowError(compiled)) throw compiled;
    const id = createHash('sha256').update(`${queue.uuid} ${wanted.requestId}`).digest('hex').slice(0, 20);
    const common = { id, filter, rate, max, startedAtMs: 0, endedAtMs: 0, error: '' };
    if (wanted.places.length > 0) {
      const redriven = wanted.dryRun
        ? wanted.places.length
        : await this.atShards(queue, wanted.places, 'redrive', call.signal);
      const state = wanted.dryRun ? 'dry-run' : 'done';
      return { ...common, state, scanned: wanted.places.length, redriven };
    }
    if (wanted.dryRun) return { ...common, state: 'dry-run', ...(await this.count(call, filter, max)) };
    const shares = await this.shares(queue, { id, max }, call.signal);
    const busy = shares.filter(({ dead }) => dead > 0).length;
    const ratePerSecond = rate === 0 ? 0 : Math.max(1, Math.floor(rate / Math.max(1, busy)));
    await Promise.all(
      shares.map(async ({ go, max: shardMax }, shard) => {
        if (!go) return;
        const command = { kind: 'task-start', id, filter, ratePerSecond, max: shardMax } as const;
        await this.asks.ask(this.admin.group(queue, shard), { kind: 'command', command }, call.signal);
      }),
    );
    const [task] = (await this.tasks(queue, call.signal)).filter((one) => one.id === id);
    if (task === undefined) throw noTask(id);
    return task;
  }

  async getRedrive(asked: QueueCall, id: string): Promise<Redrive> {
    const call = bare(asked);
    const all = await this.tasks(this.admin.find(call, 'describe'), call.signal);
    const task = all.find((one) => one.id === id);
    if (task === undefined) throw noTask(id);
    return task;
  }

  async listRedrives(asked: QueueCall): Promise<readonly Redrive[]> {
    const call = bare(asked);
    return await this.tasks(this.admin.find(call, 'describe'), call.signal);
  }

  async cancelRedrive(asked: QueueCall, id: string): Promise<Redrive> {
    const call = bare(asked);
    const queue = this.admin.find(call, 'alter');
    const command = { kind: 'task-end', id, state: 'cancelled', error: '' } as const;
    const answers = await this.asks.all(queue, { kind: 'command', command }, call.signal);
    for (const answer of answers) if (isFlowError(answer) && answer.code !== 'NOT_FOUND') throw answer;
    return await this.getRedrive(call, id);
  }

  private async tasks(queue: CatalogStream, signal: AbortSignal): Promise<readonly Redrive[]> {
    const shards = await this.asks.each(queue, { kind: 'tasks' }, signal);
    const byId = Map.groupBy(
      shards.flatMap(({ tasks }) => tasks),
      ({ id }) => id,
    );
    return [...byId.values()].map(merged).sort((a, b) => b.startedAtMs - a.startedAtMs);
  }

  /**
   * What each shard is to begin. A whole redrive begins on all of them. `max` is shared out, by how many dead jobs they have and what is over to one
   * of them, so that the shares are `max` together: asked for again, a redrive that has begun everywhere begins nowhere, and one that
   * was cut off begins with what is left.
   */
  private async shares(
    queue: CatalogStream,
    { id, max }: { readonly id: string; readonly max: number },
    signal: AbortSignal,
  ): Promise<readonly { readonly go: boolean; readonly max: number; readonly dead: number }[]> {
    const [stats, tasks] = await Promise.all([
      this.asks.each(queue, { kind: 'stats' }, signal),
      this.asks.each(queue, { kind: 'tasks' }, signal),
    ]);
    const shards = stats.map(({ stats: { dead } }, shard) => {
      const begun = tasks[shard]?.tasks.find((task) => task.id === id);
      return { dead, begun, go: begun === undefined, max: 0 };
    });
    if (max === 0) return shards;
    let left = max - shards.reduce((sum, { begun }) => sum + (begun?.max ?? 0), 0);
    const open = shards.filter(({ begun }) => begun === undefined);
    for (const shard of open) {
      shard.max = Math.min(left, shard.dead);
      left -= shard.max;
    }
    const [first] = open.toSorted((a, b) => b.dead - a.dead);
    if (first !== undefined) first.max += left;
    return shards.map((shard) => ({ ...shard, go: shard.max > 0 }));
  }

  private async count(
    call: QueueCall,
    filter: string,
    max: number,
  ): Promise<{ readonly scanned: number; readonly redriven: number }> {
    let [scanned, redriven, pageToken] = [0, 0, ''];
    do {
      const search = { ...COUNT_PAGE, shard: undefined, filter, pageToken };
      const page = await this.list(call, search);
      scanned += page.scanned;
      redriven += page.jobs.length;
      pageToken = page.nextPageToken;
    } while (pageToken !== '' && scanned < DRY_RUN_SCANNED_MAX && (max === 0 || redriven < max));
    return { scanned, redriven: max === 0 ? redriven : Math.min(redriven, max) };
  }

  private async atShards(
    queue: CatalogStream,
    places: readonly JobPlace[],
    kind: 'delete-dead' | 'redrive',
    signal: AbortSignal,
  ): Promise<number> {
    const byShard = Map.groupBy(places, ({ shard }) => shard);
    const counts = await Promise.all(
      [...byShard].map(async ([shard, some]) => {
        const command = { kind, seqs: some.map(({ seq }) => seq) } as const;
        const ask = { kind: 'command', command } as const;
        const reply: QueueReply = await this.asks.ask(this.admin.group(queue, shard), ask, signal);
        return reply.kind === 'dead-letters' ? reply.results.filter((result) => result === 'done').length : 0;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }
}

function deadPage(max: number): Parameters<ShardAsks['ask']>[1] & { readonly kind: 'jobs' } {
  return { kind: 'jobs', state: 'dead', after: '', max, scannedMax: max, filter: '', payloadBytesMax: 1 };
}

/** `orders.dlq` are the dead letters of `orders`. */
function bare(call: QueueCall): QueueCall {
  return call.queue.endsWith(DLQ) ? { ...call, queue: call.queue.slice(0, -DLQ.length) } : call;
}

function merged(parts: readonly RedriveTask[]): Redrive {
  const sum = (of: (task: RedriveTask) => number): number =>
    parts.reduce((total, task) => total + of(task), 0);
  const order: readonly RedriveTaskState[] = ['running', 'failed', 'cancelled', 'done'];
  const state = order.find((one) => parts.some((task) => task.state === one)) ?? 'done';
  return {
    id: parts[0]?.id ?? '',
    filter: parts[0]?.filter ?? '',
    rate: sum(({ ratePerSecond }) => ratePerSecond),
    max: sum(({ max }) => max),
    state,
    scanned: sum(({ scanned }) => scanned),
    redriven: sum(({ redriven }) => redriven),
    startedAtMs: Math.min(...parts.map(({ startedAtMs }) => startedAtMs)),
    endedAtMs: state === 'running' ? 0 : Math.max(...parts.map(({ endedAtMs }) => endedAtMs)),
    error: parts.find(({ error }) => error !== '')?.error ?? '',
  };
}

function notDead(shard: number, seq: number): FlowError {
  return new FlowError('NOT_FOUND', `there is no dead letter ${shard}-${seq}`, {
    hint: 'It may have been redriven or deleted: flowmesh dlq ls.',
  });
}

function noTask(id: string): FlowError {
  return new FlowError('NOT_FOUND', `there is no redrive ${id}`, {
    hint: 'List them; ended ones are forgotten after a while.',
  });
}
