/** What the shell gets to know. */
import type { ErrorCode } from '@flowmesh/client';

export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  auth: 4,
  conflict: 5,
  unavailable: 6,
  timeout: 7,
  partial: 8,
  unhealthy: 10,
  interrupted: 130,
} as const;

const OF_CODE: Readonly<Record<ErrorCode, number>> = {
  INVALID_ARGUMENT: EXIT.usage,
  UNAUTHENTICATED: EXIT.auth,
  PERMISSION_DENIED: EXIT.auth,
  NOT_FOUND: EXIT.notFound,
  ALREADY_EXISTS: EXIT.conflict,
  PRECONDITION_FAILED: EXIT.conflict,
  CORRUPT_BATCH: EXIT.failure,
  BATCH_TOO_LARGE: EXIT.failure,
  UNSUPPORTED: EXIT.failure,
  OFFSET_OUT_OF_RANGE: EXIT.conflict,
  REVISION_COMPACTED: EXIT.conflict,
  OUT_OF_ORDER_SEQUENCE: EXIT.conflict,
  PRODUCER_FENCED: EXIT.conflict,
  TRANSACTION_ABORTED: EXIT.conflict,
  MEMBER_UNKNOWN: EXIT.conflict,
  MEMBER_FENCED: EXIT.conflict,
  STALE_MEMBER: EXIT.conflict,
  NOT_LEADER: EXIT.unavailable,
  NO_LEADER: EXIT.unavailable,
  NOT_ENOUGH_REPLICAS: EXIT.unavailable,
  UNAVAILABLE: EXIT.unavailable,
  OVERLOADED: EXIT.unavailable,
  TIMEOUT: EXIT.timeout,
  CANCELLED: EXIT.interrupted,
  DISK_FULL: EXIT.unavailable,
  STORAGE_IO: EXIT.failure,
  CORRUPTION: EXIT.failure,
  AMNESIA: EXIT.failure,
  WRONG_CLUSTER: EXIT.conflict,
  IDENTITY_MISMATCH: EXIT.conflict,
  CONFIG_INVALID: EXIT.usage,
  INTERNAL: EXIT.failure,
};

export function exitCodeOf(code: ErrorCode): number {
  return OF_CODE[code];
}
