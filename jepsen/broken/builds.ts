/**
 * Broken builds of FlowMesh, each a fault that real systems have had, and the run that catches it within its budget. Most are those of the
 * simulator (`test/sim/mutants`), here as real processes. The product has no switch for any of them.
 */
import { FlowError } from '@flowmesh/base';
import { mutantNamed, type Patch } from '../../test/sim/mutants/hook.ts';
import type { PlannedFault } from '../nemeses/nemesis.ts';

export interface BrokenBuild {
  readonly name: string;
  /** What is wrong with it. */
  readonly fault: string;
  /** Of the simulator's mutants. */
  readonly mutant?: string;
  readonly patches?: readonly Omit<Patch, 'name'>[];
  readonly workload: string;
  /** As on the command line. */
  readonly nemesis: string;
  /** Instead of times from the seed: where one fault has to come in the midst of another. */
  readonly faults?: readonly Pick<PlannedFault, 'nemesis' | 'variant' | 'atMs' | 'forMs'>[];
  /** Of one run. */
  readonly seconds: number;
  /** Seeds that are tried, from this one on; one of them must catch it. */
  readonly firstSeed: number;
  readonly seeds: number;
  readonly rate?: number;
  /** Added to the pauses between faults: where the fault shows once they have ended. */
  readonly calmSeconds?: number;
}

export const BROKEN_BUILDS: readonly BrokenBuild[] = [
  {
    name: 'acknowledged-before-fsync',
    fault: 'entries are acknowledged from the page cache',
    mutant: 'entries-not-durable',
    workload: 'kv-counting',
    nemesis: 'power:all',
    seconds: 40,
    firstSeed: 1,
    seeds: 3,
  },
  {
    name: 'one-copy-commits',
    fault: 'the leader commits what it alone has',
    mutant: 'commit-quorum-off-by-one',
    workload: 'kv-counting',
    nemesis: 'partition:isolate-leader',
    seconds: 40,
    firstSeed: 1,
    seeds: 3,
  },
  {
    name: 'lease-read-without-check',
    fault: 'a read does not ask whether its node still leads',
    mutant: 'get-without-barrier',
    workload: 'kv-counting',
    nemesis: 'pause:leader,stall:leader',
    seconds: 60,
    firstSeed: 1,
    seeds: 4,
  },
  {
    name: 'one-vote-elects',
    fault: 'one vote too few wins an election',
    mutant: 'election-quorum-off-by-one',
    workload: 'kv-counting',
    // One that is elected alone and lacks what the others have committed gets nowhere; two of one term are both followed by the third.
    nemesis: 'partition:all-apart',
    seconds: 80,
    calmSeconds: 10,
    firstSeed: 1,
    seeds: 4,
  },
  {
    name: 'predecessor-by-index-alone',
    fault: 'followers take entries, and say so, where the predecessor’s index is there, whatever its term',
    patches: [
      {
        file: 'packages/raft/src/follower-log.ts',
        find: 'if (log.matchTerm(message.prevIndex, message.prevTerm)) {',
        replace: 'if (message.prevIndex <= log.lastIndex) {',
      },
      {
        file: 'packages/raft/src/leader.ts',
        find: 'rejectTerm > 0 ? core.log.findConflictByTerm(rejectHint, rejectTerm).index : rejectHint;',
        replace: 'rejectHint;',
      },
    ],
    workload: 'stream-log',
    // Another leader than the first one that followed has to meet what was written alone.
    nemesis: 'partition:isolate-leader,membership:handover',
    seconds: 80,
    calmSeconds: 10,
    firstSeed: 1,
    seeds: 4,
  },
  {
    name: 'state-behind-its-index',
    fault:
      'the applied index is written without the state that belongs to it, so that a restart applies too little',
    mutant: 'applied-ahead-of-state',
    workload: 'kv-counting',
    nemesis: 'kill:all+one',
    seconds: 60,
    firstSeed: 1,
    seeds: 3,
  },
  {
    name: 'vote-for-shorter-log',
    fault: 'a vote is granted to a candidate whose log is behind',
    mutant: 'vote-for-shorter-log',
    workload: 'kv-counting',
    nemesis: 'partition:isolate-one,kill:leader',
    seconds: 80,
    calmSeconds: 10,
    firstSeed: 1,
    seeds: 4,
    // Slowly: one that lacks more than the last entry is elected, and gets nowhere with those who know that it was committed.
    rate: 12,
  },
  {
    name: 'applied-before-commit',
    fault: 'durable entries are applied before they are committed',
    mutant: 'applied-before-commit',
    workload: 'kv-counting',
    nemesis: 'partition:isolate-leader+halves',
    seconds: 40,
    firstSeed: 1,
    seeds: 3,
  },
  {
    name: 'repeated-request-done-twice',
    fault: 'a transaction that its client repeats, having heard no answer, is done twice',
    mutant: 'request-not-remembered',
    workload: 'kv-register',
    nemesis: 'reset:clients+everything,partition:answers-lost',
    seconds: 40,
    firstSeed: 1,
    seeds: 4,
  },
  {
    name: 'deleted-key-in-cache',
    fault: 'what is deleted on the disk is still found in memory',
    mutant: 'deleted-kept-in-cache',
    // Keys of a bucket leave tombstones, which stay for longer than a run; jobs are deleted when they are done.
    workload: 'queue-jobs',
    nemesis: 'kill:one',
    seconds: 60,
    firstSeed: 1,
    seeds: 3,
  },
  {
    name: 'serves-before-its-first-entry',
    fault: 'a new leader serves before its first entry is applied',
    mutant: 'serves-before-noop',
    // Buckets do not show it: reads wait for the leader’s first entry in the core, too. Offsets are given by the one who serves.
    workload: 'stream-log',
    nemesis: 'kill:leader,pause:leader',
    seconds: 60,
    firstSeed: 1,
    seeds: 4,
  },
  {
    name: 'answers-before-fsync',
    fault: 'followers answer before the write that they promise, and leaders count themselves',
    patches: [
      {
        file: 'packages/raft/src/replication.ts',
        find: '  log.append(entries);\n',
        replace: '  log.append(entries);\n  core.tracker.get(core.id)?.maybeUpdate(log.lastIndex);\n',
      },
      {
        file: 'packages/broker/src/replica/replica.ts',
        find: '    this.appendsInFlight++;\n',
        replace:
          '    this.appendsInFlight++;\n    for (const reply of responses) if (!isLocal(reply) && reply.to !== this.member) this.env.send(this.group, reply);\n',
      },
    ],
    workload: 'kv-counting',
    nemesis: 'power:all,disk:all-slow-sync',
    seconds: 60,
    firstSeed: 1,
    seeds: 4,
  },
  {
    name: 'applied-twice-after-restart',
    fault:
      'the applied index is written behind the state that belongs to it, so that a restart applies entries twice; and nobody remembers requests, which would make that harmless',
    mutant: 'request-not-remembered',
    patches: [
      {
        file: 'packages/broker/src/replica/state-flush.ts',
        find: 'store.writeState({ puts, dels, applied,',
        replace: 'store.writeState({ puts, dels, applied: Math.max(1, applied - 20),',
      },
    ],
    workload: 'kv-register',
    nemesis: 'kill:all+one',
    seconds: 40,
    firstSeed: 1,
    seeds: 3,
  },
  {
    name: 'in-sync-not-asked',
    fault: 'neither the set in sync nor min.insync.replicas is asked before and after an append',
    patches: [
      {
        file: 'packages/broker/src/services/stream/partition-appends.ts',
        find: '    if (this.inSync >= wanted) return undefined;',
        replace: '    if (wanted > 0) return undefined;',
      },
      {
        file: 'packages/broker/src/replica/proposal-table.ts',
        find: 'proposal.minDurable > majority',
        replace: 'proposal.minDurable < 0',
      },
    ],
    workload: 'stream-in-sync',
    nemesis: 'kill:one',
    seconds: 30,
    firstSeed: 1,
    seeds: 3,
  },
  {
    name: 'leases-by-the-wall-clock',
    fault: 'a leader stamps what its wall clock says, so that leases end when it jumps',
    mutant: 'wall-clock-believed',
    workload: 'queue-jobs',
    nemesis: 'clock:leader-forward+majority-forward',
    seconds: 40,
    firstSeed: 1,
    seeds: 3,
  },
  {
    name: 'stale-receipt-accepted',
    fault: 'a receipt of an earlier delivery settles the job for whoever holds it now',
    mutant: 'stale-receipt-accepted',
    workload: 'queue-jobs',
    nemesis: 'none',
    seconds: 30,
    firstSeed: 1,
    seeds: 2,
  },
  {
    name: 'dead-letter-lost',
    fault: 'a job that has used up its attempts is taken out before its dead letter is kept',
    mutant: 'used-up-job-dropped',
    workload: 'queue-jobs',
    nemesis: 'none',
    seconds: 20,
    firstSeed: 1,
    seeds: 2,
  },
  {
    name: 'attempt-not-counted',
    fault: 'a delivery whose lease ran out is not counted as an attempt',
    mutant: 'attempt-not-counted-on-expiry',
    workload: 'queue-jobs',
    nemesis: 'none',
    seconds: 40,
    firstSeed: 1,
    seeds: 2,
  },
  {
    name: 'blocked-delivered',
    fault: 'a job is delivered while another one of its key is in somebody’s hands',
    mutant: 'blocked-delivered',
    workload: 'queue-jobs',
    nemesis: 'none',
    seconds: 20,
    firstSeed: 1,
    seeds: 2,
  },
  {
    name: 'anyone-commits',
    fault:
      'a coordinator takes commits of members that have lost their partitions, or are no members any more',
    patches: [
      {
        file: 'packages/engines/src/coordinator/offset-commands.ts',
        find: '    if (!mayCommit(group, command.by, entry)) return { stream, partition, offset, refused: true };\n',
        replace: '',
      },
      {
        file: 'packages/engines/src/coordinator/offset-commands.ts',
        find: '  if (stranger !== undefined) return stranger;\n',
        replace: '  if (stranger !== undefined && known === undefined) return stranger;\n',
      },
    ],
    workload: 'groups',
    nemesis: 'partition:clients-without-majority+answers-lost,stall:leader',
    seconds: 60,
    firstSeed: 1,
    seeds: 4,
  },
  {
    name: 'offsets-go-back',
    fault: 'a late commit takes a later one back',
    mutant: 'offsets-go-back',
    workload: 'groups',
    nemesis: 'none',
    seconds: 30,
    firstSeed: 1,
    seeds: 2,
  },
  {
    name: 'participant-forgotten',
    fault: 'a coordinator forgets one of the partitions that a transaction is to be ended in',
    mutant: 'participant-forgotten',
    workload: 'bank',
    nemesis: 'none',
    seconds: 20,
    firstSeed: 1,
    seeds: 2,
  },
  {
    name: 'aborted-records-shown',
    fault: 'readers of what is committed are shown aborted records',
    mutant: 'aborted-records-shown',
    workload: 'stream-append',
    nemesis: 'none',
    seconds: 20,
    firstSeed: 1,
    seeds: 2,
  },
  {
    name: 'producers-forgotten',
    fault: 'a restart forgets producers, so that a repeated batch is stored twice',
    mutant: 'producers-not-restored',
    workload: 'stream-log',
    // A batch that is stored, and nobody has heard of it, when all start again; and its producer lives on.
    nemesis: 'kill:all,partition:answers-lost',
    faults: [0, 1, 2].flatMap((turn) => [
      { nemesis: 'partition', variant: 'answers-lost', atMs: 10_000 + turn * 40_000, forMs: 10_000 },
      { nemesis: 'kill', variant: 'all', atMs: 17_000 + turn * 40_000, forMs: 300 },
    ]),
    seconds: 120,
    firstSeed: 1,
    seeds: 2,
  },
  {
    name: 'watch-skips-at-its-beginning',
    fault: 'a watch that goes on at another leader leaves the first change out',
    mutant: 'watch-skips-at-its-beginning',
    workload: 'watches',
    nemesis: 'kill:leader,reset:clients',
    seconds: 40,
    firstSeed: 1,
    seeds: 3,
  },
];

export function brokenBuildNamed(name: string): BrokenBuild {
  const build = BROKEN_BUILDS.find((one) => one.name === name);
  if (build !== undefined) return build;
  throw new FlowError('INVALID_ARGUMENT', `there is no broken build ${name}`, {
    hint: `There are: ${BROKEN_BUILDS.map((one) => one.name).join(', ')}.`,
  });
}

export function patchesOf({ name, mutant, patches = [] }: BrokenBuild): readonly Patch[] {
  return [
    ...(mutant === undefined ? [] : [mutantNamed(mutant)]),
    ...patches.map((patch) => ({ name, ...patch })),
  ];
}
