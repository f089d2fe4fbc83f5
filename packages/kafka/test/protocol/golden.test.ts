/** Messages byte by byte, worked out from the definitions: what a round trip cannot show. */
import { describe, expect, it } from 'vitest';
import {
  type Api,
  ApiVersions,
  Fetch,
  type Message,
  Metadata,
  Produce,
  readRequestHeader,
  readResponseHeader,
  requestFrame,
  responseFrame,
  SaslHandshake,
} from '../../src/protocol/index.ts';
import type { Encodable, Fields } from '../../src/protocol/schema.ts';
import { bytesOf, hexOf } from '../support/hex.ts';

const TOPIC_ID = '00112233-4455-6677-8899-aabbccddeeff';
const TOPIC_ID_BYTES = '00112233445566778899aabbccddeeff';
const RECORDS = bytesOf('010203');

/** Written as expected, and read back to something that is written the same. */
function expectBytes<Fs extends Fields>(
  message: Message<Fs>,
  version: number,
  value: Encodable<Fs>,
  text: string,
): void {
  const bytes = bytesOf(text);
  expect(hexOf(message.encode(version, value))).toBe(hexOf([bytes]));
  expect(hexOf(message.encode(version, message.decode(version, bytes) as Encodable<Fs>))).toBe(
    hexOf([bytes]),
  );
}

describe('ApiVersions', () => {
  it('is asked with a header whose client id is not compact', () => {
    const { chunks, bytes } = requestFrame(
      ApiVersions,
      { version: 3, correlationId: 1, clientId: 'rdkafka' },
      { clientSoftwareName: 'librdkafka', clientSoftwareVersion: '2.3.0' },
    );
    const expected = bytesOf("00000024 0012 0003 00000001 0007 'rdkafka' 00 0b 'librdkafka' 06 '2.3.0' 00");
    expect(hexOf(chunks)).toBe(hexOf([expected]));
    expect(bytes).toBe(expected.length);
    const header = readRequestHeader(expected.subarray(4));
    expect(header).toMatchObject({ apiKey: 18, apiVersion: 3, correlationId: 1, clientId: 'rdkafka' });
    expect(header.api).toBe(ApiVersions as unknown as Api);
    expect(ApiVersions.request.decode(3, expected.subarray(4), header.bodyAt)).toEqual({
      clientSoftwareName: 'librdkafka',
      clientSoftwareVersion: '2.3.0',
    });
  });

  it('is answered with a header without tagged fields, even where the message has them', () => {
    const answer = {
      errorCode: 0,
      apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }],
      throttleTimeMs: 0,
    };
    const { chunks } = responseFrame(ApiVersions, { version: 3, correlationId: 1 }, answer);
    expect(hexOf(chunks)).toBe(hexOf([bytesOf('00000013 00000001 0000 02 0012 0000 0004 00 00000000 00')]));
  });

  it('is answered in version 0 with the error and the list where the version is not known', () => {
    const answer = {
      errorCode: 35,
      apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }],
      throttleTimeMs: 0,
    };
    const { chunks } = responseFrame(ApiVersions, { version: 0, correlationId: 7 }, answer);
    expect(hexOf(chunks)).toBe(hexOf([bytesOf('00000010 00000007 0023 00000001 0012 0000 0004')]));
  });

  it('has a header that can be read in a version that nobody knows', () => {
    const frame = bytesOf("0012 0063 00000009 0003 'abc' 00 ff ff ff");
    expect(readRequestHeader(frame)).toMatchObject({
      apiVersion: 99,
      correlationId: 9,
      clientId: 'abc',
      bodyAt: 14,
    });
  });
});

describe('headers', () => {
  it('of a request have no tagged fields before the first flexible version, and none ever for SaslHandshake', () => {
    const { chunks } = requestFrame(SaslHandshake, { version: 1, correlationId: 2 }, { mechanism: 'PLAIN' });
    expect(hexOf(chunks)).toBe(hexOf([bytesOf("00000011 0011 0001 00000002 ffff 0005 'PLAIN'")]));
    expect(readRequestHeader(bytesOf('0011 0001 00000002 ffff')).clientId).toBeUndefined();
  });

  it('of version 0 have no client id: ControlledShutdown alone', () => {
    expect(readRequestHeader(bytesOf('0007 0000 00000005 00000001'))).toMatchObject({
      clientId: undefined,
      bodyAt: 8,
    });
  });

  it('of an unknown API are read up to the client id', () => {
    expect(readRequestHeader(bytesOf("03e7 0001 00000002 0001 'a'"))).toMatchObject({
      apiKey: 999,
      api: undefined,
      clientId: 'a',
    });
  });

  it('of a response have tagged fields from the first flexible version on; unknown ones are passed over', () => {
    const { chunks } = responseFrame(
      Metadata,
      { version: 9, correlationId: 3 },
      { throttleTimeMs: 0, brokers: [], topics: [], errorCode: 0 },
    );
    expect(hexOf(chunks)).toBe(
      hexOf([bytesOf('00000015 00000003 00 00000000 01 00 ffffffff 01 80000000 00')]),
    );
    expect(readResponseHeader(bytesOf('00000003 02 05 01 aa 07 00'), Metadata, 9)).toEqual({
      correlationId: 3,
      bodyAt: 10,
    });
    expect(readResponseHeader(bytesOf('00000003'), Metadata, 8).bodyAt).toBe(4);
  });
});

describe('Produce', () => {
  const request = (name: string) => ({
    acks: 1,
    timeoutMs: 30_000,
    topicData: [{ name, topicId: TOPIC_ID, partitionData: [{ index: 0, records: RECORDS }] }],
  });

  it('v3 has plain lengths', () => {
    expectBytes(
      Produce.request,
      3,
      { ...request('t'), transactionalId: 'tx', acks: -1 },
      "0002 'tx' ffff 00007530 00000001 0001 't' 00000001 00000000 00000003 010203",
    );
  });

  it('v9 and v11 have compact lengths and tagged fields after every structure', () => {
    const bytes = "00 0001 00007530 02 02 't' 02 00000000 04 010203 00 00 00";
    expectBytes(Produce.request, 9, request('t'), bytes);
    expectBytes(Produce.request, 11, request('t'), bytes);
  });

  it('v13 has topic ids in place of names', () => {
    expectBytes(
      Produce.request,
      13,
      request('t'),
      `00 0001 00007530 02 ${TOPIC_ID_BYTES} 02 00000000 04 010203 00 00 00`,
    );
  });

  it('v11 names the new leader among the tagged fields of its answer', () => {
    expectBytes(
      Produce.response,
      11,
      {
        responses: [
          {
            name: 't',
            topicId: TOPIC_ID,
            partitionResponses: [
              {
                index: 0,
                errorCode: 6,
                baseOffset: -1,
                recordErrors: [],
                currentLeader: { leaderId: 2, leaderEpoch: 5 },
              },
            ],
          },
        ],
        nodeEndpoints: [{ nodeId: 2, host: 'b', port: 9092 }],
      },
      `02 02 't' 02 00000000 0006 ffffffffffffffff ffffffffffffffff ffffffffffffffff 01 00
        01 00 09 00000002 00000005 00   00   00000000   01 00 0d 02 00000002 02 'b' 00002384 00 00`,
    );
  });
});

describe('Fetch', () => {
  it('v4 is as old as record batches', () => {
    expectBytes(
      Fetch.request,
      4,
      {
        maxWaitMs: 500,
        minBytes: 1,
        maxBytes: 52_428_800,
        isolationLevel: 1,
        topics: [
          {
            topic: 't',
            topicId: TOPIC_ID,
            partitions: [{ partition: 0, fetchOffset: 42, partitionMaxBytes: 1_048_576 }],
          },
        ],
        forgottenTopicsData: [],
      },
      "ffffffff 000001f4 00000001 03200000 01 00000001 0001 't' 00000001 00000000 000000000000002a 00100000",
    );
  });

  it('v12 answers with null for no aborted transactions, and with no tagged field that has its default', () => {
    expectBytes(
      Fetch.response,
      12,
      {
        throttleTimeMs: 0,
        errorCode: 0,
        responses: [
          {
            topic: 't',
            topicId: TOPIC_ID,
            partitions: [
              {
                partitionIndex: 0,
                errorCode: 0,
                highWatermark: 10,
                lastStableOffset: 10,
                logStartOffset: 0,
                currentLeader: { leaderId: -1, leaderEpoch: -1 },
                records: [RECORDS, RECORDS],
              },
            ],
          },
        ],
      },
      `00000000 0000 00000000 02 02 't' 02 00000000 0000 000000000000000a 000000000000000a 0000000000000000
        00 ffffffff 07 010203 010203 00   00   00`,
    );
  });

  it('v17 asks by topic id', () => {
    expectBytes(
      Fetch.request,
      17,
      {
        maxWaitMs: 500,
        minBytes: 1,
        topics: [
          {
            topic: 't',
            topicId: TOPIC_ID,
            partitions: [{ partition: 3, fetchOffset: 2 ** 40, partitionMaxBytes: 1_048_576 }],
          },
        ],
        forgottenTopicsData: [],
        rackId: 'a',
      },
      `000001f4 00000001 7fffffff 00 00000000 ffffffff 02 ${TOPIC_ID_BYTES}
        02 00000003 ffffffff 0000010000000000 ffffffff ffffffffffffffff 00100000 00   00   01 02 'a' 00`,
    );
  });
});

describe('Metadata', () => {
  it('tells no topics from all topics: empty in version 0, null from version 1 on', () => {
    expect(Metadata.request.decode(0, bytesOf('00000000')).topics).toEqual([]);
    expect(Metadata.request.decode(1, bytesOf('ffffffff')).topics).toBeUndefined();
    expect(() => Metadata.request.decode(0, bytesOf('ffffffff'))).toThrowError(
      'malformed Metadata request v0: topics is null',
    );
  });

  it('v4 asks whether to create, v12 asks by name or id', () => {
    expectBytes(
      Metadata.request,
      4,
      {
        topics: [{ topicId: TOPIC_ID, name: 't' }],
        allowAutoTopicCreation: false,
        includeClusterAuthorizedOperations: false,
        includeTopicAuthorizedOperations: false,
      },
      "00000001 0001 't' 00",
    );
    expectBytes(
      Metadata.request,
      12,
      {
        topics: [{ topicId: TOPIC_ID, name: undefined }],
        includeClusterAuthorizedOperations: false,
        includeTopicAuthorizedOperations: true,
      },
      `02 ${TOPIC_ID_BYTES} 00 00 01 01 00`,
    );
  });

  it('v1 answers with racks and the controller', () => {
    expectBytes(
      Metadata.response,
      1,
      {
        throttleTimeMs: 0,
        brokers: [{ nodeId: 1, host: 'h', port: 9092 }],
        controllerId: 1,
        topics: [
          {
            errorCode: 0,
            name: 't',
            topicId: TOPIC_ID,
            partitions: [
              {
                errorCode: 0,
                partitionIndex: 0,
                leaderId: 1,
                replicaNodes: [1, 2],
                isrNodes: [1],
                offlineReplicas: [2],
              },
            ],
          },
        ],
        errorCode: 0,
      },
      `00000001 00000001 0001 'h' 00002384 ffff 00000001 00000001 0000 0001 't' 00
        00000001 0000 00000000 00000001 00000002 00000001 00000002 00000001 00000001`,
    );
  });
});

describe('writing', () => {
  it('refuses what does not fit its field', () => {
    const invalid = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
    const partition = { index: 0, errorCode: 70_000, baseOffset: 0, recordErrors: [] };
    const answer = { responses: [{ name: 't', topicId: TOPIC_ID, partitionResponses: [partition] }] };
    expect(() => Produce.response.encode(9, answer)).toThrowError(invalid);
    expect(() => SaslHandshake.request.encode(0, { mechanism: 'x'.repeat(40_000) })).toThrowError(invalid);
    expect(() => SaslHandshake.request.encode(0, { mechanism: 'é'.repeat(20_000) })).toThrowError(invalid);
    expect(() => SaslHandshake.request.encode(0, {} as never)).toThrowError(
      'mechanism may not be left out of version 0',
    );
  });

  it('passes records on without copying them', () => {
    const batches = [new Uint8Array(5000), new Uint8Array(2000)];
    const chunks = Fetch.response.encode(12, {
      throttleTimeMs: 0,
      errorCode: 0,
      responses: [
        {
          topic: 't',
          topicId: TOPIC_ID,
          partitions: [{ partitionIndex: 0, errorCode: 0, highWatermark: 1, records: batches }],
        },
      ],
    });
    expect(chunks).toHaveLength(4);
    expect(chunks[1]).toBe(batches[0]);
    expect(chunks[2]).toBe(batches[1]);
  });
});

describe('reading', () => {
  it('gives records as a slice of the frame', () => {
    const frame = bytesOf("ffff 0001 00007530 00000001 0001 't' 00000001 00000000 00000003 010203");
    const records = Produce.request.decode(3, frame).topicData[0]?.partitionData[0]?.records;
    expect(records?.buffer).toBe(frame.buffer);
    expect(records).toEqual(RECORDS);
  });

  it('passes over tagged fields that it does not know, and refuses known ones of another size', () => {
    const known = Produce.response.decode(10, bytesOf('01 00000000 02 00 01 01 09 03 aabbcc'));
    expect(known.nodeEndpoints).toEqual([]);
    expect(() => Produce.response.decode(10, bytesOf('01 00000000 01 00 03 01 00 00'))).toThrowError(
      'nodeEndpoints states 3 bytes and takes 1',
    );
  });

  it('leaves alone what follows the message, as Kafka does', () => {
    expect(SaslHandshake.request.decode(0, bytesOf("0001 'a' ffff")).mechanism).toBe('a');
  });

  it('refuses numbers that JavaScript cannot hold', () => {
    const frame = bytesOf("ffffffff 00 00000001 0001 't' 00000001 00000000 7fffffffffffffff");
    expect(() => Fetch.request.decode(4, frame)).toThrowError(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});
