/**
 * The wire form of consensus messages between two nodes: our own, compact because thousands of groups' heartbeats travel
 * ten times a second.
 *
 *   messages := message*                                  (to the end of the input)
 *   message  := head group [members] [term] body
 *   head     := kind (4 bits) | SAME_MEMBERS | SAME_TERM | GROUP_DELTA | REJECT
 *   group    := varint: the id, or with GROUP_DELTA what it is above the previous message's
 *   members  := from to: varint replica ids; the nodes are those at the two ends. A `from` of another node (a forwarded
 *               request) is 0 and then the whole member id
 *   term     := varint
 *   entry    := flags [term] [index] size data            (term and index where they do not follow from what is before)
 *
 * Encoding copies each entry's data once, into the frame. Decoded data alias the frame. Decoding is bounded by the
 * frame and throws FlowError INVALID_ARGUMENT for anything that encoding cannot have made.
 */
import {
  type ByteReader,
  type ByteWriter,
  FlowError,
  groupId,
  type MemberId,
  memberId,
  memberIdFrom,
  NO_MEMBER,
  NODE_ID_MAX,
  type NodeId,
  nodeOf,
  REPLICA_ID_MAX,
  type ReplicaId,
  replicaOf,
} from '@flowmesh/base';
import type { ConfState, Entry, PeerMessage, SnapshotMeta } from '@flowmesh/raft';
import type { GroupMessage } from './transport.ts';

const KINDS = [
  'propose',
  'append',
  'append-reply',
  'vote',
  'vote-reply',
  'snapshot',
  'heartbeat',
  'heartbeat-reply',
  'transfer-leader',
  'timeout-now',
  'read-index',
  'read-index-reply',
] as const satisfies readonly PeerMessage['kind'][];

const KIND_CODE = Object.fromEntries(KINDS.map((kind, code) => [kind, code])) as Record<
  PeerMessage['kind'],
  number
>;

const KIND_MASK = 0x0f;
const SAME_MEMBERS = 0x10;
const SAME_TERM = 0x20;
const GROUP_DELTA = 0x40;
const REJECT = 0x80;

const VOTE_PRE = 1;
const VOTE_FORCE = 2;
const VOTE_FLAGS = VOTE_PRE | VOTE_FORCE;

const ENTRY_CONF_CHANGE = 1;
const ENTRY_SAME_TERM = 2;
const ENTRY_NEXT_INDEX = 4;
const ENTRY_FLAGS = ENTRY_CONF_CHANGE | ENTRY_SAME_TERM | ENTRY_NEXT_INDEX;

/** Nobody encodes more than the heads of a message without entries in it. */
const MESSAGE_BYTES = 64;
const ENTRY_BYTES = 24;
const MEMBER_BYTES = 8;

/** The nodes at the two ends of a connection. */
export interface Ends {
  readonly sender: NodeId;
  readonly receiver: NodeId;
}

/** At least as many bytes as the encoded message takes. Cheap. */
export function messageBytesMax(message: PeerMessage): number {
  switch (message.kind) {
    case 'propose':
    case 'append': {
      let bytes = MESSAGE_BYTES;
      for (const entry of message.entries) bytes += ENTRY_BYTES + entry.data.length;
      return bytes;
    }
    case 'snapshot': {
      const { conf, data } = message.snapshot;
      const members =
        conf.voters.length + conf.votersOutgoing.length + conf.learners.length + conf.learnersNext.length;
      return MESSAGE_BYTES + ENTRY_BYTES + MEMBER_BYTES * (members + 4) + data.length;
    }
    case 'append-reply':
    case 'vote':
    case 'vote-reply':
    case 'heartbeat':
    case 'heartbeat-reply':
    case 'transfer-leader':
    case 'timeout-now':
    case 'read-index':
    case 'read-index-reply':
      return MESSAGE_BYTES;
  }
}

function malformed(what: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', `malformed peer frame: ${what}`, {
    hint: 'Both nodes must run compatible versions; if they do, this is a defect: report it with both versions.',
  });
}

/** Writes messages of one frame; each is encoded relative to the one before. */
export class MessageEncoder {
  private readonly writer: ByteWriter;
  private readonly sender: NodeId;
  private group = 0;
  private from: MemberId = NO_MEMBER;
  private to: MemberId = NO_MEMBER;
  private term = 0;

  constructor(writer: ByteWriter, sender: NodeId) {
    this.writer = writer;
    this.sender = sender;
  }

  add({ group, message }: GroupMessage): void {
    const { writer } = this;
    const sameMembers = message.from === this.from && message.to === this.to;
    const sameTerm = message.term === this.term;
    const delta = group - this.group;
    let head = KIND_CODE[message.kind];
    if (sameMembers) head |= SAME_MEMBERS;
    if (sameTerm) head |= SAME_TERM;
    if (delta >= 0) head |= GROUP_DELTA;
    if ((message.kind === 'append-reply' || message.kind === 'vote-reply') && message.reject) head |= REJECT;
    writer.u8(head).varint(delta >= 0 ? delta : group);
    if (!sameMembers) this.members(message);
    if (!sameTerm) writer.varint(message.term);
    this.group = group;
    this.from = message.from;
    this.to = message.to;
    this.term = message.term;
    writeBody(writer, message);
  }

  private members(message: PeerMessage): void {
    if (nodeOf(message.from) === this.sender) this.writer.varint(replicaOf(message.from));
    else this.writer.varint(0).varint(message.from);
    this.writer.varint(replicaOf(message.to));
  }
}

function writeBody(writer: ByteWriter, message: PeerMessage): void {
  switch (message.kind) {
    case 'propose':
      return writeEntries(writer, message.entries, message.term, 0);
    case 'append':
      writer.varint(message.prevIndex).varint(message.prevTerm).varint(message.commit);
      return writeEntries(writer, message.entries, message.term, message.prevIndex);
    case 'append-reply':
      writer.varint(message.index).varint(message.rejectHint).varint(message.rejectTerm);
      return;
    case 'vote':
      writer.u8((message.pre ? VOTE_PRE : 0) | (message.force ? VOTE_FORCE : 0));
      writer.varint(message.lastIndex).varint(message.lastTerm);
      return;
    case 'vote-reply':
      writer.u8(message.pre ? VOTE_PRE : 0);
      return;
    case 'snapshot':
      return writeSnapshot(writer, message.snapshot);
    case 'heartbeat':
      writer.varint(message.commit).varint(message.context);
      return;
    case 'heartbeat-reply':
      writer.varint(message.context);
      return;
    case 'transfer-leader':
      writer.varint(message.target);
      return;
    case 'timeout-now':
      return;
    case 'read-index':
      writer.varint(message.context).varint(message.origin);
      return;
    case 'read-index-reply':
      writer.varint(message.index).varint(message.context);
      return;
  }
}

function writeEntries(writer: ByteWriter, entries: readonly Entry[], term: number, prevIndex: number): void {
  writer.varint(entries.length);
  let lastTerm = term;
  let lastIndex = prevIndex;
  for (const entry of entries) {
    const sameTerm = entry.term === lastTerm;
    const nextIndex = entry.index === lastIndex + 1;
    writer.u8(
      (entry.kind === 'conf-change' ? ENTRY_CONF_CHANGE : 0) |
        (sameTerm ? ENTRY_SAME_TERM : 0) |
        (nextIndex ? ENTRY_NEXT_INDEX : 0),
    );
    if (!sameTerm) writer.varint(entry.term);
    if (!nextIndex) writer.varint(entry.index);
    writer.bytes(entry.data);
    lastTerm = entry.term;
    lastIndex = entry.index;
  }
}

function writeSnapshot(writer: ByteWriter, snapshot: SnapshotMeta): void {
  const { conf } = snapshot;
  writer
    .varint(snapshot.index)
    .varint(snapshot.term)
    .u8(conf.autoLeave ? 1 : 0);
  for (const list of [conf.voters, conf.votersOutgoing, conf.learners, conf.learnersNext]) {
    writer.varint(list.length);
    for (const member of list) writer.varint(member);
  }
  writer.bytes(snapshot.data);
}

/** Reads messages to the end of the input. */
export function decodeMessages(reader: ByteReader, ends: Ends): GroupMessage[] {
  const messages: GroupMessage[] = [];
  let group = 0;
  let from: MemberId = NO_MEMBER;
  let to: MemberId = NO_MEMBER;
  let term = 0;
  while (reader.remaining > 0) {
    const head = reader.u8();
    const number = reader.varint();
    group = (head & GROUP_DELTA) === 0 ? number : group + number;
    if (!Number.isSafeInteger(group)) throw malformed('group id');
    if ((head & SAME_MEMBERS) === 0) {
      from = readSender(reader, ends.sender);
      to = memberOf(ends.receiver, reader.varint());
    } else if (from === NO_MEMBER) {
      throw malformed('no members');
    }
    if ((head & SAME_TERM) === 0) term = reader.varint();
    messages.push({ group: groupId(group), message: readBody(reader, head, { from, to, term }) });
  }
  return messages;
}

type Envelope = Pick<PeerMessage, 'from' | 'to' | 'term'>;

function readBody(reader: ByteReader, head: number, { from, to, term }: Envelope): PeerMessage {
  const kind = KINDS[head & KIND_MASK];
  if (kind === undefined) throw malformed('kind');
  const reject = (head & REJECT) !== 0;
  if (reject && kind !== 'append-reply' && kind !== 'vote-reply') throw malformed('flags');
  switch (kind) {
    case 'propose':
      return { kind, from, to, term, entries: readEntries(reader, term, 0) };
    case 'append': {
      const prevIndex = reader.varint();
      const prevTerm = reader.varint();
      const commit = reader.varint();
      return {
        kind,
        from,
        to,
        term,
        prevIndex,
        prevTerm,
        commit,
        entries: readEntries(reader, term, prevIndex),
      };
    }
    case 'append-reply': {
      const index = reader.varint();
      const rejectHint = reader.varint();
      return { kind, from, to, term, index, reject, rejectHint, rejectTerm: reader.varint() };
    }
    case 'vote': {
      const flags = readFlags(reader, VOTE_FLAGS);
      const lastIndex = reader.varint();
      const lastTerm = reader.varint();
      const pre = (flags & VOTE_PRE) !== 0;
      return { kind, from, to, term, pre, lastIndex, lastTerm, force: (flags & VOTE_FORCE) !== 0 };
    }
    case 'vote-reply':
      return { kind, from, to, term, pre: readFlags(reader, VOTE_PRE) !== 0, reject };
    case 'snapshot':
      return { kind, from, to, term, snapshot: readSnapshot(reader) };
    case 'heartbeat': {
      const commit = reader.varint();
      return { kind, from, to, term, commit, context: reader.varint() };
    }
    case 'heartbeat-reply':
      return { kind, from, to, term, context: reader.varint() };
    case 'transfer-leader':
      return { kind, from, to, term, target: readMember(reader) };
    case 'timeout-now':
      return { kind, from, to, term };
    case 'read-index': {
      const context = reader.varint();
      return { kind, from, to, term, context, origin: readMember(reader) };
    }
    case 'read-index-reply': {
      const index = reader.varint();
      return { kind, from, to, term, index, context: reader.varint() };
    }
  }
}

function readFlags(reader: ByteReader, allowed: number): number {
  const flags = reader.u8();
  if ((flags & ~allowed) !== 0) throw malformed('flags');
  return flags;
}

function memberOf(node: NodeId, replica: number): MemberId {
  if (replica < 1 || replica > REPLICA_ID_MAX) throw malformed('replica id');
  return memberId({ node, replica: replica as ReplicaId });
}

/** A member id, or 0 for none. */
function readMember(reader: ByteReader): MemberId {
  const value = reader.varint();
  if (value === 0) return NO_MEMBER;
  const node = value % (NODE_ID_MAX + 1);
  if (node === 0 || value <= NODE_ID_MAX) throw malformed('member id');
  return memberIdFrom(value);
}

function readSender(reader: ByteReader, sender: NodeId): MemberId {
  const replica = reader.varint();
  if (replica !== 0) return memberOf(sender, replica);
  const from = readMember(reader);
  if (from === NO_MEMBER) throw malformed('sender');
  return from;
}

function readEntries(reader: ByteReader, messageTerm: number, prevIndex: number): Entry[] {
  const count = reader.varint();
  // An entry takes two bytes at least: a count that the rest cannot hold is refused before anything is built.
  if (count * 2 > reader.remaining) throw malformed('entry count');
  const entries: Entry[] = [];
  let term = messageTerm;
  let index = prevIndex;
  for (let i = 0; i < count; i++) {
    const flags = readFlags(reader, ENTRY_FLAGS);
    if ((flags & ENTRY_SAME_TERM) === 0) term = reader.varint();
    index = (flags & ENTRY_NEXT_INDEX) === 0 ? reader.varint() : index + 1;
    if (!Number.isSafeInteger(index)) throw malformed('entry index');
    const kind = (flags & ENTRY_CONF_CHANGE) === 0 ? 'normal' : 'conf-change';
    entries.push({ term, index, kind, data: reader.bytes() });
  }
  return entries;
}

function readSnapshot(reader: ByteReader): SnapshotMeta {
  const index = reader.varint();
  const term = reader.varint();
  const autoLeave = readFlags(reader, 1) === 1;
  const voters = readMembers(reader);
  const votersOutgoing = readMembers(reader);
  const learners = readMembers(reader);
  const learnersNext = readMembers(reader);
  const conf: ConfState = { voters, votersOutgoing, learners, learnersNext, autoLeave };
  return { index, term, conf, data: reader.bytes() };
}

function readMembers(reader: ByteReader): MemberId[] {
  const count = reader.varint();
  if (count > reader.remaining) throw malformed('member count');
  const members: MemberId[] = [];
  for (let i = 0; i < count; i++) {
    const member = readMember(reader);
    if (member === NO_MEMBER) throw malformed('member id');
    members.push(member);
  }
  return members;
}
