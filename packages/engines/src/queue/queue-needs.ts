/**
 * What a few commands will look at, added up: how far into each index, which jobs, which ids. An upper bound, never less: a machine that lacked
 * something while applying would stop its node.
 */
import type { QueueConfig } from '../catalog/queue-config.ts';
import { resolveQueueConfig } from '../catalog/queue-config.ts';
import { jobBytes, VICTIMS_MAX } from './job-intake.ts';
import type { PurgeState, QueueCommand } from './queue-command.ts';
import type { QueueGlobals } from './queue-globals.ts';
import type { NewJob, Schedule, TransactionTag } from './queue-types.ts';

export class QueueNeeds {
  /** Time of the machine after the last command. */
  timeMs: number;
  /** Ready jobs that may be delivered. */
  received = 0;
  /** `expire` commands, and items of all of them. */
  expires = 0;
  expired = 0;
  /** Items by state. */
  readonly purged: Record<PurgeState, number> = { ready: 0, delayed: 0, leased: 0, dead: 0 };
  /** Of `redrive-until`. */
  redriven = 0;
  /** Jobs that are named, by seq. */
  readonly seqs = new Set<number>();
  readonly newJobs: NewJob[] = [];
  readonly requestIds = new Set<string>();
  readonly producers = new Set<number>();
  /** Items that markers may settle, by producer. */
  readonly settled = new Map<number, number>();
  /** The configuration in force, and all that come. */
  readonly configs: QueueConfig[];
  private newBytes = 0;
  /** Put by one of the commands: fired, perhaps, by one of the next. */
  private readonly templates: Array<readonly [name: string, template: NewJob]> = [];
  private readonly scheduleOf: (name: string) => Schedule | undefined;

  constructor(
    now: { readonly timeMs: number; readonly config: QueueConfig },
    scheduleOf: (name: string) => Schedule | undefined,
  ) {
    this.timeMs = now.timeMs;
    this.configs = [now.config];
    this.scheduleOf = scheduleOf;
  }

  /** Whether jobs of a key may be put in order, now or after one of the commands. */
  get orders(): boolean {
    return this.configs.some(({ ordering }) => ordering === 'key');
  }

  get takesTurns(): boolean {
    return this.configs.some(({ fairness }) => fairness === 'key');
  }

  /** Ready jobs that may have to give way. */
  victims(globals: QueueGlobals): number {
    const jobs = globals.live + this.newJobs.length + this.seqs.size + this.redriven;
    const revives = this.seqs.size + this.redriven > 0;
    const bytes = globals.bytes + this.newBytes;
    const full = this.configs.some(
      ({ overflow, maxJobs, maxBytes }) =>
        overflow !== 'reject' &&
        ((maxJobs >= 0 && jobs > maxJobs) || (maxBytes >= 0 && (revives || bytes > maxBytes))),
    );
    return full ? this.newJobs.length * VICTIMS_MAX : 0;
  }

  add(command: QueueCommand): void {
    this.timeMs = Math.max(this.timeMs, command.timeMs);
    switch (command.kind) {
      case 'configure':
        this.configs.push(resolveQueueConfig(command.config));
        return;
      case 'enqueue':
        for (const job of command.jobs) this.addJob(job);
        if (command.requestId !== '') this.requestIds.add(command.requestId);
        this.addTag(command.transaction);
        return;
      case 'receive':
        this.received += command.max;
        return;
      case 'ack':
        this.addSeqs(command.receipts.map(({ seq }) => seq));
        this.addTag(command.transaction);
        return;
      case 'nack':
      case 'extend':
        this.addSeqs(command.items.map(({ seq }) => seq));
        return;
      case 'release':
        this.addSeqs(command.receipts.map(({ seq }) => seq));
        return;
      case 'expire':
        this.expires += 1;
        this.expired += command.max;
        return;
      case 'purge':
        this.purged[command.state] += command.max;
        return;
      case 'redrive-until':
        this.redriven += command.max;
        return;
      case 'delete-dead':
      case 'redrive':
      case 'task-progress':
        this.addSeqs(command.seqs);
        return;
      case 'edit-dead':
        this.seqs.add(command.seq);
        return;
      case 'schedule-put':
        this.templates.push([command.name, command.template]);
        return;
      case 'schedule-fire': {
        const schedule = this.scheduleOf(command.name);
        if (schedule !== undefined) this.addJob(schedule.template);
        for (const [name, template] of this.templates) if (name === command.name) this.addJob(template);
        return;
      }
      case 'end-transaction': {
        const { producerId } = command.transaction;
        this.producers.add(producerId);
        this.settled.set(producerId, (this.settled.get(producerId) ?? 0) + command.max);
        return;
      }
      case 'pause':
      case 'task-start':
      case 'task-end':
      case 'schedule-delete':
      case 'schedule-pause':
        return;
    }
  }

  private addJob(job: NewJob): void {
    this.newJobs.push(job);
    this.newBytes += jobBytes(job);
  }

  private addSeqs(seqs: readonly number[]): void {
    for (const seq of seqs) this.seqs.add(seq);
  }

  private addTag(tag: TransactionTag | undefined): void {
    if (tag !== undefined) this.producers.add(tag.producerId);
  }
}
