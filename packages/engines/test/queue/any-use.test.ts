/**
 * Whatever is done with a queue: a job is in exactly one state and one index, counts are true, nothing is lost; and a replica with hardly any memory,
 * other chunks and restarts in between has the same state and gives the same answers.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueueCommand, QueueReply, Reply } from '../../src/index.ts';
import { audit, jobsOf } from './queue-audit.ts';
import { anyConfig, anyOp } from './queue-ops.ts';
import { QueueRig, TINY } from './queue-rig.ts';

/** A reply without what replicas may differ in: bodies at hand, and how much of an index they look at for a count. */
function comparable(reply: Reply): unknown {
  if (!reply.ok) return [reply.error.code, reply.error.message];
  const value = reply.value as QueueReply;
  if (value.kind === 'received') return value.jobs.map(({ meta }) => meta);
  if (value.kind === 'purged') return value.count;
  if (value.kind === 'enqueued') {
    return value.results.map((result) => (result.kind === 'refused' ? result.error.message : result));
  }
  return value;
}

describe('any use of a queue', () => {
  it('keeps each job in one place, and is the same on a replica with little memory that restarts', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyConfig,
        fc.array(anyOp, { minLength: 1, maxLength: 60 }),
        fc.array(fc.record({ size: fc.integer({ min: 1, max: 7 }), restart: fc.boolean() }), {
          minLength: 1,
          maxLength: 20,
        }),
        async (config, ops, chunks) => {
          const leader = new QueueRig();
          const follower = new QueueRig(TINY);
          await leader.configure(config);
          await follower.configure(config);
          const commands: QueueCommand[] = [];
          const replies: Reply[] = [];
          for (const { op, passMs } of ops) {
            leader.timeMs += passMs;
            const body = op(await jobsOf(leader.state), leader.timeMs);
            const command = { ...body, timeMs: leader.timeMs };
            commands.push(command);
            replies.push(...(await leader.chunk([command])));
            expect(await audit(leader.state, leader.machine)).toEqual([]);
          }
          const answers: Reply[] = [];
          for (let i = 0; answers.length < commands.length; i++) {
            const { size, restart } = chunks[i % chunks.length] ?? { size: 1, restart: false };
            answers.push(...(await follower.chunk(commands.slice(answers.length, answers.length + size))));
            if (restart) await follower.restart();
          }
          expect(answers.map(comparable)).toEqual(replies.map(comparable));
          expect(follower.state.dump()).toBe(leader.state.dump());
          expect(follower.machine.digest()).toBe(leader.machine.digest());
        },
      ),
      { numRuns: 200 },
    );
  }, 120_000);
});
