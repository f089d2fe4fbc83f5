// Apart from the package's main face: clients of FlowMesh handle record batches and need not load every API of Kafka.
export * from '../api/index.ts';
export {
  type Api,
  Message,
  type RequestInput,
  type RequestOf,
  type ResponseInput,
  type ResponseOf,
  type Versions,
} from './api.ts';
export * from './api-keys.ts';
export * from './api-table.ts';
export * from './consumer-protocol.ts';
export * from './error-codes.ts';
export * from './frame.ts';
export {
  readRequestHeader,
  readResponseHeader,
  type RequestHeader,
  type ResponseHeader,
} from './headers.ts';
export { type Decoded, type Encodable, type Fields, type RecordsInput, ZERO_UUID } from './schema.ts';
