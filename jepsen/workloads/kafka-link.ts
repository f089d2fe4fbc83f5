/**
 * Kafka's protocol as bare as it is: metadata, fetch and offsets of single partitions, asked of their leaders, without groups. Readers that stand on
 * what a library buffers would not tell what the cluster handed out when.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { batchesIn, decodeRecords } from '@flowmesh/kafka';
import {
  type Api,
  type Decoded,
  type Encodable,
  Fetch,
  type Fields,
  FrameReader,
  ListOffsets,
  Metadata,
  readResponseHeader,
  requestFrame,
  ZERO_UUID,
} from '@flowmesh/kafka/protocol';
import type { PolledRecord } from '../history/stream-values.ts';

const FRAME_BYTES_MAX = 1 << 28;
const FETCH_BYTES_MAX = 1 << 20;
const FETCH_WAIT_MS = 200;
const CONSUMER = -1;
const LATEST = -1;

/** One connection; requests are answered in their order. */
class KafkaConnection {
  private readonly socket: Socket;
  private readonly reader = new FrameReader({ frameBytesMax: FRAME_BYTES_MAX });
  private readonly waiting: ((frame: Uint8Array | undefined) => void)[] = [];
  private correlation = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      for (const frame of this.reader.push(chunk)) this.waiting.shift()?.(frame);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const each of this.waiting.splice(0)) each(undefined);
    });
  }

  static async open(address: string, signal: AbortSignal): Promise<KafkaConnection> {
    const colon = address.lastIndexOf(':');
    const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) });
    const connection = new KafkaConnection(socket);
    try {
      await once(socket, 'connect', { signal });
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return connection;
  }

  get closed(): boolean {
    return this.socket.destroyed;
  }

  close(): void {
    this.socket.destroy();
  }

  async call<Req extends Fields, Res extends Fields>(
    api: Api<Req, Res>,
    version: number,
    request: Encodable<Req>,
    signal: AbortSignal,
  ): Promise<Decoded<Res>> {
    const correlationId = ++this.correlation;
    const answered = new Promise<Uint8Array | undefined>((resolve) => this.waiting.push(resolve));
    const { chunks } = requestFrame(api, { version, correlationId, clientId: 'jepsen' }, request);
    for (const chunk of chunks) this.socket.write(chunk);
    // What comes later would be taken for the answer to something else.
    const giveUp = (): void => this.close();
    signal.addEventListener('abort', giveUp, { once: true });
    const frame = await answered;
    signal.removeEventListener('abort', giveUp);
    if (frame === undefined || signal.aborted) throw new Error(`${api.name}: the connection ended`);
    return api.response.decode(version, frame, readResponseHeader(frame, api, version).bodyAt);
  }
}

export class KafkaLink {
  private readonly addresses: readonly string[];
  private readonly topic: string;
  private readonly connections = new Map<string, KafkaConnection>();
  /** By partition: the address of its leader. */
  private leaders = new Map<number, string>();
  private turn = 0;

  constructor(addresses: readonly string[], topic: string) {
    this.addresses = addresses;
    this.topic = topic;
  }

  /** Records from an offset on, and where to go on; throws where the leader is not known or refuses. */
  async fetch(
    partition: number,
    offset: number,
    signal: AbortSignal,
  ): Promise<{ readonly records: readonly PolledRecord[]; readonly next: number }> {
    const answer = await this.atLeader(partition, signal, (connection) =>
      connection.call(
        Fetch,
        12,
        {
          maxWaitMs: FETCH_WAIT_MS,
          minBytes: 1,
          maxBytes: FETCH_BYTES_MAX,
          isolationLevel: 1,
          topics: [
            {
              topic: this.topic,
              topicId: ZERO_UUID,
              partitions: [{ partition, fetchOffset: offset, partitionMaxBytes: FETCH_BYTES_MAX }],
            },
          ],
          forgottenTopicsData: [],
        },
        signal,
      ),
    );
    const found = answer.responses[0]?.partitions[0];
    this.refuse(partition, found?.errorCode ?? answer.errorCode ?? -1);
    return recordsOf(partition, found?.records ?? new Uint8Array(0), offset);
  }

  async end(
    partition: number,
    signal: AbortSignal,
  ): Promise<{ readonly offset: number; readonly epoch: number }> {
    const answer = await this.atLeader(partition, signal, (connection) =>
      connection.call(
        ListOffsets,
        6,
        {
          replicaId: CONSUMER,
          isolationLevel: 1,
          timeoutMs: 0,
          topics: [{ name: this.topic, partitions: [{ partitionIndex: partition, timestamp: LATEST }] }],
        },
        signal,
      ),
    );
    const found = answer.topics[0]?.partitions[0];
    this.refuse(partition, found?.errorCode ?? -1);
    return { offset: Number(found?.offset ?? -1), epoch: found?.leaderEpoch ?? -1 };
  }

  close(): void {
    for (const connection of this.connections.values()) connection.close();
    this.connections.clear();
  }

  private refuse(partition: number, errorCode: number): void {
    if (errorCode === 0) return;
    this.leaders.delete(partition);
    throw new Error(`partition ${partition}: error ${errorCode}`);
  }

  private async atLeader<T>(
    partition: number,
    signal: AbortSignal,
    call: (connection: KafkaConnection) => Promise<T>,
  ): Promise<T> {
    if (!this.leaders.has(partition)) await this.learn(signal);
    const address = this.leaders.get(partition);
    if (address === undefined) throw new Error(`partition ${partition} has no leader`);
    try {
      return await call(await this.connection(address, signal));
    } catch (error) {
      this.leaders.delete(partition);
      throw error;
    }
  }

  private async learn(signal: AbortSignal): Promise<void> {
    const address = this.addresses[this.turn++ % this.addresses.length] ?? '';
    const connection = await this.connection(address, signal);
    const topics = [{ topicId: ZERO_UUID, name: this.topic }];
    const request = {
      topics,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    };
    const { brokers, topics: found } = await connection.call(Metadata, 9, request, signal);
    const places = new Map(brokers.map(({ nodeId, host, port }) => [nodeId, `${host}:${port}`]));
    this.leaders = new Map(
      (found[0]?.partitions ?? []).flatMap(({ partitionIndex, leaderId }) => {
        const place = places.get(leaderId);
        return place === undefined ? [] : [[partitionIndex, place] as const];
      }),
    );
  }

  private async connection(address: string, signal: AbortSignal): Promise<KafkaConnection> {
    const known = this.connections.get(address);
    if (known !== undefined && !known.closed) return known;
    const made = await KafkaConnection.open(address, signal);
    this.connections.set(address, made);
    return made;
  }
}

/** Of a topic without transactions: there are no control batches. */
function recordsOf(
  partition: number,
  batches: Uint8Array,
  from: number,
): { readonly records: readonly PolledRecord[]; readonly next: number } {
  const records: PolledRecord[] = [];
  let next = from;
  for (const batch of batchesIn(batches)) {
    for (const { offset, value } of decodeRecords(batch)) {
      if (offset < from) continue;
      next = offset + 1;
      records.push([partition, offset, Buffer.from(value ?? []).toString()]);
    }
  }
  return { records, next };
}
