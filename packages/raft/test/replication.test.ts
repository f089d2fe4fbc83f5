import { describe, expect, test } from 'vitest';
import type { Entry, PeerMessage } from '@flowmesh/raft';
import { bytes, Cluster, conf, id } from './support/cluster.ts';

function appendsTo(cluster: Cluster, node: number): Extract<PeerMessage, { kind: 'append' }>[] {
  return cluster.queue.filter(
    (message): message is Extract<PeerMessage, { kind: 'append' }> =>
      message.kind === 'append' && message.to === id(node),
  );
}

function entry(index: number, term: number, text = ''): Entry {
  return { index, term, kind: 'normal', data: bytes(text) };
}

describe('commit', () => {
  test('of entries of earlier terms happens only through an entry of the own term', () => {
    // The paper's figure 8: S1 leads term 2, S5 leads term 3, S1 leads again and replicates its old entry to a majority.
    const cluster = new Cluster([1, 2, 3, 4, 5]);
    for (const node of [1, 2]) cluster.get(node).log.append([entry(1, 1), entry(2, 2, 'old')]);
    for (const node of [3, 4]) cluster.get(node).log.append([entry(1, 1)]);
    cluster.get(5).log.append([entry(1, 1), entry(2, 3, 'other')]);
    for (const node of [1, 2, 3, 4, 5]) {
      cluster.get(node).log.hardState = { term: 3, vote: id(5), commit: 1 };
      cluster.restart(node, { restarted: false, applied: 1 });
    }
    // The new leader's own no-op never arrives, only the old entry does.
    cluster.passes = (message) =>
      message.to !== id(5) && !(message.kind === 'append' && message.entries.some((item) => item.term === 4));
    cluster.node(1).campaign();
    cluster.settle();
    expect(cluster.node(1)).toMatchObject({ role: 'leader', term: 4 });
    const old = {
      kind: 'append',
      term: 4,
      prevIndex: 1,
      prevTerm: 1,
      entries: [entry(2, 2, 'old')],
      commit: 1,
    } as const;
    for (const node of [2, 3, 4]) cluster.node(node).step({ ...old, from: id(1), to: id(node) });
    cluster.settle();
    expect(
      cluster
        .node(1)
        .status()
        .progress.filter(({ match }) => match >= 2).length,
    ).toBeGreaterThanOrEqual(3);
    expect(cluster.node(1).commit).toBe(1);
  });

  test('waits until a majority has the entry durably, the leader included', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    const before = cluster.node(1).commit;
    for (const node of [1, 2]) cluster.get(node).holdWrites = true;
    cluster.passes = (message) => message.to !== id(3);
    cluster.propose(1, 'a');
    cluster.settle();
    expect(cluster.node(1).commit).toBe(before);
    cluster.release(2);
    cluster.settle();
    expect(cluster.node(1).commit).toBe(before);
    cluster.release(1);
    expect(cluster.node(1).commit).toBe(before + 1);
  });

  test('happens by the followers alone while the leader still writes', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.get(1).holdWrites = true;
    cluster.propose(1, 'a');
    cluster.settle();
    expect(cluster.texts(2)).toEqual(['a']);
    expect(cluster.texts(1)).toEqual([]);
    while (cluster.get(1).held.length > 0) cluster.release(1);
    cluster.settle();
    expect(cluster.texts(1)).toEqual(['a']);
  });

  test('does not count learners', () => {
    const cluster = new Cluster([1, 2, 3, 4, 5], {}, conf([1, 2, 3], [4, 5]));
    cluster.elect(1);
    cluster.passes = (message) => message.to !== id(2) && message.to !== id(3);
    const before = cluster.node(1).commit;
    cluster.propose(1, 'a');
    cluster.settle();
    expect(cluster.node(1).commit).toBe(before);
  });
});

describe('replication', () => {
  test('overwrites a diverged suffix and never a committed entry', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = () => false;
    cluster.propose(1, 'lost');
    cluster.settle();
    cluster.passes = (message) => message.from !== id(1) && message.to !== id(1);
    for (const node of [2, 3]) cluster.node(node).forgetLeader();
    cluster.elect(2);
    cluster.propose(2, 'kept');
    cluster.settle();
    cluster.passes = () => true;
    cluster.tickAll(3);
    for (const node of [1, 2, 3]) expect(cluster.texts(node)).toEqual(['kept']);
  });

  test('takes nothing behind a predecessor of another term, and says where the logs may match', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.get(2).log.append([entry(1, 1), entry(2, 2), entry(3, 2)]);
    cluster.restart(2, { applied: 0 });
    const entries = [entry(4, 5)];
    const head = { kind: 'append', from: id(1), to: id(2), term: 5, commit: 4 } as const;
    cluster.node(2).step({ ...head, prevIndex: 3, prevTerm: 3, entries });
    cluster.node(2).step({ ...head, prevIndex: 3, prevTerm: 1, entries });
    cluster.run(2);
    expect(cluster.node(2).status()).toMatchObject({ lastIndex: 3, commit: 0 });
    expect(cluster.queue).toMatchObject([
      { kind: 'append-reply', reject: true, index: 3, rejectHint: 3, rejectTerm: 2 },
      { kind: 'append-reply', reject: true, index: 3, rejectHint: 1, rejectTerm: 1 },
    ]);
  });

  test('commits only as far as an append shows the log to match, whatever lies behind', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.get(2).log.append([entry(1, 1), entry(2, 1, 'stale'), entry(3, 1, 'stale')]);
    cluster.restart(2, { applied: 0 });
    const head = { kind: 'append', from: id(1), to: id(2), term: 5, commit: 3 } as const;
    cluster.node(2).step({ ...head, prevIndex: 1, prevTerm: 1, entries: [] });
    cluster.run(2);
    expect(cluster.node(2).commit).toBe(1);
    expect(cluster.texts(2)).toEqual([]);
  });

  test('answers an append from before its commit index with that index', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.propose(1, 'a');
    cluster.settle();
    cluster.get(2).log.compact(2);
    const { term } = cluster.node(2);
    const entries = [entry(1, term)];
    cluster
      .node(2)
      .step({ kind: 'append', from: id(1), to: id(2), term, prevIndex: 0, prevTerm: 0, entries, commit: 1 });
    cluster.run(2);
    expect(cluster.queue).toMatchObject([{ kind: 'append-reply', reject: false, index: 2 }]);
  });

  test('refuses a leader that would replace what is committed', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.propose(1, 'a');
    cluster.settle();
    const { term, commit } = cluster.node(2);
    const entries = [entry(commit, term - 1 || 1, 'b'), entry(commit + 1, term, 'c')];
    cluster.node(2).step({
      kind: 'append',
      from: id(1),
      to: id(2),
      term,
      prevIndex: commit,
      prevTerm: term,
      entries: [entry(commit + 5, term)],
      commit,
    });
    cluster
      .node(2)
      .step({ kind: 'append', from: id(1), to: id(2), term, prevIndex: 0, prevTerm: 0, entries, commit });
    cluster.settle();
    expect(cluster.texts(2)).toEqual(['a']);
    expect(cluster.node(2).status().lastIndex).toBe(commit);
  });

  test('catches up a follower from the log, and from a snapshot where the log is gone', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = (message) => message.to !== id(3);
    for (const text of ['a', 'b', 'c']) cluster.propose(1, text);
    cluster.settle();
    const { log } = cluster.get(1);
    log.compact(3);
    cluster.passes = () => true;
    cluster.tickAll(3);
    expect(cluster.node(3).status()).toMatchObject({ lastIndex: 4, commit: 4, applied: 4 });
    expect(cluster.get(3).log.firstIndex()).toBe(5);
  });

  test('sends another snapshot when the log was compacted beyond the first while that was under way', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = (message) => message.to !== id(3);
    for (const text of ['a', 'b', 'c']) cluster.propose(1, text);
    cluster.settle();
    const { log } = cluster.get(1);
    log.compact(3);
    let offer: PeerMessage | undefined;
    cluster.passes = (message) => {
      if (message.kind === 'snapshot') offer = message;
      return message.kind !== 'snapshot';
    };
    cluster.tickAll(2);
    expect(cluster.node(1).progressOf(id(3))).toMatchObject({ state: 'snapshot', pendingSnapshot: 4 });
    for (const text of ['d', 'e']) cluster.propose(1, text);
    cluster.settle();
    log.compact(6);
    cluster.passes = () => true;
    cluster.node(3).step(offer as PeerMessage);
    cluster.settle();
    expect(cluster.node(3).status()).toMatchObject({ lastIndex: 6, applied: 6 });
  });

  test('skips a follower whose entries are being fetched, and resumes when they are there', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = (message) => message.to !== id(3);
    for (const text of ['a', 'b', 'c']) cluster.propose(1, text);
    cluster.settle();
    const { log } = cluster.get(1);
    log.pendingBelow = 4;
    cluster.passes = () => true;
    cluster.tickAll(2);
    expect(cluster.texts(3)).toEqual([]);
    expect(cluster.texts(2)).toEqual(['a', 'b', 'c']);
    expect(new Set(log.asked)).toEqual(new Set([id(3)]));
    const asked = log.asked.length;
    cluster.propose(1, 'd');
    cluster.settle();
    expect(log.asked.length).toBe(asked);
    log.pendingBelow = 0;
    cluster.node(1).entriesFetched(id(3));
    cluster.settle();
    expect(cluster.texts(3)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('applies pending entries as soon as they are fetched', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.propose(1, 'a');
    cluster.settle();
    const member = cluster.get(2);
    member.log.pendingBelow = 3;
    member.applied.length = 0;
    cluster.restart(2, { applied: 0 });
    cluster.settle();
    expect(cluster.texts(2)).toEqual([]);
    expect(member.log.asked).toEqual(['apply']);
    member.log.pendingBelow = 0;
    cluster.node(2).entriesFetched('apply');
    cluster.settle();
    expect(cluster.texts(2)).toEqual(['a']);
  });

  test('keeps the inflight window in messages and in bytes', () => {
    for (const limits of [{ inflightMessagesMax: 2 }, { inflightBytesMax: 250 }]) {
      const cluster = new Cluster([1, 2, 3], limits);
      cluster.elect(1);
      for (let i = 0; i < 10; i++) cluster.node(1).propose([new Uint8Array(125)]);
      cluster.run(1);
      expect(appendsTo(cluster, 2)).toHaveLength(2);
      cluster.settle();
      expect(cluster.node(2).commit).toBe(cluster.node(1).commit);
      expect(cluster.node(1).status()).toMatchObject({ lastIndex: 11, commit: 11 });
    }
  });

  test('limits the bytes of one append but always sends one entry', () => {
    const cluster = new Cluster([1, 2, 3], { appendBytesMax: 300 });
    cluster.elect(1);
    cluster.passes = () => false;
    cluster.node(1).propose(Array.from({ length: 4 }, () => new Uint8Array(100)));
    cluster.node(1).propose([new Uint8Array(1000)]);
    cluster.run(1);
    expect(appendsTo(cluster, 2).map((message) => message.entries.length)).toEqual([2, 2]);
    cluster.passes = () => true;
    cluster.tickAll(3);
    expect(cluster.node(2).status().lastIndex).toBe(6);
  });

  test('recovers by itself when everything in the window was lost', () => {
    const cluster = new Cluster([1, 2, 3], { inflightMessagesMax: 2 });
    cluster.elect(1);
    cluster.passes = (message) => message.kind !== 'append';
    for (let i = 0; i < 5; i++) cluster.propose(1, `${i}`);
    cluster.settle();
    cluster.passes = () => true;
    cluster.tickAll(4);
    expect(cluster.texts(3)).toEqual(['0', '1', '2', '3', '4']);
  });

  test('ignores what no correct member sends', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    const { term, commit } = cluster.node(2);
    const head = { from: id(1), to: id(2), term } as const;
    const gap = [entry(commit + 2, term)];
    const future = [entry(commit + 1, term + 1)];
    for (const entries of [gap, future]) {
      cluster.node(2).step({ ...head, kind: 'append', prevIndex: commit, prevTerm: term, entries, commit });
    }
    cluster.node(2).step({ ...head, kind: 'heartbeat', commit: 1000, context: 0 });
    cluster.node(2).step({ ...head, kind: 'heartbeat', term: 0, commit: 1000, context: 0 });
    const reply = { reject: false, rejectHint: 0, rejectTerm: 0 } as const;
    const ack = { ...reply, kind: 'append-reply', from: id(2), to: id(1), term } as const;
    cluster.node(1).step({ ...ack, index: 1000 });
    cluster.node(1).step({ ...ack, from: id(9), index: commit });
    const garbage: Entry = { index: 0, term: 0, kind: 'conf-change', data: Uint8Array.of(9, 9) };
    cluster.node(1).step({ kind: 'propose', from: id(2), to: id(1), term: 0, entries: [garbage] });
    cluster.settle();
    expect(cluster.node(2).status()).toMatchObject({ lastIndex: commit, commit });
    expect(cluster.node(1).status()).toMatchObject({ lastIndex: commit, commit });
    expect(cluster.traced(2, 'lost-entries')).toBe(true);
    expect(cluster.traced(1, 'peer-not-found')).toBe(true);
  });
});

describe('proposals', () => {
  test('get consecutive indexes of the current term', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    const result = cluster.node(1).propose([bytes('a'), bytes('b')]);
    expect(result).toEqual({ kind: 'accepted', term: cluster.node(1).term, index: 2 });
    expect(cluster.node(1).propose([bytes('c')])).toMatchObject({ index: 4 });
  });

  test('are refused by whoever does not lead', () => {
    const cluster = new Cluster([1, 2, 3]);
    expect(cluster.node(2).propose([bytes('a')])).toEqual({ kind: 'dropped', reason: 'no-leader' });
    cluster.elect(1);
    expect(cluster.node(2).propose([bytes('a')])).toEqual({ kind: 'dropped', reason: 'not-leader' });
  });

  test('are dropped beyond the limit of uncommitted bytes, and taken again once those are applied', () => {
    const cluster = new Cluster([1, 2, 3], { uncommittedBytesMax: 100 });
    cluster.elect(1);
    expect(cluster.node(1).propose([new Uint8Array(500)]).kind).toBe('accepted');
    const { lastIndex } = cluster.node(1).status();
    expect(cluster.node(1).propose([new Uint8Array(1)])).toEqual({
      kind: 'dropped',
      reason: 'uncommitted-limit',
    });
    expect(cluster.node(1).status().lastIndex).toBe(lastIndex);
    expect(cluster.node(1).propose([new Uint8Array(0)]).kind).toBe('accepted');
    cluster.settle();
    expect(cluster.node(1).propose([new Uint8Array(100)]).kind).toBe('accepted');
  });

  test('reach the leader through a follower where forwarding is on', () => {
    const cluster = new Cluster([1, 2, 3], { proposalForwarding: true });
    cluster.elect(1);
    const entries = [{ index: 0, term: 0, kind: 'normal', data: bytes('a') }] as const;
    cluster.node(2).step({ kind: 'propose', from: id(2), to: id(2), term: 0, entries });
    cluster.settle();
    expect(cluster.texts(3)).toEqual(['a']);
  });
});

describe('asynchronous writes', () => {
  test('keep entries in the core that a later write of the same place is still to replace', () => {
    const cluster = new Cluster([1, 2, 3]);
    const member = cluster.get(1);
    member.holdWrites = true;
    const append = (from: number, term: number, text: string): void => {
      const entries = [entry(1, term, text)];
      const head = {
        kind: 'append',
        from: id(from),
        to: id(1),
        prevIndex: 0,
        prevTerm: 0,
        commit: 0,
      } as const;
      member.node.step({ ...head, term, entries });
      cluster.run(1);
    };
    append(2, 2, 'first');
    append(3, 3, 'second');
    // The first leader is back in a later term with its old entry: same index and term as the first write.
    member.node.step({
      kind: 'append',
      from: id(2),
      to: id(1),
      term: 4,
      prevIndex: 0,
      prevTerm: 0,
      entries: [entry(1, 2, 'first')],
      commit: 1,
    });
    cluster.run(1);
    cluster.release(1);
    cluster.run(1);
    cluster.release(1);
    cluster.run(1);
    expect(cluster.texts(1)).toEqual([]);
    while (member.held.length > 0) {
      cluster.release(1);
      cluster.run(1);
    }
    expect(cluster.texts(1)).toEqual(['first']);
    expect(member.log.entriesKept.map((item) => item.term)).toEqual([2]);
  });

  test('let acknowledgements leave only after what they acknowledge', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.get(2).holdWrites = true;
    cluster.propose(1, 'a');
    cluster.run(1);
    cluster.deliver();
    cluster.run(2);
    expect(cluster.queue.filter((message) => message.from === id(2))).toEqual([]);
    cluster.release(2);
    expect(cluster.queue.filter((message) => message.from === id(2))).toMatchObject([
      { kind: 'append-reply', index: 2 },
    ]);
  });
});
