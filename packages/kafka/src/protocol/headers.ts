/**
 * Headers of requests and responses. A request header is v2 (tagged fields) where the request's version is flexible and v1 otherwise; its
 * client id keeps the old two-byte length even so, because a broker must be able to read the header of a version it does not know. v0
 * has no client id; only ControlledShutdown v0, which no client sends, used it. A response header is v1 where the version is flexible,
 * but always v0 for ApiVersions: a client that asks for the versions cannot know yet which one will answer.
 */
import { findApi } from './api-table.ts';
import type { Api, Versions } from './api.ts';
import { isFlexible } from './api.ts';
import { API_KEY } from './api-keys.ts';
import { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';

export interface RequestHeader {
  readonly apiKey: number;
  /** Undefined where the key is not known: then nothing after the client id was read. */
  readonly api: Api | undefined;
  /** As sent: it may be one that the API does not have. */
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string | undefined;
  /** Where the request itself begins in the frame. */
  readonly bodyAt: number;
}

interface KeyAndVersions extends Versions {
  readonly key: number;
}

export function requestHeaderVersion(api: KeyAndVersions, version: number): 0 | 1 | 2 {
  if (api.key === API_KEY.ControlledShutdown && version === 0) return 0;
  return isFlexible(api, version) ? 2 : 1;
}

export function responseHeaderVersion(api: KeyAndVersions, version: number): 0 | 1 {
  return api.key !== API_KEY.ApiVersions && isFlexible(api, version) ? 1 : 0;
}

/** The header at the beginning of a frame; INVALID_ARGUMENT where there is none. */
export function readRequestHeader(frame: Uint8Array): RequestHeader {
  const reader = new MessageReader(frame, 'request header');
  const apiKey = reader.i16();
  const apiVersion = reader.i16();
  const correlationId = reader.i32();
  const api = findApi(apiKey);
  const version = requestHeaderVersion(api ?? { key: apiKey, versions: [0, 0] }, apiVersion);
  const clientId = version === 0 ? undefined : readClientId(reader);
  if (version === 2) skipTags(reader);
  return { apiKey, api, apiVersion, correlationId, clientId, bodyAt: reader.position };
}

export interface ResponseHeader {
  readonly correlationId: number;
  readonly bodyAt: number;
}

export function readResponseHeader(frame: Uint8Array, api: KeyAndVersions, version: number): ResponseHeader {
  const reader = new MessageReader(frame, 'response header');
  const correlationId = reader.i32();
  if (responseHeaderVersion(api, version) === 1) skipTags(reader);
  return { correlationId, bodyAt: reader.position };
}

export function writeRequestHeader(
  writer: MessageWriter,
  api: KeyAndVersions,
  request: {
    readonly version: number;
    readonly correlationId: number;
    readonly clientId?: string | undefined;
  },
): void {
  const version = requestHeaderVersion(api, request.version);
  writer.i16(api.key);
  writer.i16(request.version);
  writer.i32(request.correlationId);
  if (version === 0) return;
  if (request.clientId === undefined) writer.i16(-1);
  else writer.string(request.clientId, false);
  if (version === 2) writer.uvarint(0);
}

export function writeResponseHeader(
  writer: MessageWriter,
  api: KeyAndVersions,
  response: { readonly version: number; readonly correlationId: number },
): void {
  writer.i32(response.correlationId);
  if (responseHeaderVersion(api, response.version) === 1) writer.uvarint(0);
}

function readClientId(reader: MessageReader): string | undefined {
  const length = reader.i16();
  return length === -1 ? undefined : reader.text(length);
}

function skipTags(reader: MessageReader): void {
  const count = reader.uvarint();
  if (count * 2 > reader.remaining) {
    throw reader.malformed(`${count} tagged fields in ${reader.remaining} bytes`);
  }
  for (let i = 0; i < count; i++) {
    reader.uvarint();
    reader.skip(reader.uvarint());
  }
}
