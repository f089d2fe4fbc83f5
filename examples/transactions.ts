/** Reads deliveries, writes an invoice for each, and commits the group's offset with it: each delivery has one invoice, whatever fails. */
import { connect } from '@flowmesh/client';

await using mesh = await connect();
for (const name of ['deliveries', 'invoices']) await mesh.streams.create({ name, ifNotExists: true });
await mesh.producer().send({ stream: 'deliveries', key: 'delivery-1', value: '18 EUR' });

const consumer = mesh.consumer({ group: 'billing', streams: ['deliveries'] });
const transaction = mesh.transaction('billing-1');
for await (const { key, value } of consumer) {
  await transaction.begin();
  await transaction.send({
    stream: 'invoices',
    key,
    value: `invoice over ${new TextDecoder().decode(value)}`,
  });
  await transaction.sendOffsets(consumer.member, consumer.positions());
  await transaction.commit();
  break; // a service would go on
}

const [committed] = await mesh.groups.offsets('billing');
console.log(`${committed?.stream} are billed up to offset ${committed?.offset}`);
for await (const { value } of mesh.consume({ stream: 'invoices', from: 'earliest', count: 1 })) {
  console.log(new TextDecoder().decode(value));
}
