/** Puts jobs into a queue, with a priority, a delay and a deduplication id, and takes them out by hand. */
import { connect } from '@flowmesh/client';

await using mesh = await connect();
await mesh.queues.create({ name: 'thumbnails', ifNotExists: true });

await mesh.queues.enqueue('thumbnails', { payload: 'cat.jpg', dedupId: 'cat' });
const again = await mesh.queues.enqueue('thumbnails', { payload: 'cat.jpg', dedupId: 'cat' });
console.log(again.duplicate);
await mesh.queues.enqueue('thumbnails', { payload: 'urgent.jpg', priority: 9 });
await mesh.queues.enqueue('thumbnails', { payload: 'tomorrow.jpg', delayMs: 24 * 3_600_000 });

for (const job of await mesh.queues.receive('thumbnails', { max: 10, waitMs: 10_000 })) {
  console.log(job.attempt, new TextDecoder().decode(job.payload));
  await job.ack();
}
