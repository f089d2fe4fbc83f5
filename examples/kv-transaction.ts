/** Changes several keys together, if a condition holds. Keys with the same `{tag}` lie in the same shard. */
import { connect } from '@flowmesh/client';

await using mesh = await connect();
await mesh.kv.create({ name: 'stock', shards: 4, ifNotExists: true });
const stock = mesh.kv.bucket<number | string>('stock');
await stock.put('{mug}/left', 1);

for (const customer of ['ada', 'grace']) {
  const { succeeded } = await stock.txn({
    if: [{ key: '{mug}/left', value: 0, is: '!=' }],
    do: [
      { put: '{mug}/left', value: 0 },
      { put: `{mug}/sold-to/${customer}`, value: customer },
    ],
  });
  console.log(customer, succeeded ? 'has a mug' : 'comes too late');
}
