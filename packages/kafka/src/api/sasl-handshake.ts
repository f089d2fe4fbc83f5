/**
 * Names the SASL mechanism. After version 0 the tokens follow without frames of their own; after version 1 in SaslAuthenticate. It is never
 * flexible.
 */
import { api } from '../protocol/api.ts';
import { i16, string, strings } from '../protocol/schema.ts';

export const SaslHandshake = api(
  17,
  { versions: [0, 1] },
  [string('mechanism')],
  [i16('errorCode'), strings('mechanisms')],
);
