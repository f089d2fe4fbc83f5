import { groupId } from '@flowmesh/base';
import { expect, it } from 'vitest';
import { QueueParticipant } from '../../../src/services/queue/queue-participant.ts';
import type { LeasedJob } from '../../../src/services/queue/leased-job.ts';
import { payloads, QueueBench, receiptOf, text } from './queue-bench.ts';

const NEVER = new AbortController().signal;
const TRANSACTION = { producerId: 7, epoch: 1 };

const end = (commit: boolean, producerEpoch = 1) => ({
  producerId: 7,
  producerEpoch,
  round: producerEpoch,
  commit,
  coordinatorTerm: 3,
});

async function staged(jobs: number): Promise<{
  readonly bench: QueueBench;
  readonly participant: QueueParticipant;
  readonly marker: (commit: boolean, epoch?: number) => Promise<void>;
  readonly held: readonly LeasedJob[];
}> {
  const bench = new QueueBench();
  const [shard] = bench.queue('mail');
  const participant = new QueueParticipant(bench.service.shards);
  await bench.enqueue('mail', [text('old')]);
  const held = await bench.receive('mail');
  const receipts = held.map(receiptOf);
  expect(await bench.settle('mail', { kind: 'ack', receipts, transaction: TRANSACTION })).toEqual([
    { kind: 'done' },
  ]);
  const all = Array.from({ length: jobs }, (_, i) => text(`new ${i}`));
  await bench.enqueue('mail', all, { transaction: TRANSACTION });
  const group = shard?.group ?? groupId(0);
  const marker = (commit: boolean, epoch?: number): Promise<void> =>
    bench.settled(participant.endTransaction(group, end(commit, epoch), NEVER));
  return { bench, participant, marker, held };
}

it("staged jobs are nobody's and staged acks keep their lease, until the marker commits both at once", async () => {
  const { bench, marker } = await staged(600);
  expect(await bench.receive('mail')).toEqual([]);
  bench.time.advance(60_000);
  expect(await bench.receive('mail')).toEqual([]);
  await marker(true);
  expect(payloads(await bench.receive('mail', { max: 2 }))).toEqual(['new 0', 'new 1']);
  const [shard] = [...bench.service.shards.all()];
  expect(shard?.machine.stats()).toMatchObject({ staged: 0, ready: 598, totals: { completed: 1 } });
});

it('an aborted transaction leaves no job, and gives what it acknowledged back when the lease has passed', async () => {
  const { bench, marker } = await staged(3);
  bench.time.advance(60_000);
  await marker(false);
  bench.time.advance(100);
  expect(payloads(await bench.receive('mail'))).toEqual(['old']);
});

it('a marker that comes again, or of an older transaction, changes nothing and succeeds', async () => {
  const { bench, marker } = await staged(1);
  await marker(true);
  await marker(false);
  await marker(false, 0);
  expect(payloads(await bench.receive('mail'))).toEqual(['new 0']);
});

it('after the marker a delayed enqueue of the transaction is refused', async () => {
  const { bench, marker } = await staged(1);
  await marker(true);
  const late = await bench.enqueue('mail', [text('late')], { transaction: TRANSACTION });
  expect(late).toMatchObject({ code: 'PRODUCER_FENCED' });
});

it('a shard that is gone for good is not found; one that is led elsewhere says so', async () => {
  const { bench, participant } = await staged(1);
  await expect(participant.endTransaction(groupId(999), end(true), NEVER)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const [served] = bench.service.shards.all();
  const group = served?.replica.group ?? groupId(0);
  const replica = bench.replicas.get(group) as unknown as { depose(): void };
  replica.depose();
  bench.leaders.set(group, 2, 2);
  await expect(participant.endTransaction(group, end(true), NEVER)).rejects.toMatchObject({
    code: 'NOT_LEADER',
  });
});
