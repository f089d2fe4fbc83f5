import { isFlowError } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import type { FoundJobs, JobSearch } from '../../../src/services/queue/queue-admin.ts';
import { job, payloads, QueueBench, text } from './queue-bench.ts';

const PEEK: JobSearch = {
  shard: undefined,
  states: ['ready'],
  filter: '',
  max: 10,
  scannedMax: 1_000,
  payloadBytesMax: 0,
  pageToken: '',
};

function found({ jobs }: FoundJobs): string[] {
  return jobs.map((one) => Buffer.from(one.job.body.payload).toString());
}

describe('looking at jobs', () => {
  it('shows them in the order in which they will be delivered, page by page over all shards, and leases none', async () => {
    const bench = new QueueBench();
    const shards = bench.queue('mail', { shards: 2 });
    await bench.enqueue('mail', [text('a'), { ...text('b'), priority: 5 }], { shard: 0 });
    await bench.enqueue('mail', [text('c')], { shard: 1 });
    const first = await bench.settled(bench.admin.search(bench.call('mail'), { ...PEEK, max: 2 }));
    const rest = await bench.settled(
      bench.admin.search(bench.call('mail'), { ...PEEK, pageToken: first.nextPageToken }),
    );
    expect([...found(first), ...found(rest)]).toEqual(['b', 'a', 'c']);
    expect(rest.nextPageToken).toBe('');
    expect(shards.map(({ machine }) => machine.stats().leased)).toEqual([0, 0]);
  });

  it('finds what a filter matches in every state; what it cannot be evaluated for does not match and is counted', async () => {
    const bench = new QueueBench();
    bench.queue('mail');
    const total = (n: number) => text(JSON.stringify({ total: n }));
    await bench.enqueue('mail', [total(9), total(18), text('no json'), { ...total(100), delayMs: 60_000 }]);
    const search = { ...PEEK, states: ['ready', 'delayed'], filter: 'payload.total > 9' } as const;
    const all = await bench.settled(bench.admin.search(bench.call('mail'), search));
    expect(found(all)).toEqual(['{"total":18}', '{"total":100}']);
    expect(all).toMatchObject({ scanned: 4, typeErrors: 1, nextPageToken: '' });
  });

  it('looks at no more jobs than it is told, and goes on with the token', async () => {
    const bench = new QueueBench();
    bench.queue('mail');
    await bench.enqueue(
      'mail',
      Array.from({ length: 10 }, (_, i) => text(String(i))),
    );
    const filter = 'payload == 9';
    const first = await bench.settled(
      bench.admin.search(bench.call('mail'), { ...PEEK, filter, scannedMax: 6 }),
    );
    expect(first).toMatchObject({ jobs: [], scanned: 6 });
    const { nextPageToken: pageToken } = first;
    const rest = await bench.settled(bench.admin.search(bench.call('mail'), { ...PEEK, filter, pageToken }));
    expect(found(rest)).toEqual(['9']);
    await expect(bench.admin.search(bench.call('mail'), { ...PEEK, pageToken: 'x' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: 'page_token' },
    });
  });

  it('tells counts and rates of every shard, and of a shard elsewhere why there are none', async () => {
    const bench = new QueueBench();
    const [, second] = bench.queue('mail', { shards: 2 });
    await bench.pass(200);
    await bench.enqueue('mail', [text('a'), text('b')]);
    await bench.pass(10_000);
    if (second !== undefined) bench.leaders.set(second.group, 2, 2);
    const [here, there] = await bench.settled(bench.admin.stats(bench.call('mail')));
    if (here === undefined || isFlowError(here)) throw new Error('the shard here has not answered');
    expect(here.stats).toMatchObject({ ready: 2 });
    expect(here.oldestReadyAgeMs).toBeGreaterThanOrEqual(9_000);
    expect(here.rates.enqueued).toBeCloseTo(0.2, 1);
    expect(there).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('lists workers that are connected, each once, with what they have in hand', async () => {
    const bench = new QueueBench();
    bench.queue('mail', { shards: 3 });
    const session = bench.service.work(
      { caller: bench.caller, queue: 'mail' },
      { peer: 'p', worker: 'w1', visibilityMs: undefined, credit: 5, shards: undefined },
      { jobs: () => undefined, shardEnded: () => undefined },
    );
    await bench.enqueue('mail', [text('a')]);
    await bench.idle();
    expect(await bench.settled(bench.admin.workers(bench.call('mail')))).toMatchObject([
      { worker: 'w1', inFlight: 1, shards: [0, 1, 2] },
    ]);
    session.close();
    expect(await bench.settled(bench.admin.workers(bench.call('mail')))).toEqual([]);
  });
});

describe('operating a queue', () => {
  it('pauses and resumes receiving in all shards; waiting receivers get what is there when it goes on', async () => {
    const bench = new QueueBench();
    bench.queue('mail', { shards: 2 });
    const call = bench.call('mail');
    const paused = { receive: true, enqueue: undefined };
    expect(await bench.settled(bench.admin.pause(call, paused))).toEqual({ receive: true, enqueue: false });
    await bench.enqueue('mail', [text('a')]);
    const waiting = bench.polling('mail', { waitMs: 10_000 }, { shard: undefined });
    bench.time.advance(1_000);
    await bench.settled(bench.admin.pause(call, { receive: false, enqueue: undefined }));
    expect(payloads(await bench.settled(waiting))).toEqual(['a']);
  });

  it('purges one state of all shards, however many there are, after counting them', async () => {
    const bench = new QueueBench();
    const shards = bench.queue('mail', { shards: 2 });
    for (const shard of [0, 1])
      await bench.enqueue(
        'mail',
        Array.from({ length: 600 }, () => text('x')),
        { shard },
      );
    await bench.enqueue('mail', [{ ...text('later'), delayMs: 10_000 }]);
    const call = bench.call('mail');
    expect(await bench.settled(bench.admin.purge(call, 'ready', true))).toBe(1_200);
    expect(await bench.settled(bench.admin.purge(call, 'ready', false))).toBe(1_200);
    const stats = shards.map(({ machine }) => machine.stats());
    expect(stats.map(({ ready, delayed }) => ready + delayed)).toEqual([1, 0]);
  });
});

describe('schedules', () => {
  const every = { name: 'tick', expression: '* * * * *', timeZone: '', job: job(text('tick')) };

  it('enqueue one job each time, and none while they are paused', async () => {
    const bench = new QueueBench();
    const shards = bench.queue('mail', { shards: 3 });
    const call = bench.call('mail');
    const put = await bench.settled(bench.admin.putSchedule(call, every));
    expect(put.nextAtMs % 60_000).toBe(0);
    await bench.pass(125_000);
    const enqueued = (): number =>
      shards.reduce((sum, { machine }) => sum + machine.stats().totals.enqueued, 0);
    expect(enqueued()).toBe(2);
    await bench.settled(bench.admin.pauseSchedule(call, 'tick', true));
    await bench.pass(120_000);
    expect(enqueued()).toBe(2);
    await bench.settled(bench.admin.pauseSchedule(call, 'tick', false));
    await bench.pass(60_000);
    expect(enqueued()).toBe(3);
    await bench.settled(bench.admin.deleteSchedule(call, 'tick'));
    expect(await bench.settled(bench.admin.schedules(call))).toEqual([]);
  });

  it('put again under their name replace the one that is there', async () => {
    const bench = new QueueBench();
    bench.queue('mail', { shards: 3 });
    const call = bench.call('mail');
    await bench.settled(bench.admin.putSchedule(call, every));
    await bench.settled(bench.admin.putSchedule(call, { ...every, expression: '0 * * * *' }));
    expect(await bench.settled(bench.admin.schedules(call))).toMatchObject([{ expression: '0 * * * *' }]);
  });

  it('fire exactly once for a time, also when the leader changes as it comes', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    if (shard === undefined) throw new Error('no shard');
    const { nextAtMs } = await bench.settled(bench.admin.putSchedule(bench.call('mail'), every));
    shard.autoCommit = false;
    await bench.pass(nextAtMs - bench.time.wall + 300);
    // The command is in the log and applied by the next leader, which looks at the schedule as well.
    shard.autoCommit = true;
    shard.commit();
    shard.depose();
    shard.lead();
    await bench.pass(1_000);
    expect(shard.machine.stats().totals.enqueued).toBe(1);
  });

  it.each([
    ['nonsense', ''],
    ['61 * * * *', ''],
    ['* * * * *', 'Europe/Nowhere'],
    ['0 0 1 1 * 2001', ''],
  ])('refuse the expression %s in %s', async (expression, timeZone) => {
    const bench = new QueueBench();
    bench.queue('mail');
    const put = bench.admin.putSchedule(bench.call('mail'), { ...every, expression, timeZone });
    const refused = expect(put).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await bench.idle();
    await refused;
  });
});
