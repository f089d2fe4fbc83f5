/**
 * A consumer group whose members come and go with their processes, beside producers. Members commit what they have been handed, also late: some say
 * once more what they had committed before. At the end one member reads to the end.
 */
import type { Random } from '@flowmesh/base';
import {
  type ConsumedRecord,
  type FlowMesh,
  type GroupConsumer,
  isFlowError,
  type Producer,
} from '@flowmesh/client';
import { groupOffsets } from '../checkers/group-offsets.ts';
import type { GroupCommitAsked, PartitionOffset } from '../history/group-values.ts';
import type { SendAsked } from '../history/stream-values.ts';
import { MeshClient, NotBegun, setupMesh } from './mesh-client.ts';
import { Pump } from './pump.ts';
import {
  type OperationRequest,
  type OperationResult,
  SETUP,
  type Workload,
  type WorkloadClient,
  type WorkloadEnv,
} from './workload.ts';

const STREAM = 'jepsen-group';
const GROUP = 'jepsen-readers';
const PARTITIONS = 4;
const SESSION_TIMEOUT_MS = 8_000;
const REBALANCE_TIMEOUT_MS = 8_000;
const POLL_MAX = 200;
const POLL_WAIT_MS = 300;
/** One commit in so many. */
const LATE_ONE_IN = 4;
/** Polls at the end; each waits for what comes. */
const FINAL_ROUNDS_MAX = 200;

interface Left {
  readonly left: number;
}

/** One membership: what has come for it, and what it was given since it was asked last. */
class Member {
  readonly consumer: GroupConsumer;
  readonly pump: Pump<ConsumedRecord>;
  /** By partition: the next offset, of what a poll has told. */
  readonly positions = new Map<number, number>();
  /** By partition: what was committed first since it was given. */
  readonly firsts = new Map<number, number>();
  private assigned: number[] = [];

  constructor(mesh: FlowMesh) {
    this.consumer = mesh.consumer({
      group: GROUP,
      streams: [STREAM],
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
      onEvent: (event) => {
        if (event.kind === 'assigned')
          for (const { partition } of event.partitions) {
            this.assigned.push(partition);
            // It begins anew, from what is committed by now.
            this.forget(partition);
          }
        if (event.kind !== 'revoked' && event.kind !== 'lost') return;
        const gone = new Set(event.partitions.map(({ partition }) => partition));
        this.pump.drop(({ partition }) => gone.has(partition));
        // What was told before the session ran out is still committed later: that is what zombies do.
        if (event.kind === 'revoked') for (const partition of gone) this.forget(partition);
      },
    });
    this.pump = new Pump(() => this.consumer);
  }

  forget(partition: number): void {
    this.positions.delete(partition);
    this.firsts.delete(partition);
  }

  takeAssigned(): readonly number[] {
    const taken = this.assigned;
    this.assigned = [];
    return taken;
  }
}

class GroupClient extends MeshClient {
  private producer: Producer | undefined;
  private member: Member | undefined;

  protected isReading({ f }: OperationRequest): boolean {
    return f === 'group-offsets';
  }

  protected async perform(
    mesh: FlowMesh,
    op: OperationRequest,
    signal: AbortSignal,
  ): Promise<OperationResult> {
    switch (op.f) {
      case 'send':
        return await this.send(mesh, op.value as SendAsked, signal);
      case 'group-poll':
        return await this.poll(mesh, signal);
      case 'group-commit':
        return await this.commit(op.value as GroupCommitAsked, signal);
      default:
        return await offsetsOf(mesh, signal);
    }
  }

  override async close(): Promise<void> {
    this.member?.pump.close();
    await this.producer?.close({ signal: AbortSignal.abort() }).catch(() => undefined);
    await this.member?.consumer.close();
    await super.close();
  }

  private async send(
    mesh: FlowMesh,
    { partition, values }: SendAsked,
    signal: AbortSignal,
  ): Promise<OperationResult> {
    const producer = (this.producer ??= mesh.producer({ deliveryTimeoutMs: 60_000 }));
    const [value = ''] = values;
    const { offset } = await producer.send({ stream: STREAM, partition, value }, { signal });
    return { type: 'ok', value: { offsets: [offset] } };
  }

  private async poll(mesh: FlowMesh, signal: AbortSignal): Promise<OperationResult> {
    const member = (this.member ??= new Member(mesh));
    try {
      const taken = await member.pump.take(POLL_MAX, POLL_WAIT_MS, signal);
      for (const { partition, offset } of taken) member.positions.set(partition, offset + 1);
      const records = taken.map(({ partition, offset, value }) => [
        partition,
        offset,
        Buffer.from(value ?? []).toString(),
      ]);
      const { memberId } = member.consumer.member;
      return { type: 'ok', value: { member: memberId, records, assigned: member.takeAssigned() } };
    } catch (error) {
      this.member = undefined;
      await member.consumer.close();
      // What it had was not handed out.
      throw new NotBegun(error instanceof Error ? error.message : String(error));
    }
  }

  private async commit({ late = false }: GroupCommitAsked, signal: AbortSignal): Promise<OperationResult> {
    const { member } = this;
    if (member === undefined || member.positions.size === 0) throw new NotBegun('there is nothing to commit');
    const assigned = member.takeAssigned();
    const { memberId } = member.consumer.member;
    const offsets = await commitEach(member, [...member.positions], signal);
    for (const [partition, offset] of offsets)
      if (!member.firsts.has(partition)) member.firsts.set(partition, offset);
    const told = { member: memberId, offsets, assigned };
    if (!late) return { type: 'ok', value: told };
    return { type: 'ok', value: { ...told, late: await commitEach(member, [...member.firsts], signal) } };
  }
}

/** One by one, so that each has an answer of its own; those that were taken. */
async function commitEach(
  member: Member,
  wanted: readonly PartitionOffset[],
  signal: AbortSignal,
): Promise<readonly PartitionOffset[]> {
  const taken: PartitionOffset[] = [];
  for (const [partition, offset] of wanted) {
    if (signal.aborted) throw new Error('the time was up');
    try {
      await member.consumer.commit([{ stream: STREAM, partition, offset }]);
      taken.push([partition, offset]);
    } catch (error) {
      if (!isFlowError(error) || error.code !== 'STALE_MEMBER') throw error;
      member.forget(partition);
    }
  }
  return taken;
}

async function offsetsOf(mesh: FlowMesh, signal: AbortSignal): Promise<OperationResult> {
  const found = await mesh.groups.offsets(GROUP, { signal });
  const offsets = found.map(({ partition, offset }): PartitionOffset => [partition, offset]);
  const ends = await mesh.streams.offsets({ stream: STREAM }, { signal });
  const committed = new Map(offsets);
  const left = ends.reduce(
    (sum, { partition, highWatermark }) => sum + Math.max(0, highWatermark - (committed.get(partition) ?? 0)),
    0,
  );
  return { type: 'ok', value: { offsets, left } };
}

export class GroupWorkload implements Workload {
  readonly name = 'groups';
  readonly concurrency = 6;
  readonly checkers = [groupOffsets];
  private sent = 0;

  async setup(env: WorkloadEnv): Promise<void> {
    await using mesh = await setupMesh(env, SETUP);
    await mesh.streams.create({ name: STREAM, partitions: PARTITIONS, replicationFactor: 3 });
  }

  async client(env: WorkloadEnv, process: number): Promise<WorkloadClient> {
    return new GroupClient(env, process);
  }

  /** Every second process is a member. */
  next(rng: Random, process: number): OperationRequest {
    const kind = rng.below(10);
    if (process % 2 === 1) {
      if (kind < 7) return { f: 'group-poll', value: {} };
      return { f: 'group-commit', value: rng.below(LATE_ONE_IN) === 0 ? { late: true } : {} };
    }
    if (kind < 3) return { f: 'group-offsets', value: {} };
    return { f: 'send', value: { partition: rng.below(PARTITIONS), values: [`v${this.sent++}`] } };
  }

  *finals(): Generator<OperationRequest, void, OperationResult> {
    for (let round = 0; round < FINAL_ROUNDS_MAX; round++) {
      yield { f: 'group-poll', value: {} };
      yield { f: 'group-commit', value: {} };
      const offsets = yield { f: 'group-offsets', value: {} };
      if (offsets.type === 'ok' && (offsets.value as Left).left === 0) return;
    }
  }
}
