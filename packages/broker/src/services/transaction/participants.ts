/**
 * Reaches the participants of transactions wherever they are, and answers for those of this node: `what u8 · producer u64 · epoch u16 ·
 * round u64`, and of an end `commit u8 · coordinator term u64`.
 */
import { ByteReader, ByteWriter, EMPTY_BYTES, FlowError } from '@flowmesh/base';
import type { Participant, ParticipantKind } from '@flowmesh/engines';
import type { LeaderCalls } from '../forward/leader-calls.ts';
import type { OpenTransaction, TransactionEnd, TransactionParticipant } from './participant.ts';

const END = 1;
const ADMIT = 2;

/** The participant of this node for one kind, called directly and from other nodes. */
export function registerParticipant(
  calls: LeaderCalls,
  kind: ParticipantKind,
  participant: TransactionParticipant,
): void {
  calls.handle(kind, async (group, payload, signal) => {
    const reader = new ByteReader(payload);
    const what = reader.u8();
    const open = { producerId: reader.u64(), producerEpoch: reader.u16(), round: reader.u64() };
    if (what === ADMIT) await participant.admitTransaction?.(group, open, signal);
    else if (what === END) {
      const end = { ...open, commit: reader.u8() === 1, coordinatorTerm: reader.u64() };
      await participant.endTransaction(group, end, signal);
    } else throw new FlowError('UNSUPPORTED', `participants of transactions are not asked for ${what}`);
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
  const { commit, coordinatorTerm } = end;
  const payload = openOf(END, end)
    .u8(commit ? 1 : 0)
    .u64(coordinatorTerm)
    .finish();
  await calls.call(kind, group, payload, signal);
}

/** Has the leader of the participant's group let the transaction in; one attempt. */
export async function admitAt(
  calls: LeaderCalls,
  { kind, group }: Participant,
  open: OpenTransaction,
  signal: AbortSignal,
): Promise<void> {
  // Queues tell transactions by their epochs.
  if (kind !== 'queue') await calls.call(kind, group, openOf(ADMIT, open).finish(), signal);
}

function openOf(what: number, { producerId, producerEpoch, round }: OpenTransaction): ByteWriter {
  return new ByteWriter(32).u8(what).u64(producerId).u16(producerEpoch).u64(round);
}
