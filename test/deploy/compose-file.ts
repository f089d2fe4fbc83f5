/** What deploy/compose.yaml says of its nodes, with every variable at its default. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const file = path.resolve(import.meta.dirname, '..', '..', 'deploy', 'compose.yaml');

export interface ComposeNode {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Its fixed address in the network. */
  readonly address: string;
  /** `volume:path` */
  readonly volumes: readonly string[];
}

export interface ComposeFile {
  readonly nodes: readonly ComposeNode[];
  readonly subnet: string;
}

interface Document {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly environment: Readonly<Record<string, string>>;
        readonly networks: { readonly flowmesh: { readonly ipv4_address: string } };
        readonly volumes: readonly string[];
      }
    >
  >;
  readonly networks: {
    readonly flowmesh: { readonly ipam: { readonly config: ReadonlyArray<{ readonly subnet: string }> } };
  };
}

export function readComposeFile(): ComposeFile {
  // `${NAME:-default}`, as Compose fills it in where NAME is not set.
  const text = readFileSync(file, 'utf8').replace(/\$\{\w+:-([^}]*)\}/g, '$1');
  const { services, networks } = parse(text, { merge: true }) as Document;
  const nodes = Object.entries(services).map(([name, service]) => ({
    name,
    environment: service.environment,
    address: service.networks.flowmesh.ipv4_address,
    volumes: service.volumes,
  }));
  return { nodes, subnet: networks.flowmesh.ipam.config[0]?.subnet ?? '' };
}
