/**
 * Jobs through a queue whose leaders are killed: every job whose enqueueing was acknowledged is done, or dead if it cannot be done; none is begun while
 * another worker has it under a live lease; each that is to die is a dead letter once, and no other.
 */
import type { FlowMesh, Worker, WorkerEvent, WorkerJob } from '@flowmesh/client';
import { DeadLettersClient, type flowmesh } from '@flowmesh/proto';
import { credentials } from '@grpc/grpc-js';
import { until } from '../harness/cluster.ts';
import { type EngineVerdict, type EngineWorkload, Faults, Lanes } from './engine-workload.ts';

export interface QueueWorkloadOptions {
  readonly jobsPerSecond: number;
}

const QUEUE = 'proof-jobs';
const SHARDS = 3;
const WORKERS = 3;
const CONCURRENCY = 8;
const LEASE_MS = 8_000;
const ATTEMPTS_MAX = 3;
/** Every so many-th job fails whenever it is tried. */
const POISON_EVERY = 23;
/** Every so many-th job fails the first time. */
const FAILS_ONCE_EVERY = 7;
const ENQUEUES_AT_ONCE = 20;
const REST_TIMEOUT_MS = 180_000;

interface Begun {
  readonly atMs: number;
  readonly signal: AbortSignal;
}

export class QueueWorkload implements EngineWorkload {
  readonly resources = [`queue:${QUEUE}`];
  private readonly mesh: FlowMesh;
  private readonly options: QueueWorkloadOptions;
  private readonly lanes = new Lanes();
  private readonly faults = new Faults([
    'lost',
    'begun under a live lease',
    'done twice',
    'dead twice',
    'dead for no reason',
    'not dead',
  ]);
  private readonly workers: Worker<Uint8Array>[] = [];
  private readonly stopped = new AbortController();
  private numbered = 0;
  private unknown = 0;
  private readonly accepted = new Set<number>();
  private readonly handled = new Set<number>();
  private readonly running = new Map<number, Begun>();
  private readonly completions = new Map<string, number>();

  constructor(mesh: FlowMesh, options: QueueWorkloadOptions) {
    this.mesh = mesh;
    this.options = options;
  }

  async start(): Promise<void> {
    await this.mesh.queues.create({
      name: QUEUE,
      shards: SHARDS,
      replicationFactor: 3,
      config: { 'attempts.max': `${ATTEMPTS_MAX}`, 'retry.initial.ms': '200', 'retry.backoff': 'fixed' },
    });
    for (let i = 0; i < WORKERS; i++) {
      this.workers.push(
        this.mesh.worker(QUEUE, (job) => this.handle(job), {
          concurrency: CONCURRENCY,
          leaseMs: LEASE_MS,
          name: `worker-${i}`,
          signal: this.stopped.signal,
          onEvent: (event) => this.heard(event),
        }),
      );
    }
    const everyMs = (1_000 * ENQUEUES_AT_ONCE) / this.options.jobsPerSecond;
    for (let i = 0; i < ENQUEUES_AT_ONCE; i++) this.lanes.add(everyMs, () => this.enqueue());
  }

  async stop(): Promise<void> {
    await this.lanes.stop();
  }

  async verdict(): Promise<EngineVerdict> {
    const open = (): number[] => [...this.accepted].filter((number) => !this.settled(number));
    await until(
      () => open().length === 0,
      REST_TIMEOUT_MS,
      () => '',
    ).catch(() => undefined);
    for (const number of open()) this.faults.add('lost', `job ${number}`);
    const dead = await this.deadLetters();
    await Promise.all(this.workers.map((worker) => worker.close()));
    for (const [number, count] of dead) {
      if (!isPoison(number)) this.faults.add('dead for no reason', `job ${number}`);
      if (count > 1) this.faults.add('dead twice', `job ${number}, ${count} times`);
    }
    for (const number of this.accepted)
      if (isPoison(number) && !dead.has(number)) this.faults.add('not dead', `job ${number}`);
    for (const [id, count] of this.completions)
      if (count > 1) this.faults.add('done twice', `job ${id}, ${count} times`);
    return {
      workload: 'queue',
      done: this.accepted.size,
      unknown: this.unknown,
      broken: this.faults.broken,
      examples: this.faults.examples,
    };
  }

  private async enqueue(): Promise<void> {
    const number = ++this.numbered;
    try {
      await this.mesh.queues.enqueue(QUEUE, { payload: `${number}` }, { timeoutMs: 60_000 });
      this.accepted.add(number);
    } catch {
      this.unknown++;
    }
  }

  private async handle(job: WorkerJob<Uint8Array>): Promise<void> {
    const number = numberOf(job.payload);
    const other = this.running.get(number);
    if (other !== undefined && !other.signal.aborted && performance.now() - other.atMs < LEASE_MS)
      this.faults.add('begun under a live lease', `job ${number}, attempt ${job.attempt}`);
    const begun: Begun = { atMs: performance.now(), signal: job.signal };
    this.running.set(number, begun);
    await new Promise((resolve) => setTimeout(resolve, number % 40));
    if (this.running.get(number) === begun) this.running.delete(number);
    if (isPoison(number)) throw new Error('cannot be done');
    if (number % FAILS_ONCE_EVERY === 0 && job.attempt === 1) throw new Error('not this time');
    this.handled.add(number);
  }

  private heard(event: WorkerEvent): void {
    if (event.kind === 'completed') this.completions.set(event.id, (this.completions.get(event.id) ?? 0) + 1);
  }

  private settled(number: number): boolean {
    return isPoison(number) || this.handled.has(number);
  }

  /** Dead jobs, and how often each is there; waits until those that have to be there are. */
  private async deadLetters(): Promise<ReadonlyMap<number, number>> {
    const due = [...this.accepted].filter(isPoison).length;
    let found = new Map<number, number>();
    await until(
      async () => {
        found = await this.listDead();
        return found.size >= due;
      },
      REST_TIMEOUT_MS,
      () => '',
      1_000,
    ).catch(() => undefined);
    return found;
  }

  private async listDead(): Promise<Map<number, number>> {
    const found = new Map<number, number>();
    const { streams } = await this.mesh.metadata([`queue:${QUEUE}`]);
    const { nodes } = await this.mesh.metadata();
    for (const [shard, { leader }] of (streams[0]?.partitions ?? []).entries()) {
      const address = nodes.find(({ id }) => id === leader)?.address ?? '';
      const client = new DeadLettersClient(address, credentials.createInsecure());
      try {
        for (let pageToken = ''; ; ) {
          const page = await listPage(client, shard, pageToken);
          for (const { payload } of page.jobs) {
            const number = numberOf(payload ?? new Uint8Array(0));
            found.set(number, (found.get(number) ?? 0) + 1);
          }
          pageToken = page.nextPageToken;
          if (pageToken === '') break;
        }
      } finally {
        client.close();
      }
    }
    return found;
  }
}

function listPage(
  client: DeadLettersClient,
  shard: number,
  pageToken: string,
): Promise<flowmesh.v1.ListDeadLettersResponse> {
  return new Promise((resolve, reject) => {
    client.listDeadLetters({ queue: QUEUE, shard, max: 1_000, pageToken }, (error, page) => {
      if (page === undefined) reject(error ?? new Error('no answer'));
      else resolve(page);
    });
  });
}

const isPoison = (number: number): boolean => number % POISON_EVERY === 0;

const numberOf = (payload: Uint8Array): number => Number(Buffer.from(payload).toString());
