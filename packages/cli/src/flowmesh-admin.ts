/** The `flowmesh-admin` program. */
import { addBundleCommand } from './admin/bundle-command.ts';
import { addClusterCommands } from './admin/cluster-commands.ts';
import { addConfigCommands } from './admin/config-commands.ts';
import { addNodeCommands } from './admin/node-commands.ts';
import { addPartitionCommands } from './admin/partition-commands.ts';
import { addRebalanceCommand } from './admin/rebalance-commands.ts';
import { addRecordCommands } from './admin/record-commands.ts';
import { addRecoverCommand } from './admin/recover-command.ts';
import { addSelfTestCommand } from './admin/self-test-command.ts';
import { addTokenCommands } from './admin/token-commands.ts';
import { addUpgradeCommands } from './admin/upgrade-commands.ts';
import { addUserCommands } from './admin/user-commands.ts';
import type { CliEnvironment } from './environment.ts';
import { withProcess } from './process-environment.ts';
import { newProgram, runProgram } from './program.ts';

export function flowmeshAdmin(environment: CliEnvironment, argv: readonly string[]): Promise<number> {
  return runProgram(environment, argv, (context) => {
    const program = newProgram('flowmesh-admin', 'FlowMesh for operators.', context);
    addClusterCommands(program, context);
    addNodeCommands(program, context);
    addPartitionCommands(program, context);
    addRebalanceCommand(program, context);
    addTokenCommands(program, context);
    addUserCommands(program, context);
    addConfigCommands(program, context);
    addUpgradeCommands(program, context);
    addSelfTestCommand(program, context);
    addBundleCommand(program, context);
    addRecordCommands(program, context);
    addRecoverCommand(program, context);
    return program;
  });
}

/** Entry of the launcher; the result is the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  return withProcess((environment) => flowmeshAdmin(environment, argv));
}
