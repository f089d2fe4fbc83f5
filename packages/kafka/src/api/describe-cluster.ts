/** Brokers (endpoint type 1) or controllers (2) of the cluster. Version 2 can include fenced brokers. */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i8, string, structs } from '../protocol/schema.ts';

export const DescribeCluster = api(
  60,
  { versions: [0, 2], flexible: 0 },
  [
    bool('includeClusterAuthorizedOperations'),
    i8('endpointType', { since: 1, default: 1 }),
    bool('includeFencedBrokers', { since: 2 }),
  ],
  [
    i32('throttleTimeMs'),
    i16('errorCode'),
    string('errorMessage', { nullable: 0, default: null }),
    i8('endpointType', { since: 1, default: 1 }),
    string('clusterId'),
    i32('controllerId', { default: -1 }),
    structs('brokers', [
      i32('brokerId'),
      string('host'),
      i32('port'),
      string('rack', { nullable: 0, default: null }),
      bool('isFenced', { since: 2 }),
    ]),
    i32('clusterAuthorizedOperations', { default: -2147483648 }),
  ],
);
