/** What share groups ask of a partition, as part of a stream command: `kind u8 · body`. */
import { AssertionError, type ByteReader, type ByteWriter, utf8Decode, utf8Encode } from '@flowmesh/base';
import {
  type AcquiredRange,
  type OffsetRange,
  SHARE_VERDICTS,
  type ShareStart,
  type ShareVerdict,
  type ShareVerdicts,
} from './share-types.ts';

interface OfGroup {
  readonly group: string;
}

/** The group begins in the partition, if it has not yet; where it has, it is remembered for longer. */
export interface OpenShare extends OfGroup {
  readonly kind: 'open';
  readonly start: ShareStart;
}

/** A member is given what is available from `from` to before `to`, as far as the leader has read it. */
export interface AcquireShare extends OfGroup {
  readonly kind: 'acquire';
  readonly member: string;
  readonly from: number;
  readonly to: number;
  /** Offsets in between under which there is no record to be shown, ascending. */
  readonly holes: readonly OffsetRange[];
  readonly recordsMax: number;
  readonly lockMs: number;
  readonly attemptsMax: number;
  readonly inFlightMax: number;
}

/** All of it, or nothing where one record is not the member's. */
export interface AcknowledgeShare extends OfGroup {
  readonly kind: 'acknowledge';
  readonly member: string;
  /** For what is renewed. */
  readonly lockMs: number;
  readonly batches: readonly ShareVerdicts[];
}

/** A member gives back all that it has; none of it counts as a delivery. */
export interface ReleaseShare extends OfGroup {
  readonly kind: 'release';
  readonly member: string;
}

/** Ends locks whose time is up, and groups that nobody uses. */
export interface ExpireShares {
  readonly kind: 'expire';
  readonly max: number;
}

/** The group begins anew elsewhere; what was under way is forgotten. */
export interface ResetShare extends OfGroup {
  readonly kind: 'reset';
  readonly offset: number;
}

export interface DeleteShare extends OfGroup {
  readonly kind: 'delete';
}

export type ShareAction =
  | OpenShare
  | AcquireShare
  | AcknowledgeShare
  | ReleaseShare
  | ExpireShares
  | ResetShare
  | DeleteShare;

export type ShareReply =
  | { readonly kind: 'share-opened'; readonly startOffset: number }
  | { readonly kind: 'share-acquired'; readonly ranges: readonly AcquiredRange[] }
  | { readonly kind: 'share-changed' }
  | { readonly kind: 'share-expired'; readonly count: number };

const OPEN = 1;
const ACQUIRE = 2;
const ACKNOWLEDGE = 3;
const RELEASE = 4;
const EXPIRE = 5;
const RESET = 6;
const DELETE = 7;

const STARTS = ['earliest', 'latest', 'offset'] as const;

export function encodeShareAction(writer: ByteWriter, action: ShareAction): void {
  switch (action.kind) {
    case 'open':
      writer.u8(OPEN).bytes(utf8Encode(action.group)).u8(STARTS.indexOf(action.start.kind));
      writer.u64(action.start.kind === 'offset' ? action.start.offset : 0);
      return;
    case 'acquire':
      encodeAcquire(writer, action);
      return;
    case 'acknowledge':
      encodeAcknowledge(writer, action);
      return;
    case 'release':
      writer.u8(RELEASE).bytes(utf8Encode(action.group)).bytes(utf8Encode(action.member));
      return;
    case 'expire':
      writer.u8(EXPIRE).u32(action.max);
      return;
    case 'reset':
      writer.u8(RESET).bytes(utf8Encode(action.group)).u64(action.offset);
      return;
    case 'delete':
      writer.u8(DELETE).bytes(utf8Encode(action.group));
  }
}

function encodeAcquire(writer: ByteWriter, action: AcquireShare): void {
  writer.u8(ACQUIRE).bytes(utf8Encode(action.group)).bytes(utf8Encode(action.member));
  writer.u64(action.from).u64(action.to).u32(action.recordsMax).u32(action.lockMs);
  writer.u32(action.attemptsMax).u32(action.inFlightMax).u32(action.holes.length);
  for (const [first, last] of action.holes) writer.u64(first).u64(last);
}

function encodeAcknowledge(writer: ByteWriter, action: AcknowledgeShare): void {
  writer.u8(ACKNOWLEDGE).bytes(utf8Encode(action.group)).bytes(utf8Encode(action.member));
  writer.u32(action.lockMs).u32(action.batches.length);
  for (const { first, last, verdicts } of action.batches) {
    writer.u64(first).u64(last).u32(verdicts.length);
    for (const verdict of verdicts) writer.u8(SHARE_VERDICTS.indexOf(verdict));
  }
}

/** What is unknown is an assertion: such a command must not be passed over. */
export function decodeShareAction(reader: ByteReader): ShareAction {
  const kind = reader.u8();
  if (kind === EXPIRE) return { kind: 'expire', max: reader.u32() };
  const group = utf8Decode(reader.bytes());
  if (kind === OPEN) {
    const start = STARTS[reader.u8()];
    const offset = reader.u64();
    return { kind: 'open', group, start: start === 'offset' ? { kind: start, offset } : startOf(start) };
  }
  if (kind === RESET) return { kind: 'reset', group, offset: reader.u64() };
  if (kind === DELETE) return { kind: 'delete', group };
  const member = utf8Decode(reader.bytes());
  if (kind === RELEASE) return { kind: 'release', group, member };
  if (kind === ACQUIRE) return decodeAcquire(reader, group, member);
  if (kind === ACKNOWLEDGE) return decodeAcknowledge(reader, group, member);
  throw new AssertionError(`a share command of kind ${kind} is not known`);
}

function startOf(kind: 'earliest' | 'latest' | undefined): ShareStart {
  if (kind === undefined) throw new AssertionError('a group begins somewhere');
  return { kind };
}

function decodeAcquire(reader: ByteReader, group: string, member: string): AcquireShare {
  const [from, to] = [reader.u64(), reader.u64()];
  const [recordsMax, lockMs, attemptsMax, inFlightMax] = [
    reader.u32(),
    reader.u32(),
    reader.u32(),
    reader.u32(),
  ];
  const holes: OffsetRange[] = [];
  for (let left = reader.u32(); left > 0; left--) holes.push([reader.u64(), reader.u64()]);
  return { kind: 'acquire', group, member, from, to, holes, recordsMax, lockMs, attemptsMax, inFlightMax };
}

function decodeAcknowledge(reader: ByteReader, group: string, member: string): AcknowledgeShare {
  const lockMs = reader.u32();
  const batches: ShareVerdicts[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    const [first, last] = [reader.u64(), reader.u64()];
    const verdicts: ShareVerdict[] = [];
    for (let more = reader.u32(); more > 0; more--) verdicts.push(verdictOf(reader.u8()));
    batches.push({ first, last, verdicts });
  }
  return { kind: 'acknowledge', group, member, lockMs, batches };
}

function verdictOf(number: number): ShareVerdict {
  const verdict = SHARE_VERDICTS[number];
  if (verdict === undefined) throw new AssertionError(`verdict ${number} is not known`);
  return verdict;
}
