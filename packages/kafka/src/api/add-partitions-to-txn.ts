/** Tells the coordinator which partitions a transaction is about to write. Versions from 4 on are spoken among Kafka's brokers only. */
import { api } from '../protocol/api.ts';
import { i16, i32, i32s, i64, string, structs } from '../protocol/schema.ts';

export const AddPartitionsToTxn = api(
  24,
  { versions: [0, 3], flexible: 3 },
  [
    string('v3AndBelowTransactionalId'),
    i64('v3AndBelowProducerId'),
    i16('v3AndBelowProducerEpoch'),
    structs('v3AndBelowTopics', [string('name'), i32s('partitions')]),
  ],
  [
    i32('throttleTimeMs'),
    structs('resultsByTopicV3AndBelow', [
      string('name'),
      structs('resultsByPartition', [i32('partitionIndex'), i16('partitionErrorCode')]),
    ]),
  ],
);
