export * from './group-store.ts';
export * from './kv-engine.ts';
export { arrivalOrder, type ChunkPlace, type LogLayout } from './log/log-layout.ts';
export { type LogStoreOptions, openLogStore } from './log/log-store.ts';
export { MemoryEngine } from './memory-engine.ts';
export * from './watermark.ts';
