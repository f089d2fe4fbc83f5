/**
 * A membership change as the data of a `conf-change` entry.
 *
 *   version u8 = 1 · transition u8 · count varint · count × (kind u8 · member u64) · context: the rest
 *
 * Leaving a joint configuration without a context is no data at all, so that it can never be refused for its size.
 */
import { ByteReader, ByteWriter, EMPTY_BYTES, FlowError, NODE_ID_MAX, type MemberId } from '@flowmesh/base';
import type { ConfChange, ConfChangeKind, ConfChangeSingle, ConfChangeTransition } from '../types.ts';

export const CONF_CHANGES_MAX = 256;
export const CONF_CHANGE_CONTEXT_BYTES_MAX = 65_536;

const VERSION = 1;
const TRANSITIONS: readonly ConfChangeTransition[] = ['auto', 'joint-implicit', 'joint-explicit'];
const KINDS: readonly ConfChangeKind[] = ['add-voter', 'add-learner', 'remove', 'update'];

/** Rejects (INVALID_ARGUMENT) what `decodeConfChange` would not take back. */
export function encodeConfChange(change: ConfChange): Uint8Array {
  if (change.changes.length > CONF_CHANGES_MAX) {
    throw new FlowError('INVALID_ARGUMENT', `${change.changes.length} membership changes at once`, {
      hint: `Propose at most ${CONF_CHANGES_MAX} at a time.`,
    });
  }
  if (change.context.length > CONF_CHANGE_CONTEXT_BYTES_MAX) {
    throw new FlowError(
      'INVALID_ARGUMENT',
      `membership change with a context of ${change.context.length} bytes`,
    );
  }
  if (change.transition === 'auto' && change.changes.length === 0 && change.context.length === 0)
    return EMPTY_BYTES;
  const writer = new ByteWriter(16 + change.changes.length * 9 + change.context.length);
  writer.u8(VERSION).u8(TRANSITIONS.indexOf(change.transition)).varint(change.changes.length);
  for (const { kind, member } of change.changes) writer.u8(KINDS.indexOf(kind)).u64(member);
  return writer.raw(change.context).finish();
}

/** The reverse; INVALID_ARGUMENT for anything malformed. The context aliases `data`. */
export function decodeConfChange(data: Uint8Array): ConfChange {
  if (data.length === 0) return { transition: 'auto', changes: [], context: EMPTY_BYTES };
  const reader = new ByteReader(data);
  const version = reader.u8();
  if (version !== VERSION) throw malformed(`version ${version}`);
  const transition = TRANSITIONS[reader.u8()];
  if (transition === undefined) throw malformed('transition');
  const count = reader.varint();
  if (count > CONF_CHANGES_MAX) throw malformed(`${count} changes`);
  const changes: ConfChangeSingle[] = [];
  for (let i = 0; i < count; i++) {
    const kind = KINDS[reader.u8()];
    if (kind === undefined) throw malformed('kind of change');
    const member = reader.u64();
    if (member % (NODE_ID_MAX + 1) === 0) throw malformed(`member id ${member}`);
    changes.push({ kind, member: member as MemberId });
  }
  if (reader.remaining > CONF_CHANGE_CONTEXT_BYTES_MAX) throw malformed('context');
  return { transition, changes, context: reader.raw(reader.remaining) };
}

function malformed(what: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', `malformed membership change: ${what}`);
}
