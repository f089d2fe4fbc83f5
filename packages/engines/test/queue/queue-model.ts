/**
 * What a queue promises, as plainly as it can be said: a list of jobs, looked through from the beginning for everything. Without order or turns of
 * keys, bounds, transactions and schedules.
 */
import type { JobState, QueueCommandBody, Receipt } from '../../src/index.ts';

interface ModelJob {
  readonly seq: number;
  readonly priority: number;
  readonly attemptsMax: number;
  state: Exclude<JobState, 'staged'>;
  /** When it is due, its lease ends, or it died. */
  atMs: number;
  attempts: number;
  totalAttempts: number;
  leaseEpoch: number;
  bytes: number;
}

export interface ModelRules {
  readonly attemptsMax: number;
  readonly retryMs: number;
  readonly expiredRetryMs: number;
  readonly visibilityMs: number;
  readonly dedupWindowMs: number;
}

export class QueueModel {
  private readonly rules: ModelRules;
  private jobs: ModelJob[] = [];
  private ids: Array<{ readonly id: string; readonly seq: number; readonly untilMs: number }> = [];
  private nextSeq = 1;
  private nowMs = 0;
  /** Jobs that were acknowledged, purged or deleted. */
  gone = 0;

  constructor(rules: ModelRules) {
    this.rules = rules;
  }

  get enqueued(): number {
    return this.nextSeq - 1;
  }

  describe(): readonly string[] {
    return this.jobs
      .map((job) => `${job.seq} ${job.state} ${job.attempts}/${job.totalAttempts} epoch ${job.leaseEpoch}`)
      .sort();
  }

  /** The reply in a few words; undefined: the model does not know such commands. */
  apply(body: QueueCommandBody, nowMs: number): unknown {
    this.nowMs = nowMs;
    switch (body.kind) {
      case 'enqueue':
        return body.jobs.map((job) => this.enqueue(job));
      case 'receive':
        return this.receive(body);
      case 'ack':
        return body.receipts.map((receipt) => this.held(receipt, (job) => this.drop(job, 'done')));
      case 'nack':
        return body.items.map((item) =>
          this.held(item, (job) => this.fail(job, item.delayMs ?? this.rules.retryMs)),
        );
      case 'extend':
        return body.items.map((item) =>
          this.held(item, (job) => {
            job.atMs = nowMs + item.visibilityMs;
            return 'extended';
          }),
        );
      case 'release':
        return body.receipts.map((receipt) =>
          this.held(receipt, (job) => {
            job.state = 'ready';
            job.attempts -= body.undelivered ? 1 : 0;
            job.totalAttempts -= body.undelivered ? 1 : 0;
            return 'done';
          }),
        );
      case 'expire':
        return this.expire(body.max);
      case 'purge':
        return this.first(body.state, body.max).map((job) => this.drop(job, 'done')).length;
      case 'delete-dead':
        return body.seqs.map((seq) => this.dead(seq, (job) => this.drop(job, 'done')));
      case 'edit-dead':
        return [this.dead(body.seq, () => 'done')];
      case 'redrive':
        return body.seqs.map((seq) => this.dead(seq, (job) => this.revive(job)));
      case 'redrive-until': {
        const dead = this.first('dead', Number.POSITIVE_INFINITY).filter(
          ({ atMs }) => atMs <= body.diedUntilMs,
        );
        const some = dead.slice(0, body.max);
        for (const job of some) this.revive(job);
        return [some.length, dead.length > some.length];
      }
      case 'configure':
      case 'pause':
      case 'task-start':
      case 'task-progress':
      case 'task-end':
      case 'schedule-put':
      case 'schedule-delete':
      case 'schedule-pause':
      case 'schedule-fire':
      case 'end-transaction':
        return undefined;
    }
  }

  private enqueue(job: Extract<QueueCommandBody, { kind: 'enqueue' }>['jobs'][number]): unknown {
    const { dedupId } = job;
    const known = this.ids.find(({ id, untilMs }) => id === dedupId && untilMs > this.nowMs);
    if (dedupId !== '' && known !== undefined) return ['duplicate', known.seq];
    const seq = this.nextSeq++;
    if (dedupId !== '' && this.rules.dedupWindowMs > 0) {
      this.ids = this.ids.filter(({ id }) => id !== dedupId);
      this.ids.push({ id: dedupId, seq, untilMs: this.nowMs + this.rules.dedupWindowMs });
    }
    const delayed = job.notBeforeMs > this.nowMs;
    this.jobs.push({
      seq,
      priority: job.priority,
      attemptsMax: job.attemptsMax ?? this.rules.attemptsMax,
      state: delayed ? 'delayed' : 'ready',
      atMs: job.notBeforeMs,
      attempts: 0,
      totalAttempts: 0,
      leaseEpoch: 0,
      bytes: job.payload.length + job.key.length + 2,
    });
    return ['enqueued', seq];
  }

  private receive(body: Extract<QueueCommandBody, { kind: 'receive' }>): unknown {
    const delivered: unknown[] = [];
    let bytes = 0;
    for (const job of this.first('ready', body.max)) {
      bytes += job.bytes;
      if (delivered.length > 0 && bytes > body.bytesMax) break;
      job.state = 'leased';
      job.atMs = this.nowMs + (body.visibilityMs ?? this.rules.visibilityMs);
      job.leaseEpoch += 1;
      job.attempts += 1;
      job.totalAttempts += 1;
      delivered.push([job.seq, job.leaseEpoch, job.attempts]);
    }
    return delivered;
  }

  private expire(max: number): number {
    const due = (state: ModelJob['state'], limit: number): ModelJob[] =>
      this.first(state, Number.POSITIVE_INFINITY)
        .filter(({ atMs }) => atMs <= this.nowMs)
        .slice(0, limit);
    // A job whose lease ends with a delay of nothing is ready; one with a delay is not due before its time.
    const leases = due('leased', max);
    for (const job of leases) this.fail(job, this.rules.expiredRetryMs);
    const delays = due('delayed', max - leases.length);
    for (const job of delays) job.state = 'ready';
    const left = max - leases.length - delays.length;
    const forgotten = this.ids
      .filter(({ untilMs }) => untilMs <= this.nowMs)
      .sort((a, b) => a.untilMs - b.untilMs || (a.id < b.id ? -1 : 1))
      .slice(0, left);
    this.ids = this.ids.filter((id) => !forgotten.includes(id));
    return leases.length + delays.length + forgotten.length;
  }

  private fail(job: ModelJob, delayMs: number): string {
    if (job.attemptsMax >= 0 && job.attempts >= job.attemptsMax) {
      job.state = 'dead';
      job.atMs = this.nowMs;
      return 'dead';
    }
    job.state = delayMs > 0 ? 'delayed' : 'ready';
    job.atMs = this.nowMs + delayMs;
    return 'retried';
  }

  private revive(job: ModelJob): string {
    job.state = 'ready';
    job.attempts = 0;
    return 'done';
  }

  private held(receipt: Receipt, act: (job: ModelJob) => string): string {
    const job = this.jobs.find(({ seq }) => seq === receipt.seq);
    if (job === undefined) return 'gone';
    return job.state === 'leased' && job.leaseEpoch === receipt.leaseEpoch ? act(job) : 'stale';
  }

  private dead(seq: number, act: (job: ModelJob) => string): string {
    const job = this.jobs.find((known) => known.seq === seq);
    return job?.state === 'dead' ? act(job) : 'missing';
  }

  private drop(job: ModelJob, result: string): string {
    this.jobs = this.jobs.filter((other) => other !== job);
    this.gone += 1;
    return result;
  }

  /** Of a state, in its order. */
  private first(state: ModelJob['state'], max: number): ModelJob[] {
    return this.jobs
      .filter((job) => job.state === state)
      .sort((a, b) =>
        state === 'ready' ? b.priority - a.priority || a.seq - b.seq : a.atMs - b.atMs || a.seq - b.seq,
      )
      .slice(0, max);
  }
}
