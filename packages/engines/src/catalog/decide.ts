/** What a command comes to, given the catalog: one applier for every kind. Nothing is changed here. */
import { alterUser, changeGrants, createUser, deleteUser } from './access-commands.ts';
import type { CatalogCommand } from './catalog-command.ts';
import type { CatalogState } from './catalog-state.ts';
import { alterStream, setConfig } from './config-commands.ts';
import type { Decision } from './decision.ts';
import { precondition } from './decision.ts';
import { checkLevelOf, finaliseFeatures } from './feature-commands.ts';
import { finishMove, recoverGroup, replaceReplica, setMetadataVoters } from './membership-commands.ts';
import { removeNode, setNodeMode } from './mode-commands.ts';
import { cancelMoves, moveReplicas, setReplicationFactor } from './move-commands.ts';
import { initCluster, registerNode, replaceNode, updateNode } from './node-commands.ts';
import { cancelRebalance, finishRebalance, startRebalance } from './rebalance-commands.ts';
import { addPartitions, allocateProducerIds, createStream, deleteStream } from './stream-commands.ts';
import { createJoinToken, revokeJoinToken } from './token-commands.ts';

export function decide(state: CatalogState, command: CatalogCommand, revision: number): Decision {
  if (command.kind === 'init-cluster') return initCluster(state, command, revision);
  if (state.globals.clusterId === '') {
    return precondition(
      'the cluster is not initialised',
      'Start the first nodes with an initial member list.',
    );
  }
  const tooNew = checkLevelOf(state, command);
  if (tooNew !== undefined) return tooNew;
  switch (command.kind) {
    case 'register-node':
      return registerNode(state, command, revision);
    case 'update-node':
      return updateNode(state, command, revision);
    case 'replace-node':
      return replaceNode(state, command, revision);
    case 'set-node-mode':
      return setNodeMode(state, command, revision);
    case 'remove-node':
      return removeNode(state, command, revision);
    case 'replace-replica':
      return replaceReplica(state, command, revision);
    case 'move-replicas':
      return moveReplicas(state, command, revision);
    case 'cancel-moves':
      return cancelMoves(state, command, revision);
    case 'finish-move':
      return finishMove(state, command, revision);
    case 'recover-group':
      return recoverGroup(state, command, revision);
    case 'set-metadata-voters':
      return setMetadataVoters(state, command, revision);
    case 'create-stream':
      return createStream(state, command, revision);
    case 'delete-stream':
      return deleteStream(state, command, revision);
    case 'alter-stream':
      return alterStream(state, command, revision);
    case 'add-partitions':
      return addPartitions(state, command, revision);
    case 'set-replication-factor':
      return setReplicationFactor(state, command, revision);
    case 'allocate-producer-ids':
      return allocateProducerIds(state, command);
    case 'start-rebalance':
      return startRebalance(state, command);
    case 'finish-rebalance':
      return finishRebalance(state, command);
    case 'cancel-rebalance':
      return cancelRebalance(state, command, revision);
    case 'create-join-token':
      return createJoinToken(state, command);
    case 'revoke-join-token':
      return revokeJoinToken(state, command);
    case 'set-config':
      return setConfig(state, command, revision);
    case 'finalise-features':
      return finaliseFeatures(state, command);
    case 'create-user':
      return createUser(state, command, revision);
    case 'alter-user':
      return alterUser(state, command, revision);
    case 'change-grants':
      return changeGrants(state, command, revision);
    case 'delete-user':
      return deleteUser(state, command, revision);
  }
}
