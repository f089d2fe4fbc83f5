/** The `flowmesh-admin` program. */
import { addClusterCommands } from './cluster-commands.ts';
import type { CliEnvironment } from './environment.ts';
import { withProcess } from './process-environment.ts';
import { newProgram, runProgram } from './program.ts';

export function flowmeshAdmin(environment: CliEnvironment, argv: readonly string[]): Promise<number> {
  return runProgram(environment, argv, (context) => {
    const program = newProgram('flowmesh-admin', 'FlowMesh for operators.', context);
    addClusterCommands(program, context);
    return program;
  });
}

/** Entry of the launcher; the result is the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  return withProcess((environment) => flowmeshAdmin(environment, argv));
}
