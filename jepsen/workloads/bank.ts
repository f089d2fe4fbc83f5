/**
 * Money between keys of one shard, moved in transactions of the bucket; money between partitions of a stream, moved in transactions of two records; and
 * the journal's balances as keys, brought up to date by readers that keep the offset beside the balance, so that each record counts once.
 */
import type { Random } from '@flowmesh/base';
import {
  type Bucket,
  type FlowMesh,
  isFlowError,
  jsonCodec,
  type TransactionalProducer,
} from '@flowmesh/client';
import { bankTotals } from '../checkers/bank-totals.ts';
import type { JournalEntry, TransferAsked } from '../history/bank-values.ts';
import { askUntilOk } from './finals.ts';
import { MeshClient, NotBegun, setupMesh } from './mesh-client.ts';
import { SETTLED_ATTEMPTS, settled } from './settled.ts';
import {
  type OperationRequest,
  type OperationResult,
  SETUP,
  type Workload,
  type WorkloadClient,
  type WorkloadEnv,
} from './workload.ts';

const BUCKET = 'jepsen-bank';
const JOURNAL = 'jepsen-journal';
const ACCOUNTS = 4;
const START_BALANCE = 50;
const AMOUNT_MAX = 10;
const ABORTED_ONE_IN = 6;
const TRANSACTION_TIMEOUT_MS = 15_000;
/** Records that one projection reads. */
const PROJECTED_MAX = 200;
const FINAL_PROJECTIONS_MAX = 400;

const keyOf = (account: number): string => `{bank}/${account}`;
/** Both change together, so they lie in one shard. */
const projectedKey = (account: number): string => `{projected-${account}}/balance`;

interface Projected {
  /** The next record of the journal's partition. */
  readonly next: number;
  readonly balance: number;
}

class BankClient extends MeshClient {
  private transaction: TransactionalProducer | undefined;

  protected isReading({ f }: OperationRequest): boolean {
    return f === 'settled' || f === 'balances' || f === 'journal-all' || f === 'projected';
  }

  protected async perform(
    mesh: FlowMesh,
    op: OperationRequest,
    signal: AbortSignal,
  ): Promise<OperationResult> {
    const bucket = mesh.kv.bucket<number>(BUCKET, { codec: jsonCodec<number>() });
    switch (op.f) {
      case 'transfer':
        return await transfer(bucket, op.value as TransferAsked, signal);
      case 'balances':
        return {
          type: 'ok',
          value: { balances: (await balancesOf(bucket, signal)).map(({ value }) => value) },
        };
      case 'journal':
        return await this.journal(mesh, op.value as TransferAsked, signal);
      case 'settled':
        return await settled(mesh, JOURNAL, signal);
      case 'journal-all':
        return { type: 'ok', value: { entries: await journalOf(mesh, signal) } };
      case 'project':
        return await project(mesh, (op.value as { readonly account: number }).account, signal);
      default:
        return await projected(mesh, signal);
    }
  }

  private async journal(mesh: FlowMesh, asked: TransferAsked, signal: AbortSignal): Promise<OperationResult> {
    const { id, from, to, amount, end } = asked;
    const options = { timeoutMs: TRANSACTION_TIMEOUT_MS };
    const transaction = (this.transaction ??= mesh.transaction(`jepsen-bank-${this.process}`, options));
    try {
      await transaction.begin({ signal });
      await Promise.all([
        transaction.send({ stream: JOURNAL, partition: from, value: entryOf(id, -amount) }, { signal }),
        transaction.send({ stream: JOURNAL, partition: to, value: entryOf(id, amount) }, { signal }),
      ]);
      if (end === 'abort') throw new NotBegun('it was to be aborted');
    } catch (error) {
      // Nobody has asked for it to be committed, and nobody will.
      await transaction.abort({ signal }).catch(() => undefined);
      if (isFlowError(error) && error.code === 'PRODUCER_FENCED') this.transaction = undefined;
      throw new NotBegun(error instanceof Error ? error.message : String(error));
    }
    try {
      await transaction.commit({ signal });
    } catch (error) {
      if (isFlowError(error) && error.code === 'TRANSACTION_ABORTED') throw new NotBegun(error.message);
      throw error;
    }
    return { type: 'ok', value: asked };
  }
}

const entryOf = (id: string, amount: number): string => JSON.stringify({ id, amount });

async function balancesOf(
  bucket: Bucket<number>,
  signal: AbortSignal,
): Promise<readonly { readonly value: number; readonly modRevision: number }[]> {
  const gets = Array.from({ length: ACCOUNTS }, (_, account) => ({ get: keyOf(account) }));
  const { results } = await bucket.txn({ do: gets }, { signal });
  return results.map((result) => {
    const entry = result.kind === 'get' ? result.entry : undefined;
    return { value: entry?.value ?? 0, modRevision: entry?.modRevision ?? 0 };
  });
}

async function transfer(
  bucket: Bucket<number>,
  asked: TransferAsked,
  signal: AbortSignal,
): Promise<OperationResult> {
  const { from, to, amount } = asked;
  const balances = await balancesOf(bucket, signal).catch((error: unknown) => {
    throw new NotBegun(error instanceof Error ? error.message : String(error));
  });
  const [source, target] = [balances[from], balances[to]];
  if (source === undefined || target === undefined || source.value < amount)
    return { type: 'fail', value: asked, error: { code: 'POOR', message: 'there is not enough' } };
  const { succeeded } = await bucket.txn(
    {
      if: [
        { key: keyOf(from), modRevision: source.modRevision },
        { key: keyOf(to), modRevision: target.modRevision },
      ],
      do: [
        { put: keyOf(from), value: source.value - amount },
        { put: keyOf(to), value: target.value + amount },
      ],
    },
    { signal },
  );
  if (succeeded) return { type: 'ok', value: asked };
  return {
    type: 'fail',
    value: asked,
    error: { code: 'CONFLICT', message: 'an account has changed meanwhile' },
  };
}

// ---- the journal

interface Line {
  readonly offset: number;
  readonly entry: JournalEntry;
}

async function linesOf(
  mesh: FlowMesh,
  account: number,
  from: number,
  signal: AbortSignal,
): Promise<readonly Line[]> {
  const lines: Line[] = [];
  const place = { from: { offsets: { [account]: from } }, to: 'latest' } as const;
  for await (const record of mesh.consume({ stream: JOURNAL, partitions: [account], ...place, signal })) {
    const { id, amount } = JSON.parse(Buffer.from(record.value ?? []).toString()) as Omit<
      JournalEntry,
      'account'
    >;
    lines.push({ offset: record.offset, entry: { account, id, amount } });
  }
  if (signal.aborted) throw new NotBegun('the time was up before the end was reached');
  return lines;
}

async function journalOf(mesh: FlowMesh, signal: AbortSignal): Promise<readonly JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for (let account = 0; account < ACCOUNTS; account++)
    entries.push(...(await linesOf(mesh, account, 0, signal)).map(({ entry }) => entry));
  return entries;
}

async function project(mesh: FlowMesh, account: number, signal: AbortSignal): Promise<OperationResult> {
  const bucket = mesh.kv.bucket<Projected>(BUCKET, { codec: jsonCodec<Projected>() });
  const before = await bucket.get(projectedKey(account), { signal });
  const { next, balance } = before?.value ?? { next: 0, balance: 0 };
  const lines = (await linesOf(mesh, account, next, signal)).slice(0, PROJECTED_MAX);
  const last = lines.at(-1);
  if (last === undefined) return { type: 'ok', value: { account, applied: 0 } };
  const value = {
    next: last.offset + 1,
    balance: lines.reduce((sum, { entry }) => sum + entry.amount, balance),
  };
  const swap = { expected: before?.modRevision ?? 0, value };
  const { swapped } = await bucket.cas(projectedKey(account), swap, { signal });
  if (swapped) return { type: 'ok', value: { account, applied: lines.length } };
  return { type: 'fail', value: { account }, error: { code: 'CONFLICT', message: 'another was faster' } };
}

async function projected(mesh: FlowMesh, signal: AbortSignal): Promise<OperationResult> {
  const bucket = mesh.kv.bucket<Projected>(BUCKET, { codec: jsonCodec<Projected>() });
  const balances: number[] = [];
  for (let account = 0; account < ACCOUNTS; account++)
    balances.push((await bucket.get(projectedKey(account), { signal }))?.value.balance ?? 0);
  return { type: 'ok', value: { balances } };
}

export class BankWorkload implements Workload {
  readonly name = 'bank';
  readonly concurrency = 6;
  readonly checkers = [bankTotals({ total: ACCOUNTS * START_BALANCE })];
  private asked = 0;

  async setup(env: WorkloadEnv): Promise<void> {
    await using mesh = await setupMesh(env, SETUP);
    await mesh.kv.create({ name: BUCKET, shards: 3, replicationFactor: 3 });
    await mesh.streams.create({ name: JOURNAL, partitions: ACCOUNTS, replicationFactor: 3 });
    const bucket = mesh.kv.bucket<number>(BUCKET, { codec: jsonCodec<number>() });
    for (let account = 0; account < ACCOUNTS; account++) await bucket.put(keyOf(account), START_BALANCE);
  }

  async client(env: WorkloadEnv, process: number): Promise<WorkloadClient> {
    return new BankClient(env, process);
  }

  next(rng: Random): OperationRequest {
    const kind = rng.below(10);
    if (kind < 2) return { f: 'balances', value: {} };
    if (kind < 4) return { f: 'project', value: { account: rng.below(ACCOUNTS) } };
    const from = rng.below(ACCOUNTS);
    const to = (from + 1 + rng.below(ACCOUNTS - 1)) % ACCOUNTS;
    const value = { id: `t${this.asked++}`, from, to, amount: 1 + rng.below(AMOUNT_MAX) };
    if (kind < 7) return { f: 'transfer', value };
    return { f: 'journal', value: rng.below(ABORTED_ONE_IN) === 0 ? { ...value, end: 'abort' } : value };
  }

  *finals(): Generator<OperationRequest, void, OperationResult> {
    yield* askUntilOk({ f: 'balances', value: {} });
    const rest = yield* askUntilOk({ f: 'settled', value: {} }, SETTLED_ATTEMPTS);
    if (rest.type !== 'ok') return;
    yield* askUntilOk({ f: 'journal-all', value: {} });
    for (let account = 0; account < ACCOUNTS; account++)
      for (let i = 0; i < FINAL_PROJECTIONS_MAX; i++) {
        const { type, value } = yield { f: 'project', value: { account } };
        if (type === 'ok' && (value as { readonly applied: number }).applied === 0) break;
      }
    yield* askUntilOk({ f: 'projected', value: {} });
  }
}
