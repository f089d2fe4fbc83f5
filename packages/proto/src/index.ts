/** The gRPC contract. Messages: `flowmesh.v1.*`, `flowmesh.internal.v1.*`, `google.rpc.*`, `grpcProto.health.v1.*`. */
import './runtime.ts';

export { FRAME_HEADER_BYTES, FRAME_PAYLOAD_BYTES_MAX, openFrame, sealFrame } from './frame.ts';
export { flowmesh, google, grpc as grpcProto } from './gen/messages.js';
export type { Codec } from './method.ts';
export { type ReflectedFile, reflectionPackage } from './reflection.ts';
export * from './services.ts';
