/** Commander set up as our programs want it: global options, usage errors with exit code 2, one place for failures. */
import { Command, CommanderError, Option } from 'commander';
import type { CliEnvironment } from './environment.ts';
import { EXIT } from './exit-codes.ts';
import { reportFailure } from './failure.ts';
import { FORMATS } from './output/format.ts';
import { Sink } from './output/sink.ts';
import { type GlobalOptions, Session } from './session.ts';
import { VERSION } from './version.ts';

/** A command's work: its exit code, or nothing for success. */
export type Action<Options> = (
  session: Session,
  options: Options,
  args: readonly string[],
) => Promise<number | void>;

export interface ProgramContext {
  readonly environment: CliEnvironment;
  readonly sink: Sink;
  exitCode: number;
}

export function newProgram(name: string, description: string, context: ProgramContext): Command {
  const { environment } = context;
  return new Command(name)
    .description(description)
    .addOption(new Option('-o, --output <format>', `output format: ${FORMATS.join(', ')}`))
    .addOption(new Option('--url <addresses>', 'host:port of one or several nodes, separated by commas'))
    .addOption(new Option('--context <name>', 'a context made with: flowmesh ctx set'))
    .addOption(new Option('--user <name>', 'who calls, where the cluster asks (FLOWMESH_USER)'))
    .addOption(new Option('--password-file <file>', 'a file with the password (FLOWMESH_PASSWORD_FILE)'))
    .addOption(new Option('--token-file <file>', 'the token of a node’s local administrator'))
    .addOption(new Option('--tls', 'connect with TLS'))
    .addOption(new Option('--tls-ca <file>', 'trust the authorities of this PEM file, and connect with TLS'))
    .addOption(new Option('--tls-cert <file>', 'this client’s certificate (PEM)'))
    .addOption(new Option('--tls-key <file>', 'the key of the certificate (PEM)'))
    .addOption(new Option('--timeout <duration>', 'give up after this time, for instance 10s'))
    .configureOutput({
      writeOut: (text) => environment.stdout.write(text),
      writeErr: (text) => environment.stderr.write(text),
    })
    .exitOverride()
    .showSuggestionAfterError()
    .version(VERSION, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false);
}

/** Binds an action to a command. */
export function handle<Options extends object>(
  command: Command,
  context: ProgramContext,
  action: Action<Options>,
): Command {
  return command.action(async () => {
    const options = command.optsWithGlobals<Options & GlobalOptions>();
    const session = new Session(context.environment, context.sink, options);
    context.exitCode = (await action(session, options, command.args)) ?? EXIT.ok;
  });
}

/** A usage error names the help of the command that was meant, not of the whole program. */
function pointToHelp(command: Command, words: string): void {
  command.showHelpAfterError(`(see: ${words} --help)`);
  for (const sub of command.commands) pointToHelp(sub, `${words} ${sub.name()}`);
}

/** Runs a program; the result is the exit code. Nothing is thrown. */
export async function runProgram(
  environment: CliEnvironment,
  argv: readonly string[],
  build: (context: ProgramContext) => Command,
): Promise<number> {
  const sink = new Sink(environment.stdout);
  const context: ProgramContext = { environment, sink, exitCode: EXIT.ok };
  const program = build(context);
  pointToHelp(program, program.name());
  try {
    await program.parseAsync([...argv], { from: 'user' });
    await sink.close();
    return context.exitCode;
  } catch (error) {
    await sink.close().catch(() => undefined);
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const { output } = program.opts<GlobalOptions>();
    const format = output ?? environment.variables['FLOWMESH_OUTPUT'] ?? '';
    return reportFailure(environment, error, format === 'json' || format === 'jsonl');
  }
}
