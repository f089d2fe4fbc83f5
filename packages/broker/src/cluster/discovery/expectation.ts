/**
 * One round of a new directory that founds by number, or that only waits: asks who is at every address that it knows, tells the founding
 * what it saw, and says whom to ask for admission.
 */
import { type FlowError, isFlowError } from '@flowmesh/base';
import type { KnownPeer } from '../known-peer.ts';
import type { AddressPool } from './address-pool.ts';
import type { Founding } from './founding.ts';
import type { Identity, IdentifyAsk } from './identify.ts';

export interface ExpectationOptions {
  readonly clusterId: string;
  readonly uuid: string;
  readonly address: string;
  readonly expects: number;
  readonly pool: AddressPool;
  readonly founding: Founding;
  readonly identify: (address: string, ask: IdentifyAsk) => Promise<Identity>;
}

export interface Sighting {
  readonly address: string;
  readonly seen: Identity | FlowError;
}

export type Round =
  | { readonly kind: 'founded'; readonly founders: readonly KnownPeer[] }
  | { readonly kind: 'waiting'; readonly sightings: readonly Sighting[] }
  /** A cluster is there: admission is asked for at `addresses`. `finish` must be called afterwards. */
  | { readonly kind: 'join'; readonly addresses: readonly string[]; readonly finish: () => Promise<void> };

export class Expectation {
  private readonly options: ExpectationOptions;

  constructor(options: ExpectationOptions) {
    this.options = options;
  }

  get expects(): number {
    return this.options.expects;
  }

  /** For people. */
  get state(): string {
    return this.options.founding.state;
  }

  async round(): Promise<Round> {
    const { clusterId, uuid, expects, founding, pool } = this.options;
    const sightings = await this.look();
    const seen = sightings.flatMap(({ address, seen: identity }) =>
      isFlowError(identity) || identity.clusterId !== clusterId || identity.uuid === uuid
        ? []
        : [{ address, ...identity }],
    );
    for (const { known } of seen) {
      for (const address of known) pool.told(address);
    }
    const forming = seen.filter((one) => one.node === undefined && one.expects === expects);
    const settled = seen.filter((one) => one.node !== undefined);
    const founders = await founding.step({ forming, settled });
    if (founders !== undefined) return { kind: 'founded', founders };
    if (settled.length === 0 || !(await founding.setJoining(true))) return { kind: 'waiting', sightings };
    const finish = async (): Promise<void> => void (await founding.setJoining(false));
    return { kind: 'join', addresses: settled.map((one) => one.address), finish };
  }

  private async look(): Promise<readonly Sighting[]> {
    const { clusterId, uuid, address: own, identify, pool } = this.options;
    const ask: IdentifyAsk = { clusterId, uuid, node: undefined, address: own };
    const addresses = pool.addresses().filter((address) => address !== own);
    return await Promise.all(
      addresses.map(async (address): Promise<Sighting> => {
        try {
          return { address, seen: await identify(address, ask) };
        } catch (error) {
          if (!isFlowError(error)) throw error;
          return { address, seen: error };
        }
      }),
    );
  }
}
