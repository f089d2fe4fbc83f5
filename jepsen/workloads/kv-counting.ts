/**
 * Keys whose value counts up, one writer each, and none after it: what a writer left unanswered may still arrive. Whoever reads sees at least
 * what was acknowledged, or seen by anyone, before the read began. It needs no search, so it judges any number of operations; registers
 * with several writers are another workload.
 *
 * Half of the processes only read, and give up soon: a reader that lives on keeps to the leader that it knows, while writers that wait no
 * longer are followed by new ones, which find the next leader. So a leader that stood still has readers when it wakes, and there is news for them.
 */
import type { Random } from '@flowmesh/base';
import type { FlowMesh } from '@flowmesh/client';
import { judgeCounting } from '../checkers/counting.ts';
import { MeshClient, setupMesh } from './mesh-client.ts';
import {
  type OperationRequest,
  type OperationResult,
  SETUP,
  type Workload,
  type WorkloadClient,
  type WorkloadEnv,
} from './workload.ts';

const BUCKET = 'jepsen-counting';
/** Each is a group, and meets every fault in another state. */
const SHARDS = 6;
const CONCURRENCY = 8;
const WRITERS = CONCURRENCY / 2;
const IMPATIENT_MS = 1_500;
/** One operation of a writer in so many is a read. */
const READS_ONE_IN = 4;
const FINAL_ATTEMPTS = 5;
/** Of the latest writers, at the end. */
const FINAL_KEYS_MAX = 200;

const keyOf = (process: number): string => `count-${process}`;

interface Question {
  readonly key: string;
  /** Of a write. */
  readonly count?: number;
}

class CountingClient extends MeshClient {
  protected isReading({ f }: OperationRequest): boolean {
    return f === 'read';
  }

  protected async perform(
    mesh: FlowMesh,
    { f, value }: OperationRequest,
    signal: AbortSignal,
  ): Promise<OperationResult> {
    const { key, count } = value as Question;
    const bucket = mesh.kv.bucket<number>(BUCKET);
    if (f === 'write') {
      await bucket.put(key, count ?? 0, { signal });
      return { type: 'ok', value };
    }
    const entry = await bucket.get(key, { signal });
    return { type: 'ok', value: { key, count: entry?.value ?? 0 } };
  }
}

export class CountingWorkload implements Workload {
  readonly name = 'kv-counting';
  readonly concurrency = CONCURRENCY;
  readonly checkers = [judgeCounting];
  /** By key, in the order of their first writes. */
  private readonly written = new Map<string, number>();
  /** The latest writers: those that may be alive. */
  private readonly recent: number[] = [];

  async setup(env: WorkloadEnv): Promise<void> {
    await using mesh = await setupMesh(env, SETUP);
    await mesh.kv.create({ name: BUCKET, shards: SHARDS, replicationFactor: 3 });
  }

  async client(env: WorkloadEnv, process: number): Promise<WorkloadClient> {
    return new CountingClient(env, process);
  }

  next(rng: Random, process: number): OperationRequest {
    const writes = process % 2 === 0;
    if (writes) this.noteWriter(process);
    if (!writes || rng.below(READS_ONE_IN) === 0) {
      const writer = this.recent[rng.below(this.recent.length)] ?? 0;
      const read = { f: 'read', value: { key: keyOf(writer) } };
      return writes ? read : { ...read, timeoutMs: IMPATIENT_MS };
    }
    const key = keyOf(process);
    const count = (this.written.get(key) ?? 0) + 1;
    this.written.set(key, count);
    const write = { f: 'write', value: { key, count } };
    return rng.below(2) === 0 ? write : { ...write, timeoutMs: IMPATIENT_MS };
  }

  private noteWriter(process: number): void {
    if (!this.recent.includes(process)) this.recent.push(process);
    if (this.recent.length > WRITERS) this.recent.shift();
  }

  *finals(): Generator<OperationRequest, void, OperationResult> {
    for (const key of [...this.written.keys()].slice(-FINAL_KEYS_MAX))
      for (let attempt = 0; attempt < FINAL_ATTEMPTS; attempt++) {
        const { type } = yield { f: 'read', value: { key } };
        if (type === 'ok') break;
      }
  }
}
