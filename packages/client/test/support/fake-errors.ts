/** FlowErrors as nodes put them on the wire. */
import type { FlowError } from '@flowmesh/base';
import { type flowmesh, google } from '@flowmesh/proto';
import { Metadata, status } from '@grpc/grpc-js';

export function errorMessage(error: FlowError): flowmesh.v1.Error.$Properties {
  const details = Object.fromEntries(
    Object.entries(error.details).map(([key, value]) => [key, String(value)]),
  );
  return {
    code: error.code,
    message: error.message,
    hint: error.hint ?? '',
    retryable: error.retryable,
    details,
  };
}

export function grpcError(error: unknown): { code: status; details: string; metadata: Metadata } {
  const failure = error as FlowError;
  const code = failure.retryable ? status.UNAVAILABLE : status.FAILED_PRECONDITION;
  const metadata = new Metadata();
  const message = errorMessage(failure);
  const details = [
    {
      typeUrl: 'type.googleapis.com/google.rpc.ErrorInfo',
      value: google.rpc.ErrorInfo.encode({
        reason: failure.code,
        domain: 'flowmesh',
        metadata: { ...message.details, retryable: String(failure.retryable) },
      }).finish(),
    },
    {
      typeUrl: 'type.googleapis.com/google.rpc.Help',
      value: google.rpc.Help.encode({ links: [{ description: message.hint ?? '', url: '' }] }).finish(),
    },
  ];
  metadata.set(
    'grpc-status-details-bin',
    Buffer.from(google.rpc.Status.encode({ code, message: failure.message, details }).finish()),
  );
  return { code, details: failure.message, metadata };
}

/** Answers a unary call with what `work` returns or throws. */
export function answered<Res>(callback: (error: object | null, value?: Res) => void, work: () => Res): void {
  try {
    callback(null, work());
  } catch (error) {
    callback(grpcError(error));
  }
}
