/** Rules that concern several keys of a configuration at once. */
import { kafkaListeners } from './kafka-listeners.ts';
import type { ListenerConfig, NodeConfig } from './schema.ts';
import type { TlsConfig } from './tls.ts';

export interface ConfigFault {
  readonly path: string;
  readonly cause: string;
  readonly hint: string;
}

/** Names and addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/.test(bare);
}

function checkListeners(config: NodeConfig): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  const { grpc, peer, http } = config.listeners;
  const asks = config.security.authentication === 'required';
  const named: ReadonlyArray<readonly [string, ListenerConfig & { readonly tls?: TlsConfig | undefined }]> = [
    ['listeners.grpc', grpc],
    ['listeners.peer', peer],
    ['listeners.http', http],
    ...kafkaListeners(config).map(({ path, listener }) => [path, listener] as const),
  ];
  const taken = new Map<string, string>();
  for (const [key, listener] of named) {
    const closed = asks && listener.tls !== undefined;
    if (!config.insecure && !isLoopback(listener.host) && !closed) {
      faults.push({
        path: `${key}.host`,
        cause: `${listener.host} is reachable from other machines, and nothing asks who is calling`,
        hint: 'Listen on 127.0.0.1, or set insecure: true (--insecure) on a network that you trust.',
      });
    }
    if (
      listener.tls !== undefined &&
      listener.tls.clientCertificate !== 'none' &&
      listener.tls.ca === undefined
    ) {
      faults.push({
        path: `${key}.tls.ca`,
        cause: 'nothing says whose client certificates are believed',
        hint: `Name the authority’s certificate in ${key}.tls.ca.`,
      });
    }
    if (key === 'listeners.grpc' && listener.tls?.clientCertificate === 'optional') {
      faults.push({
        path: `${key}.tls.clientCertificate`,
        cause: 'gRPC asks all of its clients for a certificate, or none',
        hint: 'Use none or required.',
      });
    }
    const place = `${listener.host}:${listener.port}`;
    const other = listener.port === 0 ? undefined : taken.get(place);
    if (other !== undefined) {
      faults.push({
        path: `${key}.port`,
        cause: `${other} has the same address ${place}`,
        hint: 'Give every listener a port of its own.',
      });
    }
    taken.set(place, key);
  }
  return faults;
}

function duplicates(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

function checkMembers(config: NodeConfig): readonly ConfigFault[] {
  const { initialMembers } = config.cluster;
  const faults: ConfigFault[] = [];
  const path = 'cluster.initialMembers';
  for (const id of duplicates(initialMembers.map((member) => String(member.id)))) {
    faults.push({ path, cause: `node ${id} is listed twice`, hint: 'List every initial member once.' });
  }
  const addresses = initialMembers.map((member) => member.peerAddress);
  for (const address of duplicates(addresses)) {
    faults.push({
      path,
      cause: `two members have the peer address ${address}`,
      hint: 'Every node has a peer address of its own.',
    });
  }
  const { initialId } = config.node;
  if (initialId !== undefined && !initialMembers.some((member) => member.id === initialId)) {
    faults.push({
      path: 'node.initialId',
      cause: `node ${initialId} is not in cluster.initialMembers`,
      hint: 'Use an id of that list, or remove node.initialId so that this node joins.',
    });
  }
  return faults;
}

/** A new directory needs somebody to found with, or somebody to ask. */
function checkFounding({ cluster, node }: NodeConfig): readonly ConfigFault[] {
  const { initialMembers, seeds, bootstrapExpect, discovery } = cluster;
  const faults: ConfigFault[] = [];
  if (bootstrapExpect !== undefined && (initialMembers.length > 0 || node.initialId !== undefined)) {
    faults.push({
      path: 'cluster.bootstrapExpect',
      cause: 'a cluster is founded by a number of nodes or by a list of them, not by both',
      hint: 'Remove cluster.bootstrapExpect, or cluster.initialMembers and node.initialId.',
    });
  }
  const { name, srv } = discovery.dns ?? {};
  if (discovery.dns !== undefined && (name === undefined) === (srv === undefined)) {
    faults.push({
      path: 'cluster.discovery.dns',
      cause: name === undefined ? 'neither name nor srv is given' : 'both name and srv are given',
      hint: 'Give name (every address of it is a peer) or srv (its records say host and port).',
    });
  }
  const finds = seeds.length > 0 || discovery.mdns.enabled || discovery.dns !== undefined;
  if (initialMembers.length === 0 && !finds && bootstrapExpect !== 1) {
    faults.push({
      path: 'cluster',
      cause: 'nothing says where other nodes are',
      hint: 'List peers in cluster.seeds (--seed host:50052), turn cluster.discovery.mdns or cluster.discovery.dns on, or list the founders in cluster.initialMembers.',
    });
  }
  return faults;
}

function checkRaft({ raft, listeners, cluster, node }: NodeConfig): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  if (raft.heartbeatTicks * 3 > raft.electionTicks) {
    faults.push({
      path: 'raft.heartbeatTicks',
      cause: `an election timeout of ${raft.electionTicks} ticks leaves no room for three heartbeats`,
      hint: 'Keep electionTicks at three times heartbeatTicks or more.',
    });
  }
  const self = cluster.initialMembers.find((member) => member.id === node.initialId);
  if (self !== undefined && listeners.peer.port === 0 && listeners.peer.advertised === undefined) {
    faults.push({
      path: 'listeners.peer.port',
      cause: 'an initial member cannot listen on any free port',
      hint: `Set the port of ${self.peerAddress}, or listeners.peer.advertised.`,
    });
  }
  return faults;
}

/** Empty where all is well. */
export function checkConfig(config: NodeConfig): readonly ConfigFault[] {
  return [...checkListeners(config), ...checkMembers(config), ...checkFounding(config), ...checkRaft(config)];
}
