/** Partitions of streams as texts, `orders:3`: ':' is not legal in names. Lists of them are in the order of `comparePartitions`. */
import { assert } from '@flowmesh/base';

export type PartitionKey = string;

export interface StreamPartition {
  readonly stream: string;
  readonly partition: number;
}

export function partitionKey(stream: string, partition: number): PartitionKey {
  return `${stream}:${partition}`;
}

export function partitionOf(key: PartitionKey): StreamPartition {
  const at = key.lastIndexOf(':');
  assert(at > 0, 'a partition key names a stream');
  return { stream: key.slice(0, at), partition: Number(key.slice(at + 1)) };
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By stream, then by number. */
export function comparePartitions(a: PartitionKey, b: PartitionKey): number {
  const [x, y] = [partitionOf(a), partitionOf(b)];
  return compareText(x.stream, y.stream) || x.partition - y.partition;
}
