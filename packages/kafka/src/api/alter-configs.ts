/** Replaces the whole configuration of a resource. IncrementalAlterConfigs took its place. */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i8, string, structs } from '../protocol/schema.ts';

export const AlterConfigs = api(
  33,
  { versions: [0, 2], flexible: 2 },
  [
    structs('resources', [
      i8('resourceType'),
      string('resourceName'),
      structs('configs', [string('name'), string('value', { nullable: 0 })]),
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
