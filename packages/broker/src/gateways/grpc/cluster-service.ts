/** The service `flowmesh.v1.Cluster`: which call goes where, and what metrics call it. A call without a handler does not compile. */
import type { NodeId } from '@flowmesh/base';
import type { ClusterHandlers } from '@flowmesh/proto';
import type { ClusterAdmin } from '../../services/cluster/cluster-admin.ts';
import type { ClusterView } from '../../services/metadata/cluster-view.ts';
import type { MakeUnary } from './calls.ts';
import { clusterHealth, clusterMetadata, clusterStatus } from './cluster-handlers.ts';
import * as nodes from './cluster-nodes.ts';
import * as operations from './cluster-operations.ts';
import * as partitions from './cluster-partitions.ts';
import * as users from './cluster-users.ts';

export interface ClusterServicePorts {
  readonly cluster: ClusterView;
  readonly clusterAdmin: ClusterAdmin;
  readonly nodeId: NodeId;
}

export function clusterServiceHandlers(
  { cluster, clusterAdmin: admin, nodeId }: ClusterServicePorts,
  unary: MakeUnary,
): ClusterHandlers {
  const { rebalance, records } = admin;
  const own = { diagnostics: admin.diagnostics, nodeId };
  return {
    metadata: unary('metadata', clusterMetadata.bind(undefined, cluster)),
    status: unary('status', clusterStatus.bind(undefined, cluster)),
    health: unary('cluster-health', clusterHealth.bind(undefined, admin.health)),
    listNodes: unary('list-nodes', nodes.listNodes.bind(undefined, admin.nodes)),
    drainNode: unary('drain-node', nodes.changeNode.bind(undefined, admin.nodes, 'drain')),
    undrainNode: unary('undrain-node', nodes.changeNode.bind(undefined, admin.nodes, 'undrain')),
    decommissionNode: unary(
      'decommission-node',
      nodes.changeNode.bind(undefined, admin.nodes, 'decommission'),
    ),
    removeNode: unary('remove-node', nodes.changeNode.bind(undefined, admin.nodes, 'remove')),
    listPartitions: unary('list-partitions', partitions.listPartitions.bind(undefined, admin.partitions)),
    describePartition: unary(
      'describe-partition',
      partitions.describePartition.bind(undefined, admin.partitions),
    ),
    movePartition: unary('move-partition', partitions.movePartition.bind(undefined, admin.partitions)),
    cancelMoves: unary('cancel-moves', partitions.cancelMoves.bind(undefined, admin.partitions)),
    transferLeader: unary('transfer-leader', partitions.transferLeader.bind(undefined, admin.partitions)),
    electPreferred: unary('elect-preferred', partitions.electPreferred.bind(undefined, admin.partitions)),
    planRebalance: unary('plan-rebalance', operations.planRebalance.bind(undefined, rebalance)),
    startRebalance: unary('start-rebalance', operations.startRebalance.bind(undefined, rebalance)),
    getRebalance: unary('get-rebalance', operations.getRebalance.bind(undefined, rebalance)),
    cancelRebalance: unary('cancel-rebalance', operations.cancelRebalance.bind(undefined, rebalance)),
    createJoinToken: unary('create-join-token', nodes.createJoinToken.bind(undefined, admin.tokens)),
    listJoinTokens: unary('list-join-tokens', nodes.listJoinTokens.bind(undefined, admin.tokens)),
    revokeJoinToken: unary('revoke-join-token', nodes.revokeJoinToken.bind(undefined, admin.tokens)),
    createUser: unary('create-user', users.createUser.bind(undefined, admin.users)),
    alterUser: unary('alter-user', users.alterUser.bind(undefined, admin.users)),
    changeGrants: unary('change-grants', users.changeGrants.bind(undefined, admin.users)),
    deleteUser: unary('delete-user', users.deleteUser.bind(undefined, admin.users)),
    listUsers: unary('list-users', users.listUsers.bind(undefined, admin.users)),
    getConfig: unary('get-config', operations.getConfig.bind(undefined, admin.config)),
    setConfig: unary('set-config', operations.setConfig.bind(undefined, admin.config)),
    finaliseFeatures: unary('finalise-features', operations.finaliseFeatures.bind(undefined, records)),
    recoverPartition: unary('recover-partition', partitions.recoverPartition.bind(undefined, admin.recovery)),
    listAudit: unary('list-audit', operations.listAudit.bind(undefined, records)),
    exportMetadata: unary('export-metadata', operations.exportMetadata.bind(undefined, records)),
    diagnostics: unary('diagnostics', operations.diagnostics.bind(undefined, own)),
  };
}
