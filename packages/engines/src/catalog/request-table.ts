/**
 * Results of recent requests by request id, replicated with the catalog: a repeated request gets its first result again and changes
 * nothing. Only successes are kept, since a refusal changed nothing and may turn out differently later. Bounded: the oldest goes.
 *
 * Keys: 6 sequence(u64).
 */
import { ByteReader, ByteWriter, utf8Decode, utf8Encode } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import type { CatalogReply } from './catalog-reply.ts';

export const REQUESTS_MAX = 10_000;

export interface RequestResult {
  readonly requestId: string;
  /** Digest of what was asked for. */
  readonly fingerprint: string;
  readonly reply: CatalogReply;
}

export class RequestTable {
  /** In order of sequence. */
  private readonly results = new Map<string, { readonly sequence: number; readonly result: RequestResult }>();
  private nextSequence = 1;

  find(requestId: string): RequestResult | undefined {
    return this.results.get(requestId)?.result;
  }

  add(result: RequestResult, writer: StateWriter): void {
    const sequence = this.nextSequence++;
    this.results.set(result.requestId, { sequence, result });
    writer.put(keyOf(sequence), utf8Encode(JSON.stringify(result)));
    for (const [requestId, oldest] of this.results) {
      if (this.results.size <= REQUESTS_MAX) break;
      this.results.delete(requestId);
      writer.del(keyOf(oldest.sequence));
    }
  }

  async load(state: StateReader): Promise<void> {
    for (const [key, value] of await state.scan({ from: Uint8Array.of(6), to: Uint8Array.of(7) })) {
      const sequence = new ByteReader(key.subarray(1)).u64();
      const result = JSON.parse(utf8Decode(value)) as RequestResult;
      this.results.set(result.requestId, { sequence, result });
      this.nextSequence = sequence + 1;
    }
  }

  describe(): string {
    return JSON.stringify([this.nextSequence, [...this.results.values()]]);
  }
}

function keyOf(sequence: number): Uint8Array {
  return new ByteWriter(9).u8(6).u64(sequence).finish();
}
