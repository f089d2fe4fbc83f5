/**
 * Which partition a record goes to: with a key by murmur2 exactly as Kafka's Java client does, so that all clients agree; without one by
 * turns, staying with a partition until a batch's worth of bytes went there (KIP-480, KIP-794).
 */
import type { Random } from '@flowmesh/base';
import { FlowError } from '@flowmesh/base';

const SEED = 0x9747b28c;
const FACTOR = 0x5bd1e995;

/** MurmurHash2 (Austin Appleby), 32 bit, seeded as in Kafka; signed. */
export function murmur2(data: Uint8Array): number {
  const { length } = data;
  let hash = SEED ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    let k =
      byte(data, at) | (byte(data, at + 1) << 8) | (byte(data, at + 2) << 16) | (byte(data, at + 3) << 24);
    k = Math.imul(k, FACTOR);
    k ^= k >>> 24;
    hash = Math.imul(hash, FACTOR) ^ Math.imul(k, FACTOR);
  }
  const left = length - at;
  if (left > 2) hash ^= byte(data, at + 2) << 16;
  if (left > 1) hash ^= byte(data, at + 1) << 8;
  if (left > 0) hash = Math.imul(hash ^ byte(data, at), FACTOR);
  hash = Math.imul(hash ^ (hash >>> 13), FACTOR);
  return hash ^ (hash >>> 15);
}

function byte(data: Uint8Array, at: number): number {
  return data[at] as number;
}

export function partitionForKey(key: Uint8Array, partitions: number): number {
  if (!Number.isInteger(partitions) || partitions < 1) {
    throw new FlowError('INVALID_ARGUMENT', `a stream cannot have ${partitions} partitions`);
  }
  return (murmur2(key) & 0x7fffffff) % partitions;
}

/** Chooses partitions of one stream for one producer. */
export class StickyPartitioner {
  private readonly random: Random;
  private readonly stickyBytes: number;
  private current = -1;
  private spentBytes = 0;

  /** Keyless records stay with one partition for about `stickyBytes`. */
  constructor(random: Random, stickyBytes = 16 * 1024) {
    this.random = random;
    this.stickyBytes = stickyBytes;
  }

  /** `bytes`: about what the record will take. */
  choose(key: Uint8Array | undefined, partitions: number, bytes: number): number {
    if (key !== undefined) return partitionForKey(key, partitions);
    if (this.current < 0 || this.current >= partitions || this.spentBytes >= this.stickyBytes)
      this.moveOn(partitions);
    this.spentBytes += bytes;
    return this.current;
  }

  /** Takes another partition, where there is one: to be called as well when a batch of keyless records was sent early. */
  moveOn(partitions: number): void {
    this.spentBytes = 0;
    if (partitions < 2 || this.current < 0 || this.current >= partitions) {
      this.current = this.random.below(partitions);
      return;
    }
    this.current = (this.current + 1 + this.random.below(partitions - 1)) % partitions;
  }
}
