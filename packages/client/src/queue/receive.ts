/**
 * One receive over all shards: the nodes that lead them are asked at the same time, in short polls, and the first that has jobs ends it. What
 * another node delivers after that is given back at once; polls are not cancelled, so that no job is leased for a caller that has gone.
 */
import type { flowmesh } from '@flowmesh/proto';
import { LEADERLESS_POLL_MS } from '../limits.ts';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import { cancelled, pause, unlessAborted } from '../system.ts';
import { asFlowError, connectionFailed } from '../wire/errors.ts';
import { callUnary } from '../wire/node-connection.ts';
import type { ReceiveOptions } from './queue-types.ts';
import { toReceipt } from './queue-wire.ts';
import { settle } from './settler.ts';

type WireJob = flowmesh.v1.Job.$Properties;

/** One poll where several nodes are asked: how long a delivery that is not wanted any more may take at most to be given back. */
const SLICE_MS = 1_000;
/** What a poll may take beyond its wait. */
const POLL_MARGIN_MS = 5_000;

export async function receiveJobs(
  deps: LeaderCallDeps,
  queue: string,
  options: ReceiveOptions,
): Promise<readonly WireJob[]> {
  const { router, surroundings } = deps;
  const name = `queue:${queue}`;
  const { clock, scheduler } = surroundings;
  const until = clock.monotonicMs() + (options.waitMs ?? 0);
  await router.stream(name, options);
  const unwatch = router.watch(name);
  try {
    for (let first = true; ; first = false) {
      if (options.signal?.aborted === true) throw cancelled();
      const startMs = clock.monotonicMs();
      const leftMs = Math.max(0, Math.ceil(until - startMs));
      if (!first && leftMs === 0) return [];
      const places = placesOf(deps, name, options.shard);
      if (places.length === 0) router.refreshSoon();
      else {
        const jobs = await askAll(deps, { queue, places, leftMs }, options);
        if (jobs.length > 0 || leftMs === 0) return jobs;
      }
      // Who refuses at once is not asked again at once.
      if (clock.monotonicMs() - startMs < LEADERLESS_POLL_MS)
        await pause(scheduler, Math.min(LEADERLESS_POLL_MS, leftMs), options.signal);
    }
  } finally {
    unwatch();
  }
}

async function askAll(
  deps: LeaderCallDeps,
  round: { readonly queue: string; readonly places: readonly Place[]; readonly leftMs: number },
  options: ReceiveOptions,
): Promise<readonly WireJob[]> {
  const { queue, places, leftMs } = round;
  const waitMs = places.length === 1 ? leftMs : Math.min(SLICE_MS, leftMs);
  const late = (jobs: readonly WireJob[]): void => void giveBack(deps, queue, jobs);
  const answer = firstOf(
    places.map((place) => poll(deps, { ...place, queue, waitMs }, options)),
    late,
  );
  try {
    return await unlessAborted(answer, options.signal);
  } catch (failure) {
    if (options.signal?.aborted === true) answer.then(late, () => undefined);
    throw failure;
  }
}

interface Place {
  readonly address: string;
  /** -1: all that the node leads. */
  readonly shard: number;
  /** One of them, for what is learned from errors. */
  readonly known: number;
}

function placesOf({ router }: LeaderCallDeps, name: string, shard: number | undefined): Place[] {
  const places = new Map<string, Place>();
  const shards = router.cache.stream(name)?.partitions.length ?? 0;
  for (let i = 0; i < shards; i++) {
    if (shard !== undefined && i !== shard) continue;
    const leader = router.leaderOf(name, i);
    if (leader === undefined || places.has(leader.address)) continue;
    places.set(leader.address, { address: leader.address, shard: shard ?? -1, known: i });
  }
  return [...places.values()];
}

async function poll(
  deps: LeaderCallDeps,
  place: Place & { readonly queue: string; readonly waitMs: number },
  options: ReceiveOptions,
): Promise<readonly WireJob[]> {
  const { router, pool } = deps;
  const { address, queue, shard, known, waitMs } = place;
  const { visibilityMs, max = 1, worker = '' } = options;
  const { queues } = pool.get(address);
  const request = { queue, shard, max, maxWaitMs: waitMs, worker };
  const visible = visibilityMs === undefined ? {} : { visibilityTimeoutMs: visibilityMs };
  try {
    const limits = { address, timeoutMs: waitMs + POLL_MARGIN_MS };
    return (await callUnary(queues.receive.bind(queues), { ...request, ...visible }, limits)).jobs;
  } catch (failure) {
    const error = asFlowError(failure);
    if (!error.retryable) throw error;
    if (connectionFailed(error)) router.unreachable(address);
    router.learn(`queue:${queue}`, known, error);
    router.refreshSoon();
    return [];
  }
}

/** The first answer with jobs, or none when all are empty; rejects where one fails for good before. `late` gets what comes afterwards. */
function firstOf(
  polls: readonly Promise<readonly WireJob[]>[],
  late: (jobs: readonly WireJob[]) => void,
): Promise<readonly WireJob[]> {
  return new Promise((resolve, reject) => {
    let left = polls.length;
    let decided = false;
    for (const one of polls) {
      one.then(
        (jobs) => {
          left--;
          if (decided) {
            if (jobs.length > 0) late(jobs);
          } else if (jobs.length > 0 || left === 0) {
            decided = true;
            resolve(jobs);
          }
        },
        (error: unknown) => {
          left--;
          decided = true;
          reject(asFlowError(error));
        },
      );
    }
  });
}

async function giveBack(deps: LeaderCallDeps, queue: string, jobs: readonly WireJob[]): Promise<void> {
  const items = jobs.map((job) => ({ kind: 'release', receipt: toReceipt(job) }) as const);
  // Where that fails too they come back when their leases end.
  await settle(deps, queue, items, {}).catch(() => undefined);
}
