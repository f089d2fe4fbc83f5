/** The machine against a simple model, with hardly any memory and restarts at any moment: same answers, same jobs, nothing lost. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueueCommandBody, QueueReply } from '../../src/index.ts';
import { jobsOf } from './queue-audit.ts';
import { type ModelRules, QueueModel } from './queue-model.ts';
import { anyOp } from './queue-ops.ts';
import { QueueRig, TINY } from './queue-rig.ts';

const rules: fc.Arbitrary<ModelRules> = fc
  .record({
    attemptsMax: fc.constantFrom(-1, 1, 2, 3),
    retryMs: fc.constantFrom(0, 6),
    backoff: fc.boolean(),
    visibilityMs: fc.constantFrom(0, 10),
    dedupWindowMs: fc.constantFrom(0, 30),
  })
  .map(({ backoff, ...rest }) => ({ ...rest, expiredRetryMs: backoff ? rest.retryMs : 0, backoff }));

function configOf(of: ModelRules & { readonly backoff?: boolean }): Readonly<Record<string, string>> {
  return {
    'attempts.max': String(of.attemptsMax),
    'retry.backoff': 'fixed',
    'retry.initial.ms': String(of.retryMs),
    'retry.jitter.percent': '0',
    'expired.lease.retry': of.backoff === true ? 'backoff' : 'immediate',
    'visibility.timeout.ms': String(of.visibilityMs),
    'dedup.window.ms': String(of.dedupWindowMs),
  };
}

/** Without what the model does not know. */
function plain(body: QueueCommandBody): QueueCommandBody {
  if (body.kind === 'enqueue') return { ...body, requestId: '', transaction: undefined };
  return body.kind === 'ack' ? { ...body, transaction: undefined } : body;
}

/** A reply in the model's words. */
function words(reply: QueueReply): unknown {
  switch (reply.kind) {
    case 'enqueued':
      return reply.results.map((result) =>
        result.kind === 'refused' ? 'refused' : [result.kind, result.seq],
      );
    case 'received':
      return reply.jobs.map(({ meta }) => [meta.seq, meta.leaseEpoch, meta.attempts]);
    case 'receipts':
      return reply.results.map(({ kind }) => kind);
    case 'expired':
    case 'purged':
      return reply.count;
    case 'dead-letters':
      return reply.results;
    case 'redriven':
      return [reply.count, reply.more];
    case 'configured':
    case 'paused':
    case 'task':
    case 'schedule':
    case 'schedule-fired':
    case 'transaction-ended':
      return undefined;
  }
}

describe('a queue and its model', () => {
  it('agree on every answer and every job, whatever is done and whenever it restarts', async () => {
    await fc.assert(
      fc.asyncProperty(
        rules,
        fc.array(fc.record({ step: anyOp, restart: fc.nat(9).map((n) => n === 0) }), { maxLength: 80 }),
        async (of, steps) => {
          const rig = new QueueRig(TINY);
          const model = new QueueModel(of);
          await rig.configure(configOf(of));
          for (const { step, restart } of steps) {
            rig.timeMs += step.passMs;
            const body = plain(step.op(await jobsOf(rig.state), rig.timeMs));
            const expected = model.apply(body, rig.timeMs);
            if (expected === undefined) continue;
            expect(words(await rig.run(body)), body.kind).toEqual(expected);
            const jobs = await jobsOf(rig.state);
            const described = jobs.map(
              (meta) =>
                `${meta.seq} ${meta.state} ${meta.attempts}/${meta.totalAttempts} epoch ${meta.leaseEpoch}`,
            );
            expect(described.sort()).toEqual(model.describe());
            expect(jobs.length + model.gone, 'every job that was enqueued is there or was finished').toBe(
              model.enqueued,
            );
            if (!restart) continue;
            const before = rig.machine.digest();
            await rig.restart();
            expect(rig.machine.digest()).toBe(before);
          }
        },
      ),
      { numRuns: 200 },
    );
  }, 120_000);
});
