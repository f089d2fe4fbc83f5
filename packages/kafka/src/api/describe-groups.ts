/** State and members of classic consumer groups. Version 3 has authorized operations, 4 static members, 6 an error message. */
import { api } from '../protocol/api.ts';
import { bool, bytes, i16, i32, string, strings, structs } from '../protocol/schema.ts';

export const DescribeGroups = api(
  15,
  { versions: [0, 6], flexible: 5 },
  [strings('groups'), bool('includeAuthorizedOperations', { since: 3 })],
  [
    i32('throttleTimeMs', { since: 1 }),
    structs('groups', [
      i16('errorCode'),
      string('errorMessage', { since: 6, nullable: 6, default: null }),
      string('groupId'),
      string('groupState'),
      string('protocolType'),
      string('protocolData'),
      structs('members', [
        string('memberId'),
        string('groupInstanceId', { since: 4, nullable: 4, default: null }),
        string('clientId'),
        string('clientHost'),
        bytes('memberMetadata'),
        bytes('memberAssignment'),
      ]),
      i32('authorizedOperations', { since: 3, default: -2147483648 }),
    ]),
  ],
);
