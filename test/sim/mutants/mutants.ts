/** Broken variants of the product, each a fault that real systems have had. The README tells how soon each is found. */

export interface Mutant {
  readonly name: string;
  /** What is wrong with it. */
  readonly fault: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** A seed that found it when it was written. */
  readonly seed: number;
  /** It must be found by some seed from 1 to here. */
  readonly within: number;
}

const RAFT = 'packages/raft/src/';
const STORAGE = 'packages/storage/src/log/';
const REPLICA = 'packages/broker/src/replica/';
const STREAM = 'packages/engines/src/stream/';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'older-term-counted',
    fault: 'entries of earlier terms are committed by counting',
    file: `${RAFT}replication.ts`,
    find: ' || log.term(index) !== core.term) return false;',
    replace: ') return false;',
    seed: 2,
    within: 50,
  },
  {
    name: 'vote-not-durable',
    fault: 'a vote or term leaves without an fsync',
    file: `${RAFT}ready.ts`,
    find: 'const mustSync = hasNextEntries || core.term !== this.term || core.vote !== this.vote;',
    replace: 'const mustSync = hasNextEntries;',
    seed: 9,
    within: 50,
  },
  {
    name: 'entries-not-durable',
    fault: 'entries are acknowledged from the page cache',
    file: `${RAFT}ready.ts`,
    find: 'const mustSync = hasNextEntries || ',
    replace: 'const mustSync = ',
    seed: 2,
    within: 50,
  },
  {
    name: 'reply-before-fsync',
    fault: 'answers leave before the write that they promise',
    file: `${REPLICA}replica.ts`,
    find: '    this.appendsInFlight++;\n',
    replace:
      '    this.appendsInFlight++;\n    for (const reply of responses) if (!isLocal(reply) && reply.to !== this.member) this.env.send(this.group, reply);\n',
    seed: 1,
    within: 50,
  },
  {
    name: 'leader-counts-itself-early',
    fault: 'the leader counts its own entries before they are durable',
    file: `${RAFT}replication.ts`,
    find: '  log.append(entries);\n',
    replace: '  log.append(entries);\n  core.tracker.get(core.id)?.maybeUpdate(log.lastIndex);\n',
    seed: 1,
    within: 50,
  },
  {
    name: 'election-quorum-off-by-one',
    fault: 'one vote too few wins an election',
    file: `${RAFT}quorum/majority.ts`,
    find: 'const quorum = Math.floor(voters.length / 2) + 1;',
    replace: 'const quorum = Math.floor(voters.length / 2);',
    seed: 1,
    within: 50,
  },
  {
    name: 'commit-quorum-off-by-one',
    fault: 'one copy of three commits',
    file: `${RAFT}quorum/majority.ts`,
    find: 'return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));',
    replace: 'return Math.max(a, b, c);',
    seed: 1,
    within: 50,
  },
  {
    name: 'joint-commit-one-half',
    fault: 'in a joint configuration only the incoming half commits',
    file: `${RAFT}quorum/joint.ts`,
    find: 'return Math.min(incoming, majorityCommitted(voters.outgoing, acked));',
    replace: 'return incoming;',
    seed: 1,
    within: 50,
  },
  {
    name: 'learner-counted',
    fault: 'learners count towards the quorum',
    file: `${RAFT}tracker/tracker.ts`,
    find: 'this.voters = { incoming: conf.voters.map(progressOf),',
    replace: 'this.voters = { incoming: [...conf.voters, ...conf.learners].map(progressOf),',
    seed: 12,
    within: 300,
  },
  {
    name: 'removed-member-counted',
    fault: 'a removed member stays in the quorum',
    file: `${RAFT}tracker/tracker.ts`,
    find: '    for (const member of allMembers(conf)) {\n',
    replace:
      '    const stay = this.conf.voters.filter((voter) => !conf.learners.includes(voter));\n    conf = { ...conf, voters: [...new Set([...conf.voters, ...stay])].sort((a, b) => a - b) };\n    for (const member of allMembers(conf)) {\n',
    seed: 1,
    within: 50,
  },
  {
    name: 'applied-before-commit',
    fault: 'durable entries are applied before they are committed',
    file: `${RAFT}log/raft-log.ts`,
    find: 'Math.min(this.committed, this.unstable.offset - 1);',
    replace: '(this.unstable.offset - 1);',
    seed: 1,
    within: 50,
  },
  {
    name: 'vote-forgotten-on-restart',
    fault: 'a restarted member votes again in the same term',
    file: `${RAFT}raft-node.ts`,
    find: 'core.vote = hardState.vote;',
    replace: '',
    seed: 6,
    within: 50,
  },
  {
    name: 'mismatch-acknowledged',
    fault: 'success is answered where the predecessor does not match',
    file: `${RAFT}follower-log.ts`,
    find: '  rejectAppend(core, message);\n',
    replace: '  acknowledge(core, message, Math.min(message.prevIndex, log.lastIndex));\n',
    seed: 1,
    within: 50,
  },
  {
    name: 'heartbeat-commits-beyond-match',
    fault: 'a heartbeat carries the leader’s commit index to followers whose logs are not known to match',
    file: `${RAFT}replication.ts`,
    find: 'const commit = Math.min(progress.match, core.log.committed);',
    replace: 'const commit = core.log.committed;',
    seed: 1,
    within: 50,
  },
  {
    name: 'vote-for-shorter-log',
    fault: 'a vote is granted to a candidate whose log is behind',
    file: `${RAFT}log/raft-log.ts`,
    find: 'return term > this.lastTerm || (term === this.lastTerm && index >= this.lastIndex);',
    replace: 'return term >= this.lastTerm;',
    seed: 2,
    within: 50,
  },
  {
    name: 'two-changes-at-once',
    fault: 'a membership change is proposed while another one is not applied yet',
    file: `${RAFT}membership.ts`,
    find: "  if (core.pendingConfIndex > core.log.applied) return 'pending';\n",
    replace: '',
    seed: 26,
    within: 300,
  },
  {
    name: 'read-without-quorum',
    fault: 'a leader confirms reads without asking whether it still leads',
    file: `${RAFT}read-index.ts`,
    find: 'if (request.origin === core.id && leaseValid(core)) {',
    replace: 'if (request.origin === core.id) {',
    seed: 11,
    within: 300,
  },
  {
    name: 'serves-before-noop',
    fault: 'a new leader serves before its first entry is applied',
    file: `${REPLICA}replica.ts`,
    find: '    this.role = role;\n',
    replace:
      "    this.role = role;\n    if (role === 'leader' && this.servingTerm === 0) this.startServing();\n",
    seed: 1,
    within: 50,
  },
  {
    name: 'applied-ahead-of-state',
    fault: 'the applied index is written without the state that belongs to it',
    file: `${REPLICA}replica.ts`,
    find: 'this.store.writeState({ puts, dels, applied,',
    replace: 'this.store.writeState({ puts: puts.slice(1), dels, applied,',
    seed: 1,
    within: 50,
  },
  {
    name: 'trim-beyond-state',
    fault: 'the log is trimmed further than the state on disk reaches',
    file: `${STORAGE}stored-group.ts`,
    find: 'const target = Math.min(index, this.appliedOnDisk.index, this.log.durableIndex());',
    replace: 'const target = Math.min(index + 1, this.log.durableIndex());',
    seed: 1,
    within: 50,
  },
  {
    name: 'watermark-ignored',
    fault: 'an engine that has lost synced data is opened as if nothing had happened',
    file: `${STORAGE}watermark-check.ts`,
    find: 'if (sequence >= state.sequence) return state.sequence;',
    replace: 'if (sequence >= 0) return state.sequence;',
    seed: 1,
    within: 50,
  },
  {
    name: 'truncated-suffix-returns',
    fault: 'a replaced suffix of the log is still on disk and comes back after a restart',
    file: `${STORAGE}group-log.ts`,
    find: '    for (const position of gone) this.delPosition(ops, position);\n',
    replace: '    for (const position of gone.slice(1)) this.delPosition(ops, position);\n',
    seed: 8,
    within: 50,
  },
  {
    name: 'stale-incarnation',
    fault: 'an installed snapshot’s incarnation is not the one that a restart reads',
    file: `${STORAGE}stored-group.ts`,
    find: '        incarnation: space.incarnation,\n        hardState',
    replace: '        hardState',
    seed: 3,
    within: 50,
  },
  {
    name: 'snapshot-not-durable',
    fault: 'the old log is let go before the snapshot is durable',
    file: `${STORAGE}stored-group.ts`,
    find: 'this.context.engine.write(ops, true, (error) => {\n        if (error === undefined) this.context.sweepIncarnation(old.space);',
    replace:
      'this.context.engine.write(ops, false, (error) => {\n        if (error === undefined) this.context.sweepIncarnation(old.space);',
    seed: 260,
    within: 1_500,
  },
  {
    name: 'snapshot-forgets-vote',
    fault: 'installing a snapshot resets the vote',
    file: `${STORAGE}stored-group.ts`,
    find: 'hardState: { ...hardState, commit },\n        trim: header.trim,',
    replace: 'hardState: { ...hardState, vote: 0 as MemberId, commit },\n        trim: header.trim,',
    seed: 43,
    within: 300,
  },
  {
    name: 'checksum-ignored',
    fault: 'entries are read from the disk without a look at their checksum',
    file: `${STORAGE}sealed.ts`,
    find: 'if (viewOf(value).getUint32(body.length) === crc32c(body, crc32c(key))) return body;',
    replace: 'return body;',
    seed: 14,
    within: 300,
  },
  {
    name: 'producers-not-restored',
    fault: 'the producer table is not loaded with the rest of the state',
    file: `${STREAM}stream-machine.ts`,
    find: '    await this.producers.load(state);\n',
    replace: '',
    seed: 1,
    within: 50,
  },
  {
    name: 'in-flight-not-counted',
    fault: 'a batch that is repeated while its original is on its way is stored twice',
    file: `${STREAM}append-session.ts`,
    find: 'if (tentative !== undefined && tentative.endOffset > this.stream.endOffset) return tentative.entry;',
    replace: '',
    seed: 1,
    within: 50,
  },
];
