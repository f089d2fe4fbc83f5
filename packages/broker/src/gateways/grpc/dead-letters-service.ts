/** `flowmesh.v1.DeadLetters`: checks of fields, translation, nothing else. */
import type { DeadLettersHandlers, flowmesh } from '@flowmesh/proto';
import type { DeadLetters, Redrive } from '../../services/queue/dead-letters.ts';
import type { CallContext, MakeUnary } from './calls.ts';
import { payloadBytes, queueCall, wireFound } from './queue-admin-handlers.ts';
import { newHeaders, parseJobId, shardNumber, wireJob } from './queue-wire.ts';
import * as check from './request-checks.ts';

const IDS_MAX = 1_000;

export interface DeadLettersGatewayPorts {
  readonly deadLetters: DeadLetters;
}

export function deadLettersServiceHandlers(
  { deadLetters }: DeadLettersGatewayPorts,
  unary: MakeUnary,
): DeadLettersHandlers {
  const handlers = new DeadLettersOverGrpc(deadLetters);
  return {
    listDeadLetters: unary('dlq-list', handlers.list.bind(handlers)),
    getDeadLetterStats: unary('dlq-stats', handlers.stats.bind(handlers)),
    editDeadLetter: unary('dlq-edit', handlers.edit.bind(handlers)),
    deleteDeadLetters: unary('dlq-delete', handlers.delete.bind(handlers)),
    startRedrive: unary('dlq-redrive', handlers.startRedrive.bind(handlers)),
    getRedriveTask: unary('dlq-redrive-get', handlers.getRedrive.bind(handlers)),
    listRedriveTasks: unary('dlq-redrive-list', handlers.listRedrives.bind(handlers)),
    cancelRedriveTask: unary('dlq-redrive-cancel', handlers.cancelRedrive.bind(handlers)),
  };
}

class DeadLettersOverGrpc {
  private readonly letters: DeadLetters;

  constructor(letters: DeadLetters) {
    this.letters = letters;
  }

  async list(
    request: flowmesh.v1.ListDeadLettersRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.ListDeadLettersResponse.$Properties> {
    const found = await this.letters.list(queueCall(request.queue, context), {
      shard: shardNumber(request.shard),
      filter: request.filter,
      max: check.orDefault(request.max, 'max', { min: 1, max: 1_000, otherwise: 100 }),
      scannedMax: 10_000,
      payloadBytesMax: payloadBytes(request.payloadBytesMax),
      pageToken: request.pageToken,
    });
    return { jobs: wireFound(found), nextPageToken: found.nextPageToken, scanned: found.scanned };
  }

  async stats(
    request: flowmesh.v1.DeadLetterStatsRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.DeadLetterStatsResponse.$Properties> {
    const stats = await this.letters.stats(queueCall(request.queue, context));
    return { ...stats, errors: stats.errors.map((one) => ({ ...one })) };
  }

  async edit(
    request: flowmesh.v1.EditDeadLetterRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.Job.$Properties> {
    check.requestId(request.requestId);
    const place = parseJobId(request.jobId);
    const job = await this.letters.edit(queueCall(request.queue, context), place, {
      payload: request.payload ?? undefined,
      headers: request.replaceHeaders ? newHeaders(request.headers) : undefined,
    });
    return wireJob(place.shard, job.meta, job.body);
  }

  async delete(
    request: flowmesh.v1.DeleteDeadLettersRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.DeleteDeadLettersResponse.$Properties> {
    check.requestId(request.requestId);
    const places = jobIds(request.jobIds);
    if (places.length === 0) throw check.invalid('job_ids', 'is empty');
    return { deleted: await this.letters.delete(queueCall(request.queue, context), places) };
  }

  async startRedrive(
    request: flowmesh.v1.StartRedriveRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.RedriveTask.$Properties> {
    const places = jobIds(request.jobIds);
    if (places.length > 0 && request.filter !== '')
      throw check.invalid('filter', 'excludes job_ids: give one of them');
    const { rate } = request;
    if (!(rate >= 0 && rate <= 1_000_000)) throw check.invalid('rate', 'is not from 0 to 1,000,000');
    const redrive = await this.letters.startRedrive(queueCall(request.queue, context), {
      filter: request.filter,
      places,
      rate,
      max: check.integer(request.max, 'max', { min: 0, max: Number.MAX_SAFE_INTEGER }),
      dryRun: request.dryRun,
      requestId: check.requestId(request.requestId),
    });
    return wireRedrive(request.queue, redrive);
  }

  async getRedrive(
    request: flowmesh.v1.GetRedriveTaskRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.RedriveTask.$Properties> {
    const redrive = await this.letters.getRedrive(queueCall(request.queue, context), request.id);
    return wireRedrive(request.queue, redrive);
  }

  async listRedrives(
    request: flowmesh.v1.ListRedriveTasksRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.ListRedriveTasksResponse.$Properties> {
    const redrives = await this.letters.listRedrives(queueCall(request.queue, context));
    return { tasks: redrives.map((redrive) => wireRedrive(request.queue, redrive)) };
  }

  async cancelRedrive(
    request: flowmesh.v1.CancelRedriveTaskRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.RedriveTask.$Properties> {
    check.requestId(request.requestId);
    const redrive = await this.letters.cancelRedrive(queueCall(request.queue, context), request.id);
    return wireRedrive(request.queue, redrive);
  }
}

function jobIds(ids: readonly string[]): { readonly shard: number; readonly seq: number }[] {
  if (ids.length > IDS_MAX) throw check.invalid('job_ids', `has more than ${IDS_MAX} elements`);
  return ids.map((id) => parseJobId(id, 'job_ids'));
}

function wireRedrive(queue: string, redrive: Redrive): flowmesh.v1.RedriveTask.$Properties {
  return { ...redrive, queue };
}
