/** Redrive tasks and schedules of a queue's shard as they should be: what leaders do by themselves, each step once, over any number of leaders. */
import type { DeadPosition, NewJob, QueueCommand } from '@flowmesh/engines';
import { violated } from '../../check/violation.ts';

type Body<K extends QueueCommand['kind']> = Extract<QueueCommand, { readonly kind: K }>;

/** What tasks need of the shard. */
export interface RedrivenJobs {
  readonly timeMs: number;
  readonly jobs: ReadonlyMap<
    number,
    { readonly seq: number; readonly state: string; readonly key: string; readonly diedAtMs: number }
  >;
  reviveDead(seq: number): void;
}

interface Task {
  readonly startedAtMs: number;
  /** The start of the task and its filter alone say which jobs it is for. */
  readonly whole: boolean;
  /** What its filter asks for; undefined: jobs of every key. */
  readonly key: string | undefined;
  state: string;
  position: DeadPosition;
  scanned: number;
  redriven: number;
}

const TASKS_RUNNING_MAX = 10;

/** The filter of a redrive, and what it says. */
export function filterByKey(key: string): string {
  return `key == "${key}"`;
}

function keyOf(filter: string): string | undefined {
  return /^key == "(.*)"$/.exec(filter)?.[1];
}

export class ModelTasks {
  private readonly tasks = new Map<string, Task>();

  get running(): readonly string[] {
    return [...this.tasks].flatMap(([id, { state }]) => (state === 'running' ? [id] : []));
  }

  apply(command: Body<'task-start' | 'task-progress' | 'task-end'>, shard: RedrivenJobs): string {
    switch (command.kind) {
      case 'task-start': {
        const known = this.tasks.get(command.id);
        if (known !== undefined) return inWords(known);
        if (this.running.length >= TASKS_RUNNING_MAX) return 'refused PRECONDITION_FAILED';
        const task: Task = {
          startedAtMs: shard.timeMs,
          whole: command.max === 0,
          key: keyOf(command.filter),
          state: 'running',
          position: { diedAtMs: 0, seq: 0 },
          scanned: 0,
          redriven: 0,
        };
        this.tasks.set(command.id, task);
        return inWords(task);
      }
      case 'task-progress':
        return this.progress(command, shard);
      case 'task-end': {
        const task = this.tasks.get(command.id);
        if (task === undefined) return 'refused NOT_FOUND';
        if (task.state === 'running') end(command.id, task, command.state, shard);
        return inWords(task);
      }
    }
  }

  private progress({ id, seqs, position, scanned }: Body<'task-progress'>, shard: RedrivenJobs): string {
    const task = this.tasks.get(id);
    if (task === undefined) return 'refused NOT_FOUND';
    if (task.state !== 'running') return 'refused PRECONDITION_FAILED';
    const { diedAtMs, seq } = task.position;
    if (position.diedAtMs < diedAtMs || (position.diedAtMs === diedAtMs && position.seq <= seq))
      return inWords(task);
    for (const each of seqs) {
      const job = shard.jobs.get(each);
      if (job?.state !== 'dead') continue;
      if (task.key !== undefined && job.key !== task.key)
        violated('redrive-complete', `redrive ${id} of key ${task.key} takes job ${each} of key ${job.key}`);
      shard.reviveDead(each);
      task.redriven++;
    }
    task.position = position;
    task.scanned += scanned;
    return inWords(task);
  }
}

/** A task that is done has left nothing dead that was dead when it began. */
function end(id: string, task: Task, state: string, { jobs }: RedrivenJobs): void {
  task.state = state;
  if (state !== 'done' || !task.whole) return;
  for (const job of jobs.values()) {
    const wanted = task.key === undefined || job.key === task.key;
    if (wanted && job.state === 'dead' && job.diedAtMs < task.startedAtMs)
      violated('redrive-complete', `redrive ${id} is done, and job ${job.seq} is dead since before it began`);
  }
}

function inWords({ state, scanned, redriven }: Task): string {
  return `task ${state} ${scanned} ${redriven}`;
}

interface Schedule {
  readonly template: NewJob;
  paused: boolean;
  nextAtMs: number;
}

export class ModelCalendar {
  private readonly schedules = new Map<string, Schedule>();

  get names(): readonly string[] {
    return [...this.schedules.keys()];
  }

  /** A time is fired once, and none while it is paused: `take` enqueues its job and says as what. */
  apply(
    command: Body<'schedule-put' | 'schedule-delete' | 'schedule-pause' | 'schedule-fire'>,
    take: (job: NewJob) => string,
  ): string {
    if (command.kind === 'schedule-put') {
      const { name, template, nextAtMs } = command;
      const copy = { ...template, payload: template.payload.slice(), key: template.key.slice() };
      // Whoever gives it another expression does not resume it.
      const schedule = { template: copy, paused: this.schedules.get(name)?.paused ?? false, nextAtMs };
      this.schedules.set(name, schedule);
      return scheduleInWords(name, schedule);
    }
    const known = this.schedules.get(command.name);
    if (command.kind === 'schedule-fire') return this.fire(command, known, take);
    if (known === undefined) return 'refused NOT_FOUND';
    if (command.kind === 'schedule-delete') this.schedules.delete(command.name);
    else if (known.paused !== command.paused) {
      known.paused = command.paused;
      // The times of its pause are not made up for.
      if (!command.paused) known.nextAtMs = command.nextAtMs;
    }
    return scheduleInWords(command.name, known);
  }

  private fire(
    command: Body<'schedule-fire'>,
    known: Schedule | undefined,
    take: (job: NewJob) => string,
  ): string {
    if (known === undefined || known.paused || known.nextAtMs !== command.expectedAtMs)
      return 'fired false undefined';
    const [how, seq] = take({ ...known.template, dedupId: '', notBeforeMs: 0 }).split(' ');
    known.nextAtMs = command.nextAtMs;
    return `fired true ${how === 'enqueued' ? seq : undefined}`;
  }
}

function scheduleInWords(name: string, { paused, nextAtMs }: Schedule): string {
  return `schedule ${name} ${paused} ${nextAtMs}`;
}
