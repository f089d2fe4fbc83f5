/**
 * Process entry of one node: `node main.ts --config node.yaml [flags]`. Standard output carries logs and nothing else.
 *
 *   SIGTERM, SIGINT: graceful stop; a second one: at once
 *   exit codes: 0 stopped · 1 failed (disk, machine, unexpected error) · 2 configuration · 6 address or data directory in use
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { isFlowError } from '@flowmesh/base';
import { loadConfig } from './config/load.ts';
import type { NodeConfig } from './config/schema.ts';
import { type Assignment, flagAssignment, parseSetFlag } from './config/sources.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import { newRecentLog, type NodeHandle, startNode } from './server.ts';

/**
 * Memory is collected when what lives has grown by 70 %. By itself V8 waits until a small heap is four times as large, where the machine has the
 * memory: a node would keep hundreds of mebibytes of garbage, and then stand still for longer.
 */
setFlagsFromString('--heap-growing-percent=70');
/**
 * Buffers lie outside of the heap, and most of a node's garbage is buffers of what has just passed through it. V8 looks for those among the young
 * only once there are four times as many MiB of them as stated here; by default 128 MiB. So much garbage would gather that it marked the whole heap,
 * several times a second, to find what a look at the young finds for a tenth of the effort.
 */
setFlagsFromString('--scavenger-max-new-space-capacity-mb=4');
/**
 * Buffers count as the heap does: it is marked when both together have grown so much. By itself V8 marks it for every 64 MiB of buffers
 * that live longer than its young do, which under load are the newest entries of the log, many times a minute.
 */
setFlagsFromString('--external-memory-accounted-in-global-limit');

const EXIT_FAILED = 1;
const EXIT_CONFIG = 2;
const EXIT_UNAVAILABLE = 6;
const EXIT_INTERRUPTED = 130;

/** Flags with a name of their own, and the keys that they set. */
const NAMED_FLAGS: Readonly<Record<string, string>> = {
  'data-dir': 'node.dataDir',
  'log-level': 'log.level',
  name: 'node.name',
  advertise: 'node.advertise',
  'bootstrap-expect': 'cluster.bootstrapExpect',
  'join-token': 'cluster.joinToken',
};
const SWITCHES: Readonly<Record<string, string>> = { memory: 'node.memory', insecure: 'insecure' };

interface Arguments {
  readonly file: string | undefined;
  readonly flags: readonly Assignment[];
}

function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      config: { type: 'string' },
      set: { type: 'string', multiple: true },
      seed: { type: 'string', multiple: true },
      ...Object.fromEntries(Object.keys(NAMED_FLAGS).map((flag) => [flag, { type: 'string' as const }])),
      ...Object.fromEntries(Object.keys(SWITCHES).map((flag) => [flag, { type: 'boolean' as const }])),
    },
  });
  const given = values as Readonly<Record<string, string | boolean | string[] | undefined>>;
  const flags = [...Object.entries(NAMED_FLAGS), ...Object.entries(SWITCHES)].flatMap(([flag, key]) => {
    const value = given[flag];
    return value === undefined ? [] : [flagAssignment(key, String(value), `--${flag}`)];
  });
  const set = (given['set'] as string[] | undefined) ?? [];
  const seeds = (given['seed'] as string[] | undefined) ?? [];
  if (seeds.length > 0) flags.push(flagAssignment('cluster.seeds', seeds.join(','), '--seed'));
  const file = given['config'] ?? process.env['FLOWMESH_CONFIG'];
  return { file: file === undefined ? undefined : String(file), flags: [...set.map(parseSetFlag), ...flags] };
}

function configure(log: Logger): NodeConfig {
  try {
    const { file, flags } = readArguments(process.argv.slice(2));
    return loadConfig({ file, flags, environment: process.env });
  } catch (error) {
    log.fatal({ err: error }, 'configuration is not valid');
    process.exit(EXIT_CONFIG);
  }
}

function exitCodeOf(error: unknown): number {
  if (!isFlowError(error)) return EXIT_FAILED;
  if (error.code === 'CONFIG_INVALID' || error.code === 'WRONG_CLUSTER') return EXIT_CONFIG;
  return error.code === 'UNAVAILABLE' ? EXIT_UNAVAILABLE : EXIT_FAILED;
}

/** Stops the node on the first signal, the process on the second. */
function onSignals(log: Logger, stop: () => Promise<void>): void {
  let asked = false;
  const handle = (signal: NodeJS.Signals): void => {
    if (asked) {
      log.warn({ signal }, 'second signal: exiting at once');
      process.exit(EXIT_INTERRUPTED);
    }
    asked = true;
    log.info({ signal }, 'signal received');
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'stopping failed');
        process.exit(EXIT_FAILED);
      },
    );
  };
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
}

async function main(): Promise<void> {
  const early = createLogger({ level: 'info', fields: {} });
  const config = configure(early);
  const { name } = config.node;
  const recent = newRecentLog();
  const log = createLogger({
    level: config.log.level,
    fields: name === undefined ? {} : { name },
    recent,
  });
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error, event }, 'unexpected error: the node exits');
      process.exit(EXIT_FAILED);
    });
  }
  const starting = new AbortController();
  let node: NodeHandle | undefined;
  onSignals(log, async () => {
    starting.abort();
    await node?.stop();
  });
  // A node that cannot go on must not vote again: nothing is closed in order then.
  const onFatal = (): never => process.exit(EXIT_FAILED);
  try {
    node = await startNode(config, { log, recent, signal: starting.signal, onFatal });
  } catch (error) {
    if (starting.signal.aborted) return;
    log.fatal({ err: error }, 'node could not start');
    process.exit(exitCodeOf(error));
  }
}

await main();
