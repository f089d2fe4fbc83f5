/** Log directories, and what each partition takes there. Null topics mean all. Version 4 has the size of the volume. */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i32s, i64, string, structs } from '../protocol/schema.ts';

export const DescribeLogDirs = api(
  35,
  { versions: [1, 4], flexible: 2 },
  [structs('topics', { nullable: 0 }, [string('topic'), i32s('partitions')])],
  [
    i32('throttleTimeMs'),
    i16('errorCode', { since: 3 }),
    structs('results', [
      i16('errorCode'),
      string('logDir'),
      structs('topics', [
        string('name'),
        structs('partitions', [
          i32('partitionIndex'),
          i64('partitionSize'),
          i64('offsetLag'),
          bool('isFutureKey'),
        ]),
      ]),
      i64('totalBytes', { since: 4, default: -1 }),
      i64('usableBytes', { since: 4, default: -1 }),
    ]),
  ],
);
