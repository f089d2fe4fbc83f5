/** A stream of NATS that is written to over one connection to each server, in turns, so that no connection has to find another server first. */
import { type FailoverSide, type NodeProcesses, REPLICAS } from '../contest.ts';
import { NatsClient } from '../drivers/nats-client.ts';
import { makeStream, type NatsPlace } from '../nats-contests.ts';

const VALUE = new Uint8Array(100).fill(120);

export async function natsSide({ folder, servers }: NatsPlace, nodes: NodeProcesses): Promise<FailoverSide> {
  const clients = await Promise.all(servers.map((server) => NatsClient.connect(folder, [server])));
  const close = async (): Promise<void> => {
    await Promise.all(clients.map((client) => client.close()));
  };
  try {
    const whose = await NatsClient.connect(folder, servers);
    const name = await makeStream(whose);
    const facts = async () => (await (await whose.manager()).streams.info(name)).cluster;
    return {
      nodes,
      write: async (sequence, timeoutMs) => {
        const client = clients[sequence % clients.length] as NatsClient;
        await client.stream.publish(name, VALUE, { timeout: timeoutMs });
      },
      leader: async () => {
        const node = Number((await facts())?.leader?.slice(1)) - 1;
        if (!(node >= 0)) throw new Error(`${name} has no leader`);
        return node;
      },
      whole: async () => {
        const { leader, replicas = [] } = (await facts()) ?? {};
        const current = replicas.filter((replica) => replica.current && replica.offline !== true);
        return (leader ?? '') !== '' && current.length === REPLICAS - 1;
      },
      close: async () => {
        await close();
        await whose.close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
