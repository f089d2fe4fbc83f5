/** Prints the core's trace events as the log lines of etcd's scenario files. */
import type {
  ConfChange,
  ConfChangeRefusal,
  ConfState,
  PeerMessage,
  ProgressView,
  RaftTrace,
  Role,
} from '@flowmesh/raft';
import { describeChange, describeConf, describeProgress, messageType, roleName } from './format.ts';

export const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'NONE'] as const;
export type Level = (typeof LEVELS)[number];

export interface LogLine {
  readonly level: Level;
  readonly text: string;
}

/** The facts of all events together; which are there depends on the kind. */
interface Facts {
  readonly applied: number;
  readonly applying: number;
  readonly change: ConfChange;
  readonly commit: number;
  readonly committed: number;
  readonly conf: ConfState;
  readonly existingTerm: number;
  readonly firstIndex: number;
  readonly granted: number | boolean;
  readonly hint: number;
  readonly hintTerm: number;
  readonly index: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
  readonly leader: number;
  readonly member: number;
  readonly memberLastIndex: number;
  readonly memberLastTerm: number;
  readonly message: PeerMessage['kind'];
  readonly messageTerm: number;
  readonly offset: number;
  readonly offsetInProgress: number;
  readonly ownTerm: number;
  readonly pendingConfIndex: number;
  readonly pre: boolean;
  readonly prevIndex: number;
  readonly prevTerm: number;
  readonly progress: ProgressView;
  readonly refusal: ConfChangeRefusal;
  readonly refused: number;
  readonly remainingTicks: number;
  readonly restored: boolean;
  readonly role: Role;
  readonly target: number;
  readonly term: number;
  readonly transferee: number;
  readonly unstableEntries: number;
  readonly unstableTerm: number;
  readonly vote: number;
}
type Printer = (id: number, event: Facts) => string;

function voteType(event: Facts, reply: boolean): string {
  return messageType(reply ? 'vote-reply' : 'vote', event.pre);
}

function incoming(event: Facts): string {
  return messageType(event.message, event.pre);
}

function progress(event: Facts): string {
  return describeProgress(event.progress);
}

function conf(event: Facts): string {
  return describeConf(event.conf);
}

function request(id: number, event: Facts, verb: string, preposition: string): string {
  const { lastTerm, lastIndex, vote, member, memberLastTerm, memberLastIndex, term } = event;
  return (
    `${id} [logterm: ${lastTerm}, index: ${lastIndex}, vote: ${vote}] ${verb} ${voteType(event, false)} ${preposition} ` +
    `${member} [logterm: ${memberLastTerm}, index: ${memberLastIndex}] at term ${term}`
  );
}

function refusal(event: Facts): string {
  switch (event.refusal) {
    case 'pending':
      return `possible unapplied conf change at index ${event.pendingConfIndex} (applied to ${event.applied})`;
    case 'must-leave-joint':
      return 'must transition out of joint config first';
    case 'not-joint':
      return 'not in joint state; refusing empty conf change';
    case 'already-joint':
    case 'no-voters-to-join':
    case 'simple-in-joint':
    case 'removed-all-voters':
    case 'more-than-one-voter':
      return event.refusal;
  }
}

const INFO: Readonly<Record<string, Printer>> = {
  configuration: (id, e) => `${id} switched to configuration ${conf(e)}`,
  'became-follower': (id, e) => `${id} became follower at term ${e.term}`,
  'became-pre-candidate': (id, e) => `${id} became pre-candidate at term ${e.term}`,
  'became-candidate': (id, e) => `${id} became candidate at term ${e.term}`,
  'became-leader': (id, e) => `${id} became leader at term ${e.term}`,
  started: (id, e) =>
    `newRaft ${id} [peers: [${e.conf.voters.join(',')}], term: ${e.term}, commit: ${e.commit}, ` +
    `applied: ${e.applied}, lastindex: ${e.lastIndex}, lastterm: ${e.lastTerm}]`,
  'campaign-start': (id, e) => `${id} is starting a new election at term ${e.term}`,
  'vote-requested': (id, e) =>
    `${id} [logterm: ${e.lastTerm}, index: ${e.lastIndex}] sent ${voteType(e, false)} request to ${e.member} ` +
    `at term ${e.term}`,
  'vote-received': (id, e) =>
    `${id} received ${voteType(e, true)}${e.granted === true ? '' : ' rejection'} from ${e.member} at term ${e.term}`,
  'vote-tally': (id, e) =>
    `${id} has received ${e.granted} ${voteType(e, true)} votes and ${e.refused} vote rejections`,
  'vote-cast': (id, e) => request(id, e, 'cast', 'for'),
  'vote-rejected': (id, e) => request(id, e, 'rejected', 'from'),
  'vote-in-lease': (id, e) =>
    `${request(id, e, 'ignored', 'from')}: lease is not expired (remaining ticks: ${e.remainingTicks})`,
  'higher-term': (id, e) =>
    `${id} [term: ${e.term}] received a ${incoming(e)} message with higher term from ${e.member} ` +
    `[term: ${e.messageTerm}]`,
  'lower-term': (id, e) =>
    `${id} [term: ${e.term}] ignored a ${incoming(e)} message with lower term from ${e.member} [term: ${e.messageTerm}]`,
  'append-of-lower-term': (id, e) =>
    `${id} [term: ${e.term}] ignored entry appends from a MsgStorageAppendResp message with lower term ` +
    `[term: ${e.messageTerm}]`,
  conflict: (_, e) =>
    `found conflict at index ${e.index} [existing term: ${e.existingTerm}, conflicting term: ${e.term}]`,
  'unstable-replaced': (_, e) => `replace the unstable entries from index ${e.index}`,
  'unstable-truncated': (_, e) => `truncate the unstable entries before index ${e.index}`,
  'stable-unknown': (_, e) => `entry at index ${e.index} missing from unstable log; ignoring`,
  'stable-matches-snapshot': (_, e) => `entry at index ${e.index} matched unstable snapshot; ignoring`,
  'stable-mismatch': (_, e) =>
    `entry at (index,term)=(${e.index},${e.term}) mismatched with entry at (${e.index},${e.unstableTerm}) ` +
    'in unstable log; ignoring',
  'log-restore': (_, e) =>
    `log [committed=${e.committed}, applied=${e.applied}, applying=${e.applying}, unstable.offset=${e.offset}, ` +
    `unstable.offsetInProgress=${e.offsetInProgress}, len(unstable.Entries)=${e.unstableEntries}] starts to restore ` +
    `snapshot [index: ${e.index}, term: ${e.term}]`,
  'snapshot-restored': (id, e) =>
    `${id} [commit: ${e.commit}, lastindex: ${e.lastIndex}, lastterm: ${e.lastTerm}] restored snapshot ` +
    `[index: ${e.index}, term: ${e.term}]`,
  'snapshot-fast-forward': (id, e) =>
    `${id} [commit: ${e.commit}, lastindex: ${e.lastIndex}, lastterm: ${e.lastTerm}] fast-forwarded commit to ` +
    `snapshot [index: ${e.index}, term: ${e.term}]`,
  'snapshot-handled': (id, e) =>
    `${id} [commit: ${e.commit}] ${e.restored ? 'restored' : 'ignored'} snapshot ` +
    `[index: ${e.index}, term: ${e.term}]`,
  'conf-change-ignored': (id, e) =>
    `${id} ignoring conf change ${describeChange(e.change)} at config ${conf(e)}: ${refusal(e)}`,
  'auto-leave': (_, e) => `initiating automatic transition out of joint configuration ${conf(e)}`,
  'proposal-without-leader': (id, e) => `${id} no leader at term ${e.term}; dropping proposal`,
  'proposal-not-forwarded': (id, e) =>
    `${id} not forwarding to leader ${e.leader} at term ${e.term}; dropping proposal`,
  'transfer-start': (id, e) => `${id} [term ${e.term}] starts to transfer leadership to ${e.target}`,
  'timeout-now-sent': (id, e) =>
    `${id} sends MsgTimeoutNow to ${e.target} immediately as ${e.target} already has up-to-date log`,
  'timeout-now-after-append': (id, e) => `${id} sent MsgTimeoutNow to ${e.member} after received MsgAppResp`,
  'timeout-now-received': (id, e) =>
    `${id} [term ${e.term}] received MsgTimeoutNow from ${e.member} and starts an election to get leadership.`,
  'forget-leader': (id, e) => `${id} forgetting leader ${e.leader} at term ${e.term}`,
};

const DEBUG: Readonly<Record<string, Printer>> = {
  'append-rejected': (id, e) =>
    `${id} [logterm: ${e.ownTerm}, index: ${e.prevIndex}] rejected MsgApp [logterm: ${e.prevTerm}, ` +
    `index: ${e.prevIndex}] from ${e.member}`,
  'append-refused': (id, e) =>
    `${id} received MsgAppResp(rejected, hint: (index ${e.hint}, term ${e.hintTerm})) from ${e.member} ` +
    `for index ${e.index}`,
  'progress-decreased': (id, e) => `${id} decreased progress of ${e.member} to [${progress(e)}]`,
  'snapshot-sent': (id, e) =>
    `${id} [firstindex: ${e.firstIndex}, commit: ${e.commit}] sent snapshot[index: ${e.index}, term: ${e.term}] ` +
    `to ${e.member} [${progress(e)}]`,
  'progress-paused': (id, e) => `${id} paused sending replication messages to ${e.member} [${progress(e)}]`,
  'snapshot-recovered': (id, e) =>
    `${id} recovered from needing snapshot, resumed sending replication messages to ${e.member} [${progress(e)}]`,
  'snapshot-skipped-inactive': (_, e) =>
    `ignore sending snapshot to ${e.member} since it is not recently active`,
  unreachable: (id, e) =>
    `${id} failed to send message to ${e.member} because it is unreachable [${progress(e)}]`,
  'timeout-now-ignored': (id, e) =>
    `${id} [term ${e.term} state ${roleName(e.role)}] ignored MsgTimeoutNow from ${e.member}`,
  'campaign-by-leader': (id) => `${id} ignoring MsgHup because already leader`,
  'proposal-during-transfer': (id, e) =>
    `${id} [term ${e.term}] transfer leadership to ${e.transferee} is in progress; dropping proposal`,
};

const WARN: Readonly<Record<string, Printer>> = {
  'campaign-unpromotable': (id) => `${id} is unpromotable and can not campaign`,
  'campaign-pending-conf-change': (id, e) =>
    `${id} cannot campaign at term ${e.term} since there are still pending configuration changes to apply`,
  'quorum-inactive': (id) => `${id} stepped down to follower since quorum is not active`,
  'uncommitted-limit': (id) =>
    `${id} appending new entries to log would exceed uncommitted entry size limit; dropping proposal`,
};

const ERROR: Readonly<Record<string, Printer>> = {
  'forget-refused': () => 'ignoring MsgForgetLeader due to ReadOnlyLeaseBased',
};

const BY_LEVEL: ReadonlyArray<readonly [Level, Readonly<Record<string, Printer>>]> = [
  ['DEBUG', DEBUG],
  ['INFO', INFO],
  ['WARN', WARN],
  ['ERROR', ERROR],
];

/** undefined for events that etcd does not log. */
export function logLine(id: number, event: RaftTrace): LogLine | undefined {
  for (const [level, printers] of BY_LEVEL) {
    const printer = printers[event.kind];
    if (printer !== undefined) return { level, text: printer(id, event as unknown as Facts) };
  }
  return undefined;
}
