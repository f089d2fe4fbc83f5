/** Members leave a classic consumer group: one up to version 2, several from version 3 on, with their reasons from version 5 on. */
import { api } from '../protocol/api.ts';
import { i16, i32, string, structs } from '../protocol/schema.ts';

export const LeaveGroup = api(
  13,
  { versions: [0, 5], flexible: 4 },
  [
    string('groupId'),
    string('memberId', { until: 2 }),
    structs('members', { since: 3 }, [
      string('memberId'),
      string('groupInstanceId', { nullable: 3, default: null }),
      string('reason', { since: 5, nullable: 5, default: null }),
    ]),
  ],
  [
    i32('throttleTimeMs', { since: 1 }),
    i16('errorCode'),
    structs('members', { since: 3 }, [
      string('memberId'),
      string('groupInstanceId', { nullable: 3 }),
      i16('errorCode'),
    ]),
  ],
);
