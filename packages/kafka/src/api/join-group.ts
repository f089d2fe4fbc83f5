/**
 * A member joins a classic consumer group. Versions 0 and 1 are still in use. Version 4 answers a first join with MEMBER_ID_REQUIRED, 5 knows
 * static members, 7 names the kind of group in the answer, 8 carries the reason, 9 lets a leader skip the assignment.
 */
import { api } from '../protocol/api.ts';
import { bool, bytes, i16, i32, string, structs } from '../protocol/schema.ts';

export const JoinGroup = api(
  11,
  { versions: [0, 9], flexible: 6 },
  [
    string('groupId'),
    i32('sessionTimeoutMs'),
    i32('rebalanceTimeoutMs', { since: 1, default: -1 }),
    string('memberId'),
    string('groupInstanceId', { since: 5, nullable: 5, default: null }),
    string('protocolType'),
    structs('protocols', [string('name'), bytes('metadata')]),
    string('reason', { since: 8, nullable: 8, default: null }),
  ],
  [
    i32('throttleTimeMs', { since: 2 }),
    i16('errorCode'),
    i32('generationId', { default: -1 }),
    string('protocolType', { since: 7, nullable: 7, default: null }),
    string('protocolName', { nullable: 7 }),
    string('leader'),
    bool('skipAssignment', { since: 9, default: false }),
    string('memberId'),
    structs('members', [
      string('memberId'),
      string('groupInstanceId', { since: 5, nullable: 5, default: null }),
      bytes('metadata'),
    ]),
  ],
);
