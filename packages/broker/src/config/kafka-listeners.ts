/**
 * The listeners for Kafka's clients. Each has a name, under which the nodes tell each other where they are reached by it: a client that
 * came through one of them is sent to the other nodes' listeners of the same name. `listeners.kafka` itself is the one without a name.
 */
import type { ListenerConfig, NodeConfig } from './schema.ts';
import type { TlsConfig } from './tls.ts';

/** Of `listeners.kafka` itself. */
export const MAIN_LISTENER = '';

export interface KafkaListener {
  readonly name: string;
  /** Where it stands in the configuration. */
  readonly path: string;
  readonly listener: ListenerConfig & { readonly tls?: TlsConfig | undefined };
}

/** The main one first, then by name; none where the node does not listen for Kafka's clients. */
export function kafkaListeners({ listeners }: NodeConfig): readonly KafkaListener[] {
  const { kafka } = listeners;
  if (kafka === undefined) return [];
  const { named, ...listener } = kafka;
  const others = Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    { name: MAIN_LISTENER, path: 'listeners.kafka', listener },
    ...others.map(([name, other]) => ({ name, path: `listeners.kafka.named.${name}`, listener: other })),
  ];
}
