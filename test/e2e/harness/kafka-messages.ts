/**
 * Requests of Kafka's protocol by chance: whatever the schemas allow, and what becomes of it when bytes of it are damaged. All from one
 * generator, so that a seed brings the same requests again.
 */
import type { Random } from '@flowmesh/base';
import { encodeBatch } from '@flowmesh/kafka';
import { type Api, requestFrame } from '@flowmesh/kafka/protocol';
import type { Fields } from '@flowmesh/kafka/protocol';

type Field = Fields[number];
type WireType = Field['type'];

const LENGTH_BYTES = 4;
/** Where the API key, version and correlation id end. */
const FIXED_HEADER_BYTES = 12;
const NUMBERS = [-1, 0, 1, 2, 3, 5, 100, 1_000, 0x7fff, -2];
const WIDE_NUMBERS = [...NUMBERS, 0x7fffffff, -0x80000000];
const DEPTH_MAX = 4;

export class RandomRequests {
  private readonly random: Random;
  private readonly names: readonly string[];
  private nextId = 1;

  /** `names`: of topics, groups and everything else that has one. */
  constructor(random: Random, names: readonly string[]) {
    this.random = random;
    this.names = names;
  }

  below(limit: number): number {
    return this.random.below(limit);
  }

  private one<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  /** A whole frame of that API and version, well formed. */
  frame(api: Api, version: number): Buffer {
    const request = this.struct(api.request.fields, 0);
    const header = { version, correlationId: this.nextId++, clientId: 'fuzz' };
    return Buffer.concat(requestFrame(api, header, request as never).chunks);
  }

  private struct(fields: Fields, depth: number): Record<string, unknown> {
    return Object.fromEntries(fields.map((field) => [field.name, this.field(field, depth)]));
  }

  private field(field: Field, depth: number): unknown {
    // What may be null is null in some versions only; that choice is the writer's where it is absent.
    if (field.nullableSince === 0 && this.below(4) === 0) return undefined;
    return this.value(field.type, depth);
  }

  private value(type: WireType, depth: number): unknown {
    switch (type.kind) {
      case 'bool':
        return this.below(2) === 1;
      case 'i8':
        return this.one([-1, 0, 1, 2, 3, 4, 127]);
      case 'i16':
        return this.one(NUMBERS);
      case 'i32':
        return this.one(WIDE_NUMBERS);
      case 'i64':
        return this.one([...WIDE_NUMBERS, 2 ** 40, Number.MAX_SAFE_INTEGER]);
      case 'uuid':
        return `00000000-0000-0000-0000-00000000000${this.below(10)}`;
      case 'string':
        return this.one([...this.names, '', 'no good', 'x'.repeat(300), 'ünï']);
      case 'bytes':
        return Buffer.alloc(this.one([0, 1, 7, 300]), this.below(256));
      case 'records':
        return this.records();
      case 'array':
        return Array.from({ length: depth > DEPTH_MAX ? 0 : this.one([0, 1, 1, 2, 5]) }, () =>
          this.value(type.of, depth + 1),
        );
      case 'struct':
        return this.struct(type.fields, depth + 1);
    }
  }

  private records(): Uint8Array {
    const count = this.one([1, 1, 3]);
    const batch = encodeBatch(
      Array.from({ length: count }, (_, i) => ({
        key: Buffer.from(this.one(['', 'k'])),
        value: Buffer.from(`v-${i}`),
        timestampMs: 1_700_000_000_000,
        headers: [],
      })),
    );
    return this.below(3) === 0 ? this.flipped(batch) : batch;
  }

  /** With some bits the other way round. */
  flipped(bytes: Uint8Array, from = 0): Buffer {
    const copy = Buffer.from(bytes);
    if (copy.length <= from) return copy;
    for (let left = this.one([1, 1, 2, 8]); left > 0; left--) {
      const at = from + this.below(copy.length - from);
      copy[at] = (copy[at] as number) ^ (1 << this.below(8));
    }
    return copy;
  }

  /** A frame that is damaged in one of many ways; its length is right, unless that is what is damaged. */
  damaged(frame: Buffer): Buffer {
    const bytes = Buffer.from(frame);
    const at = (): number =>
      FIXED_HEADER_BYTES + this.below(Math.max(bytes.length - FIXED_HEADER_BYTES - 4, 1));
    switch (this.below(7)) {
      case 0:
        return this.flipped(bytes, LENGTH_BYTES);
      case 1:
        return relengthed(bytes.subarray(0, LENGTH_BYTES + this.below(bytes.length - LENGTH_BYTES)));
      case 2: {
        // A count or length that says more than there is.
        if (bytes.length >= FIXED_HEADER_BYTES + 8) bytes.writeInt32BE(this.one(WIDE_NUMBERS), at());
        return bytes;
      }
      case 3: {
        const from = at();
        return relengthed(
          Buffer.concat([bytes.subarray(0, from), Buffer.alloc(9, 0xff), bytes.subarray(from)]),
        );
      }
      case 4:
        bytes.writeInt32BE(this.one([-1, 0, 1, 7, 0x7fffffff, -0x80000000, bytes.length]), 0);
        return bytes;
      case 5:
        bytes.writeInt16BE(this.one([...NUMBERS, 77]), this.one([4, 6]));
        return bytes;
      default:
        return relengthed(
          Buffer.concat([
            Buffer.alloc(LENGTH_BYTES),
            Buffer.from(Array.from({ length: 40 }, () => this.below(256))),
          ]),
        );
    }
  }
}

function relengthed(frame: Buffer): Buffer {
  const copy = Buffer.from(frame);
  copy.writeInt32BE(copy.length - LENGTH_BYTES, 0);
  return copy;
}
