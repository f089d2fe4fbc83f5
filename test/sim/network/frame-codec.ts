/** Frames of the simulated network: the real encoding of messages between nodes. */
import { ByteReader, ByteWriter, type NodeId } from '@flowmesh/base';
import {
  decodeMessages,
  MessageEncoder,
  messageBytesMax,
} from '../../../packages/broker/src/transport/message-codec.ts';
import type { GroupMessage } from '../../../packages/broker/src/transport/transport.ts';

export function encodeFrame(messages: readonly GroupMessage[], sender: NodeId): Uint8Array {
  let bytes = 0;
  for (const { message } of messages) bytes += messageBytesMax(message);
  const writer = new ByteWriter(bytes);
  const encoder = new MessageEncoder(writer, sender);
  for (const message of messages) encoder.add(message);
  return writer.finish();
}

/** A copy of its own for every delivery, as the socket would give it. */
export function decodeFrame(frame: Uint8Array, sender: NodeId, receiver: NodeId): GroupMessage[] {
  return decodeMessages(new ByteReader(frame.slice()), { sender, receiver });
}
