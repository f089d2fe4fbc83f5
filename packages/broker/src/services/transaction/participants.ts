/** Reaches the participants of transactions wherever they are, and answers for those of this node. */
import { ByteReader, ByteWriter, EMPTY_BYTES } from '@flowmesh/base';
import type { Participant, ParticipantKind } from '@flowmesh/engines';
import type { LeaderCalls } from '../forward/leader-calls.ts';
import type { TransactionEnd, TransactionParticipant } from './participant.ts';

/** The participant of this node for one kind, called directly and from other nodes. */
export function registerParticipant(
  calls: LeaderCalls,
  kind: ParticipantKind,
  participant: TransactionParticipant,
): void {
  calls.handle(kind, async (group, payload, signal) => {
    await participant.endTransaction(group, decodeEnd(payload), signal);
    return EMPTY_BYTES;
  });
}

/** Ends the transaction at the leader of the participant's group; one attempt. */
export async function endAt(
  calls: LeaderCalls,
  { kind, group }: Participant,
  end: TransactionEnd,
  signal: AbortSignal,
): Promise<void> {
  await calls.call(kind, group, encodeEnd(end), signal);
}

function encodeEnd(end: TransactionEnd): Uint8Array {
  return new ByteWriter(32)
    .u64(end.producerId)
    .u16(end.producerEpoch)
    .u8(end.commit ? 1 : 0)
    .u64(end.coordinatorTerm)
    .finish();
}

function decodeEnd(bytes: Uint8Array): TransactionEnd {
  const reader = new ByteReader(bytes);
  return {
    producerId: reader.u64(),
    producerEpoch: reader.u16(),
    commit: reader.u8() === 1,
    coordinatorTerm: reader.u64(),
  };
}
