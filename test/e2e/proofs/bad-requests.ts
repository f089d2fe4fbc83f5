/** Requests that a node must refuse, each with the codes it may be refused with. */
import { crc32c } from '@flowmesh/base';
import { encodeBatch } from '@flowmesh/kafka';
import { flowmesh } from '@flowmesh/proto';

export interface BadRequest {
  readonly what: string;
  readonly method: string;
  readonly message: Uint8Array;
  /** Any of these. */
  readonly codes: readonly string[];
}

export interface BadRequestTarget {
  readonly stream: string;
  /** A partition that the asked node leads. */
  readonly partition: number;
}

const { v1 } = flowmesh;
const STREAMS = '/flowmesh.v1.Streams';
const CLUSTER = '/flowmesh.v1.Cluster';
const PEER = '/flowmesh.internal.v1.Peer';
const INVALID = ['INVALID_ARGUMENT'];
const BATCH_CRC_AT = 17;
const MIB = 1 << 20;

/** Every method of the node's faces, for messages that are none. */
export const CLIENT_METHODS: readonly string[] = [
  ...[
    'CreateStream',
    'DeleteStream',
    'GetStream',
    'ListStreams',
    'InitProducer',
    'Append',
    'AppendStream',
    'Read',
    'Subscribe',
    'GetOffsets',
    'Truncate',
  ].map((name) => `${STREAMS}/${name}`),
  `${CLUSTER}/Metadata`,
  `${CLUSTER}/Status`,
  '/grpc.health.v1.Health/Check',
];
export const PEER_METHODS: readonly string[] = ['Receive', 'PullSnapshot', 'Forward', 'Join'].map(
  (name) => `${PEER}/${name}`,
);

function batchOf(valueBytes: number): Uint8Array {
  const value = new Uint8Array(valueBytes).fill(7);
  return encodeBatch([{ key: undefined, value, headers: [], timestampMs: 1 }], { crc: crc32c });
}

function changed(batch: Uint8Array, at: number, to: (byte: number) => number): Uint8Array {
  const copy = batch.slice();
  copy[at] = to(copy[at] as number);
  return copy;
}

/** With a checksum that is right, so that only the field itself is at fault. */
function withField(batch: Uint8Array, at: number, bytes: readonly number[]): Uint8Array {
  const copy = batch.slice();
  copy.set(bytes, at);
  new DataView(copy.buffer).setUint32(BATCH_CRC_AT, crc32c(copy.subarray(BATCH_CRC_AT + 4)));
  return copy;
}

export function badAppends({ stream, partition }: BadRequestTarget): readonly BadRequest[] {
  const whole = batchOf(100);
  const append = (what: string, batch: Uint8Array, codes: readonly string[]): BadRequest => ({
    what,
    method: `${STREAMS}/Append`,
    message: v1.AppendRequest.encode({ stream, partition, batch }).finish(),
    codes,
  });
  const asked = (what: string, more: object, codes: readonly string[]): BadRequest => ({
    what,
    method: `${STREAMS}/Append`,
    message: v1.AppendRequest.encode({ stream, partition, batch: whole, ...more }).finish(),
    codes,
  });
  const corrupt = ['CORRUPT_BATCH'];
  const corruptOrInvalid = ['CORRUPT_BATCH', 'INVALID_ARGUMENT'];
  return [
    append(
      'a batch with a wrong checksum',
      changed(whole, BATCH_CRC_AT, (byte) => byte ^ 1),
      corrupt,
    ),
    append(
      'a batch with a flipped bit',
      changed(whole, whole.length - 3, (byte) => byte ^ 1),
      corrupt,
    ),
    append('a batch without its end', whole.subarray(0, whole.length - 5), corruptOrInvalid),
    append('a batch with bytes behind it', Uint8Array.of(...whole, 1, 2, 3), corruptOrInvalid),
    append(
      'a batch of an unknown format',
      changed(whole, 16, () => 1),
      ['UNSUPPORTED', ...corruptOrInvalid],
    ),
    append(
      'a command where a batch should be',
      changed(whole, 16, () => 0x7f),
      ['UNSUPPORTED', ...corruptOrInvalid],
    ),
    append(
      'a batch with a negative record count',
      withField(whole, 57, [255, 255, 255, 255]),
      corruptOrInvalid,
    ),
    append('a batch with too many records said', withField(whole, 57, [0, 0, 0, 9]), corruptOrInvalid),
    append('a batch of an unknown compression', withField(whole, 21, [0, 7]), [
      'UNSUPPORTED',
      ...corruptOrInvalid,
    ]),
    append('an empty batch', new Uint8Array(0), corruptOrInvalid),
    append('noise where a batch should be', new Uint8Array(200).fill(0xa5), [
      'UNSUPPORTED',
      ...corruptOrInvalid,
    ]),
    append('a batch beyond the stream limit', batchOf(2 * MIB), ['BATCH_TOO_LARGE']),
    asked('an append to an unknown stream', { stream: 'no-such-stream' }, ['NOT_FOUND']),
    asked('an append to an unknown partition', { partition: 999 }, ['NOT_FOUND', ...INVALID]),
    asked('an append to a negative partition', { partition: -1 }, INVALID),
    asked('an append without a stream', { stream: '' }, INVALID),
    asked('an append with a negative timeout', { timeoutMs: -5 }, INVALID),
    asked('an append with acknowledgements unknown', { acks: 17 }, INVALID),
    asked('an append of nothing', { batch: undefined }, INVALID),
    asked('an append of no records', { batch: undefined, records: { records: [] } }, INVALID),
    asked('an append to a stream of endless name', { stream: 'x'.repeat(100_000) }, [
      'NOT_FOUND',
      ...INVALID,
    ]),
  ];
}

export function badAdministration({ stream }: BadRequestTarget): readonly BadRequest[] {
  let requests = 0;
  const create = (what: string, more: object, codes: readonly string[] = INVALID): BadRequest => ({
    what: `creating ${what}`,
    method: `${STREAMS}/CreateStream`,
    message: v1.CreateStreamRequest.encode({
      name: 'good',
      requestId: `bad-${requests++}`,
      ...more,
    }).finish(),
    codes,
  });
  return [
    create('a stream without a name', { name: '' }),
    create('a stream of too long a name', { name: 'n'.repeat(500) }),
    create('a stream of an endless name', { name: 'n'.repeat(100_000) }),
    create('a stream named ..', { name: '..' }),
    create('a stream named with a control character', { name: 'a\u0000b' }),
    create('a stream named with a space', { name: 'a b' }),
    create('a stream of a path with an empty part', { name: 'a//b' }),
    create('a stream with negative partitions', { partitions: -3 }),
    create('a stream with a million partitions', { partitions: 1_000_000 }),
    create('a stream with a negative replication factor', { replicationFactor: -1 }),
    create('a stream of more replicas than nodes', { replicationFactor: 5 }, [
      'PRECONDITION_FAILED',
      ...INVALID,
    ]),
    create('a stream with an unknown key', { config: { 'retentoin.ms': '1000' } }),
    create('a stream with a bad value', { config: { 'max.message.bytes': '-7' } }),
    create('a stream without a request id', { requestId: '' }),
    create('a stream with too long a request id', { requestId: 'r'.repeat(65) }),
    create('a stream that is there', { name: stream }, ['ALREADY_EXISTS']),
    {
      what: 'deleting an unknown stream',
      method: `${STREAMS}/DeleteStream`,
      message: v1.DeleteStreamRequest.encode({ name: 'no-such-stream', requestId: 'bad-delete' }).finish(),
      codes: ['NOT_FOUND'],
    },
    {
      what: 'describing an unknown stream',
      method: `${STREAMS}/GetStream`,
      message: v1.GetStreamRequest.encode({ name: 'no-such-stream' }).finish(),
      codes: ['NOT_FOUND'],
    },
    {
      what: 'listing a negative number of streams',
      method: `${STREAMS}/ListStreams`,
      message: v1.ListStreamsRequest.encode({ pageSize: -1 }).finish(),
      codes: INVALID,
    },
    {
      what: 'a producer id without a request id',
      method: `${STREAMS}/InitProducer`,
      message: v1.InitProducerRequest.encode({}).finish(),
      codes: INVALID,
    },
  ];
}

export function badReads({ stream, partition }: BadRequestTarget): readonly BadRequest[] {
  const read = (what: string, more: object, codes: readonly string[] = INVALID): BadRequest => ({
    what: `reading ${what}`,
    method: `${STREAMS}/Read`,
    message: v1.ReadRequest.encode({ stream, partition, ...more }).finish(),
    codes,
  });
  return [
    read('an unknown stream', { stream: 'no-such-stream' }, ['NOT_FOUND']),
    read('an unknown partition', { partition: 999 }, ['NOT_FOUND', ...INVALID]),
    read('a negative partition', { partition: -2 }),
    read('from a negative offset', { offset: -1 }),
    read('from beyond the end', { offset: 1_000_000_000 }, ['OFFSET_OUT_OF_RANGE']),
    read('a negative number of bytes', { maxBytes: -1 }),
    read('with a negative wait', { maxWaitMs: -1 }),
    read('with an endless wait', { maxWaitMs: 2_000_000_000 }),
    read('in an unknown format', { format: 9 }),
    {
      what: 'offsets of no time',
      method: `${STREAMS}/GetOffsets`,
      message: v1.GetOffsetsRequest.encode({ stream }).finish(),
      codes: INVALID,
    },
    {
      what: 'offsets of a time before all time',
      method: `${STREAMS}/GetOffsets`,
      message: v1.GetOffsetsRequest.encode({ stream, timestampMs: -5 }).finish(),
      codes: INVALID,
    },
    {
      what: 'truncating before a negative offset',
      method: `${STREAMS}/Truncate`,
      message: v1.TruncateRequest.encode({ stream, partition, beforeOffset: -9, requestId: 'bad' }).finish(),
      codes: INVALID,
    },
    {
      what: 'truncating behind the end',
      method: `${STREAMS}/Truncate`,
      message: v1.TruncateRequest.encode({
        stream,
        partition,
        beforeOffset: 1_000_000_000,
        requestId: 'bad',
      }).finish(),
      codes: ['OFFSET_OUT_OF_RANGE', ...INVALID],
    },
    {
      what: 'a subscription that never says to what',
      method: `${STREAMS}/Subscribe`,
      message: v1.SubscribeRequest.encode({ creditBytes: 5 }).finish(),
      codes: INVALID,
    },
    {
      what: 'a subscription to an unknown stream',
      method: `${STREAMS}/Subscribe`,
      message: v1.SubscribeRequest.encode({
        start: { stream: 'no-such-stream', positions: [{ partition: 0, offset: 0 }], creditBytes: 1_000 },
      }).finish(),
      codes: ['NOT_FOUND'],
    },
    {
      what: 'a subscription with negative credit',
      method: `${STREAMS}/Subscribe`,
      message: v1.SubscribeRequest.encode({
        start: { stream, positions: [{ partition, offset: 0 }], creditBytes: -1_000 },
      }).finish(),
      codes: INVALID,
    },
  ];
}

/** For the listener between nodes: strangers, and nodes of another cluster. */
export function badPeers(clusterId: string): readonly BadRequest[] {
  const { JoinRequest, Hello, ForwardRequest, PullSnapshotRequest } = flowmesh.internal.v1;
  const uuid = '00000000-0000-4000-8000-000000000000';
  const address = '127.0.0.1:1';
  const joiner = { nodeUuid: uuid, peerAddress: address, grpcAddress: address, httpAddress: address };
  const hello = { clusterId, nodeId: 1, nodeUuid: uuid, toNodeId: 1, protocolVersion: 1, session: 's' };
  const strange = ['IDENTITY_MISMATCH', 'UNAVAILABLE', 'UNSUPPORTED', ...INVALID];
  const method = (name: string): string => `${PEER}/${name}`;
  return [
    {
      what: 'joining with another cluster id',
      method: method('Join'),
      message: JoinRequest.encode({ ...joiner, clusterId: 'another' }).finish(),
      codes: ['WRONG_CLUSTER'],
    },
    {
      what: 'joining without an identity',
      method: method('Join'),
      message: JoinRequest.encode({ clusterId }).finish(),
      codes: INVALID,
    },
    {
      what: 'joining from no address',
      method: method('Join'),
      message: JoinRequest.encode({ ...joiner, clusterId, peerAddress: 'nowhere' }).finish(),
      codes: INVALID,
    },
    {
      what: 'a hello of another cluster',
      method: method('Receive'),
      message: Hello.encode({ ...hello, clusterId: 'another' }).finish(),
      codes: ['WRONG_CLUSTER'],
    },
    {
      what: 'a hello in the name of a node',
      method: method('Receive'),
      message: Hello.encode(hello).finish(),
      codes: strange,
    },
    {
      what: 'a hello of an unknown node',
      method: method('Receive'),
      message: Hello.encode({ ...hello, nodeId: 60_000 }).finish(),
      codes: strange,
    },
    {
      what: 'a hello of another protocol',
      method: method('Receive'),
      message: Hello.encode({ ...hello, protocolVersion: 99 }).finish(),
      codes: ['UNSUPPORTED'],
    },
    {
      what: 'a metadata command of a stranger',
      method: method('Forward'),
      message: ForwardRequest.encode({ clusterId, nodeId: 1, command: new Uint8Array(50).fill(9) }).finish(),
      codes: ['WRONG_CLUSTER', ...strange],
    },
    {
      what: 'a snapshot for a stranger',
      method: method('PullSnapshot'),
      message: PullSnapshotRequest.encode({ clusterId, nodeId: 1, groupId: 1 }).finish(),
      codes: ['WRONG_CLUSTER', ...strange],
    },
  ];
}
