import { QueuesClient, type flowmesh } from '@flowmesh/proto';
import { credentials } from '@grpc/grpc-js';
import { expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';

it('one node takes a job, delivers it and is told that it is done', async () => {
  await using cluster = await Cluster.start({ nodes: 1 });
  const [endpoint] = cluster.endpoints;
  const client = new QueuesClient(endpoint as string, credentials.createInsecure());
  try {
    const call = <T>(run: (done: (error: Error | null, response?: T) => void) => unknown): Promise<T> =>
      new Promise((resolve, reject) => {
        run((error, response) => (error === null ? resolve(response as T) : reject(error)));
      });
    await call<flowmesh.v1.Queue>((done) => client.createQueue({ name: 'mail', requestId: 'c' }, done));
    await call<flowmesh.v1.EnqueueResponse>((done) =>
      client.enqueue({ queue: 'mail', jobs: [{ payload: Buffer.from('hello') }] }, done),
    );
    const { jobs } = await call<flowmesh.v1.ReceiveResponse>((done) =>
      client.receive({ queue: 'mail', maxWaitMs: 5_000 }, done),
    );
    expect(jobs.map(({ payload }) => Buffer.from(payload ?? []).toString())).toEqual(['hello']);
    const receipts = jobs.map(({ receipt }) => receipt ?? {});
    const { results } = await call<flowmesh.v1.SettleResponse>((done) =>
      client.ack({ queue: 'mail', receipts }, done),
    );
    expect(results).toMatchObject([{ outcome: 'done' }]);
  } finally {
    client.close();
  }
});
