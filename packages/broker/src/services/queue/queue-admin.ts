/**
 * Queues looked at and operated as a whole: the node that is asked, whichever it is, asks the leaders of all shards and puts their answers
 * together. What changes a queue may be repeated: shards that had done it already do nothing.
 */
import { FlowError, isFlowError, shardOfKey } from '@flowmesh/base';
import type { Clock, GroupId } from '@flowmesh/base';
import {
  type CatalogStream,
  type Job,
  type ListedState,
  type PurgeState,
  qualifiedName,
  QUEUE_STEP_ITEMS_MAX,
  type QueueReply,
  resolveQueueConfig,
  type Schedule,
} from '@flowmesh/engines';
import type { Action, Caller, CatalogPort, Door } from '../ports.ts';
import { unknownResource } from '../unknown-resource.ts';
import { nextTime } from './calendar.ts';
import { pageToken, parsePageToken } from './job-pages.ts';
import { checkJobs } from './queue-checks.ts';
import type { ShardStatsAnswer } from './shard-ask.ts';
import type { ShardAsks } from './shard-asks.ts';
import type { WantedJob } from './wanted-job.ts';
import type { WorkerHealth } from './work-session.ts';

export interface QueueAdminPorts {
  readonly catalog: CatalogPort;
  readonly door: Door;
  readonly clock: Clock;
  readonly asks: ShardAsks;
}

/** Who asks what of which queue. */
export interface QueueCall {
  readonly caller: Caller;
  readonly queue: string;
  readonly signal: AbortSignal;
}

export interface JobSearch {
  /** Undefined: all. */
  readonly shard: number | undefined;
  /** In the order in which they are looked through. */
  readonly states: readonly ListedState[];
  readonly filter: string;
  readonly max: number;
  readonly scannedMax: number;
  readonly payloadBytesMax: number;
  readonly pageToken: string;
}

export interface FoundJobs {
  readonly jobs: readonly { readonly shard: number; readonly job: Job }[];
  readonly scanned: number;
  readonly typeErrors: number;
  readonly firstTypeError: string;
  readonly nextPageToken: string;
}

export interface WantedSchedule {
  readonly name: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly job: WantedJob;
}

const SCHEDULE_NAME_MAX = 256;
const PAGE_BYTES_MAX = 4 << 20;
/** A purge of more jobs than this many commands hold goes on when it is asked for again. */
const PURGE_STEPS_MAX = 40_000;

export class QueueAdmin {
  private readonly ports: QueueAdminPorts;

  constructor(ports: QueueAdminPorts) {
    this.ports = ports;
  }

  /** By shard, each with its answer or why there is none. */
  async stats(call: QueueCall): Promise<readonly (ShardStatsAnswer | FlowError)[]> {
    return await this.ports.asks.all(this.find(call, 'describe'), { kind: 'stats' }, call.signal);
  }

  /** Jobs in the order of shards and states; a page may be empty and not the last. */
  async search(call: QueueCall, search: JobSearch): Promise<FoundJobs> {
    const queue = this.find(call, 'receive');
    const jobs: { readonly shard: number; readonly job: Job }[] = [];
    let place = parsePageToken(search.pageToken);
    if (search.shard !== undefined && place.shard < search.shard) place = { ...place, shard: search.shard };
    const end = search.shard === undefined ? queue.groups.length : search.shard + 1;
    let [scanned, typeErrors, bytes] = [0, 0, 0];
    let firstTypeError = '';
    while (place.shard < end) {
      if (jobs.length >= search.max || scanned >= search.scannedMax || bytes >= PAGE_BYTES_MAX) break;
      const state = search.states[place.state];
      if (state === undefined) {
        place = { shard: place.shard + 1, state: 0, after: '' };
        continue;
      }
      const { filter, payloadBytesMax } = search;
      const ask = {
        kind: 'jobs',
        state,
        after: place.after,
        max: search.max - jobs.length,
        scannedMax: search.scannedMax - scanned,
        filter,
        payloadBytesMax,
      } as const;
      const { shard } = place;
      const page = await this.ports.asks.ask(this.group(queue, shard), ask, call.signal);
      for (const job of page.jobs) {
        jobs.push({ shard, job });
        bytes += job.body.payload.length;
      }
      scanned += page.scanned;
      typeErrors += page.typeErrors;
      firstTypeError ||= page.firstTypeError;
      place =
        page.next === ''
          ? { shard, state: place.state + 1, after: '' }
          : { shard, state: place.state, after: page.next };
    }
    const more = place.shard < end - 1 || (place.shard === end - 1 && place.state < search.states.length);
    return { jobs, scanned, typeErrors, firstTypeError, nextPageToken: more ? pageToken(place) : '' };
  }

  /** Undefined: as it is. */
  async pause(
    call: QueueCall,
    to: { readonly receive: boolean | undefined; readonly enqueue: boolean | undefined },
  ): Promise<{ readonly receive: boolean; readonly enqueue: boolean }> {
    const queue = this.find(call, 'alter');
    const command = { kind: 'pause', ...to } as const;
    const replies = await this.ports.asks.each(queue, { kind: 'command', command }, call.signal);
    const paused = replies.map((reply) => reply as QueueReply & { readonly kind: 'paused' });
    return {
      receive: paused.every(({ receive }) => receive),
      enqueue: paused.every(({ enqueue }) => enqueue),
    };
  }

  /** Deletes the jobs of a state, or counts them. */
  async purge(call: QueueCall, state: PurgeState, dryRun: boolean): Promise<number> {
    const queue = this.find(call, 'truncate');
    const { asks } = this.ports;
    if (dryRun) {
      const all = await asks.each(queue, { kind: 'stats' }, call.signal);
      return all.reduce((sum, { stats }) => sum + stats[state], 0);
    }
    let purged = 0;
    for (const group of queue.groups) {
      for (let step = 0; step < PURGE_STEPS_MAX; step++) {
        const command = { kind: 'purge', state, max: QUEUE_STEP_ITEMS_MAX } as const;
        const reply = (await asks.ask(group, { kind: 'command', command }, call.signal)) as QueueReply & {
          readonly kind: 'purged';
        };
        purged += reply.count;
        if (reply.count === 0 || reply.left === 0) break;
      }
    }
    return purged;
  }

  /** Those that are connected to the nodes that lead shards, by name; one that is connected to several nodes comes once. */
  async workers(call: QueueCall): Promise<readonly WorkerHealth[]> {
    const queue = this.find(call, 'describe');
    const answers = await this.ports.asks.all(queue, { kind: 'workers' }, call.signal);
    const sessions = new Map<string, WorkerHealth>();
    for (const answer of answers) {
      // A node that leads several shards answers for each of them.
      if (!isFlowError(answer)) for (const one of answer.workers) sessions.set(one.id, one);
    }
    const byName = Map.groupBy(sessions.values(), ({ worker, id }) => (worker === '' ? id : worker));
    return [...byName]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, all]) => all.reduce((sum, one) => together(sum, one)));
  }

  // ---- schedules

  async schedules(call: QueueCall): Promise<readonly Schedule[]> {
    const answers = await this.ports.asks.each(
      this.find(call, 'describe'),
      { kind: 'schedules' },
      call.signal,
    );
    return answers.flatMap(({ schedules }) => schedules).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async putSchedule(call: QueueCall, wanted: WantedSchedule): Promise<Schedule> {
    const queue = this.find(call, 'alter');
    const { name, expression, timeZone, job } = wanted;
    const nowMs = this.ports.clock.wallMs();
    throwIf(checkScheduleName(name) ?? checkJobs([job], resolveQueueConfig(queue.config), nowMs));
    const nextAtMs = nextTime(expression, timeZone, nowMs);
    if (isFlowError(nextAtMs)) throw nextAtMs;
    if (nextAtMs === undefined) {
      throw new FlowError('INVALID_ARGUMENT', `'${expression}' never comes true again`, {
        details: { field: 'expression' },
      });
    }
    // A known one stays where it is: shards may have been added since, and nothing may fire twice.
    const shard =
      (await this.shardOfSchedule(queue, name, call)) ?? shardOfKey(Buffer.from(name), queue.groups.length);
    const command = { kind: 'schedule-put', name, expression, timeZone, template: job, nextAtMs } as const;
    return await this.scheduled(queue, shard, command, call);
  }

  async deleteSchedule(call: QueueCall, name: string): Promise<void> {
    const queue = this.find(call, 'alter');
    const shard = await this.shardOfSchedule(queue, name, call);
    if (shard === undefined) throw noSchedule(name);
    await this.scheduled(queue, shard, { kind: 'schedule-delete', name }, call);
  }

  async pauseSchedule(call: QueueCall, name: string, paused: boolean): Promise<Schedule> {
    const queue = this.find(call, 'alter');
    const known = (await this.schedules(call)).find((one) => one.name === name);
    const shard = await this.shardOfSchedule(queue, name, call);
    if (shard === undefined || known === undefined) throw noSchedule(name);
    const next = nextTime(known.expression, known.timeZone, this.ports.clock.wallMs());
    if (isFlowError(next)) throw next;
    const nextAtMs = next ?? known.nextAtMs;
    return await this.scheduled(queue, shard, { kind: 'schedule-pause', name, paused, nextAtMs }, call);
  }

  private async scheduled(
    queue: CatalogStream,
    shard: number,
    command: Parameters<typeof commandAsk>[0],
    call: QueueCall,
  ): Promise<Schedule> {
    const reply = await this.ports.asks.ask(this.group(queue, shard), commandAsk(command), call.signal);
    if (reply.kind === 'schedule' && reply.schedule !== undefined) return reply.schedule;
    throw new FlowError('INTERNAL', `a schedule was answered with ${reply.kind}`);
  }

  private async shardOfSchedule(
    queue: CatalogStream,
    name: string,
    { signal }: QueueCall,
  ): Promise<number | undefined> {
    const answers = await this.ports.asks.each(queue, { kind: 'schedules' }, signal);
    const shard = answers.findIndex(({ schedules }) => schedules.some((one) => one.name === name));
    return shard === -1 ? undefined : shard;
  }

  // ---- for dead letters too

  /** Past the door. */
  find({ caller, queue }: QueueCall, action: Action): CatalogStream {
    throwIf(this.ports.door.authorise(caller, action, qualifiedName('queue', queue)));
    const found = this.ports.catalog.machine.resource('queue', queue);
    if (found === undefined) throw unknownResource('queue', queue);
    return found;
  }

  group(queue: CatalogStream, shard: number): GroupId {
    const group = queue.groups[shard];
    if (group !== undefined) return group;
    throw new FlowError('INVALID_ARGUMENT', `queue ${queue.name} has no shard ${shard}`, {
      hint: `Its shards are 0 to ${queue.groups.length - 1}.`,
      details: { field: 'shard' },
    });
  }
}

type Command = Parameters<ShardAsks['ask']>[1] & { readonly kind: 'command' };

function commandAsk(command: Command['command']): Command {
  return { kind: 'command', command };
}

function together(a: WorkerHealth, b: WorkerHealth): WorkerHealth {
  return {
    ...a,
    connectedMs: Math.min(a.connectedMs, b.connectedMs),
    lastHeardMs: Math.max(a.lastHeardMs, b.lastHeardMs),
    inFlight: a.inFlight + b.inFlight,
    done: a.done + b.done,
    failed: a.failed + b.failed,
    expired: a.expired + b.expired,
    shards: [...new Set([...a.shards, ...b.shards])].sort((x, y) => x - y),
  };
}

function checkScheduleName(name: string): FlowError | undefined {
  if (name.length > 0 && name.length <= SCHEDULE_NAME_MAX) return undefined;
  return new FlowError('INVALID_ARGUMENT', `a schedule's name of ${name.length} characters`, {
    hint: `It has 1 to ${SCHEDULE_NAME_MAX}.`,
    details: { field: 'name' },
  });
}

function noSchedule(name: string): FlowError {
  return new FlowError('NOT_FOUND', `there is no schedule '${name}'`, { hint: 'List the schedules.' });
}

function throwIf(error: FlowError | undefined): void {
  if (error !== undefined) throw error;
}
