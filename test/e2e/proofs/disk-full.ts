/**
 * The volumes of one node, then of two, run out of room under a light load. Producers get clear errors, consumers go on, the nodes say so
 * and live; with room made, writing resumes by itself. Nothing acknowledged may be lost. Needs the right to mount small volumes.
 *
 *   ok ─► first node low ─► first node full ─► second node full, too ─► room made ─► ok, nobody restarted
 */
import path from 'node:path';
import { connect, type FlowMesh, isFlowError } from '@flowmesh/client';
import { flowmesh } from '@flowmesh/proto';
import { Cluster, type ClusterNode, until } from '../harness/cluster.ts';
import { RawGrpc, type RawStatus } from '../harness/raw-grpc.ts';
import { type PartitionView, partitionsOf, wholeAgain } from '../harness/stream-view.ts';
import { mountVolumes, type Volume } from '../harness/volumes.ts';
import type { Verdict } from './ledger.ts';
import { readBack, SteadyLoad } from './load.ts';

export interface DiskFullOptions {
  readonly volumeMebibytes: number;
  readonly recordsPerSecond: number;
  readonly partitions: number;
  readonly valueBytes: number;
  readonly waitTimeoutMs: number;
  readonly report: (line: string) => void;
}

export interface DiskFullReport {
  readonly verdict: Verdict;
  /** What producers that gave up were told, and how often. */
  readonly failures: Readonly<Record<string, number>>;
  /** What single appends to each partition were answered, by phase. */
  readonly answers: Readonly<Record<string, readonly string[]>>;
  /** From the room being made to every partition writing again, milliseconds. */
  readonly resumedMs: number;
  readonly broken: readonly string[];
}

const STREAM = 'disk-full';
const DELIVERY_TIMEOUT_MS = 5_000;
/** What a producer may be answered while there is no room somewhere. */
const EXPECTED_CODES = ['DISK_FULL', 'NOT_ENOUGH_REPLICAS', 'TIMEOUT'];
const LOW_SHARE = 0.035;
const PROBE_TIMEOUT_MS = 1_500;

/** Undefined where volumes cannot be mounted. */
export async function proveDiskFull(options: DiskFullOptions): Promise<DiskFullReport | undefined> {
  using volumes = mountVolumes(3, options.volumeMebibytes);
  if (volumes === undefined) return undefined;
  await using cluster = await Cluster.start({
    nodes: 3,
    dataDir: (id) => path.join((volumes[id - 1] as Volume).dir, 'data'),
    config: { raft: { replicaLagTimeMaxMs: 2_000 } },
  });
  const mesh = await connect({ endpoints: cluster.endpoints });
  const trial = new DiskFullTrial({ cluster, mesh, volumes, options });
  try {
    return await trial.run();
  } finally {
    await trial.close();
    await mesh.close();
  }
}

class DiskFullTrial {
  private readonly cluster: Cluster;
  private readonly mesh: FlowMesh;
  private readonly volumes: readonly Volume[];
  private readonly options: DiskFullOptions;
  private readonly load: SteadyLoad;
  private readonly broken: string[] = [];
  private readonly answers: Record<string, readonly string[]> = {};
  private readonly abort = new AbortController();
  private tail: Promise<void> = Promise.resolve();
  private tailRecords = 0;

  constructor(parts: {
    readonly cluster: Cluster;
    readonly mesh: FlowMesh;
    readonly volumes: readonly Volume[];
    readonly options: DiskFullOptions;
  }) {
    this.cluster = parts.cluster;
    this.mesh = parts.mesh;
    this.volumes = parts.volumes;
    this.options = parts.options;
    this.load = new SteadyLoad({
      mesh: this.mesh,
      stream: STREAM,
      deliveryTimeoutMs: DELIVERY_TIMEOUT_MS,
      ...parts.options,
    });
  }

  async run(): Promise<DiskFullReport> {
    const { mesh, options, load } = this;
    const config = { 'min.insync.replicas': '2' };
    await mesh.streams.create({ name: STREAM, partitions: options.partitions, replicationFactor: 3, config });
    load.start();
    await this.writes('before');
    this.tail = this.follow();
    const [first, second] = await this.twoLeaders();
    await this.low(first);
    await this.oneFull(first);
    await this.twoFull(first, second);
    const resumedMs = await this.roomAgain();
    await load.stop();
    await wholeAgain(this.cluster, mesh, this.stream, options.waitTimeoutMs);
    const verdict = await readBack(mesh, STREAM, load.ledger, isProbe);
    this.checkProcesses();
    const { answers, broken } = this;
    return { verdict, failures: load.failures(), answers, resumedMs, broken };
  }

  async close(): Promise<void> {
    this.abort.abort();
    await this.tail;
  }

  private get stream(): { readonly name: string; readonly partitions: number } {
    return { name: STREAM, partitions: this.options.partitions };
  }

  // ---- phases

  /** Low is not full: replicas go on in step, only producers are refused. */
  private async low(node: ClusterNode): Promise<void> {
    const volume = this.volumeOf(node);
    volume.fillUntil(volume.totalBytes() * LOW_SHARE);
    await this.saysSo(node, 'disk is low');
    await this.producersAreTold('one low', [node]);
    await this.othersWrite('one low', [node]);
    await wholeAgain(this.cluster, this.mesh, this.stream, this.options.waitTimeoutMs);
  }

  private async oneFull(node: ClusterNode): Promise<void> {
    this.volumeOf(node).fillUntil(0);
    await this.saysSo(node, 'disk is full');
    await this.producersAreTold('one full', [node]);
    await this.othersWrite('one full', [node]);
    await this.consumersGoOn('one full');
  }

  private async twoFull(first: ClusterNode, second: ClusterNode): Promise<void> {
    this.volumeOf(second).fillUntil(0);
    await this.saysSo(second, 'disk is full');
    // Two of three take nothing more, so nobody's write is acknowledged; the leader that has room finds out after a while.
    await until(
      async () => {
        const told = await this.probeAll();
        this.answers['two full'] = told.map(answerName);
        return told.every(({ code }) => code === 'DISK_FULL' || code === 'NOT_ENOUGH_REPLICAS');
      },
      this.options.waitTimeoutMs,
      () => `not every producer is told: ${this.answers['two full']?.join('; ')}${this.cluster.tails()}`,
    );
    await this.producersAreTold('two full', [first, second]);
    await this.consumersGoOn('two full');
    this.options.report('two full: no partition takes records, all of them are read');
  }

  private async roomAgain(): Promise<number> {
    const madeMs = performance.now();
    for (const volume of this.volumes) volume.makeRoom();
    await this.acknowledgedSince(madeMs, 'room made');
    const resumedMs = performance.now() - madeMs;
    for (const node of this.cluster.nodes) await this.readyz(node, 200, 'disk: writable');
    this.options.report(`room made: every partition writes again after ${(resumedMs / 1000).toFixed(1)} s`);
    return resumedMs;
  }

  // ---- what must hold

  private async saysSo(node: ClusterNode, words: string): Promise<void> {
    await this.readyz(node, 503, words);
    await until(
      async () => {
        const status = await this.mesh.cluster.status().catch(() => undefined);
        const troubles = status?.nodes.find(({ address }) => address === node.grpcAddress)?.troubles;
        return troubles?.some((trouble) => trouble.includes(words)) === true;
      },
      this.options.waitTimeoutMs,
      () => `the cluster's status does not say of node ${node.id} that its ${words}${this.cluster.tails()}`,
    );
    const live = await node.http('/livez');
    if (live?.status !== 200) this.broken.push(`node ${node.id} is not live: ${live?.status}`);
    this.options.report(`node ${node.id} says in /readyz and in the cluster's status: ${words}`);
  }

  private async readyz(node: ClusterNode, status: number, words: string): Promise<void> {
    let last: { readonly status: number; readonly body: string } | undefined;
    await until(
      async () => {
        last = await node.http('/readyz?verbose');
        return last?.status === status && last.body.includes(words);
      },
      this.options.waitTimeoutMs,
      () => `node ${node.id} answers /readyz with ${last?.status} ${last?.body}, not ${status} ${words}`,
    );
  }

  /** A single append to each partition: those of `short` nodes are refused in clear words, and say what to do. */
  private async producersAreTold(phase: string, short: readonly ClusterNode[]): Promise<void> {
    const views = await this.leaders();
    const told = await this.probeAll(views);
    this.answers[phase] = told.map(answerName);
    for (const [partition, answer] of told.entries()) {
      if (answer.grpcStatus === 0) continue;
      if (!EXPECTED_CODES.includes(answer.code) || answer.hint === '' || answer.message === '')
        this.broken.push(`${phase}: partition ${partition} answers ${answerName(answer)}`);
      const leader = views[partition]?.leader as ClusterNode;
      if (short.includes(leader) && answer.code !== 'DISK_FULL')
        this.broken.push(`${phase}: the leader that is short of room answers ${answerName(answer)}`);
    }
    for (const node of short) {
      const led = views.findIndex(({ leader }) => leader === node);
      if (led >= 0 && told[led]?.grpcStatus === 0)
        this.broken.push(`${phase}: node ${node.id} takes records all the same`);
    }
    await this.sdkIsTold(
      phase,
      views.findIndex(({ leader }) => short.includes(leader as ClusterNode)),
    );
  }

  /** The SDK tries for as long as it is asked to, and then says what was in the way. */
  private async sdkIsTold(phase: string, partition: number): Promise<void> {
    if (partition < 0) return;
    const producer = this.mesh.producer({ deliveryTimeoutMs: PROBE_TIMEOUT_MS });
    try {
      await producer.send({ stream: STREAM, partition, value: probeValue() });
      this.broken.push(`${phase}: a record for partition ${partition} was acknowledged`);
    } catch (error) {
      if (!isFlowError(error)) throw error;
      const behind = isFlowError(error.cause) ? error.cause.code : undefined;
      if (behind !== 'DISK_FULL' || error.hint === undefined)
        this.broken.push(`${phase}: the SDK says ${error.code}, ${error.message}`);
    } finally {
      await producer.close();
    }
  }

  private async othersWrite(phase: string, short: readonly ClusterNode[]): Promise<void> {
    const since = performance.now();
    const views = await this.leaders();
    const others = views.flatMap(({ leader }, i) => (short.includes(leader as ClusterNode) ? [] : [i]));
    await until(
      () => others.every((partition) => (this.load.lastAcks()[partition] as number) > since),
      this.options.waitTimeoutMs,
      () => `${phase}: partitions led by other nodes do not write${this.cluster.tails()}`,
    );
    this.options.report(`${phase}: ${others.length} of ${views.length} partitions go on writing`);
  }

  /** Everything acknowledged by now is read, and who follows has it, too. */
  private async consumersGoOn(phase: string): Promise<void> {
    const { acknowledged } = this.load.ledger;
    const verdict = await this.readAll();
    if (verdict < acknowledged) this.broken.push(`${phase}: ${verdict} of ${acknowledged} records are read`);
    await until(
      () => this.tailRecords >= acknowledged,
      this.options.waitTimeoutMs,
      () => `${phase}: the consumer has ${this.tailRecords} of ${acknowledged} records`,
    );
  }

  private async readAll(): Promise<number> {
    let count = 0;
    for await (const record of this.mesh.consume({ stream: STREAM, from: 'earliest', to: 'latest' })) {
      if (record.value !== undefined && !isProbe(record.value)) count++;
    }
    return count;
  }

  private async follow(): Promise<void> {
    const { signal } = this.abort;
    for await (const record of this.mesh.consume({ stream: STREAM, from: 'earliest', signal })) {
      if (record.value !== undefined && !isProbe(record.value)) this.tailRecords++;
    }
  }

  private checkProcesses(): void {
    for (const node of this.cluster.nodes) {
      const entries = node.logEntries();
      if (entries.filter((entry) => entry['msg'] === 'node started').length !== 1)
        this.broken.push(`node ${node.id} was not one process throughout`);
      for (const entry of entries) {
        if (entry['raw'] !== undefined || entry['level'] === 'fatal')
          this.broken.push(`node ${node.id} broke: ${JSON.stringify(entry)}`);
      }
    }
  }

  // ---- asking

  private volumeOf(node: ClusterNode): Volume {
    return this.volumes[node.id - 1] as Volume;
  }

  private async writes(phase: string): Promise<void> {
    await this.acknowledgedSince(performance.now(), phase);
  }

  private async acknowledgedSince(sinceMs: number, phase: string): Promise<void> {
    await until(
      () => this.load.lastAcks().every((ackMs) => ackMs > sinceMs),
      this.options.waitTimeoutMs,
      () =>
        `${phase}: not every partition writes: ${JSON.stringify(this.load.failures())}${this.cluster.tails()}`,
    );
  }

  private async leaders(): Promise<readonly PartitionView[]> {
    let views: readonly PartitionView[] | undefined;
    await until(
      async () => {
        views = await partitionsOf(this.cluster, this.mesh, STREAM, this.options.partitions);
        return views?.every(({ leader }) => leader !== undefined) === true;
      },
      this.options.waitTimeoutMs,
      () => `not every partition has a leader${this.cluster.tails()}`,
    );
    return views as readonly PartitionView[];
  }

  /** Two nodes that lead something. */
  private async twoLeaders(): Promise<readonly [ClusterNode, ClusterNode]> {
    const views = await this.leaders();
    const [first, second] = new Set(views.map(({ leader }) => leader as ClusterNode));
    if (first === undefined) throw new Error('nobody leads');
    return [first, second ?? (this.cluster.nodes.find((node) => node !== first) as ClusterNode)];
  }

  private async probeAll(known?: readonly PartitionView[]): Promise<readonly RawStatus[]> {
    const views = known ?? (await this.leaders());
    return await Promise.all(
      views.map(async ({ leader }, partition) => {
        await using client = new RawGrpc((leader as ClusterNode).grpcAddress);
        const request = flowmesh.v1.AppendRequest.encode({
          stream: STREAM,
          partition,
          records: { records: [{ value: probeValue() }] },
          timeoutMs: PROBE_TIMEOUT_MS,
        }).finish();
        return await client.call('/flowmesh.v1.Streams/Append', request);
      }),
    );
  }
}

/** Of another length than the ledger's records, which it is not among. */
function probeValue(): Uint8Array {
  return Uint8Array.of(1);
}

function isProbe(value: Uint8Array): boolean {
  return value.length === 1;
}

function answerName({ grpcStatus, code, message }: RawStatus): string {
  return grpcStatus === 0 ? 'acknowledged' : `${code} (${message})`;
}
