/** Names of resources that have a configuration of their own: in version 0 client metrics alone, from version 1 on of any type. */
import { api } from '../protocol/api.ts';
import { i16, i32, i8, i8s, string, structs } from '../protocol/schema.ts';

export const ListConfigResources = api(
  74,
  { versions: [0, 1], flexible: 0 },
  [i8s('resourceTypes', { since: 1 })],
  [
    i32('throttleTimeMs'),
    i16('errorCode'),
    structs('configResources', [string('resourceName'), i8('resourceType', { since: 1, default: 16 })]),
  ],
);
