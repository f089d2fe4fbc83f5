/** What server reflection needs: the sources as descriptors, in the form that `@grpc/reflection` takes. */
import { FILE_DESCRIPTORS } from './gen/descriptors.ts';

export interface ReflectedFile {
  readonly format: 'Protocol Buffer 3 EnumDescriptorProto';
  readonly type: object;
  readonly fileDescriptorProtos: Buffer[];
}

/** One entry per source; peers' own service is left out unless asked for. */
export function reflectionPackage(
  options: { readonly internal?: boolean } = {},
): Record<string, ReflectedFile> {
  const files: Record<string, ReflectedFile> = {};
  for (const [name, encoded] of Object.entries(FILE_DESCRIPTORS)) {
    if (name.startsWith('flowmesh/internal/') && options.internal !== true) continue;
    files[name] = {
      format: 'Protocol Buffer 3 EnumDescriptorProto',
      type: {},
      fileDescriptorProtos: [Buffer.from(encoded, 'base64')],
    };
  }
  return files;
}
