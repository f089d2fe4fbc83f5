export * from './group-store.ts';
export * from './kv-engine.ts';
export * from './watermark.ts';
