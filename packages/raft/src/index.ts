export * from './raft-node.ts';
export * from './types.ts';
