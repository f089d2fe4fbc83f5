/**
 * Records of a stream that wants every replica in sync (`min.insync.replicas` as many as there are copies): while a node is down nothing may be
 * acknowledged, and what was refused for that is nowhere.
 */
import type { Random } from '@flowmesh/base';
import { inSync } from '../checkers/in-sync.ts';
import { streamLog } from '../checkers/stream-log.ts';
import { askUntilOk } from './finals.ts';
import { setupMesh } from './mesh-client.ts';
import { MeshLogClient } from './stream-log.ts';
import {
  type OperationRequest,
  type OperationResult,
  SETUP,
  type Workload,
  type WorkloadClient,
  type WorkloadEnv,
} from './workload.ts';

const STREAM = 'jepsen-in-sync';
const PARTITIONS = 2;
const COPIES = 3;

export class InSyncWorkload implements Workload {
  readonly name = 'stream-in-sync';
  readonly concurrency = 4;
  readonly checkers = [inSync, streamLog];
  private sent = 0;

  async setup(env: WorkloadEnv): Promise<void> {
    await using mesh = await setupMesh(env, SETUP);
    await mesh.streams.create({
      name: STREAM,
      partitions: PARTITIONS,
      replicationFactor: COPIES,
      config: { 'min.insync.replicas': String(COPIES) },
    });
  }

  async client(env: WorkloadEnv, process: number): Promise<WorkloadClient> {
    return new MeshLogClient(env, process, STREAM);
  }

  next(rng: Random, process: number): OperationRequest {
    const partition = rng.below(PARTITIONS);
    if (rng.below(4) === 0) return { f: 'poll', value: {} };
    return { f: 'send', value: { partition, values: [`${process}.${this.sent++}`] } };
  }

  *finals(): Generator<OperationRequest, void, OperationResult> {
    for (let partition = 0; partition < PARTITIONS; partition++)
      yield* askUntilOk({ f: 'read-all', value: { partition } });
  }
}
