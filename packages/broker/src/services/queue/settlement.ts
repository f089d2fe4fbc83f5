/** What holders of leases say of their jobs. */
import type { ExtendItem, NackItem, Receipt, TransactionTag } from '@flowmesh/engines';

/** What a holder of leases in one shard says. */
export type Settlement =
  | {
      readonly kind: 'ack';
      readonly receipts: readonly Receipt[];
      readonly transaction: TransactionTag | undefined;
    }
  | { readonly kind: 'nack'; readonly items: readonly NackItem[] }
  | { readonly kind: 'extend'; readonly items: readonly ExtendItem[] }
  | { readonly kind: 'release'; readonly receipts: readonly Receipt[]; readonly undelivered: boolean };
