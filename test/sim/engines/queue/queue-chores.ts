/** Redrive tasks and schedules of a queue's shard as they should be: what leaders do by themselves, each step once, over any number of leaders. */
import type { DeadPosition, NewJob, QueueCommand } from '@flowmesh/engines';
import { violated } from '../../check/violation.ts';

type Body<K extends QueueCommand['kind']> = Extract<QueueCommand, { readonly kind: K }>;

/** What tasks need of the shard. */
export interface RedrivenJobs {
  readonly timeMs: number;
  readonly jobs: ReadonlyMap<
    number,
    { readonly seq: number; readonly state: string; readonly diedAtMs: number }
  >;
  reviveDead(seq: number): void;
}

interface Task {
  readonly startedAtMs: number;
  /** Nothing but the start of the task says which jobs it is for. */
  readonly whole: boolean;
  state: string;
  position: DeadPosition;
  scanned: number;
  redriven: number;
}

const TASKS_RUNNING_MAX = 10;

export class ModelTasks {
  private readonly tasks = new Map<string, Task>();

  get running(): number {
    return [...this.tasks.values()].filter(({ state }) => state === 'running').length;
  }

  apply(command: Body<'task-start' | 'task-progress' | 'task-end'>, shard: RedrivenJobs): string {
    switch (command.kind) {
      case 'task-start': {
        const known = this.tasks.get(command.id);
        if (known !== undefined) return inWords(known);
        if (this.running >= TASKS_RUNNING_MAX) return 'refused PRECONDITION_FAILED';
        const whole = command.filter === '' && command.max === 0;
        const task: Task = {
          startedAtMs: shard.timeMs,
          whole,
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
      if (shard.jobs.get(each)?.state !== 'dead') continue;
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
    if (job.state === 'dead' && job.diedAtMs < task.startedAtMs)
      violated('redrive-complete', `redrive ${id} is done, and job ${job.seq} is dead since before it began`);
  }
}

function inWords({ state, scanned, redriven }: Task): string {
  return `task ${state} ${scanned} ${redriven}`;
}

export class ModelCalendar {
  private readonly schedules = new Map<string, { readonly template: NewJob; nextAtMs: number }>();

  get names(): readonly string[] {
    return [...this.schedules.keys()];
  }

  /** A time is fired once: `take` enqueues its job and says as what. */
  apply(
    command: Body<'schedule-put' | 'schedule-delete' | 'schedule-fire'>,
    take: (job: NewJob) => string,
  ): string {
    if (command.kind === 'schedule-put') {
      const { name, template, nextAtMs } = command;
      const copy = { ...template, payload: template.payload.slice(), key: template.key.slice() };
      this.schedules.set(name, { template: copy, nextAtMs });
      return `schedule ${name}`;
    }
    if (command.kind === 'schedule-delete')
      return this.schedules.delete(command.name) ? `schedule ${command.name}` : 'refused NOT_FOUND';
    const known = this.schedules.get(command.name);
    if (known?.nextAtMs !== command.expectedAtMs) return 'fired false undefined';
    const [how, seq] = take({ ...known.template, dedupId: '', notBeforeMs: 0 }).split(' ');
    known.nextAtMs = command.nextAtMs;
    return `fired true ${how === 'enqueued' ? seq : undefined}`;
  }
}
