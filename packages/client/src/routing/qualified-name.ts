/**
 * What is routed by name: streams by their bare names, queues, buckets and coordinators by qualified ones (`queue:orders`). The metadata and the
 * router take both as they are; only messages for people tell them apart.
 */

const OTHERS = ['queue', 'bucket', 'coordinator'] as const;

export interface Named {
  readonly kind: 'stream' | (typeof OTHERS)[number];
  readonly name: string;
  /** What one of its groups is called. */
  readonly part: 'partition' | 'shard';
}

export function parseName(qualified: string): Named {
  const kind = OTHERS.find((one) => qualified.startsWith(`${one}:`));
  return kind === undefined
    ? { kind: 'stream', name: qualified, part: 'partition' }
    : { kind, name: qualified.slice(kind.length + 1), part: 'shard' };
}
