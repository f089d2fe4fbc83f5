/** Runs that belong together, under one name: for every change, for every night, and for as long as one likes. */
import { TOGETHER } from '../workloads/workloads.ts';
import type { RunRequest } from './request.ts';

export const PROFILES = ['ci', 'nightly', 'soak'] as const;
export type Profile = (typeof PROFILES)[number];

const CI_FAULTS = ['kill:leader,partition:halves', 'power:majority,pause:leader'] as const;
const CI_WORKLOADS = 'kv-register+stream-log+queue-jobs+groups';

/** Faults that go well together; each meets all workloads. */
const NIGHTLY_FAULTS = [
  'kill,partition',
  'pause,stall,partition',
  'power,kill:one',
  'slow,reset,partition:halves+answers-lost',
  'clock,kill:leader',
  'disk,full,memory',
  'damage,replace',
  'rolling,membership,kill:one',
] as const;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const SOAK_RUN_MS = 60 * MINUTE_MS;

/** `seed`: the first one. `runs`: of soak, how many hours. */
export function profileRequests(profile: Profile, seed: number, runs: number): RunRequest[] {
  switch (profile) {
    case 'ci':
      return CI_FAULTS.map((nemesis, i) => ({
        workload: CI_WORKLOADS,
        nemesis,
        seed: seed + i,
        nodes: 3,
        lengthMs: 25 * SECOND_MS,
        rate: 50,
      }));
    case 'nightly':
      return NIGHTLY_FAULTS.map((nemesis, i) => ({
        workload: TOGETHER,
        nemesis,
        seed: seed + i,
        nodes: i % 2 === 0 ? 3 : 5,
        lengthMs: 20 * MINUTE_MS,
        rate: 150,
        calmMs: 10 * SECOND_MS,
      }));
    case 'soak':
      return Array.from({ length: runs }, (_, i) => ({
        workload: TOGETHER,
        nemesis: 'all',
        seed: seed + i,
        nodes: 3,
        lengthMs: SOAK_RUN_MS,
        rate: 60,
        // With all kinds at once somewhat more than one holds at a time.
        calmMs: MINUTE_MS,
      }));
  }
}
