export * from './group-store.ts';
export * from './kv-engine.ts';
export { arrivalOrder, type ChunkPlace, type LogLayout } from './log/log-layout.ts';
export { type LogStoreOptions, openLogStore } from './log/log-store.ts';
export { MemoryEngine } from './memory-engine.ts';
export type { DiskLimits, DiskState } from './rocks/disk-space.ts';
export { type CommitSample, RocksEngine, type RocksEngineOptions } from './rocks/rocks-engine.ts';
export type { RocksTuning } from './rocks/rocks-options.ts';
export * from './watermark.ts';
