/** One step of the SASL exchange. Version 1 says how long the session may last. */
import { api } from '../protocol/api.ts';
import { bytes, i16, i64, string } from '../protocol/schema.ts';

export const SaslAuthenticate = api(
  36,
  { versions: [0, 2], flexible: 2 },
  [bytes('authBytes')],
  [
    i16('errorCode'),
    string('errorMessage', { nullable: 0 }),
    bytes('authBytes'),
    i64('sessionLifetimeMs', { since: 1, default: 0 }),
  ],
);
