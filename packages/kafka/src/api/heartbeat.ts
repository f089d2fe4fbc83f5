/** A member of a classic consumer group is alive. Version 3 knows static members. */
import { api } from '../protocol/api.ts';
import { i16, i32, string } from '../protocol/schema.ts';

export const Heartbeat = api(
  12,
  { versions: [0, 4], flexible: 4 },
  [
    string('groupId'),
    i32('generationId'),
    string('memberId'),
    string('groupInstanceId', { since: 3, nullable: 3, default: null }),
  ],
  [i32('throttleTimeMs', { since: 1 }), i16('errorCode')],
);
