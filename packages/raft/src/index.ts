export * from './confchange/codec.ts';
export {
  allMembers,
  allVoters,
  configurationFault,
  isJoint,
  isMember,
  isVoter,
} from './tracker/configuration.ts';
export type { ProgressView } from './tracker/progress.ts';
export { READS_PENDING_MAX } from './raft-config.ts';
export * from './raft-node.ts';
export * from './types.ts';
