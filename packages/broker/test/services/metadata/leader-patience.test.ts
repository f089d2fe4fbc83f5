import { groupId } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { DeadlineWheel } from '../../../src/services/deadline-wheel.ts';
import { LeaderPatience } from '../../../src/services/metadata/leader-patience.ts';
import { FakeLeaders } from '../fake-cluster.ts';
import { ManualTime } from '../manual-time.ts';

const GROUP = groupId(7);
const NEVER = new AbortController().signal;

function patienceWorld() {
  const time = new ManualTime();
  const leaders = new FakeLeaders();
  const wheel = new DeadlineWheel({ clock: time, scheduler: time });
  const patience = new LeaderPatience({ leaders, wheel, clock: time });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    time,
    leaders,
    patience,
    turn,
    /** Tells whether the wait is over. */
    waiting: () => {
      const wait = { over: false };
      void patience.wait([GROUP], NEVER).then(() => {
        wait.over = true;
      });
      return wait;
    },
  };
}

describe('patience with elections', () => {
  it('waits for the outcome, and not at all where there is a leader', async () => {
    const { leaders, turn, waiting } = patienceWorld();
    const first = waiting();
    await turn();
    expect(first.over).toBe(false);
    leaders.set(GROUP, 2);
    await turn();
    expect(first.over).toBe(true);
    const second = waiting();
    await turn();
    expect(second.over).toBe(true);
  });

  it('ends after a second, and altogether where a group has been without a leader for three', async () => {
    const { time, leaders, turn, waiting } = patienceWorld();
    const first = waiting();
    await turn();
    time.advance(1_100);
    await turn();
    expect(first.over).toBe(true);
    time.advance(2_000);
    const late = waiting();
    await turn();
    expect(late.over).toBe(true);
    // The next election is another one.
    leaders.set(GROUP, 2);
    leaders.known.delete(GROUP);
    const next = waiting();
    await turn();
    expect(next.over).toBe(false);
  });

  it('ends with the one who asked, and listens to no leaders once it is closed', async () => {
    const { leaders, patience } = patienceWorld();
    const gone = new AbortController();
    const wait = patience.wait([GROUP], gone.signal);
    gone.abort();
    await expect(wait).rejects.toMatchObject({ code: 'CANCELLED' });
    patience.close();
    expect(leaders.listening).toBe(0);
  });
});
