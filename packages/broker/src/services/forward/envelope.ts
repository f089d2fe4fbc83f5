/**
 * What one node asks of another over the call by which metadata commands travel: `mark u8 · target u8 · group u64 · payload`. Commands of
 * the metadata are JSON and so never begin with the mark. Nodes ask so from feature level 3 on, when all of them know it.
 */
import { ByteReader, ByteWriter, FlowError, type GroupId, groupId } from '@flowmesh/base';

const MARK = 1;

/** Who answers at the leader of the group: the participants of transactions, `positions`, which tells where a partition is, what administers queues, who hands leadership over, and where share groups are. `metadata` is asked of any node. */
export const CALL_TARGETS = [
  'stream',
  'queue',
  'offsets',
  'positions',
  'queue-admin',
  'leadership',
  'metadata',
  'shares',
] as const;
export type CallTarget = (typeof CALL_TARGETS)[number];

export interface Envelope {
  readonly target: CallTarget;
  readonly group: GroupId;
  /** Aliases the message. */
  readonly payload: Uint8Array;
}

export function encodeEnvelope({ target, group, payload }: Envelope): Uint8Array {
  return new ByteWriter(10 + payload.length)
    .u8(MARK)
    .u8(CALL_TARGETS.indexOf(target))
    .u64(group)
    .raw(payload)
    .finish();
}

/** Undefined where the bytes are a command of the metadata. INVALID_ARGUMENT where they are neither. */
export function decodeEnvelope(bytes: Uint8Array): Envelope | undefined {
  if (bytes[0] !== MARK) return undefined;
  const reader = new ByteReader(bytes.subarray(1));
  const target = CALL_TARGETS[reader.u8()];
  if (target === undefined) {
    throw new FlowError('UNSUPPORTED', 'another node asks for something that this one does not know', {
      hint: 'They run different versions: finish the upgrade.',
    });
  }
  const group = groupId(reader.u64());
  return { target, group, payload: reader.raw(reader.remaining) };
}
