import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';
import { describe, expect, test } from 'vitest';
import { FILE_DESCRIPTORS } from '../src/gen/descriptors.ts';
import { flowmesh, reflectionPackage } from '../src/index.ts';
import { GEN_DIR, GENERATED_FILES, generate } from '../tools/generate-proto.ts';

const { v1 } = flowmesh;

describe('generated code', () => {
  test('is what the generator gives for the sources', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'flowmesh-gen-'));
    try {
      await generate(dir);
      for (const file of GENERATED_FILES) {
        const [fresh, committed] = await Promise.all([
          readFile(join(dir, file), 'utf8'),
          readFile(join(GEN_DIR, file), 'utf8'),
        ]);
        expect(fresh === committed, `${file} is stale: run node packages/proto/tools/generate-proto.ts`).toBe(
          true,
        );
      }
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  test('64-bit fields are numbers, precise up to 2^53, also negative ones', () => {
    for (const offset of [0, 1, -1, 2 ** 31, 2 ** 32 + 5, -(2 ** 40), Number.MAX_SAFE_INTEGER]) {
      const encoded = v1.ReadRequest.encode({ stream: 'orders', offset }).finish();
      expect(v1.ReadRequest.decode(encoded).offset).toBe(offset);
    }
    const unsigned = v1.AppendResponse.encode({ correlation: Number.MAX_SAFE_INTEGER }).finish();
    expect(v1.AppendResponse.decode(unsigned).correlation).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('absent and empty optional bytes differ', () => {
    const record = v1.Record.decode(v1.Record.encode({ value: new Uint8Array(0) }).finish());
    expect(record.key ?? undefined).toBeUndefined();
    expect(record.value).toHaveLength(0);
  });

  test('decoded bytes alias the frame', () => {
    const encoded = v1.AppendRequest.encode({ stream: 's', batch: Buffer.from('payload') }).finish();
    const batch = v1.AppendRequest.decode(encoded).batch as Uint8Array;
    expect(batch.buffer).toBe(encoded.buffer);
    encoded[encoded.indexOf(0x70)] = 0x50;
    expect(Buffer.from(batch).toString()).toBe('Payload');
  });

  test('malformed input throws instead of giving a message', () => {
    expect(() => v1.AppendRequest.decode(Buffer.from([0x0a, 0xff]))).toThrow();
    expect(() => v1.AppendRequest.decode(Buffer.from([0x1a, 0x05, 0x00]))).toThrow();
  });
});

interface FileDescriptor {
  readonly messageType: readonly {
    readonly name: string;
    readonly field: readonly { readonly typeName?: string }[];
    readonly nestedType: readonly { readonly name: string }[];
  }[];
}

describe('descriptors', () => {
  const files = Object.entries(FILE_DESCRIPTORS).map(([name, encoded]) => ({
    name,
    file: descriptor.FileDescriptorProto.decode(Buffer.from(encoded, 'base64')) as unknown as FileDescriptor,
  }));

  test('name every type absolutely and build again into the same services', () => {
    const set = { file: files.map(({ file }) => file) };
    for (const { file } of files) {
      for (const message of file.messageType) {
        for (const field of message.field) {
          if (field.typeName) expect(field.typeName).toMatch(/^\.[a-z]+\./);
        }
      }
    }
    const root = protobuf.Root.fromDescriptor(set as never);
    const service = root.lookupService('flowmesh.v1.Streams');
    expect(service.methodsArray.map((method) => method.name)).toContain('AppendStream');
    expect(service.methods['AppendStream']?.requestStream).toBe(true);
    expect(service.methods['AppendStream']?.responseStream).toBe(true);
    expect(service.methods['Append']?.requestStream ?? false).toBe(false);
    const stream = root.lookupType('flowmesh.v1.Stream');
    const bytes = v1.Stream.encode({ name: 'a', revision: 7, config: { 'retention.ms': '5' } }).finish();
    expect(stream.toObject(stream.decode(bytes), { longs: Number })).toMatchObject({
      name: 'a',
      revision: 7,
    });
  });

  test('map entries are called after their field', () => {
    const streams = files.find(({ name }) => name === 'flowmesh/v1/streams.proto')?.file;
    const stream = streams?.messageType.find((message) => message.name === 'Stream');
    expect(stream?.nestedType.map((nested) => nested.name)).toEqual(['ConfigEntry']);
  });

  test('the service between nodes is not reflected unless asked for', () => {
    expect(Object.keys(reflectionPackage())).not.toContain('flowmesh/internal/v1/peer.proto');
    expect(Object.keys(reflectionPackage({ internal: true }))).toContain('flowmesh/internal/v1/peer.proto');
    expect(Object.keys(reflectionPackage())).toContain('grpc/health/v1/health.proto');
  });
});
