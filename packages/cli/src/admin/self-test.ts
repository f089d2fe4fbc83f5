/**
 * The steps of the self-test. Each is timed and reported; after the first that fails, only the cleaning up is done. The stream is
 * deleted under a deadline of its own, whatever has happened before.
 */
import { randomBytes } from 'node:crypto';
import { FlowError, type FlowMesh, type NodeStatus, type PartitionInfo } from '@flowmesh/client';
import { Progress } from '../interaction/progress.ts';
import type { Session } from '../session.ts';

const REPLICATION_FACTOR_MAX = 3;
const PARTITIONS_MAX = 64;
const STEP_TIMEOUT_MS = 30_000;
const CLEAN_UP_TIMEOUT_MS = 15_000;

export interface SelfTestOptions {
  /** For every node. */
  readonly records: number;
  /** The slowest acknowledgement that is well, in milliseconds. */
  readonly latencyLimit: number;
}

export interface StepResult {
  readonly step: string;
  readonly ok: boolean;
  readonly durationMs: number;
  readonly detail: string;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
}

export interface SelfTestResult {
  readonly ok: boolean;
  readonly interrupted: boolean;
  readonly stream: string;
  readonly nodes: number;
  readonly replicationFactor: number;
  readonly records: number;
  /** Of acknowledged appends, milliseconds; absent where none was. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly steps: readonly StepResult[];
}

export class SelfTest {
  private readonly session: Session;
  private readonly mesh: FlowMesh;
  private readonly options: SelfTestOptions;
  private readonly stream = `flowmesh-self-test-${randomBytes(4).toString('hex')}`;
  private readonly steps: StepResult[] = [];
  private readonly latencies: number[] = [];
  /** Values by partition, in the order of their offsets. */
  private readonly written = new Map<number, string[]>();
  private readonly progress: Progress;
  private nodes: readonly NodeStatus[] = [];
  private created = false;

  constructor(session: Session, mesh: FlowMesh, options: SelfTestOptions) {
    this.session = session;
    this.mesh = mesh;
    this.options = options;
    this.progress = new Progress(session.environment);
  }

  async run(): Promise<SelfTestResult> {
    try {
      const well =
        (await this.step('nodes', () => this.look())) &&
        (await this.step('create', () => this.create())) &&
        (await this.step('append', () => this.appendEverywhere())) &&
        (await this.step('latency', () => Promise.resolve(this.judgeLatency()))) &&
        (await this.step('read', () => this.readBack())) &&
        (await this.step('transfer leader', () => this.transfer())) &&
        (await this.step('read again', () => this.readBack()));
      const clean = !this.created || (await this.step('delete', () => this.delete()));
      return this.result(well && clean);
    } finally {
      this.progress.end();
    }
  }

  private result(ok: boolean): SelfTestResult {
    const sorted = [...this.latencies].sort((a, b) => a - b);
    const at = (share: number): number => rounded(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
    return {
      ok,
      interrupted: this.session.environment.interrupted.aborted,
      stream: this.stream,
      nodes: this.nodes.length,
      replicationFactor: this.replicationFactor,
      records: sorted.length,
      ...(sorted.length === 0 ? {} : { latencyMs: { p50: at(0.5), p99: at(0.99), max: at(1) } }),
      steps: this.steps,
    };
  }

  private async step(step: string, work: () => Promise<string>): Promise<boolean> {
    const { environment } = this.session;
    this.progress.update(`${step} …`);
    const start = environment.nowMs();
    const took = (): number => rounded(environment.nowMs() - start);
    try {
      const detail = await work();
      this.steps.push({ step, ok: true, durationMs: took(), detail });
      return true;
    } catch (failure) {
      if (!(failure instanceof FlowError)) throw failure;
      const { code, message, hint } = failure;
      const error = { code, message, ...(hint === undefined ? {} : { hint }) };
      this.steps.push({ step, ok: false, durationMs: took(), detail: '', error });
      return false;
    }
  }

  private get callOptions() {
    const timeoutMs = this.session.timeoutMs ?? STEP_TIMEOUT_MS;
    return { timeoutMs, signal: this.session.environment.interrupted };
  }

  private get replicationFactor(): number {
    return Math.min(REPLICATION_FACTOR_MAX, this.nodes.length);
  }

  /** Nodes in service; those that are down are a matter of `health`. */
  private async look(): Promise<string> {
    const all = await this.mesh.cluster.nodes.list(this.callOptions);
    this.nodes = all.filter((node) => node.alive && node.mode === 'normal');
    if (this.nodes.length === 0) {
      throw new FlowError('UNAVAILABLE', 'no node is in service', { hint: 'See: flowmesh-admin nodes list' });
    }
    return `${this.nodes.length} of ${all.length} in service`;
  }

  private async create(): Promise<string> {
    this.created = true;
    const partitions = Math.min(PARTITIONS_MAX, this.nodes.length);
    const { replicationFactor } = this;
    await this.mesh.streams.create({ name: this.stream, partitions, replicationFactor, ...this.callOptions });
    return `${this.stream}: ${partitions} partitions, ${replicationFactor} copies`;
  }

  /** Makes every node lead a partition where it has a copy of one, then appends to all partitions. */
  private async appendEverywhere(): Promise<string> {
    const leaders = await this.spreadLeaders();
    const producer = this.mesh.producer({ acks: 'all' });
    try {
      for (const info of await this.partitions()) await this.append(producer, info.partition);
    } finally {
      await producer.close();
    }
    const idle = this.nodes.filter((node) => !leaders.has(node.id)).map((node) => node.id);
    const rest = idle.length === 0 ? '' : `; nodes ${idle.join(', ')} hold no copy that they could lead`;
    return `${this.latencies.length} records acknowledged through ${leaders.size} nodes${rest}`;
  }

  private async append(
    producer: ReturnType<FlowMesh['producer']>,
    partition: number,
    count = this.options.records,
  ): Promise<void> {
    const { environment } = this.session;
    const values = this.written.get(partition) ?? [];
    this.written.set(partition, values);
    const from = values.length;
    const sends: Promise<void>[] = [];
    for (let i = from; i < from + count; i++) {
      const value = `${this.stream} ${partition} ${i}`;
      values.push(value);
      const start = environment.nowMs();
      sends.push(
        producer
          .send({ stream: this.stream, partition, value }, { signal: environment.interrupted })
          .then(() => {
            this.latencies.push(environment.nowMs() - start);
          }),
      );
    }
    for (const outcome of await Promise.allSettled(sends)) {
      if (outcome.status === 'rejected') throw outcome.reason;
    }
  }

  private async spreadLeaders(): Promise<ReadonlySet<number>> {
    const led = new Map<number, PartitionInfo[]>();
    for (const info of await this.partitions()) {
      if (info.leader !== undefined) led.set(info.leader, [...(led.get(info.leader) ?? []), info]);
    }
    for (const { id } of this.nodes) {
      if (led.has(id)) continue;
      const spare = [...led.values()].find(
        (infos) => infos.length > 1 && infos.some((info) => info.inSyncReplicas.includes(id)),
      );
      const given = spare?.find((info) => info.inSyncReplicas.includes(id));
      if (spare === undefined || given === undefined) continue;
      const place = { stream: this.stream, partition: given.partition, to: id };
      await this.mesh.cluster.partitions.transferLeader(place, this.callOptions);
      spare.splice(spare.indexOf(given), 1);
      led.set(id, [given]);
    }
    return new Set(led.keys());
  }

  private judgeLatency(): string {
    const { latencyMs } = this.result(true);
    const { p50 = 0, p99 = 0, max = 0 } = latencyMs ?? {};
    const detail = `p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`;
    if (max > this.options.latencyLimit) {
      throw new FlowError('TIMEOUT', `${detail}: more than ${this.options.latencyLimit} ms`, {
        hint: 'Look at the disks (flowmesh_fsync_duration_seconds) and the network; or raise --latency-limit.',
      });
    }
    return detail;
  }

  private async readBack(): Promise<string> {
    let records = 0;
    for (const [partition, values] of this.written) {
      let next = 0;
      const consumer = this.mesh.consume({
        stream: this.stream,
        partitions: [partition],
        from: 'earliest',
        to: 'latest',
        signal: AbortSignal.any([this.callOptions.signal, AbortSignal.timeout(this.callOptions.timeoutMs)]),
      });
      for await (const record of consumer) {
        const value = Buffer.from(record.value ?? []).toString();
        if (record.offset !== next || value !== values[next])
          throw this.wrong(partition, next, values.length);
        next++;
      }
      this.refuseIfInterrupted();
      if (next !== values.length) throw this.wrong(partition, next, values.length);
      records += next;
    }
    return `${records} records, all in order`;
  }

  private refuseIfInterrupted(): void {
    if (this.callOptions.signal.aborted) throw new FlowError('CANCELLED', 'interrupted');
  }

  private wrong(partition: number, at: number, of: number): FlowError {
    const message = `partition ${partition}: what was acknowledged is not what is read, at offset ${at} of ${of}`;
    return new FlowError('CORRUPTION', message, {
      hint: 'Keep the logs and report it: flowmesh-admin bundle',
    });
  }

  private async transfer(): Promise<string> {
    const [first] = await this.partitions();
    const from = first?.leader;
    if (first === undefined || from === undefined) {
      throw new FlowError('NO_LEADER', 'partition 0 has no leader', { hint: 'See: flowmesh-admin health' });
    }
    if (first.inSyncReplicas.length < 2) return 'skipped: there is one copy only';
    const place = { stream: this.stream, partition: first.partition };
    const { leader } = await this.mesh.cluster.partitions.transferLeader(place, this.callOptions);
    const producer = this.mesh.producer({ acks: 'all' });
    try {
      await this.append(producer, first.partition, 1);
    } finally {
      await producer.close();
    }
    return `from node ${from} to node ${leader}, and written through the new one`;
  }

  private async partitions(): Promise<readonly PartitionInfo[]> {
    return (await this.mesh.streams.get(this.stream, this.callOptions)).partitionInfos;
  }

  /** Not bound to the interrupt: nothing may be left behind. */
  private async delete(): Promise<string> {
    try {
      await this.mesh.streams.delete(this.stream, { timeoutMs: CLEAN_UP_TIMEOUT_MS });
    } catch (error) {
      if (error instanceof FlowError && error.code === 'NOT_FOUND') return 'was never made';
      throw new FlowError('UNAVAILABLE', `${this.stream} could not be deleted`, {
        cause: error,
        hint: `Delete it later: flowmesh stream delete ${this.stream}`,
      });
    }
    return `${this.stream} is gone`;
  }
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
