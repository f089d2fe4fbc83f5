/** Which SCRAM mechanisms users have credentials for (1 SCRAM-SHA-256, 2 SCRAM-SHA-512). Null users mean all. */
import { api } from '../protocol/api.ts';
import { i16, i32, i8, string, structs } from '../protocol/schema.ts';

export const DescribeUserScramCredentials = api(
  50,
  { versions: [0, 0], flexible: 0 },
  [structs('users', { nullable: 0 }, [string('name')])],
  [
    i32('throttleTimeMs'),
    i16('errorCode'),
    string('errorMessage', { nullable: 0 }),
    structs('results', [
      string('user'),
      i16('errorCode'),
      string('errorMessage', { nullable: 0 }),
      structs('credentialInfos', [i8('mechanism'), i32('iterations')]),
    ]),
  ],
);
