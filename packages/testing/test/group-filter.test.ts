/** Groups that read with a filter: what does not match is passed, what is in hand is not. */
import { expect, it, vi } from 'vitest';
import { startBroker } from '../src/index.ts';

it('what a filter leaves out is committed up to the next record that matches, and never past the one in hand, nor by a commit that is cancelled', async () => {
  await using broker = await startBroker();
  const mesh = await broker.mesh();
  await mesh.streams.create({ name: 'orders' });
  const producer = mesh.producer();
  for (const total of [9, 18, 100, 120, 7])
    await producer.send({ stream: 'orders', value: JSON.stringify({ total }) });
  const filter = 'payload.total == 9 || payload.total == 120';
  const consumer = mesh.consumer({ group: 'g', streams: ['orders'], filter });
  const reading = consumer[Symbol.asyncIterator]();
  const place = (offset: number) => [{ stream: 'orders', partition: 0, offset }];
  expect((await reading.next()).value).toMatchObject({ offset: 0 });
  expect(consumer.positions()).toEqual(place(1));
  await consumer.commit();
  // The next one that matches has come; it has not been handed out.
  await vi.waitUntil(() => consumer.positions()[0]?.offset === 3, { timeout: 20_000 });
  expect((await reading.next()).value).toMatchObject({ offset: 3 });
  expect(consumer.positions()).toEqual(place(4));
  await consumer.commit();
  await vi.waitUntil(() => consumer.positions()[0]?.offset === 5, { timeout: 20_000 });
  const signal = AbortSignal.abort();
  await expect(consumer.commit(undefined, { signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(consumer.positions()).toEqual(place(5));
  await consumer.commit();
  const { partitions } = await mesh.groups.describe('g');
  expect(partitions).toMatchObject([{ committedOffset: 5, lag: 0 }]);
  await reading.return(undefined);
});
