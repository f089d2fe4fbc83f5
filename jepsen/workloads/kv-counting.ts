/**
 * Keys whose value counts up, one writer each: whoever reads sees at least what was acknowledged, or seen by anyone, before the read began. It
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

const keyOf = (place: number): string => `count-${place}`;

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
  private readonly written = new Map<string, number>();

  async setup(env: WorkloadEnv): Promise<void> {
    await using mesh = await setupMesh(env, SETUP);
    await mesh.kv.create({ name: BUCKET, shards: SHARDS, replicationFactor: 3 });
  }

  async client(env: WorkloadEnv, process: number): Promise<WorkloadClient> {
    return new CountingClient(env, process);
  }

  next(rng: Random, process: number): OperationRequest {
    const place = process % CONCURRENCY;
    if (rng.unit() < 0.5) return { f: 'read', value: { key: keyOf(rng.below(CONCURRENCY)) } };
    const key = keyOf(place);
    const count = (this.written.get(key) ?? 0) + 1;
    this.written.set(key, count);
    return { f: 'write', value: { key, count } };
  }

  *finals(): Generator<OperationRequest, void, OperationResult> {
    for (let place = 0; place < CONCURRENCY; place++)
      for (let attempt = 0; attempt < FINAL_ATTEMPTS; attempt++) {
        const { type } = yield { f: 'read', value: { key: keyOf(place) } };
        if (type === 'ok') break;
      }
  }
}
