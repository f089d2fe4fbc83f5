/** All workloads by name. A workload remembers what its generator has given out, so every run makes a new one. */
import { FlowError } from '@flowmesh/base';
import { BankWorkload } from './bank.ts';
import { GroupWorkload } from './groups.ts';
import { CountingWorkload } from './kv-counting.ts';
import { ListWorkload } from './kv-append.ts';
import { RegisterWorkload } from './kv-register.ts';
import { LockWorkload } from './locks.ts';
import { JobWorkload } from './queue-jobs.ts';
import { StreamAppendWorkload } from './stream-append.ts';
import { InSyncWorkload } from './stream-in-sync.ts';
import { StreamLogWorkload } from './stream-log.ts';
import { WatchWorkload } from './watches.ts';
import type { Workload } from './workload.ts';

const WORKLOADS: Readonly<Record<string, () => Workload>> = {
  'kv-counting': () => new CountingWorkload(),
  'kv-register': () => new RegisterWorkload(),
  'kv-append': () => new ListWorkload(),
  'stream-log': () => new StreamLogWorkload('grpc'),
  'stream-log-kafka': () => new StreamLogWorkload('kafka'),
  'stream-log-faces': () => new StreamLogWorkload('both'),
  'stream-append': () => new StreamAppendWorkload(),
  'stream-in-sync': () => new InSyncWorkload(),
  'queue-jobs': () => new JobWorkload(),
  groups: () => new GroupWorkload(),
  locks: () => new LockWorkload(),
  bank: () => new BankWorkload(),
  watches: () => new WatchWorkload(),
};

export const WORKLOAD_NAMES: readonly string[] = Object.keys(WORKLOADS);

/** All of them, in one cluster. */
export const TOGETHER = 'together';

/** Several that share a cluster are named with + between them. INVALID_ARGUMENT. */
export function workloadsOf(text: string): readonly Workload[] {
  return (text === TOGETHER ? WORKLOAD_NAMES : [...new Set(text.split('+'))]).map(newWorkload);
}

/** INVALID_ARGUMENT. */
export function newWorkload(name: string): Workload {
  const make = WORKLOADS[name];
  if (make !== undefined) return make();
  throw new FlowError('INVALID_ARGUMENT', `there is no workload ${name}`, {
    hint: `There are: ${WORKLOAD_NAMES.join(', ')}.`,
  });
}
