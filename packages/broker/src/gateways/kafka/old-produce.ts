/**
 * Produce 0 to 2, which carry the record formats of before Kafka 0.11. They are told and refused: librdkafka takes a broker without them
 * for one that cannot decompress. The request is that of version 3 without the transactional id; the response grew with each version.
 */
import { Produce } from '@flowmesh/kafka/protocol';
import type { Frame, RequestHeader, RequestOf } from '@flowmesh/kafka/protocol';
import { refusal } from './errors.ts';

const LAST = 2;
const CURRENT = 3;
const NULL_STRING = [0xff, 0xff];

export function isOld(version: number): boolean {
  return version <= LAST;
}

export function readOld(frame: Uint8Array, bodyAt: number): RequestOf<typeof Produce> {
  return Produce.request.decode(CURRENT, Buffer.from([...NULL_STRING, ...frame.subarray(bodyAt)]));
}

/** Every partition refused with UNSUPPORTED_VERSION; undefined without acknowledgements. */
export function answerOld(
  { apiVersion, correlationId }: RequestHeader,
  { acks, topicData }: RequestOf<typeof Produce>,
): Frame | undefined {
  if (acks === 0) return undefined;
  const { errorCode } = refusal('UNSUPPORTED_VERSION');
  const parts: Buffer[] = [i32(correlationId), i32(topicData.length)];
  for (const { name, partitionData } of topicData) {
    const text = Buffer.from(name);
    parts.push(i16(text.length), text, i32(partitionData.length));
    for (const { index } of partitionData) {
      parts.push(i32(index), i16(errorCode), i64(-1n));
      if (apiVersion === LAST) parts.push(i64(-1n));
    }
  }
  if (apiVersion >= 1) parts.push(i32(0));
  const body = Buffer.concat(parts);
  return { chunks: [i32(body.length), body], bytes: body.length + 4 };
}

function i16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function i64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}
