/**
 * FlowError as gRPC knows errors: a status code, google.rpc details in `grpc-status-details-bin`, and `Error` messages inside
 * streams. The table is the whole mapping; a code without an entry does not compile.
 */
import { FlowError, isFlowError } from '@flowmesh/base';
import type { ErrorCode } from '@flowmesh/base';
import { google } from '@flowmesh/proto';
import type { flowmesh } from '@flowmesh/proto';
import { Metadata, status } from '@grpc/grpc-js';

export const ERROR_DOMAIN = 'flowmesh';
const DETAILS_TRAILER = 'grpc-status-details-bin';
const TYPE_PREFIX = 'type.googleapis.com/google.rpc.';
/** Trailers are headers: what a client named comes back in messages, but not without end. */
const MESSAGE_CHARS_MAX = 1_000;

const STATUS_OF: Readonly<Record<ErrorCode, status>> = {
  INVALID_ARGUMENT: status.INVALID_ARGUMENT,
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  PERMISSION_DENIED: status.PERMISSION_DENIED,
  NOT_FOUND: status.NOT_FOUND,
  ALREADY_EXISTS: status.ALREADY_EXISTS,
  PRECONDITION_FAILED: status.FAILED_PRECONDITION,
  CORRUPT_BATCH: status.INVALID_ARGUMENT,
  BATCH_TOO_LARGE: status.INVALID_ARGUMENT,
  UNSUPPORTED: status.UNIMPLEMENTED,
  OFFSET_OUT_OF_RANGE: status.OUT_OF_RANGE,
  REVISION_COMPACTED: status.OUT_OF_RANGE,
  OUT_OF_ORDER_SEQUENCE: status.FAILED_PRECONDITION,
  PRODUCER_FENCED: status.FAILED_PRECONDITION,
  TRANSACTION_ABORTED: status.ABORTED,
  MEMBER_UNKNOWN: status.FAILED_PRECONDITION,
  MEMBER_FENCED: status.FAILED_PRECONDITION,
  STALE_MEMBER: status.FAILED_PRECONDITION,
  NOT_LEADER: status.UNAVAILABLE,
  NO_LEADER: status.UNAVAILABLE,
  NOT_ENOUGH_REPLICAS: status.UNAVAILABLE,
  UNAVAILABLE: status.UNAVAILABLE,
  OVERLOADED: status.RESOURCE_EXHAUSTED,
  TIMEOUT: status.DEADLINE_EXCEEDED,
  CANCELLED: status.CANCELLED,
  DISK_FULL: status.RESOURCE_EXHAUSTED,
  STORAGE_IO: status.INTERNAL,
  CORRUPTION: status.DATA_LOSS,
  AMNESIA: status.DATA_LOSS,
  WRONG_CLUSTER: status.FAILED_PRECONDITION,
  IDENTITY_MISMATCH: status.FAILED_PRECONDITION,
  CONFIG_INVALID: status.INVALID_ARGUMENT,
  INTERNAL: status.INTERNAL,
};

/** Before trying again, where trying again makes sense. */
const RETRY_DELAY_MS: Partial<Readonly<Record<ErrorCode, number>>> = {
  NOT_LEADER: 0,
  NO_LEADER: 100,
  NOT_ENOUGH_REPLICAS: 500,
  DISK_FULL: 2_000,
};
const RETRY_DELAY_DEFAULT_MS = 100;

/** A call's end, as grpc-js takes it. Undefined where the sender of the status writes it himself. */
export interface CallStatus {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
}

/** Whatever was thrown, as a FlowError; what is none is a fault of the node and says nothing about itself to clients. */
export function asFlowError(error: unknown): FlowError {
  if (isFlowError(error)) return error;
  return new FlowError('INTERNAL', 'an unexpected failure of the node', {
    hint: 'See the log of the node.',
    cause: error,
  });
}

export function statusOf(error: FlowError): CallStatus {
  const details = clipped(error.message);
  const code = STATUS_OF[error.code];
  const metadata = new Metadata();
  const encoded = google.rpc.Status.encode({ code, message: details, details: detailsOf(error) }).finish();
  metadata.set(DETAILS_TRAILER, Buffer.from(encoded));
  return { code, details, metadata };
}

/** The same inside a stream of responses. */
export function errorMessage(error: FlowError): flowmesh.v1.Error.$Properties {
  return {
    code: error.code,
    message: clipped(error.message),
    hint: error.hint ?? '',
    retryable: error.retryable,
    details: texts(error),
  };
}

function detailsOf(error: FlowError): google.rpc.Any.$Properties[] {
  const info = google.rpc.ErrorInfo.encode({
    reason: error.code,
    domain: ERROR_DOMAIN,
    metadata: { ...texts(error), retryable: String(error.retryable) },
  }).finish();
  const all: google.rpc.Any.$Properties[] = [{ typeUrl: `${TYPE_PREFIX}ErrorInfo`, value: info }];
  if (error.hint !== undefined) {
    const help = google.rpc.Help.encode({ links: [{ description: clipped(error.hint), url: '' }] }).finish();
    all.push({ typeUrl: `${TYPE_PREFIX}Help`, value: help });
  }
  if (error.retryable) {
    const delayMs = RETRY_DELAY_MS[error.code] ?? RETRY_DELAY_DEFAULT_MS;
    const retryDelay = { seconds: Math.floor(delayMs / 1_000), nanos: (delayMs % 1_000) * 1_000_000 };
    all.push({
      typeUrl: `${TYPE_PREFIX}RetryInfo`,
      value: google.rpc.RetryInfo.encode({ retryDelay }).finish(),
    });
  }
  return all;
}

function texts(error: FlowError): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [key, value] of Object.entries(error.details)) out[key] = clipped(String(value));
  return out;
}

function clipped(text: string): string {
  return text.length <= MESSAGE_CHARS_MAX ? text : `${text.slice(0, MESSAGE_CHARS_MAX)}…`;
}
