/** What a replica's core shows after a turn counts for as long as the replica hands it out. */
import { groupId, memberId, nodeId, replicaId } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import type { SimProcess } from '../world/sim-process.ts';
import { commits } from './commit-checks.ts';
import { Model } from './model.ts';
import { Observer } from './observer.ts';
import { watchTurn } from './turn-watch.ts';

const group = groupId(1);
const member = memberId({ node: nodeId(1), replica: replicaId(9) });
const conf = { voters: [member], votersOutgoing: [], learners: [], learnersNext: [], autoLeave: false };

/** A process with one replica, whose core has heard that 32 is committed while its log on disk ends at 30. */
function processWith(replica: { readonly running: boolean; readonly applied: number }): SimProcess {
  const shown = {
    group,
    member,
    term: 2,
    commit: 32,
    serving: false,
    leader: 0,
    machine: { digest: () => '' },
    configuration: conf,
    ...replica,
  };
  return {
    name: 'm1',
    alive: true,
    turnEndPlanned: false,
    turnTasks: [],
    replicas: { all: () => [shown] },
  } as unknown as SimProcess;
}

function observed(): Observer {
  const observer = new Observer(new Model(), [commits]);
  const replica = observer.model.replica(group, member);
  const terms = Array.from({ length: 30 }, () => 2);
  replica.live.put(1, terms);
  replica.durable.put(1, terms);
  for (const term of [...terms, 2, 2]) replica.group.commit(term, 2);
  replica.commit = 29;
  replica.term = 2;
  return observer;
}

const watch = (observer: Observer, process: SimProcess): void =>
  watchTurn(process, { observer, events: 1, note: () => undefined });

describe('the watch over turns', () => {
  it('finds a running replica whose commit index is beyond its log', () => {
    expect(() => watch(observed(), processWith({ running: true, applied: 29 }))).toThrow(
      'commit 32 beyond its log [1..30]',
    );
  });

  // Cluster seed 80: a read of entries to apply found damage in the same turn in which an append and its commit were heard.
  it('leaves out what the core of a halted replica heard and never hands out', () => {
    const observer = observed();
    watch(observer, processWith({ running: false, applied: 29 }));
    expect(observer.model.replica(group, member)).toMatchObject({
      commit: 29,
      applied: 29,
      role: 'follower',
    });
  });

  it('still finds a halted replica that applied what its log does not have', () => {
    expect(() => watch(observed(), processWith({ running: false, applied: 31 }))).toThrow(
      'commit 31 beyond its log [1..30]',
    );
  });
});
