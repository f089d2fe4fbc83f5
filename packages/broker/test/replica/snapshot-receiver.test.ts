import { FlowError, groupId, memberId, nodeId, replicaId } from '@flowmesh/base';
import type { SnapshotSink } from '@flowmesh/storage';
import { describe, expect, it } from 'vitest';
import { ByteThrottle } from '../../src/replica/byte-throttle.ts';
import { ManualTime } from '../cluster/fakes.ts';
import type { GroupReplica } from '../../src/replica/replica.ts';
import { SnapshotReceiver } from '../../src/replica/snapshot-receiver.ts';
import type { Transport } from '../../src/transport/transport.ts';

const leader = memberId({ node: nodeId(1), replica: replicaId(1) });
const own = memberId({ node: nodeId(2), replica: replicaId(1) });
const conf = { voters: [leader, own], votersOutgoing: [], learners: [], learnersNext: [], autoLeave: false };
const snapshot = { index: 10, term: 1, conf, data: new Uint8Array(0) };

/** Fetches one snapshot whose commit ends as given; tells what was done to the replica, in order. */
async function receive(commit: () => Promise<void>): Promise<{ steps: string[]; fatal: string[] }> {
  const steps: string[] = [];
  const fatal: string[] = [];
  const sink: SnapshotSink = {
    meta: () => snapshot,
    write: async () => undefined,
    commit,
    abort: async () => void steps.push('abort'),
  };
  const replica = {
    group: groupId(1),
    member: own,
    store: { receiveSnapshot: async () => sink },
    wantsSnapshot: () => true,
    stillWantsSnapshot: () => true,
    beginInstall: async () => void steps.push('stopped'),
    configuration: { voters: [own] },
    endInstall: async () => void steps.push('goes on'),
    step: () => steps.push('told'),
  } as unknown as GroupReplica;
  const quiet = (): void => undefined;
  const receiver = new SnapshotReceiver({
    transport: {
      async *pullSnapshot() {
        yield new Uint8Array(1);
      },
    } as unknown as Transport,
    log: { info: quiet, warn: quiet, error: quiet },
    fetchesMax: 1,
    throttle: new ByteThrottle({ clock: TIME, scheduler: TIME }),
    fatal: (error) => fatal.push(error.code),
    clock: TIME,
    onInstalled: () => void steps.push('counted'),
  });
  const message = { kind: 'snapshot', from: leader, to: own, term: 1, snapshot } as const;
  expect(receiver.offer(replica, message)).toBe(true);
  await receiver.idle();
  return { steps, fatal };
}

const TIME = new ManualTime();

const rejects = (error: FlowError) => async (): Promise<void> => {
  throw error;
};

describe('SnapshotReceiver', () => {
  it('lets the replica go on with what was committed, and tells its core', async () => {
    expect(await receive(async () => undefined)).toEqual({
      steps: ['stopped', 'goes on', 'counted', 'told'],
      fatal: [],
    });
  });

  it('lets it go on with what it had where the snapshot is refused', async () => {
    const { steps, fatal } = await receive(rejects(new FlowError('PRECONDITION_FAILED', 'older')));
    expect(steps).toEqual(['stopped', 'goes on', 'abort']);
    expect(fatal).toEqual([]);
  });

  it('ends the node, with the replica stopped, where the disk failed while it was switched (simulator seeds 11340, 12105)', async () => {
    const { steps, fatal } = await receive(rejects(new FlowError('STORAGE_IO', 'the disk failed')));
    expect(steps).not.toContain('goes on');
    expect(steps).not.toContain('told');
    expect(fatal).toEqual(['STORAGE_IO']);
  });
});
