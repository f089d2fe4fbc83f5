/** `flowmesh start`: one node in the foreground; arguments go to the node's own program as they are. */
import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { nodeProgram } from './dev/command.ts';
import { EXIT } from './exit-codes.ts';
import { handle, type ProgramContext } from './program.ts';

export function addStartCommand(
  program: Command,
  context: ProgramContext,
  main: () => string = nodeProgram,
): void {
  const command = program
    .command('start')
    .description('run one node: flowmesh start --config node.yaml [--set key=value …]')
    .allowUnknownOption()
    .allowExcessArguments()
    .argument(
      '[arguments...]',
      '--config FILE, --data-dir PATH, --name NAME, --advertise HOST, --bootstrap-expect N, --join-token TOKEN, ' +
        '--seed HOST:PORT …, --log-level LEVEL, --memory, --insecure, --set KEY=VALUE …',
    );
  handle(command, context, async (session, _options, args) => {
    const { environment } = session;
    const child = spawn(process.execPath, [main(), ...args], {
      stdio: 'inherit',
      env: environment.variables,
    });
    const stop = (): void => {
      child.kill('SIGTERM');
    };
    environment.interrupted.addEventListener('abort', stop, { once: true });
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => {
        environment.interrupted.removeEventListener('abort', stop);
        resolve(code ?? EXIT.failure);
      });
    });
  });
}
