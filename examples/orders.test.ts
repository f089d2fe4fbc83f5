/** A test with a real broker in its process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBroker } from '@flowmesh/testing';

test('an order is read as it was written', async () => {
  await using broker = await startBroker({ memory: true });
  const mesh = await broker.mesh();
  await mesh.streams.create({ name: 'orders' });

  await mesh.producer().send({ stream: 'orders', key: 'order-1', value: '{"total":18}' });

  for await (const { value } of mesh.consume({ stream: 'orders', from: 'earliest', count: 1 })) {
    assert.equal(new TextDecoder().decode(value), '{"total":18}');
  }
});
