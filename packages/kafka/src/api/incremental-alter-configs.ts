/** Changes single configuration keys: 0 set, 1 delete, 2 append, 3 subtract. */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i8, string, structs } from '../protocol/schema.ts';

export const IncrementalAlterConfigs = api(
  44,
  { versions: [0, 1], flexible: 1 },
  [
    structs('resources', [
      i8('resourceType'),
      string('resourceName'),
      structs('configs', [string('name'), i8('configOperation'), string('value', { nullable: 0 })]),
    ]),
    bool('validateOnly'),
  ],
  [
    i32('throttleTimeMs'),
    structs('responses', [
      i16('errorCode'),
      string('errorMessage', { nullable: 0 }),
      i8('resourceType'),
      string('resourceName'),
    ]),
  ],
);
