/**
 * What members of classic consumer groups tell each other through the coordinator: subscriptions, in JoinGroup, and assignments, in
 * SyncGroup. A version in front, then the fields. Coordinators pass them on unread; tools show them. A version that is not known yet is
 * read as the newest known one: new versions may only append.
 */
import { MessageReader } from './message-reader.ts';
import { MessageWriter } from './message-writer.ts';
import { Message } from './api.ts';
import type { Decoded, Encodable, Fields } from './schema.ts';
import { bytes, i32, i32s, string, strings, structs } from './schema.ts';

/** `protocol_type` of such groups. */
export const CONSUMER_PROTOCOL_TYPE = 'consumer';

const VERSION_LAST = 3;
const VERSION_BYTES = 2;

/** Version 1 tells what the member owns, 2 since which generation, 3 its rack. */
export const ConsumerProtocolSubscription = new Message(
  'consumer protocol subscription',
  { versions: [0, VERSION_LAST] },
  [
    strings('topics'),
    bytes('userData', { nullable: 0, default: null }),
    structs('ownedPartitions', { since: 1 }, [string('topic'), i32s('partitions')]),
    i32('generationId', { since: 2, default: -1 }),
    string('rackId', { since: 3, nullable: 3, default: null }),
  ],
);

export const ConsumerProtocolAssignment = new Message(
  'consumer protocol assignment',
  { versions: [0, VERSION_LAST] },
  [
    structs('assignedPartitions', [string('topic'), i32s('partitions')]),
    bytes('userData', { nullable: 0, default: null }),
  ],
);

export type ConsumerSubscription = Decoded<(typeof ConsumerProtocolSubscription)['fields']>;
export type ConsumerAssignment = Decoded<(typeof ConsumerProtocolAssignment)['fields']>;

/** INVALID_ARGUMENT where the bytes are no subscription. `userData` aliases them. */
export function decodeSubscription(metadata: Uint8Array): ConsumerSubscription {
  return decodeVersioned(ConsumerProtocolSubscription, metadata);
}

/** INVALID_ARGUMENT where the bytes are no assignment. No bytes at all mean that nothing is assigned. */
export function decodeAssignment(assignment: Uint8Array): ConsumerAssignment {
  if (assignment.length === 0) return { assignedPartitions: [], userData: undefined };
  return decodeVersioned(ConsumerProtocolAssignment, assignment);
}

/** Version and message, in chunks. */
export function encodeVersioned<Fs extends Fields>(
  message: Message<Fs>,
  version: number,
  value: Encodable<Fs>,
): Uint8Array[] {
  const writer = new MessageWriter();
  writer.i16(version);
  message.write(version, writer, value);
  return writer.finish();
}

function decodeVersioned<Fs extends Fields>(message: Message<Fs>, payload: Uint8Array): Decoded<Fs> {
  const reader = new MessageReader(payload, message.name);
  const version = reader.i16();
  if (version < 0) throw reader.malformed(`version ${version}`);
  return message.decode(Math.min(version, VERSION_LAST), payload, VERSION_BYTES);
}
