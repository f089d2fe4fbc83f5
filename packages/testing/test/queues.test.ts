/** Queues and transactions of the SDK against a real node. */
import { textCodec } from '@flowmesh/client';
import { expect, it } from 'vitest';
import { startBroker } from '../src/index.ts';

it('a job that is acknowledged and the next one that it makes take effect together, or not at all', async () => {
  await using broker = await startBroker({ memory: true });
  const mesh = await broker.mesh();
  await mesh.queues.create({ name: 'first', shards: 2 });
  await mesh.queues.create({ name: 'second', shards: 2 });
  await mesh.queues.enqueue('first', { payload: 'order', key: 'k' });
  const [job] = await mesh.queues.receive('first', { waitMs: 5_000 });
  if (job === undefined) throw new Error('no job came');
  await using transaction = mesh.transaction('mover');
  const move = async (): Promise<void> => {
    await transaction.begin();
    await transaction.enqueue('second', { payload: 'invoice', key: 'k' });
    await transaction.ack('first', [job.receipt]);
  };
  await move();
  expect(await mesh.queues.receive('second')).toEqual([]);
  await transaction.abort();
  expect(await mesh.queues.receive('second', { waitMs: 300 })).toEqual([]);
  await move();
  await transaction.commit();
  const [made] = await mesh.queues.receive('second', { waitMs: 5_000, codec: textCodec });
  expect(made?.payload).toBe('invoice');
  await expect(job.ack()).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
  expect((await mesh.queues.operations.stats('first')).total).toMatchObject({ leased: 0, completedTotal: 1 });
});
