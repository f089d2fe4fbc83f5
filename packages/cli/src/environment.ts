/** Everything a command touches of the process around it, so that tests can run commands within their own. */
import type { Readable, Writable } from 'node:stream';

export interface CliEnvironment {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly homeDir: string;
  /** Aborts when the user interrupts. */
  readonly interrupted: AbortSignal;
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Wall clock, for relative times that the user writes. */
  wallMs(): number;
}

export function colorWanted(environment: CliEnvironment): boolean {
  return environment.stdout.isTTY === true && (environment.variables['NO_COLOR'] ?? '') === '';
}
