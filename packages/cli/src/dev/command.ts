/** `flowmesh dev`: a cluster of real nodes on this machine, watched over until it is interrupted. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FlowError } from '@flowmesh/client';
import type { Command } from 'commander';
import { type CliEnvironment, colorWanted } from '../environment.ts';
import { EXIT } from '../exit-codes.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { wholeOption } from '../stream/positions.ts';
import { banner } from './banner.ts';
import { DemoProcess } from './demo/demo-process.ts';
import { removeEndpoints, writeEndpoints, writePlan } from './files.ts';
import { DEFAULT_PORT_BASE, type DevPlan, makePlan, NODES_MAX, readRecord } from './plan.ts';
import { checkPorts } from './ports.ts';
import { Supervisor } from './supervisor.ts';

export interface DevOptions {
  readonly nodes?: number;
  readonly dataDir: string;
  readonly memory?: boolean;
  readonly portBase?: number;
  readonly restart: boolean;
  readonly restartDelay: number;
  readonly demo?: boolean;
}

/** The program of a node, part of the broker package. */
export function nodeProgram(): string {
  return path.join(path.dirname(fileURLToPath(import.meta.resolve('@flowmesh/broker'))), 'main.ts');
}

export function addDevCommand(
  program: Command,
  context: ProgramContext,
  main: () => string = nodeProgram,
): void {
  const command = program
    .command('dev')
    .description('run a development cluster on this machine')
    .option(
      '--nodes <n>',
      'number of nodes (default: 1, or as many as the data directory has)',
      wholeOption('--nodes', { min: 1, max: NODES_MAX }),
    )
    .option('--data-dir <path>', 'where data, logs and endpoints.json are kept', '.flowmesh')
    .option('--memory', 'keep no data')
    .option(
      '--port-base <port>',
      `node i uses port-base + 10·i + {0 gRPC, 1 Kafka, 2 HTTP, 3 peers} (default: ${DEFAULT_PORT_BASE})`,
      wholeOption('--port-base', { min: 1, max: 65_500 }),
    )
    .option(
      '--demo',
      'with traffic to look at: a shop with orders, payments, settings, e-mails that fail, a group that lags',
    )
    .option('--no-restart', 'leave a node that ends down')
    .option(
      '--restart-delay <ms>',
      'pause before a node is started again',
      wholeOption('--restart-delay', { min: 0, max: 60_000 }),
      1_000,
    );
  handle<DevOptions>(command, context, (session, options) => dev(session, options, main()));
}

async function dev(session: Session, options: DevOptions, main: string): Promise<number> {
  const { environment } = session;
  const dataDir = path.resolve(environment.cwd, options.dataDir);
  const request = {
    nodes: options.nodes,
    dataDir,
    memory: options.memory === true,
    portBase: options.portBase,
  };
  const plan = makePlan(request, readRecord(dataDir));
  await checkPorts(plan);
  removeEndpoints(dataDir);
  writePlan(plan);
  const report = (text: string): void => {
    environment.stderr.write(`${new Date(environment.wallMs()).toTimeString().slice(0, 8)} ${text}\n`);
  };
  const supervisor = new Supervisor({
    plan,
    main,
    variables: environment.variables,
    restart: options.restart,
    restartDelayMs: options.restartDelay,
    report,
    onPids: (pids) => writeEndpoints(plan, pids),
    nowMs: () => environment.nowMs(),
  });
  await using demos = new AsyncDisposableStack();
  try {
    report(`starting ${plan.nodes.length} node${plan.nodes.length === 1 ? '' : 's'}…`);
    await supervisor.start(environment.interrupted);
    writeEndpoints(plan, supervisor.pids());
    const demo = options.demo === true ? startDemo(plan, environment, report) : undefined;
    if (demo !== undefined) demos.defer(() => demo.stop());
    await session.sink.write(
      banner(plan, { pids: supervisor.pids(), color: colorWanted(environment), demo: demo !== undefined }),
    );
    await session.sink.flush();
    await interruption(environment.interrupted);
    report('stopping…');
    return EXIT.ok;
  } catch (error) {
    if (error instanceof FlowError && error.code === 'CANCELLED') return EXIT.interrupted;
    throw error;
  } finally {
    removeEndpoints(dataDir);
    await demos.disposeAsync();
    await supervisor.stop();
  }
}

function startDemo(plan: DevPlan, environment: CliEnvironment, report: (text: string) => void): DemoProcess {
  const demo = new DemoProcess(plan, environment.variables);
  void demo.exited.then(({ code, signal }) => {
    if (environment.interrupted.aborted) return;
    report(
      `the demonstration ended (${signal ?? `exit code ${code}`}); the cluster goes on. See ${demo.logFile}`,
    );
  });
  return demo;
}

function interruption(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    // An abort listener alone does not keep the process alive; the children do.
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
