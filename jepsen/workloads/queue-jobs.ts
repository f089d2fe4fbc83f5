/**
 * Jobs of one queue: with priorities, with keys that order them, and some that are always refused until they are dead. Receivers acknowledge, refuse,
 * extend, forget, and some keep jobs for longer than they may. At the end everything is received and settled, and the dead letters are counted.
 */
import type { Random } from '@flowmesh/base';
import { type FlowMesh, isFlowError, type JobReceipt } from '@flowmesh/client';
import { queueJobs } from '../checkers/queue-jobs.ts';
import type { Delivered, EnqueueAsked, ReceiveAsked, SettleAnswer } from '../history/queue-values.ts';
import { askUntilOk } from './finals.ts';
import { MeshClient, setupMesh } from './mesh-client.ts';
import {
  type OperationRequest,
  type OperationResult,
  SETUP,
  type Workload,
  type WorkloadClient,
  type WorkloadEnv,
} from './workload.ts';

const QUEUE = 'jepsen-jobs';
const ATTEMPTS_MAX = 3;
const VISIBILITY_MS = 10_000;
/** One reception in so many is of somebody who settles too late. */
const TARDY_ONE_IN = 5;
const SHORT_VISIBILITY_MS = 2_000;
const TARDY_BY_MS = 1_500;
const RECEIVE_WAIT_MS = 300;
const KEYS = 4;
const POISON_ONE_IN = 12;
/** Rounds of receiving and settling at the end; each waits for jobs that come back. */
const DRAIN_ROUNDS_MAX = 150;
const DRAIN_AT_ONCE = 50;

interface Payload {
  readonly job: string;
  readonly poison: boolean;
}

interface HeldJob {
  readonly id: string;
  readonly poison: boolean;
  readonly receipt: JobReceipt;
  /** Not settled before. */
  readonly fromMs: number;
}

class JobClient extends MeshClient {
  private readonly held: HeldJob[] = [];
  private settling: SettleAnswer | undefined;

  protected isReading({ f }: OperationRequest): boolean {
    return f === 'dead-letters' || f === 'queue-counts';
  }

  protected override toldOf({ f }: OperationRequest): unknown {
    return f === 'ack' || f === 'nack' || f === 'extend' ? this.settling : undefined;
  }

  protected async perform(
    mesh: FlowMesh,
    op: OperationRequest,
    signal: AbortSignal,
  ): Promise<OperationResult> {
    this.settling = undefined;
    switch (op.f) {
      case 'enqueue':
        return await enqueue(mesh, op.value as EnqueueAsked, signal);
      case 'receive':
        return await this.receive(mesh, op.value as ReceiveAsked, signal);
      case 'dead-letters':
        return await deadLetters(mesh, signal);
      case 'queue-counts': {
        const { total, shards } = await mesh.queues.operations.stats(QUEUE, { signal });
        for (const shard of shards) if (isFlowError(shard)) throw shard;
        return { type: 'ok', value: { left: total.ready + total.delayed + total.leased + total.blocked } };
      }
      default:
        return await this.settle(mesh, op.f, signal);
    }
  }

  private async receive(mesh: FlowMesh, asked: ReceiveAsked, signal: AbortSignal): Promise<OperationResult> {
    const { max, visibilityMs, tardy = false } = asked;
    const received = await mesh.queues.receive(QUEUE, { max, visibilityMs, waitMs: RECEIVE_WAIT_MS, signal });
    const jobs = received.map(({ id, attempt, payload, receipt }): Delivered => {
      const { job, poison } = JSON.parse(Buffer.from(payload).toString()) as Payload;
      const fromMs = tardy ? performance.now() + visibilityMs + TARDY_BY_MS : 0;
      this.held.push({ id, poison, receipt, fromMs });
      return { id, job, attempt, lease: receipt.leaseEpoch };
    });
    return { type: 'ok', value: { jobs } };
  }

  private async settle(mesh: FlowMesh, f: string, signal: AbortSignal): Promise<OperationResult> {
    const ready = this.held.filter(({ fromMs }) => fromMs <= performance.now());
    const fitting = ready.find(({ poison }) => (f === 'ack' ? !poison : f === 'nack' ? poison : true));
    const job = fitting ?? (f === 'nack' ? ready[0] : undefined);
    if (job === undefined) return { type: 'ok', value: { outcome: 'nothing' } };
    const { id, receipt } = job;
    const { leaseEpoch: lease } = receipt;
    this.settling = { id, lease, ...(f === 'extend' ? { visibilityMs: VISIBILITY_MS } : {}) };
    if (f !== 'extend') this.held.splice(this.held.indexOf(job), 1);
    const [outcome] =
      f === 'ack'
        ? await mesh.queues.ack(QUEUE, [receipt], { signal })
        : f === 'nack'
          ? await mesh.queues.nack(QUEUE, [receipt], { signal, error: 'refused' })
          : await mesh.queues.extend(QUEUE, [receipt], VISIBILITY_MS, { signal });
    // Whose acknowledgement it was, the SDK does not know either.
    const known = outcome?.assumed === true ? 'gone' : outcome?.outcome;
    return { type: 'ok', value: { ...this.settling, outcome: known ?? 'gone' } };
  }
}

async function enqueue(mesh: FlowMesh, asked: EnqueueAsked, signal: AbortSignal): Promise<OperationResult> {
  const { job, priority, key, poison } = asked;
  const payload = JSON.stringify({ job, poison } satisfies Payload);
  const { id } = await mesh.queues.enqueue(QUEUE, { payload, priority, key }, { signal });
  return { type: 'ok', value: { id } };
}

async function deadLetters(mesh: FlowMesh, signal: AbortSignal): Promise<OperationResult> {
  const jobs: { id: string; job: string; attempts: number }[] = [];
  for await (const { id, payload, attempts } of mesh.deadLetters.list(QUEUE, { signal })) {
    const { job } = JSON.parse(Buffer.from(payload).toString()) as Payload;
    jobs.push({ id, job, attempts });
  }
  return { type: 'ok', value: { jobs } };
}

export class JobWorkload implements Workload {
  readonly name = 'queue-jobs';
  readonly concurrency = 6;
  readonly checkers = [queueJobs({ attemptsMax: ATTEMPTS_MAX, ordered: true })];
  private enqueued = 0;

  async setup(env: WorkloadEnv): Promise<void> {
    await using mesh = await setupMesh(env, SETUP);
    await mesh.queues.create({
      name: QUEUE,
      shards: 1,
      replicationFactor: 3,
      config: {
        ordering: 'key',
        'attempts.max': String(ATTEMPTS_MAX),
        'retry.initial.ms': '200',
        'retry.backoff': 'fixed',
      },
    });
  }

  async client(env: WorkloadEnv, process: number): Promise<WorkloadClient> {
    return new JobClient(env, process);
  }

  next(rng: Random): OperationRequest {
    const kind = rng.below(100);
    // More is settled than comes, so that the queue and the line of each key are empty again and again.
    if (kind < 28) return { f: 'enqueue', value: this.newJob(rng) };
    if (kind < 52) {
      const max = 1 + rng.below(4);
      if (rng.below(TARDY_ONE_IN) > 0) return { f: 'receive', value: { max, visibilityMs: VISIBILITY_MS } };
      return { f: 'receive', value: { max, visibilityMs: SHORT_VISIBILITY_MS, tardy: true } };
    }
    if (kind < 88) return { f: 'ack', value: {} };
    return { f: kind < 96 ? 'nack' : 'extend', value: {} };
  }

  private newJob(rng: Random): EnqueueAsked {
    const job = `job-${this.enqueued++}`;
    const poison = rng.below(POISON_ONE_IN) === 0;
    if (rng.below(3) === 0) return { job, priority: 0, key: `key-${rng.below(KEYS)}`, poison };
    return { job, priority: rng.below(10), poison };
  }

  *finals(): Generator<OperationRequest, void, OperationResult> {
    for (let round = 0; round < DRAIN_ROUNDS_MAX; round++) {
      yield { f: 'receive', value: { max: DRAIN_AT_ONCE, visibilityMs: VISIBILITY_MS } };
      for (const f of ['ack', 'nack'])
        for (let i = 0; i <= DRAIN_AT_ONCE; i++) {
          const { type, value } = yield { f, value: {} };
          if (type === 'fail' || (value as SettleAnswer | undefined)?.outcome === 'nothing') break;
        }
      const counts = yield* askUntilOk({ f: 'queue-counts', value: {} });
      if (counts.type === 'ok' && (counts.value as { left: number }).left === 0) break;
    }
    yield* askUntilOk({ f: 'dead-letters', value: {} });
    yield* askUntilOk({ f: 'queue-counts', value: {} });
  }
}
