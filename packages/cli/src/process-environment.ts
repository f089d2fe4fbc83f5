/** The real process as the environment of commands. The first SIGINT, SIGTERM or SIGHUP interrupts, the second kills. */
import os from 'node:os';
import process from 'node:process';
import type { CliEnvironment } from './environment.ts';
import { EXIT } from './exit-codes.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export async function withProcess(run: (environment: CliEnvironment) => Promise<number>): Promise<number> {
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await run({
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      variables: process.env,
      cwd: process.cwd(),
      homeDir: os.homedir(),
      interrupted: interrupt.signal,
      nowMs: () => performance.now(),
      wallMs: () => Date.now(),
    });
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, onSignal);
    // A terminal or an open pipe would keep the process alive.
    process.stdin.unref?.();
    process.stdin.destroy();
  }
}
