/**
 * Typed gRPC methods over generated codecs: a table of `unary(…)`, `serverStream(…)`, `bidiStream(…)` gives the service
 * definition for a server, the type of its handlers, and the type of its client.
 * Decoded byte fields alias the received message; nothing is copied.
 */
import type {
  CallOptions,
  Client,
  ClientDuplexStream,
  ClientReadableStream,
  ClientUnaryCall,
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  Metadata,
  MethodDefinition,
  requestCallback,
} from '@grpc/grpc-js';

/** A generated message class: `In` is what may be encoded, `Out` what decoding gives (every field present). */
export interface Codec<In, Out> {
  encode(message: In): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Out;
}

type Kind = 'unary' | 'server-stream' | 'bidi-stream';

/** One method: request and response as sent (`In`) and as received (`Out`). */
export interface Method<K extends Kind, ReqIn, ReqOut, ResIn, ResOut>
  extends Omit<MethodDefinition<never, never>, `request${string}` | `response${string}`> {
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (message: ReqIn) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => ReqOut;
  readonly responseSerialize: (message: ResIn) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => ResOut;
  /** Only a type: tells the kinds apart. */
  readonly kind?: K;
}

/** The generated writer gives a Buffer under Node; the check is for other surroundings. */
function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function method<K extends Kind, ReqIn, ReqOut, ResIn, ResOut>(
  path: string,
  streams: { readonly request: boolean; readonly response: boolean },
  request: Codec<ReqIn, ReqOut>,
  response: Codec<ResIn, ResOut>,
): Method<K, ReqIn, ReqOut, ResIn, ResOut> {
  return {
    path,
    requestStream: streams.request,
    responseStream: streams.response,
    requestSerialize: (message) => toBuffer(request.encode(message).finish()),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: (message) => toBuffer(response.encode(message).finish()),
    responseDeserialize: (bytes) => response.decode(bytes),
  };
}

export function unary<ReqIn, ReqOut, ResIn, ResOut>(
  path: string,
  request: Codec<ReqIn, ReqOut>,
  response: Codec<ResIn, ResOut>,
): Method<'unary', ReqIn, ReqOut, ResIn, ResOut> {
  return method(path, { request: false, response: false }, request, response);
}

export function serverStream<ReqIn, ReqOut, ResIn, ResOut>(
  path: string,
  request: Codec<ReqIn, ReqOut>,
  response: Codec<ResIn, ResOut>,
): Method<'server-stream', ReqIn, ReqOut, ResIn, ResOut> {
  return method(path, { request: false, response: true }, request, response);
}

export function bidiStream<ReqIn, ReqOut, ResIn, ResOut>(
  path: string,
  request: Codec<ReqIn, ReqOut>,
  response: Codec<ResIn, ResOut>,
): Method<'bidi-stream', ReqIn, ReqOut, ResIn, ResOut> {
  return method(path, { request: true, response: true }, request, response);
}

/** What a server implements for a table of methods. */
export type Handlers<Table> = {
  [Name in keyof Table]: Table[Name] extends Method<
    infer K,
    infer _ReqIn,
    infer ReqOut,
    infer ResIn,
    infer _ResOut
  >
    ? {
        unary: handleUnaryCall<ReqOut, ResIn>;
        'server-stream': handleServerStreamingCall<ReqOut, ResIn>;
        'bidi-stream': handleBidiStreamingCall<ReqOut, ResIn>;
      }[K]
    : never;
};

interface UnaryCaller<ReqIn, ResOut> {
  (request: ReqIn, callback: requestCallback<ResOut>): ClientUnaryCall;
  (request: ReqIn, metadata: Metadata, callback: requestCallback<ResOut>): ClientUnaryCall;
  (
    request: ReqIn,
    metadata: Metadata,
    options: CallOptions,
    callback: requestCallback<ResOut>,
  ): ClientUnaryCall;
}
interface ServerStreamCaller<ReqIn, ResOut> {
  (request: ReqIn, options?: CallOptions): ClientReadableStream<ResOut>;
  (request: ReqIn, metadata: Metadata, options?: CallOptions): ClientReadableStream<ResOut>;
}
interface BidiStreamCaller<ReqIn, ResOut> {
  (options?: CallOptions): ClientDuplexStream<ReqIn, ResOut>;
  (metadata: Metadata, options?: CallOptions): ClientDuplexStream<ReqIn, ResOut>;
}

/** A client of a table of methods. */
export type ClientOf<Table> = Client & {
  [Name in keyof Table]: Table[Name] extends Method<
    infer K,
    infer ReqIn,
    infer _ReqOut,
    infer _ResIn,
    infer ResOut
  >
    ? {
        unary: UnaryCaller<ReqIn, ResOut>;
        'server-stream': ServerStreamCaller<ReqIn, ResOut>;
        'bidi-stream': BidiStreamCaller<ReqIn, ResOut>;
      }[K]
    : never;
};
