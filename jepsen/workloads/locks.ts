/**
 * Locks as the product makes them: a key that belongs to a lease, taken with a swap from nothing; the revision of its put is the token. Who holds
 * it writes under the condition that the key still has that revision. Former holders try that, too.
 */
import type { Random } from '@flowmesh/base';
import { type Bucket, type FlowMesh, type Lease, textCodec } from '@flowmesh/client';
import { lockTokens } from '../checkers/lock-tokens.ts';
import { MeshClient, NotBegun, setupMesh } from './mesh-client.ts';
import {
  type OperationRequest,
  type OperationResult,
  SETUP,
  type Workload,
  type WorkloadClient,
  type WorkloadEnv,
} from './workload.ts';

const BUCKET = 'jepsen-locks';
const LOCKS = 2;
const TTL_MS = 8_000;

interface LockAsked {
  readonly lock: string;
}

interface Holding {
  readonly token: number;
  readonly lease: Lease;
}

class LockClient extends MeshClient {
  private readonly holding = new Map<string, Holding>();
  /** By lock: a token that this client had. */
  private readonly former = new Map<string, number>();
  private releasing: unknown;

  protected isReading(): boolean {
    return false;
  }

  protected override toldOf({ f }: OperationRequest): unknown {
    return f === 'release' ? this.releasing : undefined;
  }

  protected async perform(
    mesh: FlowMesh,
    op: OperationRequest,
    signal: AbortSignal,
  ): Promise<OperationResult> {
    const { lock } = op.value as LockAsked;
    const bucket = mesh.kv.bucket(BUCKET, { codec: textCodec });
    this.releasing = undefined;
    if (op.f === 'acquire') return await this.acquire(bucket, lock, signal);
    if (op.f === 'release') return await this.release(lock, signal);
    return await this.write(bucket, lock, signal);
  }

  private async acquire(bucket: Bucket<string>, lock: string, signal: AbortSignal): Promise<OperationResult> {
    if (this.holding.has(lock)) throw new NotBegun('it is held by this process');
    const lease = bucket.lease({ ttlMs: TTL_MS, onLost: () => this.lose(lock) });
    try {
      const swap = { expected: 0, value: `${this.process}`, expiry: { lease } };
      const result = await bucket.cas(keyOf(lock), swap, { signal });
      if (!result.swapped) {
        lease.abandon();
        return { type: 'fail', value: { lock }, error: { code: 'HELD', message: 'another has it' } };
      }
      this.holding.set(lock, { token: result.modRevision, lease });
      return { type: 'ok', value: { lock, token: result.modRevision, ttlMs: TTL_MS } };
    } catch (error) {
      // Whatever came of it is not kept alive.
      lease.abandon();
      throw error;
    }
  }

  private async release(lock: string, signal: AbortSignal): Promise<OperationResult> {
    const held = this.holding.get(lock);
    if (held === undefined) throw new NotBegun('it is not held by this process');
    this.lose(lock);
    this.releasing = { lock, token: held.token };
    await held.lease.revoke({ signal });
    return { type: 'ok', value: this.releasing };
  }

  private async write(bucket: Bucket<string>, lock: string, signal: AbortSignal): Promise<OperationResult> {
    const token = this.holding.get(lock)?.token ?? this.former.get(lock);
    if (token === undefined) throw new NotBegun('this process never had it');
    const guarded = {
      if: [{ key: keyOf(lock), modRevision: token }],
      do: [{ put: `{${lock}}/guarded`, value: String(token) }],
    };
    const { succeeded } = await bucket.txn(guarded, { signal });
    return { type: 'ok', value: { lock, token, accepted: succeeded } };
  }

  private lose(lock: string): void {
    const held = this.holding.get(lock);
    if (held === undefined) return;
    this.holding.delete(lock);
    this.former.set(lock, held.token);
  }
}

const keyOf = (lock: string): string => `{${lock}}/lock`;

export class LockWorkload implements Workload {
  readonly name = 'locks';
  readonly concurrency = 6;
  readonly checkers = [lockTokens];

  async setup(env: WorkloadEnv): Promise<void> {
    await using mesh = await setupMesh(env, SETUP);
    await mesh.kv.create({ name: BUCKET, shards: 2, replicationFactor: 3 });
  }

  async client(env: WorkloadEnv, process: number): Promise<WorkloadClient> {
    return new LockClient(env, process);
  }

  next(rng: Random): OperationRequest {
    const value = { lock: `lock-${rng.below(LOCKS)}` };
    const kind = rng.below(10);
    return { f: kind < 4 ? 'acquire' : kind < 8 ? 'guarded' : 'release', value };
  }

  *finals(): Generator<OperationRequest, void, OperationResult> {
    // What was held at the end is kept by nobody any more; the history is complete without it.
  }
}
