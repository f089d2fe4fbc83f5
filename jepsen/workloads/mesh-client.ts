/** What clients over gRPC have in common: a connection that is made when it is needed, and failures as outcomes. */
import { type ErrorCode, isFlowError } from '@flowmesh/base';
import { connect, type FlowMesh } from '@flowmesh/client';
import type { OperationRequest, OperationResult, WorkloadClient, WorkloadEnv } from './workload.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** Refusals: what was asked has not been done, and will not be. */
const REFUSED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PRECONDITION_FAILED',
  'UNSUPPORTED',
  'OFFSET_OUT_OF_RANGE',
  'REVISION_COMPACTED',
  'STALE_MEMBER',
  'MEMBER_FENCED',
]);

/** An operation could not be begun, so it has done nothing. */
export class NotBegun extends Error {}

export abstract class MeshClient implements WorkloadClient {
  protected readonly env: WorkloadEnv;
  protected readonly process: number;
  private connecting: Promise<FlowMesh> | undefined;

  constructor(env: WorkloadEnv, process: number) {
    this.env = env;
    this.process = process;
  }

  async invoke(op: OperationRequest, signal: AbortSignal): Promise<OperationResult> {
    try {
      const mesh = await this.connected(signal);
      return { face: 'grpc', ...(await this.perform(mesh, op, signal)) };
    } catch (error) {
      return { face: 'grpc', ...failureOf(error, this.isReading(op)), value: this.toldOf(op) ?? op.value };
    }
  }

  async close(): Promise<void> {
    const mesh = await this.connecting?.catch(() => undefined);
    await mesh?.close();
  }

  /** What it throws is a failure of the operation. */
  protected abstract perform(
    mesh: FlowMesh,
    op: OperationRequest,
    signal: AbortSignal,
  ): Promise<OperationResult>;

  /** Whether it changes nothing, so that without an answer nothing has happened. */
  protected abstract isReading(op: OperationRequest): boolean;

  /** What is to be told of an operation that failed, beside what was asked. */
  protected toldOf(_op: OperationRequest): unknown {
    return undefined;
  }

  private async connected(signal: AbortSignal): Promise<FlowMesh> {
    const endpoints = this.env.endpointsOf(this.process).map(({ grpc }) => grpc);
    this.connecting ??= connect({ endpoints, timeoutMs: CONNECT_TIMEOUT_MS, signal });
    try {
      return await this.connecting;
    } catch (error) {
      this.connecting = undefined;
      throw new NotBegun(error instanceof Error ? error.message : String(error));
    }
  }
}

export function failureOf(error: unknown, reading: boolean): Pick<OperationResult, 'type' | 'error'> {
  if (error instanceof NotBegun)
    return { type: 'fail', error: { code: 'UNAVAILABLE', message: error.message } };
  const { code, message } = isFlowError(error)
    ? error
    : { code: 'INTERNAL' as const, message: String(error) };
  return { type: reading || REFUSED.has(code) ? 'fail' : 'info', error: { code, message } };
}

/** A connection for setting up. */
export async function setupMesh(env: WorkloadEnv, process: number): Promise<FlowMesh> {
  return await connect({ endpoints: env.endpointsOf(process).map(({ grpc }) => grpc), timeoutMs: 30_000 });
}
