/** TLS of a listener: files with certificate and key, which are read again when they change. */
import { z } from 'zod';

const file = z.string({ error: 'expected a path' }).min(1, { error: 'expected a path' });

export const tls = z.strictObject({
  /** PEM: the certificate of the node, with those between it and the authority. */
  cert: file,
  /** PEM: its key. */
  key: file,
  /** PEM: whose client certificates are believed. */
  ca: file.optional(),
  /** Whether clients show a certificate. The common name of its subject is who calls: a user of that name. */
  clientCertificate: z
    .enum(['none', 'optional', 'required'], { error: 'expected none, optional or required' })
    .default('none'),
});

export type TlsConfig = Readonly<z.output<typeof tls>>;
