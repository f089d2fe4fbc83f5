import { describe, expect, it } from 'vitest';
import { afterRepeat } from '../../src/queue/settler.ts';

describe('what was said twice, because its first answer was lost', () => {
  it('is done where the job is gone, and says that this is assumed: another lease may have done it', () => {
    expect(afterRepeat('ack', { outcome: 'gone', until: 0 })).toEqual({
      outcome: 'done',
      until: 0,
      assumed: true,
    });
  });

  it('is what the leader says in all other cases', () => {
    for (const outcome of ['done', 'stale'] as const)
      expect(afterRepeat('ack', { outcome, until: 0 })).toEqual({ outcome, until: 0 });
    for (const kind of ['nack', 'extend', 'release'] as const)
      expect(afterRepeat(kind, { outcome: 'gone', until: 0 })).toEqual({ outcome: 'gone', until: 0 });
  });
});
