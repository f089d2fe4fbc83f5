/** All workloads by name. A workload remembers what its generator has given out, so every run makes a new one. */
import { FlowError } from '@flowmesh/base';
import { CountingWorkload } from './kv-counting.ts';
import { RegisterWorkload } from './kv-register.ts';
import type { Workload } from './workload.ts';

const WORKLOADS: Readonly<Record<string, () => Workload>> = {
  'kv-counting': () => new CountingWorkload(),
  'kv-register': () => new RegisterWorkload(),
};

export const WORKLOAD_NAMES: readonly string[] = Object.keys(WORKLOADS);

/** INVALID_ARGUMENT. */
export function newWorkload(name: string): Workload {
  const make = WORKLOADS[name];
  if (make !== undefined) return make();
  throw new FlowError('INVALID_ARGUMENT', `there is no workload ${name}`, {
    hint: `There are: ${WORKLOAD_NAMES.join(', ')}.`,
  });
}
