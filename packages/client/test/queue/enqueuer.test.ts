import { describe, expect, it } from 'vitest';
import { Enqueuer } from '../../src/queue/enqueuer.ts';
import type { LeaderCallDeps } from '../../src/routing/leader-call.ts';
import { systemSurroundings } from '../../src/system.ts';
import { ManualTime } from '../support/manual-time.ts';

/** A queue of one shard that has no leader, and does not get one. */
function leaderless(time = new ManualTime()): LeaderCallDeps {
  const clock = { wallMs: () => 0, monotonicMs: () => time.nowMs };
  const router = {
    stream: async () => ({ partitions: [{}] }),
    leaderOf: () => undefined,
    watch: () => () => undefined,
    refreshSoon: () => undefined,
  };
  const deps = { router, pool: {}, surroundings: { ...systemSurroundings(), clock, scheduler: time } };
  return deps as unknown as LeaderCallDeps;
}

describe('a job on its way to a shard without a leader', () => {
  it('is waited for no longer than its signal lets it', async () => {
    const enqueuer = new Enqueuer(leaderless());
    const stopping = new AbortController();
    const waiting = enqueuer.enqueue('q', { payload: 'a' }, new Uint8Array(1), { signal: stopping.signal });
    stopping.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    enqueuer.close();
  });

  it('is waited for no longer than its time lets it', async () => {
    const time = new ManualTime();
    const enqueuer = new Enqueuer(leaderless(time));
    const waiting = enqueuer.enqueue('q', { payload: 'a' }, new Uint8Array(1), { timeoutMs: 1_000 });
    const refused = expect(waiting).rejects.toMatchObject({
      code: 'TIMEOUT',
      details: { outcome: 'unknown' },
    });
    await time.pass(1_000);
    await refused;
    enqueuer.close();
  });

  it('counts among those that are on their way, although nobody waits for it any more', async () => {
    const enqueuer = new Enqueuer(leaderless());
    const large = new Uint8Array(40 << 20);
    const given = enqueuer.enqueue('q', { payload: large }, large, { signal: AbortSignal.abort() });
    await expect(given).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(enqueuer.enqueue('q', { payload: large }, large, {})).rejects.toMatchObject({
      code: 'OVERLOADED',
    });
    enqueuer.close();
  });
});
