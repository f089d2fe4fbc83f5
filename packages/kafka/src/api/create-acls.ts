/** Creates access rules. */
import { api } from '../protocol/api.ts';
import { i16, i32, i8, string, structs } from '../protocol/schema.ts';

export const CreateAcls = api(
  30,
  { versions: [1, 3], flexible: 2 },
  [
    structs('creations', [
      i8('resourceType'),
      string('resourceName'),
      i8('resourcePatternType', { default: 3 }),
      string('principal'),
      string('host'),
      i8('operation'),
      i8('permissionType'),
    ]),
  ],
  [i32('throttleTimeMs'), structs('results', [i16('errorCode'), string('errorMessage', { nullable: 0 })])],
);
