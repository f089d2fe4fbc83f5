/**
 * A partition as a participant of transactions: the marker that ends a producer's transaction is written into the log as a control
 * batch. Where it says nothing new nothing is written, and it is confirmed once everything that was in flight before is applied, so
 * that a repetition never confirms what may still be lost.
 */
import { FlowError, isFlowError, stampBatch } from '@flowmesh/base';
import type { GroupId } from '@flowmesh/base';
import { encodeMarker, encodeStreamCommand } from '@flowmesh/engines';
import type { TransactionEnd, TransactionParticipant } from '../transaction/participant.ts';
import type { Appender } from './appender.ts';
import type { PartitionTable } from './partition-table.ts';

export interface StreamParticipantPorts {
  readonly partitions: PartitionTable;
  readonly appender: Appender;
}

const CONFIRM_TIMEOUT_MS = 10_000;

export class StreamParticipant implements TransactionParticipant {
  private readonly ports: StreamParticipantPorts;

  constructor(ports: StreamParticipantPorts) {
    this.ports = ports;
  }

  async endTransaction(group: GroupId, end: TransactionEnd, signal: AbortSignal): Promise<void> {
    const { partitions, appender } = this.ports;
    const ref = partitions.ofGroup(group);
    if (isFlowError(ref)) throw ref;
    const served = partitions.serving(group);
    if (isFlowError(served)) throw served;
    const session = appender.session(served);
    const prepared = session.prepareMarker(end);
    if (prepared.kind === 'error') throw prepared.error;
    const timeMs = served.nowMs();
    const waits = { minDurable: ref.settings.minInsyncReplicas, timeoutMs: CONFIRM_TIMEOUT_MS, signal };
    if (prepared.kind === 'unchanged') {
      const command = encodeStreamCommand({ kind: 'advance-time', timeMs });
      await appender.command(served, { ...waits, command, baseOffset: session.nextOffset });
      return;
    }
    const { producerId, producerEpoch, coordinatorTerm } = end;
    const { baseOffset, commit } = prepared;
    const command = encodeMarker({
      producerId,
      producerEpoch,
      commit,
      coordinatorEpoch: coordinatorTerm,
      timeMs,
    });
    stampBatch(command, prepared);
    const reply = await appender.command(served, { ...waits, command, baseOffset });
    if (reply.kind !== 'appended')
      throw new FlowError('INTERNAL', `a transaction marker was answered with ${reply.kind}`);
  }
}
