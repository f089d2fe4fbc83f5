/**
 * How much a client may send before this node has read it. grpc-js leaves its servers with the 64 KiB of HTTP/2 for all calls of a connection
 * together, which is one message of 64 KiB per round trip; it has an option for clients only. Node tells of every stream that it opens for a
 * peer: the first one of a connection is the moment to widen what the connection, and each of its calls, may send.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';

export interface ReceiveWindows {
  /** All calls of a connection. Whatever is unread lies in this node's memory. */
  readonly connectionBytes: number;
  readonly callBytes: number;
}

const STREAM_CREATED = 'http2.server.stream.created';

/** For connections to `port` of this process, until it is called off. */
export function widenReceiveWindows(port: number, windows: ReceiveWindows): () => void {
  const widened = new WeakSet<ServerHttp2Session>();
  const onStream = (message: unknown): void => {
    const { session } = (message as { readonly stream: ServerHttp2Stream }).stream;
    if (!isServer(session) || widened.has(session) || session.socket.localPort !== port) return;
    widened.add(session);
    session.setLocalWindowSize(windows.connectionBytes);
    session.settings({ initialWindowSize: windows.callBytes });
  };
  subscribe(STREAM_CREATED, onStream);
  return () => void unsubscribe(STREAM_CREATED, onStream);
}

function isServer(session: ServerHttp2Stream['session']): session is ServerHttp2Session {
  return session !== undefined && !session.destroyed;
}
