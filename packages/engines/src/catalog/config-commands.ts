/** Changes of the dynamic configuration, and of what a stream is configured with. Keys and values are checked before anything is kept. */
import { FlowError } from '@flowmesh/base';
import type { AlterStream, SetConfig } from './catalog-command.ts';
import type { CatalogState } from './catalog-state.ts';
import { CLUSTER_KEYS, CLUSTER_SCOPE, NODE_KEYS, nodeOfScope } from './cluster-config.ts';
import type { KeyTable } from './config-keys.ts';
import { changeConfig, sameConfig } from './config-keys.ts';
import { CONFIG_TABLES } from './config-tables.ts';
import type { Decision } from './decision.ts';
import { accept, goneForEver, noNode, noStream, precondition } from './decision.ts';
import { GROUP_CONFIGS_MAX, GROUP_KEYS, groupOfScope } from './group-config.ts';
import { checkMinInsync } from './min-insync.ts';

export function setConfig(state: CatalogState, command: SetConfig, revision: number): Decision {
  const { scope } = command;
  const table = tableOf(state, scope);
  if (table instanceof FlowError) return table;
  const current = state.config(scope);
  const config = changeConfig(table, current, command);
  if (config instanceof FlowError) return config;
  const reply = { kind: 'config-set', scope, revision } as const;
  return accept(reply, sameConfig(current, config) ? [] : [{ kind: 'put-config', scope, config }]);
}

function tableOf(state: CatalogState, scope: string): KeyTable | FlowError {
  if (scope === CLUSTER_SCOPE) return CLUSTER_KEYS;
  if (groupOfScope(scope) !== undefined) return roomForGroup(state, scope) ?? GROUP_KEYS;
  const id = nodeOfScope(scope);
  if (id === undefined) {
    return new FlowError('INVALID_ARGUMENT', `'${scope}' is no scope of the dynamic configuration`, {
      hint: 'Use cluster, node: and the id of a node (node:3), or group: and the name of a share group.',
    });
  }
  const node = state.node(id);
  if (node === undefined) return noNode(id);
  return node.state === 'active' ? NODE_KEYS : goneForEver(node);
}

function roomForGroup(state: CatalogState, scope: string): FlowError | undefined {
  if (Object.keys(state.config(scope)).length > 0 || state.configuredGroups().length < GROUP_CONFIGS_MAX)
    return undefined;
  return precondition(
    `${GROUP_CONFIGS_MAX} groups have a configuration of their own`,
    'Unset those of groups that are no more.',
  );
}

export function alterStream(state: CatalogState, command: AlterStream, revision: number): Decision {
  const stream = state.streamByUuid(command.uuid);
  if (stream === undefined) return noStream(command.uuid);
  const config = changeConfig(CONFIG_TABLES[stream.kind], stream.config, command);
  if (config instanceof FlowError) return config;
  const bad = checkMinInsync(config, stream.replicationFactor);
  if (bad !== undefined) return bad;
  const reply = { kind: 'stream-altered', uuid: stream.uuid, revision } as const;
  if (sameConfig(stream.config, config)) return accept(reply);
  return accept(reply, [{ kind: 'put-stream', stream: { ...stream, changedRevision: revision, config } }]);
}
