/**
 * What was sent and acknowledged, partition by partition, and the verdict over what is read back: every acknowledged record
 * is there once, at its offset, in the order it was sent; nothing is there twice.
 *
 * Records of a partition are numbered from 0 in the order of sending; the number is the first eight bytes of the value.
 */
const NOT_ACKED = -1;

export interface Verdict {
  readonly acknowledged: number;
  readonly read: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
  /** Read at another offset than it was acknowledged at. */
  readonly misplaced: number;
  /** Read, but never acknowledged: allowed, since an acknowledgement may be lost on its way. */
  readonly unacknowledged: number;
  readonly examples: readonly string[];
}

class PartitionLedger {
  sent = 0;
  private offsets = new Float64Array(1024).fill(NOT_ACKED);
  acknowledged = 0;

  next(): number {
    if (this.sent === this.offsets.length) {
      const grown = new Float64Array(this.sent * 2).fill(NOT_ACKED);
      grown.set(this.offsets);
      this.offsets = grown;
    }
    return this.sent++;
  }

  acked(number: number, offset: number): void {
    this.offsets[number] = offset;
    this.acknowledged++;
  }

  offsetOf(number: number): number {
    return this.offsets[number] as number;
  }
}

export class Ledger {
  private readonly partitions: readonly PartitionLedger[];

  constructor(partitions: number) {
    this.partitions = Array.from({ length: partitions }, () => new PartitionLedger());
  }

  get acknowledged(): number {
    return this.partitions.reduce((sum, partition) => sum + partition.acknowledged, 0);
  }

  get sent(): number {
    return this.partitions.reduce((sum, partition) => sum + partition.sent, 0);
  }

  sentTo(partition: number): number {
    return this.of(partition).sent;
  }

  /** The number of the next record of a partition. */
  next(partition: number): number {
    return this.of(partition).next();
  }

  acked(partition: number, number: number, offset: number): void {
    this.of(partition).acked(number, offset);
  }

  /** Where it was acknowledged; -1: it was not. */
  offsetOf(partition: number, number: number): number {
    return this.of(partition).offsetOf(number);
  }

  private of(partition: number): PartitionLedger {
    const found = this.partitions[partition];
    if (found === undefined) throw new Error(`no partition ${partition}`);
    return found;
  }

  /** Begins a verdict; feed it all records of all partitions in order of offsets. */
  verify(): {
    see(record: { readonly partition: number; readonly offset: number; readonly number: number }): void;
    verdict(): Verdict;
  } {
    const seen = this.partitions.map((partition) => new Uint8Array(partition.sent));
    const lastNumber = this.partitions.map(() => -1);
    const counts = { read: 0, duplicated: 0, reordered: 0, misplaced: 0, unacknowledged: 0 };
    const examples: string[] = [];
    const note = (text: string): void => {
      if (examples.length < 20) examples.push(text);
    };
    return {
      see: ({ partition, offset, number }) => {
        const marks = seen[partition] as Uint8Array;
        counts.read++;
        if (marks[number] !== 0) {
          counts.duplicated++;
          note(`record ${number} of partition ${partition} again at offset ${offset}`);
          return;
        }
        marks[number] = 1;
        if (number < (lastNumber[partition] as number)) {
          counts.reordered++;
          note(
            `record ${number} of partition ${partition} at offset ${offset} after ${lastNumber[partition]}`,
          );
        }
        lastNumber[partition] = Math.max(lastNumber[partition] as number, number);
        const acked = this.of(partition).offsetOf(number);
        if (acked === NOT_ACKED) counts.unacknowledged++;
        else if (acked !== offset) {
          counts.misplaced++;
          note(`record ${number} of partition ${partition} acknowledged at ${acked}, read at ${offset}`);
        }
      },
      verdict: () => {
        let lost = 0;
        for (const [p, partition] of this.partitions.entries()) {
          for (let number = 0; number < partition.sent; number++) {
            if (partition.offsetOf(number) === NOT_ACKED || seen[p]?.[number] !== 0) continue;
            lost++;
            note(
              `record ${number} of partition ${p} acknowledged at ${partition.offsetOf(number)} is not there`,
            );
          }
        }
        return { acknowledged: this.acknowledged, lost, ...counts, examples };
      },
    };
  }
}

/** Values of `size` bytes: the number, then bytes that do not compress. */
export class Payloads {
  private readonly noise: Uint8Array;
  private readonly size: number;
  private at = 0;

  constructor(size: number, seed = 1) {
    if (size < 8) throw new Error('a value has at least eight bytes');
    this.size = size;
    this.noise = new Uint8Array(1 << 20);
    let state = seed | 1;
    for (let i = 0; i < this.noise.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      this.noise[i] = state & 255;
    }
  }

  make(number: number): Uint8Array {
    const value = new Uint8Array(this.size);
    if (this.at + this.size > this.noise.length) this.at = (this.at * 7 + 13) % 4096;
    value.set(this.noise.subarray(this.at, this.at + this.size));
    this.at += this.size;
    new DataView(value.buffer).setFloat64(0, number);
    return value;
  }

  static numberOf(value: Uint8Array): number {
    return new DataView(value.buffer, value.byteOffset, value.byteLength).getFloat64(0);
  }
}

/** The value below which `share` (0 … 1) of the samples lie; NaN without samples. */
export function percentile(samples: readonly number[], share: number): number {
  if (samples.length === 0) return Number.NaN;
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] as number;
}
