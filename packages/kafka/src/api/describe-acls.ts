/**
 * Access rules that match a filter. Resource types: 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user; pattern
 * types: 3 literal, 4 prefixed, 1 any, 2 match; permission: 2 deny, 3 allow.
 */
import { api } from '../protocol/api.ts';
import { i16, i32, i8, string, structs } from '../protocol/schema.ts';

export const DescribeAcls = api(
  29,
  { versions: [1, 3], flexible: 2 },
  [
    i8('resourceTypeFilter'),
    string('resourceNameFilter', { nullable: 0 }),
    i8('patternTypeFilter', { default: 3 }),
    string('principalFilter', { nullable: 0 }),
    string('hostFilter', { nullable: 0 }),
    i8('operation'),
    i8('permissionType'),
  ],
  [
    i32('throttleTimeMs'),
    i16('errorCode'),
    string('errorMessage', { nullable: 0 }),
    structs('resources', [
      i8('resourceType'),
      string('resourceName'),
      i8('patternType', { default: 3 }),
      structs('acls', [string('principal'), string('host'), i8('operation'), i8('permissionType')]),
    ]),
  ],
);
