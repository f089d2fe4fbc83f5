/**
 * Keys whose value counts up, one writer each: whoever reads sees at least what was acknowledged, or seen by anyone, before the read began. It
 * needs no search, so it judges any number of operations; registers with several writers are another workload.
 */
import { isFlowError, type Random } from '@flowmesh/base';
import { type Bucket, connect, type FlowMesh } from '@flowmesh/client';
import { judgeCounting } from '../checkers/counting.ts';
import type { OperationRequest, OperationResult, Workload, WorkloadClient, WorkloadEnv } from './workload.ts';

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

class CountingClient implements WorkloadClient {
  private readonly mesh: FlowMesh;
  private readonly bucket: Bucket<number>;

  constructor(mesh: FlowMesh, bucket: Bucket<number>) {
    this.mesh = mesh;
    this.bucket = bucket;
  }

  async invoke({ f, value }: OperationRequest, signal: AbortSignal): Promise<OperationResult> {
    const { key, count } = value as Question;
    try {
      if (f === 'write') {
        await this.bucket.put(key, count ?? 0, { signal });
        return { type: 'ok', value };
      }
      const entry = await this.bucket.get(key, { signal });
      return { type: 'ok', value: { key, count: entry?.value ?? 0 } };
    } catch (error) {
      const { code, message } = isFlowError(error) ? error : { code: 'INTERNAL', message: String(error) };
      // A read that was not answered has done nothing.
      return { type: f === 'read' ? 'fail' : 'info', value, error: { code, message } };
    }
  }

  async close(): Promise<void> {
    await this.mesh.close();
  }
}

export class CountingWorkload implements Workload {
  readonly name = 'kv-counting';
  readonly concurrency = CONCURRENCY;
  readonly checkers = [judgeCounting];
  private readonly written = new Map<string, number>();

  async setup(env: WorkloadEnv): Promise<void> {
    await using mesh = await connectTo(env, 0);
    await mesh.kv.create({ name: BUCKET, shards: SHARDS, replicationFactor: 3 });
  }

  async client(env: WorkloadEnv, process: number): Promise<WorkloadClient> {
    const mesh = await connectTo(env, process);
    return new CountingClient(mesh, mesh.kv.bucket<number>(BUCKET));
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

/** Tries until some node answers: the nodes of a run may all be down for a while. */
async function connectTo(env: WorkloadEnv, process: number): Promise<FlowMesh> {
  const endpoints = env.endpointsOf(process).map(({ grpc }) => grpc);
  for (;;) {
    try {
      return await connect({ endpoints, timeoutMs: 5_000 });
    } catch {
      // Refused or not answered; the next attempt takes as long again.
    }
  }
}
