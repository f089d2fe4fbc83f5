/**
 * Frames of a Receive stream: the payload of a protobuf `Frame`, one kind byte and its contents.
 *
 *   frame := 0                       keep-alive
 *          | 1 messages              (message-codec.ts)
 *          | 2 soft state, opaque
 */
import { ByteReader, ByteWriter, FlowError } from '@flowmesh/base';
import { FRAME_HEADER_BYTES, sealFrame } from '@flowmesh/proto';
import { decodeMessages, type Ends, MessageEncoder } from './message-codec.ts';
import type { GroupMessage } from './transport.ts';

const KEEP_ALIVE = 0;
const MESSAGES = 1;
const HEALTH = 2;

/** Room for the protobuf header, which `sealFrame` fills in last. */
const ROOM = new Uint8Array(FRAME_HEADER_BYTES);

export type PeerFrame =
  | { readonly kind: 'keep-alive' }
  | { readonly kind: 'messages'; readonly messages: readonly GroupMessage[] }
  | { readonly kind: 'health'; readonly payload: Uint8Array };

/** A frame ready to be written; credit is counted in bytes of its payload, at both ends. */
export interface SealedFrame {
  readonly bytes: Buffer;
  readonly payloadBytes: number;
}

function begin(kind: number, bytesMax: number): ByteWriter {
  return new ByteWriter(FRAME_HEADER_BYTES + 1 + bytesMax).raw(ROOM).u8(kind);
}

function seal(writer: ByteWriter): SealedFrame {
  const payloadBytes = writer.length - FRAME_HEADER_BYTES;
  return { bytes: sealFrame(writer.view8()), payloadBytes };
}

export function keepAliveFrame(): SealedFrame {
  return seal(begin(KEEP_ALIVE, 0));
}

export function healthFrame(payload: Uint8Array): SealedFrame {
  return seal(begin(HEALTH, payload.length).raw(payload));
}

/** `bytesMax`: at least what the messages take, so that the buffer is allocated once. */
export function messagesFrame(messages: readonly GroupMessage[], bytesMax: number, ends: Ends): SealedFrame {
  const writer = begin(MESSAGES, bytesMax);
  const encoder = new MessageEncoder(writer, ends.sender);
  for (const message of messages) encoder.add(message);
  return seal(writer);
}

/** Parses the payload of a Frame; everything in it aliases `payload`. Throws FlowError INVALID_ARGUMENT. */
export function readFrame(payload: Uint8Array, ends: Ends): PeerFrame {
  const reader = new ByteReader(payload);
  const kind = reader.u8();
  if (kind === KEEP_ALIVE) return { kind: 'keep-alive' };
  if (kind === MESSAGES) return { kind: 'messages', messages: decodeMessages(reader, ends) };
  if (kind === HEALTH) return { kind: 'health', payload: reader.raw(reader.remaining) };
  throw new FlowError('INVALID_ARGUMENT', `malformed peer frame: kind ${kind}`);
}
