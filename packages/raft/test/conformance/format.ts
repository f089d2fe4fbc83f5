/** Prints what the core hands out in the words of etcd's scenario files. */
import {
  type ConfChange,
  type ConfChangeSingle,
  type ConfState,
  decodeConfChange,
  type Entry,
  type HardState,
  type LocalMessage,
  type PeerMessage,
  type ProgressView,
  type Ready,
  type Role,
  type SnapshotMeta,
} from '@flowmesh/raft';

/** Marks, in the opaque context of a change, that the scenario proposed it in the older of etcd's two encodings. */
export const V1_CONTEXT: Uint8Array = new TextEncoder().encode('v1');

/** A message as etcd has it: one shape with many fields, also for what goes to the storage threads. */
export interface PrintedMessage {
  readonly from: string;
  readonly to: string;
  readonly type: string;
  readonly term: number;
  readonly logTerm?: number;
  readonly index?: number;
  readonly reject?: boolean;
  readonly rejectHint?: number;
  readonly commit?: number;
  readonly vote?: number;
  readonly entries?: readonly Entry[];
  readonly snapshot?: SnapshotMeta | undefined;
  readonly responses?: readonly PrintedMessage[];
}

const TYPES: Readonly<Record<Exclude<PeerMessage['kind'], 'vote' | 'vote-reply'>, string>> = {
  propose: 'MsgProp',
  append: 'MsgApp',
  'append-reply': 'MsgAppResp',
  snapshot: 'MsgSnap',
  heartbeat: 'MsgHeartbeat',
  'heartbeat-reply': 'MsgHeartbeatResp',
  'transfer-leader': 'MsgTransferLeader',
  'timeout-now': 'MsgTimeoutNow',
  'read-index': 'MsgReadIndex',
  'read-index-reply': 'MsgReadIndexResp',
};

const ROLES: Readonly<Record<Role, string>> = {
  follower: 'StateFollower',
  'pre-candidate': 'StatePreCandidate',
  candidate: 'StateCandidate',
  leader: 'StateLeader',
};

const PROGRESS_STATES: Readonly<Record<ProgressView['state'], string>> = {
  probe: 'StateProbe',
  replicate: 'StateReplicate',
  snapshot: 'StateSnapshot',
};

export function messageType(kind: PeerMessage['kind'], pre: boolean): string {
  if (kind === 'vote') return pre ? 'MsgPreVote' : 'MsgVote';
  if (kind === 'vote-reply') return pre ? 'MsgPreVoteResp' : 'MsgVoteResp';
  return TYPES[kind];
}

export function roleName(role: Role): string {
  return ROLES[role];
}

export function printedPeer(message: PeerMessage): PrintedMessage {
  const pre = 'pre' in message && message.pre;
  const type = messageType(message.kind, pre);
  const head = { from: `${message.from}`, to: `${message.to}`, type, term: message.term };
  switch (message.kind) {
    case 'propose':
      return { ...head, entries: message.entries };
    case 'append':
      return {
        ...head,
        logTerm: message.prevTerm,
        index: message.prevIndex,
        entries: message.entries,
        commit: message.commit,
      };
    case 'append-reply': {
      const { index, reject, rejectHint, rejectTerm } = message;
      return { ...head, index, reject, rejectHint, logTerm: rejectTerm };
    }
    case 'vote':
      return { ...head, logTerm: message.lastTerm, index: message.lastIndex };
    case 'vote-reply':
      return { ...head, reject: message.reject };
    case 'snapshot':
      return { ...head, snapshot: message.snapshot };
    case 'heartbeat':
      return { ...head, commit: message.commit };
    case 'heartbeat-reply':
    case 'transfer-leader':
    case 'timeout-now':
    case 'read-index':
    case 'read-index-reply':
      return head;
  }
}

export function printedAppended(
  message: Extract<LocalMessage, { kind: 'storage-appended' }>,
): PrintedMessage {
  const { to, term, index, logTerm, snapshot } = message;
  return { from: 'AppendThread', to: `${to}`, type: 'MsgStorageAppendResp', term, index, logTerm, snapshot };
}

export function describeMessage(message: PrintedMessage, indent = ''): string {
  const { from, to, type, term, logTerm = 0, index = 0 } = message;
  let text = `${indent}${from}->${to} ${type} Term:${term} Log:${logTerm}/${index}`;
  if (message.reject === true) text += ` Rejected (Hint: ${message.rejectHint ?? 0})`;
  if (message.commit !== undefined && message.commit !== 0) text += ` Commit:${message.commit}`;
  if (message.vote !== undefined && message.vote !== 0) text += ` Vote:${message.vote}`;
  const entries = message.entries ?? [];
  if (entries.length === 1) text += ` Entries:[${describeEntry(entries[0] as Entry)}]`;
  if (entries.length > 1) {
    const lines = entries.map((entry) => `\n${indent}  ${describeEntry(entry)}`);
    text += ` Entries:[${lines.join('')}\n${indent}]`;
  }
  if (message.snapshot !== undefined) text += `\n${indent}  Snapshot: ${describeSnapshot(message.snapshot)}`;
  const responses = message.responses ?? [];
  if (responses.length > 0) {
    const lines = responses.map((response) => `\n${describeMessage(response, `${indent}  `)}`);
    text += ` Responses:[${lines.join('')}\n${indent}]`;
  }
  return text;
}

export function describeEntry(entry: Entry): string {
  const head = `${entry.term}/${entry.index}`;
  if (entry.kind === 'normal')
    return `${head} EntryNormal ${JSON.stringify(new TextDecoder().decode(entry.data))}`;
  const change = decodeConfChange(entry.data);
  const type = change.context.length === V1_CONTEXT.length ? 'EntryConfChange' : 'EntryConfChangeV2';
  const changes = change.changes.map(describeSingle).join(' ');
  return changes === '' ? `${head} ${type}` : `${head} ${type} ${changes}`;
}

function describeSingle(change: ConfChangeSingle): string {
  const letters = { 'add-voter': 'v', 'add-learner': 'l', remove: 'r', update: 'u' } as const;
  return `${letters[change.kind]}${change.member}`;
}

export function describeEntries(entries: readonly Entry[]): string {
  return entries.map((entry) => `${describeEntry(entry)}\n`).join('');
}

export function describeSnapshot(snapshot: SnapshotMeta): string {
  const { voters, votersOutgoing, learners, learnersNext, autoLeave } = snapshot.conf;
  const list = (members: readonly number[]): string => `[${members.join(' ')}]`;
  return (
    `Index:${snapshot.index} Term:${snapshot.term} ConfState:Voters:${list(voters)} ` +
    `VotersOutgoing:${list(votersOutgoing)} Learners:${list(learners)} LearnersNext:${list(learnersNext)} ` +
    `AutoLeave:${autoLeave}`
  );
}

/** A configuration as in `voters=(2 3)&&(1) learners=(4) learners_next=(1) autoleave`. */
export function describeConf(conf: ConfState): string {
  const list = (members: readonly number[]): string => `(${members.join(' ')})`;
  let text = `voters=${list(conf.voters)}`;
  if (conf.votersOutgoing.length > 0) text += `&&${list(conf.votersOutgoing)}`;
  if (conf.learners.length > 0) text += ` learners=${list(conf.learners)}`;
  if (conf.learnersNext.length > 0) text += ` learners_next=${list(conf.learnersNext)}`;
  return conf.autoLeave ? `${text} autoleave` : text;
}

/** A change as Go prints the message that holds it. */
export function describeChange(change: ConfChange): string {
  const transitions = {
    auto: 'ConfChangeTransitionAuto',
    'joint-implicit': 'ConfChangeTransitionJointImplicit',
    'joint-explicit': 'ConfChangeTransitionJointExplicit',
  } as const;
  const kinds = {
    'add-voter': 'ConfChangeAddNode',
    'add-learner': 'ConfChangeAddLearnerNode',
    remove: 'ConfChangeRemoveNode',
    update: 'ConfChangeUpdateNode',
  } as const;
  const changes = change.changes.map(
    ({ kind, member }) => ` changes:{type:${kinds[kind]} node_id:${member}}`,
  );
  return `transition:${transitions[change.transition]}${changes.join('')}`;
}

export function describeProgress(progress: ProgressView): string {
  let text = `${PROGRESS_STATES[progress.state]} match=${progress.match} next=${progress.next}`;
  if (progress.learner) text += ' learner';
  if (progress.paused) text += ' paused';
  if (progress.pendingSnapshot > 0) text += ` pendingSnap=${progress.pendingSnapshot}`;
  if (!progress.recentActive) text += ' inactive';
  if (progress.inflight > 0) text += ` inflight=${progress.inflight}${progress.inflightFull ? '[full]' : ''}`;
  return text;
}

function describeHardState({ term, vote, commit }: HardState): string {
  return vote === 0 ? `Term:${term} Commit:${commit}` : `Term:${term} Vote:${vote} Commit:${commit}`;
}

/** `messages`: all that the Ready amounts to in etcd's terms, also those to the storage threads. */
export function describeReady(ready: Ready, messages: readonly PrintedMessage[]): string {
  const { softState, append, apply, readStates } = ready;
  let text = '';
  if (softState !== undefined) text += `Lead:${softState.leader} State:${roleName(softState.role)}\n`;
  if (append?.hardState !== undefined) text += `HardState ${describeHardState(append.hardState)}\n`;
  if (readStates.length > 0) text += `ReadStates ${JSON.stringify(readStates)}\n`;
  if (append !== undefined && append.entries.length > 0)
    text += `Entries:\n${describeEntries(append.entries)}`;
  if (append?.snapshot !== undefined) text += `Snapshot ${describeSnapshot(append.snapshot)}\n`;
  if (apply !== undefined) text += `CommittedEntries:\n${describeEntries(apply.entries)}`;
  if (messages.length > 0)
    text += `Messages:\n${messages.map((message) => `${describeMessage(message)}\n`).join('')}`;
  return text === '' ? '<empty Ready>' : `Ready MustSync=${append?.mustSync ?? false}:\n${text}`;
}
