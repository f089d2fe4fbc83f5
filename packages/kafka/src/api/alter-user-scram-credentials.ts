/** Sets and deletes SCRAM credentials: the client sends the salted password, never the password. */
import { api } from '../protocol/api.ts';
import { bytes, i16, i32, i8, string, structs } from '../protocol/schema.ts';

export const AlterUserScramCredentials = api(
  51,
  { versions: [0, 0], flexible: 0 },
  [
    structs('deletions', [string('name'), i8('mechanism')]),
    structs('upsertions', [
      string('name'),
      i8('mechanism'),
      i32('iterations'),
      bytes('salt'),
      bytes('saltedPassword'),
    ]),
  ],
  [
    i32('throttleTimeMs'),
    structs('results', [string('user'), i16('errorCode'), string('errorMessage', { nullable: 0 })]),
  ],
);
