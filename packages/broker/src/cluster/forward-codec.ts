/**
 * What a metadata command forwarded to another node comes back with: the machine's reply and the index at which it was applied, or
 * why it was not run there. JSON: replies are small and rare.
 */
import {
  FlowError,
  isErrorCode,
  utf8Decode,
  utf8Encode,
  type NodeId,
  nodeId,
  NODE_ID_MAX,
} from '@flowmesh/base';
import type { Reply } from '@flowmesh/engines';
import type { KnownPeer } from './known-peer.ts';
import { addressField, textField } from './wire-fields.ts';

export type Forwarded =
  | { readonly kind: 'done'; readonly index: number; readonly reply: Reply }
  /** The node does not lead the metadata group; perhaps it knows who does, and where that one is: the asker may never have heard of it. */
  | { readonly kind: 'elsewhere'; readonly leader: NodeId | undefined; readonly peer?: KnownPeer }
  | { readonly kind: 'failed'; readonly error: FlowError };

interface WireError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, string | number>>;
}

function toWire(error: FlowError): WireError {
  return {
    code: error.code,
    message: error.message,
    details: error.details,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}

function fromWire(wire: WireError): FlowError {
  const code = isErrorCode(wire.code) ? wire.code : 'INTERNAL';
  return new FlowError(code, String(wire.message), {
    ...(wire.hint === undefined ? {} : { hint: String(wire.hint) }),
    ...(wire.details === undefined ? {} : { details: wire.details }),
  });
}

export function encodeForwarded(forwarded: Forwarded): Uint8Array {
  switch (forwarded.kind) {
    case 'done': {
      const { index, reply } = forwarded;
      const body = reply.ok ? { value: reply.value } : { error: toWire(reply.error) };
      return utf8Encode(JSON.stringify({ kind: 'done', index, ...body }));
    }
    case 'elsewhere': {
      const { leader = 0, peer } = forwarded;
      return utf8Encode(JSON.stringify({ kind: 'elsewhere', leader, peer }));
    }
    case 'failed':
      return utf8Encode(JSON.stringify({ kind: 'failed', error: toWire(forwarded.error) }));
  }
}

type WireForwarded = {
  readonly kind?: unknown;
  readonly index?: unknown;
  readonly leader?: unknown;
  readonly peer?: { readonly uuid?: unknown; readonly address?: unknown };
  readonly value?: unknown;
  readonly error?: WireError;
};

function peerOf(node: NodeId, peer: WireForwarded['peer']): KnownPeer | undefined {
  if (typeof peer?.uuid !== 'string' || typeof peer.address !== 'string') return undefined;
  return { node, uuid: textField(peer.uuid, 'uuid'), address: addressField(peer.address, 'peer address') };
}

/** INVALID_ARGUMENT where the bytes are no such answer. */
export function decodeForwarded(bytes: Uint8Array): Forwarded {
  let wire: WireForwarded;
  try {
    wire = JSON.parse(utf8Decode(bytes)) as WireForwarded;
  } catch (cause) {
    throw new FlowError('INVALID_ARGUMENT', 'malformed answer to a forwarded command', { cause });
  }
  if (wire.kind === 'done' && Number.isSafeInteger(wire.index)) {
    const reply: Reply =
      wire.error === undefined ? { ok: true, value: wire.value } : { ok: false, error: fromWire(wire.error) };
    return { kind: 'done', index: wire.index as number, reply };
  }
  if (wire.kind === 'elsewhere') {
    const leader = Number(wire.leader);
    const known = Number.isInteger(leader) && leader >= 1 && leader <= NODE_ID_MAX;
    if (!known) return { kind: 'elsewhere', leader: undefined };
    const peer = peerOf(nodeId(leader), wire.peer);
    return { kind: 'elsewhere', leader: nodeId(leader), ...(peer === undefined ? {} : { peer }) };
  }
  if (wire.kind === 'failed' && wire.error !== undefined)
    return { kind: 'failed', error: fromWire(wire.error) };
  throw new FlowError('INVALID_ARGUMENT', 'malformed answer to a forwarded command');
}
