export * from './batch-attributes.ts';
export * from './batch-decoder.ts';
export * from './batch-encoder.ts';
export * from './batch-filter.ts';
export { DECOMPRESSED_BYTES_MAX, type DecodeOptions } from './batch-payload.ts';
export * from './batch-validation.ts';
export * from './compression.ts';
export * from './partitioner.ts';
export type { KafkaRecord, RecordHeader, StoredRecord } from './record.ts';
