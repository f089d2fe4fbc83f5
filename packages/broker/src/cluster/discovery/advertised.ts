/**
 * Under which addresses others reach this node. For each listener, the first that applies:
 *
 *   listeners.<name>.advertised ─► the initial member that it is ─► loopback listener: loopback
 *   ─► node.advertise (flag, environment, file) ─► the host it listens on, where that is one
 *   ─► POD_IP, FLOWMESH_POD_IP (Kubernetes downward API) ─► the interface of the default route, in a container or on a machine
 */
import { isIP } from 'node:net';
import { FlowError, must } from '@flowmesh/base';
import { isLoopback } from '../../config/check.ts';
import { kafkaListeners } from '../../config/kafka-listeners.ts';
import type { ListenerConfig, NodeConfig } from '../../config/schema.ts';
import { hostPort } from './address-source.ts';
import { type Machine, outwardAddress } from './machine.ts';

export type ListenerName = 'peer' | 'grpc' | 'http';

export interface Advertised {
  readonly address: string;
  /** Where it comes from, for people. */
  readonly from: string;
}

export type AdvertisedAddresses = Readonly<Record<ListenerName, Advertised>>;

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]', '*', '']);

export function advertisedAddresses(
  config: NodeConfig,
  ports: Readonly<Record<ListenerName, number>>,
  machine: Machine,
): AdvertisedAddresses {
  const listed = config.cluster.initialMembers.find((member) => member.id === config.node.initialId);
  const of = (name: ListenerName): Advertised => {
    const { advertised } = config.listeners[name];
    if (advertised !== undefined) return { address: advertised, from: `listeners.${name}.advertised` };
    const member = listed?.[`${name}Address`];
    if (member !== undefined) return { address: member, from: 'cluster.initialMembers' };
    const { host, from } = hostOf(config, config.listeners[name], machine);
    return { address: hostPort(host, ports[name]), from };
  };
  return { peer: of('peer'), grpc: of('grpc'), http: of('http') };
}

export interface AdvertisedKafka {
  readonly name: string;
  /** Where the listener stands in the configuration. */
  readonly path: string;
  readonly advertised: Advertised;
}

/** Where Kafka's clients reach this node by each of its listeners for them. */
export function advertisedKafka(
  config: NodeConfig,
  ports: ReadonlyMap<string, number>,
  machine: Machine,
): readonly AdvertisedKafka[] {
  return kafkaListeners(config).map(({ name, path, listener }) => {
    if (listener.advertised !== undefined)
      return { name, path, advertised: { address: listener.advertised, from: `${path}.advertised` } };
    const { host, from } = hostOf(config, listener, machine);
    const port = must(ports.get(name), 'every listener has a port');
    return { name, path, advertised: { address: hostPort(kafkaHost(host), port), from } };
  });
}

/** Clients that look a name up may find ::1 for `localhost`, where nobody listens. */
function kafkaHost(host: string): string {
  return host.toLowerCase() === 'localhost' ? '127.0.0.1' : host;
}

interface Host {
  readonly host: string;
  readonly from: string;
}

function hostOf({ node }: NodeConfig, listener: ListenerConfig, machine: Machine): Host {
  if (isLoopback(listener.host)) return { host: listener.host, from: 'a listener on loopback' };
  if (node.advertise !== undefined) return { host: node.advertise, from: 'node.advertise' };
  if (!WILDCARDS.has(listener.host)) return { host: listener.host, from: 'the host of the listener' };
  for (const variable of ['POD_IP', 'FLOWMESH_POD_IP']) {
    const host = machine.environment[variable] ?? '';
    if (isIP(host) !== 0) return { host, from: variable };
  }
  const host = outwardAddress(machine);
  if (host === undefined) {
    throw new FlowError('CONFIG_INVALID', 'this machine has no network address that others could reach', {
      hint: 'Say how others reach this node: --advertise HOST (node.advertise, FLOWMESH_NODE__ADVERTISE).',
      details: { path: 'node.advertise' },
    });
  }
  const where = machine.contained() ? 'the container’s interface' : 'the interface of the default route';
  return { host, from: where };
}
