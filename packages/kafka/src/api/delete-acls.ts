/** Deletes the access rules that match filters, and names them. */
import { api } from '../protocol/api.ts';
import { i16, i32, i8, string, structs } from '../protocol/schema.ts';

export const DeleteAcls = api(
  31,
  { versions: [1, 3], flexible: 2 },
  [
    structs('filters', [
      i8('resourceTypeFilter'),
      string('resourceNameFilter', { nullable: 0 }),
      i8('patternTypeFilter', { default: 3 }),
      string('principalFilter', { nullable: 0 }),
      string('hostFilter', { nullable: 0 }),
      i8('operation'),
      i8('permissionType'),
    ]),
  ],
  [
    i32('throttleTimeMs'),
    structs('filterResults', [
      i16('errorCode'),
      string('errorMessage', { nullable: 0 }),
      structs('matchingAcls', [
        i16('errorCode'),
        string('errorMessage', { nullable: 0 }),
        i8('resourceType'),
        string('resourceName'),
        i8('patternType', { default: 3 }),
        string('principal'),
        string('host'),
        i8('operation'),
        i8('permissionType'),
      ]),
    ]),
  ],
);
