/** TLS of the gRPC listener, with files that are read again when they change. */
import { experimental, type ServerCredentials } from '@grpc/grpc-js';
import type { TlsConfig } from '../../config/tls.ts';
import { readMaterial, TLS_WATCH_INTERVAL_MS } from '../../services/access/listener-tls.ts';

/** Undefined: in clear. CONFIG_INVALID where the files are not what they should be. */
export function grpcCredentials(config: TlsConfig | undefined): ServerCredentials | undefined {
  if (config === undefined) return undefined;
  readMaterial({ config, path: 'listeners.grpc' });
  const asks = config.clientCertificate === 'required';
  const provider = new experimental.FileWatcherCertificateProvider({
    certificateFile: config.cert,
    privateKeyFile: config.key,
    caCertificateFile: asks ? config.ca : undefined,
    refreshIntervalMs: TLS_WATCH_INTERVAL_MS,
  });
  // Its declaration names the two providers the other way round: the first one is the listener's own.
  return experimental.createCertificateProviderServerCredentials(provider, asks ? provider : null, asks);
}
