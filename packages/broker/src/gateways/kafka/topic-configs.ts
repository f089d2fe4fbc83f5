/** The configuration of a topic as Kafka's clients see it: our keys have Kafka's names, where Kafka has the key. */
import { STREAM_CONFIG_KEYS } from '@flowmesh/engines';
import type { KeySpec } from '@flowmesh/engines';

const SOURCE = { topic: 1, fallback: 5 } as const;
const TYPE = { text: 2, integer: 5, fraction: 6, list: 7 } as const;

/** Values with commas between them. */
const LISTS: ReadonlySet<string> = new Set(['cleanup.policy']);

export interface TopicConfig {
  readonly name: string;
  readonly value: string;
  readonly configSource: number;
  readonly configType: number;
  readonly documentation: string | undefined;
  readonly fallback: string;
}

/** All keys, by name, each with its value or default. */
export function topicConfigs(config: Readonly<Record<string, string>>): readonly TopicConfig[] {
  const specs: readonly (readonly [string, KeySpec])[] = Object.entries(STREAM_CONFIG_KEYS);
  return specs
    .map(([name, spec]) => {
      const set = config[name];
      const fallback = String(spec.fallback);
      return {
        name,
        value: set ?? fallback,
        configSource: set === undefined ? SOURCE.fallback : SOURCE.topic,
        configType: typeOf(name, spec),
        documentation: spec.description,
        fallback,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function isListKey(name: string): boolean {
  return LISTS.has(name);
}

function typeOf(name: string, { kind }: KeySpec): number {
  switch (kind) {
    case 'integer':
      return TYPE.integer;
    case 'fraction':
      return TYPE.fraction;
    case 'choice':
      return isListKey(name) ? TYPE.list : TYPE.text;
  }
}
