/** `flowmesh.v1.KV`: its methods and who answers them. */
import type { Clock } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import type { KvService } from '../../services/kv/kv-service.ts';
import type { ResourceAdmin } from '../../services/metadata/resource-admin.ts';
import type { ResourceUpdate } from '../../services/metadata/resource-update.ts';
import type { ServiceMetrics } from '../../services/ports.ts';
import { BucketsHandlersOverGrpc } from './buckets-handlers.ts';
import type { MakeUnary } from './calls.ts';
import { KvHandlersOverGrpc } from './kv-handlers.ts';
import { answerInSession, SESSION_BATCHES } from './kv-session.ts';
import { KvWatchStream, type KvWatchCall } from './kv-watch-stream.ts';
import type { LongCalls } from './long-calls.ts';

export interface KvGatewayPorts {
  readonly kv: KvService;
  readonly buckets: ResourceAdmin;
  readonly bucketUpdates: ResourceUpdate;
  readonly metrics: ServiceMetrics;
  readonly clock: Clock;
}

export function kvServiceHandlers(ports: KvGatewayPorts, unary: MakeUnary, long: LongCalls): object {
  const buckets = new BucketsHandlersOverGrpc(ports.buckets, ports.bucketUpdates);
  const keys = new KvHandlersOverGrpc(ports.kv);
  const { kv } = ports;
  return {
    createBucket: unary('create-bucket', buckets.create.bind(buckets)),
    updateBucket: unary('update-bucket', buckets.update.bind(buckets)),
    deleteBucket: unary('delete-bucket', buckets.delete.bind(buckets)),
    getBucket: unary('get-bucket', buckets.get.bind(buckets)),
    listBuckets: unary('list-buckets', buckets.list.bind(buckets)),
    get: unary('kv-get', keys.get.bind(keys)),
    put: unary('kv-put', keys.put.bind(keys)),
    delete: unary('kv-delete', keys.delete.bind(keys)),
    increment: unary('kv-increment', keys.increment.bind(keys)),
    touch: unary('kv-touch', keys.touch.bind(keys)),
    txn: unary('kv-txn', keys.txn.bind(keys)),
    range: unary('kv-range', keys.range.bind(keys)),
    history: unary('kv-history', keys.history.bind(keys)),
    leaseGrant: unary('kv-lease-grant', keys.leaseGrant.bind(keys)),
    leaseKeepAlive: unary('kv-lease-keep-alive', keys.leaseKeepAlive.bind(keys)),
    leaseRevoke: unary('kv-lease-revoke', keys.leaseRevoke.bind(keys)),
    getLease: unary('kv-get-lease', keys.getLease.bind(keys)),
    compact: unary('kv-compact', keys.compact.bind(keys)),
    session: long.pipelined<flowmesh.v1.KvSessionRequest, flowmesh.v1.KvSessionResponse.$Properties>(
      (request, caller, respond) => answerInSession(ports, request, caller, respond),
      SESSION_BATCHES,
    ),
    watch: long.held((call: KvWatchCall, caller, onEnd) => new KvWatchStream({ call, caller, kv, onEnd })),
  };
}
