/**
 * How often a batch is copied on its way from a producer to disks and readers. Memory that is taken is counted, never timed: the figures are the
 * same on every machine and under every load, and grow where a copy slips in.
 */
import {
  ByteWriter,
  crc32c,
  groupId,
  isFlowError,
  type MemberId,
  memberId,
  must,
  nodeId,
  replicaId,
} from '@flowmesh/base';
import { resolveStreamConfig } from '@flowmesh/engines';
import { decodeRecords, encodeBatch } from '@flowmesh/kafka';
import {
  Fetch,
  FrameReader,
  Produce,
  requestFrame,
  responseFrame,
  ZERO_UUID,
} from '@flowmesh/kafka/protocol';
import { openFrame } from '@flowmesh/proto';
import type { Entry } from '@flowmesh/raft';
import { describe, expect, it } from 'vitest';
import { admitBatch } from '../../packages/broker/src/services/stream/admit-batch.ts';
import { BatchArena } from '../../packages/broker/src/services/stream/batch-arena.ts';
import { messagesFrame, readFrame } from '../../packages/broker/src/transport/frame.ts';
import { messageBytesMax } from '../../packages/broker/src/transport/message-codec.ts';
import { decodeChunk, encodeChunk } from '../../packages/storage/src/log/entry-chunk.ts';
import { encodeOps, opsBytes } from '../../packages/storage/src/rocks/op-codec.ts';
import { SpareBuffers } from '../../packages/storage/src/rocks/spare-buffers.ts';
import { ArrayCounter } from './arrays-made.ts';

const BATCH_BYTES = 256 * 1024;
/** Heads of messages, lengths, keys: whatever there is but once. */
const SMALL = 4 * 1024;
const PLAIN = Uint8Array;

/** Bytes of the arrays that `work` makes; views of what is there cost none. */
function bytesTaken<T>(work: () => T): { readonly bytes: number; readonly result: T } {
  using counter = new ArrayCounter();
  const result = work();
  return { bytes: counter.made.bytes, result };
}

function taken(work: () => unknown): number {
  return bytesTaken(work).bytes;
}

function batchOf(valueBytes: number): Uint8Array {
  const value = new PLAIN(valueBytes).fill(120);
  const count = Math.floor(BATCH_BYTES / (valueBytes + 12));
  const record = { key: undefined, value, headers: [], timestampMs: 1_700_000_000_000 };
  return encodeBatch(Array.from({ length: count }, () => record));
}

const batch = batchOf(1_024);
const member = (node: number): MemberId => memberId({ node: nodeId(node), replica: replicaId(1) });
const entry: Entry = { term: 3, index: 7, kind: 'normal', data: batch };
const ends = { sender: nodeId(1), receiver: nodeId(2) };

describe('a batch on its way', () => {
  it('counts what is made, and not what is looked at', () => {
    expect(taken(() => new Uint8Array(1_000))).toBe(1_000);
    expect(taken(() => Uint8Array.from(batch))).toBe(batch.length);
    expect(taken(() => new ByteWriter(300))).toBe(300);
    expect(taken(() => batch.subarray(1))).toBe(0);
  });

  it.each([1_024, 100])('is written once by its producer, of records of %i bytes', (valueBytes) => {
    expect(taken(() => batchOf(valueBytes))).toBeLessThan(BATCH_BYTES * 1.1 + SMALL);
  });

  it('is taken out of a connection as it came, or put together once', () => {
    const request = {
      transactionalId: undefined,
      acks: -1,
      timeoutMs: 1_000,
      topicData: [{ name: 'orders', topicId: ZERO_UUID, partitionData: [{ index: 0, records: batch }] }],
    };
    const frame = Buffer.concat(requestFrame(Produce, { version: 8, correlationId: 1 }, request).chunks);
    const read = (piece: number): void => {
      const reader = new FrameReader({ frameBytesMax: 2 * BATCH_BYTES });
      const frames: Uint8Array[] = [];
      for (let at = 0; at < frame.length; at += piece)
        frames.push(...reader.push(frame.subarray(at, at + piece)));
      const decoded = Produce.request.decode(8, must(frames[0], 'a frame'), 10);
      expect(decoded.topicData[0]?.partitionData[0]?.records?.length).toBe(batch.length);
    };
    expect(taken(() => read(frame.length))).toBeLessThan(SMALL);
    expect(taken(() => read(65_536))).toBeLessThan(frame.length + SMALL);
  });

  it('is checked without being copied', () => {
    const settings = resolveStreamConfig({});
    const admit = (): void => {
      const admitted = admitBatch(batch, settings, {
        crc32c,
        nowMs: 1_700_000_000_000,
        transactions: true,
        codecs: {},
        decompressedBytesMax: 1_000,
      });
      expect(isFlowError(admitted)).toBe(false);
    };
    expect(taken(admit)).toBeLessThan(SMALL);
  });

  it('stays where it is when its memory holds little else, and is copied once when it does', () => {
    const arena = new BatchArena();
    expect(taken(() => arena.keep(batch))).toBe(0);
    const shared = new PLAIN(4 * BATCH_BYTES).subarray(0, BATCH_BYTES);
    expect(taken(() => arena.keep(shared))).toBe(BATCH_BYTES);
  });

  it('is copied once into the frame for a peer, which looks at it there', () => {
    const message = {
      kind: 'append' as const,
      from: member(1),
      to: member(2),
      term: 3,
      prevIndex: 6,
      prevTerm: 3,
      commit: 6,
      entries: [entry],
    };
    const messages = [{ group: groupId(4), message }];
    const { bytes, result } = bytesTaken(() => messagesFrame(messages, messageBytesMax(message), ends));
    expect(bytes).toBeLessThan(batch.length + SMALL);
    expect(result.bytes.length).toBeGreaterThan(batch.length);
    expect(taken(() => readFrame(openFrame(result.bytes), ends))).toBeLessThan(SMALL);
  });

  it('is copied once for the log and once, into memory that is used again, for the writer', () => {
    const key = new PLAIN(24);
    const { bytes, result } = bytesTaken(() => encodeChunk(crc32c, key, [entry]));
    expect(bytes).toBeLessThan(batch.length + SMALL);
    expect(must(result.entries[0], 'an entry').data.buffer).toBe(result.value.buffer);
    const ops = [{ kind: 'put' as const, family: 'log' as const, key, value: result.value }];
    const spare = new SpareBuffers();
    const turn = (): void => spare.give([encodeOps([ops], spare.take(opsBytes(ops))).buffer]);
    turn();
    expect(taken(turn)).toBe(0);
    expect(taken(() => decodeChunk(crc32c, key, result.value))).toBeLessThan(SMALL);
  });

  it('goes to a reader as it was stored', () => {
    const partition = {
      partitionIndex: 0,
      errorCode: 0,
      highWatermark: 9,
      lastStableOffset: 9,
      logStartOffset: 0,
      abortedTransactions: undefined,
      records: [batch],
    };
    const response = {
      throttleTimeMs: 0,
      errorCode: 0,
      sessionId: 0,
      responses: [{ topic: 'orders', topicId: ZERO_UUID, partitions: [partition] }],
    };
    expect(taken(() => responseFrame(Fetch, { version: 11, correlationId: 1 }, response))).toBeLessThan(
      SMALL,
    );
  });

  it('is not copied by who decodes its records', () => {
    expect(taken(() => [...decodeRecords(batch)])).toBeLessThan(SMALL);
  });
});
