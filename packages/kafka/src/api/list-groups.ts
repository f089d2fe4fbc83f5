/** Groups of the broker. Version 4 filters by state, 5 by kind of group. */
import { api } from '../protocol/api.ts';
import { i16, i32, string, strings, structs } from '../protocol/schema.ts';

export const ListGroups = api(
  16,
  { versions: [0, 5], flexible: 3 },
  [strings('statesFilter', { since: 4 }), strings('typesFilter', { since: 5 })],
  [
    i32('throttleTimeMs', { since: 1 }),
    i16('errorCode'),
    structs('groups', [
      string('groupId'),
      string('protocolType'),
      string('groupState', { since: 4 }),
      string('groupType', { since: 5 }),
    ]),
  ],
);
