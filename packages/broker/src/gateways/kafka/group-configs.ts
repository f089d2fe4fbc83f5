/** The configuration of a share group as Kafka's clients see it; the keys have Kafka's names. */
import { groupScope } from '@flowmesh/engines';
import type { DescribeConfigs, ResponseInput } from '@flowmesh/kafka/protocol';
import { groupName } from './group-names.ts';
import type { KafkaPorts, RequestContext } from './served-api.ts';

type Described = ResponseInput<typeof DescribeConfigs>['results'][number]['configs'];

/** Resources of this type are groups. */
export const GROUP = 32;
const SOURCE = { fallback: 5, group: 8 } as const;
const TYPE = { text: 2, integer: 3 } as const;

export function describeGroup(
  { clusterAdmin }: KafkaPorts,
  { caller }: RequestContext,
  name: string,
  how: {
    readonly isAsked: (key: string) => boolean;
    readonly includeSynonyms: boolean;
    readonly includeDocumentation: boolean;
  },
): Described {
  return clusterAdmin.config
    .get(caller, groupScope(groupName(name)))
    .filter(({ key }) => how.isAsked(key))
    .map(({ key, value, source, description, defaultValue, type }) => {
      const configSource = source === 'default' ? SOURCE.fallback : SOURCE.group;
      const synonyms = [
        { name: key, value, source: configSource },
        ...(source === 'default' ? [] : [{ name: key, value: defaultValue, source: SOURCE.fallback }]),
      ];
      return {
        name: key,
        value,
        readOnly: false,
        configSource,
        isSensitive: false,
        synonyms: how.includeSynonyms ? synonyms : [],
        configType: type.startsWith('integer') ? TYPE.integer : TYPE.text,
        documentation: how.includeDocumentation ? description : undefined,
      };
    });
}

/** What is set for it, without the defaults. */
export function groupConfigs(
  { clusterAdmin }: KafkaPorts,
  { caller }: RequestContext,
  name: string,
): Readonly<Record<string, string>> {
  const entries = clusterAdmin.config.get(caller, groupScope(groupName(name)));
  return Object.fromEntries(
    entries.filter(({ source }) => source === 'group').map(({ key, value }) => [key, value]),
  );
}

export async function alterGroup(
  { clusterAdmin, newUuid }: KafkaPorts,
  { caller, signal }: RequestContext,
  name: string,
  change: {
    readonly set: Readonly<Record<string, string>>;
    readonly unset: readonly string[];
    readonly dryRun: boolean;
  },
): Promise<void> {
  const scope = groupScope(groupName(name));
  await clusterAdmin.config.set({ ...change, caller, signal, requestId: newUuid(), scope });
}
