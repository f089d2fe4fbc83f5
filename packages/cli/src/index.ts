/** The command line programs, to be run within other programs and tests. */
export type { CliEnvironment } from './environment.ts';
export { EXIT } from './exit-codes.ts';
export { flowmesh } from './flowmesh.ts';
export { flowmeshAdmin } from './flowmesh-admin.ts';
