/** Lets a share group without members forget topics (KIP-932). */
import { api } from '../protocol/api.ts';
import { i16, i32, string, structs, uuid } from '../protocol/schema.ts';

export const DeleteShareGroupOffsets = api(
  92,
  { versions: [0, 0], flexible: 0 },
  [string('groupId'), structs('topics', [string('topicName')])],
  [
    i32('throttleTimeMs'),
    i16('errorCode'),
    string('errorMessage', { nullable: 0, default: null }),
    structs('responses', [
      string('topicName'),
      uuid('topicId'),
      i16('errorCode'),
      string('errorMessage', { nullable: 0, default: null }),
    ]),
  ],
);
