/** The node, for those who run one: its configuration and how to start it. */
export { type ConfigSources, examineConfig, loadConfig } from './config/load.ts';
export { configJsonSchema, type NodeConfig } from './config/schema.ts';
export { type Assignment, flagAssignment, parseSetFlag } from './config/sources.ts';
export { createLogger, type Logger } from './observability/logger.ts';
export { type NodeDeps, type NodeHandle, startNode } from './server.ts';
export { VERSION } from './version.ts';
