/**
 * Calls to the leader of a queue with one shard, as bare as gRPC allows, so that what is measured is the node and not the SDK. They follow
 * the leader: what is unanswered is repeated, enqueues under their old request ids.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FlowMesh } from '@flowmesh/client';
import { type flowmesh, QueuesClient } from '@flowmesh/proto';
import { type CallOptions, credentials, Metadata } from '@grpc/grpc-js';
import { leadersOf } from './watch.ts';

type Receipt = flowmesh.v1.Receipt.$Properties;
export type ReceivedJob = flowmesh.v1.Job.$Properties;

const MESSAGE_BYTES_MAX = 64 << 20;
/** Messages of an enqueue under way at once. */
const WINDOW = 8;
const CALL_TIMEOUT_MS = 20_000;
const ATTEMPTS_MAX = 30;
const RETRY_MS = 200;
const NO_METADATA = new Metadata();

interface Message {
  readonly requestId: string;
  readonly jobs: flowmesh.v1.NewJob.$Properties[];
}

export class QueueCalls {
  /** Attempts that failed. */
  retries = 0;
  private readonly mesh: FlowMesh;
  private readonly queue: string;
  private readonly clients = new Map<string, QueuesClient>();
  private current: { readonly node: number; readonly client: QueuesClient } | undefined;
  private requests = 0;

  constructor(mesh: FlowMesh, queue: string) {
    this.mesh = mesh;
    this.queue = queue;
  }

  async create(replicationFactor: number, config: Record<string, string>): Promise<void> {
    const [endpoint] = (await this.mesh.metadata()).nodes;
    const client = this.clientOf((endpoint as { readonly address: string }).address);
    const request = { name: this.queue, shards: 1, replicationFactor, config, requestId: this.queue };
    await unary((done, options) => client.createQueue(request, NO_METADATA, options, done));
  }

  /** Node id of the leader. */
  async leader(): Promise<number> {
    return (await this.place()).node;
  }

  /** `count` jobs, pipelined in messages of `perMessage`; resolves when all are acknowledged. */
  async enqueue(
    count: number,
    job: (i: number) => flowmesh.v1.NewJob.$Properties,
    perMessage = 1_000,
  ): Promise<void> {
    const unanswered = new Map<number, Message>();
    let sent = 0;
    const next = (): number | undefined => {
      const take = Math.min(perMessage, count - sent);
      if (take === 0) return undefined;
      const jobs = Array.from({ length: take }, (_, i) => job(sent + i));
      sent += take;
      const correlation = ++this.requests;
      unanswered.set(correlation, { requestId: `r${correlation}`, jobs });
      return correlation;
    };
    for (let attempt = 0; sent < count || unanswered.size > 0; attempt++) {
      if (attempt > ATTEMPTS_MAX) throw new Error('enqueueing does not go on');
      const { client } = await this.place();
      const error = await this.pipeline(client, unanswered, next);
      if (error !== undefined) await this.failed(error);
    }
  }

  async receive(max: number, visibilityTimeoutMs = 60_000): Promise<readonly ReceivedJob[]> {
    const request = { queue: this.queue, shard: 0, max, maxWaitMs: 5_000, visibilityTimeoutMs };
    const answer = await this.atLeader<flowmesh.v1.ReceiveResponse>((client) =>
      unary((done, options) => client.receive(request, NO_METADATA, options, done)),
    );
    return answer.jobs;
  }

  /** Outcomes in the order of the jobs. */
  async ack(jobs: readonly ReceivedJob[]): Promise<readonly string[]> {
    const request = { queue: this.queue, receipts: jobs.map(({ receipt }) => receipt as Receipt) };
    const answer = await this.atLeader<flowmesh.v1.SettleResponse>((client) =>
      unary((done, options) => client.ack(request, NO_METADATA, options, done)),
    );
    return answer.results.map(({ outcome }) => outcome ?? '');
  }

  async stats(): Promise<flowmesh.v1.QueueStats.$Properties> {
    const answer = await this.atLeader<flowmesh.v1.QueueStatsResponse>((client) =>
      unary((done, options) => client.getQueueStats({ queue: this.queue }, NO_METADATA, options, done)),
    );
    return answer.total ?? {};
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
  }

  /** Sends what is unanswered, then what is new; resolves when all is answered, or with why it cannot go on here. */
  private async pipeline(
    client: QueuesClient,
    unanswered: Map<number, Message>,
    next: () => number | undefined,
  ): Promise<unknown> {
    const call = client.enqueueStream();
    const error = await new Promise<unknown>((resolve) => {
      const send = (correlation: number): void => {
        call.write({
          queue: this.queue,
          shard: 0,
          correlation,
          ...(unanswered.get(correlation) as Message),
        });
      };
      call.on('data', (response: flowmesh.v1.EnqueueResponse) => {
        const failed = response.error ?? response.results.find((result) => result.error)?.error;
        if (failed) return resolve(new Error(`enqueue: ${failed.code} ${failed.message}`));
        unanswered.delete(response.correlation);
        const correlation = next();
        if (correlation !== undefined) send(correlation);
        else if (unanswered.size === 0) resolve(undefined);
      });
      call.on('error', resolve);
      for (const correlation of unanswered.keys()) send(correlation);
      while (unanswered.size < WINDOW) {
        const correlation = next();
        if (correlation === undefined) break;
        send(correlation);
      }
    });
    call.on('error', () => undefined);
    if (error === undefined) call.end();
    else call.cancel();
    return error;
  }

  private async atLeader<T>(run: (client: QueuesClient) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await run((await this.place()).client);
      } catch (error) {
        if (attempt === ATTEMPTS_MAX) throw error;
        await this.failed(error);
      }
    }
  }

  private async failed(error: unknown): Promise<void> {
    if (this.retries++ === 0) console.log(`retried: ${String(error)}`);
    this.current = undefined;
    await sleep(RETRY_MS);
  }

  private async place(): Promise<{ readonly node: number; readonly client: QueuesClient }> {
    if (this.current === undefined) {
      const [leader] = await leadersOf(this.mesh, `queue:${this.queue}`, 1);
      const node = (await this.mesh.metadata()).nodes.find(({ id }) => id === leader);
      if (node === undefined) throw new Error(`node ${leader} is not known`);
      this.current = { node: node.id, client: this.clientOf(node.address) };
    }
    return this.current;
  }

  private clientOf(address: string): QueuesClient {
    let client = this.clients.get(address);
    if (client === undefined) {
      client = new QueuesClient(address, credentials.createInsecure(), {
        'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
        'grpc.use_local_subchannel_pool': 1,
      });
      this.clients.set(address, client);
    }
    return client;
  }
}

function unary<T>(
  call: (done: (error: Error | null, response?: T) => void, options: CallOptions) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error === null ? resolve(response as T) : reject(error)), {
      deadline: Date.now() + CALL_TIMEOUT_MS,
    });
  });
}
