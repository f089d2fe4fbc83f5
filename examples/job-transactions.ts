/** Acknowledges a job and writes its result together: no job without a result, and no result twice. */
import { connect } from '@flowmesh/client';

await using mesh = await connect();
await mesh.queues.create({ name: 'renderings', ifNotExists: true });
await mesh.streams.create({ name: 'rendered', ifNotExists: true });
await mesh.queues.enqueue('renderings', { payload: 'page 1' });

const transaction = mesh.transaction('renderer-1');
for (const job of await mesh.queues.receive('renderings', { waitMs: 10_000 })) {
  await transaction.begin();
  const result = `${new TextDecoder().decode(job.payload)} as PDF`;
  await transaction.send({ stream: 'rendered', value: result });
  await transaction.ack('renderings', [job.receipt]);
  await transaction.commit();
  console.log(result);
}
