import { defineConfig } from 'vitest/config';

/** Tests inside packages that start nodes or processes, or break files by the dozen: not part of `npm run check`. */
const SLOW = [
  'packages/broker/test/kafka-clients.test.ts',
  'packages/broker/test/kafka-groups.test.ts',
  'packages/broker/test/main.test.ts',
  'packages/broker/test/security.test.ts',
  'packages/broker/test/server.test.ts',
  'packages/broker/test/transport/failures.test.ts',
  'packages/storage/test/node/damage.test.ts',
  'packages/storage/test/node/node-storage.test.ts',
  'packages/storage/test/rocks/disk-full.test.ts',
  'packages/testing/test/group-filter.test.ts',
  'packages/testing/test/busy-handler.test.ts',
  'packages/testing/test/kv.test.ts',
  'packages/testing/test/queues.test.ts',
  'packages/testing/test/test-broker.test.ts',
  'packages/cli/test/bench/bench.test.ts',
  'packages/cli/test/dev/demo.test.ts',
  'packages/cli/test/dlq/dlq.test.ts',
  'packages/cli/test/group/group.test.ts',
  'packages/cli/test/kv/kv.test.ts',
  'packages/cli/test/queue/admin.test.ts',
  'packages/cli/test/queue/queue.test.ts',
  'packages/cli/test/queue/work.test.ts',
  'packages/cli/test/stream/filter.test.ts',
];

/** Of all that starts processes what waits more than it computes, and judges by what happens, not by when: two at a time. */
const PATIENT = [
  ...SLOW,
  'test/deploy/**/*.test.ts',
  'test/kafka/**/*.test.ts',
  ...[
    'examples',
    'discovery',
    'join-token',
    'bad-input',
    'damage',
    'consumer-groups',
    'kv',
    'queues',
    'moves',
    'identities',
    'health',
    'kafka-idle',
  ].map((name) => `test/e2e/${name}.test.ts`),
];

/** These look at the whole process, and have one of their own. */
const ALONE = ['packages/broker/test/transport/grpc-transport.test.ts'];

/** `unit`: packages and the tidy test, seconds. `patient` and `system`: simulation and real processes, minutes. */
export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        test: {
          name: 'unit',
          // Files of one worker share what they import: most of the time went into importing it anew.
          isolate: false,
          maxWorkers: 2,
          include: [
            'packages/*/test/**/*.test.ts',
            'test/bench/**/*.test.ts',
            'test/planner/**/*.test.ts',
            'test/tidy.test.ts',
            'test/faults.test.ts',
            'jepsen/test/**/*.test.ts',
          ],
          exclude: [...SLOW, ...ALONE, 'jepsen/test/run/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'patient',
          maxWorkers: 2,
          include: PATIENT,
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'system',
          include: [
            ...ALONE,
            'test/sim/**/*.test.ts',
            'test/e2e/**/*.test.ts',
            'jepsen/test/run/**/*.test.ts',
          ],
          exclude: PATIENT,
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
