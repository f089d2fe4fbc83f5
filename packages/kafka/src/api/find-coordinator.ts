/**
 * Where the coordinator of a group or transaction is. Version 1 knows kinds of keys (0 group, 1 transaction, 2 share partition), 4 asks for
 * several keys at once.
 */
import { api } from '../protocol/api.ts';
import { i16, i32, i8, string, strings, structs } from '../protocol/schema.ts';

export const FindCoordinator = api(
  10,
  { versions: [0, 6], flexible: 3 },
  [
    string('key', { until: 3 }),
    i8('keyType', { since: 1, default: 0 }),
    strings('coordinatorKeys', { since: 4 }),
  ],
  [
    i32('throttleTimeMs', { since: 1 }),
    i16('errorCode', { until: 3 }),
    string('errorMessage', { since: 1, until: 3, nullable: 1 }),
    i32('nodeId', { until: 3 }),
    string('host', { until: 3 }),
    i32('port', { until: 3 }),
    structs('coordinators', { since: 4 }, [
      string('key'),
      i32('nodeId'),
      string('host'),
      i32('port'),
      i16('errorCode'),
      string('errorMessage', { nullable: 4 }),
    ]),
  ],
);
