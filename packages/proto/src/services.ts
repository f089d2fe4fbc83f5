/** The services of the contract: definitions for servers, constructors for clients. Method names are in lower camel case. */
import './runtime.ts';
import {
  type ChannelCredentials,
  type ChannelOptions,
  makeClientConstructor,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { RawFrame } from './frame.ts';
import { flowmesh, grpc } from './gen/messages.js';
import { bidiStream, type ClientOf, type Handlers, serverStream, unary } from './method.ts';

const { v1, internal } = flowmesh;
const health = grpc.health.v1;

const streams = (name: string): string => `/flowmesh.v1.Streams/${name}`;
const cluster = (name: string): string => `/flowmesh.v1.Cluster/${name}`;
const peer = (name: string): string => `/flowmesh.internal.v1.Peer/${name}`;

const STREAMS = {
  createStream: unary(streams('CreateStream'), v1.CreateStreamRequest, v1.Stream),
  deleteStream: unary(streams('DeleteStream'), v1.DeleteStreamRequest, v1.DeleteStreamResponse),
  getStream: unary(streams('GetStream'), v1.GetStreamRequest, v1.Stream),
  listStreams: unary(streams('ListStreams'), v1.ListStreamsRequest, v1.ListStreamsResponse),
  initProducer: unary(streams('InitProducer'), v1.InitProducerRequest, v1.InitProducerResponse),
  append: unary(streams('Append'), v1.AppendRequest, v1.AppendResponse),
  appendStream: bidiStream(streams('AppendStream'), v1.AppendRequest, v1.AppendResponse),
  read: unary(streams('Read'), v1.ReadRequest, v1.ReadResponse),
  subscribe: bidiStream(streams('Subscribe'), v1.SubscribeRequest, v1.SubscribeResponse),
  getOffsets: unary(streams('GetOffsets'), v1.GetOffsetsRequest, v1.GetOffsetsResponse),
  truncate: unary(streams('Truncate'), v1.TruncateRequest, v1.TruncateResponse),
};

const CLUSTER = {
  metadata: unary(cluster('Metadata'), v1.MetadataRequest, v1.MetadataResponse),
  status: unary(cluster('Status'), v1.StatusRequest, v1.StatusResponse),
};

/** Frames pass as raw bytes (see frame.ts). */
const PEER = {
  receive: bidiStream(peer('Receive'), internal.v1.Hello, RawFrame),
  pullSnapshot: serverStream(peer('PullSnapshot'), internal.v1.PullSnapshotRequest, RawFrame),
  forward: unary(peer('Forward'), internal.v1.ForwardRequest, internal.v1.ForwardResponse),
  join: unary(peer('Join'), internal.v1.JoinRequest, internal.v1.JoinResponse),
};

const HEALTH = {
  check: unary('/grpc.health.v1.Health/Check', health.HealthCheckRequest, health.HealthCheckResponse),
  watch: serverStream('/grpc.health.v1.Health/Watch', health.HealthCheckRequest, health.HealthCheckResponse),
};

export type StreamsHandlers = Handlers<typeof STREAMS>;
export type ClusterHandlers = Handlers<typeof CLUSTER>;
export type PeerHandlers = Handlers<typeof PEER>;
export type HealthHandlers = Handlers<typeof HEALTH>;

export type StreamsClient = ClientOf<typeof STREAMS>;
export type ClusterClient = ClientOf<typeof CLUSTER>;
export type PeerClient = ClientOf<typeof PEER>;
export type HealthClient = ClientOf<typeof HEALTH>;

export const StreamsService: ServiceDefinition<StreamsHandlers> = STREAMS;
export const ClusterService: ServiceDefinition<ClusterHandlers> = CLUSTER;
export const PeerService: ServiceDefinition<PeerHandlers> = PEER;
export const HealthService: ServiceDefinition<HealthHandlers> = HEALTH;

export type ClientConstructor<C> = new (
  address: string,
  credentials: ChannelCredentials,
  options?: ChannelOptions,
) => C;

function constructorOf<C>(definition: ServiceDefinition, name: string): ClientConstructor<C> {
  return makeClientConstructor(definition, name) as unknown as ClientConstructor<C>;
}

export const StreamsClient = constructorOf<StreamsClient>(STREAMS, 'flowmesh.v1.Streams');
export const ClusterClient = constructorOf<ClusterClient>(CLUSTER, 'flowmesh.v1.Cluster');
export const PeerClient = constructorOf<PeerClient>(PEER, 'flowmesh.internal.v1.Peer');
export const HealthClient = constructorOf<HealthClient>(HEALTH, 'grpc.health.v1.Health');
