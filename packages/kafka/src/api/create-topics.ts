/** Creates topics. Version 5 answers with the configuration, 6 knows THROTTLING_QUOTA_EXCEEDED, 7 answers with topic ids. */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i32s, i8, string, structs, uuid } from '../protocol/schema.ts';

export const CreateTopics = api(
  19,
  { versions: [2, 7], flexible: 5 },
  [
    structs('topics', [
      string('name'),
      i32('numPartitions'),
      i16('replicationFactor'),
      structs('assignments', [i32('partitionIndex'), i32s('brokerIds')]),
      structs('configs', [string('name'), string('value', { nullable: 0 })]),
    ]),
    i32('timeoutMs', { default: 60000 }),
    bool('validateOnly', { default: false }),
  ],
  [
    i32('throttleTimeMs'),
    structs('topics', [
      string('name'),
      uuid('topicId', { since: 7 }),
      i16('errorCode'),
      string('errorMessage', { nullable: 0 }),
      i16('topicConfigErrorCode', { since: 5, tag: 0 }),
      i32('numPartitions', { since: 5, default: -1 }),
      i16('replicationFactor', { since: 5, default: -1 }),
      structs('configs', { since: 5, nullable: 5 }, [
        string('name'),
        string('value', { nullable: 5 }),
        bool('readOnly'),
        i8('configSource', { default: -1 }),
        bool('isSensitive'),
      ]),
    ]),
  ],
);
