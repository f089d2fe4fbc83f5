/**
 * A follower that is stopped (SIGSTOP: its connections stay open) leaves the in-sync set within the lag time and comes back; where too few
 * are left, writes are refused before anything is appended, and reads go on.
 */
import { connect, type FlowMesh, isFlowError } from '@flowmesh/client';
import { Cluster, type ClusterNode, until } from '../harness/cluster.ts';
import { leadersOf } from './watch.ts';

export interface InSyncOptions {
  readonly lagTimeMs: number;
  readonly report: (line: string) => void;
}

export interface InSyncReport {
  readonly lagTimeMs: number;
  readonly leftAfterMs: number;
  readonly backAfterMs: number;
  /** Code of the refused write. */
  readonly refusedWith: string;
  readonly hint: string;
  readonly endOffsetBefore: number;
  readonly endOffsetAfterRefusals: number;
  readonly recordsReadMeanwhile: number;
  readonly broken: readonly string[];
}

const STREAM = 'in-sync';
const RECORDS = 100;
const REFUSALS = 5;

export async function proveInSync(options: InSyncOptions): Promise<InSyncReport> {
  const { lagTimeMs, report } = options;
  await using cluster = await Cluster.start({
    nodes: 3,
    config: { raft: { replicaLagTimeMaxMs: lagTimeMs } },
  });
  const mesh = await connect({ endpoints: cluster.endpoints });
  try {
    await mesh.streams.create({
      name: STREAM,
      partitions: 1,
      replicationFactor: 3,
      config: { 'min.insync.replicas': '3' },
    });
    await write(mesh, RECORDS);
    const [leader] = (await leadersOf(mesh, STREAM, 1)) as [number];
    const follower = cluster.nodes.find((node) => node.id !== leader) as ClusterNode;
    // Asked of the leader, whose word it is.
    await using client = await connect({ endpoints: [cluster.node(leader).grpcAddress] });
    const stoppedMs = performance.now();
    follower.signal('SIGSTOP');
    await inSync(client, (nodes) => !nodes.includes(follower.id), lagTimeMs * 3 + 10_000);
    const leftAfterMs = performance.now() - stoppedMs;
    report(`node ${follower.id} stopped: out of sync after ${leftAfterMs.toFixed(0)} ms`);
    const before = await endOffset(client);
    const refusals = await refusedWrites(client);
    const after = await endOffset(client);
    const recordsReadMeanwhile = await read(client);
    const resumedMs = performance.now();
    follower.signal('SIGCONT');
    await inSync(client, (nodes) => nodes.length === 3, 60_000);
    const backAfterMs = performance.now() - resumedMs;
    report(`node ${follower.id} resumed: in sync again after ${backAfterMs.toFixed(0)} ms`);
    await write(client, 1);
    const last = await endOffset(client);
    return {
      lagTimeMs,
      leftAfterMs,
      backAfterMs,
      refusedWith: [...new Set(refusals.map((one) => one.code))].join(' '),
      hint: refusals[0]?.hint ?? '',
      endOffsetBefore: before,
      endOffsetAfterRefusals: after,
      recordsReadMeanwhile,
      broken: judge({ leftAfterMs, lagTimeMs, before, after, last, recordsReadMeanwhile, refusals }),
    };
  } finally {
    await mesh.close();
  }
}

interface Seen {
  readonly leftAfterMs: number;
  readonly lagTimeMs: number;
  readonly before: number;
  readonly after: number;
  readonly last: number;
  readonly recordsReadMeanwhile: number;
  readonly refusals: readonly { readonly code: string; readonly hint: string }[];
}

/** What the leader learns on an interval may be a second late. */
const SLACK_MS = 1_500;

function judge(seen: Seen): string[] {
  const broken: string[] = [];
  if (seen.leftAfterMs > seen.lagTimeMs + SLACK_MS)
    broken.push('the stopped follower stayed in sync for too long');
  if (seen.refusals.some((one) => one.code !== 'NOT_ENOUGH_REPLICAS'))
    broken.push(`writes were answered with ${seen.refusals.map((one) => one.code).join(' ')}`);
  if (seen.after !== seen.before) broken.push('a refused write was appended');
  if (seen.recordsReadMeanwhile !== seen.before) broken.push('reads did not go on');
  if (seen.last !== seen.before + 1) broken.push('something that was refused came to be stored after all');
  return broken;
}

async function write(mesh: FlowMesh, count: number): Promise<void> {
  const producer = mesh.producer();
  await Promise.all(
    Array.from({ length: count }, (_, i) => producer.send({ stream: STREAM, partition: 0, value: `${i}` })),
  );
  await producer.close();
}

async function refusedWrites(mesh: FlowMesh): Promise<{ code: string; hint: string }[]> {
  const answers: { code: string; hint: string }[] = [];
  for (let i = 0; i < REFUSALS; i++) {
    const producer = mesh.producer({ deliveryTimeoutMs: 5_000 });
    const answer = await producer.send({ stream: STREAM, partition: 0, value: 'refused' }).then(
      () => ({ code: 'stored', hint: '' }),
      (error: unknown) => cause(error),
    );
    answers.push(answer);
    await producer.close();
  }
  return answers;
}

/** Of the last failure behind a producer's giving up. */
function cause(error: unknown): { code: string; hint: string } {
  if (!isFlowError(error)) return { code: String(error), hint: '' };
  const inner = isFlowError(error.cause) ? error.cause : error;
  return { code: inner.code, hint: inner.hint ?? '' };
}

async function endOffset(mesh: FlowMesh): Promise<number> {
  const described = await mesh.streams.offsets({ stream: STREAM, at: 'latest' });
  return described[0]?.highWatermark ?? -1;
}

async function read(mesh: FlowMesh): Promise<number> {
  let records = 0;
  const signal = AbortSignal.timeout(120_000);
  for await (const _ of mesh.consume({ stream: STREAM, from: 'earliest', to: 'latest', signal })) records++;
  return records;
}

async function inSync(
  mesh: FlowMesh,
  wanted: (nodes: readonly number[]) => boolean,
  timeoutMs: number,
): Promise<void> {
  let last: readonly number[] = [];
  await until(
    async () => {
      const { streams } = await mesh.metadata([STREAM]);
      last = streams[0]?.partitions[0]?.inSyncReplicas ?? [];
      return wanted(last);
    },
    timeoutMs,
    () => `in sync are ${last.join(' ')}`,
    20,
  );
}
