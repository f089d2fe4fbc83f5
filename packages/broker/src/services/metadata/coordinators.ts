/**
 * The coordinators of consumer groups and of transactions: one resource, `coordinator:groups`, made by whichever node needs it first. All nodes
 * may try at once: the name makes it one.
 */
import { FlowError, isFlowError } from '@flowmesh/base';
import type { CatalogStream } from '@flowmesh/engines';
import { NO_DEADLINE } from '../deadline-wheel.ts';
import { ResourceAdmin } from './resource-admin.ts';
import type { ResourceAdminPorts } from './resource-admin.ts';

export const COORDINATORS_NAME = 'groups';

const SHARDS = 8;
/** Where there are fewer nodes, as many as there are. */
const REPLICATION_FACTOR = 3;
const CREATE_TIMEOUT_MS = 10_000;
/** Another node made it, and this one has not heard of it yet. */
const HEAR_EVERY_MS = 50;
const HEAR_TRIES_MAX = 100;

export interface CoordinatorsPorts extends ResourceAdminPorts {
  /** Ends what is under way when the node stops; it is made for all, not for the one who asked first. */
  readonly lifetime: AbortSignal;
}

export class Coordinators {
  private readonly ports: CoordinatorsPorts;
  private readonly admin: ResourceAdmin;
  private making: Promise<CatalogStream> | undefined;

  constructor(ports: CoordinatorsPorts) {
    this.ports = ports;
    this.admin = new ResourceAdmin(ports, 'coordinator');
  }

  /** Undefined where nobody has needed them yet. */
  known(): CatalogStream | undefined {
    return this.admin.find(COORDINATORS_NAME);
  }

  /**
   * Makes them where they are missing; all who ask meanwhile share it. Rejects with UNSUPPORTED below feature level 3, and with what `CatalogPort`
   * rejects with.
   */
  async ensure(): Promise<CatalogStream> {
    const known = this.known();
    if (known !== undefined) return known;
    this.making ??= this.make().finally(() => {
      this.making = undefined;
    });
    return this.making;
  }

  private async make(): Promise<CatalogStream> {
    const { newUuid, lifetime, catalog } = this.ports;
    const room = catalog.machine.activeNodes().filter((node) => node.mode === 'normal').length;
    const wanted = {
      name: COORDINATORS_NAME,
      partitions: SHARDS,
      replicationFactor: Math.max(1, Math.min(REPLICATION_FACTOR, room)),
      config: {},
      requestId: newUuid(),
      timeoutMs: CREATE_TIMEOUT_MS,
    };
    try {
      return (await this.admin.make(wanted, lifetime)).resource;
    } catch (error) {
      if (!isFlowError(error) || error.code !== 'ALREADY_EXISTS') throw error;
      return this.heardOf();
    }
  }

  private async heardOf(): Promise<CatalogStream> {
    for (let tries = 0; tries < HEAR_TRIES_MAX && !this.ports.lifetime.aborted; tries++) {
      const known = this.known();
      if (known !== undefined) return known;
      await this.pause();
    }
    throw new FlowError('UNAVAILABLE', 'the coordinators exist, and this node has not heard of them yet', {
      hint: 'Retry shortly.',
      retryable: true,
    });
  }

  /** Until the next look, or until the node stops. */
  private async pause(): Promise<void> {
    const { wheel, lifetime } = this.ports;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        lifetime.removeEventListener('abort', done);
        resolve();
      };
      lifetime.addEventListener('abort', done);
      wheel.add({ ...NO_DEADLINE, expire: done }, HEAR_EVERY_MS);
    });
  }
}
