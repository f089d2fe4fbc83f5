/** Chooses one of several processes: a key that only one can put, and that goes when its owner does. */
import { connect, textCodec } from '@flowmesh/client';

await using mesh = await connect();
await mesh.kv.create({ name: 'elections', ifNotExists: true });
const elections = mesh.kv.bucket('elections', { codec: textCodec });

await using lease = elections.lease({ ttlMs: 10_000, onLost: (error) => console.error(error.message) });
const won = await elections.cas('reports', { expected: 0, value: 'process 1', expiry: { lease } });
console.log(won.swapped ? 'this process leads' : `${won.current?.value} leads`);

const again = await elections.cas('reports', { expected: 0, value: 'process 2' });
if (!again.swapped) console.log(`${again.current?.value} leads`);
