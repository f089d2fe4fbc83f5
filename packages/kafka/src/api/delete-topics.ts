/** Deletes topics: by name up to version 5, by name or id from version 6 on. Version 5 has an error message. */
import { api } from '../protocol/api.ts';
import { i16, i32, string, strings, structs, uuid } from '../protocol/schema.ts';

export const DeleteTopics = api(
  20,
  { versions: [1, 6], flexible: 4 },
  [
    structs('topics', { since: 6 }, [string('name', { nullable: 6, default: null }), uuid('topicId')]),
    strings('topicNames', { until: 5 }),
    i32('timeoutMs'),
  ],
  [
    i32('throttleTimeMs'),
    structs('responses', [
      string('name', { nullable: 6 }),
      uuid('topicId', { since: 6 }),
      i16('errorCode'),
      string('errorMessage', { since: 5, nullable: 5, default: null }),
    ]),
  ],
);
