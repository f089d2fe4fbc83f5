/** Faults that other queues shipped, one test each; the names are those of the faults. */
import { describe, expect, it } from 'vitest';
import type { QueueReply } from '../../src/index.ts';
import { completeJobs, encodeQueueCommand, listJobs, readJob } from '../../src/index.ts';
import { audit } from './queue-audit.ts';
import { ack, bytes, enqueue, expire, job, nack, QueueRig, receive, TINY } from './queue-rig.ts';

async function receiptOf(rig: QueueRig): Promise<{ readonly seq: number; readonly leaseEpoch: number }> {
  const [receipt] = await rig.receive(1);
  if (receipt === undefined) throw new Error('nothing was delivered');
  return receipt;
}

function results(reply: QueueReply): readonly unknown[] {
  if (reply.kind !== 'receipts') throw new Error(`not about receipts: ${reply.kind}`);
  return reply.results.map(({ kind }) => kind);
}

describe('leases and attempts', () => {
  it('timeouts never fired because the scheduler was not started: the machine says when it is due, a new one too', async () => {
    const rig = new QueueRig();
    await rig.run(enqueue([job('a'), job('b', { notBeforeMs: 500_000 })]));
    expect(rig.machine.dueAtMs()).toBe(500_000);
    await rig.receive(1, 30_000);
    expect(rig.machine.dueAtMs()).toBe(31_000);
    await rig.restart();
    expect(rig.machine.dueAtMs()).toBe(31_000);
    await rig.pass(30_000);
    expect(await rig.receiveSeqs(1)).toEqual([1]);
  });

  it('expired jobs at max attempts vanished: they are dead', async () => {
    const rig = new QueueRig();
    await rig.configure({ 'attempts.max': '1' });
    await rig.run(enqueue([job('a')]));
    await rig.receive(1);
    await rig.pass(30_000);
    expect(rig.machine.stats()).toMatchObject({ ready: 0, leased: 0, dead: 1 });
    expect((await readJob(1, rig.state))?.meta).toMatchObject({
      state: 'dead',
      attempts: 1,
      death: { reason: 'attempts' },
    });
  });

  it('a job present in both queue and dead letters after a restart, or in neither: in one of them', async () => {
    const rig = new QueueRig(TINY);
    await rig.configure({ 'attempts.max': '1' });
    await rig.run(enqueue([job('a'), job('b')]));
    await rig.run(nack(await receiptOf(rig), undefined));
    await rig.restart();
    expect(rig.machine.stats()).toMatchObject({ ready: 1, dead: 1 });
    await rig.run({ kind: 'redrive', seqs: [1] });
    await rig.restart();
    expect(rig.machine.stats()).toMatchObject({ ready: 2, dead: 0 });
    expect(await audit(rig.state, rig.machine)).toEqual([]);
  });

  it('attempts not persisted: they survive restarts', async () => {
    const rig = new QueueRig();
    await rig.configure({ 'attempts.max': '3', 'retry.initial.ms': '0' });
    await rig.run(enqueue([job('a')]));
    for (let attempt = 1; attempt <= 3; attempt++) {
      const reply = await rig.run(receive(1));
      expect(reply).toMatchObject({ jobs: [{ meta: { attempts: attempt } }] });
      await rig.restart();
      await rig.run(nack({ seq: 1, leaseEpoch: attempt }, undefined));
    }
    expect(rig.machine.stats().dead).toBe(1);
  });

  it('attempts counted twice: a delivery counts once, whether it is refused or runs out', async () => {
    const rig = new QueueRig();
    await rig.configure({ 'retry.initial.ms': '0' });
    await rig.run(enqueue([job('a')]));
    await rig.receive(1, 10);
    await rig.pass(10);
    expect((await readJob(1, rig.state))?.meta.attempts).toBe(1);
    await rig.run(nack(await receiptOf(rig), 0));
    expect((await readJob(1, rig.state))?.meta.attempts).toBe(2);
  });

  it('no lease token, so an expired lease could be acknowledged: its receipt is stale', async () => {
    const rig = new QueueRig();
    await rig.run(enqueue([job('a')]));
    const first = await receiptOf(rig);
    await rig.pass(30_000);
    expect(results(await rig.run(ack(first)))).toEqual(['stale']);
    const second = await receiptOf(rig);
    expect(results(await rig.run(ack(first)))).toEqual(['stale']);
    expect(results(await rig.run(nack(first, 0)))).toEqual(['stale']);
    expect(results(await rig.run({ kind: 'extend', items: [{ ...first, visibilityMs: 1 }] }))).toEqual([
      'stale',
    ]);
    expect(results(await rig.run({ kind: 'release', receipts: [first], undelivered: true }))).toEqual([
      'stale',
    ]);
    expect(results(await rig.run(ack(second)))).toEqual(['done']);
    expect(results(await rig.run(ack(second)))).toEqual(['gone']);
  });

  it('no extension: an extended lease lasts as long as it says', async () => {
    const rig = new QueueRig();
    await rig.run(enqueue([job('a')]));
    const receipt = await receiptOf(rig);
    await rig.pass(29_000);
    await rig.run({ kind: 'extend', items: [{ ...receipt, visibilityMs: 30_000 }] });
    await rig.pass(29_000);
    expect(rig.machine.stats().leased).toBe(1);
    await rig.pass(1_000);
    expect(rig.machine.stats()).toMatchObject({ leased: 0, ready: 1 });
  });

  it('a new leader whose clock is an hour ahead ends no lease: each has its full time again', async () => {
    const rig = new QueueRig();
    await rig.run(enqueue([job('a'), job('b'), job('c')]));
    const acknowledged = await receiptOf(rig);
    await receiptOf(rig);
    const extended = await receiptOf(rig);
    await rig.run({ kind: 'extend', items: [{ ...extended, visibilityMs: 90_000 }] });
    await rig.restart();
    rig.term = 2;
    await rig.pass(3_600_000);
    expect(rig.machine.stats().leased).toBe(3);
    await rig.run({ kind: 'ack', receipts: [acknowledged], transaction: undefined });
    await rig.pass(29_000);
    expect(rig.machine.stats().leased).toBe(2);
    await rig.pass(1_000);
    expect(rig.machine.stats()).toMatchObject({ leased: 1, ready: 1 });
    await rig.pass(59_000);
    expect(rig.machine.stats().leased).toBe(1);
    await rig.pass(1_000);
    expect(rig.machine.stats()).toMatchObject({ leased: 0, ready: 2 });
  });

  it('a lease of the present leader ends in its time, however long that has led', async () => {
    const rig = new QueueRig();
    rig.term = 2;
    await rig.run(enqueue([job('a')]));
    await rig.pass(100_000);
    await receiptOf(rig);
    await rig.pass(30_000);
    expect(rig.machine.stats()).toMatchObject({ leased: 0, ready: 1 });
  });
});

describe('receiving', () => {
  it('long poll popping a job and losing it: a delivery that nobody saw is given back, and does not count', async () => {
    const rig = new QueueRig();
    await rig.configure({ 'attempts.max': '1' });
    await rig.run(enqueue([job('a')]));
    const unseen = await receiptOf(rig);
    await rig.run({ kind: 'release', receipts: [unseen], undelivered: true });
    const again = await receiptOf(rig);
    expect(again).toEqual({ seq: 1, leaseEpoch: 2 });
    expect((await readJob(1, rig.state))?.meta.attempts).toBe(1);
  });

  it('receive on an empty queue crashing: it finds nothing', async () => {
    const rig = new QueueRig(TINY);
    expect(await rig.receiveSeqs(100)).toEqual([]);
    expect(rig.machine.stats().oldestReadyAtMs).toBeUndefined();
  });

  it('priority that was only the due time: 9 comes before 0, whatever was enqueued first', async () => {
    const rig = new QueueRig();
    await rig.run(enqueue([0, 4, 9, 4, 9].map((priority) => job('p', { priority }))));
    expect(await rig.receiveSeqs(5)).toEqual([3, 5, 2, 4, 1]);
  });
});

describe('dead letters', () => {
  it('empty payloads unable to dead-letter: an empty job dies and is redriven as any other', async () => {
    const rig = new QueueRig();
    await rig.run(enqueue([job('', { attemptsMax: 1 })]));
    expect(results(await rig.run(nack(await receiptOf(rig), undefined)))).toEqual(['dead']);
    expect((await readJob(1, rig.state))?.body.payload).toEqual(bytes(''));
    await rig.run({ kind: 'redrive', seqs: [1] });
    expect(await rig.receiveSeqs(1)).toEqual([1]);
  });

  it('redrive dropping headers or leaving a copy: the same job comes back, with all it had', async () => {
    const rig = new QueueRig();
    const headers = [{ name: 'traceparent', value: bytes('00-1') }];
    await rig.run(enqueue([job('a', { headers, attemptsMax: 1, origin: 'shop' })]));
    await rig.run(nack(await receiptOf(rig), undefined, 'no such address'));
    await rig.run({ kind: 'redrive', seqs: [1] });
    expect(rig.machine.stats()).toMatchObject({ ready: 1, dead: 0, errors: [] });
    const found = await readJob(1, rig.state);
    expect(found?.body).toEqual({ payload: bytes('a'), headers });
    expect(found?.meta).toMatchObject({ attempts: 0, totalAttempts: 1, redrives: 1, origin: 'shop' });
    expect(found?.meta.failures).toEqual([{ attempt: 1, atMs: 1_000, error: 'no such address' }]);
    expect(await audit(rig.state, rig.machine)).toEqual([]);
  });
});

describe('time and size', () => {
  it('delayed messages only in memory: they are in the state, and come in time after a restart', async () => {
    const rig = new QueueRig(TINY);
    await rig.run(enqueue([job('a', { notBeforeMs: 61_000 })]));
    await rig.restart();
    await rig.pass(59_999);
    expect(await rig.receiveSeqs(1)).toEqual([]);
    await rig.pass(1);
    expect(await rig.receiveSeqs(1)).toEqual([1]);
  });

  it("redelivery by the leader's local clock: only the time in commands ends a lease, and it never goes back", async () => {
    const rig = new QueueRig();
    await rig.run(enqueue([job('a')]));
    await rig.receive(1, 30_000);
    rig.timeMs = 30_999;
    await rig.run(expire());
    rig.timeMs = 500;
    await rig.run(expire());
    expect(rig.machine.timeMs).toBe(30_999);
    expect(rig.machine.stats().leased).toBe(1);
    rig.timeMs = 31_000;
    await rig.run(expire());
    expect(rig.machine.stats().ready).toBe(1);
  });

  it('scanning all pending on every check: with ten thousand leases, one that ends costs one', async () => {
    const rig = new QueueRig();
    const many = Array.from({ length: 1_000 }, () => job('x'));
    for (let i = 0; i < 10; i++) await rig.run(enqueue(many));
    await rig.receive(1, 1_000);
    for (let i = 0; i < 10; i++) await rig.receive(1_000, 60_000);
    rig.timeMs += 1_000;
    const command = encodeQueueCommand({ ...expire(1_000), timeMs: rig.timeMs });
    await rig.machine.prepare([command], rig.state);
    const before = rig.state.writes;
    rig.machine.apply({ index: 100, term: 1 }, command, rig.state);
    // Globals, the job, and its way from one index to another.
    expect(rig.state.writes - before).toBe(4);
  });

  it('one old unacknowledged message pinning the log: nothing of the log is needed once applied', async () => {
    const rig = new QueueRig();
    await rig.run(enqueue([job('a')]));
    await rig.receive(1);
    expect(rig.machine.neededFrom(1_000)).toBe(1_001);
  });

  it('a payload is written once: no step of a job writes or reads its body again', async () => {
    const rig = new QueueRig();
    await rig.run(enqueue([job('x'.repeat(100_000))]));
    const body = await rig.state.scan({ from: Uint8Array.of(4), to: Uint8Array.of(5) });
    const delivered = await rig.run(receive(1));
    await rig.run(nack({ seq: 1, leaseEpoch: 1 }, 0));
    expect((await rig.state.scan({ from: Uint8Array.of(4), to: Uint8Array.of(5) }))[0]?.[1]).toBe(
      body[0]?.[1],
    );
    if (delivered.kind !== 'received') throw new Error('not delivered');
    expect(delivered.jobs[0]?.body?.payload.length).toBe(100_000);
    const bare = delivered.jobs.map(({ meta }) => ({ meta, body: undefined }));
    expect((await completeJobs(bare, rig.state))[0]?.body.payload.length).toBe(100_000);
    expect((await listJobs({ state: 'ready', after: undefined, limit: 10 }, rig.state)).jobs).toHaveLength(1);
  });
});
