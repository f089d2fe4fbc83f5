/**
 * The small records of `idx` and `sm`: head, position, term start, applied state, tombstone. Bodies only; `sealed.ts` puts them
 * under checksums. A first byte names the version of each.
 */
import {
  ByteReader,
  ByteWriter,
  defaultMachineKind,
  FlowError,
  type GroupId,
  MACHINE_KINDS,
  type MachineKind,
  type MemberId,
  memberIdFrom,
} from '@flowmesh/base';
import type { ConfState, HardState } from '@flowmesh/raft';
import type { Incarnation } from './keys.ts';

const VERSION = 1;

/** What a group is on this node, rewritten whenever its hard state or trim point changes. */
export interface GroupHead {
  readonly member: MemberId;
  readonly machine: MachineKind;
  readonly incarnation: Incarnation;
  readonly hardState: HardState;
  /** The entry before the first one that can be read: trimmed, or covered by a snapshot. */
  readonly trim: TrimPoint;
}

export interface TrimPoint {
  readonly index: number;
  readonly term: number;
}

/** Where the entries [firstIndex, lastIndex] lie. */
export interface Position {
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly sequence: number;
  readonly bytes: number;
  /** Bytes of all entries since the incarnation began, up to the end of this chunk. */
  readonly endBytes: number;
}

export interface AppliedState {
  readonly index: number;
  readonly conf: ConfState;
}

function readerOf(what: string, body: Uint8Array): ByteReader {
  const reader = new ByteReader(body);
  if (reader.u8() !== VERSION) throw otherVersion(what);
  return reader;
}

function otherVersion(what: string): FlowError {
  return new FlowError('UNSUPPORTED', `${what} was written by another version of FlowMesh`, {
    hint: 'Start the version that wrote this data directory, or a newer one.',
  });
}

function writer(): ByteWriter {
  return new ByteWriter(80).u8(VERSION);
}

function optionalMember(value: number): MemberId {
  return value === 0 ? (0 as MemberId) : memberIdFrom(value);
}

/** The kind of machine stands at the end, and only where it is not the default: such heads are as builds of before kinds wrote them. */
export function encodeHead(group: GroupId, head: GroupHead): Uint8Array {
  const out = writer()
    .u64(head.member)
    .u32(head.incarnation)
    .u64(head.hardState.term)
    .u64(head.hardState.vote)
    .u64(head.hardState.commit)
    .u64(head.trim.index)
    .u64(head.trim.term);
  if (head.machine !== defaultMachineKind(group)) out.u8(MACHINE_KINDS.indexOf(head.machine));
  return out.finish();
}

export function decodeHead(group: GroupId, body: Uint8Array): GroupHead {
  const reader = readerOf('a group head', body);
  const member = memberIdFrom(reader.u64());
  const incarnation = reader.u32();
  const hardState = { term: reader.u64(), vote: optionalMember(reader.u64()), commit: reader.u64() };
  const trim = { index: reader.u64(), term: reader.u64() };
  const machine = reader.remaining === 0 ? defaultMachineKind(group) : MACHINE_KINDS[reader.u8()];
  if (machine === undefined) throw otherVersion('a group head');
  return { member, machine, incarnation, hardState, trim };
}

export function encodePosition(position: Position): Uint8Array {
  return writer()
    .u64(position.lastIndex)
    .u64(position.sequence)
    .u64(position.bytes)
    .u64(position.endBytes)
    .finish();
}

export function decodePosition(firstIndex: number, body: Uint8Array): Position {
  const reader = readerOf('a log position', body);
  return {
    firstIndex,
    lastIndex: reader.u64(),
    sequence: reader.u64(),
    bytes: reader.u64(),
    endBytes: reader.u64(),
  };
}

export function encodeTerm(term: number): Uint8Array {
  return writer().u64(term).finish();
}

export function decodeTerm(body: Uint8Array): number {
  return readerOf('a term start', body).u64();
}

function writeMembers(out: ByteWriter, members: readonly MemberId[]): void {
  out.varint(members.length);
  for (const member of members) out.u64(member);
}

function readMembers(reader: ByteReader): MemberId[] {
  const count = reader.varint();
  const members: MemberId[] = [];
  for (let i = 0; i < count; i++) members.push(memberIdFrom(reader.u64()));
  return members;
}

export function writeConf(out: ByteWriter, conf: ConfState): void {
  writeMembers(out, conf.voters);
  writeMembers(out, conf.votersOutgoing);
  writeMembers(out, conf.learners);
  writeMembers(out, conf.learnersNext);
  out.u8(conf.autoLeave ? 1 : 0);
}

export function readConf(reader: ByteReader): ConfState {
  return {
    voters: readMembers(reader),
    votersOutgoing: readMembers(reader),
    learners: readMembers(reader),
    learnersNext: readMembers(reader),
    autoLeave: reader.u8() === 1,
  };
}

export function encodeApplied(applied: AppliedState): Uint8Array {
  const out = writer().u64(applied.index);
  writeConf(out, applied.conf);
  return out.finish();
}

export function decodeApplied(body: Uint8Array): AppliedState {
  const reader = readerOf('the applied state', body);
  return { index: reader.u64(), conf: readConf(reader) };
}

export function encodeTombstone(member: MemberId): Uint8Array {
  return writer().u64(member).finish();
}

export function decodeTombstone(body: Uint8Array): MemberId {
  return memberIdFrom(readerOf('a tombstone', body).u64());
}
