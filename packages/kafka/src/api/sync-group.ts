/**
 * The leader of a classic consumer group hands in the assignment, each member gets its own. Version 3 knows static members, 5 names the
 * protocol.
 */
import { api } from '../protocol/api.ts';
import { bytes, i16, i32, string, structs } from '../protocol/schema.ts';

export const SyncGroup = api(
  14,
  { versions: [0, 5], flexible: 4 },
  [
    string('groupId'),
    i32('generationId'),
    string('memberId'),
    string('groupInstanceId', { since: 3, nullable: 3, default: null }),
    string('protocolType', { since: 5, nullable: 5, default: null }),
    string('protocolName', { since: 5, nullable: 5, default: null }),
    structs('assignments', [string('memberId'), bytes('assignment')]),
  ],
  [
    i32('throttleTimeMs', { since: 1 }),
    i16('errorCode'),
    string('protocolType', { since: 5, nullable: 5, default: null }),
    string('protocolName', { since: 5, nullable: 5, default: null }),
    bytes('assignment'),
  ],
);
