export * from './group-store.ts';
export * from './kv-engine.ts';
