/**
 * Errors of the wire as FlowErrors: google.rpc details where the node sent them, else what the gRPC status itself says.
 * A status without details comes from the connection, not from FlowMesh: the outcome of the call is then unknown.
 */
import { type ErrorCode, FlowError, isErrorCode } from '@flowmesh/base';
import { type flowmesh, google } from '@flowmesh/proto';
import { type ServiceError, status } from '@grpc/grpc-js';

const DETAILS_KEY = 'grpc-status-details-bin';

/** Marks errors after which the request may or may not have taken effect. */
export const OUTCOME_UNKNOWN = { outcome: 'unknown' } as const;

export function outcomeUnknown(error: FlowError): boolean {
  return error.code === 'TIMEOUT' || error.details['outcome'] === 'unknown';
}

/** Errors that a node sent, whatever they say of it: it was there to send them. */
const sentByNode = new WeakSet<FlowError>();

function sent(error: FlowError): FlowError {
  sentByNode.add(error);
  return error;
}

/** The connection failed or nothing came over it in time. A node that refuses with UNAVAILABLE or TIMEOUT is there. */
export function connectionFailed(error: FlowError): boolean {
  return (error.code === 'UNAVAILABLE' || error.code === 'TIMEOUT') && !sentByNode.has(error);
}

export function unavailable(message: string, cause?: unknown): FlowError {
  return new FlowError('UNAVAILABLE', message, {
    hint: 'Check that the nodes run and that the addresses are right: flowmesh-admin cluster status.',
    details: OUTCOME_UNKNOWN,
    ...(cause === undefined ? {} : { cause }),
  });
}

export function asFlowError(error: unknown): FlowError {
  return error instanceof FlowError
    ? error
    : new FlowError('INTERNAL', 'unexpected failure', { cause: error });
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && typeof (error as Partial<ServiceError>).code === 'number';
}

/** Any failure of a call as a FlowError. `address` is where the call went. */
export function fromCallFailure(failure: unknown, address: string): FlowError {
  if (failure instanceof FlowError) return failure;
  if (!isServiceError(failure)) {
    return new FlowError('INTERNAL', `call to ${address} failed`, { cause: failure });
  }
  return fromDetails(failure) ?? fromStatus(failure, address);
}

function fromDetails(failure: ServiceError): FlowError | undefined {
  const packed = failure.metadata?.get(DETAILS_KEY)[0];
  if (packed === undefined || typeof packed === 'string') return undefined;
  let reason = '';
  let hint: string | undefined;
  let facts: Record<string, string> = {};
  try {
    for (const any of google.rpc.Status.decode(packed).details) {
      const value = any.value;
      const type = any.typeUrl.split('/').at(-1);
      if (type === 'google.rpc.ErrorInfo') {
        const info = google.rpc.ErrorInfo.decode(value);
        reason = info.reason;
        facts = { ...info.metadata };
      } else if (type === 'google.rpc.Help') {
        hint = google.rpc.Help.decode(value).links[0]?.description;
      }
    }
  } catch {
    return undefined;
  }
  if (!isErrorCode(reason)) return undefined;
  return sent(flowError(reason, failure.details || failure.message, hint, facts));
}

function flowError(
  code: ErrorCode,
  message: string,
  hint: string | undefined,
  facts: Readonly<Record<string, string>>,
): FlowError {
  const { retryable, ...details } = facts;
  return new FlowError(code, message, {
    details,
    ...(hint === undefined || hint === '' ? {} : { hint }),
    ...(retryable === undefined ? {} : { retryable: retryable === 'true' }),
  });
}

/** What statuses without details mean, where they say more than that the connection failed. */
const MEANING: ReadonlyMap<status, { readonly code: ErrorCode; readonly hint?: string }> = new Map([
  [status.DEADLINE_EXCEEDED, { code: 'TIMEOUT' }],
  [
    status.UNIMPLEMENTED,
    { code: 'UNSUPPORTED', hint: 'Is this the gRPC port of a FlowMesh node, and of this version?' },
  ],
  [status.RESOURCE_EXHAUSTED, { code: 'BATCH_TOO_LARGE', hint: 'Send smaller records or batches.' }],
  [status.INVALID_ARGUMENT, { code: 'INVALID_ARGUMENT' }],
  [status.NOT_FOUND, { code: 'NOT_FOUND' }],
  [status.UNAUTHENTICATED, { code: 'UNAUTHENTICATED' }],
  [status.PERMISSION_DENIED, { code: 'PERMISSION_DENIED' }],
]);

const NO_CONNECTION =
  /^No connection established\. Last error: (?:Error: )?(.*?)(?: \([\d:.TZ-]+\))?\. Resolution note: (.*)$/s;

/** Of what grpc-js says where it got no connection: what the operating system said, and the resolver, if anything. */
function reasonOf(said: string): string {
  const [, last, resolver] = NO_CONNECTION.exec(said) ?? [];
  return (
    [last, resolver].filter((one) => one !== undefined && one !== '' && one !== 'null').join('; ') || said
  );
}

function fromStatus(failure: ServiceError, address: string): FlowError {
  const meaning = MEANING.get(failure.code);
  const message =
    meaning?.code === 'TIMEOUT'
      ? `${address} did not answer in time`
      : `${address}: ${reasonOf(failure.details || failure.message)}`;
  if (meaning === undefined) return unavailable(message, failure);
  return new FlowError(meaning.code, message, {
    cause: failure,
    details: OUTCOME_UNKNOWN,
    ...(meaning.hint === undefined ? {} : { hint: meaning.hint }),
  });
}

/** The node does not have the method: in the middle of an upgrade another one may. */
export function lacksMethod(failure: FlowError): boolean {
  return isServiceError(failure.cause) && failure.cause.code === status.UNIMPLEMENTED;
}

/** An error inside a stream of responses. */
export function fromErrorMessage(error: flowmesh.v1.Error.$Properties): FlowError {
  const code = error.code ?? '';
  const hint = error.hint ?? '';
  const { retryable } = error;
  return sent(
    new FlowError(isErrorCode(code) ? code : 'INTERNAL', error.message || code, {
      details: { ...error.details },
      ...(hint === '' ? {} : { hint }),
      ...(retryable === undefined || retryable === null ? {} : { retryable }),
    }),
  );
}
