/** Waiting until groups that have just come into being are led, as far as this node has heard. */
import { FlowError } from '@flowmesh/base';
import type { GroupId } from '@flowmesh/base';
import { NO_DEADLINE } from '../deadline-wheel.ts';
import type { Deadline, DeadlineWheel } from '../deadline-wheel.ts';
import type { LeaderPort } from '../ports.ts';

export interface LeaderWaitPorts {
  readonly leaders: Pick<LeaderPort, 'leaderOf' | 'onLeaderChange'>;
  readonly wheel: DeadlineWheel;
}

/** Resolves with how many of the groups have no leader: none of them, or what is left after `timeoutMs`. CANCELLED with the signal. */
export async function leadersMissing(
  { leaders, wheel }: LeaderWaitPorts,
  groups: readonly GroupId[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<number> {
  const missing = (): number => groups.filter((group) => leaders.leaderOf(group) === undefined).length;
  if (missing() === 0) return 0;
  let leave: () => void = () => undefined;
  try {
    return await new Promise<number>((resolve, reject) => {
      const deadline: Deadline = { ...NO_DEADLINE, expire: () => resolve(missing()) };
      const abort = (): void => reject(new FlowError('CANCELLED', 'the caller gave up waiting for leaders'));
      const forget = leaders.onLeaderChange(() => {
        if (missing() === 0) resolve(0);
      });
      signal.addEventListener('abort', abort, { once: true });
      wheel.add(deadline, timeoutMs);
      leave = () => {
        forget();
        signal.removeEventListener('abort', abort);
        wheel.remove(deadline);
      };
      if (signal.aborted) abort();
    });
  } finally {
    leave();
  }
}
