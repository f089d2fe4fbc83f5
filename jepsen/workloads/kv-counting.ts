/**
 * Keys whose value counts up, one writer each, and none after it: what a writer left unanswered may still arrive. Whoever reads sees at least what was acknowledged, or seen by anyone, before the read began. It
 * needs no search, so it judges any number of operations; registers with several writers are another workload.
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
const SHARDS = 3;
const CONCURRENCY = 8;
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
    if (!this.recent.includes(process)) this.recent.push(process);
    if (this.recent.length > CONCURRENCY) this.recent.shift();
    if (rng.unit() < 0.5) {
      const writer = this.recent[rng.below(this.recent.length)] ?? process;
      return { f: 'read', value: { key: keyOf(writer) } };
    }
    const key = keyOf(process);
    const count = (this.written.get(key) ?? 0) + 1;
    this.written.set(key, count);
    return { f: 'write', value: { key, count } };
  }

  *finals(): Generator<OperationRequest, void, OperationResult> {
    for (const key of [...this.written.keys()].slice(-FINAL_KEYS_MAX))
      for (let attempt = 0; attempt < FINAL_ATTEMPTS; attempt++) {
        const { type } = yield { f: 'read', value: { key } };
        if (type === 'ok') break;
      }
  }
}
