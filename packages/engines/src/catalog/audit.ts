/**
 * What the audit says of a command: only what an operator asked for, or what decides who takes part, is in it. Subjects are what people
 * call things: `cluster`, `node 3`, `stream orders`, `queue orders`, `partition orders/4`,
 * `partition queue:orders/4`, `token …`, or how many of them.
 */
import { type GroupId, nodeOf } from '@flowmesh/base';
import type { Grant } from './access-types.ts';
import { grantKey } from './access-types.ts';
import type { CatalogCommand } from './catalog-command.ts';
import type { CatalogReply } from './catalog-reply.ts';
import type { CatalogState } from './catalog-state.ts';
import type { AuditEntry } from './catalog-types.ts';
import { nodeOfScope } from './cluster-config.ts';
import { partNoun, qualifiedNameOf } from './resource-name.ts';

const DETAIL_CHARS_MAX = 500;

type Note = readonly [subject: string, detail: string];

interface Accepted {
  readonly command: CatalogCommand;
  readonly reply: CatalogReply;
  readonly revision: number;
}

/** The entry of an accepted command, with the names as they are before its changes; undefined where it leaves none. */
export function auditOf(state: CatalogState, { command, reply, revision }: Accepted): AuditEntry | undefined {
  const note = noteOf(state, command, reply);
  if (note === undefined) return undefined;
  const [subject, detail] = note;
  const { kind, timeMs, by = '' } = command;
  return { revision, timeMs, kind, subject, detail: clipped(detail), by };
}

function noteOf(state: CatalogState, command: CatalogCommand, reply: CatalogReply): Note | undefined {
  switch (command.kind) {
    case 'register-node':
      return [newNode(reply, command.uuid), joined(command.addresses.peer, command.token?.id)];
    case 'replace-node': {
      const address = joined(command.addresses.peer, command.token?.id);
      return [`node ${command.oldNode}`, `replaced by ${newNode(reply, command.uuid)} ${address}`];
    }
    case 'set-node-mode':
      return [`node ${command.node}`, `${command.mode}${forced(command.force)}`];
    case 'remove-node':
      return [`node ${command.node}`, `removed${forced(command.force)}`];
    case 'alter-stream':
      return [streamNamed(state, command.uuid), changed(command)];
    case 'add-partitions':
      return [streamNamed(state, command.uuid), `${command.count} ${partsOf(state, command.uuid)}`];
    case 'set-replication-factor':
      return [streamNamed(state, command.uuid), `replication factor ${command.replicationFactor}`];
    case 'move-replicas':
      return command.reason === 'manual' ? movesNote(state, command.moves, reply) : undefined;
    case 'cancel-moves': {
      const groups = reply.kind === 'moves-cancelled' ? reply.cancelled : command.groups;
      return [partitionsNamed(state, groups), 'moves cancelled'];
    }
    case 'recover-group': {
      const survivor = `node ${nodeOf(command.survivor)} (member ${command.survivor})`;
      const detail = `${survivor} declared the whole group: ${command.reason}`;
      return [partitionsNamed(state, [command.group]), detail];
    }
    case 'set-metadata-voters':
      return ['cluster', `metadata voters ${command.voters.join(', ')}`];
    case 'start-rebalance':
    case 'finish-rebalance':
    case 'cancel-rebalance':
      return ['cluster', `rebalance ${command.id}`];
    case 'create-join-token':
      return [`token ${command.id}`, `${command.usesMax} uses: ${command.description}`];
    case 'revoke-join-token':
      return [`token ${command.id}`, 'revoked'];
    case 'set-config': {
      const node = nodeOfScope(command.scope);
      return [node === undefined ? command.scope : `node ${node}`, changed(command)];
    }
    case 'finalise-features':
      return ['cluster', `feature level ${command.level}`];
    case 'create-user':
      return [`user ${command.name}`, `created, roles: ${listed(command.roles)}`];
    case 'alter-user':
      return [`user ${command.name}`, userChange(command)];
    case 'change-grants':
      return [`user ${command.name}`, grantsChange(command)];
    case 'delete-user':
      return [`user ${command.name}`, 'deleted'];
    case 'init-cluster':
    case 'update-node':
    case 'replace-replica':
    case 'create-stream':
    case 'delete-stream':
    case 'allocate-producer-ids':
    case 'finish-move':
      return undefined;
  }
}

/** The id was given out by the command, so that only its reply knows it. */
function newNode(reply: CatalogReply, uuid: string): string {
  const known = reply.kind === 'node-registered' || reply.kind === 'node-replaced';
  return known ? `node ${reply.node}` : `node ${uuid}`;
}

function streamNamed(state: CatalogState, uuid: string): string {
  const stream = state.streamByUuid(uuid);
  return stream === undefined ? `stream ${uuid}` : `${stream.kind} ${stream.name}`;
}

function partsOf(state: CatalogState, uuid: string): string {
  return `${partNoun(state.streamByUuid(uuid)?.kind ?? 'stream')}s`;
}

function placeOf(state: CatalogState, group: GroupId): string {
  const partition = state.partition(group);
  const stream = partition?.stream === undefined ? undefined : state.streamByUuid(partition.stream);
  return partition === undefined || stream === undefined
    ? `group ${group}`
    : `${qualifiedNameOf(stream)}/${partition.partition}`;
}

function joined(address: string, token: string | undefined): string {
  return token === undefined ? `at ${address}` : `at ${address} with token ${token}`;
}

function forced(force: boolean | undefined): string {
  return force === true ? ' by force' : '';
}

type Moves = Extract<CatalogCommand, { kind: 'move-replicas' }>['moves'];

function movesNote(state: CatalogState, moves: Moves, reply: CatalogReply): Note {
  const accepted = reply.kind === 'replicas-moved' ? new Set(reply.accepted) : undefined;
  const moved = moves.filter(({ group }) => accepted?.has(group) ?? true);
  const words = moved.map(
    ({ group, from, to }) => `${placeOf(state, group)}: ${from.join(',')} to ${to.join(',')}`,
  );
  return [
    partitionsNamed(
      state,
      moved.map(({ group }) => group),
    ),
    words.join('; '),
  ];
}

function partitionsNamed(state: CatalogState, groups: readonly GroupId[]): string {
  const [only] = groups;
  if (only === undefined || groups.length > 1) return `${groups.length} partitions`;
  const place = placeOf(state, only);
  return place.startsWith('group ') ? place : `partition ${place}`;
}

function changed(change: {
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
}): string {
  const set = Object.entries(change.set).map(([key, value]) => `${key}=${value}`);
  return [...set, ...change.unset.map((key) => `${key} unset`)].join(', ');
}

/** Never the credentials themselves. */
function userChange(change: Extract<CatalogCommand, { kind: 'alter-user' }>): string {
  const { roles, enabled, credentials = [], withoutCredentials = [] } = change;
  const words = [
    ...(roles === undefined ? [] : [`roles: ${listed(roles)}`]),
    ...(enabled === undefined ? [] : [enabled ? 'enabled' : 'disabled']),
    ...credentials.map(({ mechanism }) => `${mechanism} set`),
    ...withoutCredentials.map((mechanism) => `${mechanism} removed`),
  ];
  return words.join(', ');
}

function grantsChange({ add, remove }: Extract<CatalogCommand, { kind: 'change-grants' }>): string {
  const words = (grants: readonly Grant[], verb: string): readonly string[] =>
    grants.map((grant) => `${verb} ${grantKey(grant)}`);
  return [...words(add, 'granted'), ...words(remove, 'revoked')].join('; ');
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

function clipped(text: string): string {
  return text.length <= DETAIL_CHARS_MAX ? text : `${text.slice(0, DETAIL_CHARS_MAX)}…`;
}
