/**
 * What a request asks for, without what its proposer made up on the way (time, uuid, placement, token): a repeated request id with the
 * same intent is a repetition, with another one a mistake. Fingerprints are stored, so intents stay as they are.
 */
import { digestText } from '../digest.ts';
import type { CatalogCommand, NodeIntroduction } from './catalog-command.ts';

export function fingerprintOf(command: CatalogCommand): string {
  return digestText(JSON.stringify([command.kind, ...intentOf(command)]));
}

function intentOf(command: CatalogCommand): readonly unknown[] {
  switch (command.kind) {
    case 'init-cluster':
      return [command.clusterId, command.nodes.map(founder)];
    case 'register-node':
      return [command.uuid];
    case 'update-node':
      return [command.node, command.uuid, command.addresses, command.rack];
    case 'replace-node':
      return [command.oldNode, command.uuid];
    case 'replace-replica':
      return [command.group, command.member];
    case 'set-node-mode':
      return [command.node, command.mode, command.force ?? false];
    case 'remove-node':
      return [command.node, command.force ?? false];
    case 'create-stream': {
      const { name, placement, replicationFactor, config, resource } = command;
      const intent = [name, placement.length, replicationFactor, config];
      return resource === undefined ? intent : [...intent, resource];
    }
    case 'delete-stream':
      return [command.uuid];
    case 'alter-stream':
      return [command.uuid, command.set, command.unset];
    case 'add-partitions':
      return [command.uuid, command.count];
    case 'set-replication-factor':
      return [command.uuid, command.replicationFactor];
    case 'allocate-producer-ids':
      return [command.count];
    case 'move-replicas': {
      const moves = command.moves.map(({ group, from, to }) => [group, from, to]);
      return [moves, command.reason, command.rebalance ?? false];
    }
    case 'cancel-moves':
      return [command.groups];
    case 'finish-move':
      return [command.group, command.members];
    case 'recover-group':
      return [command.group, command.survivor];
    case 'set-metadata-voters':
      return [command.voters];
    case 'start-rebalance':
      // The proposer makes the id up.
      return [];
    case 'finish-rebalance':
    case 'cancel-rebalance':
    case 'revoke-join-token':
      return [command.id];
    case 'create-join-token':
      return [command.usesMax, command.description];
    case 'set-config':
      return [command.scope, command.set, command.unset];
    case 'finalise-features':
      return [command.level];
    // Salts are made up on the way.
    case 'create-user':
      return [command.name, command.roles];
    case 'alter-user': {
      const { name, roles, enabled, credentials = [], withoutCredentials = [] } = command;
      const mechanisms = credentials.map(({ mechanism }) => mechanism);
      return [name, roles, enabled, mechanisms, withoutCredentials];
    }
    case 'change-grants':
      return [command.name, command.add, command.remove];
    case 'delete-user':
      return [command.name];
  }
}

function founder(node: NodeIntroduction & { readonly id: number }): unknown {
  const { id, uuid, addresses, rack } = node;
  return { id, uuid, addresses, rack };
}
