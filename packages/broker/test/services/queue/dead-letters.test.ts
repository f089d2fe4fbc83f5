import { describe, expect, it } from 'vitest';
import type { WantedRedrive } from '../../../src/services/queue/dead-letters.ts';
import { payloads, QueueBench, text } from './queue-bench.ts';

const ALL: WantedRedrive = { filter: '', places: [], rate: 0, max: 0, dryRun: false, requestId: 'r1' };
const LIST = { shard: undefined, filter: '', max: 100, scannedMax: 1_000, payloadBytesMax: 0, pageToken: '' };

const numbered = (count: number) => Array.from({ length: count }, (_, i) => text(String(i)));

describe('dead letters', () => {
  it("are listed with their last error, counted by error, under the queue's name or that of its dead letters", async () => {
    const bench = new QueueBench();
    bench.queue('mail');
    await bench.bury('mail', [text('a'), text('')], 'no such mailbox');
    await bench.bury('mail', [text('b')], 'timeout');
    const { jobs } = await bench.settled(bench.deadLetters.list(bench.call('mail.dlq'), LIST));
    expect(jobs.map(({ job }) => Buffer.from(job.body.payload).toString())).toEqual(['a', '', 'b']);
    expect(jobs[0]?.job.meta).toMatchObject({ state: 'dead', failures: [{ error: 'no such mailbox' }] });
    expect(await bench.settled(bench.deadLetters.stats(bench.call('mail')))).toMatchObject({
      dead: 3,
      errors: [
        { error: 'no such mailbox', count: 2 },
        { error: 'timeout', count: 1 },
      ],
    });
  });

  it('are mended, and go back with headers, key and history, leaving no copy', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    const headers = [{ name: 'trace', value: Uint8Array.from([1]) }];
    await bench.bury('mail', [{ ...text('bad'), headers, key: Buffer.from('k') }]);
    const call = bench.call('mail');
    const to = { payload: Buffer.from('good'), headers: undefined };
    await bench.settled(bench.deadLetters.edit(call, { shard: 0, seq: 1 }, to));
    const places = [{ shard: 0, seq: 1 }];
    const redrive = await bench.settled(bench.deadLetters.startRedrive(call, { ...ALL, places }));
    expect(redrive).toMatchObject({ state: 'done', redriven: 1 });
    const [back] = await bench.receive('mail');
    expect(payloads(back === undefined ? [] : [back])).toEqual(['good']);
    expect(back?.body.headers).toEqual(headers);
    expect(back?.meta).toMatchObject({ attempts: 1, totalAttempts: 2, redrives: 1 });
    expect(shard?.machine.stats().dead).toBe(0);
    const edit = bench.deadLetters.edit(call, { shard: 0, seq: 1 }, to);
    const refused = expect(edit).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await bench.idle();
    await refused;
  });

  it('are deleted by id, and counted', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    await bench.bury('mail', numbered(3));
    const places = [1, 2, 9].map((seq) => ({ shard: 0, seq }));
    expect(await bench.settled(bench.deadLetters.delete(bench.call('mail'), places))).toBe(2);
    expect(shard?.machine.stats().dead).toBe(1);
  });
});

describe('a redrive', () => {
  it('puts back what its filter matches, over all its pages, and ends', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    for (let i = 0; i < 6; i++) await bench.bury('mail', numbered(100));
    const call = bench.call('mail');
    const filter = 'payload < 50';
    const dry = await bench.settled(bench.deadLetters.startRedrive(call, { ...ALL, filter, dryRun: true }));
    expect(dry).toMatchObject({ state: 'dry-run', scanned: 600, redriven: 300 });
    expect(shard?.machine.stats().dead).toBe(600);
    const started = await bench.settled(bench.deadLetters.startRedrive(call, { ...ALL, filter }));
    expect(started.state).toBe('running');
    await bench.pass(1_000);
    expect(await bench.settled(bench.deadLetters.getRedrive(call, started.id))).toMatchObject({
      state: 'done',
      scanned: 600,
      redriven: 300,
    });
    expect(shard?.machine.stats()).toMatchObject({ dead: 300, ready: 300 });
  });

  it('keeps to its rate and its greatest number', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    await bench.bury('mail', numbered(100));
    const call = bench.call('mail');
    const { id } = await bench.settled(bench.deadLetters.startRedrive(call, { ...ALL, rate: 10, max: 30 }));
    await bench.pass(1_000);
    const after = shard?.machine.stats().ready ?? 0;
    expect(after).toBeGreaterThanOrEqual(8);
    expect(after).toBeLessThanOrEqual(12);
    await bench.pass(5_000);
    expect(shard?.machine.stats()).toMatchObject({ ready: 30, dead: 70 });
    expect(await bench.settled(bench.deadLetters.getRedrive(call, id))).toMatchObject({ state: 'done' });
  });

  it('goes on under the next leader, and redrives nothing twice', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    await bench.bury('mail', numbered(100));
    const call = bench.call('mail');
    const { id } = await bench.settled(bench.deadLetters.startRedrive(call, { ...ALL, rate: 50 }));
    await bench.pass(700);
    expect(shard?.machine.stats().dead).toBeGreaterThan(10);
    shard?.depose();
    await bench.pass(300);
    shard?.lead();
    await bench.pass(5_000);
    expect(await bench.settled(bench.deadLetters.getRedrive(call, id))).toMatchObject({
      state: 'done',
      redriven: 100,
    });
    expect(shard?.machine.stats().totals.redriven).toBe(100);
  });

  it('is cancelled, stays where it is, and the same request does not begin another', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    await bench.bury('mail', numbered(100));
    const call = bench.call('mail');
    const wanted = { ...ALL, rate: 10 };
    const { id } = await bench.settled(bench.deadLetters.startRedrive(call, wanted));
    await bench.pass(500);
    expect(await bench.settled(bench.deadLetters.cancelRedrive(call, id))).toMatchObject({
      state: 'cancelled',
    });
    const { dead } = shard?.machine.stats() ?? {};
    await bench.pass(2_000);
    expect(shard?.machine.stats().dead).toBe(dead);
    expect(await bench.settled(bench.deadLetters.startRedrive(call, wanted))).toMatchObject({
      id,
      state: 'cancelled',
    });
  });

  it('over several shards never takes more than its greatest number, however often the same request comes', async () => {
    const bench = new QueueBench();
    const shards = bench.queue('mail', { shards: 4 });
    const dead = () => shards.reduce((sum, { machine }) => sum + machine.stats().dead, 0);
    const redriven = () => shards.reduce((sum, { machine }) => sum + machine.stats().totals.redriven, 0);
    const call = bench.call('mail');
    await bench.bury('mail', numbered(10));
    for (const [round, max] of [12, 0].entries()) {
      const [before, died] = [redriven(), dead()];
      const wanted = { ...ALL, max, requestId: `of ${max}` };
      const { id } = await bench.settled(bench.deadLetters.startRedrive(call, wanted));
      await bench.pass(1_000);
      expect(redriven() - before).toBe(died);
      // These died after it: they are for another one.
      await bench.bury('mail', numbered(20), 'it failed', 1 + round);
      const again = await bench.settled(bench.deadLetters.startRedrive(call, wanted));
      await bench.pass(1_000);
      expect(again).toMatchObject({ id, state: 'done', redriven: died });
      expect(redriven() - before).toBe(died);
    }
  });

  it('is not kept going by jobs that die again meanwhile', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    await bench.bury('mail', numbered(5));
    const call = bench.call('mail');
    await bench.pass(100);
    const { id } = await bench.settled(bench.deadLetters.startRedrive(call, { ...ALL, rate: 1 }));
    await bench.pass(1_200);
    for (const job of await bench.receive('mail')) {
      const { seq, leaseEpoch } = job.meta;
      const items = [{ seq, leaseEpoch, delayMs: undefined, error: 'again' }];
      await bench.settle('mail', { kind: 'nack', items });
    }
    await bench.pass(8_000);
    expect(await bench.settled(bench.deadLetters.getRedrive(call, id))).toMatchObject({ state: 'done' });
    expect(shard?.machine.stats().totals.redriven).toBe(5);
  });

  it('with a filter that is none is refused, with the place', async () => {
    const bench = new QueueBench();
    bench.queue('mail');
    const start = bench.deadLetters.startRedrive(bench.call('mail'), { ...ALL, filter: 'payload >' });
    await expect(start).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
