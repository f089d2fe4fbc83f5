/** Another node of the cluster, as far as connecting to it needs. */
import type { NodeId } from '@flowmesh/base';

export interface KnownPeer {
  readonly node: NodeId;
  readonly uuid: string;
  readonly address: string;
  /** Where its clients go; known of founders that founded by number. */
  readonly services?: { readonly grpc: string; readonly http: string };
}
