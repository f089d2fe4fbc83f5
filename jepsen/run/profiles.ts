/** Runs that belong together, under one name: for every change, for every night, and for as long as one likes. */
import { WORKLOAD_NAMES } from '../workloads/workloads.ts';
import type { RunRequest } from './request.ts';

export const PROFILES = ['ci', 'nightly', 'soak'] as const;
export type Profile = (typeof PROFILES)[number];

/** Faults that go well together; each meets every workload. */
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
      return ['kill:leader,partition:halves', 'power:majority,pause:leader'].map((nemesis, i) => ({
        workload: 'kv-counting',
        nemesis,
        seed: seed + i,
        nodes: 3,
        lengthMs: 25 * SECOND_MS,
        rate: 50,
      }));
    case 'nightly':
      return WORKLOAD_NAMES.flatMap((workload, i) =>
        NIGHTLY_FAULTS.map((nemesis, j) => ({
          workload,
          nemesis,
          seed: seed + i * NIGHTLY_FAULTS.length + j,
          nodes: j % 2 === 0 ? 3 : 5,
          lengthMs: 3 * MINUTE_MS,
          rate: 100,
        })),
      );
    case 'soak':
      return Array.from({ length: runs }, (_, i) => ({
        workload: WORKLOAD_NAMES[i % WORKLOAD_NAMES.length] as string,
        nemesis: 'all',
        seed: seed + i,
        nodes: 5,
        lengthMs: SOAK_RUN_MS,
        rate: 100,
      }));
  }
}
