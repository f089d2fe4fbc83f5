/** How a failure looks: cause, hint, and with a structured output format the same as JSON. Always on stderr. */
import { FlowError } from '@flowmesh/base';
import type { CliEnvironment } from './environment.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';

export function usageError(message: string, hint: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', message, { hint });
}

/** Prints the failure and returns the exit code. */
export function reportFailure(environment: CliEnvironment, error: unknown, asJson: boolean): number {
  const failure =
    error instanceof FlowError
      ? error
      : new FlowError('INTERNAL', error instanceof Error ? error.message : String(error), {
          hint: 'This is a fault of the program. Run it again with FLOWMESH_DEBUG=1 and report what it prints.',
          cause: error,
        });
  if (asJson) {
    const { code, message, hint, retryable, details } = failure;
    environment.stderr.write(`${JSON.stringify({ error: { code, message, hint, retryable, details } })}\n`);
  } else {
    environment.stderr.write(`error: ${failure.message} (${failure.code})\n`);
    if (failure.hint !== undefined) environment.stderr.write(`hint:  ${failure.hint}\n`);
  }
  if ((environment.variables['FLOWMESH_DEBUG'] ?? '') !== '') {
    for (let cause: unknown = failure; cause instanceof Error; cause = cause.cause) {
      environment.stderr.write(`${cause.stack ?? cause.message}\n`);
    }
  }
  return error instanceof FlowError ? exitCodeOf(failure.code) : EXIT.failure;
}
