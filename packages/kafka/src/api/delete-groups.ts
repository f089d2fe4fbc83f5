/** Deletes empty groups. */
import { api } from '../protocol/api.ts';
import { i16, i32, string, strings, structs } from '../protocol/schema.ts';

export const DeleteGroups = api(
  42,
  { versions: [0, 2], flexible: 2 },
  [strings('groupsNames')],
  [i32('throttleTimeMs'), structs('results', [string('groupId'), i16('errorCode')])],
);
