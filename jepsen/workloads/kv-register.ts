/**
 * Registers with many writers: reads, puts, swaps, transactions over three keys of one shard, counters, and keys that come and go. Values are
 * put once only. After a while the generator goes on to new keys, so that no key's history grows too long to be searched.
 */
import { textCodec } from '@flowmesh/client';
import type { Bucket, Condition, FlowMesh, TxnOp, TxnResult } from '@flowmesh/client';
import { type Random, shardOfKey, utf8Encode } from '@flowmesh/base';
import { kvLinearizability } from '../checkers/kv-linearizability.ts';
import type { KvAnswer, KvAsked, KvTold } from '../history/kv-values.ts';
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

const BUCKET = 'jepsen-registers';
const SHARDS = 3;
const KEYS = ['a', 'b', 'c'];
/** Keys are used for so many operations, so many groups of them at a time. */
const OPERATIONS_PER_GROUP = 600;
const GROUPS_AT_ONCE = 4;
/** Of the last ones, at the end. */
const GROUPS_READ_MAX = 20;

type Step = KvAsked['success'][number];

class RegisterClient extends MeshClient {
  /** By key: the value that this client saw last. */
  private readonly seen = new Map<string, string | undefined>();
  private swap: KvAsked | undefined;

  protected isReading({ f }: OperationRequest): boolean {
    return f === 'get';
  }

  /** What a swap expected, is known here alone. */
  protected override toldOf({ f }: OperationRequest): unknown {
    return f === 'cas' && this.swap !== undefined ? { asked: this.swap } : undefined;
  }

  protected async perform(
    mesh: FlowMesh,
    op: OperationRequest,
    signal: AbortSignal,
  ): Promise<OperationResult> {
    const bucket = mesh.kv.bucket(BUCKET, { codec: textCodec });
    this.swap = undefined;
    const asked = op.f === 'cas' ? this.expecting(op.value as KvAsked) : (op.value as KvAsked);
    if (op.f === 'cas') this.swap = asked;
    const answer = await this.ask(bucket, op.f, asked, signal);
    this.remember(asked, answer);
    return { type: 'ok', value: op.f === 'cas' ? { asked, ...answer } : answer };
  }

  private async ask(
    bucket: Bucket<string>,
    f: string,
    asked: KvAsked,
    signal: AbortSignal,
  ): Promise<KvAnswer> {
    const [step] = asked.success;
    if (f === 'get' && step !== undefined) {
      const entry = await bucket.get(step.key, { signal });
      return { succeeded: true, answers: [entry === undefined ? {} : { value: entry.value }] };
    }
    const outcome = await bucket.txn(
      {
        if: asked.condition === undefined ? [] : [conditionOf(asked.condition)],
        do: asked.success.map(opOf),
        else: asked.failure.map(opOf),
      },
      { signal },
    );
    return { succeeded: outcome.succeeded, answers: outcome.results.map(toldBy) };
  }

  private expecting(asked: KvAsked): KvAsked {
    const [step] = asked.success;
    const key = step?.key ?? '';
    const value = this.seen.get(key);
    return { ...asked, condition: value === undefined ? { key } : { key, value } };
  }

  private remember({ success, failure }: KvAsked, { succeeded, answers }: KvAnswer): void {
    for (const [i, step] of (succeeded ? success : failure).entries()) {
      const told = answers[i];
      if (step.kind === 'put') this.seen.set(step.key, step.value);
      else if (told !== undefined && told !== 'untold') this.seen.set(step.key, told.value);
    }
  }
}

const conditionOf = ({ key, value }: { key: string; value?: string }): Condition<string> =>
  value === undefined ? { key, exists: false } : { key, value };

function opOf(step: Step): TxnOp<string> {
  switch (step.kind) {
    case 'get':
      return { get: step.key };
    case 'put':
      return { put: step.key, value: step.value };
    case 'delete':
      return { delete: step.key };
    case 'increment':
      return { increment: step.key, by: step.by };
  }
}

function toldBy(result: TxnResult<string>): KvTold {
  switch (result.kind) {
    case 'get':
      return result.entry === undefined ? {} : { value: result.entry.value };
    case 'increment':
      return { value: String(result.number) };
    case 'put':
    case 'delete':
    case 'touch':
      return 'untold';
  }
}

export class RegisterWorkload implements Workload {
  readonly name = 'kv-register';
  readonly concurrency = 8;
  readonly checkers = [kvLinearizability];
  private asked = 0;

  async setup(env: WorkloadEnv): Promise<void> {
    await using mesh = await setupMesh(env, SETUP);
    await mesh.kv.create({ name: BUCKET, shards: SHARDS, replicationFactor: 3 });
  }

  async client(env: WorkloadEnv, process: number): Promise<WorkloadClient> {
    return new RegisterClient(env, process);
  }

  next(rng: Random): OperationRequest {
    const number = this.asked++;
    const newest = Math.floor(number / OPERATIONS_PER_GROUP) * GROUPS_AT_ONCE;
    const group = `{${newest + rng.below(GROUPS_AT_ONCE)}}`;
    const key = `${group}/${KEYS[rng.below(KEYS.length)]}`;
    // All of a group lie together.
    const shard = shardOfKey(utf8Encode(group), SHARDS);
    const within = (...success: readonly Step[]): KvAsked => ({ shard, success, failure: [] });
    const put = (of: string): Step => ({ kind: 'put', key: of, value: `v${number}` });
    const get = (of: string): Step => ({ kind: 'get', key: of });
    const kind = rng.below(100);
    if (kind < 35) return { f: 'get', value: within(get(key)) };
    if (kind < 55) return { f: 'put', value: within(put(key)) };
    if (kind < 75) return { f: 'cas', value: { shard, success: [put(key)], failure: [get(key)] } };
    if (kind < 85) return { f: 'txn', value: within(...KEYS.map((name) => get(`${group}/${name}`))) };
    if (kind < 94) {
      const [first = '', second = ''] = KEYS.filter(() => rng.below(3) > 0);
      const steps = KEYS.map((name) =>
        name === first || name === second ? put(`${group}/${name}`) : get(`${group}/${name}`),
      );
      return { f: 'txn', value: within(...steps) };
    }
    if (kind < 97) return { f: 'increment', value: within({ kind: 'increment', key: `${group}/n`, by: 1 }) };
    const passing = `${group}/d`;
    if (kind === 97) return { f: 'put', value: within(put(passing)) };
    if (kind === 98) return { f: 'delete', value: within({ kind: 'delete', key: passing }) };
    return { f: 'get', value: within(get(passing)) };
  }

  *finals(): Generator<OperationRequest, void, OperationResult> {
    const last = Math.floor(this.asked / OPERATIONS_PER_GROUP + 1) * GROUPS_AT_ONCE;
    for (let group = Math.max(0, last - GROUPS_READ_MAX); group < last; group++)
      for (const name of [...KEYS, 'n', 'd'])
        yield* askUntilOk({ f: 'get', value: only({ kind: 'get', key: `{${group}}/${name}` }) });
  }
}

const only = (...success: readonly Step[]): KvAsked => ({ success, failure: [] });
