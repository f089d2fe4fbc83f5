/** What the audit says of a command: only what an operator asked for, or what decides who takes part, is in it. */
import { nodeOf } from '@flowmesh/base';
import type { CatalogCommand } from './catalog-command.ts';
import type { AuditEntry } from './catalog-types.ts';

const DETAIL_CHARS_MAX = 500;

type Note = readonly [subject: string, detail: string];

/** The entry of an accepted command; undefined where it leaves none. */
export function auditOf(command: CatalogCommand, revision: number): AuditEntry | undefined {
  const note = noteOf(command);
  if (note === undefined) return undefined;
  const [subject, detail] = note;
  const { kind, timeMs, by = '' } = command;
  return { revision, timeMs, kind, subject, detail: clipped(detail), by };
}

function noteOf(command: CatalogCommand): Note | undefined {
  switch (command.kind) {
    case 'register-node':
      return [`node ${command.uuid}`, joined(command.addresses.peer, command.token?.id)];
    case 'replace-node':
      return [
        `node ${command.oldNode}`,
        `by ${command.uuid} ${joined(command.addresses.peer, command.token?.id)}`,
      ];
    case 'set-node-mode':
      return [`node ${command.node}`, `${command.mode}${forced(command.force)}`];
    case 'remove-node':
      return [`node ${command.node}`, `removed${forced(command.force)}`];
    case 'alter-stream':
      return [`stream ${command.uuid}`, changed(command)];
    case 'add-partitions':
      return [`stream ${command.uuid}`, `${command.count} partitions`];
    case 'set-replication-factor':
      return [`stream ${command.uuid}`, `replication factor ${command.replicationFactor}`];
    case 'move-replicas':
      return command.reason === 'manual' ? movesNote(command.moves) : undefined;
    case 'cancel-moves':
      return [groupsNamed(command.groups), 'cancelled'];
    case 'recover-group': {
      const survivor = `node ${nodeOf(command.survivor)} (member ${command.survivor})`;
      return [`group ${command.group}`, `${survivor} declared the whole group: ${command.reason}`];
    }
    case 'set-metadata-voters':
      return ['metadata group', `voters ${command.voters.join(', ')}`];
    case 'start-rebalance':
    case 'finish-rebalance':
    case 'cancel-rebalance':
      return [`rebalance ${command.id}`, ''];
    case 'create-join-token':
      return [`join token ${command.id}`, `${command.usesMax} uses: ${command.description}`];
    case 'revoke-join-token':
      return [`join token ${command.id}`, 'revoked'];
    case 'set-config':
      return [command.scope, changed(command)];
    case 'finalise-features':
      return ['cluster', `feature level ${command.level}`];
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

function joined(address: string, token: string | undefined): string {
  return token === undefined ? `at ${address}` : `at ${address} with token ${token}`;
}

function forced(force: boolean | undefined): string {
  return force === true ? ' by force' : '';
}

function movesNote(moves: Extract<CatalogCommand, { kind: 'move-replicas' }>['moves']): Note {
  const words = moves.map(({ group, from, to }) => `${group}: ${from.join(',')} to ${to.join(',')}`);
  return [groupsNamed(moves.map((one) => one.group)), words.join('; ')];
}

function groupsNamed(groups: readonly number[]): string {
  return groups.length === 1 ? `group ${groups.join('')}` : `${groups.length} groups`;
}

function changed(change: {
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
}): string {
  const set = Object.entries(change.set).map(([key, value]) => `${key}=${value}`);
  return [...set, ...change.unset.map((key) => `${key} unset`)].join(', ');
}

function clipped(text: string): string {
  return text.length <= DETAIL_CHARS_MAX ? text : `${text.slice(0, DETAIL_CHARS_MAX)}…`;
}
