/** The `flowmesh` program. */
import { addBenchCommands } from './bench/commands.ts';
import { addContextCommands } from './context-commands.ts';
import { addDevCommand } from './dev/command.ts';
import { addDlqCommands } from './dlq/commands.ts';
import type { CliEnvironment } from './environment.ts';
import { addGroupCommands } from './group/commands.ts';
import { addKvCommands } from './kv/commands.ts';
import { withProcess } from './process-environment.ts';
import { newProgram, runProgram } from './program.ts';
import { addQueueCommands } from './queue/commands.ts';
import { addStartCommand } from './start-command.ts';
import { addStreamCommands } from './stream/commands.ts';

export function flowmesh(environment: CliEnvironment, argv: readonly string[]): Promise<number> {
  return runProgram(environment, argv, (context) => {
    const program = newProgram('flowmesh', 'FlowMesh: streams, queues and buckets of a cluster.', context);
    addDevCommand(program, context);
    addStartCommand(program, context);
    addStreamCommands(program, context);
    addGroupCommands(program, context);
    addKvCommands(program, context);
    addQueueCommands(program, context);
    addDlqCommands(program, context);
    addBenchCommands(program, context);
    addContextCommands(program, context);
    return program;
  });
}

/** Entry of the launcher; the result is the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  return withProcess((environment) => flowmesh(environment, argv));
}
