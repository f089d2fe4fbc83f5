import { describe, expect, it } from 'vitest';
import {
  afterDead,
  decodeQueueCommand,
  encodeQueueCommand,
  listJobs,
  type NewJob,
  type QueueCommandBody,
  type QueueReply,
  readJob,
} from '../../src/index.ts';
import { audit } from './queue-audit.ts';
import { ack, bytes, enqueue, expire, job, nack, QueueRig, receive, TINY } from './queue-rig.ts';

const TAG = { producerId: 7, epoch: 3 };

function keyed(key: string, change: Partial<NewJob> = {}): NewJob {
  return job(key, { key: bytes(key), ...change });
}

function kinds(reply: QueueReply): readonly unknown[] {
  return reply.kind === 'enqueued' || reply.kind === 'receipts' ? reply.results.map(({ kind }) => kind) : [];
}

async function stageJobs(rig: QueueRig, jobs: readonly NewJob[], tag = TAG): Promise<void> {
  await rig.run({ kind: 'enqueue', jobs, requestId: '', transaction: tag });
}

function end(commit: boolean, max = 100, transaction = TAG) {
  return { kind: 'end-transaction', transaction, commit, coordinatorTerm: 1, max } as const;
}

describe('commands', () => {
  it('of a kind that this node does not know stop it when they are applied, and what comes before them counts', async () => {
    const rig = new QueueRig();
    const known = encodeQueueCommand({ ...enqueue([job('a')]), timeMs: 1_000 });
    const unknown = Uint8Array.of(200, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    await rig.machine.prepare([known, unknown], rig.state);
    rig.machine.apply({ index: 1, term: 1 }, known, rig.state);
    expect(rig.machine.stats().ready).toBe(1);
    expect(() => rig.machine.apply({ index: 2, term: 1 }, unknown, rig.state)).toThrow('not known');
  });

  it('of every kind are read as they were written', () => {
    const template = keyed('k', {
      attemptsMax: -1,
      headers: [{ name: 'h', value: bytes('v') }],
      dedupId: 'd',
    });
    const receipt = { seq: 2 ** 40, leaseEpoch: 3 };
    const position = { diedAtMs: 5, seq: 6 };
    const bodies: readonly QueueCommandBody[] = [
      { kind: 'configure', revision: 4, config: { ordering: 'key', overflow: 'reject' } },
      { kind: 'enqueue', jobs: [template, job('')], requestId: 'r', transaction: TAG },
      { kind: 'receive', worker: 'w', max: 9, bytesMax: 10, visibilityMs: undefined },
      { kind: 'ack', receipts: [receipt], transaction: undefined },
      {
        kind: 'nack',
        items: [
          { ...receipt, delayMs: 0, error: 'é' },
          { ...receipt, delayMs: undefined, error: '' },
        ],
      },
      { kind: 'extend', items: [{ ...receipt, visibilityMs: 0 }] },
      { kind: 'release', receipts: [receipt], undelivered: true },
      { kind: 'expire', max: 250 },
      { kind: 'pause', receive: undefined, enqueue: false },
      { kind: 'purge', state: 'leased', max: 1 },
      { kind: 'delete-dead', seqs: [1, 2] },
      { kind: 'edit-dead', seq: 1, payload: bytes('p'), headers: template.headers },
      { kind: 'redrive', seqs: [] },
      { kind: 'redrive-until', diedUntilMs: 8, max: 9 },
      { kind: 'task-start', id: 't', filter: 'true', ratePerSecond: 1, max: 2 },
      { kind: 'task-progress', id: 't', seqs: [7], position, scanned: 8 },
      { kind: 'task-end', id: 't', state: 'failed', error: 'why' },
      { kind: 'schedule-put', name: 's', expression: '@daily', timeZone: 'UTC', template, nextAtMs: 1 },
      { kind: 'schedule-delete', name: 's' },
      { kind: 'schedule-pause', name: 's', paused: true, nextAtMs: 3 },
      { kind: 'schedule-fire', name: 's', expectedAtMs: 1, nextAtMs: 2 },
      end(true),
    ];
    for (const body of bodies) {
      const command = { ...body, timeMs: 1_700_000_000_000 };
      expect(decodeQueueCommand(encodeQueueCommand(command))).toEqual(command);
    }
  });
});

describe('enqueueing', () => {
  it('stores one of two jobs with the same id within the window, and both beyond it', async () => {
    const rig = new QueueRig();
    await rig.configure({ 'dedup.window.ms': '1000' });
    const twin = job('a', { dedupId: 'order-1' });
    expect(await rig.run(enqueue([twin, twin]))).toEqual({
      kind: 'enqueued',
      results: [
        { kind: 'enqueued', seq: 1 },
        { kind: 'duplicate', seq: 1 },
      ],
    });
    await rig.run(ack(...(await rig.receive(1))));
    await rig.pass(999);
    expect(kinds(await rig.run(enqueue([twin])))).toEqual(['duplicate']);
    await rig.pass(1);
    expect(kinds(await rig.run(enqueue([twin])))).toEqual(['enqueued']);
  });

  it('answers a repeated request as the first time, and stores nothing', async () => {
    const rig = new QueueRig();
    const first = await rig.run(enqueue([job('a'), job('b')], { requestId: 'r' }));
    await rig.restart();
    expect(await rig.run(enqueue([job('a'), job('b')], { requestId: 'r' }))).toEqual(first);
    expect(rig.machine.stats().ready).toBe(2);
  });

  it('refuses what is beyond the bound, job by job', async () => {
    const rig = new QueueRig();
    await rig.configure({ 'max.jobs': '2' });
    expect(kinds(await rig.run(enqueue([job('a'), job('b'), job('c')])))).toEqual([
      'enqueued',
      'enqueued',
      'refused',
    ]);
  });

  it('drops the oldest of the least important for a new job, never a more important one', async () => {
    const rig = new QueueRig();
    await rig.configure({ 'max.jobs': '3', overflow: 'drop-oldest' });
    await rig.run(enqueue([job('a', { priority: 9 }), job('b', { priority: 1 }), job('c', { priority: 1 })]));
    expect(kinds(await rig.run(enqueue([job('d', { priority: 0 }), job('e', { priority: 5 })])))).toEqual([
      'refused',
      'enqueued',
    ]);
    expect(await rig.receiveSeqs(9)).toEqual([1, 4, 3]);
    expect(rig.machine.stats().totals.dropped).toBe(1);
  });

  it('dead-letters the oldest where that is wanted, so that nothing is lost', async () => {
    const rig = new QueueRig();
    await rig.configure({ 'max.bytes': '4', overflow: 'dead-letter' });
    await rig.run(enqueue([job('aa'), job('bb'), job('ccc')]));
    expect(rig.machine.stats()).toMatchObject({ ready: 1, dead: 2, bytes: 3, deadBytes: 4 });
    expect(rig.machine.stats().errors).toEqual([{ error: 'the queue was full', count: 2 }]);
  });

  it('takes no jobs while enqueueing is paused, and hands none out while receiving is', async () => {
    const rig = new QueueRig();
    await rig.run(enqueue([job('a')]));
    await rig.run({ kind: 'pause', receive: true, enqueue: true });
    expect(await rig.reply(enqueue([job('b')]))).toMatchObject({
      ok: false,
      error: { code: 'PRECONDITION_FAILED' },
    });
    expect(await rig.receiveSeqs(1)).toEqual([]);
    await rig.restart();
    expect(rig.machine.deliverable).toBe(0);
    await rig.run({ kind: 'pause', receive: false, enqueue: undefined });
    expect(await rig.receiveSeqs(1)).toEqual([1]);
  });

  it('delivers no more than may be in flight', async () => {
    const rig = new QueueRig();
    await rig.configure({ 'max.in.flight': '2' });
    await rig.run(enqueue([job('a'), job('b'), job('c')]));
    expect(await rig.receiveSeqs(3)).toEqual([1, 2]);
    expect(rig.machine.deliverable).toBe(0);
    expect(await rig.receiveSeqs(3)).toEqual([]);
  });
});

describe('keys', () => {
  it('in order: one job of a key at a time, also while it waits for its retry', async () => {
    const rig = new QueueRig(TINY);
    await rig.configure({
      ordering: 'key',
      'retry.backoff': 'fixed',
      'retry.initial.ms': '50',
      'retry.jitter.percent': '0',
    });
    await rig.run(enqueue([keyed('a'), keyed('a', { priority: 9 }), keyed('b'), keyed('a')]));
    const [first] = await rig.receive(9);
    expect(first?.seq).toBe(1);
    expect(rig.machine.stats()).toMatchObject({ leased: 2, blocked: 2, ready: 2 });
    await rig.run(nack(first ?? { seq: 0, leaseEpoch: 0 }, undefined));
    await rig.pass(49);
    expect(await rig.receiveSeqs(9)).toEqual([]);
    await rig.pass(1);
    const retried = await rig.receive(9);
    expect(retried.map(({ seq }) => seq)).toEqual([1]);
    await rig.run(ack(...retried));
    await rig.pass(0);
    expect(await rig.receiveSeqs(9)).toEqual([2]);
    expect(await audit(rig.state, rig.machine)).toEqual([]);
  });

  it('in order: keys are passed on although many commands, and many ends of jobs, come at once', async () => {
    const rig = new QueueRig(TINY);
    await rig.configure({ ordering: 'key' });
    await rig.run(enqueue(Array.from({ length: 6 }, () => keyed('a'))));
    const steps = [1, 2, 3, 4].flatMap((seq): QueueCommandBody[] => [
      receive(1),
      ack({ seq, leaseEpoch: 1 }),
      expire(),
    ]);
    await rig.chunk(steps.map((body) => ({ ...body, timeMs: rig.timeMs })));
    expect(rig.machine.stats()).toMatchObject({ ready: 2, blocked: 1, totals: { completed: 4 } });
    expect(await rig.receiveSeqs(9)).toEqual([5]);
    expect(await audit(rig.state, rig.machine)).toEqual([]);
  });

  it('in order: a purge of ready jobs takes the blocked ones too, while their key is held', async () => {
    const rig = new QueueRig(TINY);
    await rig.configure({ ordering: 'key' });
    await rig.run(enqueue(Array.from({ length: 8 }, () => keyed('a'))));
    await rig.restart();
    await rig.receive(1);
    expect(await rig.run({ kind: 'purge', state: 'ready', max: 5 })).toEqual({
      kind: 'purged',
      count: 5,
      left: 2,
    });
    expect(await rig.run({ kind: 'purge', state: 'ready', max: 5 })).toEqual({
      kind: 'purged',
      count: 2,
      left: 0,
    });
    expect(rig.machine.stats()).toMatchObject({ leased: 1, ready: 0, blocked: 0 });
    expect(await audit(rig.state, rig.machine)).toEqual([]);
  });

  it('in order: a dead job frees its key', async () => {
    const rig = new QueueRig();
    await rig.configure({ ordering: 'key', 'attempts.max': '1' });
    await rig.run(enqueue([keyed('a'), keyed('a')]));
    await rig.receive(1, 5);
    await rig.pass(5);
    expect(await rig.receiveSeqs(9)).toEqual([2]);
    expect(rig.machine.stats().dead).toBe(1);
  });

  it('taking turns: a key with a thousand jobs does not stand before another with one', async () => {
    const rig = new QueueRig(TINY);
    await rig.configure({ fairness: 'key' });
    await rig.run(enqueue(Array.from({ length: 1_000 }, () => keyed('flood'))));
    expect(await rig.receiveSeqs(2)).toEqual([1, 2]);
    await rig.restart();
    await rig.run(enqueue([keyed('small'), keyed('small')]));
    expect(await rig.receiveSeqs(4)).toEqual([3, 1_001, 4, 1_002]);
  });
});

describe('retries', () => {
  it('wait longer each time, as the policy says, up to its greatest delay', async () => {
    const rig = new QueueRig();
    await rig.configure({
      'retry.initial.ms': '10',
      'retry.max.ms': '35',
      'retry.jitter.percent': '0',
      'attempts.max': '-1',
    });
    await rig.run(enqueue([job('a')]));
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) {
      const [receipt] = await rig.receive(1);
      if (receipt === undefined) throw new Error('a retry is due');
      const reply = await rig.run(nack(receipt, undefined));
      const result = reply.kind === 'receipts' ? reply.results[0] : undefined;
      waits.push(result?.kind === 'retried' ? result.dueAtMs - rig.timeMs : -1);
      await rig.pass(35);
    }
    expect(waits).toEqual([10, 20, 35, 35, 35]);
  });

  it('count errors by their first line, numbers aside', async () => {
    const rig = new QueueRig();
    await rig.configure({ 'attempts.max': '1' });
    await rig.run(enqueue([job('a'), job('b'), job('c')]));
    const receipts = await rig.receive(3);
    const errors = ['timeout after 31 ms', 'timeout after 7 ms\n  at line 5', 'refused'];
    const items = receipts.map((receipt, i) => ({ ...receipt, delayMs: undefined, error: errors[i] ?? '' }));
    await rig.run({ kind: 'nack', items });
    await rig.restart();
    expect(rig.machine.stats().errors).toEqual([
      { error: 'timeout after # ms', count: 2 },
      { error: 'refused', count: 1 },
    ]);
    await rig.run({ kind: 'delete-dead', seqs: [1, 3, 99] });
    expect(rig.machine.stats().errors).toEqual([{ error: 'timeout after # ms', count: 1 }]);
  });

  it('are cut off in the middle of a character without harm', async () => {
    const rig = new QueueRig();
    await rig.run(enqueue([job('a', { attemptsMax: 1 })]));
    const [receipt] = await rig.receive(1);
    await rig.run(
      nack(receipt ?? { seq: 0, leaseEpoch: 0 }, undefined, `${'x'.repeat(119)}😀${'y'.repeat(390)}😀`),
    );
    await rig.restart();
    await rig.run({ kind: 'delete-dead', seqs: [1] });
    expect(rig.machine.stats()).toMatchObject({ dead: 0, errors: [] });
  });
});

/** A queue with some dead jobs, that died one after another. */
async function withDead(count: number): Promise<QueueRig> {
  const rig = new QueueRig(TINY);
  await rig.configure({ 'attempts.max': '1' });
  await rig.run(enqueue(Array.from({ length: count }, (_, i) => job(`job ${i}`))));
  for (const receipt of await rig.receive(count)) {
    rig.timeMs += 10;
    await rig.run(nack(receipt, undefined));
  }
  return rig;
}

describe('dead letters', () => {
  it('are listed in the order of their deaths, page by page', async () => {
    const rig = await withDead(5);
    const first = await listJobs({ state: 'dead', after: undefined, limit: 3 }, rig.state);
    expect(first.jobs.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    const rest = await listJobs({ state: 'dead', after: first.next, limit: 3 }, rig.state);
    expect(rest).toMatchObject({ jobs: [{ seq: 4 }, { seq: 5 }], next: undefined });
    const after = afterDead({ diedAtMs: 1_040, seq: 4 });
    expect((await listJobs({ state: 'dead', after, limit: 3 }, rig.state)).jobs).toMatchObject([{ seq: 5 }]);
  });

  it('are edited where they lie', async () => {
    const rig = await withDead(1);
    const headers = [{ name: 'fixed', value: bytes('yes') }];
    await rig.run({ kind: 'edit-dead', seq: 1, payload: bytes('better'), headers });
    await rig.run({ kind: 'redrive', seqs: [1] });
    expect((await readJob(1, rig.state))?.body).toEqual({ payload: bytes('better'), headers });
    expect(rig.machine.stats()).toMatchObject({ bytes: 14, deadBytes: 0 });
  });

  it('are redriven up to a time, some at once', async () => {
    const rig = await withDead(5);
    const until = { kind: 'redrive-until', diedUntilMs: 1_040, max: 3 } as const;
    expect(await rig.run(until)).toEqual({ kind: 'redriven', count: 3, more: true });
    expect(await rig.run(until)).toEqual({ kind: 'redriven', count: 1, more: false });
    expect(rig.machine.stats()).toMatchObject({ ready: 4, dead: 1 });
  });

  it('are redriven by a task that goes on after a restart, does no step twice, and can be cancelled', async () => {
    const rig = await withDead(4);
    await rig.run({ kind: 'task-start', id: 't', filter: 'attempts > 0', ratePerSecond: 5, max: 0 });
    const position = { diedAtMs: 1_020, seq: 2 };
    const step = { kind: 'task-progress', id: 't', seqs: [1, 2], position, scanned: 2 } as const;
    await rig.run(step);
    await rig.restart();
    await rig.run(ack(...(await rig.receive(1))));
    await rig.run(step);
    expect(rig.machine.task('t')).toMatchObject({ state: 'running', position, scanned: 2, redriven: 2 });
    await rig.run({ kind: 'task-end', id: 't', state: 'cancelled', error: '' });
    await rig.restart();
    const late = await rig.reply({ ...step, seqs: [3], position: { diedAtMs: 1_030, seq: 3 } });
    expect(late).toMatchObject({ ok: false, error: { code: 'PRECONDITION_FAILED' } });
    expect(rig.machine.stats()).toMatchObject({ ready: 1, dead: 2 });
  });

  it('are purged some at once, until none is left', async () => {
    const rig = await withDead(5);
    const purge = { kind: 'purge', state: 'dead', max: 3 } as const;
    expect(await rig.run(purge)).toEqual({ kind: 'purged', count: 3, left: 2 });
    expect(await rig.run(purge)).toEqual({ kind: 'purged', count: 2, left: 0 });
  });
});

describe('schedules', () => {
  it('fire exactly once for each time, whoever proposes it and how often', async () => {
    const rig = new QueueRig();
    const template = job('tick', { notBeforeMs: 5, dedupId: 'x' });
    await rig.run({
      kind: 'schedule-put',
      name: 'every',
      expression: '* * * * *',
      timeZone: 'UTC',
      template,
      nextAtMs: 60_000,
    });
    const fire = { kind: 'schedule-fire', name: 'every', expectedAtMs: 60_000, nextAtMs: 120_000 } as const;
    expect(await rig.run(fire)).toEqual({ kind: 'schedule-fired', fired: true, seq: 1 });
    await rig.restart();
    expect(await rig.run(fire)).toEqual({ kind: 'schedule-fired', fired: false, seq: undefined });
    expect(rig.machine.schedules).toMatchObject([{ nextAtMs: 120_000, fired: 1, missed: 0 }]);
    expect((await readJob(1, rig.state))?.meta).toMatchObject({ state: 'ready', origin: 'schedule:every' });
    await rig.run({ kind: 'schedule-pause', name: 'every', paused: true, nextAtMs: 0 });
    expect(await rig.run({ ...fire, expectedAtMs: 120_000 })).toMatchObject({ fired: false });
    await rig.run({ kind: 'schedule-delete', name: 'every' });
    expect(rig.machine.schedules).toEqual([]);
  });
});

describe('transactions', () => {
  it('show staged jobs and take acks only with the commit, in steps', async () => {
    const rig = new QueueRig(TINY);
    await rig.run(enqueue([job('a')]));
    const [receipt] = await rig.receive(1, 10);
    await stageJobs(rig, [job('b'), job('c', { notBeforeMs: 90_000 })]);
    await rig.run({ kind: 'ack', receipts: [receipt ?? { seq: 0, leaseEpoch: 0 }], transaction: TAG });
    await rig.pass(1_000);
    expect(rig.machine.stats()).toMatchObject({ leased: 1, staged: 2, ready: 0 });
    await rig.restart();
    expect(await rig.run(end(true, 2))).toEqual({ kind: 'transaction-ended', left: 1 });
    expect(await rig.run(end(true, 2))).toEqual({ kind: 'transaction-ended', left: 0 });
    expect(rig.machine.stats()).toMatchObject({
      leased: 0,
      staged: 0,
      ready: 1,
      delayed: 1,
      totals: { completed: 1 },
    });
  });

  it('give staged jobs up with an abort, and leave leases as they were', async () => {
    const rig = new QueueRig();
    await rig.run(enqueue([job('a'), job('b')]));
    const [first, second] = await rig.receive(2, 100);
    if (first === undefined || second === undefined) throw new Error('two jobs are delivered');
    await stageJobs(rig, [job('c')]);
    await rig.run({ kind: 'ack', receipts: [first, second], transaction: TAG });
    await rig.run(end(false));
    expect(rig.machine.stats()).toMatchObject({ leased: 2, staged: 0, ready: 0 });
    expect(kinds(await rig.run(ack(first)))).toEqual(['done']);
    await rig.pass(100);
    expect(await rig.receiveSeqs(9)).toEqual([2]);
  });

  it('a delayed write cannot open a transaction again, nor a delayed marker end a later one', async () => {
    const rig = new QueueRig();
    await rig.run(end(true));
    const late = { kind: 'enqueue', jobs: [job('a')], requestId: '', transaction: TAG } as const;
    expect(await rig.reply(late)).toMatchObject({ ok: false, error: { code: 'PRODUCER_FENCED' } });
    const next = { producerId: 7, epoch: 4 };
    await stageJobs(rig, [job('b')], next);
    await rig.run(end(true));
    expect(rig.machine.stats().staged).toBe(1);
  });

  it('that are open make nothing due', async () => {
    const rig = new QueueRig();
    await stageJobs(rig, [job('a')]);
    expect(rig.machine.dueAtMs()).toBeUndefined();
  });

  it('a newer marker gives up what an older transaction has left open', async () => {
    const rig = new QueueRig();
    await stageJobs(rig, [job('a')]);
    await rig.run(end(true, 9, { producerId: 7, epoch: 9 }));
    expect(rig.machine.stats()).toMatchObject({ staged: 0, ready: 0 });
    expect(await audit(rig.state, rig.machine)).toEqual([]);
  });
});

describe('the weight of a command', () => {
  const weight = (body: QueueCommandBody): number =>
    new QueueRig().machine.weigh(encodeQueueCommand({ ...body, timeMs: 1 }));

  it('is what it may move of the state, where its size does not tell', () => {
    expect(weight(expire(250))).toBe(250);
    expect(weight(receive(100))).toBe(100);
    expect(weight(enqueue([job('a'), job('b')]))).toBe(1);
    const receipts = Array.from({ length: 100 }, (_, i) => ({ seq: 1_000_000 + i, leaseEpoch: 1 }));
    expect(weight(ack(...receipts))).toBeGreaterThan(50);
  });

  it('is told of commands that this build does not know', () => {
    expect(new QueueRig().machine.weigh(Uint8Array.of(255, 1))).toBe(1);
  });
});
