import * as $protobuf from "protobufjs/minimal.js";

/** Namespace flowmesh. */
export namespace flowmesh {

    /** Namespace internal. */
    namespace internal {

        /** Namespace v1. */
        namespace v1 {

            /** ConnectionClass enum. */
            enum ConnectionClass {

                /** CONTROL value */
                CONTROL = 0,

                /** APPEND value */
                APPEND = 1,

                /** BULK value */
                BULK = 2
            }

            /**
             * Properties of a Hello.
             * @deprecated Use flowmesh.internal.v1.Hello.$Properties instead.
             */
            interface IHello extends flowmesh.internal.v1.Hello.$Properties {
            }

            /** Represents a Hello. */
            class Hello {

                /**
                 * Constructs a new Hello.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: flowmesh.internal.v1.Hello.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Hello clusterId. */
                clusterId: string;

                /** Hello nodeId. */
                nodeId: number;

                /** Hello nodeUuid. */
                nodeUuid: string;

                /** Hello toNodeId. */
                toNodeId: number;

                /** Hello protocolVersion. */
                protocolVersion: number;

                /** Hello class. */
                class: flowmesh.internal.v1.ConnectionClass;

                /** Hello creditBytes. */
                creditBytes: number;

                /** Hello session. */
                session: string;

                /** Hello starts. */
                starts: number;

                /** Hello featuresMax. */
                featuresMax: number;

                /** Hello recovered. */
                recovered: number;

                /**
                 * Creates a new Hello instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Hello instance
                 */
                static create(properties: flowmesh.internal.v1.Hello.$Shape): flowmesh.internal.v1.Hello & flowmesh.internal.v1.Hello.$Shape;
                static create(properties?: flowmesh.internal.v1.Hello.$Properties): flowmesh.internal.v1.Hello;

                /**
                 * Encodes the specified Hello message. Does not implicitly {@link flowmesh.internal.v1.Hello.verify|verify} messages.
                 * @param message Hello message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: flowmesh.internal.v1.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Hello message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {flowmesh.internal.v1.Hello & flowmesh.internal.v1.Hello.$Shape} Hello
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.internal.v1.Hello & flowmesh.internal.v1.Hello.$Shape;
            }

            namespace Hello {

                /** Properties of a Hello. */
                interface $Properties {

                    /** Hello clusterId */
                    clusterId?: string;

                    /** Hello nodeId */
                    nodeId?: number;

                    /** Hello nodeUuid */
                    nodeUuid?: string;

                    /** Hello toNodeId */
                    toNodeId?: number;

                    /** Hello protocolVersion */
                    protocolVersion?: number;

                    /** Hello class */
                    "class"?: flowmesh.internal.v1.ConnectionClass;

                    /** Hello creditBytes */
                    creditBytes?: number;

                    /** Hello session */
                    session?: string;

                    /** Hello starts */
                    starts?: number;

                    /** Hello featuresMax */
                    featuresMax?: number;

                    /** Hello recovered */
                    recovered?: number;

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Hello. */
                type $Shape = flowmesh.internal.v1.Hello.$Properties;
            }

            /**
             * Properties of a Frame.
             * @deprecated Use flowmesh.internal.v1.Frame.$Properties instead.
             */
            interface IFrame extends flowmesh.internal.v1.Frame.$Properties {
            }

            /** Represents a Frame. */
            class Frame {

                /**
                 * Constructs a new Frame.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: flowmesh.internal.v1.Frame.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Frame payload. */
                payload: Uint8Array;

                /**
                 * Creates a new Frame instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Frame instance
                 */
                static create(properties: flowmesh.internal.v1.Frame.$Shape): flowmesh.internal.v1.Frame & flowmesh.internal.v1.Frame.$Shape;
                static create(properties?: flowmesh.internal.v1.Frame.$Properties): flowmesh.internal.v1.Frame;

                /**
                 * Encodes the specified Frame message. Does not implicitly {@link flowmesh.internal.v1.Frame.verify|verify} messages.
                 * @param message Frame message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: flowmesh.internal.v1.Frame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Frame message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {flowmesh.internal.v1.Frame & flowmesh.internal.v1.Frame.$Shape} Frame
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.internal.v1.Frame & flowmesh.internal.v1.Frame.$Shape;
            }

            namespace Frame {

                /** Properties of a Frame. */
                interface $Properties {

                    /** Frame payload */
                    payload?: Uint8Array;

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Frame. */
                type $Shape = flowmesh.internal.v1.Frame.$Properties;
            }

            /**
             * Properties of a PullSnapshotRequest.
             * @deprecated Use flowmesh.internal.v1.PullSnapshotRequest.$Properties instead.
             */
            interface IPullSnapshotRequest extends flowmesh.internal.v1.PullSnapshotRequest.$Properties {
            }

            /** Represents a PullSnapshotRequest. */
            class PullSnapshotRequest {

                /**
                 * Constructs a new PullSnapshotRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: flowmesh.internal.v1.PullSnapshotRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** PullSnapshotRequest clusterId. */
                clusterId: string;

                /** PullSnapshotRequest nodeId. */
                nodeId: number;

                /** PullSnapshotRequest groupId. */
                groupId: number;

                /** PullSnapshotRequest fromMember. */
                fromMember: number;

                /** PullSnapshotRequest toMember. */
                toMember: number;

                /** PullSnapshotRequest index. */
                index: number;

                /** PullSnapshotRequest term. */
                term: number;

                /** PullSnapshotRequest description. */
                description: Uint8Array;

                /**
                 * Creates a new PullSnapshotRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns PullSnapshotRequest instance
                 */
                static create(properties: flowmesh.internal.v1.PullSnapshotRequest.$Shape): flowmesh.internal.v1.PullSnapshotRequest & flowmesh.internal.v1.PullSnapshotRequest.$Shape;
                static create(properties?: flowmesh.internal.v1.PullSnapshotRequest.$Properties): flowmesh.internal.v1.PullSnapshotRequest;

                /**
                 * Encodes the specified PullSnapshotRequest message. Does not implicitly {@link flowmesh.internal.v1.PullSnapshotRequest.verify|verify} messages.
                 * @param message PullSnapshotRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: flowmesh.internal.v1.PullSnapshotRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a PullSnapshotRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {flowmesh.internal.v1.PullSnapshotRequest & flowmesh.internal.v1.PullSnapshotRequest.$Shape} PullSnapshotRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.internal.v1.PullSnapshotRequest & flowmesh.internal.v1.PullSnapshotRequest.$Shape;
            }

            namespace PullSnapshotRequest {

                /** Properties of a PullSnapshotRequest. */
                interface $Properties {

                    /** PullSnapshotRequest clusterId */
                    clusterId?: string;

                    /** PullSnapshotRequest nodeId */
                    nodeId?: number;

                    /** PullSnapshotRequest groupId */
                    groupId?: number;

                    /** PullSnapshotRequest fromMember */
                    fromMember?: number;

                    /** PullSnapshotRequest toMember */
                    toMember?: number;

                    /** PullSnapshotRequest index */
                    index?: number;

                    /** PullSnapshotRequest term */
                    term?: number;

                    /** PullSnapshotRequest description */
                    description?: Uint8Array;

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a PullSnapshotRequest. */
                type $Shape = flowmesh.internal.v1.PullSnapshotRequest.$Properties;
            }

            /**
             * Properties of a ForwardRequest.
             * @deprecated Use flowmesh.internal.v1.ForwardRequest.$Properties instead.
             */
            interface IForwardRequest extends flowmesh.internal.v1.ForwardRequest.$Properties {
            }

            /** Represents a ForwardRequest. */
            class ForwardRequest {

                /**
                 * Constructs a new ForwardRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: flowmesh.internal.v1.ForwardRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ForwardRequest clusterId. */
                clusterId: string;

                /** ForwardRequest nodeId. */
                nodeId: number;

                /** ForwardRequest command. */
                command: Uint8Array;

                /**
                 * Creates a new ForwardRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns ForwardRequest instance
                 */
                static create(properties: flowmesh.internal.v1.ForwardRequest.$Shape): flowmesh.internal.v1.ForwardRequest & flowmesh.internal.v1.ForwardRequest.$Shape;
                static create(properties?: flowmesh.internal.v1.ForwardRequest.$Properties): flowmesh.internal.v1.ForwardRequest;

                /**
                 * Encodes the specified ForwardRequest message. Does not implicitly {@link flowmesh.internal.v1.ForwardRequest.verify|verify} messages.
                 * @param message ForwardRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: flowmesh.internal.v1.ForwardRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ForwardRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {flowmesh.internal.v1.ForwardRequest & flowmesh.internal.v1.ForwardRequest.$Shape} ForwardRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.internal.v1.ForwardRequest & flowmesh.internal.v1.ForwardRequest.$Shape;
            }

            namespace ForwardRequest {

                /** Properties of a ForwardRequest. */
                interface $Properties {

                    /** ForwardRequest clusterId */
                    clusterId?: string;

                    /** ForwardRequest nodeId */
                    nodeId?: number;

                    /** ForwardRequest command */
                    command?: Uint8Array;

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a ForwardRequest. */
                type $Shape = flowmesh.internal.v1.ForwardRequest.$Properties;
            }

            /**
             * Properties of a ForwardResponse.
             * @deprecated Use flowmesh.internal.v1.ForwardResponse.$Properties instead.
             */
            interface IForwardResponse extends flowmesh.internal.v1.ForwardResponse.$Properties {
            }

            /** Represents a ForwardResponse. */
            class ForwardResponse {

                /**
                 * Constructs a new ForwardResponse.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: flowmesh.internal.v1.ForwardResponse.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ForwardResponse reply. */
                reply: Uint8Array;

                /**
                 * Creates a new ForwardResponse instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns ForwardResponse instance
                 */
                static create(properties: flowmesh.internal.v1.ForwardResponse.$Shape): flowmesh.internal.v1.ForwardResponse & flowmesh.internal.v1.ForwardResponse.$Shape;
                static create(properties?: flowmesh.internal.v1.ForwardResponse.$Properties): flowmesh.internal.v1.ForwardResponse;

                /**
                 * Encodes the specified ForwardResponse message. Does not implicitly {@link flowmesh.internal.v1.ForwardResponse.verify|verify} messages.
                 * @param message ForwardResponse message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: flowmesh.internal.v1.ForwardResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ForwardResponse message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {flowmesh.internal.v1.ForwardResponse & flowmesh.internal.v1.ForwardResponse.$Shape} ForwardResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.internal.v1.ForwardResponse & flowmesh.internal.v1.ForwardResponse.$Shape;
            }

            namespace ForwardResponse {

                /** Properties of a ForwardResponse. */
                interface $Properties {

                    /** ForwardResponse reply */
                    reply?: Uint8Array;

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a ForwardResponse. */
                type $Shape = flowmesh.internal.v1.ForwardResponse.$Properties;
            }

            /**
             * Properties of a JoinRequest.
             * @deprecated Use flowmesh.internal.v1.JoinRequest.$Properties instead.
             */
            interface IJoinRequest extends flowmesh.internal.v1.JoinRequest.$Properties {
            }

            /** Represents a JoinRequest. */
            class JoinRequest {

                /**
                 * Constructs a new JoinRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: flowmesh.internal.v1.JoinRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** JoinRequest clusterId. */
                clusterId: string;

                /** JoinRequest nodeUuid. */
                nodeUuid: string;

                /** JoinRequest peerAddress. */
                peerAddress: string;

                /** JoinRequest grpcAddress. */
                grpcAddress: string;

                /** JoinRequest httpAddress. */
                httpAddress: string;

                /** JoinRequest rack. */
                rack: string;

                /** JoinRequest replacesNodeId. */
                replacesNodeId: number;

                /** JoinRequest replacesNodeUuid. */
                replacesNodeUuid: string;

                /** JoinRequest initialNodeId. */
                initialNodeId: number;

                /** JoinRequest version. */
                version: string;

                /** JoinRequest featuresMin. */
                featuresMin: number;

                /** JoinRequest featuresMax. */
                featuresMax: number;

                /** JoinRequest capacityBytes. */
                capacityBytes: number;

                /** JoinRequest tokenId. */
                tokenId: string;

                /** JoinRequest tokenSecret. */
                tokenSecret: string;

                /**
                 * Creates a new JoinRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns JoinRequest instance
                 */
                static create(properties: flowmesh.internal.v1.JoinRequest.$Shape): flowmesh.internal.v1.JoinRequest & flowmesh.internal.v1.JoinRequest.$Shape;
                static create(properties?: flowmesh.internal.v1.JoinRequest.$Properties): flowmesh.internal.v1.JoinRequest;

                /**
                 * Encodes the specified JoinRequest message. Does not implicitly {@link flowmesh.internal.v1.JoinRequest.verify|verify} messages.
                 * @param message JoinRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: flowmesh.internal.v1.JoinRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a JoinRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {flowmesh.internal.v1.JoinRequest & flowmesh.internal.v1.JoinRequest.$Shape} JoinRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.internal.v1.JoinRequest & flowmesh.internal.v1.JoinRequest.$Shape;
            }

            namespace JoinRequest {

                /** Properties of a JoinRequest. */
                interface $Properties {

                    /** JoinRequest clusterId */
                    clusterId?: string;

                    /** JoinRequest nodeUuid */
                    nodeUuid?: string;

                    /** JoinRequest peerAddress */
                    peerAddress?: string;

                    /** JoinRequest grpcAddress */
                    grpcAddress?: string;

                    /** JoinRequest httpAddress */
                    httpAddress?: string;

                    /** JoinRequest rack */
                    rack?: string;

                    /** JoinRequest replacesNodeId */
                    replacesNodeId?: number;

                    /** JoinRequest replacesNodeUuid */
                    replacesNodeUuid?: string;

                    /** JoinRequest initialNodeId */
                    initialNodeId?: number;

                    /** JoinRequest version */
                    version?: string;

                    /** JoinRequest featuresMin */
                    featuresMin?: number;

                    /** JoinRequest featuresMax */
                    featuresMax?: number;

                    /** JoinRequest capacityBytes */
                    capacityBytes?: number;

                    /** JoinRequest tokenId */
                    tokenId?: string;

                    /** JoinRequest tokenSecret */
                    tokenSecret?: string;

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a JoinRequest. */
                type $Shape = flowmesh.internal.v1.JoinRequest.$Properties;
            }

            /** JoinState enum. */
            enum JoinState {

                /** JOIN_STATE_UNSPECIFIED value */
                JOIN_STATE_UNSPECIFIED = 0,

                /** FORMING value */
                FORMING = 1,

                /** FOUNDER value */
                FOUNDER = 2,

                /** ADMITTED value */
                ADMITTED = 3
            }

            /**
             * Properties of a JoinResponse.
             * @deprecated Use flowmesh.internal.v1.JoinResponse.$Properties instead.
             */
            interface IJoinResponse extends flowmesh.internal.v1.JoinResponse.$Properties {
            }

            /** Represents a JoinResponse. */
            class JoinResponse {

                /**
                 * Constructs a new JoinResponse.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: flowmesh.internal.v1.JoinResponse.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** JoinResponse clusterId. */
                clusterId: string;

                /** JoinResponse nodeId. */
                nodeId: number;

                /** JoinResponse peers. */
                peers: flowmesh.internal.v1.PeerAddress[];

                /** JoinResponse state. */
                state: flowmesh.internal.v1.JoinState;

                /** JoinResponse metadataReplicaId. */
                metadataReplicaId: number;

                /** JoinResponse nodeUuid. */
                nodeUuid: string;

                /**
                 * Creates a new JoinResponse instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns JoinResponse instance
                 */
                static create(properties: flowmesh.internal.v1.JoinResponse.$Shape): flowmesh.internal.v1.JoinResponse & flowmesh.internal.v1.JoinResponse.$Shape;
                static create(properties?: flowmesh.internal.v1.JoinResponse.$Properties): flowmesh.internal.v1.JoinResponse;

                /**
                 * Encodes the specified JoinResponse message. Does not implicitly {@link flowmesh.internal.v1.JoinResponse.verify|verify} messages.
                 * @param message JoinResponse message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: flowmesh.internal.v1.JoinResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a JoinResponse message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {flowmesh.internal.v1.JoinResponse & flowmesh.internal.v1.JoinResponse.$Shape} JoinResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.internal.v1.JoinResponse & flowmesh.internal.v1.JoinResponse.$Shape;
            }

            namespace JoinResponse {

                /** Properties of a JoinResponse. */
                interface $Properties {

                    /** JoinResponse clusterId */
                    clusterId?: string;

                    /** JoinResponse nodeId */
                    nodeId?: number;

                    /** JoinResponse peers */
                    peers?: flowmesh.internal.v1.PeerAddress.$Properties[];

                    /** JoinResponse state */
                    state?: flowmesh.internal.v1.JoinState;

                    /** JoinResponse metadataReplicaId */
                    metadataReplicaId?: number;

                    /** JoinResponse nodeUuid */
                    nodeUuid?: string;

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a JoinResponse. */
                type $Shape = flowmesh.internal.v1.JoinResponse.$Properties;
            }

            /**
             * Properties of a PeerAddress.
             * @deprecated Use flowmesh.internal.v1.PeerAddress.$Properties instead.
             */
            interface IPeerAddress extends flowmesh.internal.v1.PeerAddress.$Properties {
            }

            /** Represents a PeerAddress. */
            class PeerAddress {

                /**
                 * Constructs a new PeerAddress.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: flowmesh.internal.v1.PeerAddress.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** PeerAddress nodeId. */
                nodeId: number;

                /** PeerAddress nodeUuid. */
                nodeUuid: string;

                /** PeerAddress peerAddress. */
                peerAddress: string;

                /** PeerAddress grpcAddress. */
                grpcAddress: string;

                /** PeerAddress httpAddress. */
                httpAddress: string;

                /**
                 * Creates a new PeerAddress instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns PeerAddress instance
                 */
                static create(properties: flowmesh.internal.v1.PeerAddress.$Shape): flowmesh.internal.v1.PeerAddress & flowmesh.internal.v1.PeerAddress.$Shape;
                static create(properties?: flowmesh.internal.v1.PeerAddress.$Properties): flowmesh.internal.v1.PeerAddress;

                /**
                 * Encodes the specified PeerAddress message. Does not implicitly {@link flowmesh.internal.v1.PeerAddress.verify|verify} messages.
                 * @param message PeerAddress message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: flowmesh.internal.v1.PeerAddress.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a PeerAddress message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {flowmesh.internal.v1.PeerAddress & flowmesh.internal.v1.PeerAddress.$Shape} PeerAddress
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.internal.v1.PeerAddress & flowmesh.internal.v1.PeerAddress.$Shape;
            }

            namespace PeerAddress {

                /** Properties of a PeerAddress. */
                interface $Properties {

                    /** PeerAddress nodeId */
                    nodeId?: number;

                    /** PeerAddress nodeUuid */
                    nodeUuid?: string;

                    /** PeerAddress peerAddress */
                    peerAddress?: string;

                    /** PeerAddress grpcAddress */
                    grpcAddress?: string;

                    /** PeerAddress httpAddress */
                    httpAddress?: string;

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a PeerAddress. */
                type $Shape = flowmesh.internal.v1.PeerAddress.$Properties;
            }

            /**
             * Properties of an IdentifyRequest.
             * @deprecated Use flowmesh.internal.v1.IdentifyRequest.$Properties instead.
             */
            interface IIdentifyRequest extends flowmesh.internal.v1.IdentifyRequest.$Properties {
            }

            /** Represents an IdentifyRequest. */
            class IdentifyRequest {

                /**
                 * Constructs a new IdentifyRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: flowmesh.internal.v1.IdentifyRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** IdentifyRequest clusterId. */
                clusterId: string;

                /** IdentifyRequest nodeUuid. */
                nodeUuid: string;

                /** IdentifyRequest nodeId. */
                nodeId: number;

                /** IdentifyRequest peerAddress. */
                peerAddress: string;

                /**
                 * Creates a new IdentifyRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns IdentifyRequest instance
                 */
                static create(properties: flowmesh.internal.v1.IdentifyRequest.$Shape): flowmesh.internal.v1.IdentifyRequest & flowmesh.internal.v1.IdentifyRequest.$Shape;
                static create(properties?: flowmesh.internal.v1.IdentifyRequest.$Properties): flowmesh.internal.v1.IdentifyRequest;

                /**
                 * Encodes the specified IdentifyRequest message. Does not implicitly {@link flowmesh.internal.v1.IdentifyRequest.verify|verify} messages.
                 * @param message IdentifyRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: flowmesh.internal.v1.IdentifyRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an IdentifyRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {flowmesh.internal.v1.IdentifyRequest & flowmesh.internal.v1.IdentifyRequest.$Shape} IdentifyRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.internal.v1.IdentifyRequest & flowmesh.internal.v1.IdentifyRequest.$Shape;
            }

            namespace IdentifyRequest {

                /** Properties of an IdentifyRequest. */
                interface $Properties {

                    /** IdentifyRequest clusterId */
                    clusterId?: string;

                    /** IdentifyRequest nodeUuid */
                    nodeUuid?: string;

                    /** IdentifyRequest nodeId */
                    nodeId?: number;

                    /** IdentifyRequest peerAddress */
                    peerAddress?: string;

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an IdentifyRequest. */
                type $Shape = flowmesh.internal.v1.IdentifyRequest.$Properties;
            }

            /**
             * Properties of an IdentifyResponse.
             * @deprecated Use flowmesh.internal.v1.IdentifyResponse.$Properties instead.
             */
            interface IIdentifyResponse extends flowmesh.internal.v1.IdentifyResponse.$Properties {
            }

            /** Represents an IdentifyResponse. */
            class IdentifyResponse {

                /**
                 * Constructs a new IdentifyResponse.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: flowmesh.internal.v1.IdentifyResponse.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** IdentifyResponse clusterId. */
                clusterId: string;

                /** IdentifyResponse nodeUuid. */
                nodeUuid: string;

                /** IdentifyResponse nodeId. */
                nodeId: number;

                /** IdentifyResponse version. */
                version: string;

                /** IdentifyResponse expects. */
                expects: number;

                /** IdentifyResponse bound. */
                bound: boolean;

                /** IdentifyResponse knownAddresses. */
                knownAddresses: string[];

                /** IdentifyResponse knowsAsker. */
                knowsAsker: boolean;

                /**
                 * Creates a new IdentifyResponse instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns IdentifyResponse instance
                 */
                static create(properties: flowmesh.internal.v1.IdentifyResponse.$Shape): flowmesh.internal.v1.IdentifyResponse & flowmesh.internal.v1.IdentifyResponse.$Shape;
                static create(properties?: flowmesh.internal.v1.IdentifyResponse.$Properties): flowmesh.internal.v1.IdentifyResponse;

                /**
                 * Encodes the specified IdentifyResponse message. Does not implicitly {@link flowmesh.internal.v1.IdentifyResponse.verify|verify} messages.
                 * @param message IdentifyResponse message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: flowmesh.internal.v1.IdentifyResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an IdentifyResponse message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {flowmesh.internal.v1.IdentifyResponse & flowmesh.internal.v1.IdentifyResponse.$Shape} IdentifyResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.internal.v1.IdentifyResponse & flowmesh.internal.v1.IdentifyResponse.$Shape;
            }

            namespace IdentifyResponse {

                /** Properties of an IdentifyResponse. */
                interface $Properties {

                    /** IdentifyResponse clusterId */
                    clusterId?: string;

                    /** IdentifyResponse nodeUuid */
                    nodeUuid?: string;

                    /** IdentifyResponse nodeId */
                    nodeId?: number;

                    /** IdentifyResponse version */
                    version?: string;

                    /** IdentifyResponse expects */
                    expects?: number;

                    /** IdentifyResponse bound */
                    bound?: boolean;

                    /** IdentifyResponse knownAddresses */
                    knownAddresses?: string[];

                    /** IdentifyResponse knowsAsker */
                    knowsAsker?: boolean;

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an IdentifyResponse. */
                type $Shape = flowmesh.internal.v1.IdentifyResponse.$Properties;
            }

            /** FoundOperation enum. */
            enum FoundOperation {

                /** FOUND_OPERATION_UNSPECIFIED value */
                FOUND_OPERATION_UNSPECIFIED = 0,

                /** FOUND_OPERATION_GRANT value */
                FOUND_OPERATION_GRANT = 1,

                /** FOUND_OPERATION_STATUS value */
                FOUND_OPERATION_STATUS = 2
            }

            /**
             * Properties of a FoundRequest.
             * @deprecated Use flowmesh.internal.v1.FoundRequest.$Properties instead.
             */
            interface IFoundRequest extends flowmesh.internal.v1.FoundRequest.$Properties {
            }

            /** Represents a FoundRequest. */
            class FoundRequest {

                /**
                 * Constructs a new FoundRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: flowmesh.internal.v1.FoundRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** FoundRequest clusterId. */
                clusterId: string;

                /** FoundRequest operation. */
                operation: flowmesh.internal.v1.FoundOperation;

                /** FoundRequest nodeUuid. */
                nodeUuid: string;

                /** FoundRequest peerAddress. */
                peerAddress: string;

                /** FoundRequest expects. */
                expects: number;

                /** FoundRequest attempt. */
                attempt: number;

                /**
                 * Creates a new FoundRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns FoundRequest instance
                 */
                static create(properties: flowmesh.internal.v1.FoundRequest.$Shape): flowmesh.internal.v1.FoundRequest & flowmesh.internal.v1.FoundRequest.$Shape;
                static create(properties?: flowmesh.internal.v1.FoundRequest.$Properties): flowmesh.internal.v1.FoundRequest;

                /**
                 * Encodes the specified FoundRequest message. Does not implicitly {@link flowmesh.internal.v1.FoundRequest.verify|verify} messages.
                 * @param message FoundRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: flowmesh.internal.v1.FoundRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a FoundRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {flowmesh.internal.v1.FoundRequest & flowmesh.internal.v1.FoundRequest.$Shape} FoundRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.internal.v1.FoundRequest & flowmesh.internal.v1.FoundRequest.$Shape;
            }

            namespace FoundRequest {

                /** Properties of a FoundRequest. */
                interface $Properties {

                    /** FoundRequest clusterId */
                    clusterId?: string;

                    /** FoundRequest operation */
                    operation?: flowmesh.internal.v1.FoundOperation;

                    /** FoundRequest nodeUuid */
                    nodeUuid?: string;

                    /** FoundRequest peerAddress */
                    peerAddress?: string;

                    /** FoundRequest expects */
                    expects?: number;

                    /** FoundRequest attempt */
                    attempt?: number;

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a FoundRequest. */
                type $Shape = flowmesh.internal.v1.FoundRequest.$Properties;
            }

            /** FoundState enum. */
            enum FoundState {

                /** FOUND_STATE_UNSPECIFIED value */
                FOUND_STATE_UNSPECIFIED = 0,

                /** FOUND_STATE_GRANTED value */
                FOUND_STATE_GRANTED = 1,

                /** FOUND_STATE_REFUSED value */
                FOUND_STATE_REFUSED = 2,

                /** FOUND_STATE_HOLDS value */
                FOUND_STATE_HOLDS = 3,

                /** FOUND_STATE_GAVE_UP value */
                FOUND_STATE_GAVE_UP = 4,

                /** FOUND_STATE_FOUNDED value */
                FOUND_STATE_FOUNDED = 5
            }

            /**
             * Properties of a FoundResponse.
             * @deprecated Use flowmesh.internal.v1.FoundResponse.$Properties instead.
             */
            interface IFoundResponse extends flowmesh.internal.v1.FoundResponse.$Properties {
            }

            /** Represents a FoundResponse. */
            class FoundResponse {

                /**
                 * Constructs a new FoundResponse.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: flowmesh.internal.v1.FoundResponse.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** FoundResponse clusterId. */
                clusterId: string;

                /** FoundResponse state. */
                state: flowmesh.internal.v1.FoundState;

                /** FoundResponse nodeUuid. */
                nodeUuid: string;

                /** FoundResponse peerAddress. */
                peerAddress: string;

                /** FoundResponse grpcAddress. */
                grpcAddress: string;

                /** FoundResponse httpAddress. */
                httpAddress: string;

                /** FoundResponse founders. */
                founders: flowmesh.internal.v1.PeerAddress[];

                /**
                 * Creates a new FoundResponse instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns FoundResponse instance
                 */
                static create(properties: flowmesh.internal.v1.FoundResponse.$Shape): flowmesh.internal.v1.FoundResponse & flowmesh.internal.v1.FoundResponse.$Shape;
                static create(properties?: flowmesh.internal.v1.FoundResponse.$Properties): flowmesh.internal.v1.FoundResponse;

                /**
                 * Encodes the specified FoundResponse message. Does not implicitly {@link flowmesh.internal.v1.FoundResponse.verify|verify} messages.
                 * @param message FoundResponse message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: flowmesh.internal.v1.FoundResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a FoundResponse message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {flowmesh.internal.v1.FoundResponse & flowmesh.internal.v1.FoundResponse.$Shape} FoundResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.internal.v1.FoundResponse & flowmesh.internal.v1.FoundResponse.$Shape;
            }

            namespace FoundResponse {

                /** Properties of a FoundResponse. */
                interface $Properties {

                    /** FoundResponse clusterId */
                    clusterId?: string;

                    /** FoundResponse state */
                    state?: flowmesh.internal.v1.FoundState;

                    /** FoundResponse nodeUuid */
                    nodeUuid?: string;

                    /** FoundResponse peerAddress */
                    peerAddress?: string;

                    /** FoundResponse grpcAddress */
                    grpcAddress?: string;

                    /** FoundResponse httpAddress */
                    httpAddress?: string;

                    /** FoundResponse founders */
                    founders?: flowmesh.internal.v1.PeerAddress.$Properties[];

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a FoundResponse. */
                type $Shape = flowmesh.internal.v1.FoundResponse.$Properties;
            }
        }
    }

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of a MetadataRequest.
         * @deprecated Use flowmesh.v1.MetadataRequest.$Properties instead.
         */
        interface IMetadataRequest extends flowmesh.v1.MetadataRequest.$Properties {
        }

        /** Represents a MetadataRequest. */
        class MetadataRequest {

            /**
             * Constructs a new MetadataRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.MetadataRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetadataRequest streams. */
            streams: string[];

            /** MetadataRequest allStreams. */
            allStreams: boolean;

            /**
             * Creates a new MetadataRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetadataRequest instance
             */
            static create(properties: flowmesh.v1.MetadataRequest.$Shape): flowmesh.v1.MetadataRequest & flowmesh.v1.MetadataRequest.$Shape;
            static create(properties?: flowmesh.v1.MetadataRequest.$Properties): flowmesh.v1.MetadataRequest;

            /**
             * Encodes the specified MetadataRequest message. Does not implicitly {@link flowmesh.v1.MetadataRequest.verify|verify} messages.
             * @param message MetadataRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.MetadataRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetadataRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.MetadataRequest & flowmesh.v1.MetadataRequest.$Shape} MetadataRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.MetadataRequest & flowmesh.v1.MetadataRequest.$Shape;
        }

        namespace MetadataRequest {

            /** Properties of a MetadataRequest. */
            interface $Properties {

                /** MetadataRequest streams */
                streams?: string[];

                /** MetadataRequest allStreams */
                allStreams?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetadataRequest. */
            type $Shape = flowmesh.v1.MetadataRequest.$Properties;
        }

        /**
         * Properties of a MetadataResponse.
         * @deprecated Use flowmesh.v1.MetadataResponse.$Properties instead.
         */
        interface IMetadataResponse extends flowmesh.v1.MetadataResponse.$Properties {
        }

        /** Represents a MetadataResponse. */
        class MetadataResponse {

            /**
             * Constructs a new MetadataResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.MetadataResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetadataResponse clusterId. */
            clusterId: string;

            /** MetadataResponse nodes. */
            nodes: flowmesh.v1.Node[];

            /** MetadataResponse streams. */
            streams: flowmesh.v1.StreamMetadata[];

            /** MetadataResponse revision. */
            revision: number;

            /**
             * Creates a new MetadataResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetadataResponse instance
             */
            static create(properties: flowmesh.v1.MetadataResponse.$Shape): flowmesh.v1.MetadataResponse & flowmesh.v1.MetadataResponse.$Shape;
            static create(properties?: flowmesh.v1.MetadataResponse.$Properties): flowmesh.v1.MetadataResponse;

            /**
             * Encodes the specified MetadataResponse message. Does not implicitly {@link flowmesh.v1.MetadataResponse.verify|verify} messages.
             * @param message MetadataResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.MetadataResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetadataResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.MetadataResponse & flowmesh.v1.MetadataResponse.$Shape} MetadataResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.MetadataResponse & flowmesh.v1.MetadataResponse.$Shape;
        }

        namespace MetadataResponse {

            /** Properties of a MetadataResponse. */
            interface $Properties {

                /** MetadataResponse clusterId */
                clusterId?: string;

                /** MetadataResponse nodes */
                nodes?: flowmesh.v1.Node.$Properties[];

                /** MetadataResponse streams */
                streams?: flowmesh.v1.StreamMetadata.$Properties[];

                /** MetadataResponse revision */
                revision?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetadataResponse. */
            type $Shape = flowmesh.v1.MetadataResponse.$Properties;
        }

        /**
         * Properties of a Node.
         * @deprecated Use flowmesh.v1.Node.$Properties instead.
         */
        interface INode extends flowmesh.v1.Node.$Properties {
        }

        /** Represents a Node. */
        class Node {

            /**
             * Constructs a new Node.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.Node.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Node id. */
            id: number;

            /** Node grpcAddress. */
            grpcAddress: string;

            /** Node httpAddress. */
            httpAddress: string;

            /** Node rack. */
            rack: string;

            /** Node alive. */
            alive: boolean;

            /**
             * Creates a new Node instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Node instance
             */
            static create(properties: flowmesh.v1.Node.$Shape): flowmesh.v1.Node & flowmesh.v1.Node.$Shape;
            static create(properties?: flowmesh.v1.Node.$Properties): flowmesh.v1.Node;

            /**
             * Encodes the specified Node message. Does not implicitly {@link flowmesh.v1.Node.verify|verify} messages.
             * @param message Node message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.Node.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Node message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.Node & flowmesh.v1.Node.$Shape} Node
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.Node & flowmesh.v1.Node.$Shape;
        }

        namespace Node {

            /** Properties of a Node. */
            interface $Properties {

                /** Node id */
                id?: number;

                /** Node grpcAddress */
                grpcAddress?: string;

                /** Node httpAddress */
                httpAddress?: string;

                /** Node rack */
                rack?: string;

                /** Node alive */
                alive?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Node. */
            type $Shape = flowmesh.v1.Node.$Properties;
        }

        /**
         * Properties of a StreamMetadata.
         * @deprecated Use flowmesh.v1.StreamMetadata.$Properties instead.
         */
        interface IStreamMetadata extends flowmesh.v1.StreamMetadata.$Properties {
        }

        /** Represents a StreamMetadata. */
        class StreamMetadata {

            /**
             * Constructs a new StreamMetadata.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.StreamMetadata.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** StreamMetadata name. */
            name: string;

            /** StreamMetadata uuid. */
            uuid: Uint8Array;

            /** StreamMetadata found. */
            found: boolean;

            /** StreamMetadata partitions. */
            partitions: flowmesh.v1.PartitionMetadata[];

            /**
             * Creates a new StreamMetadata instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StreamMetadata instance
             */
            static create(properties: flowmesh.v1.StreamMetadata.$Shape): flowmesh.v1.StreamMetadata & flowmesh.v1.StreamMetadata.$Shape;
            static create(properties?: flowmesh.v1.StreamMetadata.$Properties): flowmesh.v1.StreamMetadata;

            /**
             * Encodes the specified StreamMetadata message. Does not implicitly {@link flowmesh.v1.StreamMetadata.verify|verify} messages.
             * @param message StreamMetadata message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.StreamMetadata.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StreamMetadata message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.StreamMetadata & flowmesh.v1.StreamMetadata.$Shape} StreamMetadata
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.StreamMetadata & flowmesh.v1.StreamMetadata.$Shape;
        }

        namespace StreamMetadata {

            /** Properties of a StreamMetadata. */
            interface $Properties {

                /** StreamMetadata name */
                name?: string;

                /** StreamMetadata uuid */
                uuid?: Uint8Array;

                /** StreamMetadata found */
                found?: boolean;

                /** StreamMetadata partitions */
                partitions?: flowmesh.v1.PartitionMetadata.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StreamMetadata. */
            type $Shape = flowmesh.v1.StreamMetadata.$Properties;
        }

        /**
         * Properties of a PartitionMetadata.
         * @deprecated Use flowmesh.v1.PartitionMetadata.$Properties instead.
         */
        interface IPartitionMetadata extends flowmesh.v1.PartitionMetadata.$Properties {
        }

        /** Represents a PartitionMetadata. */
        class PartitionMetadata {

            /**
             * Constructs a new PartitionMetadata.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PartitionMetadata.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PartitionMetadata partition. */
            partition: number;

            /** PartitionMetadata leader. */
            leader: number;

            /** PartitionMetadata leaderEpoch. */
            leaderEpoch: number;

            /** PartitionMetadata replicas. */
            replicas: number[];

            /** PartitionMetadata inSyncReplicas. */
            inSyncReplicas: number[];

            /** PartitionMetadata underMinIsr. */
            underMinIsr: boolean;

            /**
             * Creates a new PartitionMetadata instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PartitionMetadata instance
             */
            static create(properties: flowmesh.v1.PartitionMetadata.$Shape): flowmesh.v1.PartitionMetadata & flowmesh.v1.PartitionMetadata.$Shape;
            static create(properties?: flowmesh.v1.PartitionMetadata.$Properties): flowmesh.v1.PartitionMetadata;

            /**
             * Encodes the specified PartitionMetadata message. Does not implicitly {@link flowmesh.v1.PartitionMetadata.verify|verify} messages.
             * @param message PartitionMetadata message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PartitionMetadata.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PartitionMetadata message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PartitionMetadata & flowmesh.v1.PartitionMetadata.$Shape} PartitionMetadata
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PartitionMetadata & flowmesh.v1.PartitionMetadata.$Shape;
        }

        namespace PartitionMetadata {

            /** Properties of a PartitionMetadata. */
            interface $Properties {

                /** PartitionMetadata partition */
                partition?: number;

                /** PartitionMetadata leader */
                leader?: number;

                /** PartitionMetadata leaderEpoch */
                leaderEpoch?: number;

                /** PartitionMetadata replicas */
                replicas?: number[];

                /** PartitionMetadata inSyncReplicas */
                inSyncReplicas?: number[];

                /** PartitionMetadata underMinIsr */
                underMinIsr?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PartitionMetadata. */
            type $Shape = flowmesh.v1.PartitionMetadata.$Properties;
        }

        /**
         * Properties of a StatusRequest.
         * @deprecated Use flowmesh.v1.StatusRequest.$Properties instead.
         */
        interface IStatusRequest extends flowmesh.v1.StatusRequest.$Properties {
        }

        /** Represents a StatusRequest. */
        class StatusRequest {

            /**
             * Constructs a new StatusRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.StatusRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new StatusRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StatusRequest instance
             */
            static create(properties: flowmesh.v1.StatusRequest.$Shape): flowmesh.v1.StatusRequest & flowmesh.v1.StatusRequest.$Shape;
            static create(properties?: flowmesh.v1.StatusRequest.$Properties): flowmesh.v1.StatusRequest;

            /**
             * Encodes the specified StatusRequest message. Does not implicitly {@link flowmesh.v1.StatusRequest.verify|verify} messages.
             * @param message StatusRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.StatusRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StatusRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.StatusRequest & flowmesh.v1.StatusRequest.$Shape} StatusRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.StatusRequest & flowmesh.v1.StatusRequest.$Shape;
        }

        namespace StatusRequest {

            /** Properties of a StatusRequest. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StatusRequest. */
            type $Shape = flowmesh.v1.StatusRequest.$Properties;
        }

        /**
         * Properties of a StatusResponse.
         * @deprecated Use flowmesh.v1.StatusResponse.$Properties instead.
         */
        interface IStatusResponse extends flowmesh.v1.StatusResponse.$Properties {
        }

        /** Represents a StatusResponse. */
        class StatusResponse {

            /**
             * Constructs a new StatusResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.StatusResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** StatusResponse clusterId. */
            clusterId: string;

            /** StatusResponse nodeId. */
            nodeId: number;

            /** StatusResponse version. */
            version: string;

            /** StatusResponse metadataLeader. */
            metadataLeader: number;

            /** StatusResponse partitions. */
            partitions: number;

            /** StatusResponse leaderlessPartitions. */
            leaderlessPartitions: number;

            /** StatusResponse underReplicatedPartitions. */
            underReplicatedPartitions: number;

            /** StatusResponse nodes. */
            nodes: flowmesh.v1.NodeStatus[];

            /** StatusResponse offlinePartitions. */
            offlinePartitions: number;

            /** StatusResponse underMinIsrPartitions. */
            underMinIsrPartitions: number;

            /** StatusResponse movingPartitions. */
            movingPartitions: number;

            /** StatusResponse featureLevel. */
            featureLevel: number;

            /** StatusResponse featureLevelMax. */
            featureLevelMax: number;

            /** StatusResponse metadataVoters. */
            metadataVoters: number[];

            /** StatusResponse metadataRevision. */
            metadataRevision: number;

            /** StatusResponse metadataChanging. */
            metadataChanging: boolean;

            /**
             * Creates a new StatusResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StatusResponse instance
             */
            static create(properties: flowmesh.v1.StatusResponse.$Shape): flowmesh.v1.StatusResponse & flowmesh.v1.StatusResponse.$Shape;
            static create(properties?: flowmesh.v1.StatusResponse.$Properties): flowmesh.v1.StatusResponse;

            /**
             * Encodes the specified StatusResponse message. Does not implicitly {@link flowmesh.v1.StatusResponse.verify|verify} messages.
             * @param message StatusResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.StatusResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StatusResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.StatusResponse & flowmesh.v1.StatusResponse.$Shape} StatusResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.StatusResponse & flowmesh.v1.StatusResponse.$Shape;
        }

        namespace StatusResponse {

            /** Properties of a StatusResponse. */
            interface $Properties {

                /** StatusResponse clusterId */
                clusterId?: string;

                /** StatusResponse nodeId */
                nodeId?: number;

                /** StatusResponse version */
                version?: string;

                /** StatusResponse metadataLeader */
                metadataLeader?: number;

                /** StatusResponse partitions */
                partitions?: number;

                /** StatusResponse leaderlessPartitions */
                leaderlessPartitions?: number;

                /** StatusResponse underReplicatedPartitions */
                underReplicatedPartitions?: number;

                /** StatusResponse nodes */
                nodes?: flowmesh.v1.NodeStatus.$Properties[];

                /** StatusResponse offlinePartitions */
                offlinePartitions?: number;

                /** StatusResponse underMinIsrPartitions */
                underMinIsrPartitions?: number;

                /** StatusResponse movingPartitions */
                movingPartitions?: number;

                /** StatusResponse featureLevel */
                featureLevel?: number;

                /** StatusResponse featureLevelMax */
                featureLevelMax?: number;

                /** StatusResponse metadataVoters */
                metadataVoters?: number[];

                /** StatusResponse metadataRevision */
                metadataRevision?: number;

                /** StatusResponse metadataChanging */
                metadataChanging?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StatusResponse. */
            type $Shape = flowmesh.v1.StatusResponse.$Properties;
        }

        /**
         * Properties of a NodeStatus.
         * @deprecated Use flowmesh.v1.NodeStatus.$Properties instead.
         */
        interface INodeStatus extends flowmesh.v1.NodeStatus.$Properties {
        }

        /** Represents a NodeStatus. */
        class NodeStatus {

            /**
             * Constructs a new NodeStatus.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.NodeStatus.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NodeStatus id. */
            id: number;

            /** NodeStatus alive. */
            alive: boolean;

            /** NodeStatus leaders. */
            leaders: number;

            /** NodeStatus replicas. */
            replicas: number;

            /** NodeStatus troubles. */
            troubles: string[];

            /** NodeStatus grpcAddress. */
            grpcAddress: string;

            /** NodeStatus peerAddress. */
            peerAddress: string;

            /** NodeStatus httpAddress. */
            httpAddress: string;

            /** NodeStatus rack. */
            rack: string;

            /** NodeStatus mode. */
            mode: string;

            /** NodeStatus version. */
            version: string;

            /** NodeStatus uuid. */
            uuid: string;

            /** NodeStatus diskTotalBytes. */
            diskTotalBytes: number;

            /** NodeStatus diskFreeBytes. */
            diskFreeBytes: number;

            /** NodeStatus storedBytes. */
            storedBytes: number;

            /** NodeStatus metadataVoter. */
            metadataVoter: boolean;

            /** NodeStatus preferredLeaders. */
            preferredLeaders: number;

            /** NodeStatus featureMin. */
            featureMin: number;

            /** NodeStatus featureMax. */
            featureMax: number;

            /** NodeStatus downMs. */
            downMs: number;

            /** NodeStatus movingIn. */
            movingIn: number;

            /** NodeStatus movingOut. */
            movingOut: number;

            /**
             * Creates a new NodeStatus instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NodeStatus instance
             */
            static create(properties: flowmesh.v1.NodeStatus.$Shape): flowmesh.v1.NodeStatus & flowmesh.v1.NodeStatus.$Shape;
            static create(properties?: flowmesh.v1.NodeStatus.$Properties): flowmesh.v1.NodeStatus;

            /**
             * Encodes the specified NodeStatus message. Does not implicitly {@link flowmesh.v1.NodeStatus.verify|verify} messages.
             * @param message NodeStatus message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.NodeStatus.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NodeStatus message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.NodeStatus & flowmesh.v1.NodeStatus.$Shape} NodeStatus
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.NodeStatus & flowmesh.v1.NodeStatus.$Shape;
        }

        namespace NodeStatus {

            /** Properties of a NodeStatus. */
            interface $Properties {

                /** NodeStatus id */
                id?: number;

                /** NodeStatus alive */
                alive?: boolean;

                /** NodeStatus leaders */
                leaders?: number;

                /** NodeStatus replicas */
                replicas?: number;

                /** NodeStatus troubles */
                troubles?: string[];

                /** NodeStatus grpcAddress */
                grpcAddress?: string;

                /** NodeStatus peerAddress */
                peerAddress?: string;

                /** NodeStatus httpAddress */
                httpAddress?: string;

                /** NodeStatus rack */
                rack?: string;

                /** NodeStatus mode */
                mode?: string;

                /** NodeStatus version */
                version?: string;

                /** NodeStatus uuid */
                uuid?: string;

                /** NodeStatus diskTotalBytes */
                diskTotalBytes?: number;

                /** NodeStatus diskFreeBytes */
                diskFreeBytes?: number;

                /** NodeStatus storedBytes */
                storedBytes?: number;

                /** NodeStatus metadataVoter */
                metadataVoter?: boolean;

                /** NodeStatus preferredLeaders */
                preferredLeaders?: number;

                /** NodeStatus featureMin */
                featureMin?: number;

                /** NodeStatus featureMax */
                featureMax?: number;

                /** NodeStatus downMs */
                downMs?: number;

                /** NodeStatus movingIn */
                movingIn?: number;

                /** NodeStatus movingOut */
                movingOut?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NodeStatus. */
            type $Shape = flowmesh.v1.NodeStatus.$Properties;
        }

        /**
         * Properties of a HealthRequest.
         * @deprecated Use flowmesh.v1.HealthRequest.$Properties instead.
         */
        interface IHealthRequest extends flowmesh.v1.HealthRequest.$Properties {
        }

        /** Represents a HealthRequest. */
        class HealthRequest {

            /**
             * Constructs a new HealthRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.HealthRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HealthRequest explain. */
            explain: boolean;

            /**
             * Creates a new HealthRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HealthRequest instance
             */
            static create(properties: flowmesh.v1.HealthRequest.$Shape): flowmesh.v1.HealthRequest & flowmesh.v1.HealthRequest.$Shape;
            static create(properties?: flowmesh.v1.HealthRequest.$Properties): flowmesh.v1.HealthRequest;

            /**
             * Encodes the specified HealthRequest message. Does not implicitly {@link flowmesh.v1.HealthRequest.verify|verify} messages.
             * @param message HealthRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.HealthRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HealthRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.HealthRequest & flowmesh.v1.HealthRequest.$Shape} HealthRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.HealthRequest & flowmesh.v1.HealthRequest.$Shape;
        }

        namespace HealthRequest {

            /** Properties of a HealthRequest. */
            interface $Properties {

                /** HealthRequest explain */
                explain?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HealthRequest. */
            type $Shape = flowmesh.v1.HealthRequest.$Properties;
        }

        /**
         * Properties of a HealthResponse.
         * @deprecated Use flowmesh.v1.HealthResponse.$Properties instead.
         */
        interface IHealthResponse extends flowmesh.v1.HealthResponse.$Properties {
        }

        /** Represents a HealthResponse. */
        class HealthResponse {

            /**
             * Constructs a new HealthResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.HealthResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HealthResponse healthy. */
            healthy: boolean;

            /** HealthResponse findings. */
            findings: flowmesh.v1.Finding[];

            /** HealthResponse checks. */
            checks: number;

            /**
             * Creates a new HealthResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HealthResponse instance
             */
            static create(properties: flowmesh.v1.HealthResponse.$Shape): flowmesh.v1.HealthResponse & flowmesh.v1.HealthResponse.$Shape;
            static create(properties?: flowmesh.v1.HealthResponse.$Properties): flowmesh.v1.HealthResponse;

            /**
             * Encodes the specified HealthResponse message. Does not implicitly {@link flowmesh.v1.HealthResponse.verify|verify} messages.
             * @param message HealthResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.HealthResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HealthResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.HealthResponse & flowmesh.v1.HealthResponse.$Shape} HealthResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.HealthResponse & flowmesh.v1.HealthResponse.$Shape;
        }

        namespace HealthResponse {

            /** Properties of a HealthResponse. */
            interface $Properties {

                /** HealthResponse healthy */
                healthy?: boolean;

                /** HealthResponse findings */
                findings?: flowmesh.v1.Finding.$Properties[];

                /** HealthResponse checks */
                checks?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HealthResponse. */
            type $Shape = flowmesh.v1.HealthResponse.$Properties;
        }

        /**
         * Properties of a Finding.
         * @deprecated Use flowmesh.v1.Finding.$Properties instead.
         */
        interface IFinding extends flowmesh.v1.Finding.$Properties {
        }

        /** Represents a Finding. */
        class Finding {

            /**
             * Constructs a new Finding.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.Finding.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Finding code. */
            code: string;

            /** Finding severity. */
            severity: string;

            /** Finding subject. */
            subject: string;

            /** Finding cause. */
            cause: string;

            /** Finding impact. */
            impact: string;

            /** Finding command. */
            command: string;

            /** Finding note. */
            note: string;

            /** Finding count. */
            count: number;

            /**
             * Creates a new Finding instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Finding instance
             */
            static create(properties: flowmesh.v1.Finding.$Shape): flowmesh.v1.Finding & flowmesh.v1.Finding.$Shape;
            static create(properties?: flowmesh.v1.Finding.$Properties): flowmesh.v1.Finding;

            /**
             * Encodes the specified Finding message. Does not implicitly {@link flowmesh.v1.Finding.verify|verify} messages.
             * @param message Finding message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.Finding.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Finding message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.Finding & flowmesh.v1.Finding.$Shape} Finding
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.Finding & flowmesh.v1.Finding.$Shape;
        }

        namespace Finding {

            /** Properties of a Finding. */
            interface $Properties {

                /** Finding code */
                code?: string;

                /** Finding severity */
                severity?: string;

                /** Finding subject */
                subject?: string;

                /** Finding cause */
                cause?: string;

                /** Finding impact */
                impact?: string;

                /** Finding command */
                command?: string;

                /** Finding note */
                note?: string;

                /** Finding count */
                count?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Finding. */
            type $Shape = flowmesh.v1.Finding.$Properties;
        }

        /**
         * Properties of a ListNodesRequest.
         * @deprecated Use flowmesh.v1.ListNodesRequest.$Properties instead.
         */
        interface IListNodesRequest extends flowmesh.v1.ListNodesRequest.$Properties {
        }

        /** Represents a ListNodesRequest. */
        class ListNodesRequest {

            /**
             * Constructs a new ListNodesRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListNodesRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListNodesRequest includeGone. */
            includeGone: boolean;

            /**
             * Creates a new ListNodesRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListNodesRequest instance
             */
            static create(properties: flowmesh.v1.ListNodesRequest.$Shape): flowmesh.v1.ListNodesRequest & flowmesh.v1.ListNodesRequest.$Shape;
            static create(properties?: flowmesh.v1.ListNodesRequest.$Properties): flowmesh.v1.ListNodesRequest;

            /**
             * Encodes the specified ListNodesRequest message. Does not implicitly {@link flowmesh.v1.ListNodesRequest.verify|verify} messages.
             * @param message ListNodesRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListNodesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListNodesRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListNodesRequest & flowmesh.v1.ListNodesRequest.$Shape} ListNodesRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListNodesRequest & flowmesh.v1.ListNodesRequest.$Shape;
        }

        namespace ListNodesRequest {

            /** Properties of a ListNodesRequest. */
            interface $Properties {

                /** ListNodesRequest includeGone */
                includeGone?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListNodesRequest. */
            type $Shape = flowmesh.v1.ListNodesRequest.$Properties;
        }

        /**
         * Properties of a ListNodesResponse.
         * @deprecated Use flowmesh.v1.ListNodesResponse.$Properties instead.
         */
        interface IListNodesResponse extends flowmesh.v1.ListNodesResponse.$Properties {
        }

        /** Represents a ListNodesResponse. */
        class ListNodesResponse {

            /**
             * Constructs a new ListNodesResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListNodesResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListNodesResponse nodes. */
            nodes: flowmesh.v1.NodeStatus[];

            /**
             * Creates a new ListNodesResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListNodesResponse instance
             */
            static create(properties: flowmesh.v1.ListNodesResponse.$Shape): flowmesh.v1.ListNodesResponse & flowmesh.v1.ListNodesResponse.$Shape;
            static create(properties?: flowmesh.v1.ListNodesResponse.$Properties): flowmesh.v1.ListNodesResponse;

            /**
             * Encodes the specified ListNodesResponse message. Does not implicitly {@link flowmesh.v1.ListNodesResponse.verify|verify} messages.
             * @param message ListNodesResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListNodesResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListNodesResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListNodesResponse & flowmesh.v1.ListNodesResponse.$Shape} ListNodesResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListNodesResponse & flowmesh.v1.ListNodesResponse.$Shape;
        }

        namespace ListNodesResponse {

            /** Properties of a ListNodesResponse. */
            interface $Properties {

                /** ListNodesResponse nodes */
                nodes?: flowmesh.v1.NodeStatus.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListNodesResponse. */
            type $Shape = flowmesh.v1.ListNodesResponse.$Properties;
        }

        /**
         * Properties of a NodeModeRequest.
         * @deprecated Use flowmesh.v1.NodeModeRequest.$Properties instead.
         */
        interface INodeModeRequest extends flowmesh.v1.NodeModeRequest.$Properties {
        }

        /** Represents a NodeModeRequest. */
        class NodeModeRequest {

            /**
             * Constructs a new NodeModeRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.NodeModeRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NodeModeRequest node. */
            node: number;

            /** NodeModeRequest force. */
            force: boolean;

            /** NodeModeRequest dryRun. */
            dryRun: boolean;

            /** NodeModeRequest requestId. */
            requestId: string;

            /**
             * Creates a new NodeModeRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NodeModeRequest instance
             */
            static create(properties: flowmesh.v1.NodeModeRequest.$Shape): flowmesh.v1.NodeModeRequest & flowmesh.v1.NodeModeRequest.$Shape;
            static create(properties?: flowmesh.v1.NodeModeRequest.$Properties): flowmesh.v1.NodeModeRequest;

            /**
             * Encodes the specified NodeModeRequest message. Does not implicitly {@link flowmesh.v1.NodeModeRequest.verify|verify} messages.
             * @param message NodeModeRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.NodeModeRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NodeModeRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.NodeModeRequest & flowmesh.v1.NodeModeRequest.$Shape} NodeModeRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.NodeModeRequest & flowmesh.v1.NodeModeRequest.$Shape;
        }

        namespace NodeModeRequest {

            /** Properties of a NodeModeRequest. */
            interface $Properties {

                /** NodeModeRequest node */
                node?: number;

                /** NodeModeRequest force */
                force?: boolean;

                /** NodeModeRequest dryRun */
                dryRun?: boolean;

                /** NodeModeRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NodeModeRequest. */
            type $Shape = flowmesh.v1.NodeModeRequest.$Properties;
        }

        /**
         * Properties of a NodeModeResponse.
         * @deprecated Use flowmesh.v1.NodeModeResponse.$Properties instead.
         */
        interface INodeModeResponse extends flowmesh.v1.NodeModeResponse.$Properties {
        }

        /** Represents a NodeModeResponse. */
        class NodeModeResponse {

            /**
             * Constructs a new NodeModeResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.NodeModeResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NodeModeResponse node. */
            node: flowmesh.v1.NodeStatus;

            /** NodeModeResponse leaders. */
            leaders: number;

            /** NodeModeResponse replicas. */
            replicas: number;

            /** NodeModeResponse warnings. */
            warnings: string[];

            /**
             * Creates a new NodeModeResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NodeModeResponse instance
             */
            static create(properties: flowmesh.v1.NodeModeResponse.$Shape): flowmesh.v1.NodeModeResponse & flowmesh.v1.NodeModeResponse.$Shape;
            static create(properties?: flowmesh.v1.NodeModeResponse.$Properties): flowmesh.v1.NodeModeResponse;

            /**
             * Encodes the specified NodeModeResponse message. Does not implicitly {@link flowmesh.v1.NodeModeResponse.verify|verify} messages.
             * @param message NodeModeResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.NodeModeResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NodeModeResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.NodeModeResponse & flowmesh.v1.NodeModeResponse.$Shape} NodeModeResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.NodeModeResponse & flowmesh.v1.NodeModeResponse.$Shape;
        }

        namespace NodeModeResponse {

            /** Properties of a NodeModeResponse. */
            interface $Properties {

                /** NodeModeResponse node */
                node?: flowmesh.v1.NodeStatus.$Properties;

                /** NodeModeResponse leaders */
                leaders?: number;

                /** NodeModeResponse replicas */
                replicas?: number;

                /** NodeModeResponse warnings */
                warnings?: string[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NodeModeResponse. */
            type $Shape = flowmesh.v1.NodeModeResponse.$Properties;
        }

        /**
         * Properties of a ListPartitionsRequest.
         * @deprecated Use flowmesh.v1.ListPartitionsRequest.$Properties instead.
         */
        interface IListPartitionsRequest extends flowmesh.v1.ListPartitionsRequest.$Properties {
        }

        /** Represents a ListPartitionsRequest. */
        class ListPartitionsRequest {

            /**
             * Constructs a new ListPartitionsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListPartitionsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListPartitionsRequest streams. */
            streams: string[];

            /** ListPartitionsRequest node. */
            node: number;

            /** ListPartitionsRequest state. */
            state: string;

            /** ListPartitionsRequest pageSize. */
            pageSize: number;

            /** ListPartitionsRequest pageToken. */
            pageToken: string;

            /**
             * Creates a new ListPartitionsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListPartitionsRequest instance
             */
            static create(properties: flowmesh.v1.ListPartitionsRequest.$Shape): flowmesh.v1.ListPartitionsRequest & flowmesh.v1.ListPartitionsRequest.$Shape;
            static create(properties?: flowmesh.v1.ListPartitionsRequest.$Properties): flowmesh.v1.ListPartitionsRequest;

            /**
             * Encodes the specified ListPartitionsRequest message. Does not implicitly {@link flowmesh.v1.ListPartitionsRequest.verify|verify} messages.
             * @param message ListPartitionsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListPartitionsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListPartitionsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListPartitionsRequest & flowmesh.v1.ListPartitionsRequest.$Shape} ListPartitionsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListPartitionsRequest & flowmesh.v1.ListPartitionsRequest.$Shape;
        }

        namespace ListPartitionsRequest {

            /** Properties of a ListPartitionsRequest. */
            interface $Properties {

                /** ListPartitionsRequest streams */
                streams?: string[];

                /** ListPartitionsRequest node */
                node?: number;

                /** ListPartitionsRequest state */
                state?: string;

                /** ListPartitionsRequest pageSize */
                pageSize?: number;

                /** ListPartitionsRequest pageToken */
                pageToken?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListPartitionsRequest. */
            type $Shape = flowmesh.v1.ListPartitionsRequest.$Properties;
        }

        /**
         * Properties of a ListPartitionsResponse.
         * @deprecated Use flowmesh.v1.ListPartitionsResponse.$Properties instead.
         */
        interface IListPartitionsResponse extends flowmesh.v1.ListPartitionsResponse.$Properties {
        }

        /** Represents a ListPartitionsResponse. */
        class ListPartitionsResponse {

            /**
             * Constructs a new ListPartitionsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListPartitionsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListPartitionsResponse partitions. */
            partitions: flowmesh.v1.PartitionDetail[];

            /** ListPartitionsResponse nextPageToken. */
            nextPageToken: string;

            /** ListPartitionsResponse total. */
            total: number;

            /**
             * Creates a new ListPartitionsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListPartitionsResponse instance
             */
            static create(properties: flowmesh.v1.ListPartitionsResponse.$Shape): flowmesh.v1.ListPartitionsResponse & flowmesh.v1.ListPartitionsResponse.$Shape;
            static create(properties?: flowmesh.v1.ListPartitionsResponse.$Properties): flowmesh.v1.ListPartitionsResponse;

            /**
             * Encodes the specified ListPartitionsResponse message. Does not implicitly {@link flowmesh.v1.ListPartitionsResponse.verify|verify} messages.
             * @param message ListPartitionsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListPartitionsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListPartitionsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListPartitionsResponse & flowmesh.v1.ListPartitionsResponse.$Shape} ListPartitionsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListPartitionsResponse & flowmesh.v1.ListPartitionsResponse.$Shape;
        }

        namespace ListPartitionsResponse {

            /** Properties of a ListPartitionsResponse. */
            interface $Properties {

                /** ListPartitionsResponse partitions */
                partitions?: flowmesh.v1.PartitionDetail.$Properties[];

                /** ListPartitionsResponse nextPageToken */
                nextPageToken?: string;

                /** ListPartitionsResponse total */
                total?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListPartitionsResponse. */
            type $Shape = flowmesh.v1.ListPartitionsResponse.$Properties;
        }

        /**
         * Properties of a DescribePartitionRequest.
         * @deprecated Use flowmesh.v1.DescribePartitionRequest.$Properties instead.
         */
        interface IDescribePartitionRequest extends flowmesh.v1.DescribePartitionRequest.$Properties {
        }

        /** Represents a DescribePartitionRequest. */
        class DescribePartitionRequest {

            /**
             * Constructs a new DescribePartitionRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DescribePartitionRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DescribePartitionRequest stream. */
            stream: string;

            /** DescribePartitionRequest partition. */
            partition: number;

            /**
             * Creates a new DescribePartitionRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DescribePartitionRequest instance
             */
            static create(properties: flowmesh.v1.DescribePartitionRequest.$Shape): flowmesh.v1.DescribePartitionRequest & flowmesh.v1.DescribePartitionRequest.$Shape;
            static create(properties?: flowmesh.v1.DescribePartitionRequest.$Properties): flowmesh.v1.DescribePartitionRequest;

            /**
             * Encodes the specified DescribePartitionRequest message. Does not implicitly {@link flowmesh.v1.DescribePartitionRequest.verify|verify} messages.
             * @param message DescribePartitionRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DescribePartitionRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DescribePartitionRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DescribePartitionRequest & flowmesh.v1.DescribePartitionRequest.$Shape} DescribePartitionRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DescribePartitionRequest & flowmesh.v1.DescribePartitionRequest.$Shape;
        }

        namespace DescribePartitionRequest {

            /** Properties of a DescribePartitionRequest. */
            interface $Properties {

                /** DescribePartitionRequest stream */
                stream?: string;

                /** DescribePartitionRequest partition */
                partition?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DescribePartitionRequest. */
            type $Shape = flowmesh.v1.DescribePartitionRequest.$Properties;
        }

        /**
         * Properties of a PartitionDetail.
         * @deprecated Use flowmesh.v1.PartitionDetail.$Properties instead.
         */
        interface IPartitionDetail extends flowmesh.v1.PartitionDetail.$Properties {
        }

        /** Represents a PartitionDetail. */
        class PartitionDetail {

            /**
             * Constructs a new PartitionDetail.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PartitionDetail.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PartitionDetail stream. */
            stream: string;

            /** PartitionDetail partition. */
            partition: number;

            /** PartitionDetail groupId. */
            groupId: number;

            /** PartitionDetail leader. */
            leader: number;

            /** PartitionDetail leaderEpoch. */
            leaderEpoch: number;

            /** PartitionDetail replicas. */
            replicas: number[];

            /** PartitionDetail inSyncReplicas. */
            inSyncReplicas: number[];

            /** PartitionDetail offlineReplicas. */
            offlineReplicas: number[];

            /** PartitionDetail logStartOffset. */
            logStartOffset: number;

            /** PartitionDetail highWatermark. */
            highWatermark: number;

            /** PartitionDetail sizeBytes. */
            sizeBytes: number;

            /** PartitionDetail state. */
            state: string;

            /** PartitionDetail minInsyncReplicas. */
            minInsyncReplicas: number;

            /** PartitionDetail move. */
            move: flowmesh.v1.MoveDetail;

            /** PartitionDetail epochs. */
            epochs: flowmesh.v1.EpochStart[];

            /** PartitionDetail replicaDetails. */
            replicaDetails: flowmesh.v1.ReplicaDetail[];

            /**
             * Creates a new PartitionDetail instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PartitionDetail instance
             */
            static create(properties: flowmesh.v1.PartitionDetail.$Shape): flowmesh.v1.PartitionDetail & flowmesh.v1.PartitionDetail.$Shape;
            static create(properties?: flowmesh.v1.PartitionDetail.$Properties): flowmesh.v1.PartitionDetail;

            /**
             * Encodes the specified PartitionDetail message. Does not implicitly {@link flowmesh.v1.PartitionDetail.verify|verify} messages.
             * @param message PartitionDetail message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PartitionDetail.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PartitionDetail message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PartitionDetail & flowmesh.v1.PartitionDetail.$Shape} PartitionDetail
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PartitionDetail & flowmesh.v1.PartitionDetail.$Shape;
        }

        namespace PartitionDetail {

            /** Properties of a PartitionDetail. */
            interface $Properties {

                /** PartitionDetail stream */
                stream?: string;

                /** PartitionDetail partition */
                partition?: number;

                /** PartitionDetail groupId */
                groupId?: number;

                /** PartitionDetail leader */
                leader?: number;

                /** PartitionDetail leaderEpoch */
                leaderEpoch?: number;

                /** PartitionDetail replicas */
                replicas?: number[];

                /** PartitionDetail inSyncReplicas */
                inSyncReplicas?: number[];

                /** PartitionDetail offlineReplicas */
                offlineReplicas?: number[];

                /** PartitionDetail logStartOffset */
                logStartOffset?: number;

                /** PartitionDetail highWatermark */
                highWatermark?: number;

                /** PartitionDetail sizeBytes */
                sizeBytes?: number;

                /** PartitionDetail state */
                state?: string;

                /** PartitionDetail minInsyncReplicas */
                minInsyncReplicas?: number;

                /** PartitionDetail move */
                move?: flowmesh.v1.MoveDetail.$Properties;

                /** PartitionDetail epochs */
                epochs?: flowmesh.v1.EpochStart.$Properties[];

                /** PartitionDetail replicaDetails */
                replicaDetails?: flowmesh.v1.ReplicaDetail.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PartitionDetail. */
            type $Shape = flowmesh.v1.PartitionDetail.$Properties;
        }

        /**
         * Properties of an EpochStart.
         * @deprecated Use flowmesh.v1.EpochStart.$Properties instead.
         */
        interface IEpochStart extends flowmesh.v1.EpochStart.$Properties {
        }

        /** Represents an EpochStart. */
        class EpochStart {

            /**
             * Constructs a new EpochStart.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.EpochStart.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** EpochStart epoch. */
            epoch: number;

            /** EpochStart startOffset. */
            startOffset: number;

            /**
             * Creates a new EpochStart instance using the specified properties.
             * @param [properties] Properties to set
             * @returns EpochStart instance
             */
            static create(properties: flowmesh.v1.EpochStart.$Shape): flowmesh.v1.EpochStart & flowmesh.v1.EpochStart.$Shape;
            static create(properties?: flowmesh.v1.EpochStart.$Properties): flowmesh.v1.EpochStart;

            /**
             * Encodes the specified EpochStart message. Does not implicitly {@link flowmesh.v1.EpochStart.verify|verify} messages.
             * @param message EpochStart message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.EpochStart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an EpochStart message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.EpochStart & flowmesh.v1.EpochStart.$Shape} EpochStart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.EpochStart & flowmesh.v1.EpochStart.$Shape;
        }

        namespace EpochStart {

            /** Properties of an EpochStart. */
            interface $Properties {

                /** EpochStart epoch */
                epoch?: number;

                /** EpochStart startOffset */
                startOffset?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an EpochStart. */
            type $Shape = flowmesh.v1.EpochStart.$Properties;
        }

        /**
         * Properties of a ReplicaDetail.
         * @deprecated Use flowmesh.v1.ReplicaDetail.$Properties instead.
         */
        interface IReplicaDetail extends flowmesh.v1.ReplicaDetail.$Properties {
        }

        /** Represents a ReplicaDetail. */
        class ReplicaDetail {

            /**
             * Constructs a new ReplicaDetail.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ReplicaDetail.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReplicaDetail node. */
            node: number;

            /** ReplicaDetail member. */
            member: number;

            /** ReplicaDetail role. */
            role: string;

            /** ReplicaDetail inSync. */
            inSync: boolean;

            /** ReplicaDetail lagEntries. */
            lagEntries: number;

            /** ReplicaDetail state. */
            state: string;

            /**
             * Creates a new ReplicaDetail instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReplicaDetail instance
             */
            static create(properties: flowmesh.v1.ReplicaDetail.$Shape): flowmesh.v1.ReplicaDetail & flowmesh.v1.ReplicaDetail.$Shape;
            static create(properties?: flowmesh.v1.ReplicaDetail.$Properties): flowmesh.v1.ReplicaDetail;

            /**
             * Encodes the specified ReplicaDetail message. Does not implicitly {@link flowmesh.v1.ReplicaDetail.verify|verify} messages.
             * @param message ReplicaDetail message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ReplicaDetail.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReplicaDetail message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ReplicaDetail & flowmesh.v1.ReplicaDetail.$Shape} ReplicaDetail
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ReplicaDetail & flowmesh.v1.ReplicaDetail.$Shape;
        }

        namespace ReplicaDetail {

            /** Properties of a ReplicaDetail. */
            interface $Properties {

                /** ReplicaDetail node */
                node?: number;

                /** ReplicaDetail member */
                member?: number;

                /** ReplicaDetail role */
                role?: string;

                /** ReplicaDetail inSync */
                inSync?: boolean;

                /** ReplicaDetail lagEntries */
                lagEntries?: number;

                /** ReplicaDetail state */
                state?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReplicaDetail. */
            type $Shape = flowmesh.v1.ReplicaDetail.$Properties;
        }

        /**
         * Properties of a MoveDetail.
         * @deprecated Use flowmesh.v1.MoveDetail.$Properties instead.
         */
        interface IMoveDetail extends flowmesh.v1.MoveDetail.$Properties {
        }

        /** Represents a MoveDetail. */
        class MoveDetail {

            /**
             * Constructs a new MoveDetail.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.MoveDetail.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MoveDetail reason. */
            reason: string;

            /** MoveDetail adding. */
            adding: number[];

            /** MoveDetail removing. */
            removing: number[];

            /** MoveDetail startedAtMs. */
            startedAtMs: number;

            /** MoveDetail step. */
            step: string;

            /** MoveDetail cancellable. */
            cancellable: boolean;

            /**
             * Creates a new MoveDetail instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MoveDetail instance
             */
            static create(properties: flowmesh.v1.MoveDetail.$Shape): flowmesh.v1.MoveDetail & flowmesh.v1.MoveDetail.$Shape;
            static create(properties?: flowmesh.v1.MoveDetail.$Properties): flowmesh.v1.MoveDetail;

            /**
             * Encodes the specified MoveDetail message. Does not implicitly {@link flowmesh.v1.MoveDetail.verify|verify} messages.
             * @param message MoveDetail message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.MoveDetail.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MoveDetail message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.MoveDetail & flowmesh.v1.MoveDetail.$Shape} MoveDetail
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.MoveDetail & flowmesh.v1.MoveDetail.$Shape;
        }

        namespace MoveDetail {

            /** Properties of a MoveDetail. */
            interface $Properties {

                /** MoveDetail reason */
                reason?: string;

                /** MoveDetail adding */
                adding?: number[];

                /** MoveDetail removing */
                removing?: number[];

                /** MoveDetail startedAtMs */
                startedAtMs?: number;

                /** MoveDetail step */
                step?: string;

                /** MoveDetail cancellable */
                cancellable?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MoveDetail. */
            type $Shape = flowmesh.v1.MoveDetail.$Properties;
        }

        /**
         * Properties of a MovePartitionRequest.
         * @deprecated Use flowmesh.v1.MovePartitionRequest.$Properties instead.
         */
        interface IMovePartitionRequest extends flowmesh.v1.MovePartitionRequest.$Properties {
        }

        /** Represents a MovePartitionRequest. */
        class MovePartitionRequest {

            /**
             * Constructs a new MovePartitionRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.MovePartitionRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MovePartitionRequest stream. */
            stream: string;

            /** MovePartitionRequest partition. */
            partition: number;

            /** MovePartitionRequest to. */
            to: number[];

            /** MovePartitionRequest dryRun. */
            dryRun: boolean;

            /** MovePartitionRequest requestId. */
            requestId: string;

            /**
             * Creates a new MovePartitionRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MovePartitionRequest instance
             */
            static create(properties: flowmesh.v1.MovePartitionRequest.$Shape): flowmesh.v1.MovePartitionRequest & flowmesh.v1.MovePartitionRequest.$Shape;
            static create(properties?: flowmesh.v1.MovePartitionRequest.$Properties): flowmesh.v1.MovePartitionRequest;

            /**
             * Encodes the specified MovePartitionRequest message. Does not implicitly {@link flowmesh.v1.MovePartitionRequest.verify|verify} messages.
             * @param message MovePartitionRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.MovePartitionRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MovePartitionRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.MovePartitionRequest & flowmesh.v1.MovePartitionRequest.$Shape} MovePartitionRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.MovePartitionRequest & flowmesh.v1.MovePartitionRequest.$Shape;
        }

        namespace MovePartitionRequest {

            /** Properties of a MovePartitionRequest. */
            interface $Properties {

                /** MovePartitionRequest stream */
                stream?: string;

                /** MovePartitionRequest partition */
                partition?: number;

                /** MovePartitionRequest to */
                to?: number[];

                /** MovePartitionRequest dryRun */
                dryRun?: boolean;

                /** MovePartitionRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MovePartitionRequest. */
            type $Shape = flowmesh.v1.MovePartitionRequest.$Properties;
        }

        /**
         * Properties of a MovePartitionResponse.
         * @deprecated Use flowmesh.v1.MovePartitionResponse.$Properties instead.
         */
        interface IMovePartitionResponse extends flowmesh.v1.MovePartitionResponse.$Properties {
        }

        /** Represents a MovePartitionResponse. */
        class MovePartitionResponse {

            /**
             * Constructs a new MovePartitionResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.MovePartitionResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MovePartitionResponse partition. */
            partition: flowmesh.v1.PartitionDetail;

            /** MovePartitionResponse bytes. */
            bytes: number;

            /**
             * Creates a new MovePartitionResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MovePartitionResponse instance
             */
            static create(properties: flowmesh.v1.MovePartitionResponse.$Shape): flowmesh.v1.MovePartitionResponse & flowmesh.v1.MovePartitionResponse.$Shape;
            static create(properties?: flowmesh.v1.MovePartitionResponse.$Properties): flowmesh.v1.MovePartitionResponse;

            /**
             * Encodes the specified MovePartitionResponse message. Does not implicitly {@link flowmesh.v1.MovePartitionResponse.verify|verify} messages.
             * @param message MovePartitionResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.MovePartitionResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MovePartitionResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.MovePartitionResponse & flowmesh.v1.MovePartitionResponse.$Shape} MovePartitionResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.MovePartitionResponse & flowmesh.v1.MovePartitionResponse.$Shape;
        }

        namespace MovePartitionResponse {

            /** Properties of a MovePartitionResponse. */
            interface $Properties {

                /** MovePartitionResponse partition */
                partition?: flowmesh.v1.PartitionDetail.$Properties;

                /** MovePartitionResponse bytes */
                bytes?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MovePartitionResponse. */
            type $Shape = flowmesh.v1.MovePartitionResponse.$Properties;
        }

        /**
         * Properties of a CancelMovesRequest.
         * @deprecated Use flowmesh.v1.CancelMovesRequest.$Properties instead.
         */
        interface ICancelMovesRequest extends flowmesh.v1.CancelMovesRequest.$Properties {
        }

        /** Represents a CancelMovesRequest. */
        class CancelMovesRequest {

            /**
             * Constructs a new CancelMovesRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.CancelMovesRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CancelMovesRequest stream. */
            stream: string;

            /** CancelMovesRequest partitions. */
            partitions: number[];

            /** CancelMovesRequest requestId. */
            requestId: string;

            /**
             * Creates a new CancelMovesRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CancelMovesRequest instance
             */
            static create(properties: flowmesh.v1.CancelMovesRequest.$Shape): flowmesh.v1.CancelMovesRequest & flowmesh.v1.CancelMovesRequest.$Shape;
            static create(properties?: flowmesh.v1.CancelMovesRequest.$Properties): flowmesh.v1.CancelMovesRequest;

            /**
             * Encodes the specified CancelMovesRequest message. Does not implicitly {@link flowmesh.v1.CancelMovesRequest.verify|verify} messages.
             * @param message CancelMovesRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.CancelMovesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CancelMovesRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.CancelMovesRequest & flowmesh.v1.CancelMovesRequest.$Shape} CancelMovesRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.CancelMovesRequest & flowmesh.v1.CancelMovesRequest.$Shape;
        }

        namespace CancelMovesRequest {

            /** Properties of a CancelMovesRequest. */
            interface $Properties {

                /** CancelMovesRequest stream */
                stream?: string;

                /** CancelMovesRequest partitions */
                partitions?: number[];

                /** CancelMovesRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CancelMovesRequest. */
            type $Shape = flowmesh.v1.CancelMovesRequest.$Properties;
        }

        /**
         * Properties of a CancelMovesResponse.
         * @deprecated Use flowmesh.v1.CancelMovesResponse.$Properties instead.
         */
        interface ICancelMovesResponse extends flowmesh.v1.CancelMovesResponse.$Properties {
        }

        /** Represents a CancelMovesResponse. */
        class CancelMovesResponse {

            /**
             * Constructs a new CancelMovesResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.CancelMovesResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CancelMovesResponse cancelled. */
            cancelled: number;

            /** CancelMovesResponse refused. */
            refused: string[];

            /**
             * Creates a new CancelMovesResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CancelMovesResponse instance
             */
            static create(properties: flowmesh.v1.CancelMovesResponse.$Shape): flowmesh.v1.CancelMovesResponse & flowmesh.v1.CancelMovesResponse.$Shape;
            static create(properties?: flowmesh.v1.CancelMovesResponse.$Properties): flowmesh.v1.CancelMovesResponse;

            /**
             * Encodes the specified CancelMovesResponse message. Does not implicitly {@link flowmesh.v1.CancelMovesResponse.verify|verify} messages.
             * @param message CancelMovesResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.CancelMovesResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CancelMovesResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.CancelMovesResponse & flowmesh.v1.CancelMovesResponse.$Shape} CancelMovesResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.CancelMovesResponse & flowmesh.v1.CancelMovesResponse.$Shape;
        }

        namespace CancelMovesResponse {

            /** Properties of a CancelMovesResponse. */
            interface $Properties {

                /** CancelMovesResponse cancelled */
                cancelled?: number;

                /** CancelMovesResponse refused */
                refused?: string[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CancelMovesResponse. */
            type $Shape = flowmesh.v1.CancelMovesResponse.$Properties;
        }

        /**
         * Properties of a TransferLeaderRequest.
         * @deprecated Use flowmesh.v1.TransferLeaderRequest.$Properties instead.
         */
        interface ITransferLeaderRequest extends flowmesh.v1.TransferLeaderRequest.$Properties {
        }

        /** Represents a TransferLeaderRequest. */
        class TransferLeaderRequest {

            /**
             * Constructs a new TransferLeaderRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.TransferLeaderRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TransferLeaderRequest stream. */
            stream: string;

            /** TransferLeaderRequest partition. */
            partition: number;

            /** TransferLeaderRequest to. */
            to: number;

            /**
             * Creates a new TransferLeaderRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns TransferLeaderRequest instance
             */
            static create(properties: flowmesh.v1.TransferLeaderRequest.$Shape): flowmesh.v1.TransferLeaderRequest & flowmesh.v1.TransferLeaderRequest.$Shape;
            static create(properties?: flowmesh.v1.TransferLeaderRequest.$Properties): flowmesh.v1.TransferLeaderRequest;

            /**
             * Encodes the specified TransferLeaderRequest message. Does not implicitly {@link flowmesh.v1.TransferLeaderRequest.verify|verify} messages.
             * @param message TransferLeaderRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.TransferLeaderRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TransferLeaderRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.TransferLeaderRequest & flowmesh.v1.TransferLeaderRequest.$Shape} TransferLeaderRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.TransferLeaderRequest & flowmesh.v1.TransferLeaderRequest.$Shape;
        }

        namespace TransferLeaderRequest {

            /** Properties of a TransferLeaderRequest. */
            interface $Properties {

                /** TransferLeaderRequest stream */
                stream?: string;

                /** TransferLeaderRequest partition */
                partition?: number;

                /** TransferLeaderRequest to */
                to?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TransferLeaderRequest. */
            type $Shape = flowmesh.v1.TransferLeaderRequest.$Properties;
        }

        /**
         * Properties of a TransferLeaderResponse.
         * @deprecated Use flowmesh.v1.TransferLeaderResponse.$Properties instead.
         */
        interface ITransferLeaderResponse extends flowmesh.v1.TransferLeaderResponse.$Properties {
        }

        /** Represents a TransferLeaderResponse. */
        class TransferLeaderResponse {

            /**
             * Constructs a new TransferLeaderResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.TransferLeaderResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TransferLeaderResponse leader. */
            leader: number;

            /** TransferLeaderResponse leaderEpoch. */
            leaderEpoch: number;

            /**
             * Creates a new TransferLeaderResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns TransferLeaderResponse instance
             */
            static create(properties: flowmesh.v1.TransferLeaderResponse.$Shape): flowmesh.v1.TransferLeaderResponse & flowmesh.v1.TransferLeaderResponse.$Shape;
            static create(properties?: flowmesh.v1.TransferLeaderResponse.$Properties): flowmesh.v1.TransferLeaderResponse;

            /**
             * Encodes the specified TransferLeaderResponse message. Does not implicitly {@link flowmesh.v1.TransferLeaderResponse.verify|verify} messages.
             * @param message TransferLeaderResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.TransferLeaderResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TransferLeaderResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.TransferLeaderResponse & flowmesh.v1.TransferLeaderResponse.$Shape} TransferLeaderResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.TransferLeaderResponse & flowmesh.v1.TransferLeaderResponse.$Shape;
        }

        namespace TransferLeaderResponse {

            /** Properties of a TransferLeaderResponse. */
            interface $Properties {

                /** TransferLeaderResponse leader */
                leader?: number;

                /** TransferLeaderResponse leaderEpoch */
                leaderEpoch?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TransferLeaderResponse. */
            type $Shape = flowmesh.v1.TransferLeaderResponse.$Properties;
        }

        /**
         * Properties of an ElectPreferredRequest.
         * @deprecated Use flowmesh.v1.ElectPreferredRequest.$Properties instead.
         */
        interface IElectPreferredRequest extends flowmesh.v1.ElectPreferredRequest.$Properties {
        }

        /** Represents an ElectPreferredRequest. */
        class ElectPreferredRequest {

            /**
             * Constructs a new ElectPreferredRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ElectPreferredRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ElectPreferredRequest stream. */
            stream: string;

            /**
             * Creates a new ElectPreferredRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ElectPreferredRequest instance
             */
            static create(properties: flowmesh.v1.ElectPreferredRequest.$Shape): flowmesh.v1.ElectPreferredRequest & flowmesh.v1.ElectPreferredRequest.$Shape;
            static create(properties?: flowmesh.v1.ElectPreferredRequest.$Properties): flowmesh.v1.ElectPreferredRequest;

            /**
             * Encodes the specified ElectPreferredRequest message. Does not implicitly {@link flowmesh.v1.ElectPreferredRequest.verify|verify} messages.
             * @param message ElectPreferredRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ElectPreferredRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ElectPreferredRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ElectPreferredRequest & flowmesh.v1.ElectPreferredRequest.$Shape} ElectPreferredRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ElectPreferredRequest & flowmesh.v1.ElectPreferredRequest.$Shape;
        }

        namespace ElectPreferredRequest {

            /** Properties of an ElectPreferredRequest. */
            interface $Properties {

                /** ElectPreferredRequest stream */
                stream?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ElectPreferredRequest. */
            type $Shape = flowmesh.v1.ElectPreferredRequest.$Properties;
        }

        /**
         * Properties of an ElectPreferredResponse.
         * @deprecated Use flowmesh.v1.ElectPreferredResponse.$Properties instead.
         */
        interface IElectPreferredResponse extends flowmesh.v1.ElectPreferredResponse.$Properties {
        }

        /** Represents an ElectPreferredResponse. */
        class ElectPreferredResponse {

            /**
             * Constructs a new ElectPreferredResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ElectPreferredResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ElectPreferredResponse transferred. */
            transferred: number;

            /** ElectPreferredResponse already. */
            already: number;

            /** ElectPreferredResponse notPossible. */
            notPossible: number;

            /**
             * Creates a new ElectPreferredResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ElectPreferredResponse instance
             */
            static create(properties: flowmesh.v1.ElectPreferredResponse.$Shape): flowmesh.v1.ElectPreferredResponse & flowmesh.v1.ElectPreferredResponse.$Shape;
            static create(properties?: flowmesh.v1.ElectPreferredResponse.$Properties): flowmesh.v1.ElectPreferredResponse;

            /**
             * Encodes the specified ElectPreferredResponse message. Does not implicitly {@link flowmesh.v1.ElectPreferredResponse.verify|verify} messages.
             * @param message ElectPreferredResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ElectPreferredResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ElectPreferredResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ElectPreferredResponse & flowmesh.v1.ElectPreferredResponse.$Shape} ElectPreferredResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ElectPreferredResponse & flowmesh.v1.ElectPreferredResponse.$Shape;
        }

        namespace ElectPreferredResponse {

            /** Properties of an ElectPreferredResponse. */
            interface $Properties {

                /** ElectPreferredResponse transferred */
                transferred?: number;

                /** ElectPreferredResponse already */
                already?: number;

                /** ElectPreferredResponse notPossible */
                notPossible?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ElectPreferredResponse. */
            type $Shape = flowmesh.v1.ElectPreferredResponse.$Properties;
        }

        /**
         * Properties of a PlanRebalanceRequest.
         * @deprecated Use flowmesh.v1.PlanRebalanceRequest.$Properties instead.
         */
        interface IPlanRebalanceRequest extends flowmesh.v1.PlanRebalanceRequest.$Properties {
        }

        /** Represents a PlanRebalanceRequest. */
        class PlanRebalanceRequest {

            /**
             * Constructs a new PlanRebalanceRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PlanRebalanceRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new PlanRebalanceRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PlanRebalanceRequest instance
             */
            static create(properties: flowmesh.v1.PlanRebalanceRequest.$Shape): flowmesh.v1.PlanRebalanceRequest & flowmesh.v1.PlanRebalanceRequest.$Shape;
            static create(properties?: flowmesh.v1.PlanRebalanceRequest.$Properties): flowmesh.v1.PlanRebalanceRequest;

            /**
             * Encodes the specified PlanRebalanceRequest message. Does not implicitly {@link flowmesh.v1.PlanRebalanceRequest.verify|verify} messages.
             * @param message PlanRebalanceRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PlanRebalanceRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PlanRebalanceRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PlanRebalanceRequest & flowmesh.v1.PlanRebalanceRequest.$Shape} PlanRebalanceRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PlanRebalanceRequest & flowmesh.v1.PlanRebalanceRequest.$Shape;
        }

        namespace PlanRebalanceRequest {

            /** Properties of a PlanRebalanceRequest. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PlanRebalanceRequest. */
            type $Shape = flowmesh.v1.PlanRebalanceRequest.$Properties;
        }

        /**
         * Properties of a PlanRebalanceResponse.
         * @deprecated Use flowmesh.v1.PlanRebalanceResponse.$Properties instead.
         */
        interface IPlanRebalanceResponse extends flowmesh.v1.PlanRebalanceResponse.$Properties {
        }

        /** Represents a PlanRebalanceResponse. */
        class PlanRebalanceResponse {

            /**
             * Constructs a new PlanRebalanceResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PlanRebalanceResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PlanRebalanceResponse moves. */
            moves: flowmesh.v1.PlannedMove[];

            /** PlanRebalanceResponse bytes. */
            bytes: number;

            /** PlanRebalanceResponse before. */
            before: flowmesh.v1.Balance;

            /** PlanRebalanceResponse after. */
            after: flowmesh.v1.Balance;

            /** PlanRebalanceResponse truncated. */
            truncated: boolean;

            /**
             * Creates a new PlanRebalanceResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PlanRebalanceResponse instance
             */
            static create(properties: flowmesh.v1.PlanRebalanceResponse.$Shape): flowmesh.v1.PlanRebalanceResponse & flowmesh.v1.PlanRebalanceResponse.$Shape;
            static create(properties?: flowmesh.v1.PlanRebalanceResponse.$Properties): flowmesh.v1.PlanRebalanceResponse;

            /**
             * Encodes the specified PlanRebalanceResponse message. Does not implicitly {@link flowmesh.v1.PlanRebalanceResponse.verify|verify} messages.
             * @param message PlanRebalanceResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PlanRebalanceResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PlanRebalanceResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PlanRebalanceResponse & flowmesh.v1.PlanRebalanceResponse.$Shape} PlanRebalanceResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PlanRebalanceResponse & flowmesh.v1.PlanRebalanceResponse.$Shape;
        }

        namespace PlanRebalanceResponse {

            /** Properties of a PlanRebalanceResponse. */
            interface $Properties {

                /** PlanRebalanceResponse moves */
                moves?: flowmesh.v1.PlannedMove.$Properties[];

                /** PlanRebalanceResponse bytes */
                bytes?: number;

                /** PlanRebalanceResponse before */
                before?: flowmesh.v1.Balance.$Properties;

                /** PlanRebalanceResponse after */
                after?: flowmesh.v1.Balance.$Properties;

                /** PlanRebalanceResponse truncated */
                truncated?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PlanRebalanceResponse. */
            type $Shape = flowmesh.v1.PlanRebalanceResponse.$Properties;
        }

        /**
         * Properties of a PlannedMove.
         * @deprecated Use flowmesh.v1.PlannedMove.$Properties instead.
         */
        interface IPlannedMove extends flowmesh.v1.PlannedMove.$Properties {
        }

        /** Represents a PlannedMove. */
        class PlannedMove {

            /**
             * Constructs a new PlannedMove.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PlannedMove.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PlannedMove stream. */
            stream: string;

            /** PlannedMove partition. */
            partition: number;

            /** PlannedMove from. */
            from: number[];

            /** PlannedMove to. */
            to: number[];

            /** PlannedMove reason. */
            reason: string;

            /** PlannedMove bytes. */
            bytes: number;

            /**
             * Creates a new PlannedMove instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PlannedMove instance
             */
            static create(properties: flowmesh.v1.PlannedMove.$Shape): flowmesh.v1.PlannedMove & flowmesh.v1.PlannedMove.$Shape;
            static create(properties?: flowmesh.v1.PlannedMove.$Properties): flowmesh.v1.PlannedMove;

            /**
             * Encodes the specified PlannedMove message. Does not implicitly {@link flowmesh.v1.PlannedMove.verify|verify} messages.
             * @param message PlannedMove message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PlannedMove.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PlannedMove message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PlannedMove & flowmesh.v1.PlannedMove.$Shape} PlannedMove
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PlannedMove & flowmesh.v1.PlannedMove.$Shape;
        }

        namespace PlannedMove {

            /** Properties of a PlannedMove. */
            interface $Properties {

                /** PlannedMove stream */
                stream?: string;

                /** PlannedMove partition */
                partition?: number;

                /** PlannedMove from */
                from?: number[];

                /** PlannedMove to */
                to?: number[];

                /** PlannedMove reason */
                reason?: string;

                /** PlannedMove bytes */
                bytes?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PlannedMove. */
            type $Shape = flowmesh.v1.PlannedMove.$Properties;
        }

        /**
         * Properties of a Balance.
         * @deprecated Use flowmesh.v1.Balance.$Properties instead.
         */
        interface IBalance extends flowmesh.v1.Balance.$Properties {
        }

        /** Represents a Balance. */
        class Balance {

            /**
             * Constructs a new Balance.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.Balance.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Balance replicaSkew. */
            replicaSkew: number;

            /** Balance leaderSkew. */
            leaderSkew: number;

            /** Balance nodes. */
            nodes: flowmesh.v1.NodeBalance[];

            /**
             * Creates a new Balance instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Balance instance
             */
            static create(properties: flowmesh.v1.Balance.$Shape): flowmesh.v1.Balance & flowmesh.v1.Balance.$Shape;
            static create(properties?: flowmesh.v1.Balance.$Properties): flowmesh.v1.Balance;

            /**
             * Encodes the specified Balance message. Does not implicitly {@link flowmesh.v1.Balance.verify|verify} messages.
             * @param message Balance message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.Balance.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Balance message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.Balance & flowmesh.v1.Balance.$Shape} Balance
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.Balance & flowmesh.v1.Balance.$Shape;
        }

        namespace Balance {

            /** Properties of a Balance. */
            interface $Properties {

                /** Balance replicaSkew */
                replicaSkew?: number;

                /** Balance leaderSkew */
                leaderSkew?: number;

                /** Balance nodes */
                nodes?: flowmesh.v1.NodeBalance.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Balance. */
            type $Shape = flowmesh.v1.Balance.$Properties;
        }

        /**
         * Properties of a NodeBalance.
         * @deprecated Use flowmesh.v1.NodeBalance.$Properties instead.
         */
        interface INodeBalance extends flowmesh.v1.NodeBalance.$Properties {
        }

        /** Represents a NodeBalance. */
        class NodeBalance {

            /**
             * Constructs a new NodeBalance.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.NodeBalance.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NodeBalance node. */
            node: number;

            /** NodeBalance replicas. */
            replicas: number;

            /** NodeBalance leaders. */
            leaders: number;

            /** NodeBalance bytes. */
            bytes: number;

            /**
             * Creates a new NodeBalance instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NodeBalance instance
             */
            static create(properties: flowmesh.v1.NodeBalance.$Shape): flowmesh.v1.NodeBalance & flowmesh.v1.NodeBalance.$Shape;
            static create(properties?: flowmesh.v1.NodeBalance.$Properties): flowmesh.v1.NodeBalance;

            /**
             * Encodes the specified NodeBalance message. Does not implicitly {@link flowmesh.v1.NodeBalance.verify|verify} messages.
             * @param message NodeBalance message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.NodeBalance.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NodeBalance message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.NodeBalance & flowmesh.v1.NodeBalance.$Shape} NodeBalance
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.NodeBalance & flowmesh.v1.NodeBalance.$Shape;
        }

        namespace NodeBalance {

            /** Properties of a NodeBalance. */
            interface $Properties {

                /** NodeBalance node */
                node?: number;

                /** NodeBalance replicas */
                replicas?: number;

                /** NodeBalance leaders */
                leaders?: number;

                /** NodeBalance bytes */
                bytes?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NodeBalance. */
            type $Shape = flowmesh.v1.NodeBalance.$Properties;
        }

        /**
         * Properties of a StartRebalanceRequest.
         * @deprecated Use flowmesh.v1.StartRebalanceRequest.$Properties instead.
         */
        interface IStartRebalanceRequest extends flowmesh.v1.StartRebalanceRequest.$Properties {
        }

        /** Represents a StartRebalanceRequest. */
        class StartRebalanceRequest {

            /**
             * Constructs a new StartRebalanceRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.StartRebalanceRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** StartRebalanceRequest requestId. */
            requestId: string;

            /**
             * Creates a new StartRebalanceRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StartRebalanceRequest instance
             */
            static create(properties: flowmesh.v1.StartRebalanceRequest.$Shape): flowmesh.v1.StartRebalanceRequest & flowmesh.v1.StartRebalanceRequest.$Shape;
            static create(properties?: flowmesh.v1.StartRebalanceRequest.$Properties): flowmesh.v1.StartRebalanceRequest;

            /**
             * Encodes the specified StartRebalanceRequest message. Does not implicitly {@link flowmesh.v1.StartRebalanceRequest.verify|verify} messages.
             * @param message StartRebalanceRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.StartRebalanceRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StartRebalanceRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.StartRebalanceRequest & flowmesh.v1.StartRebalanceRequest.$Shape} StartRebalanceRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.StartRebalanceRequest & flowmesh.v1.StartRebalanceRequest.$Shape;
        }

        namespace StartRebalanceRequest {

            /** Properties of a StartRebalanceRequest. */
            interface $Properties {

                /** StartRebalanceRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StartRebalanceRequest. */
            type $Shape = flowmesh.v1.StartRebalanceRequest.$Properties;
        }

        /**
         * Properties of a GetRebalanceRequest.
         * @deprecated Use flowmesh.v1.GetRebalanceRequest.$Properties instead.
         */
        interface IGetRebalanceRequest extends flowmesh.v1.GetRebalanceRequest.$Properties {
        }

        /** Represents a GetRebalanceRequest. */
        class GetRebalanceRequest {

            /**
             * Constructs a new GetRebalanceRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GetRebalanceRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new GetRebalanceRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GetRebalanceRequest instance
             */
            static create(properties: flowmesh.v1.GetRebalanceRequest.$Shape): flowmesh.v1.GetRebalanceRequest & flowmesh.v1.GetRebalanceRequest.$Shape;
            static create(properties?: flowmesh.v1.GetRebalanceRequest.$Properties): flowmesh.v1.GetRebalanceRequest;

            /**
             * Encodes the specified GetRebalanceRequest message. Does not implicitly {@link flowmesh.v1.GetRebalanceRequest.verify|verify} messages.
             * @param message GetRebalanceRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GetRebalanceRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetRebalanceRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GetRebalanceRequest & flowmesh.v1.GetRebalanceRequest.$Shape} GetRebalanceRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GetRebalanceRequest & flowmesh.v1.GetRebalanceRequest.$Shape;
        }

        namespace GetRebalanceRequest {

            /** Properties of a GetRebalanceRequest. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetRebalanceRequest. */
            type $Shape = flowmesh.v1.GetRebalanceRequest.$Properties;
        }

        /**
         * Properties of a CancelRebalanceRequest.
         * @deprecated Use flowmesh.v1.CancelRebalanceRequest.$Properties instead.
         */
        interface ICancelRebalanceRequest extends flowmesh.v1.CancelRebalanceRequest.$Properties {
        }

        /** Represents a CancelRebalanceRequest. */
        class CancelRebalanceRequest {

            /**
             * Constructs a new CancelRebalanceRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.CancelRebalanceRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CancelRebalanceRequest requestId. */
            requestId: string;

            /**
             * Creates a new CancelRebalanceRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CancelRebalanceRequest instance
             */
            static create(properties: flowmesh.v1.CancelRebalanceRequest.$Shape): flowmesh.v1.CancelRebalanceRequest & flowmesh.v1.CancelRebalanceRequest.$Shape;
            static create(properties?: flowmesh.v1.CancelRebalanceRequest.$Properties): flowmesh.v1.CancelRebalanceRequest;

            /**
             * Encodes the specified CancelRebalanceRequest message. Does not implicitly {@link flowmesh.v1.CancelRebalanceRequest.verify|verify} messages.
             * @param message CancelRebalanceRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.CancelRebalanceRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CancelRebalanceRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.CancelRebalanceRequest & flowmesh.v1.CancelRebalanceRequest.$Shape} CancelRebalanceRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.CancelRebalanceRequest & flowmesh.v1.CancelRebalanceRequest.$Shape;
        }

        namespace CancelRebalanceRequest {

            /** Properties of a CancelRebalanceRequest. */
            interface $Properties {

                /** CancelRebalanceRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CancelRebalanceRequest. */
            type $Shape = flowmesh.v1.CancelRebalanceRequest.$Properties;
        }

        /**
         * Properties of a RebalanceStatus.
         * @deprecated Use flowmesh.v1.RebalanceStatus.$Properties instead.
         */
        interface IRebalanceStatus extends flowmesh.v1.RebalanceStatus.$Properties {
        }

        /** Represents a RebalanceStatus. */
        class RebalanceStatus {

            /**
             * Constructs a new RebalanceStatus.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.RebalanceStatus.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RebalanceStatus id. */
            id: string;

            /** RebalanceStatus state. */
            state: string;

            /** RebalanceStatus startedAtMs. */
            startedAtMs: number;

            /** RebalanceStatus endedAtMs. */
            endedAtMs: number;

            /** RebalanceStatus movesDone. */
            movesDone: number;

            /** RebalanceStatus movesRunning. */
            movesRunning: number;

            /** RebalanceStatus movesLeft. */
            movesLeft: number;

            /** RebalanceStatus bytes. */
            bytes: number;

            /** RebalanceStatus balance. */
            balance: flowmesh.v1.Balance;

            /**
             * Creates a new RebalanceStatus instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RebalanceStatus instance
             */
            static create(properties: flowmesh.v1.RebalanceStatus.$Shape): flowmesh.v1.RebalanceStatus & flowmesh.v1.RebalanceStatus.$Shape;
            static create(properties?: flowmesh.v1.RebalanceStatus.$Properties): flowmesh.v1.RebalanceStatus;

            /**
             * Encodes the specified RebalanceStatus message. Does not implicitly {@link flowmesh.v1.RebalanceStatus.verify|verify} messages.
             * @param message RebalanceStatus message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.RebalanceStatus.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RebalanceStatus message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.RebalanceStatus & flowmesh.v1.RebalanceStatus.$Shape} RebalanceStatus
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.RebalanceStatus & flowmesh.v1.RebalanceStatus.$Shape;
        }

        namespace RebalanceStatus {

            /** Properties of a RebalanceStatus. */
            interface $Properties {

                /** RebalanceStatus id */
                id?: string;

                /** RebalanceStatus state */
                state?: string;

                /** RebalanceStatus startedAtMs */
                startedAtMs?: number;

                /** RebalanceStatus endedAtMs */
                endedAtMs?: number;

                /** RebalanceStatus movesDone */
                movesDone?: number;

                /** RebalanceStatus movesRunning */
                movesRunning?: number;

                /** RebalanceStatus movesLeft */
                movesLeft?: number;

                /** RebalanceStatus bytes */
                bytes?: number;

                /** RebalanceStatus balance */
                balance?: flowmesh.v1.Balance.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RebalanceStatus. */
            type $Shape = flowmesh.v1.RebalanceStatus.$Properties;
        }

        /**
         * Properties of a CreateJoinTokenRequest.
         * @deprecated Use flowmesh.v1.CreateJoinTokenRequest.$Properties instead.
         */
        interface ICreateJoinTokenRequest extends flowmesh.v1.CreateJoinTokenRequest.$Properties {
        }

        /** Represents a CreateJoinTokenRequest. */
        class CreateJoinTokenRequest {

            /**
             * Constructs a new CreateJoinTokenRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.CreateJoinTokenRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CreateJoinTokenRequest ttlMs. */
            ttlMs: number;

            /** CreateJoinTokenRequest uses. */
            uses: number;

            /** CreateJoinTokenRequest description. */
            description: string;

            /** CreateJoinTokenRequest requestId. */
            requestId: string;

            /**
             * Creates a new CreateJoinTokenRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CreateJoinTokenRequest instance
             */
            static create(properties: flowmesh.v1.CreateJoinTokenRequest.$Shape): flowmesh.v1.CreateJoinTokenRequest & flowmesh.v1.CreateJoinTokenRequest.$Shape;
            static create(properties?: flowmesh.v1.CreateJoinTokenRequest.$Properties): flowmesh.v1.CreateJoinTokenRequest;

            /**
             * Encodes the specified CreateJoinTokenRequest message. Does not implicitly {@link flowmesh.v1.CreateJoinTokenRequest.verify|verify} messages.
             * @param message CreateJoinTokenRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.CreateJoinTokenRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CreateJoinTokenRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.CreateJoinTokenRequest & flowmesh.v1.CreateJoinTokenRequest.$Shape} CreateJoinTokenRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.CreateJoinTokenRequest & flowmesh.v1.CreateJoinTokenRequest.$Shape;
        }

        namespace CreateJoinTokenRequest {

            /** Properties of a CreateJoinTokenRequest. */
            interface $Properties {

                /** CreateJoinTokenRequest ttlMs */
                ttlMs?: number;

                /** CreateJoinTokenRequest uses */
                uses?: number;

                /** CreateJoinTokenRequest description */
                description?: string;

                /** CreateJoinTokenRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CreateJoinTokenRequest. */
            type $Shape = flowmesh.v1.CreateJoinTokenRequest.$Properties;
        }

        /**
         * Properties of a CreateJoinTokenResponse.
         * @deprecated Use flowmesh.v1.CreateJoinTokenResponse.$Properties instead.
         */
        interface ICreateJoinTokenResponse extends flowmesh.v1.CreateJoinTokenResponse.$Properties {
        }

        /** Represents a CreateJoinTokenResponse. */
        class CreateJoinTokenResponse {

            /**
             * Constructs a new CreateJoinTokenResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.CreateJoinTokenResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CreateJoinTokenResponse id. */
            id: string;

            /** CreateJoinTokenResponse token. */
            token: string;

            /** CreateJoinTokenResponse expiresAtMs. */
            expiresAtMs: number;

            /**
             * Creates a new CreateJoinTokenResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CreateJoinTokenResponse instance
             */
            static create(properties: flowmesh.v1.CreateJoinTokenResponse.$Shape): flowmesh.v1.CreateJoinTokenResponse & flowmesh.v1.CreateJoinTokenResponse.$Shape;
            static create(properties?: flowmesh.v1.CreateJoinTokenResponse.$Properties): flowmesh.v1.CreateJoinTokenResponse;

            /**
             * Encodes the specified CreateJoinTokenResponse message. Does not implicitly {@link flowmesh.v1.CreateJoinTokenResponse.verify|verify} messages.
             * @param message CreateJoinTokenResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.CreateJoinTokenResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CreateJoinTokenResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.CreateJoinTokenResponse & flowmesh.v1.CreateJoinTokenResponse.$Shape} CreateJoinTokenResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.CreateJoinTokenResponse & flowmesh.v1.CreateJoinTokenResponse.$Shape;
        }

        namespace CreateJoinTokenResponse {

            /** Properties of a CreateJoinTokenResponse. */
            interface $Properties {

                /** CreateJoinTokenResponse id */
                id?: string;

                /** CreateJoinTokenResponse token */
                token?: string;

                /** CreateJoinTokenResponse expiresAtMs */
                expiresAtMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CreateJoinTokenResponse. */
            type $Shape = flowmesh.v1.CreateJoinTokenResponse.$Properties;
        }

        /**
         * Properties of a ListJoinTokensRequest.
         * @deprecated Use flowmesh.v1.ListJoinTokensRequest.$Properties instead.
         */
        interface IListJoinTokensRequest extends flowmesh.v1.ListJoinTokensRequest.$Properties {
        }

        /** Represents a ListJoinTokensRequest. */
        class ListJoinTokensRequest {

            /**
             * Constructs a new ListJoinTokensRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListJoinTokensRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new ListJoinTokensRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListJoinTokensRequest instance
             */
            static create(properties: flowmesh.v1.ListJoinTokensRequest.$Shape): flowmesh.v1.ListJoinTokensRequest & flowmesh.v1.ListJoinTokensRequest.$Shape;
            static create(properties?: flowmesh.v1.ListJoinTokensRequest.$Properties): flowmesh.v1.ListJoinTokensRequest;

            /**
             * Encodes the specified ListJoinTokensRequest message. Does not implicitly {@link flowmesh.v1.ListJoinTokensRequest.verify|verify} messages.
             * @param message ListJoinTokensRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListJoinTokensRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListJoinTokensRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListJoinTokensRequest & flowmesh.v1.ListJoinTokensRequest.$Shape} ListJoinTokensRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListJoinTokensRequest & flowmesh.v1.ListJoinTokensRequest.$Shape;
        }

        namespace ListJoinTokensRequest {

            /** Properties of a ListJoinTokensRequest. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListJoinTokensRequest. */
            type $Shape = flowmesh.v1.ListJoinTokensRequest.$Properties;
        }

        /**
         * Properties of a JoinTokenInfo.
         * @deprecated Use flowmesh.v1.JoinTokenInfo.$Properties instead.
         */
        interface IJoinTokenInfo extends flowmesh.v1.JoinTokenInfo.$Properties {
        }

        /** Represents a JoinTokenInfo. */
        class JoinTokenInfo {

            /**
             * Constructs a new JoinTokenInfo.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.JoinTokenInfo.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** JoinTokenInfo id. */
            id: string;

            /** JoinTokenInfo createdAtMs. */
            createdAtMs: number;

            /** JoinTokenInfo expiresAtMs. */
            expiresAtMs: number;

            /** JoinTokenInfo usesMax. */
            usesMax: number;

            /** JoinTokenInfo usedBy. */
            usedBy: string[];

            /** JoinTokenInfo description. */
            description: string;

            /** JoinTokenInfo state. */
            state: string;

            /**
             * Creates a new JoinTokenInfo instance using the specified properties.
             * @param [properties] Properties to set
             * @returns JoinTokenInfo instance
             */
            static create(properties: flowmesh.v1.JoinTokenInfo.$Shape): flowmesh.v1.JoinTokenInfo & flowmesh.v1.JoinTokenInfo.$Shape;
            static create(properties?: flowmesh.v1.JoinTokenInfo.$Properties): flowmesh.v1.JoinTokenInfo;

            /**
             * Encodes the specified JoinTokenInfo message. Does not implicitly {@link flowmesh.v1.JoinTokenInfo.verify|verify} messages.
             * @param message JoinTokenInfo message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.JoinTokenInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a JoinTokenInfo message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.JoinTokenInfo & flowmesh.v1.JoinTokenInfo.$Shape} JoinTokenInfo
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.JoinTokenInfo & flowmesh.v1.JoinTokenInfo.$Shape;
        }

        namespace JoinTokenInfo {

            /** Properties of a JoinTokenInfo. */
            interface $Properties {

                /** JoinTokenInfo id */
                id?: string;

                /** JoinTokenInfo createdAtMs */
                createdAtMs?: number;

                /** JoinTokenInfo expiresAtMs */
                expiresAtMs?: number;

                /** JoinTokenInfo usesMax */
                usesMax?: number;

                /** JoinTokenInfo usedBy */
                usedBy?: string[];

                /** JoinTokenInfo description */
                description?: string;

                /** JoinTokenInfo state */
                state?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a JoinTokenInfo. */
            type $Shape = flowmesh.v1.JoinTokenInfo.$Properties;
        }

        /**
         * Properties of a ListJoinTokensResponse.
         * @deprecated Use flowmesh.v1.ListJoinTokensResponse.$Properties instead.
         */
        interface IListJoinTokensResponse extends flowmesh.v1.ListJoinTokensResponse.$Properties {
        }

        /** Represents a ListJoinTokensResponse. */
        class ListJoinTokensResponse {

            /**
             * Constructs a new ListJoinTokensResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListJoinTokensResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListJoinTokensResponse tokens. */
            tokens: flowmesh.v1.JoinTokenInfo[];

            /**
             * Creates a new ListJoinTokensResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListJoinTokensResponse instance
             */
            static create(properties: flowmesh.v1.ListJoinTokensResponse.$Shape): flowmesh.v1.ListJoinTokensResponse & flowmesh.v1.ListJoinTokensResponse.$Shape;
            static create(properties?: flowmesh.v1.ListJoinTokensResponse.$Properties): flowmesh.v1.ListJoinTokensResponse;

            /**
             * Encodes the specified ListJoinTokensResponse message. Does not implicitly {@link flowmesh.v1.ListJoinTokensResponse.verify|verify} messages.
             * @param message ListJoinTokensResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListJoinTokensResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListJoinTokensResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListJoinTokensResponse & flowmesh.v1.ListJoinTokensResponse.$Shape} ListJoinTokensResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListJoinTokensResponse & flowmesh.v1.ListJoinTokensResponse.$Shape;
        }

        namespace ListJoinTokensResponse {

            /** Properties of a ListJoinTokensResponse. */
            interface $Properties {

                /** ListJoinTokensResponse tokens */
                tokens?: flowmesh.v1.JoinTokenInfo.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListJoinTokensResponse. */
            type $Shape = flowmesh.v1.ListJoinTokensResponse.$Properties;
        }

        /**
         * Properties of a RevokeJoinTokenRequest.
         * @deprecated Use flowmesh.v1.RevokeJoinTokenRequest.$Properties instead.
         */
        interface IRevokeJoinTokenRequest extends flowmesh.v1.RevokeJoinTokenRequest.$Properties {
        }

        /** Represents a RevokeJoinTokenRequest. */
        class RevokeJoinTokenRequest {

            /**
             * Constructs a new RevokeJoinTokenRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.RevokeJoinTokenRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RevokeJoinTokenRequest id. */
            id: string;

            /** RevokeJoinTokenRequest requestId. */
            requestId: string;

            /**
             * Creates a new RevokeJoinTokenRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RevokeJoinTokenRequest instance
             */
            static create(properties: flowmesh.v1.RevokeJoinTokenRequest.$Shape): flowmesh.v1.RevokeJoinTokenRequest & flowmesh.v1.RevokeJoinTokenRequest.$Shape;
            static create(properties?: flowmesh.v1.RevokeJoinTokenRequest.$Properties): flowmesh.v1.RevokeJoinTokenRequest;

            /**
             * Encodes the specified RevokeJoinTokenRequest message. Does not implicitly {@link flowmesh.v1.RevokeJoinTokenRequest.verify|verify} messages.
             * @param message RevokeJoinTokenRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.RevokeJoinTokenRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RevokeJoinTokenRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.RevokeJoinTokenRequest & flowmesh.v1.RevokeJoinTokenRequest.$Shape} RevokeJoinTokenRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.RevokeJoinTokenRequest & flowmesh.v1.RevokeJoinTokenRequest.$Shape;
        }

        namespace RevokeJoinTokenRequest {

            /** Properties of a RevokeJoinTokenRequest. */
            interface $Properties {

                /** RevokeJoinTokenRequest id */
                id?: string;

                /** RevokeJoinTokenRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RevokeJoinTokenRequest. */
            type $Shape = flowmesh.v1.RevokeJoinTokenRequest.$Properties;
        }

        /**
         * Properties of a RevokeJoinTokenResponse.
         * @deprecated Use flowmesh.v1.RevokeJoinTokenResponse.$Properties instead.
         */
        interface IRevokeJoinTokenResponse extends flowmesh.v1.RevokeJoinTokenResponse.$Properties {
        }

        /** Represents a RevokeJoinTokenResponse. */
        class RevokeJoinTokenResponse {

            /**
             * Constructs a new RevokeJoinTokenResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.RevokeJoinTokenResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new RevokeJoinTokenResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RevokeJoinTokenResponse instance
             */
            static create(properties: flowmesh.v1.RevokeJoinTokenResponse.$Shape): flowmesh.v1.RevokeJoinTokenResponse & flowmesh.v1.RevokeJoinTokenResponse.$Shape;
            static create(properties?: flowmesh.v1.RevokeJoinTokenResponse.$Properties): flowmesh.v1.RevokeJoinTokenResponse;

            /**
             * Encodes the specified RevokeJoinTokenResponse message. Does not implicitly {@link flowmesh.v1.RevokeJoinTokenResponse.verify|verify} messages.
             * @param message RevokeJoinTokenResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.RevokeJoinTokenResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RevokeJoinTokenResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.RevokeJoinTokenResponse & flowmesh.v1.RevokeJoinTokenResponse.$Shape} RevokeJoinTokenResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.RevokeJoinTokenResponse & flowmesh.v1.RevokeJoinTokenResponse.$Shape;
        }

        namespace RevokeJoinTokenResponse {

            /** Properties of a RevokeJoinTokenResponse. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RevokeJoinTokenResponse. */
            type $Shape = flowmesh.v1.RevokeJoinTokenResponse.$Properties;
        }

        /**
         * Properties of a ScramCredential.
         * @deprecated Use flowmesh.v1.ScramCredential.$Properties instead.
         */
        interface IScramCredential extends flowmesh.v1.ScramCredential.$Properties {
        }

        /** Represents a ScramCredential. */
        class ScramCredential {

            /**
             * Constructs a new ScramCredential.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ScramCredential.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ScramCredential mechanism. */
            mechanism: string;

            /** ScramCredential salt. */
            salt: Uint8Array;

            /** ScramCredential iterations. */
            iterations: number;

            /** ScramCredential storedKey. */
            storedKey: Uint8Array;

            /** ScramCredential serverKey. */
            serverKey: Uint8Array;

            /**
             * Creates a new ScramCredential instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ScramCredential instance
             */
            static create(properties: flowmesh.v1.ScramCredential.$Shape): flowmesh.v1.ScramCredential & flowmesh.v1.ScramCredential.$Shape;
            static create(properties?: flowmesh.v1.ScramCredential.$Properties): flowmesh.v1.ScramCredential;

            /**
             * Encodes the specified ScramCredential message. Does not implicitly {@link flowmesh.v1.ScramCredential.verify|verify} messages.
             * @param message ScramCredential message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ScramCredential.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ScramCredential message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ScramCredential & flowmesh.v1.ScramCredential.$Shape} ScramCredential
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ScramCredential & flowmesh.v1.ScramCredential.$Shape;
        }

        namespace ScramCredential {

            /** Properties of a ScramCredential. */
            interface $Properties {

                /** ScramCredential mechanism */
                mechanism?: string;

                /** ScramCredential salt */
                salt?: Uint8Array;

                /** ScramCredential iterations */
                iterations?: number;

                /** ScramCredential storedKey */
                storedKey?: Uint8Array;

                /** ScramCredential serverKey */
                serverKey?: Uint8Array;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ScramCredential. */
            type $Shape = flowmesh.v1.ScramCredential.$Properties;
        }

        /**
         * Properties of a Grant.
         * @deprecated Use flowmesh.v1.Grant.$Properties instead.
         */
        interface IGrant extends flowmesh.v1.Grant.$Properties {
        }

        /** Represents a Grant. */
        class Grant {

            /**
             * Constructs a new Grant.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.Grant.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Grant resource. */
            resource: string;

            /** Grant name. */
            name: string;

            /** Grant match. */
            match: string;

            /** Grant operation. */
            operation: string;

            /** Grant effect. */
            effect: string;

            /**
             * Creates a new Grant instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Grant instance
             */
            static create(properties: flowmesh.v1.Grant.$Shape): flowmesh.v1.Grant & flowmesh.v1.Grant.$Shape;
            static create(properties?: flowmesh.v1.Grant.$Properties): flowmesh.v1.Grant;

            /**
             * Encodes the specified Grant message. Does not implicitly {@link flowmesh.v1.Grant.verify|verify} messages.
             * @param message Grant message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.Grant.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Grant message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.Grant & flowmesh.v1.Grant.$Shape} Grant
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.Grant & flowmesh.v1.Grant.$Shape;
        }

        namespace Grant {

            /** Properties of a Grant. */
            interface $Properties {

                /** Grant resource */
                resource?: string;

                /** Grant name */
                name?: string;

                /** Grant match */
                match?: string;

                /** Grant operation */
                operation?: string;

                /** Grant effect */
                effect?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Grant. */
            type $Shape = flowmesh.v1.Grant.$Properties;
        }

        /**
         * Properties of a UserInfo.
         * @deprecated Use flowmesh.v1.UserInfo.$Properties instead.
         */
        interface IUserInfo extends flowmesh.v1.UserInfo.$Properties {
        }

        /** Represents a UserInfo. */
        class UserInfo {

            /**
             * Constructs a new UserInfo.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.UserInfo.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** UserInfo name. */
            name: string;

            /** UserInfo enabled. */
            enabled: boolean;

            /** UserInfo roles. */
            roles: string[];

            /** UserInfo grants. */
            grants: flowmesh.v1.Grant[];

            /** UserInfo credentials. */
            credentials: flowmesh.v1.ScramCredential[];

            /** UserInfo createdAtMs. */
            createdAtMs: number;

            /** UserInfo changedRevision. */
            changedRevision: number;

            /**
             * Creates a new UserInfo instance using the specified properties.
             * @param [properties] Properties to set
             * @returns UserInfo instance
             */
            static create(properties: flowmesh.v1.UserInfo.$Shape): flowmesh.v1.UserInfo & flowmesh.v1.UserInfo.$Shape;
            static create(properties?: flowmesh.v1.UserInfo.$Properties): flowmesh.v1.UserInfo;

            /**
             * Encodes the specified UserInfo message. Does not implicitly {@link flowmesh.v1.UserInfo.verify|verify} messages.
             * @param message UserInfo message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.UserInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a UserInfo message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.UserInfo & flowmesh.v1.UserInfo.$Shape} UserInfo
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.UserInfo & flowmesh.v1.UserInfo.$Shape;
        }

        namespace UserInfo {

            /** Properties of a UserInfo. */
            interface $Properties {

                /** UserInfo name */
                name?: string;

                /** UserInfo enabled */
                enabled?: boolean;

                /** UserInfo roles */
                roles?: string[];

                /** UserInfo grants */
                grants?: flowmesh.v1.Grant.$Properties[];

                /** UserInfo credentials */
                credentials?: flowmesh.v1.ScramCredential.$Properties[];

                /** UserInfo createdAtMs */
                createdAtMs?: number;

                /** UserInfo changedRevision */
                changedRevision?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a UserInfo. */
            type $Shape = flowmesh.v1.UserInfo.$Properties;
        }

        /**
         * Properties of a CreateUserRequest.
         * @deprecated Use flowmesh.v1.CreateUserRequest.$Properties instead.
         */
        interface ICreateUserRequest extends flowmesh.v1.CreateUserRequest.$Properties {
        }

        /** Represents a CreateUserRequest. */
        class CreateUserRequest {

            /**
             * Constructs a new CreateUserRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.CreateUserRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CreateUserRequest name. */
            name: string;

            /** CreateUserRequest roles. */
            roles: string[];

            /** CreateUserRequest credentials. */
            credentials: flowmesh.v1.ScramCredential[];

            /** CreateUserRequest requestId. */
            requestId: string;

            /**
             * Creates a new CreateUserRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CreateUserRequest instance
             */
            static create(properties: flowmesh.v1.CreateUserRequest.$Shape): flowmesh.v1.CreateUserRequest & flowmesh.v1.CreateUserRequest.$Shape;
            static create(properties?: flowmesh.v1.CreateUserRequest.$Properties): flowmesh.v1.CreateUserRequest;

            /**
             * Encodes the specified CreateUserRequest message. Does not implicitly {@link flowmesh.v1.CreateUserRequest.verify|verify} messages.
             * @param message CreateUserRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.CreateUserRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CreateUserRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.CreateUserRequest & flowmesh.v1.CreateUserRequest.$Shape} CreateUserRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.CreateUserRequest & flowmesh.v1.CreateUserRequest.$Shape;
        }

        namespace CreateUserRequest {

            /** Properties of a CreateUserRequest. */
            interface $Properties {

                /** CreateUserRequest name */
                name?: string;

                /** CreateUserRequest roles */
                roles?: string[];

                /** CreateUserRequest credentials */
                credentials?: flowmesh.v1.ScramCredential.$Properties[];

                /** CreateUserRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CreateUserRequest. */
            type $Shape = flowmesh.v1.CreateUserRequest.$Properties;
        }

        /**
         * Properties of an AlterUserRequest.
         * @deprecated Use flowmesh.v1.AlterUserRequest.$Properties instead.
         */
        interface IAlterUserRequest extends flowmesh.v1.AlterUserRequest.$Properties {
        }

        /** Represents an AlterUserRequest. */
        class AlterUserRequest {

            /**
             * Constructs a new AlterUserRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.AlterUserRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AlterUserRequest name. */
            name: string;

            /** AlterUserRequest replaceRoles. */
            replaceRoles: boolean;

            /** AlterUserRequest roles. */
            roles: string[];

            /** AlterUserRequest state. */
            state: string;

            /** AlterUserRequest credentials. */
            credentials: flowmesh.v1.ScramCredential[];

            /** AlterUserRequest withoutCredentials. */
            withoutCredentials: string[];

            /** AlterUserRequest requestId. */
            requestId: string;

            /**
             * Creates a new AlterUserRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AlterUserRequest instance
             */
            static create(properties: flowmesh.v1.AlterUserRequest.$Shape): flowmesh.v1.AlterUserRequest & flowmesh.v1.AlterUserRequest.$Shape;
            static create(properties?: flowmesh.v1.AlterUserRequest.$Properties): flowmesh.v1.AlterUserRequest;

            /**
             * Encodes the specified AlterUserRequest message. Does not implicitly {@link flowmesh.v1.AlterUserRequest.verify|verify} messages.
             * @param message AlterUserRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.AlterUserRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AlterUserRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.AlterUserRequest & flowmesh.v1.AlterUserRequest.$Shape} AlterUserRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.AlterUserRequest & flowmesh.v1.AlterUserRequest.$Shape;
        }

        namespace AlterUserRequest {

            /** Properties of an AlterUserRequest. */
            interface $Properties {

                /** AlterUserRequest name */
                name?: string;

                /** AlterUserRequest replaceRoles */
                replaceRoles?: boolean;

                /** AlterUserRequest roles */
                roles?: string[];

                /** AlterUserRequest state */
                state?: string;

                /** AlterUserRequest credentials */
                credentials?: flowmesh.v1.ScramCredential.$Properties[];

                /** AlterUserRequest withoutCredentials */
                withoutCredentials?: string[];

                /** AlterUserRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AlterUserRequest. */
            type $Shape = flowmesh.v1.AlterUserRequest.$Properties;
        }

        /**
         * Properties of a ChangeGrantsRequest.
         * @deprecated Use flowmesh.v1.ChangeGrantsRequest.$Properties instead.
         */
        interface IChangeGrantsRequest extends flowmesh.v1.ChangeGrantsRequest.$Properties {
        }

        /** Represents a ChangeGrantsRequest. */
        class ChangeGrantsRequest {

            /**
             * Constructs a new ChangeGrantsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ChangeGrantsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ChangeGrantsRequest name. */
            name: string;

            /** ChangeGrantsRequest add. */
            add: flowmesh.v1.Grant[];

            /** ChangeGrantsRequest remove. */
            remove: flowmesh.v1.Grant[];

            /** ChangeGrantsRequest requestId. */
            requestId: string;

            /**
             * Creates a new ChangeGrantsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ChangeGrantsRequest instance
             */
            static create(properties: flowmesh.v1.ChangeGrantsRequest.$Shape): flowmesh.v1.ChangeGrantsRequest & flowmesh.v1.ChangeGrantsRequest.$Shape;
            static create(properties?: flowmesh.v1.ChangeGrantsRequest.$Properties): flowmesh.v1.ChangeGrantsRequest;

            /**
             * Encodes the specified ChangeGrantsRequest message. Does not implicitly {@link flowmesh.v1.ChangeGrantsRequest.verify|verify} messages.
             * @param message ChangeGrantsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ChangeGrantsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ChangeGrantsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ChangeGrantsRequest & flowmesh.v1.ChangeGrantsRequest.$Shape} ChangeGrantsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ChangeGrantsRequest & flowmesh.v1.ChangeGrantsRequest.$Shape;
        }

        namespace ChangeGrantsRequest {

            /** Properties of a ChangeGrantsRequest. */
            interface $Properties {

                /** ChangeGrantsRequest name */
                name?: string;

                /** ChangeGrantsRequest add */
                add?: flowmesh.v1.Grant.$Properties[];

                /** ChangeGrantsRequest remove */
                remove?: flowmesh.v1.Grant.$Properties[];

                /** ChangeGrantsRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ChangeGrantsRequest. */
            type $Shape = flowmesh.v1.ChangeGrantsRequest.$Properties;
        }

        /**
         * Properties of a DeleteUserRequest.
         * @deprecated Use flowmesh.v1.DeleteUserRequest.$Properties instead.
         */
        interface IDeleteUserRequest extends flowmesh.v1.DeleteUserRequest.$Properties {
        }

        /** Represents a DeleteUserRequest. */
        class DeleteUserRequest {

            /**
             * Constructs a new DeleteUserRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteUserRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeleteUserRequest name. */
            name: string;

            /** DeleteUserRequest requestId. */
            requestId: string;

            /**
             * Creates a new DeleteUserRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteUserRequest instance
             */
            static create(properties: flowmesh.v1.DeleteUserRequest.$Shape): flowmesh.v1.DeleteUserRequest & flowmesh.v1.DeleteUserRequest.$Shape;
            static create(properties?: flowmesh.v1.DeleteUserRequest.$Properties): flowmesh.v1.DeleteUserRequest;

            /**
             * Encodes the specified DeleteUserRequest message. Does not implicitly {@link flowmesh.v1.DeleteUserRequest.verify|verify} messages.
             * @param message DeleteUserRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteUserRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteUserRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteUserRequest & flowmesh.v1.DeleteUserRequest.$Shape} DeleteUserRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteUserRequest & flowmesh.v1.DeleteUserRequest.$Shape;
        }

        namespace DeleteUserRequest {

            /** Properties of a DeleteUserRequest. */
            interface $Properties {

                /** DeleteUserRequest name */
                name?: string;

                /** DeleteUserRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteUserRequest. */
            type $Shape = flowmesh.v1.DeleteUserRequest.$Properties;
        }

        /**
         * Properties of a DeleteUserResponse.
         * @deprecated Use flowmesh.v1.DeleteUserResponse.$Properties instead.
         */
        interface IDeleteUserResponse extends flowmesh.v1.DeleteUserResponse.$Properties {
        }

        /** Represents a DeleteUserResponse. */
        class DeleteUserResponse {

            /**
             * Constructs a new DeleteUserResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteUserResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new DeleteUserResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteUserResponse instance
             */
            static create(properties: flowmesh.v1.DeleteUserResponse.$Shape): flowmesh.v1.DeleteUserResponse & flowmesh.v1.DeleteUserResponse.$Shape;
            static create(properties?: flowmesh.v1.DeleteUserResponse.$Properties): flowmesh.v1.DeleteUserResponse;

            /**
             * Encodes the specified DeleteUserResponse message. Does not implicitly {@link flowmesh.v1.DeleteUserResponse.verify|verify} messages.
             * @param message DeleteUserResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteUserResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteUserResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteUserResponse & flowmesh.v1.DeleteUserResponse.$Shape} DeleteUserResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteUserResponse & flowmesh.v1.DeleteUserResponse.$Shape;
        }

        namespace DeleteUserResponse {

            /** Properties of a DeleteUserResponse. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteUserResponse. */
            type $Shape = flowmesh.v1.DeleteUserResponse.$Properties;
        }

        /**
         * Properties of a ListUsersRequest.
         * @deprecated Use flowmesh.v1.ListUsersRequest.$Properties instead.
         */
        interface IListUsersRequest extends flowmesh.v1.ListUsersRequest.$Properties {
        }

        /** Represents a ListUsersRequest. */
        class ListUsersRequest {

            /**
             * Constructs a new ListUsersRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListUsersRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListUsersRequest name. */
            name: string;

            /** ListUsersRequest pageSize. */
            pageSize: number;

            /** ListUsersRequest pageToken. */
            pageToken: string;

            /**
             * Creates a new ListUsersRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListUsersRequest instance
             */
            static create(properties: flowmesh.v1.ListUsersRequest.$Shape): flowmesh.v1.ListUsersRequest & flowmesh.v1.ListUsersRequest.$Shape;
            static create(properties?: flowmesh.v1.ListUsersRequest.$Properties): flowmesh.v1.ListUsersRequest;

            /**
             * Encodes the specified ListUsersRequest message. Does not implicitly {@link flowmesh.v1.ListUsersRequest.verify|verify} messages.
             * @param message ListUsersRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListUsersRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListUsersRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListUsersRequest & flowmesh.v1.ListUsersRequest.$Shape} ListUsersRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListUsersRequest & flowmesh.v1.ListUsersRequest.$Shape;
        }

        namespace ListUsersRequest {

            /** Properties of a ListUsersRequest. */
            interface $Properties {

                /** ListUsersRequest name */
                name?: string;

                /** ListUsersRequest pageSize */
                pageSize?: number;

                /** ListUsersRequest pageToken */
                pageToken?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListUsersRequest. */
            type $Shape = flowmesh.v1.ListUsersRequest.$Properties;
        }

        /**
         * Properties of a ListUsersResponse.
         * @deprecated Use flowmesh.v1.ListUsersResponse.$Properties instead.
         */
        interface IListUsersResponse extends flowmesh.v1.ListUsersResponse.$Properties {
        }

        /** Represents a ListUsersResponse. */
        class ListUsersResponse {

            /**
             * Constructs a new ListUsersResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListUsersResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListUsersResponse users. */
            users: flowmesh.v1.UserInfo[];

            /** ListUsersResponse nextPageToken. */
            nextPageToken: string;

            /**
             * Creates a new ListUsersResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListUsersResponse instance
             */
            static create(properties: flowmesh.v1.ListUsersResponse.$Shape): flowmesh.v1.ListUsersResponse & flowmesh.v1.ListUsersResponse.$Shape;
            static create(properties?: flowmesh.v1.ListUsersResponse.$Properties): flowmesh.v1.ListUsersResponse;

            /**
             * Encodes the specified ListUsersResponse message. Does not implicitly {@link flowmesh.v1.ListUsersResponse.verify|verify} messages.
             * @param message ListUsersResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListUsersResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListUsersResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListUsersResponse & flowmesh.v1.ListUsersResponse.$Shape} ListUsersResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListUsersResponse & flowmesh.v1.ListUsersResponse.$Shape;
        }

        namespace ListUsersResponse {

            /** Properties of a ListUsersResponse. */
            interface $Properties {

                /** ListUsersResponse users */
                users?: flowmesh.v1.UserInfo.$Properties[];

                /** ListUsersResponse nextPageToken */
                nextPageToken?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListUsersResponse. */
            type $Shape = flowmesh.v1.ListUsersResponse.$Properties;
        }

        /**
         * Properties of a GetConfigRequest.
         * @deprecated Use flowmesh.v1.GetConfigRequest.$Properties instead.
         */
        interface IGetConfigRequest extends flowmesh.v1.GetConfigRequest.$Properties {
        }

        /** Represents a GetConfigRequest. */
        class GetConfigRequest {

            /**
             * Constructs a new GetConfigRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GetConfigRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetConfigRequest scope. */
            scope: string;

            /**
             * Creates a new GetConfigRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GetConfigRequest instance
             */
            static create(properties: flowmesh.v1.GetConfigRequest.$Shape): flowmesh.v1.GetConfigRequest & flowmesh.v1.GetConfigRequest.$Shape;
            static create(properties?: flowmesh.v1.GetConfigRequest.$Properties): flowmesh.v1.GetConfigRequest;

            /**
             * Encodes the specified GetConfigRequest message. Does not implicitly {@link flowmesh.v1.GetConfigRequest.verify|verify} messages.
             * @param message GetConfigRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GetConfigRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetConfigRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GetConfigRequest & flowmesh.v1.GetConfigRequest.$Shape} GetConfigRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GetConfigRequest & flowmesh.v1.GetConfigRequest.$Shape;
        }

        namespace GetConfigRequest {

            /** Properties of a GetConfigRequest. */
            interface $Properties {

                /** GetConfigRequest scope */
                scope?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetConfigRequest. */
            type $Shape = flowmesh.v1.GetConfigRequest.$Properties;
        }

        /**
         * Properties of a ConfigEntry.
         * @deprecated Use flowmesh.v1.ConfigEntry.$Properties instead.
         */
        interface IConfigEntry extends flowmesh.v1.ConfigEntry.$Properties {
        }

        /** Represents a ConfigEntry. */
        class ConfigEntry {

            /**
             * Constructs a new ConfigEntry.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ConfigEntry.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ConfigEntry key. */
            key: string;

            /** ConfigEntry value. */
            value: string;

            /** ConfigEntry source. */
            source: string;

            /** ConfigEntry defaultValue. */
            defaultValue: string;

            /** ConfigEntry description. */
            description: string;

            /** ConfigEntry type. */
            type: string;

            /**
             * Creates a new ConfigEntry instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ConfigEntry instance
             */
            static create(properties: flowmesh.v1.ConfigEntry.$Shape): flowmesh.v1.ConfigEntry & flowmesh.v1.ConfigEntry.$Shape;
            static create(properties?: flowmesh.v1.ConfigEntry.$Properties): flowmesh.v1.ConfigEntry;

            /**
             * Encodes the specified ConfigEntry message. Does not implicitly {@link flowmesh.v1.ConfigEntry.verify|verify} messages.
             * @param message ConfigEntry message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ConfigEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ConfigEntry message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ConfigEntry & flowmesh.v1.ConfigEntry.$Shape} ConfigEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ConfigEntry & flowmesh.v1.ConfigEntry.$Shape;
        }

        namespace ConfigEntry {

            /** Properties of a ConfigEntry. */
            interface $Properties {

                /** ConfigEntry key */
                key?: string;

                /** ConfigEntry value */
                value?: string;

                /** ConfigEntry source */
                source?: string;

                /** ConfigEntry defaultValue */
                defaultValue?: string;

                /** ConfigEntry description */
                description?: string;

                /** ConfigEntry type */
                type?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ConfigEntry. */
            type $Shape = flowmesh.v1.ConfigEntry.$Properties;
        }

        /**
         * Properties of a GetConfigResponse.
         * @deprecated Use flowmesh.v1.GetConfigResponse.$Properties instead.
         */
        interface IGetConfigResponse extends flowmesh.v1.GetConfigResponse.$Properties {
        }

        /** Represents a GetConfigResponse. */
        class GetConfigResponse {

            /**
             * Constructs a new GetConfigResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GetConfigResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetConfigResponse entries. */
            entries: flowmesh.v1.ConfigEntry[];

            /**
             * Creates a new GetConfigResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GetConfigResponse instance
             */
            static create(properties: flowmesh.v1.GetConfigResponse.$Shape): flowmesh.v1.GetConfigResponse & flowmesh.v1.GetConfigResponse.$Shape;
            static create(properties?: flowmesh.v1.GetConfigResponse.$Properties): flowmesh.v1.GetConfigResponse;

            /**
             * Encodes the specified GetConfigResponse message. Does not implicitly {@link flowmesh.v1.GetConfigResponse.verify|verify} messages.
             * @param message GetConfigResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GetConfigResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetConfigResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GetConfigResponse & flowmesh.v1.GetConfigResponse.$Shape} GetConfigResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GetConfigResponse & flowmesh.v1.GetConfigResponse.$Shape;
        }

        namespace GetConfigResponse {

            /** Properties of a GetConfigResponse. */
            interface $Properties {

                /** GetConfigResponse entries */
                entries?: flowmesh.v1.ConfigEntry.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetConfigResponse. */
            type $Shape = flowmesh.v1.GetConfigResponse.$Properties;
        }

        /**
         * Properties of a SetConfigRequest.
         * @deprecated Use flowmesh.v1.SetConfigRequest.$Properties instead.
         */
        interface ISetConfigRequest extends flowmesh.v1.SetConfigRequest.$Properties {
        }

        /** Represents a SetConfigRequest. */
        class SetConfigRequest {

            /**
             * Constructs a new SetConfigRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.SetConfigRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SetConfigRequest scope. */
            scope: string;

            /** SetConfigRequest set. */
            set: { [k: string]: string };

            /** SetConfigRequest unset. */
            unset: string[];

            /** SetConfigRequest dryRun. */
            dryRun: boolean;

            /** SetConfigRequest requestId. */
            requestId: string;

            /**
             * Creates a new SetConfigRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SetConfigRequest instance
             */
            static create(properties: flowmesh.v1.SetConfigRequest.$Shape): flowmesh.v1.SetConfigRequest & flowmesh.v1.SetConfigRequest.$Shape;
            static create(properties?: flowmesh.v1.SetConfigRequest.$Properties): flowmesh.v1.SetConfigRequest;

            /**
             * Encodes the specified SetConfigRequest message. Does not implicitly {@link flowmesh.v1.SetConfigRequest.verify|verify} messages.
             * @param message SetConfigRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.SetConfigRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SetConfigRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.SetConfigRequest & flowmesh.v1.SetConfigRequest.$Shape} SetConfigRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.SetConfigRequest & flowmesh.v1.SetConfigRequest.$Shape;
        }

        namespace SetConfigRequest {

            /** Properties of a SetConfigRequest. */
            interface $Properties {

                /** SetConfigRequest scope */
                scope?: string;

                /** SetConfigRequest set */
                set?: { [k: string]: string };

                /** SetConfigRequest unset */
                unset?: string[];

                /** SetConfigRequest dryRun */
                dryRun?: boolean;

                /** SetConfigRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SetConfigRequest. */
            type $Shape = flowmesh.v1.SetConfigRequest.$Properties;
        }

        /**
         * Properties of a SetConfigResponse.
         * @deprecated Use flowmesh.v1.SetConfigResponse.$Properties instead.
         */
        interface ISetConfigResponse extends flowmesh.v1.SetConfigResponse.$Properties {
        }

        /** Represents a SetConfigResponse. */
        class SetConfigResponse {

            /**
             * Constructs a new SetConfigResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.SetConfigResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SetConfigResponse changed. */
            changed: flowmesh.v1.ConfigEntry[];

            /**
             * Creates a new SetConfigResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SetConfigResponse instance
             */
            static create(properties: flowmesh.v1.SetConfigResponse.$Shape): flowmesh.v1.SetConfigResponse & flowmesh.v1.SetConfigResponse.$Shape;
            static create(properties?: flowmesh.v1.SetConfigResponse.$Properties): flowmesh.v1.SetConfigResponse;

            /**
             * Encodes the specified SetConfigResponse message. Does not implicitly {@link flowmesh.v1.SetConfigResponse.verify|verify} messages.
             * @param message SetConfigResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.SetConfigResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SetConfigResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.SetConfigResponse & flowmesh.v1.SetConfigResponse.$Shape} SetConfigResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.SetConfigResponse & flowmesh.v1.SetConfigResponse.$Shape;
        }

        namespace SetConfigResponse {

            /** Properties of a SetConfigResponse. */
            interface $Properties {

                /** SetConfigResponse changed */
                changed?: flowmesh.v1.ConfigEntry.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SetConfigResponse. */
            type $Shape = flowmesh.v1.SetConfigResponse.$Properties;
        }

        /**
         * Properties of a FinaliseFeaturesRequest.
         * @deprecated Use flowmesh.v1.FinaliseFeaturesRequest.$Properties instead.
         */
        interface IFinaliseFeaturesRequest extends flowmesh.v1.FinaliseFeaturesRequest.$Properties {
        }

        /** Represents a FinaliseFeaturesRequest. */
        class FinaliseFeaturesRequest {

            /**
             * Constructs a new FinaliseFeaturesRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.FinaliseFeaturesRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FinaliseFeaturesRequest level. */
            level: number;

            /** FinaliseFeaturesRequest requestId. */
            requestId: string;

            /**
             * Creates a new FinaliseFeaturesRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FinaliseFeaturesRequest instance
             */
            static create(properties: flowmesh.v1.FinaliseFeaturesRequest.$Shape): flowmesh.v1.FinaliseFeaturesRequest & flowmesh.v1.FinaliseFeaturesRequest.$Shape;
            static create(properties?: flowmesh.v1.FinaliseFeaturesRequest.$Properties): flowmesh.v1.FinaliseFeaturesRequest;

            /**
             * Encodes the specified FinaliseFeaturesRequest message. Does not implicitly {@link flowmesh.v1.FinaliseFeaturesRequest.verify|verify} messages.
             * @param message FinaliseFeaturesRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.FinaliseFeaturesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FinaliseFeaturesRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.FinaliseFeaturesRequest & flowmesh.v1.FinaliseFeaturesRequest.$Shape} FinaliseFeaturesRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.FinaliseFeaturesRequest & flowmesh.v1.FinaliseFeaturesRequest.$Shape;
        }

        namespace FinaliseFeaturesRequest {

            /** Properties of a FinaliseFeaturesRequest. */
            interface $Properties {

                /** FinaliseFeaturesRequest level */
                level?: number;

                /** FinaliseFeaturesRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FinaliseFeaturesRequest. */
            type $Shape = flowmesh.v1.FinaliseFeaturesRequest.$Properties;
        }

        /**
         * Properties of a FinaliseFeaturesResponse.
         * @deprecated Use flowmesh.v1.FinaliseFeaturesResponse.$Properties instead.
         */
        interface IFinaliseFeaturesResponse extends flowmesh.v1.FinaliseFeaturesResponse.$Properties {
        }

        /** Represents a FinaliseFeaturesResponse. */
        class FinaliseFeaturesResponse {

            /**
             * Constructs a new FinaliseFeaturesResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.FinaliseFeaturesResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FinaliseFeaturesResponse level. */
            level: number;

            /**
             * Creates a new FinaliseFeaturesResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FinaliseFeaturesResponse instance
             */
            static create(properties: flowmesh.v1.FinaliseFeaturesResponse.$Shape): flowmesh.v1.FinaliseFeaturesResponse & flowmesh.v1.FinaliseFeaturesResponse.$Shape;
            static create(properties?: flowmesh.v1.FinaliseFeaturesResponse.$Properties): flowmesh.v1.FinaliseFeaturesResponse;

            /**
             * Encodes the specified FinaliseFeaturesResponse message. Does not implicitly {@link flowmesh.v1.FinaliseFeaturesResponse.verify|verify} messages.
             * @param message FinaliseFeaturesResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.FinaliseFeaturesResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FinaliseFeaturesResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.FinaliseFeaturesResponse & flowmesh.v1.FinaliseFeaturesResponse.$Shape} FinaliseFeaturesResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.FinaliseFeaturesResponse & flowmesh.v1.FinaliseFeaturesResponse.$Shape;
        }

        namespace FinaliseFeaturesResponse {

            /** Properties of a FinaliseFeaturesResponse. */
            interface $Properties {

                /** FinaliseFeaturesResponse level */
                level?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FinaliseFeaturesResponse. */
            type $Shape = flowmesh.v1.FinaliseFeaturesResponse.$Properties;
        }

        /**
         * Properties of a RecoverPartitionRequest.
         * @deprecated Use flowmesh.v1.RecoverPartitionRequest.$Properties instead.
         */
        interface IRecoverPartitionRequest extends flowmesh.v1.RecoverPartitionRequest.$Properties {
        }

        /** Represents a RecoverPartitionRequest. */
        class RecoverPartitionRequest {

            /**
             * Constructs a new RecoverPartitionRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.RecoverPartitionRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RecoverPartitionRequest stream. */
            stream: string;

            /** RecoverPartitionRequest partition. */
            partition: number;

            /** RecoverPartitionRequest survivor. */
            survivor: number;

            /** RecoverPartitionRequest reason. */
            reason: string;

            /** RecoverPartitionRequest dryRun. */
            dryRun: boolean;

            /** RecoverPartitionRequest requestId. */
            requestId: string;

            /**
             * Creates a new RecoverPartitionRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RecoverPartitionRequest instance
             */
            static create(properties: flowmesh.v1.RecoverPartitionRequest.$Shape): flowmesh.v1.RecoverPartitionRequest & flowmesh.v1.RecoverPartitionRequest.$Shape;
            static create(properties?: flowmesh.v1.RecoverPartitionRequest.$Properties): flowmesh.v1.RecoverPartitionRequest;

            /**
             * Encodes the specified RecoverPartitionRequest message. Does not implicitly {@link flowmesh.v1.RecoverPartitionRequest.verify|verify} messages.
             * @param message RecoverPartitionRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.RecoverPartitionRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RecoverPartitionRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.RecoverPartitionRequest & flowmesh.v1.RecoverPartitionRequest.$Shape} RecoverPartitionRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.RecoverPartitionRequest & flowmesh.v1.RecoverPartitionRequest.$Shape;
        }

        namespace RecoverPartitionRequest {

            /** Properties of a RecoverPartitionRequest. */
            interface $Properties {

                /** RecoverPartitionRequest stream */
                stream?: string;

                /** RecoverPartitionRequest partition */
                partition?: number;

                /** RecoverPartitionRequest survivor */
                survivor?: number;

                /** RecoverPartitionRequest reason */
                reason?: string;

                /** RecoverPartitionRequest dryRun */
                dryRun?: boolean;

                /** RecoverPartitionRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RecoverPartitionRequest. */
            type $Shape = flowmesh.v1.RecoverPartitionRequest.$Properties;
        }

        /**
         * Properties of a RecoverPartitionResponse.
         * @deprecated Use flowmesh.v1.RecoverPartitionResponse.$Properties instead.
         */
        interface IRecoverPartitionResponse extends flowmesh.v1.RecoverPartitionResponse.$Properties {
        }

        /** Represents a RecoverPartitionResponse. */
        class RecoverPartitionResponse {

            /**
             * Constructs a new RecoverPartitionResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.RecoverPartitionResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RecoverPartitionResponse partition. */
            partition: flowmesh.v1.PartitionDetail;

            /** RecoverPartitionResponse risks. */
            risks: string[];

            /**
             * Creates a new RecoverPartitionResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RecoverPartitionResponse instance
             */
            static create(properties: flowmesh.v1.RecoverPartitionResponse.$Shape): flowmesh.v1.RecoverPartitionResponse & flowmesh.v1.RecoverPartitionResponse.$Shape;
            static create(properties?: flowmesh.v1.RecoverPartitionResponse.$Properties): flowmesh.v1.RecoverPartitionResponse;

            /**
             * Encodes the specified RecoverPartitionResponse message. Does not implicitly {@link flowmesh.v1.RecoverPartitionResponse.verify|verify} messages.
             * @param message RecoverPartitionResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.RecoverPartitionResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RecoverPartitionResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.RecoverPartitionResponse & flowmesh.v1.RecoverPartitionResponse.$Shape} RecoverPartitionResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.RecoverPartitionResponse & flowmesh.v1.RecoverPartitionResponse.$Shape;
        }

        namespace RecoverPartitionResponse {

            /** Properties of a RecoverPartitionResponse. */
            interface $Properties {

                /** RecoverPartitionResponse partition */
                partition?: flowmesh.v1.PartitionDetail.$Properties;

                /** RecoverPartitionResponse risks */
                risks?: string[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RecoverPartitionResponse. */
            type $Shape = flowmesh.v1.RecoverPartitionResponse.$Properties;
        }

        /**
         * Properties of a ListAuditRequest.
         * @deprecated Use flowmesh.v1.ListAuditRequest.$Properties instead.
         */
        interface IListAuditRequest extends flowmesh.v1.ListAuditRequest.$Properties {
        }

        /** Represents a ListAuditRequest. */
        class ListAuditRequest {

            /**
             * Constructs a new ListAuditRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListAuditRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListAuditRequest limit. */
            limit: number;

            /**
             * Creates a new ListAuditRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListAuditRequest instance
             */
            static create(properties: flowmesh.v1.ListAuditRequest.$Shape): flowmesh.v1.ListAuditRequest & flowmesh.v1.ListAuditRequest.$Shape;
            static create(properties?: flowmesh.v1.ListAuditRequest.$Properties): flowmesh.v1.ListAuditRequest;

            /**
             * Encodes the specified ListAuditRequest message. Does not implicitly {@link flowmesh.v1.ListAuditRequest.verify|verify} messages.
             * @param message ListAuditRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListAuditRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListAuditRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListAuditRequest & flowmesh.v1.ListAuditRequest.$Shape} ListAuditRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListAuditRequest & flowmesh.v1.ListAuditRequest.$Shape;
        }

        namespace ListAuditRequest {

            /** Properties of a ListAuditRequest. */
            interface $Properties {

                /** ListAuditRequest limit */
                limit?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListAuditRequest. */
            type $Shape = flowmesh.v1.ListAuditRequest.$Properties;
        }

        /**
         * Properties of an AuditEntry.
         * @deprecated Use flowmesh.v1.AuditEntry.$Properties instead.
         */
        interface IAuditEntry extends flowmesh.v1.AuditEntry.$Properties {
        }

        /** Represents an AuditEntry. */
        class AuditEntry {

            /**
             * Constructs a new AuditEntry.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.AuditEntry.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AuditEntry revision. */
            revision: number;

            /** AuditEntry timeMs. */
            timeMs: number;

            /** AuditEntry kind. */
            kind: string;

            /** AuditEntry subject. */
            subject: string;

            /** AuditEntry detail. */
            detail: string;

            /** AuditEntry by. */
            by: string;

            /**
             * Creates a new AuditEntry instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AuditEntry instance
             */
            static create(properties: flowmesh.v1.AuditEntry.$Shape): flowmesh.v1.AuditEntry & flowmesh.v1.AuditEntry.$Shape;
            static create(properties?: flowmesh.v1.AuditEntry.$Properties): flowmesh.v1.AuditEntry;

            /**
             * Encodes the specified AuditEntry message. Does not implicitly {@link flowmesh.v1.AuditEntry.verify|verify} messages.
             * @param message AuditEntry message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.AuditEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AuditEntry message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.AuditEntry & flowmesh.v1.AuditEntry.$Shape} AuditEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.AuditEntry & flowmesh.v1.AuditEntry.$Shape;
        }

        namespace AuditEntry {

            /** Properties of an AuditEntry. */
            interface $Properties {

                /** AuditEntry revision */
                revision?: number;

                /** AuditEntry timeMs */
                timeMs?: number;

                /** AuditEntry kind */
                kind?: string;

                /** AuditEntry subject */
                subject?: string;

                /** AuditEntry detail */
                detail?: string;

                /** AuditEntry by */
                by?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AuditEntry. */
            type $Shape = flowmesh.v1.AuditEntry.$Properties;
        }

        /**
         * Properties of a ListAuditResponse.
         * @deprecated Use flowmesh.v1.ListAuditResponse.$Properties instead.
         */
        interface IListAuditResponse extends flowmesh.v1.ListAuditResponse.$Properties {
        }

        /** Represents a ListAuditResponse. */
        class ListAuditResponse {

            /**
             * Constructs a new ListAuditResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListAuditResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListAuditResponse entries. */
            entries: flowmesh.v1.AuditEntry[];

            /**
             * Creates a new ListAuditResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListAuditResponse instance
             */
            static create(properties: flowmesh.v1.ListAuditResponse.$Shape): flowmesh.v1.ListAuditResponse & flowmesh.v1.ListAuditResponse.$Shape;
            static create(properties?: flowmesh.v1.ListAuditResponse.$Properties): flowmesh.v1.ListAuditResponse;

            /**
             * Encodes the specified ListAuditResponse message. Does not implicitly {@link flowmesh.v1.ListAuditResponse.verify|verify} messages.
             * @param message ListAuditResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListAuditResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListAuditResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListAuditResponse & flowmesh.v1.ListAuditResponse.$Shape} ListAuditResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListAuditResponse & flowmesh.v1.ListAuditResponse.$Shape;
        }

        namespace ListAuditResponse {

            /** Properties of a ListAuditResponse. */
            interface $Properties {

                /** ListAuditResponse entries */
                entries?: flowmesh.v1.AuditEntry.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListAuditResponse. */
            type $Shape = flowmesh.v1.ListAuditResponse.$Properties;
        }

        /**
         * Properties of an ExportMetadataRequest.
         * @deprecated Use flowmesh.v1.ExportMetadataRequest.$Properties instead.
         */
        interface IExportMetadataRequest extends flowmesh.v1.ExportMetadataRequest.$Properties {
        }

        /** Represents an ExportMetadataRequest. */
        class ExportMetadataRequest {

            /**
             * Constructs a new ExportMetadataRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ExportMetadataRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new ExportMetadataRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ExportMetadataRequest instance
             */
            static create(properties: flowmesh.v1.ExportMetadataRequest.$Shape): flowmesh.v1.ExportMetadataRequest & flowmesh.v1.ExportMetadataRequest.$Shape;
            static create(properties?: flowmesh.v1.ExportMetadataRequest.$Properties): flowmesh.v1.ExportMetadataRequest;

            /**
             * Encodes the specified ExportMetadataRequest message. Does not implicitly {@link flowmesh.v1.ExportMetadataRequest.verify|verify} messages.
             * @param message ExportMetadataRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ExportMetadataRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ExportMetadataRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ExportMetadataRequest & flowmesh.v1.ExportMetadataRequest.$Shape} ExportMetadataRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ExportMetadataRequest & flowmesh.v1.ExportMetadataRequest.$Shape;
        }

        namespace ExportMetadataRequest {

            /** Properties of an ExportMetadataRequest. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ExportMetadataRequest. */
            type $Shape = flowmesh.v1.ExportMetadataRequest.$Properties;
        }

        /**
         * Properties of an ExportMetadataResponse.
         * @deprecated Use flowmesh.v1.ExportMetadataResponse.$Properties instead.
         */
        interface IExportMetadataResponse extends flowmesh.v1.ExportMetadataResponse.$Properties {
        }

        /** Represents an ExportMetadataResponse. */
        class ExportMetadataResponse {

            /**
             * Constructs a new ExportMetadataResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ExportMetadataResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ExportMetadataResponse json. */
            json: Uint8Array;

            /** ExportMetadataResponse revision. */
            revision: number;

            /**
             * Creates a new ExportMetadataResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ExportMetadataResponse instance
             */
            static create(properties: flowmesh.v1.ExportMetadataResponse.$Shape): flowmesh.v1.ExportMetadataResponse & flowmesh.v1.ExportMetadataResponse.$Shape;
            static create(properties?: flowmesh.v1.ExportMetadataResponse.$Properties): flowmesh.v1.ExportMetadataResponse;

            /**
             * Encodes the specified ExportMetadataResponse message. Does not implicitly {@link flowmesh.v1.ExportMetadataResponse.verify|verify} messages.
             * @param message ExportMetadataResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ExportMetadataResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ExportMetadataResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ExportMetadataResponse & flowmesh.v1.ExportMetadataResponse.$Shape} ExportMetadataResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ExportMetadataResponse & flowmesh.v1.ExportMetadataResponse.$Shape;
        }

        namespace ExportMetadataResponse {

            /** Properties of an ExportMetadataResponse. */
            interface $Properties {

                /** ExportMetadataResponse json */
                json?: Uint8Array;

                /** ExportMetadataResponse revision */
                revision?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ExportMetadataResponse. */
            type $Shape = flowmesh.v1.ExportMetadataResponse.$Properties;
        }

        /**
         * Properties of a DiagnosticsRequest.
         * @deprecated Use flowmesh.v1.DiagnosticsRequest.$Properties instead.
         */
        interface IDiagnosticsRequest extends flowmesh.v1.DiagnosticsRequest.$Properties {
        }

        /** Represents a DiagnosticsRequest. */
        class DiagnosticsRequest {

            /**
             * Constructs a new DiagnosticsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DiagnosticsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DiagnosticsRequest logLines. */
            logLines: number;

            /**
             * Creates a new DiagnosticsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DiagnosticsRequest instance
             */
            static create(properties: flowmesh.v1.DiagnosticsRequest.$Shape): flowmesh.v1.DiagnosticsRequest & flowmesh.v1.DiagnosticsRequest.$Shape;
            static create(properties?: flowmesh.v1.DiagnosticsRequest.$Properties): flowmesh.v1.DiagnosticsRequest;

            /**
             * Encodes the specified DiagnosticsRequest message. Does not implicitly {@link flowmesh.v1.DiagnosticsRequest.verify|verify} messages.
             * @param message DiagnosticsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DiagnosticsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DiagnosticsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DiagnosticsRequest & flowmesh.v1.DiagnosticsRequest.$Shape} DiagnosticsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DiagnosticsRequest & flowmesh.v1.DiagnosticsRequest.$Shape;
        }

        namespace DiagnosticsRequest {

            /** Properties of a DiagnosticsRequest. */
            interface $Properties {

                /** DiagnosticsRequest logLines */
                logLines?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DiagnosticsRequest. */
            type $Shape = flowmesh.v1.DiagnosticsRequest.$Properties;
        }

        /**
         * Properties of a DiagnosticsResponse.
         * @deprecated Use flowmesh.v1.DiagnosticsResponse.$Properties instead.
         */
        interface IDiagnosticsResponse extends flowmesh.v1.DiagnosticsResponse.$Properties {
        }

        /** Represents a DiagnosticsResponse. */
        class DiagnosticsResponse {

            /**
             * Constructs a new DiagnosticsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DiagnosticsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DiagnosticsResponse nodeId. */
            nodeId: number;

            /** DiagnosticsResponse parts. */
            parts: flowmesh.v1.DiagnosticsPart[];

            /**
             * Creates a new DiagnosticsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DiagnosticsResponse instance
             */
            static create(properties: flowmesh.v1.DiagnosticsResponse.$Shape): flowmesh.v1.DiagnosticsResponse & flowmesh.v1.DiagnosticsResponse.$Shape;
            static create(properties?: flowmesh.v1.DiagnosticsResponse.$Properties): flowmesh.v1.DiagnosticsResponse;

            /**
             * Encodes the specified DiagnosticsResponse message. Does not implicitly {@link flowmesh.v1.DiagnosticsResponse.verify|verify} messages.
             * @param message DiagnosticsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DiagnosticsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DiagnosticsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DiagnosticsResponse & flowmesh.v1.DiagnosticsResponse.$Shape} DiagnosticsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DiagnosticsResponse & flowmesh.v1.DiagnosticsResponse.$Shape;
        }

        namespace DiagnosticsResponse {

            /** Properties of a DiagnosticsResponse. */
            interface $Properties {

                /** DiagnosticsResponse nodeId */
                nodeId?: number;

                /** DiagnosticsResponse parts */
                parts?: flowmesh.v1.DiagnosticsPart.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DiagnosticsResponse. */
            type $Shape = flowmesh.v1.DiagnosticsResponse.$Properties;
        }

        /**
         * Properties of a DiagnosticsPart.
         * @deprecated Use flowmesh.v1.DiagnosticsPart.$Properties instead.
         */
        interface IDiagnosticsPart extends flowmesh.v1.DiagnosticsPart.$Properties {
        }

        /** Represents a DiagnosticsPart. */
        class DiagnosticsPart {

            /**
             * Constructs a new DiagnosticsPart.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DiagnosticsPart.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DiagnosticsPart name. */
            name: string;

            /** DiagnosticsPart content. */
            content: Uint8Array;

            /**
             * Creates a new DiagnosticsPart instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DiagnosticsPart instance
             */
            static create(properties: flowmesh.v1.DiagnosticsPart.$Shape): flowmesh.v1.DiagnosticsPart & flowmesh.v1.DiagnosticsPart.$Shape;
            static create(properties?: flowmesh.v1.DiagnosticsPart.$Properties): flowmesh.v1.DiagnosticsPart;

            /**
             * Encodes the specified DiagnosticsPart message. Does not implicitly {@link flowmesh.v1.DiagnosticsPart.verify|verify} messages.
             * @param message DiagnosticsPart message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DiagnosticsPart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DiagnosticsPart message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DiagnosticsPart & flowmesh.v1.DiagnosticsPart.$Shape} DiagnosticsPart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DiagnosticsPart & flowmesh.v1.DiagnosticsPart.$Shape;
        }

        namespace DiagnosticsPart {

            /** Properties of a DiagnosticsPart. */
            interface $Properties {

                /** DiagnosticsPart name */
                name?: string;

                /** DiagnosticsPart content */
                content?: Uint8Array;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DiagnosticsPart. */
            type $Shape = flowmesh.v1.DiagnosticsPart.$Properties;
        }

        /**
         * Properties of a FindCoordinatorRequest.
         * @deprecated Use flowmesh.v1.FindCoordinatorRequest.$Properties instead.
         */
        interface IFindCoordinatorRequest extends flowmesh.v1.FindCoordinatorRequest.$Properties {
        }

        /** Represents a FindCoordinatorRequest. */
        class FindCoordinatorRequest {

            /**
             * Constructs a new FindCoordinatorRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.FindCoordinatorRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FindCoordinatorRequest key. */
            key: string;

            /**
             * Creates a new FindCoordinatorRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FindCoordinatorRequest instance
             */
            static create(properties: flowmesh.v1.FindCoordinatorRequest.$Shape): flowmesh.v1.FindCoordinatorRequest & flowmesh.v1.FindCoordinatorRequest.$Shape;
            static create(properties?: flowmesh.v1.FindCoordinatorRequest.$Properties): flowmesh.v1.FindCoordinatorRequest;

            /**
             * Encodes the specified FindCoordinatorRequest message. Does not implicitly {@link flowmesh.v1.FindCoordinatorRequest.verify|verify} messages.
             * @param message FindCoordinatorRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.FindCoordinatorRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FindCoordinatorRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.FindCoordinatorRequest & flowmesh.v1.FindCoordinatorRequest.$Shape} FindCoordinatorRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.FindCoordinatorRequest & flowmesh.v1.FindCoordinatorRequest.$Shape;
        }

        namespace FindCoordinatorRequest {

            /** Properties of a FindCoordinatorRequest. */
            interface $Properties {

                /** FindCoordinatorRequest key */
                key?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FindCoordinatorRequest. */
            type $Shape = flowmesh.v1.FindCoordinatorRequest.$Properties;
        }

        /**
         * Properties of a FindCoordinatorResponse.
         * @deprecated Use flowmesh.v1.FindCoordinatorResponse.$Properties instead.
         */
        interface IFindCoordinatorResponse extends flowmesh.v1.FindCoordinatorResponse.$Properties {
        }

        /** Represents a FindCoordinatorResponse. */
        class FindCoordinatorResponse {

            /**
             * Constructs a new FindCoordinatorResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.FindCoordinatorResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FindCoordinatorResponse shard. */
            shard: number;

            /** FindCoordinatorResponse shards. */
            shards: number;

            /** FindCoordinatorResponse resource. */
            resource: string;

            /** FindCoordinatorResponse leader. */
            leader: number;

            /** FindCoordinatorResponse leaderAddress. */
            leaderAddress: string;

            /**
             * Creates a new FindCoordinatorResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FindCoordinatorResponse instance
             */
            static create(properties: flowmesh.v1.FindCoordinatorResponse.$Shape): flowmesh.v1.FindCoordinatorResponse & flowmesh.v1.FindCoordinatorResponse.$Shape;
            static create(properties?: flowmesh.v1.FindCoordinatorResponse.$Properties): flowmesh.v1.FindCoordinatorResponse;

            /**
             * Encodes the specified FindCoordinatorResponse message. Does not implicitly {@link flowmesh.v1.FindCoordinatorResponse.verify|verify} messages.
             * @param message FindCoordinatorResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.FindCoordinatorResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FindCoordinatorResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.FindCoordinatorResponse & flowmesh.v1.FindCoordinatorResponse.$Shape} FindCoordinatorResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.FindCoordinatorResponse & flowmesh.v1.FindCoordinatorResponse.$Shape;
        }

        namespace FindCoordinatorResponse {

            /** Properties of a FindCoordinatorResponse. */
            interface $Properties {

                /** FindCoordinatorResponse shard */
                shard?: number;

                /** FindCoordinatorResponse shards */
                shards?: number;

                /** FindCoordinatorResponse resource */
                resource?: string;

                /** FindCoordinatorResponse leader */
                leader?: number;

                /** FindCoordinatorResponse leaderAddress */
                leaderAddress?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FindCoordinatorResponse. */
            type $Shape = flowmesh.v1.FindCoordinatorResponse.$Properties;
        }

        /**
         * Properties of a StreamPartitions.
         * @deprecated Use flowmesh.v1.StreamPartitions.$Properties instead.
         */
        interface IStreamPartitions extends flowmesh.v1.StreamPartitions.$Properties {
        }

        /** Represents a StreamPartitions. */
        class StreamPartitions {

            /**
             * Constructs a new StreamPartitions.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.StreamPartitions.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** StreamPartitions stream. */
            stream: string;

            /** StreamPartitions partitions. */
            partitions: number[];

            /**
             * Creates a new StreamPartitions instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StreamPartitions instance
             */
            static create(properties: flowmesh.v1.StreamPartitions.$Shape): flowmesh.v1.StreamPartitions & flowmesh.v1.StreamPartitions.$Shape;
            static create(properties?: flowmesh.v1.StreamPartitions.$Properties): flowmesh.v1.StreamPartitions;

            /**
             * Encodes the specified StreamPartitions message. Does not implicitly {@link flowmesh.v1.StreamPartitions.verify|verify} messages.
             * @param message StreamPartitions message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.StreamPartitions.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StreamPartitions message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.StreamPartitions & flowmesh.v1.StreamPartitions.$Shape} StreamPartitions
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.StreamPartitions & flowmesh.v1.StreamPartitions.$Shape;
        }

        namespace StreamPartitions {

            /** Properties of a StreamPartitions. */
            interface $Properties {

                /** StreamPartitions stream */
                stream?: string;

                /** StreamPartitions partitions */
                partitions?: number[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StreamPartitions. */
            type $Shape = flowmesh.v1.StreamPartitions.$Properties;
        }

        /** Assignor enum. */
        enum Assignor {

            /** ASSIGNOR_DEFAULT value */
            ASSIGNOR_DEFAULT = 0,

            /** ASSIGNOR_COOPERATIVE value */
            ASSIGNOR_COOPERATIVE = 1,

            /** ASSIGNOR_STICKY value */
            ASSIGNOR_STICKY = 2,

            /** ASSIGNOR_RANGE value */
            ASSIGNOR_RANGE = 3,

            /** ASSIGNOR_ROUND_ROBIN value */
            ASSIGNOR_ROUND_ROBIN = 4
        }

        /**
         * Properties of a JoinGroupRequest.
         * @deprecated Use flowmesh.v1.JoinGroupRequest.$Properties instead.
         */
        interface IJoinGroupRequest extends flowmesh.v1.JoinGroupRequest.$Properties {
        }

        /** Represents a JoinGroupRequest. */
        class JoinGroupRequest {

            /**
             * Constructs a new JoinGroupRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.JoinGroupRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** JoinGroupRequest group. */
            group: string;

            /** JoinGroupRequest memberId. */
            memberId: string;

            /** JoinGroupRequest instanceId. */
            instanceId: string;

            /** JoinGroupRequest clientId. */
            clientId: string;

            /** JoinGroupRequest rack. */
            rack: string;

            /** JoinGroupRequest streams. */
            streams: string[];

            /** JoinGroupRequest pattern. */
            pattern: string;

            /** JoinGroupRequest assignor. */
            assignor: flowmesh.v1.Assignor;

            /** JoinGroupRequest sessionTimeoutMs. */
            sessionTimeoutMs: number;

            /** JoinGroupRequest rebalanceTimeoutMs. */
            rebalanceTimeoutMs: number;

            /**
             * Creates a new JoinGroupRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns JoinGroupRequest instance
             */
            static create(properties: flowmesh.v1.JoinGroupRequest.$Shape): flowmesh.v1.JoinGroupRequest & flowmesh.v1.JoinGroupRequest.$Shape;
            static create(properties?: flowmesh.v1.JoinGroupRequest.$Properties): flowmesh.v1.JoinGroupRequest;

            /**
             * Encodes the specified JoinGroupRequest message. Does not implicitly {@link flowmesh.v1.JoinGroupRequest.verify|verify} messages.
             * @param message JoinGroupRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.JoinGroupRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a JoinGroupRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.JoinGroupRequest & flowmesh.v1.JoinGroupRequest.$Shape} JoinGroupRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.JoinGroupRequest & flowmesh.v1.JoinGroupRequest.$Shape;
        }

        namespace JoinGroupRequest {

            /** Properties of a JoinGroupRequest. */
            interface $Properties {

                /** JoinGroupRequest group */
                group?: string;

                /** JoinGroupRequest memberId */
                memberId?: string;

                /** JoinGroupRequest instanceId */
                instanceId?: string;

                /** JoinGroupRequest clientId */
                clientId?: string;

                /** JoinGroupRequest rack */
                rack?: string;

                /** JoinGroupRequest streams */
                streams?: string[];

                /** JoinGroupRequest pattern */
                pattern?: string;

                /** JoinGroupRequest assignor */
                assignor?: flowmesh.v1.Assignor;

                /** JoinGroupRequest sessionTimeoutMs */
                sessionTimeoutMs?: number;

                /** JoinGroupRequest rebalanceTimeoutMs */
                rebalanceTimeoutMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a JoinGroupRequest. */
            type $Shape = flowmesh.v1.JoinGroupRequest.$Properties;
        }

        /**
         * Properties of a GroupAssignment.
         * @deprecated Use flowmesh.v1.GroupAssignment.$Properties instead.
         */
        interface IGroupAssignment extends flowmesh.v1.GroupAssignment.$Properties {
        }

        /** Represents a GroupAssignment. */
        class GroupAssignment {

            /**
             * Constructs a new GroupAssignment.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GroupAssignment.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GroupAssignment epoch. */
            epoch: number;

            /** GroupAssignment partitions. */
            partitions: flowmesh.v1.StreamPartitions[];

            /** GroupAssignment heartbeatIntervalMs. */
            heartbeatIntervalMs: number;

            /** GroupAssignment stable. */
            stable: boolean;

            /**
             * Creates a new GroupAssignment instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GroupAssignment instance
             */
            static create(properties: flowmesh.v1.GroupAssignment.$Shape): flowmesh.v1.GroupAssignment & flowmesh.v1.GroupAssignment.$Shape;
            static create(properties?: flowmesh.v1.GroupAssignment.$Properties): flowmesh.v1.GroupAssignment;

            /**
             * Encodes the specified GroupAssignment message. Does not implicitly {@link flowmesh.v1.GroupAssignment.verify|verify} messages.
             * @param message GroupAssignment message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GroupAssignment.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GroupAssignment message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GroupAssignment & flowmesh.v1.GroupAssignment.$Shape} GroupAssignment
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GroupAssignment & flowmesh.v1.GroupAssignment.$Shape;
        }

        namespace GroupAssignment {

            /** Properties of a GroupAssignment. */
            interface $Properties {

                /** GroupAssignment epoch */
                epoch?: number;

                /** GroupAssignment partitions */
                partitions?: flowmesh.v1.StreamPartitions.$Properties[];

                /** GroupAssignment heartbeatIntervalMs */
                heartbeatIntervalMs?: number;

                /** GroupAssignment stable */
                stable?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GroupAssignment. */
            type $Shape = flowmesh.v1.GroupAssignment.$Properties;
        }

        /**
         * Properties of a HeartbeatRequest.
         * @deprecated Use flowmesh.v1.HeartbeatRequest.$Properties instead.
         */
        interface IHeartbeatRequest extends flowmesh.v1.HeartbeatRequest.$Properties {
        }

        /** Represents a HeartbeatRequest. */
        class HeartbeatRequest {

            /**
             * Constructs a new HeartbeatRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.HeartbeatRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HeartbeatRequest group. */
            group: string;

            /** HeartbeatRequest memberId. */
            memberId: string;

            /** HeartbeatRequest instanceId. */
            instanceId: string;

            /** HeartbeatRequest epoch. */
            epoch: number;

            /** HeartbeatRequest confirmedEpoch. */
            confirmedEpoch: number;

            /** HeartbeatRequest waitMs. */
            waitMs: number;

            /**
             * Creates a new HeartbeatRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HeartbeatRequest instance
             */
            static create(properties: flowmesh.v1.HeartbeatRequest.$Shape): flowmesh.v1.HeartbeatRequest & flowmesh.v1.HeartbeatRequest.$Shape;
            static create(properties?: flowmesh.v1.HeartbeatRequest.$Properties): flowmesh.v1.HeartbeatRequest;

            /**
             * Encodes the specified HeartbeatRequest message. Does not implicitly {@link flowmesh.v1.HeartbeatRequest.verify|verify} messages.
             * @param message HeartbeatRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.HeartbeatRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HeartbeatRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.HeartbeatRequest & flowmesh.v1.HeartbeatRequest.$Shape} HeartbeatRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.HeartbeatRequest & flowmesh.v1.HeartbeatRequest.$Shape;
        }

        namespace HeartbeatRequest {

            /** Properties of a HeartbeatRequest. */
            interface $Properties {

                /** HeartbeatRequest group */
                group?: string;

                /** HeartbeatRequest memberId */
                memberId?: string;

                /** HeartbeatRequest instanceId */
                instanceId?: string;

                /** HeartbeatRequest epoch */
                epoch?: number;

                /** HeartbeatRequest confirmedEpoch */
                confirmedEpoch?: number;

                /** HeartbeatRequest waitMs */
                waitMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HeartbeatRequest. */
            type $Shape = flowmesh.v1.HeartbeatRequest.$Properties;
        }

        /**
         * Properties of a LeaveGroupRequest.
         * @deprecated Use flowmesh.v1.LeaveGroupRequest.$Properties instead.
         */
        interface ILeaveGroupRequest extends flowmesh.v1.LeaveGroupRequest.$Properties {
        }

        /** Represents a LeaveGroupRequest. */
        class LeaveGroupRequest {

            /**
             * Constructs a new LeaveGroupRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.LeaveGroupRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LeaveGroupRequest group. */
            group: string;

            /** LeaveGroupRequest memberId. */
            memberId: string;

            /**
             * Creates a new LeaveGroupRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns LeaveGroupRequest instance
             */
            static create(properties: flowmesh.v1.LeaveGroupRequest.$Shape): flowmesh.v1.LeaveGroupRequest & flowmesh.v1.LeaveGroupRequest.$Shape;
            static create(properties?: flowmesh.v1.LeaveGroupRequest.$Properties): flowmesh.v1.LeaveGroupRequest;

            /**
             * Encodes the specified LeaveGroupRequest message. Does not implicitly {@link flowmesh.v1.LeaveGroupRequest.verify|verify} messages.
             * @param message LeaveGroupRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.LeaveGroupRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LeaveGroupRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.LeaveGroupRequest & flowmesh.v1.LeaveGroupRequest.$Shape} LeaveGroupRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.LeaveGroupRequest & flowmesh.v1.LeaveGroupRequest.$Shape;
        }

        namespace LeaveGroupRequest {

            /** Properties of a LeaveGroupRequest. */
            interface $Properties {

                /** LeaveGroupRequest group */
                group?: string;

                /** LeaveGroupRequest memberId */
                memberId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LeaveGroupRequest. */
            type $Shape = flowmesh.v1.LeaveGroupRequest.$Properties;
        }

        /**
         * Properties of a LeaveGroupResponse.
         * @deprecated Use flowmesh.v1.LeaveGroupResponse.$Properties instead.
         */
        interface ILeaveGroupResponse extends flowmesh.v1.LeaveGroupResponse.$Properties {
        }

        /** Represents a LeaveGroupResponse. */
        class LeaveGroupResponse {

            /**
             * Constructs a new LeaveGroupResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.LeaveGroupResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new LeaveGroupResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns LeaveGroupResponse instance
             */
            static create(properties: flowmesh.v1.LeaveGroupResponse.$Shape): flowmesh.v1.LeaveGroupResponse & flowmesh.v1.LeaveGroupResponse.$Shape;
            static create(properties?: flowmesh.v1.LeaveGroupResponse.$Properties): flowmesh.v1.LeaveGroupResponse;

            /**
             * Encodes the specified LeaveGroupResponse message. Does not implicitly {@link flowmesh.v1.LeaveGroupResponse.verify|verify} messages.
             * @param message LeaveGroupResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.LeaveGroupResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LeaveGroupResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.LeaveGroupResponse & flowmesh.v1.LeaveGroupResponse.$Shape} LeaveGroupResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.LeaveGroupResponse & flowmesh.v1.LeaveGroupResponse.$Shape;
        }

        namespace LeaveGroupResponse {

            /** Properties of a LeaveGroupResponse. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LeaveGroupResponse. */
            type $Shape = flowmesh.v1.LeaveGroupResponse.$Properties;
        }

        /**
         * Properties of a GroupOffset.
         * @deprecated Use flowmesh.v1.GroupOffset.$Properties instead.
         */
        interface IGroupOffset extends flowmesh.v1.GroupOffset.$Properties {
        }

        /** Represents a GroupOffset. */
        class GroupOffset {

            /**
             * Constructs a new GroupOffset.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GroupOffset.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GroupOffset stream. */
            stream: string;

            /** GroupOffset partition. */
            partition: number;

            /** GroupOffset offset. */
            offset: number;

            /** GroupOffset leaderEpoch. */
            leaderEpoch: number;

            /** GroupOffset metadata. */
            metadata: string;

            /** GroupOffset committedAtMs. */
            committedAtMs: number;

            /**
             * Creates a new GroupOffset instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GroupOffset instance
             */
            static create(properties: flowmesh.v1.GroupOffset.$Shape): flowmesh.v1.GroupOffset & flowmesh.v1.GroupOffset.$Shape;
            static create(properties?: flowmesh.v1.GroupOffset.$Properties): flowmesh.v1.GroupOffset;

            /**
             * Encodes the specified GroupOffset message. Does not implicitly {@link flowmesh.v1.GroupOffset.verify|verify} messages.
             * @param message GroupOffset message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GroupOffset.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GroupOffset message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GroupOffset & flowmesh.v1.GroupOffset.$Shape} GroupOffset
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GroupOffset & flowmesh.v1.GroupOffset.$Shape;
        }

        namespace GroupOffset {

            /** Properties of a GroupOffset. */
            interface $Properties {

                /** GroupOffset stream */
                stream?: string;

                /** GroupOffset partition */
                partition?: number;

                /** GroupOffset offset */
                offset?: number;

                /** GroupOffset leaderEpoch */
                leaderEpoch?: number;

                /** GroupOffset metadata */
                metadata?: string;

                /** GroupOffset committedAtMs */
                committedAtMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GroupOffset. */
            type $Shape = flowmesh.v1.GroupOffset.$Properties;
        }

        /**
         * Properties of a CommitOffsetsRequest.
         * @deprecated Use flowmesh.v1.CommitOffsetsRequest.$Properties instead.
         */
        interface ICommitOffsetsRequest extends flowmesh.v1.CommitOffsetsRequest.$Properties {
        }

        /** Represents a CommitOffsetsRequest. */
        class CommitOffsetsRequest {

            /**
             * Constructs a new CommitOffsetsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.CommitOffsetsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CommitOffsetsRequest group. */
            group: string;

            /** CommitOffsetsRequest memberId. */
            memberId: string;

            /** CommitOffsetsRequest epoch. */
            epoch: number;

            /** CommitOffsetsRequest offsets. */
            offsets: flowmesh.v1.GroupOffset[];

            /** CommitOffsetsRequest transaction. */
            transaction: flowmesh.v1.TransactionProducer;

            /**
             * Creates a new CommitOffsetsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CommitOffsetsRequest instance
             */
            static create(properties: flowmesh.v1.CommitOffsetsRequest.$Shape): flowmesh.v1.CommitOffsetsRequest & flowmesh.v1.CommitOffsetsRequest.$Shape;
            static create(properties?: flowmesh.v1.CommitOffsetsRequest.$Properties): flowmesh.v1.CommitOffsetsRequest;

            /**
             * Encodes the specified CommitOffsetsRequest message. Does not implicitly {@link flowmesh.v1.CommitOffsetsRequest.verify|verify} messages.
             * @param message CommitOffsetsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.CommitOffsetsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CommitOffsetsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.CommitOffsetsRequest & flowmesh.v1.CommitOffsetsRequest.$Shape} CommitOffsetsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.CommitOffsetsRequest & flowmesh.v1.CommitOffsetsRequest.$Shape;
        }

        namespace CommitOffsetsRequest {

            /** Properties of a CommitOffsetsRequest. */
            interface $Properties {

                /** CommitOffsetsRequest group */
                group?: string;

                /** CommitOffsetsRequest memberId */
                memberId?: string;

                /** CommitOffsetsRequest epoch */
                epoch?: number;

                /** CommitOffsetsRequest offsets */
                offsets?: flowmesh.v1.GroupOffset.$Properties[];

                /** CommitOffsetsRequest transaction */
                transaction?: flowmesh.v1.TransactionProducer.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CommitOffsetsRequest. */
            type $Shape = flowmesh.v1.CommitOffsetsRequest.$Properties;
        }

        /**
         * Properties of a TransactionProducer.
         * @deprecated Use flowmesh.v1.TransactionProducer.$Properties instead.
         */
        interface ITransactionProducer extends flowmesh.v1.TransactionProducer.$Properties {
        }

        /** Represents a TransactionProducer. */
        class TransactionProducer {

            /**
             * Constructs a new TransactionProducer.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.TransactionProducer.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TransactionProducer producerId. */
            producerId: number;

            /** TransactionProducer producerEpoch. */
            producerEpoch: number;

            /**
             * Creates a new TransactionProducer instance using the specified properties.
             * @param [properties] Properties to set
             * @returns TransactionProducer instance
             */
            static create(properties: flowmesh.v1.TransactionProducer.$Shape): flowmesh.v1.TransactionProducer & flowmesh.v1.TransactionProducer.$Shape;
            static create(properties?: flowmesh.v1.TransactionProducer.$Properties): flowmesh.v1.TransactionProducer;

            /**
             * Encodes the specified TransactionProducer message. Does not implicitly {@link flowmesh.v1.TransactionProducer.verify|verify} messages.
             * @param message TransactionProducer message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.TransactionProducer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TransactionProducer message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.TransactionProducer & flowmesh.v1.TransactionProducer.$Shape} TransactionProducer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.TransactionProducer & flowmesh.v1.TransactionProducer.$Shape;
        }

        namespace TransactionProducer {

            /** Properties of a TransactionProducer. */
            interface $Properties {

                /** TransactionProducer producerId */
                producerId?: number;

                /** TransactionProducer producerEpoch */
                producerEpoch?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TransactionProducer. */
            type $Shape = flowmesh.v1.TransactionProducer.$Properties;
        }

        /**
         * Properties of a CommitOffsetsResponse.
         * @deprecated Use flowmesh.v1.CommitOffsetsResponse.$Properties instead.
         */
        interface ICommitOffsetsResponse extends flowmesh.v1.CommitOffsetsResponse.$Properties {
        }

        /** Represents a CommitOffsetsResponse. */
        class CommitOffsetsResponse {

            /**
             * Constructs a new CommitOffsetsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.CommitOffsetsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CommitOffsetsResponse outcomes. */
            outcomes: flowmesh.v1.CommitOutcome[];

            /**
             * Creates a new CommitOffsetsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CommitOffsetsResponse instance
             */
            static create(properties: flowmesh.v1.CommitOffsetsResponse.$Shape): flowmesh.v1.CommitOffsetsResponse & flowmesh.v1.CommitOffsetsResponse.$Shape;
            static create(properties?: flowmesh.v1.CommitOffsetsResponse.$Properties): flowmesh.v1.CommitOffsetsResponse;

            /**
             * Encodes the specified CommitOffsetsResponse message. Does not implicitly {@link flowmesh.v1.CommitOffsetsResponse.verify|verify} messages.
             * @param message CommitOffsetsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.CommitOffsetsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CommitOffsetsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.CommitOffsetsResponse & flowmesh.v1.CommitOffsetsResponse.$Shape} CommitOffsetsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.CommitOffsetsResponse & flowmesh.v1.CommitOffsetsResponse.$Shape;
        }

        namespace CommitOffsetsResponse {

            /** Properties of a CommitOffsetsResponse. */
            interface $Properties {

                /** CommitOffsetsResponse outcomes */
                outcomes?: flowmesh.v1.CommitOutcome.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CommitOffsetsResponse. */
            type $Shape = flowmesh.v1.CommitOffsetsResponse.$Properties;
        }

        /**
         * Properties of a CommitOutcome.
         * @deprecated Use flowmesh.v1.CommitOutcome.$Properties instead.
         */
        interface ICommitOutcome extends flowmesh.v1.CommitOutcome.$Properties {
        }

        /** Represents a CommitOutcome. */
        class CommitOutcome {

            /**
             * Constructs a new CommitOutcome.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.CommitOutcome.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CommitOutcome stream. */
            stream: string;

            /** CommitOutcome partition. */
            partition: number;

            /** CommitOutcome offset. */
            offset: number;

            /** CommitOutcome error. */
            error: flowmesh.v1.Error;

            /**
             * Creates a new CommitOutcome instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CommitOutcome instance
             */
            static create(properties: flowmesh.v1.CommitOutcome.$Shape): flowmesh.v1.CommitOutcome & flowmesh.v1.CommitOutcome.$Shape;
            static create(properties?: flowmesh.v1.CommitOutcome.$Properties): flowmesh.v1.CommitOutcome;

            /**
             * Encodes the specified CommitOutcome message. Does not implicitly {@link flowmesh.v1.CommitOutcome.verify|verify} messages.
             * @param message CommitOutcome message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.CommitOutcome.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CommitOutcome message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.CommitOutcome & flowmesh.v1.CommitOutcome.$Shape} CommitOutcome
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.CommitOutcome & flowmesh.v1.CommitOutcome.$Shape;
        }

        namespace CommitOutcome {

            /** Properties of a CommitOutcome. */
            interface $Properties {

                /** CommitOutcome stream */
                stream?: string;

                /** CommitOutcome partition */
                partition?: number;

                /** CommitOutcome offset */
                offset?: number;

                /** CommitOutcome error */
                error?: flowmesh.v1.Error.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CommitOutcome. */
            type $Shape = flowmesh.v1.CommitOutcome.$Properties;
        }

        /**
         * Properties of a FetchOffsetsRequest.
         * @deprecated Use flowmesh.v1.FetchOffsetsRequest.$Properties instead.
         */
        interface IFetchOffsetsRequest extends flowmesh.v1.FetchOffsetsRequest.$Properties {
        }

        /** Represents a FetchOffsetsRequest. */
        class FetchOffsetsRequest {

            /**
             * Constructs a new FetchOffsetsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.FetchOffsetsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FetchOffsetsRequest group. */
            group: string;

            /** FetchOffsetsRequest partitions. */
            partitions: flowmesh.v1.StreamPartitions[];

            /**
             * Creates a new FetchOffsetsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FetchOffsetsRequest instance
             */
            static create(properties: flowmesh.v1.FetchOffsetsRequest.$Shape): flowmesh.v1.FetchOffsetsRequest & flowmesh.v1.FetchOffsetsRequest.$Shape;
            static create(properties?: flowmesh.v1.FetchOffsetsRequest.$Properties): flowmesh.v1.FetchOffsetsRequest;

            /**
             * Encodes the specified FetchOffsetsRequest message. Does not implicitly {@link flowmesh.v1.FetchOffsetsRequest.verify|verify} messages.
             * @param message FetchOffsetsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.FetchOffsetsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FetchOffsetsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.FetchOffsetsRequest & flowmesh.v1.FetchOffsetsRequest.$Shape} FetchOffsetsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.FetchOffsetsRequest & flowmesh.v1.FetchOffsetsRequest.$Shape;
        }

        namespace FetchOffsetsRequest {

            /** Properties of a FetchOffsetsRequest. */
            interface $Properties {

                /** FetchOffsetsRequest group */
                group?: string;

                /** FetchOffsetsRequest partitions */
                partitions?: flowmesh.v1.StreamPartitions.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FetchOffsetsRequest. */
            type $Shape = flowmesh.v1.FetchOffsetsRequest.$Properties;
        }

        /**
         * Properties of a FetchOffsetsResponse.
         * @deprecated Use flowmesh.v1.FetchOffsetsResponse.$Properties instead.
         */
        interface IFetchOffsetsResponse extends flowmesh.v1.FetchOffsetsResponse.$Properties {
        }

        /** Represents a FetchOffsetsResponse. */
        class FetchOffsetsResponse {

            /**
             * Constructs a new FetchOffsetsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.FetchOffsetsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FetchOffsetsResponse offsets. */
            offsets: flowmesh.v1.GroupOffset[];

            /**
             * Creates a new FetchOffsetsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FetchOffsetsResponse instance
             */
            static create(properties: flowmesh.v1.FetchOffsetsResponse.$Shape): flowmesh.v1.FetchOffsetsResponse & flowmesh.v1.FetchOffsetsResponse.$Shape;
            static create(properties?: flowmesh.v1.FetchOffsetsResponse.$Properties): flowmesh.v1.FetchOffsetsResponse;

            /**
             * Encodes the specified FetchOffsetsResponse message. Does not implicitly {@link flowmesh.v1.FetchOffsetsResponse.verify|verify} messages.
             * @param message FetchOffsetsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.FetchOffsetsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FetchOffsetsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.FetchOffsetsResponse & flowmesh.v1.FetchOffsetsResponse.$Shape} FetchOffsetsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.FetchOffsetsResponse & flowmesh.v1.FetchOffsetsResponse.$Shape;
        }

        namespace FetchOffsetsResponse {

            /** Properties of a FetchOffsetsResponse. */
            interface $Properties {

                /** FetchOffsetsResponse offsets */
                offsets?: flowmesh.v1.GroupOffset.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FetchOffsetsResponse. */
            type $Shape = flowmesh.v1.FetchOffsetsResponse.$Properties;
        }

        /**
         * Properties of a ListGroupsRequest.
         * @deprecated Use flowmesh.v1.ListGroupsRequest.$Properties instead.
         */
        interface IListGroupsRequest extends flowmesh.v1.ListGroupsRequest.$Properties {
        }

        /** Represents a ListGroupsRequest. */
        class ListGroupsRequest {

            /**
             * Constructs a new ListGroupsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListGroupsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListGroupsRequest shard. */
            shard: number;

            /** ListGroupsRequest prefix. */
            prefix: string;

            /** ListGroupsRequest pageSize. */
            pageSize: number;

            /** ListGroupsRequest pageToken. */
            pageToken: string;

            /**
             * Creates a new ListGroupsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListGroupsRequest instance
             */
            static create(properties: flowmesh.v1.ListGroupsRequest.$Shape): flowmesh.v1.ListGroupsRequest & flowmesh.v1.ListGroupsRequest.$Shape;
            static create(properties?: flowmesh.v1.ListGroupsRequest.$Properties): flowmesh.v1.ListGroupsRequest;

            /**
             * Encodes the specified ListGroupsRequest message. Does not implicitly {@link flowmesh.v1.ListGroupsRequest.verify|verify} messages.
             * @param message ListGroupsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListGroupsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListGroupsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListGroupsRequest & flowmesh.v1.ListGroupsRequest.$Shape} ListGroupsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListGroupsRequest & flowmesh.v1.ListGroupsRequest.$Shape;
        }

        namespace ListGroupsRequest {

            /** Properties of a ListGroupsRequest. */
            interface $Properties {

                /** ListGroupsRequest shard */
                shard?: number;

                /** ListGroupsRequest prefix */
                prefix?: string;

                /** ListGroupsRequest pageSize */
                pageSize?: number;

                /** ListGroupsRequest pageToken */
                pageToken?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListGroupsRequest. */
            type $Shape = flowmesh.v1.ListGroupsRequest.$Properties;
        }

        /**
         * Properties of a ListGroupsResponse.
         * @deprecated Use flowmesh.v1.ListGroupsResponse.$Properties instead.
         */
        interface IListGroupsResponse extends flowmesh.v1.ListGroupsResponse.$Properties {
        }

        /** Represents a ListGroupsResponse. */
        class ListGroupsResponse {

            /**
             * Constructs a new ListGroupsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListGroupsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListGroupsResponse groups. */
            groups: flowmesh.v1.GroupInfo[];

            /** ListGroupsResponse nextPageToken. */
            nextPageToken: string;

            /**
             * Creates a new ListGroupsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListGroupsResponse instance
             */
            static create(properties: flowmesh.v1.ListGroupsResponse.$Shape): flowmesh.v1.ListGroupsResponse & flowmesh.v1.ListGroupsResponse.$Shape;
            static create(properties?: flowmesh.v1.ListGroupsResponse.$Properties): flowmesh.v1.ListGroupsResponse;

            /**
             * Encodes the specified ListGroupsResponse message. Does not implicitly {@link flowmesh.v1.ListGroupsResponse.verify|verify} messages.
             * @param message ListGroupsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListGroupsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListGroupsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListGroupsResponse & flowmesh.v1.ListGroupsResponse.$Shape} ListGroupsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListGroupsResponse & flowmesh.v1.ListGroupsResponse.$Shape;
        }

        namespace ListGroupsResponse {

            /** Properties of a ListGroupsResponse. */
            interface $Properties {

                /** ListGroupsResponse groups */
                groups?: flowmesh.v1.GroupInfo.$Properties[];

                /** ListGroupsResponse nextPageToken */
                nextPageToken?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListGroupsResponse. */
            type $Shape = flowmesh.v1.ListGroupsResponse.$Properties;
        }

        /**
         * Properties of a GroupInfo.
         * @deprecated Use flowmesh.v1.GroupInfo.$Properties instead.
         */
        interface IGroupInfo extends flowmesh.v1.GroupInfo.$Properties {
        }

        /** Represents a GroupInfo. */
        class GroupInfo {

            /**
             * Constructs a new GroupInfo.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GroupInfo.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GroupInfo group. */
            group: string;

            /** GroupInfo state. */
            state: string;

            /** GroupInfo members. */
            members: number;

            /** GroupInfo assignor. */
            assignor: string;

            /** GroupInfo epoch. */
            epoch: number;

            /** GroupInfo rebalances. */
            rebalances: number;

            /** GroupInfo protocol. */
            protocol: string;

            /**
             * Creates a new GroupInfo instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GroupInfo instance
             */
            static create(properties: flowmesh.v1.GroupInfo.$Shape): flowmesh.v1.GroupInfo & flowmesh.v1.GroupInfo.$Shape;
            static create(properties?: flowmesh.v1.GroupInfo.$Properties): flowmesh.v1.GroupInfo;

            /**
             * Encodes the specified GroupInfo message. Does not implicitly {@link flowmesh.v1.GroupInfo.verify|verify} messages.
             * @param message GroupInfo message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GroupInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GroupInfo message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GroupInfo & flowmesh.v1.GroupInfo.$Shape} GroupInfo
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GroupInfo & flowmesh.v1.GroupInfo.$Shape;
        }

        namespace GroupInfo {

            /** Properties of a GroupInfo. */
            interface $Properties {

                /** GroupInfo group */
                group?: string;

                /** GroupInfo state */
                state?: string;

                /** GroupInfo members */
                members?: number;

                /** GroupInfo assignor */
                assignor?: string;

                /** GroupInfo epoch */
                epoch?: number;

                /** GroupInfo rebalances */
                rebalances?: number;

                /** GroupInfo protocol */
                protocol?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GroupInfo. */
            type $Shape = flowmesh.v1.GroupInfo.$Properties;
        }

        /**
         * Properties of a DescribeGroupRequest.
         * @deprecated Use flowmesh.v1.DescribeGroupRequest.$Properties instead.
         */
        interface IDescribeGroupRequest extends flowmesh.v1.DescribeGroupRequest.$Properties {
        }

        /** Represents a DescribeGroupRequest. */
        class DescribeGroupRequest {

            /**
             * Constructs a new DescribeGroupRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DescribeGroupRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DescribeGroupRequest group. */
            group: string;

            /**
             * Creates a new DescribeGroupRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DescribeGroupRequest instance
             */
            static create(properties: flowmesh.v1.DescribeGroupRequest.$Shape): flowmesh.v1.DescribeGroupRequest & flowmesh.v1.DescribeGroupRequest.$Shape;
            static create(properties?: flowmesh.v1.DescribeGroupRequest.$Properties): flowmesh.v1.DescribeGroupRequest;

            /**
             * Encodes the specified DescribeGroupRequest message. Does not implicitly {@link flowmesh.v1.DescribeGroupRequest.verify|verify} messages.
             * @param message DescribeGroupRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DescribeGroupRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DescribeGroupRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DescribeGroupRequest & flowmesh.v1.DescribeGroupRequest.$Shape} DescribeGroupRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DescribeGroupRequest & flowmesh.v1.DescribeGroupRequest.$Shape;
        }

        namespace DescribeGroupRequest {

            /** Properties of a DescribeGroupRequest. */
            interface $Properties {

                /** DescribeGroupRequest group */
                group?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DescribeGroupRequest. */
            type $Shape = flowmesh.v1.DescribeGroupRequest.$Properties;
        }

        /**
         * Properties of a GroupDescription.
         * @deprecated Use flowmesh.v1.GroupDescription.$Properties instead.
         */
        interface IGroupDescription extends flowmesh.v1.GroupDescription.$Properties {
        }

        /** Represents a GroupDescription. */
        class GroupDescription {

            /**
             * Constructs a new GroupDescription.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GroupDescription.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GroupDescription info. */
            info: flowmesh.v1.GroupInfo;

            /** GroupDescription members. */
            members: flowmesh.v1.GroupMember[];

            /** GroupDescription partitions. */
            partitions: flowmesh.v1.GroupPartition[];

            /** GroupDescription undoAtMs. */
            undoAtMs: number;

            /**
             * Creates a new GroupDescription instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GroupDescription instance
             */
            static create(properties: flowmesh.v1.GroupDescription.$Shape): flowmesh.v1.GroupDescription & flowmesh.v1.GroupDescription.$Shape;
            static create(properties?: flowmesh.v1.GroupDescription.$Properties): flowmesh.v1.GroupDescription;

            /**
             * Encodes the specified GroupDescription message. Does not implicitly {@link flowmesh.v1.GroupDescription.verify|verify} messages.
             * @param message GroupDescription message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GroupDescription.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GroupDescription message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GroupDescription & flowmesh.v1.GroupDescription.$Shape} GroupDescription
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GroupDescription & flowmesh.v1.GroupDescription.$Shape;
        }

        namespace GroupDescription {

            /** Properties of a GroupDescription. */
            interface $Properties {

                /** GroupDescription info */
                info?: flowmesh.v1.GroupInfo.$Properties;

                /** GroupDescription members */
                members?: flowmesh.v1.GroupMember.$Properties[];

                /** GroupDescription partitions */
                partitions?: flowmesh.v1.GroupPartition.$Properties[];

                /** GroupDescription undoAtMs */
                undoAtMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GroupDescription. */
            type $Shape = flowmesh.v1.GroupDescription.$Properties;
        }

        /**
         * Properties of a GroupMember.
         * @deprecated Use flowmesh.v1.GroupMember.$Properties instead.
         */
        interface IGroupMember extends flowmesh.v1.GroupMember.$Properties {
        }

        /** Represents a GroupMember. */
        class GroupMember {

            /**
             * Constructs a new GroupMember.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GroupMember.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GroupMember memberId. */
            memberId: string;

            /** GroupMember instanceId. */
            instanceId: string;

            /** GroupMember clientId. */
            clientId: string;

            /** GroupMember host. */
            host: string;

            /** GroupMember rack. */
            rack: string;

            /** GroupMember streams. */
            streams: string[];

            /** GroupMember pattern. */
            pattern: string;

            /** GroupMember epoch. */
            epoch: number;

            /** GroupMember joinedAtMs. */
            joinedAtMs: number;

            /** GroupMember assigned. */
            assigned: flowmesh.v1.StreamPartitions[];

            /** GroupMember revoking. */
            revoking: flowmesh.v1.StreamPartitions[];

            /**
             * Creates a new GroupMember instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GroupMember instance
             */
            static create(properties: flowmesh.v1.GroupMember.$Shape): flowmesh.v1.GroupMember & flowmesh.v1.GroupMember.$Shape;
            static create(properties?: flowmesh.v1.GroupMember.$Properties): flowmesh.v1.GroupMember;

            /**
             * Encodes the specified GroupMember message. Does not implicitly {@link flowmesh.v1.GroupMember.verify|verify} messages.
             * @param message GroupMember message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GroupMember.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GroupMember message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GroupMember & flowmesh.v1.GroupMember.$Shape} GroupMember
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GroupMember & flowmesh.v1.GroupMember.$Shape;
        }

        namespace GroupMember {

            /** Properties of a GroupMember. */
            interface $Properties {

                /** GroupMember memberId */
                memberId?: string;

                /** GroupMember instanceId */
                instanceId?: string;

                /** GroupMember clientId */
                clientId?: string;

                /** GroupMember host */
                host?: string;

                /** GroupMember rack */
                rack?: string;

                /** GroupMember streams */
                streams?: string[];

                /** GroupMember pattern */
                pattern?: string;

                /** GroupMember epoch */
                epoch?: number;

                /** GroupMember joinedAtMs */
                joinedAtMs?: number;

                /** GroupMember assigned */
                assigned?: flowmesh.v1.StreamPartitions.$Properties[];

                /** GroupMember revoking */
                revoking?: flowmesh.v1.StreamPartitions.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GroupMember. */
            type $Shape = flowmesh.v1.GroupMember.$Properties;
        }

        /**
         * Properties of a GroupPartition.
         * @deprecated Use flowmesh.v1.GroupPartition.$Properties instead.
         */
        interface IGroupPartition extends flowmesh.v1.GroupPartition.$Properties {
        }

        /** Represents a GroupPartition. */
        class GroupPartition {

            /**
             * Constructs a new GroupPartition.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GroupPartition.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GroupPartition stream. */
            stream: string;

            /** GroupPartition partition. */
            partition: number;

            /** GroupPartition committedOffset. */
            committedOffset: number;

            /** GroupPartition metadata. */
            metadata: string;

            /** GroupPartition committedAtMs. */
            committedAtMs: number;

            /** GroupPartition logStartOffset. */
            logStartOffset: number;

            /** GroupPartition highWatermark. */
            highWatermark: number;

            /** GroupPartition lag. */
            lag: number;

            /** GroupPartition lagMs. */
            lagMs: number;

            /** GroupPartition memberId. */
            memberId: string;

            /**
             * Creates a new GroupPartition instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GroupPartition instance
             */
            static create(properties: flowmesh.v1.GroupPartition.$Shape): flowmesh.v1.GroupPartition & flowmesh.v1.GroupPartition.$Shape;
            static create(properties?: flowmesh.v1.GroupPartition.$Properties): flowmesh.v1.GroupPartition;

            /**
             * Encodes the specified GroupPartition message. Does not implicitly {@link flowmesh.v1.GroupPartition.verify|verify} messages.
             * @param message GroupPartition message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GroupPartition.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GroupPartition message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GroupPartition & flowmesh.v1.GroupPartition.$Shape} GroupPartition
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GroupPartition & flowmesh.v1.GroupPartition.$Shape;
        }

        namespace GroupPartition {

            /** Properties of a GroupPartition. */
            interface $Properties {

                /** GroupPartition stream */
                stream?: string;

                /** GroupPartition partition */
                partition?: number;

                /** GroupPartition committedOffset */
                committedOffset?: number;

                /** GroupPartition metadata */
                metadata?: string;

                /** GroupPartition committedAtMs */
                committedAtMs?: number;

                /** GroupPartition logStartOffset */
                logStartOffset?: number;

                /** GroupPartition highWatermark */
                highWatermark?: number;

                /** GroupPartition lag */
                lag?: number;

                /** GroupPartition lagMs */
                lagMs?: number;

                /** GroupPartition memberId */
                memberId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GroupPartition. */
            type $Shape = flowmesh.v1.GroupPartition.$Properties;
        }

        /**
         * Properties of a ResetOffsetsRequest.
         * @deprecated Use flowmesh.v1.ResetOffsetsRequest.$Properties instead.
         */
        interface IResetOffsetsRequest extends flowmesh.v1.ResetOffsetsRequest.$Properties {
        }

        /** Represents a ResetOffsetsRequest. */
        class ResetOffsetsRequest {

            /**
             * Constructs a new ResetOffsetsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ResetOffsetsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ResetOffsetsRequest group. */
            group: string;

            /** ResetOffsetsRequest earliest. */
            earliest: (boolean|null);

            /** ResetOffsetsRequest latest. */
            latest: (boolean|null);

            /** ResetOffsetsRequest timestampMs. */
            timestampMs: (number|null);

            /** ResetOffsetsRequest offset. */
            offset: (number|null);

            /** ResetOffsetsRequest shift. */
            shift: (number|null);

            /** ResetOffsetsRequest partitions. */
            partitions: flowmesh.v1.StreamPartitions[];

            /** ResetOffsetsRequest dryRun. */
            dryRun: boolean;

            /** ResetOffsetsRequest force. */
            force: boolean;

            /** ResetOffsetsRequest to. */
            to?: ("earliest"|"latest"|"timestampMs"|"offset"|"shift");

            /**
             * Creates a new ResetOffsetsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ResetOffsetsRequest instance
             */
            static create(properties: flowmesh.v1.ResetOffsetsRequest.$Shape): flowmesh.v1.ResetOffsetsRequest & flowmesh.v1.ResetOffsetsRequest.$Shape;
            static create(properties?: flowmesh.v1.ResetOffsetsRequest.$Properties): flowmesh.v1.ResetOffsetsRequest;

            /**
             * Encodes the specified ResetOffsetsRequest message. Does not implicitly {@link flowmesh.v1.ResetOffsetsRequest.verify|verify} messages.
             * @param message ResetOffsetsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ResetOffsetsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ResetOffsetsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ResetOffsetsRequest & flowmesh.v1.ResetOffsetsRequest.$Shape} ResetOffsetsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ResetOffsetsRequest & flowmesh.v1.ResetOffsetsRequest.$Shape;
        }

        namespace ResetOffsetsRequest {

            /** Properties of a ResetOffsetsRequest. */
            interface $Properties {

                /** ResetOffsetsRequest group */
                group?: string;

                /** ResetOffsetsRequest earliest */
                earliest?: (boolean|null);

                /** ResetOffsetsRequest latest */
                latest?: (boolean|null);

                /** ResetOffsetsRequest timestampMs */
                timestampMs?: (number|null);

                /** ResetOffsetsRequest offset */
                offset?: (number|null);

                /** ResetOffsetsRequest shift */
                shift?: (number|null);

                /** ResetOffsetsRequest partitions */
                partitions?: flowmesh.v1.StreamPartitions.$Properties[];

                /** ResetOffsetsRequest dryRun */
                dryRun?: boolean;

                /** ResetOffsetsRequest force */
                force?: boolean;

                /** ResetOffsetsRequest to */
                to?: ("earliest"|"latest"|"timestampMs"|"offset"|"shift");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a ResetOffsetsRequest. */
            type $Shape = {
              group?: string;
              earliest?: boolean|null;
              latest?: boolean|null;
              timestampMs?: number|null;
              offset?: number|null;
              shift?: number|null;
              partitions?: flowmesh.v1.StreamPartitions.$Shape[];
              dryRun?: boolean;
              force?: boolean;
              $unknowns?: Uint8Array[];
            } & (
              ({ to?: undefined; earliest?: null; latest?: null; timestampMs?: null; offset?: null; shift?: null }|{ to?: "earliest"; earliest: boolean; latest?: null; timestampMs?: null; offset?: null; shift?: null }|{ to?: "latest"; earliest?: null; latest: boolean; timestampMs?: null; offset?: null; shift?: null }|{ to?: "timestampMs"; earliest?: null; latest?: null; timestampMs: number; offset?: null; shift?: null }|{ to?: "offset"; earliest?: null; latest?: null; timestampMs?: null; offset: number; shift?: null }|{ to?: "shift"; earliest?: null; latest?: null; timestampMs?: null; offset?: null; shift: number })
            );
        }

        /**
         * Properties of a ResetOffsetsResponse.
         * @deprecated Use flowmesh.v1.ResetOffsetsResponse.$Properties instead.
         */
        interface IResetOffsetsResponse extends flowmesh.v1.ResetOffsetsResponse.$Properties {
        }

        /** Represents a ResetOffsetsResponse. */
        class ResetOffsetsResponse {

            /**
             * Constructs a new ResetOffsetsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ResetOffsetsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ResetOffsetsResponse offsets. */
            offsets: flowmesh.v1.ResetOffset[];

            /**
             * Creates a new ResetOffsetsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ResetOffsetsResponse instance
             */
            static create(properties: flowmesh.v1.ResetOffsetsResponse.$Shape): flowmesh.v1.ResetOffsetsResponse & flowmesh.v1.ResetOffsetsResponse.$Shape;
            static create(properties?: flowmesh.v1.ResetOffsetsResponse.$Properties): flowmesh.v1.ResetOffsetsResponse;

            /**
             * Encodes the specified ResetOffsetsResponse message. Does not implicitly {@link flowmesh.v1.ResetOffsetsResponse.verify|verify} messages.
             * @param message ResetOffsetsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ResetOffsetsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ResetOffsetsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ResetOffsetsResponse & flowmesh.v1.ResetOffsetsResponse.$Shape} ResetOffsetsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ResetOffsetsResponse & flowmesh.v1.ResetOffsetsResponse.$Shape;
        }

        namespace ResetOffsetsResponse {

            /** Properties of a ResetOffsetsResponse. */
            interface $Properties {

                /** ResetOffsetsResponse offsets */
                offsets?: flowmesh.v1.ResetOffset.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ResetOffsetsResponse. */
            type $Shape = flowmesh.v1.ResetOffsetsResponse.$Properties;
        }

        /**
         * Properties of a ResetOffset.
         * @deprecated Use flowmesh.v1.ResetOffset.$Properties instead.
         */
        interface IResetOffset extends flowmesh.v1.ResetOffset.$Properties {
        }

        /** Represents a ResetOffset. */
        class ResetOffset {

            /**
             * Constructs a new ResetOffset.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ResetOffset.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ResetOffset stream. */
            stream: string;

            /** ResetOffset partition. */
            partition: number;

            /** ResetOffset before. */
            before: number;

            /** ResetOffset after. */
            after: number;

            /**
             * Creates a new ResetOffset instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ResetOffset instance
             */
            static create(properties: flowmesh.v1.ResetOffset.$Shape): flowmesh.v1.ResetOffset & flowmesh.v1.ResetOffset.$Shape;
            static create(properties?: flowmesh.v1.ResetOffset.$Properties): flowmesh.v1.ResetOffset;

            /**
             * Encodes the specified ResetOffset message. Does not implicitly {@link flowmesh.v1.ResetOffset.verify|verify} messages.
             * @param message ResetOffset message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ResetOffset.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ResetOffset message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ResetOffset & flowmesh.v1.ResetOffset.$Shape} ResetOffset
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ResetOffset & flowmesh.v1.ResetOffset.$Shape;
        }

        namespace ResetOffset {

            /** Properties of a ResetOffset. */
            interface $Properties {

                /** ResetOffset stream */
                stream?: string;

                /** ResetOffset partition */
                partition?: number;

                /** ResetOffset before */
                before?: number;

                /** ResetOffset after */
                after?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ResetOffset. */
            type $Shape = flowmesh.v1.ResetOffset.$Properties;
        }

        /**
         * Properties of an UndoResetRequest.
         * @deprecated Use flowmesh.v1.UndoResetRequest.$Properties instead.
         */
        interface IUndoResetRequest extends flowmesh.v1.UndoResetRequest.$Properties {
        }

        /** Represents an UndoResetRequest. */
        class UndoResetRequest {

            /**
             * Constructs a new UndoResetRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.UndoResetRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** UndoResetRequest group. */
            group: string;

            /** UndoResetRequest force. */
            force: boolean;

            /**
             * Creates a new UndoResetRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns UndoResetRequest instance
             */
            static create(properties: flowmesh.v1.UndoResetRequest.$Shape): flowmesh.v1.UndoResetRequest & flowmesh.v1.UndoResetRequest.$Shape;
            static create(properties?: flowmesh.v1.UndoResetRequest.$Properties): flowmesh.v1.UndoResetRequest;

            /**
             * Encodes the specified UndoResetRequest message. Does not implicitly {@link flowmesh.v1.UndoResetRequest.verify|verify} messages.
             * @param message UndoResetRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.UndoResetRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an UndoResetRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.UndoResetRequest & flowmesh.v1.UndoResetRequest.$Shape} UndoResetRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.UndoResetRequest & flowmesh.v1.UndoResetRequest.$Shape;
        }

        namespace UndoResetRequest {

            /** Properties of an UndoResetRequest. */
            interface $Properties {

                /** UndoResetRequest group */
                group?: string;

                /** UndoResetRequest force */
                force?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an UndoResetRequest. */
            type $Shape = flowmesh.v1.UndoResetRequest.$Properties;
        }

        /**
         * Properties of a DeleteOffsetsRequest.
         * @deprecated Use flowmesh.v1.DeleteOffsetsRequest.$Properties instead.
         */
        interface IDeleteOffsetsRequest extends flowmesh.v1.DeleteOffsetsRequest.$Properties {
        }

        /** Represents a DeleteOffsetsRequest. */
        class DeleteOffsetsRequest {

            /**
             * Constructs a new DeleteOffsetsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteOffsetsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeleteOffsetsRequest group. */
            group: string;

            /** DeleteOffsetsRequest partitions. */
            partitions: flowmesh.v1.StreamPartitions[];

            /**
             * Creates a new DeleteOffsetsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteOffsetsRequest instance
             */
            static create(properties: flowmesh.v1.DeleteOffsetsRequest.$Shape): flowmesh.v1.DeleteOffsetsRequest & flowmesh.v1.DeleteOffsetsRequest.$Shape;
            static create(properties?: flowmesh.v1.DeleteOffsetsRequest.$Properties): flowmesh.v1.DeleteOffsetsRequest;

            /**
             * Encodes the specified DeleteOffsetsRequest message. Does not implicitly {@link flowmesh.v1.DeleteOffsetsRequest.verify|verify} messages.
             * @param message DeleteOffsetsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteOffsetsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteOffsetsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteOffsetsRequest & flowmesh.v1.DeleteOffsetsRequest.$Shape} DeleteOffsetsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteOffsetsRequest & flowmesh.v1.DeleteOffsetsRequest.$Shape;
        }

        namespace DeleteOffsetsRequest {

            /** Properties of a DeleteOffsetsRequest. */
            interface $Properties {

                /** DeleteOffsetsRequest group */
                group?: string;

                /** DeleteOffsetsRequest partitions */
                partitions?: flowmesh.v1.StreamPartitions.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteOffsetsRequest. */
            type $Shape = flowmesh.v1.DeleteOffsetsRequest.$Properties;
        }

        /**
         * Properties of a DeleteOffsetsResponse.
         * @deprecated Use flowmesh.v1.DeleteOffsetsResponse.$Properties instead.
         */
        interface IDeleteOffsetsResponse extends flowmesh.v1.DeleteOffsetsResponse.$Properties {
        }

        /** Represents a DeleteOffsetsResponse. */
        class DeleteOffsetsResponse {

            /**
             * Constructs a new DeleteOffsetsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteOffsetsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new DeleteOffsetsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteOffsetsResponse instance
             */
            static create(properties: flowmesh.v1.DeleteOffsetsResponse.$Shape): flowmesh.v1.DeleteOffsetsResponse & flowmesh.v1.DeleteOffsetsResponse.$Shape;
            static create(properties?: flowmesh.v1.DeleteOffsetsResponse.$Properties): flowmesh.v1.DeleteOffsetsResponse;

            /**
             * Encodes the specified DeleteOffsetsResponse message. Does not implicitly {@link flowmesh.v1.DeleteOffsetsResponse.verify|verify} messages.
             * @param message DeleteOffsetsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteOffsetsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteOffsetsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteOffsetsResponse & flowmesh.v1.DeleteOffsetsResponse.$Shape} DeleteOffsetsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteOffsetsResponse & flowmesh.v1.DeleteOffsetsResponse.$Shape;
        }

        namespace DeleteOffsetsResponse {

            /** Properties of a DeleteOffsetsResponse. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteOffsetsResponse. */
            type $Shape = flowmesh.v1.DeleteOffsetsResponse.$Properties;
        }

        /**
         * Properties of a DeleteGroupRequest.
         * @deprecated Use flowmesh.v1.DeleteGroupRequest.$Properties instead.
         */
        interface IDeleteGroupRequest extends flowmesh.v1.DeleteGroupRequest.$Properties {
        }

        /** Represents a DeleteGroupRequest. */
        class DeleteGroupRequest {

            /**
             * Constructs a new DeleteGroupRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteGroupRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeleteGroupRequest group. */
            group: string;

            /**
             * Creates a new DeleteGroupRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteGroupRequest instance
             */
            static create(properties: flowmesh.v1.DeleteGroupRequest.$Shape): flowmesh.v1.DeleteGroupRequest & flowmesh.v1.DeleteGroupRequest.$Shape;
            static create(properties?: flowmesh.v1.DeleteGroupRequest.$Properties): flowmesh.v1.DeleteGroupRequest;

            /**
             * Encodes the specified DeleteGroupRequest message. Does not implicitly {@link flowmesh.v1.DeleteGroupRequest.verify|verify} messages.
             * @param message DeleteGroupRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteGroupRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteGroupRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteGroupRequest & flowmesh.v1.DeleteGroupRequest.$Shape} DeleteGroupRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteGroupRequest & flowmesh.v1.DeleteGroupRequest.$Shape;
        }

        namespace DeleteGroupRequest {

            /** Properties of a DeleteGroupRequest. */
            interface $Properties {

                /** DeleteGroupRequest group */
                group?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteGroupRequest. */
            type $Shape = flowmesh.v1.DeleteGroupRequest.$Properties;
        }

        /**
         * Properties of a DeleteGroupResponse.
         * @deprecated Use flowmesh.v1.DeleteGroupResponse.$Properties instead.
         */
        interface IDeleteGroupResponse extends flowmesh.v1.DeleteGroupResponse.$Properties {
        }

        /** Represents a DeleteGroupResponse. */
        class DeleteGroupResponse {

            /**
             * Constructs a new DeleteGroupResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteGroupResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new DeleteGroupResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteGroupResponse instance
             */
            static create(properties: flowmesh.v1.DeleteGroupResponse.$Shape): flowmesh.v1.DeleteGroupResponse & flowmesh.v1.DeleteGroupResponse.$Shape;
            static create(properties?: flowmesh.v1.DeleteGroupResponse.$Properties): flowmesh.v1.DeleteGroupResponse;

            /**
             * Encodes the specified DeleteGroupResponse message. Does not implicitly {@link flowmesh.v1.DeleteGroupResponse.verify|verify} messages.
             * @param message DeleteGroupResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteGroupResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteGroupResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteGroupResponse & flowmesh.v1.DeleteGroupResponse.$Shape} DeleteGroupResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteGroupResponse & flowmesh.v1.DeleteGroupResponse.$Shape;
        }

        namespace DeleteGroupResponse {

            /** Properties of a DeleteGroupResponse. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteGroupResponse. */
            type $Shape = flowmesh.v1.DeleteGroupResponse.$Properties;
        }

        /**
         * Properties of a Stream.
         * @deprecated Use flowmesh.v1.Stream.$Properties instead.
         */
        interface IStream extends flowmesh.v1.Stream.$Properties {
        }

        /** Represents a Stream. */
        class Stream {

            /**
             * Constructs a new Stream.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.Stream.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Stream name. */
            name: string;

            /** Stream uuid. */
            uuid: Uint8Array;

            /** Stream revision. */
            revision: number;

            /** Stream partitions. */
            partitions: number;

            /** Stream replicationFactor. */
            replicationFactor: number;

            /** Stream config. */
            config: { [k: string]: string };

            /** Stream createdAtMs. */
            createdAtMs: number;

            /** Stream partitionInfos. */
            partitionInfos: flowmesh.v1.PartitionInfo[];

            /**
             * Creates a new Stream instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Stream instance
             */
            static create(properties: flowmesh.v1.Stream.$Shape): flowmesh.v1.Stream & flowmesh.v1.Stream.$Shape;
            static create(properties?: flowmesh.v1.Stream.$Properties): flowmesh.v1.Stream;

            /**
             * Encodes the specified Stream message. Does not implicitly {@link flowmesh.v1.Stream.verify|verify} messages.
             * @param message Stream message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.Stream.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Stream message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.Stream & flowmesh.v1.Stream.$Shape} Stream
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.Stream & flowmesh.v1.Stream.$Shape;
        }

        namespace Stream {

            /** Properties of a Stream. */
            interface $Properties {

                /** Stream name */
                name?: string;

                /** Stream uuid */
                uuid?: Uint8Array;

                /** Stream revision */
                revision?: number;

                /** Stream partitions */
                partitions?: number;

                /** Stream replicationFactor */
                replicationFactor?: number;

                /** Stream config */
                config?: { [k: string]: string };

                /** Stream createdAtMs */
                createdAtMs?: number;

                /** Stream partitionInfos */
                partitionInfos?: flowmesh.v1.PartitionInfo.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Stream. */
            type $Shape = flowmesh.v1.Stream.$Properties;
        }

        /**
         * Properties of a PartitionInfo.
         * @deprecated Use flowmesh.v1.PartitionInfo.$Properties instead.
         */
        interface IPartitionInfo extends flowmesh.v1.PartitionInfo.$Properties {
        }

        /** Represents a PartitionInfo. */
        class PartitionInfo {

            /**
             * Constructs a new PartitionInfo.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PartitionInfo.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PartitionInfo partition. */
            partition: number;

            /** PartitionInfo groupId. */
            groupId: number;

            /** PartitionInfo replicas. */
            replicas: number[];

            /** PartitionInfo inSyncReplicas. */
            inSyncReplicas: number[];

            /** PartitionInfo leader. */
            leader: number;

            /** PartitionInfo leaderEpoch. */
            leaderEpoch: number;

            /** PartitionInfo logStartOffset. */
            logStartOffset: number;

            /** PartitionInfo highWatermark. */
            highWatermark: number;

            /** PartitionInfo sizeBytes. */
            sizeBytes: number;

            /**
             * Creates a new PartitionInfo instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PartitionInfo instance
             */
            static create(properties: flowmesh.v1.PartitionInfo.$Shape): flowmesh.v1.PartitionInfo & flowmesh.v1.PartitionInfo.$Shape;
            static create(properties?: flowmesh.v1.PartitionInfo.$Properties): flowmesh.v1.PartitionInfo;

            /**
             * Encodes the specified PartitionInfo message. Does not implicitly {@link flowmesh.v1.PartitionInfo.verify|verify} messages.
             * @param message PartitionInfo message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PartitionInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PartitionInfo message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PartitionInfo & flowmesh.v1.PartitionInfo.$Shape} PartitionInfo
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PartitionInfo & flowmesh.v1.PartitionInfo.$Shape;
        }

        namespace PartitionInfo {

            /** Properties of a PartitionInfo. */
            interface $Properties {

                /** PartitionInfo partition */
                partition?: number;

                /** PartitionInfo groupId */
                groupId?: number;

                /** PartitionInfo replicas */
                replicas?: number[];

                /** PartitionInfo inSyncReplicas */
                inSyncReplicas?: number[];

                /** PartitionInfo leader */
                leader?: number;

                /** PartitionInfo leaderEpoch */
                leaderEpoch?: number;

                /** PartitionInfo logStartOffset */
                logStartOffset?: number;

                /** PartitionInfo highWatermark */
                highWatermark?: number;

                /** PartitionInfo sizeBytes */
                sizeBytes?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PartitionInfo. */
            type $Shape = flowmesh.v1.PartitionInfo.$Properties;
        }

        /**
         * Properties of a CreateStreamRequest.
         * @deprecated Use flowmesh.v1.CreateStreamRequest.$Properties instead.
         */
        interface ICreateStreamRequest extends flowmesh.v1.CreateStreamRequest.$Properties {
        }

        /** Represents a CreateStreamRequest. */
        class CreateStreamRequest {

            /**
             * Constructs a new CreateStreamRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.CreateStreamRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CreateStreamRequest name. */
            name: string;

            /** CreateStreamRequest partitions. */
            partitions: number;

            /** CreateStreamRequest replicationFactor. */
            replicationFactor: number;

            /** CreateStreamRequest config. */
            config: { [k: string]: string };

            /** CreateStreamRequest requestId. */
            requestId: string;

            /**
             * Creates a new CreateStreamRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CreateStreamRequest instance
             */
            static create(properties: flowmesh.v1.CreateStreamRequest.$Shape): flowmesh.v1.CreateStreamRequest & flowmesh.v1.CreateStreamRequest.$Shape;
            static create(properties?: flowmesh.v1.CreateStreamRequest.$Properties): flowmesh.v1.CreateStreamRequest;

            /**
             * Encodes the specified CreateStreamRequest message. Does not implicitly {@link flowmesh.v1.CreateStreamRequest.verify|verify} messages.
             * @param message CreateStreamRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.CreateStreamRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CreateStreamRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.CreateStreamRequest & flowmesh.v1.CreateStreamRequest.$Shape} CreateStreamRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.CreateStreamRequest & flowmesh.v1.CreateStreamRequest.$Shape;
        }

        namespace CreateStreamRequest {

            /** Properties of a CreateStreamRequest. */
            interface $Properties {

                /** CreateStreamRequest name */
                name?: string;

                /** CreateStreamRequest partitions */
                partitions?: number;

                /** CreateStreamRequest replicationFactor */
                replicationFactor?: number;

                /** CreateStreamRequest config */
                config?: { [k: string]: string };

                /** CreateStreamRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CreateStreamRequest. */
            type $Shape = flowmesh.v1.CreateStreamRequest.$Properties;
        }

        /**
         * Properties of an UpdateStreamRequest.
         * @deprecated Use flowmesh.v1.UpdateStreamRequest.$Properties instead.
         */
        interface IUpdateStreamRequest extends flowmesh.v1.UpdateStreamRequest.$Properties {
        }

        /** Represents an UpdateStreamRequest. */
        class UpdateStreamRequest {

            /**
             * Constructs a new UpdateStreamRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.UpdateStreamRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** UpdateStreamRequest name. */
            name: string;

            /** UpdateStreamRequest setConfig. */
            setConfig: { [k: string]: string };

            /** UpdateStreamRequest unsetConfig. */
            unsetConfig: string[];

            /** UpdateStreamRequest partitions. */
            partitions: number;

            /** UpdateStreamRequest replicationFactor. */
            replicationFactor: number;

            /** UpdateStreamRequest requestId. */
            requestId: string;

            /** UpdateStreamRequest dryRun. */
            dryRun: boolean;

            /**
             * Creates a new UpdateStreamRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns UpdateStreamRequest instance
             */
            static create(properties: flowmesh.v1.UpdateStreamRequest.$Shape): flowmesh.v1.UpdateStreamRequest & flowmesh.v1.UpdateStreamRequest.$Shape;
            static create(properties?: flowmesh.v1.UpdateStreamRequest.$Properties): flowmesh.v1.UpdateStreamRequest;

            /**
             * Encodes the specified UpdateStreamRequest message. Does not implicitly {@link flowmesh.v1.UpdateStreamRequest.verify|verify} messages.
             * @param message UpdateStreamRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.UpdateStreamRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an UpdateStreamRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.UpdateStreamRequest & flowmesh.v1.UpdateStreamRequest.$Shape} UpdateStreamRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.UpdateStreamRequest & flowmesh.v1.UpdateStreamRequest.$Shape;
        }

        namespace UpdateStreamRequest {

            /** Properties of an UpdateStreamRequest. */
            interface $Properties {

                /** UpdateStreamRequest name */
                name?: string;

                /** UpdateStreamRequest setConfig */
                setConfig?: { [k: string]: string };

                /** UpdateStreamRequest unsetConfig */
                unsetConfig?: string[];

                /** UpdateStreamRequest partitions */
                partitions?: number;

                /** UpdateStreamRequest replicationFactor */
                replicationFactor?: number;

                /** UpdateStreamRequest requestId */
                requestId?: string;

                /** UpdateStreamRequest dryRun */
                dryRun?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an UpdateStreamRequest. */
            type $Shape = flowmesh.v1.UpdateStreamRequest.$Properties;
        }

        /**
         * Properties of a DeleteStreamRequest.
         * @deprecated Use flowmesh.v1.DeleteStreamRequest.$Properties instead.
         */
        interface IDeleteStreamRequest extends flowmesh.v1.DeleteStreamRequest.$Properties {
        }

        /** Represents a DeleteStreamRequest. */
        class DeleteStreamRequest {

            /**
             * Constructs a new DeleteStreamRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteStreamRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeleteStreamRequest name. */
            name: string;

            /** DeleteStreamRequest requestId. */
            requestId: string;

            /**
             * Creates a new DeleteStreamRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteStreamRequest instance
             */
            static create(properties: flowmesh.v1.DeleteStreamRequest.$Shape): flowmesh.v1.DeleteStreamRequest & flowmesh.v1.DeleteStreamRequest.$Shape;
            static create(properties?: flowmesh.v1.DeleteStreamRequest.$Properties): flowmesh.v1.DeleteStreamRequest;

            /**
             * Encodes the specified DeleteStreamRequest message. Does not implicitly {@link flowmesh.v1.DeleteStreamRequest.verify|verify} messages.
             * @param message DeleteStreamRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteStreamRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteStreamRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteStreamRequest & flowmesh.v1.DeleteStreamRequest.$Shape} DeleteStreamRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteStreamRequest & flowmesh.v1.DeleteStreamRequest.$Shape;
        }

        namespace DeleteStreamRequest {

            /** Properties of a DeleteStreamRequest. */
            interface $Properties {

                /** DeleteStreamRequest name */
                name?: string;

                /** DeleteStreamRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteStreamRequest. */
            type $Shape = flowmesh.v1.DeleteStreamRequest.$Properties;
        }

        /**
         * Properties of a DeleteStreamResponse.
         * @deprecated Use flowmesh.v1.DeleteStreamResponse.$Properties instead.
         */
        interface IDeleteStreamResponse extends flowmesh.v1.DeleteStreamResponse.$Properties {
        }

        /** Represents a DeleteStreamResponse. */
        class DeleteStreamResponse {

            /**
             * Constructs a new DeleteStreamResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteStreamResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new DeleteStreamResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteStreamResponse instance
             */
            static create(properties: flowmesh.v1.DeleteStreamResponse.$Shape): flowmesh.v1.DeleteStreamResponse & flowmesh.v1.DeleteStreamResponse.$Shape;
            static create(properties?: flowmesh.v1.DeleteStreamResponse.$Properties): flowmesh.v1.DeleteStreamResponse;

            /**
             * Encodes the specified DeleteStreamResponse message. Does not implicitly {@link flowmesh.v1.DeleteStreamResponse.verify|verify} messages.
             * @param message DeleteStreamResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteStreamResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteStreamResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteStreamResponse & flowmesh.v1.DeleteStreamResponse.$Shape} DeleteStreamResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteStreamResponse & flowmesh.v1.DeleteStreamResponse.$Shape;
        }

        namespace DeleteStreamResponse {

            /** Properties of a DeleteStreamResponse. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteStreamResponse. */
            type $Shape = flowmesh.v1.DeleteStreamResponse.$Properties;
        }

        /**
         * Properties of a GetStreamRequest.
         * @deprecated Use flowmesh.v1.GetStreamRequest.$Properties instead.
         */
        interface IGetStreamRequest extends flowmesh.v1.GetStreamRequest.$Properties {
        }

        /** Represents a GetStreamRequest. */
        class GetStreamRequest {

            /**
             * Constructs a new GetStreamRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GetStreamRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetStreamRequest name. */
            name: string;

            /**
             * Creates a new GetStreamRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GetStreamRequest instance
             */
            static create(properties: flowmesh.v1.GetStreamRequest.$Shape): flowmesh.v1.GetStreamRequest & flowmesh.v1.GetStreamRequest.$Shape;
            static create(properties?: flowmesh.v1.GetStreamRequest.$Properties): flowmesh.v1.GetStreamRequest;

            /**
             * Encodes the specified GetStreamRequest message. Does not implicitly {@link flowmesh.v1.GetStreamRequest.verify|verify} messages.
             * @param message GetStreamRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GetStreamRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetStreamRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GetStreamRequest & flowmesh.v1.GetStreamRequest.$Shape} GetStreamRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GetStreamRequest & flowmesh.v1.GetStreamRequest.$Shape;
        }

        namespace GetStreamRequest {

            /** Properties of a GetStreamRequest. */
            interface $Properties {

                /** GetStreamRequest name */
                name?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetStreamRequest. */
            type $Shape = flowmesh.v1.GetStreamRequest.$Properties;
        }

        /**
         * Properties of a ListStreamsRequest.
         * @deprecated Use flowmesh.v1.ListStreamsRequest.$Properties instead.
         */
        interface IListStreamsRequest extends flowmesh.v1.ListStreamsRequest.$Properties {
        }

        /** Represents a ListStreamsRequest. */
        class ListStreamsRequest {

            /**
             * Constructs a new ListStreamsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListStreamsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListStreamsRequest prefix. */
            prefix: string;

            /** ListStreamsRequest pageSize. */
            pageSize: number;

            /** ListStreamsRequest pageToken. */
            pageToken: string;

            /**
             * Creates a new ListStreamsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListStreamsRequest instance
             */
            static create(properties: flowmesh.v1.ListStreamsRequest.$Shape): flowmesh.v1.ListStreamsRequest & flowmesh.v1.ListStreamsRequest.$Shape;
            static create(properties?: flowmesh.v1.ListStreamsRequest.$Properties): flowmesh.v1.ListStreamsRequest;

            /**
             * Encodes the specified ListStreamsRequest message. Does not implicitly {@link flowmesh.v1.ListStreamsRequest.verify|verify} messages.
             * @param message ListStreamsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListStreamsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListStreamsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListStreamsRequest & flowmesh.v1.ListStreamsRequest.$Shape} ListStreamsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListStreamsRequest & flowmesh.v1.ListStreamsRequest.$Shape;
        }

        namespace ListStreamsRequest {

            /** Properties of a ListStreamsRequest. */
            interface $Properties {

                /** ListStreamsRequest prefix */
                prefix?: string;

                /** ListStreamsRequest pageSize */
                pageSize?: number;

                /** ListStreamsRequest pageToken */
                pageToken?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListStreamsRequest. */
            type $Shape = flowmesh.v1.ListStreamsRequest.$Properties;
        }

        /**
         * Properties of a ListStreamsResponse.
         * @deprecated Use flowmesh.v1.ListStreamsResponse.$Properties instead.
         */
        interface IListStreamsResponse extends flowmesh.v1.ListStreamsResponse.$Properties {
        }

        /** Represents a ListStreamsResponse. */
        class ListStreamsResponse {

            /**
             * Constructs a new ListStreamsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListStreamsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListStreamsResponse streams. */
            streams: flowmesh.v1.Stream[];

            /** ListStreamsResponse nextPageToken. */
            nextPageToken: string;

            /**
             * Creates a new ListStreamsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListStreamsResponse instance
             */
            static create(properties: flowmesh.v1.ListStreamsResponse.$Shape): flowmesh.v1.ListStreamsResponse & flowmesh.v1.ListStreamsResponse.$Shape;
            static create(properties?: flowmesh.v1.ListStreamsResponse.$Properties): flowmesh.v1.ListStreamsResponse;

            /**
             * Encodes the specified ListStreamsResponse message. Does not implicitly {@link flowmesh.v1.ListStreamsResponse.verify|verify} messages.
             * @param message ListStreamsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListStreamsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListStreamsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListStreamsResponse & flowmesh.v1.ListStreamsResponse.$Shape} ListStreamsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListStreamsResponse & flowmesh.v1.ListStreamsResponse.$Shape;
        }

        namespace ListStreamsResponse {

            /** Properties of a ListStreamsResponse. */
            interface $Properties {

                /** ListStreamsResponse streams */
                streams?: flowmesh.v1.Stream.$Properties[];

                /** ListStreamsResponse nextPageToken */
                nextPageToken?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListStreamsResponse. */
            type $Shape = flowmesh.v1.ListStreamsResponse.$Properties;
        }

        /**
         * Properties of an InitProducerRequest.
         * @deprecated Use flowmesh.v1.InitProducerRequest.$Properties instead.
         */
        interface IInitProducerRequest extends flowmesh.v1.InitProducerRequest.$Properties {
        }

        /** Represents an InitProducerRequest. */
        class InitProducerRequest {

            /**
             * Constructs a new InitProducerRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.InitProducerRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** InitProducerRequest requestId. */
            requestId: string;

            /**
             * Creates a new InitProducerRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns InitProducerRequest instance
             */
            static create(properties: flowmesh.v1.InitProducerRequest.$Shape): flowmesh.v1.InitProducerRequest & flowmesh.v1.InitProducerRequest.$Shape;
            static create(properties?: flowmesh.v1.InitProducerRequest.$Properties): flowmesh.v1.InitProducerRequest;

            /**
             * Encodes the specified InitProducerRequest message. Does not implicitly {@link flowmesh.v1.InitProducerRequest.verify|verify} messages.
             * @param message InitProducerRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.InitProducerRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an InitProducerRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.InitProducerRequest & flowmesh.v1.InitProducerRequest.$Shape} InitProducerRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.InitProducerRequest & flowmesh.v1.InitProducerRequest.$Shape;
        }

        namespace InitProducerRequest {

            /** Properties of an InitProducerRequest. */
            interface $Properties {

                /** InitProducerRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an InitProducerRequest. */
            type $Shape = flowmesh.v1.InitProducerRequest.$Properties;
        }

        /**
         * Properties of an InitProducerResponse.
         * @deprecated Use flowmesh.v1.InitProducerResponse.$Properties instead.
         */
        interface IInitProducerResponse extends flowmesh.v1.InitProducerResponse.$Properties {
        }

        /** Represents an InitProducerResponse. */
        class InitProducerResponse {

            /**
             * Constructs a new InitProducerResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.InitProducerResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** InitProducerResponse producerId. */
            producerId: number;

            /** InitProducerResponse producerEpoch. */
            producerEpoch: number;

            /**
             * Creates a new InitProducerResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns InitProducerResponse instance
             */
            static create(properties: flowmesh.v1.InitProducerResponse.$Shape): flowmesh.v1.InitProducerResponse & flowmesh.v1.InitProducerResponse.$Shape;
            static create(properties?: flowmesh.v1.InitProducerResponse.$Properties): flowmesh.v1.InitProducerResponse;

            /**
             * Encodes the specified InitProducerResponse message. Does not implicitly {@link flowmesh.v1.InitProducerResponse.verify|verify} messages.
             * @param message InitProducerResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.InitProducerResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an InitProducerResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.InitProducerResponse & flowmesh.v1.InitProducerResponse.$Shape} InitProducerResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.InitProducerResponse & flowmesh.v1.InitProducerResponse.$Shape;
        }

        namespace InitProducerResponse {

            /** Properties of an InitProducerResponse. */
            interface $Properties {

                /** InitProducerResponse producerId */
                producerId?: number;

                /** InitProducerResponse producerEpoch */
                producerEpoch?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an InitProducerResponse. */
            type $Shape = flowmesh.v1.InitProducerResponse.$Properties;
        }

        /** Acks enum. */
        enum Acks {

            /** ACKS_ALL value */
            ACKS_ALL = 0,

            /** ACKS_LEADER value */
            ACKS_LEADER = 1
        }

        /**
         * Properties of a Header.
         * @deprecated Use flowmesh.v1.Header.$Properties instead.
         */
        interface IHeader extends flowmesh.v1.Header.$Properties {
        }

        /** Represents a Header. */
        class Header {

            /**
             * Constructs a new Header.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.Header.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Header key. */
            key: string;

            /** Header value. */
            value: Uint8Array;

            /**
             * Creates a new Header instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Header instance
             */
            static create(properties: flowmesh.v1.Header.$Shape): flowmesh.v1.Header & flowmesh.v1.Header.$Shape;
            static create(properties?: flowmesh.v1.Header.$Properties): flowmesh.v1.Header;

            /**
             * Encodes the specified Header message. Does not implicitly {@link flowmesh.v1.Header.verify|verify} messages.
             * @param message Header message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.Header.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Header message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.Header & flowmesh.v1.Header.$Shape} Header
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.Header & flowmesh.v1.Header.$Shape;
        }

        namespace Header {

            /** Properties of a Header. */
            interface $Properties {

                /** Header key */
                key?: string;

                /** Header value */
                value?: Uint8Array;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Header. */
            type $Shape = flowmesh.v1.Header.$Properties;
        }

        /**
         * Properties of a Record.
         * @deprecated Use flowmesh.v1.Record.$Properties instead.
         */
        interface IRecord extends flowmesh.v1.Record.$Properties {
        }

        /** Represents a Record. */
        class Record {

            /**
             * Constructs a new Record.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.Record.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Record key. */
            key: (Uint8Array|null);

            /** Record value. */
            value: (Uint8Array|null);

            /** Record headers. */
            headers: flowmesh.v1.Header[];

            /** Record timestampMs. */
            timestampMs: number;

            /** Record offset. */
            offset: number;

            /**
             * Creates a new Record instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Record instance
             */
            static create(properties: flowmesh.v1.Record.$Shape): flowmesh.v1.Record & flowmesh.v1.Record.$Shape;
            static create(properties?: flowmesh.v1.Record.$Properties): flowmesh.v1.Record;

            /**
             * Encodes the specified Record message. Does not implicitly {@link flowmesh.v1.Record.verify|verify} messages.
             * @param message Record message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.Record.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Record message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.Record & flowmesh.v1.Record.$Shape} Record
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.Record & flowmesh.v1.Record.$Shape;
        }

        namespace Record {

            /** Properties of a Record. */
            interface $Properties {

                /** Record key */
                key?: (Uint8Array|null);

                /** Record value */
                value?: (Uint8Array|null);

                /** Record headers */
                headers?: flowmesh.v1.Header.$Properties[];

                /** Record timestampMs */
                timestampMs?: number;

                /** Record offset */
                offset?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Record. */
            type $Shape = flowmesh.v1.Record.$Properties;
        }

        /**
         * Properties of a RecordList.
         * @deprecated Use flowmesh.v1.RecordList.$Properties instead.
         */
        interface IRecordList extends flowmesh.v1.RecordList.$Properties {
        }

        /** Represents a RecordList. */
        class RecordList {

            /**
             * Constructs a new RecordList.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.RecordList.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RecordList records. */
            records: flowmesh.v1.Record[];

            /**
             * Creates a new RecordList instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RecordList instance
             */
            static create(properties: flowmesh.v1.RecordList.$Shape): flowmesh.v1.RecordList & flowmesh.v1.RecordList.$Shape;
            static create(properties?: flowmesh.v1.RecordList.$Properties): flowmesh.v1.RecordList;

            /**
             * Encodes the specified RecordList message. Does not implicitly {@link flowmesh.v1.RecordList.verify|verify} messages.
             * @param message RecordList message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.RecordList.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RecordList message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.RecordList & flowmesh.v1.RecordList.$Shape} RecordList
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.RecordList & flowmesh.v1.RecordList.$Shape;
        }

        namespace RecordList {

            /** Properties of a RecordList. */
            interface $Properties {

                /** RecordList records */
                records?: flowmesh.v1.Record.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RecordList. */
            type $Shape = flowmesh.v1.RecordList.$Properties;
        }

        /**
         * Properties of an AppendRequest.
         * @deprecated Use flowmesh.v1.AppendRequest.$Properties instead.
         */
        interface IAppendRequest extends flowmesh.v1.AppendRequest.$Properties {
        }

        /** Represents an AppendRequest. */
        class AppendRequest {

            /**
             * Constructs a new AppendRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.AppendRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AppendRequest stream. */
            stream: string;

            /** AppendRequest partition. */
            partition: number;

            /** AppendRequest batch. */
            batch: (Uint8Array|null);

            /** AppendRequest records. */
            records: (flowmesh.v1.RecordList|null);

            /** AppendRequest acks. */
            acks: flowmesh.v1.Acks;

            /** AppendRequest timeoutMs. */
            timeoutMs: number;

            /** AppendRequest correlation. */
            correlation: number;

            /** AppendRequest payload. */
            payload?: ("batch"|"records");

            /**
             * Creates a new AppendRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AppendRequest instance
             */
            static create(properties: flowmesh.v1.AppendRequest.$Shape): flowmesh.v1.AppendRequest & flowmesh.v1.AppendRequest.$Shape;
            static create(properties?: flowmesh.v1.AppendRequest.$Properties): flowmesh.v1.AppendRequest;

            /**
             * Encodes the specified AppendRequest message. Does not implicitly {@link flowmesh.v1.AppendRequest.verify|verify} messages.
             * @param message AppendRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.AppendRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AppendRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.AppendRequest & flowmesh.v1.AppendRequest.$Shape} AppendRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.AppendRequest & flowmesh.v1.AppendRequest.$Shape;
        }

        namespace AppendRequest {

            /** Properties of an AppendRequest. */
            interface $Properties {

                /** AppendRequest stream */
                stream?: string;

                /** AppendRequest partition */
                partition?: number;

                /** AppendRequest batch */
                batch?: (Uint8Array|null);

                /** AppendRequest records */
                records?: (flowmesh.v1.RecordList.$Properties|null);

                /** AppendRequest acks */
                acks?: flowmesh.v1.Acks;

                /** AppendRequest timeoutMs */
                timeoutMs?: number;

                /** AppendRequest correlation */
                correlation?: number;

                /** AppendRequest payload */
                payload?: ("batch"|"records");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of an AppendRequest. */
            type $Shape = {
              stream?: string;
              partition?: number;
              batch?: Uint8Array|null;
              records?: flowmesh.v1.RecordList.$Shape|null;
              acks?: flowmesh.v1.Acks;
              timeoutMs?: number;
              correlation?: number;
              $unknowns?: Uint8Array[];
            } & (
              ({ payload?: undefined; batch?: null; records?: null }|{ payload?: "batch"; batch: Uint8Array; records?: null }|{ payload?: "records"; batch?: null; records: flowmesh.v1.RecordList.$Shape })
            );
        }

        /**
         * Properties of an AppendResponse.
         * @deprecated Use flowmesh.v1.AppendResponse.$Properties instead.
         */
        interface IAppendResponse extends flowmesh.v1.AppendResponse.$Properties {
        }

        /** Represents an AppendResponse. */
        class AppendResponse {

            /**
             * Constructs a new AppendResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.AppendResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AppendResponse correlation. */
            correlation: number;

            /** AppendResponse metadata. */
            metadata: (flowmesh.v1.RecordMetadata|null);

            /** AppendResponse error. */
            error: (flowmesh.v1.Error|null);

            /** AppendResponse result. */
            result?: ("metadata"|"error");

            /**
             * Creates a new AppendResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AppendResponse instance
             */
            static create(properties: flowmesh.v1.AppendResponse.$Shape): flowmesh.v1.AppendResponse & flowmesh.v1.AppendResponse.$Shape;
            static create(properties?: flowmesh.v1.AppendResponse.$Properties): flowmesh.v1.AppendResponse;

            /**
             * Encodes the specified AppendResponse message. Does not implicitly {@link flowmesh.v1.AppendResponse.verify|verify} messages.
             * @param message AppendResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.AppendResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AppendResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.AppendResponse & flowmesh.v1.AppendResponse.$Shape} AppendResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.AppendResponse & flowmesh.v1.AppendResponse.$Shape;
        }

        namespace AppendResponse {

            /** Properties of an AppendResponse. */
            interface $Properties {

                /** AppendResponse correlation */
                correlation?: number;

                /** AppendResponse metadata */
                metadata?: (flowmesh.v1.RecordMetadata.$Properties|null);

                /** AppendResponse error */
                error?: (flowmesh.v1.Error.$Properties|null);

                /** AppendResponse result */
                result?: ("metadata"|"error");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of an AppendResponse. */
            type $Shape = {
              correlation?: number;
              metadata?: flowmesh.v1.RecordMetadata.$Shape|null;
              error?: flowmesh.v1.Error.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ result?: undefined; metadata?: null; error?: null }|{ result?: "metadata"; metadata: flowmesh.v1.RecordMetadata.$Shape; error?: null }|{ result?: "error"; metadata?: null; error: flowmesh.v1.Error.$Shape })
            );
        }

        /**
         * Properties of a RecordMetadata.
         * @deprecated Use flowmesh.v1.RecordMetadata.$Properties instead.
         */
        interface IRecordMetadata extends flowmesh.v1.RecordMetadata.$Properties {
        }

        /** Represents a RecordMetadata. */
        class RecordMetadata {

            /**
             * Constructs a new RecordMetadata.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.RecordMetadata.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RecordMetadata stream. */
            stream: string;

            /** RecordMetadata partition. */
            partition: number;

            /** RecordMetadata baseOffset. */
            baseOffset: number;

            /** RecordMetadata recordCount. */
            recordCount: number;

            /** RecordMetadata timestampMs. */
            timestampMs: number;

            /** RecordMetadata leaderEpoch. */
            leaderEpoch: number;

            /** RecordMetadata logStartOffset. */
            logStartOffset: number;

            /** RecordMetadata duplicate. */
            duplicate: boolean;

            /**
             * Creates a new RecordMetadata instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RecordMetadata instance
             */
            static create(properties: flowmesh.v1.RecordMetadata.$Shape): flowmesh.v1.RecordMetadata & flowmesh.v1.RecordMetadata.$Shape;
            static create(properties?: flowmesh.v1.RecordMetadata.$Properties): flowmesh.v1.RecordMetadata;

            /**
             * Encodes the specified RecordMetadata message. Does not implicitly {@link flowmesh.v1.RecordMetadata.verify|verify} messages.
             * @param message RecordMetadata message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.RecordMetadata.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RecordMetadata message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.RecordMetadata & flowmesh.v1.RecordMetadata.$Shape} RecordMetadata
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.RecordMetadata & flowmesh.v1.RecordMetadata.$Shape;
        }

        namespace RecordMetadata {

            /** Properties of a RecordMetadata. */
            interface $Properties {

                /** RecordMetadata stream */
                stream?: string;

                /** RecordMetadata partition */
                partition?: number;

                /** RecordMetadata baseOffset */
                baseOffset?: number;

                /** RecordMetadata recordCount */
                recordCount?: number;

                /** RecordMetadata timestampMs */
                timestampMs?: number;

                /** RecordMetadata leaderEpoch */
                leaderEpoch?: number;

                /** RecordMetadata logStartOffset */
                logStartOffset?: number;

                /** RecordMetadata duplicate */
                duplicate?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RecordMetadata. */
            type $Shape = flowmesh.v1.RecordMetadata.$Properties;
        }

        /**
         * Properties of an Error.
         * @deprecated Use flowmesh.v1.Error.$Properties instead.
         */
        interface IError extends flowmesh.v1.Error.$Properties {
        }

        /** Represents an Error. */
        class Error {

            /**
             * Constructs a new Error.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.Error.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Error code. */
            code: string;

            /** Error message. */
            message: string;

            /** Error hint. */
            hint: string;

            /** Error retryable. */
            retryable: boolean;

            /** Error details. */
            details: { [k: string]: string };

            /**
             * Creates a new Error instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Error instance
             */
            static create(properties: flowmesh.v1.Error.$Shape): flowmesh.v1.Error & flowmesh.v1.Error.$Shape;
            static create(properties?: flowmesh.v1.Error.$Properties): flowmesh.v1.Error;

            /**
             * Encodes the specified Error message. Does not implicitly {@link flowmesh.v1.Error.verify|verify} messages.
             * @param message Error message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.Error.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Error message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.Error & flowmesh.v1.Error.$Shape} Error
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.Error & flowmesh.v1.Error.$Shape;
        }

        namespace Error {

            /** Properties of an Error. */
            interface $Properties {

                /** Error code */
                code?: string;

                /** Error message */
                message?: string;

                /** Error hint */
                hint?: string;

                /** Error retryable */
                retryable?: boolean;

                /** Error details */
                details?: { [k: string]: string };

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Error. */
            type $Shape = flowmesh.v1.Error.$Properties;
        }

        /** ReadFormat enum. */
        enum ReadFormat {

            /** READ_FORMAT_RECORDS value */
            READ_FORMAT_RECORDS = 0,

            /** READ_FORMAT_BATCHES value */
            READ_FORMAT_BATCHES = 1
        }

        /** Isolation enum. */
        enum Isolation {

            /** ISOLATION_COMMITTED value */
            ISOLATION_COMMITTED = 0,

            /** ISOLATION_UNCOMMITTED value */
            ISOLATION_UNCOMMITTED = 1
        }

        /**
         * Properties of a FilterReport.
         * @deprecated Use flowmesh.v1.FilterReport.$Properties instead.
         */
        interface IFilterReport extends flowmesh.v1.FilterReport.$Properties {
        }

        /** Represents a FilterReport. */
        class FilterReport {

            /**
             * Constructs a new FilterReport.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.FilterReport.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FilterReport evaluated. */
            evaluated: number;

            /** FilterReport matched. */
            matched: number;

            /** FilterReport failed. */
            failed: number;

            /** FilterReport firstFailure. */
            firstFailure: string;

            /**
             * Creates a new FilterReport instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FilterReport instance
             */
            static create(properties: flowmesh.v1.FilterReport.$Shape): flowmesh.v1.FilterReport & flowmesh.v1.FilterReport.$Shape;
            static create(properties?: flowmesh.v1.FilterReport.$Properties): flowmesh.v1.FilterReport;

            /**
             * Encodes the specified FilterReport message. Does not implicitly {@link flowmesh.v1.FilterReport.verify|verify} messages.
             * @param message FilterReport message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.FilterReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FilterReport message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.FilterReport & flowmesh.v1.FilterReport.$Shape} FilterReport
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.FilterReport & flowmesh.v1.FilterReport.$Shape;
        }

        namespace FilterReport {

            /** Properties of a FilterReport. */
            interface $Properties {

                /** FilterReport evaluated */
                evaluated?: number;

                /** FilterReport matched */
                matched?: number;

                /** FilterReport failed */
                failed?: number;

                /** FilterReport firstFailure */
                firstFailure?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FilterReport. */
            type $Shape = flowmesh.v1.FilterReport.$Properties;
        }

        /**
         * Properties of a ReadRequest.
         * @deprecated Use flowmesh.v1.ReadRequest.$Properties instead.
         */
        interface IReadRequest extends flowmesh.v1.ReadRequest.$Properties {
        }

        /** Represents a ReadRequest. */
        class ReadRequest {

            /**
             * Constructs a new ReadRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ReadRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReadRequest stream. */
            stream: string;

            /** ReadRequest partition. */
            partition: number;

            /** ReadRequest offset. */
            offset: number;

            /** ReadRequest maxBytes. */
            maxBytes: number;

            /** ReadRequest minBytes. */
            minBytes: number;

            /** ReadRequest maxWaitMs. */
            maxWaitMs: number;

            /** ReadRequest format. */
            format: flowmesh.v1.ReadFormat;

            /** ReadRequest isolation. */
            isolation: flowmesh.v1.Isolation;

            /** ReadRequest filter. */
            filter: string;

            /**
             * Creates a new ReadRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReadRequest instance
             */
            static create(properties: flowmesh.v1.ReadRequest.$Shape): flowmesh.v1.ReadRequest & flowmesh.v1.ReadRequest.$Shape;
            static create(properties?: flowmesh.v1.ReadRequest.$Properties): flowmesh.v1.ReadRequest;

            /**
             * Encodes the specified ReadRequest message. Does not implicitly {@link flowmesh.v1.ReadRequest.verify|verify} messages.
             * @param message ReadRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ReadRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReadRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ReadRequest & flowmesh.v1.ReadRequest.$Shape} ReadRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ReadRequest & flowmesh.v1.ReadRequest.$Shape;
        }

        namespace ReadRequest {

            /** Properties of a ReadRequest. */
            interface $Properties {

                /** ReadRequest stream */
                stream?: string;

                /** ReadRequest partition */
                partition?: number;

                /** ReadRequest offset */
                offset?: number;

                /** ReadRequest maxBytes */
                maxBytes?: number;

                /** ReadRequest minBytes */
                minBytes?: number;

                /** ReadRequest maxWaitMs */
                maxWaitMs?: number;

                /** ReadRequest format */
                format?: flowmesh.v1.ReadFormat;

                /** ReadRequest isolation */
                isolation?: flowmesh.v1.Isolation;

                /** ReadRequest filter */
                filter?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReadRequest. */
            type $Shape = flowmesh.v1.ReadRequest.$Properties;
        }

        /**
         * Properties of a ReadResponse.
         * @deprecated Use flowmesh.v1.ReadResponse.$Properties instead.
         */
        interface IReadResponse extends flowmesh.v1.ReadResponse.$Properties {
        }

        /** Represents a ReadResponse. */
        class ReadResponse {

            /**
             * Constructs a new ReadResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ReadResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReadResponse records. */
            records: flowmesh.v1.Record[];

            /** ReadResponse batches. */
            batches: Uint8Array[];

            /** ReadResponse nextOffset. */
            nextOffset: number;

            /** ReadResponse highWatermark. */
            highWatermark: number;

            /** ReadResponse logStartOffset. */
            logStartOffset: number;

            /** ReadResponse lastStableOffset. */
            lastStableOffset: number;

            /** ReadResponse filter. */
            filter: flowmesh.v1.FilterReport;

            /**
             * Creates a new ReadResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReadResponse instance
             */
            static create(properties: flowmesh.v1.ReadResponse.$Shape): flowmesh.v1.ReadResponse & flowmesh.v1.ReadResponse.$Shape;
            static create(properties?: flowmesh.v1.ReadResponse.$Properties): flowmesh.v1.ReadResponse;

            /**
             * Encodes the specified ReadResponse message. Does not implicitly {@link flowmesh.v1.ReadResponse.verify|verify} messages.
             * @param message ReadResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ReadResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReadResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ReadResponse & flowmesh.v1.ReadResponse.$Shape} ReadResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ReadResponse & flowmesh.v1.ReadResponse.$Shape;
        }

        namespace ReadResponse {

            /** Properties of a ReadResponse. */
            interface $Properties {

                /** ReadResponse records */
                records?: flowmesh.v1.Record.$Properties[];

                /** ReadResponse batches */
                batches?: Uint8Array[];

                /** ReadResponse nextOffset */
                nextOffset?: number;

                /** ReadResponse highWatermark */
                highWatermark?: number;

                /** ReadResponse logStartOffset */
                logStartOffset?: number;

                /** ReadResponse lastStableOffset */
                lastStableOffset?: number;

                /** ReadResponse filter */
                filter?: flowmesh.v1.FilterReport.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReadResponse. */
            type $Shape = flowmesh.v1.ReadResponse.$Properties;
        }

        /**
         * Properties of a SubscribeRequest.
         * @deprecated Use flowmesh.v1.SubscribeRequest.$Properties instead.
         */
        interface ISubscribeRequest extends flowmesh.v1.SubscribeRequest.$Properties {
        }

        /** Represents a SubscribeRequest. */
        class SubscribeRequest {

            /**
             * Constructs a new SubscribeRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.SubscribeRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SubscribeRequest start. */
            start: (flowmesh.v1.SubscribeStart|null);

            /** SubscribeRequest creditBytes. */
            creditBytes: (number|null);

            /** SubscribeRequest kind. */
            kind?: ("start"|"creditBytes");

            /**
             * Creates a new SubscribeRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SubscribeRequest instance
             */
            static create(properties: flowmesh.v1.SubscribeRequest.$Shape): flowmesh.v1.SubscribeRequest & flowmesh.v1.SubscribeRequest.$Shape;
            static create(properties?: flowmesh.v1.SubscribeRequest.$Properties): flowmesh.v1.SubscribeRequest;

            /**
             * Encodes the specified SubscribeRequest message. Does not implicitly {@link flowmesh.v1.SubscribeRequest.verify|verify} messages.
             * @param message SubscribeRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.SubscribeRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SubscribeRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.SubscribeRequest & flowmesh.v1.SubscribeRequest.$Shape} SubscribeRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.SubscribeRequest & flowmesh.v1.SubscribeRequest.$Shape;
        }

        namespace SubscribeRequest {

            /** Properties of a SubscribeRequest. */
            interface $Properties {

                /** SubscribeRequest start */
                start?: (flowmesh.v1.SubscribeStart.$Properties|null);

                /** SubscribeRequest creditBytes */
                creditBytes?: (number|null);

                /** SubscribeRequest kind */
                kind?: ("start"|"creditBytes");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a SubscribeRequest. */
            type $Shape = {
              start?: flowmesh.v1.SubscribeStart.$Shape|null;
              creditBytes?: number|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ kind?: undefined; start?: null; creditBytes?: null }|{ kind?: "start"; start: flowmesh.v1.SubscribeStart.$Shape; creditBytes?: null }|{ kind?: "creditBytes"; start?: null; creditBytes: number })
            );
        }

        /**
         * Properties of a SubscribeStart.
         * @deprecated Use flowmesh.v1.SubscribeStart.$Properties instead.
         */
        interface ISubscribeStart extends flowmesh.v1.SubscribeStart.$Properties {
        }

        /** Represents a SubscribeStart. */
        class SubscribeStart {

            /**
             * Constructs a new SubscribeStart.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.SubscribeStart.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SubscribeStart stream. */
            stream: string;

            /** SubscribeStart positions. */
            positions: flowmesh.v1.PartitionPosition[];

            /** SubscribeStart format. */
            format: flowmesh.v1.ReadFormat;

            /** SubscribeStart creditBytes. */
            creditBytes: number;

            /** SubscribeStart isolation. */
            isolation: flowmesh.v1.Isolation;

            /** SubscribeStart filter. */
            filter: string;

            /**
             * Creates a new SubscribeStart instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SubscribeStart instance
             */
            static create(properties: flowmesh.v1.SubscribeStart.$Shape): flowmesh.v1.SubscribeStart & flowmesh.v1.SubscribeStart.$Shape;
            static create(properties?: flowmesh.v1.SubscribeStart.$Properties): flowmesh.v1.SubscribeStart;

            /**
             * Encodes the specified SubscribeStart message. Does not implicitly {@link flowmesh.v1.SubscribeStart.verify|verify} messages.
             * @param message SubscribeStart message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.SubscribeStart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SubscribeStart message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.SubscribeStart & flowmesh.v1.SubscribeStart.$Shape} SubscribeStart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.SubscribeStart & flowmesh.v1.SubscribeStart.$Shape;
        }

        namespace SubscribeStart {

            /** Properties of a SubscribeStart. */
            interface $Properties {

                /** SubscribeStart stream */
                stream?: string;

                /** SubscribeStart positions */
                positions?: flowmesh.v1.PartitionPosition.$Properties[];

                /** SubscribeStart format */
                format?: flowmesh.v1.ReadFormat;

                /** SubscribeStart creditBytes */
                creditBytes?: number;

                /** SubscribeStart isolation */
                isolation?: flowmesh.v1.Isolation;

                /** SubscribeStart filter */
                filter?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SubscribeStart. */
            type $Shape = flowmesh.v1.SubscribeStart.$Properties;
        }

        /**
         * Properties of a PartitionPosition.
         * @deprecated Use flowmesh.v1.PartitionPosition.$Properties instead.
         */
        interface IPartitionPosition extends flowmesh.v1.PartitionPosition.$Properties {
        }

        /** Represents a PartitionPosition. */
        class PartitionPosition {

            /**
             * Constructs a new PartitionPosition.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PartitionPosition.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PartitionPosition partition. */
            partition: number;

            /** PartitionPosition offset. */
            offset: number;

            /**
             * Creates a new PartitionPosition instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PartitionPosition instance
             */
            static create(properties: flowmesh.v1.PartitionPosition.$Shape): flowmesh.v1.PartitionPosition & flowmesh.v1.PartitionPosition.$Shape;
            static create(properties?: flowmesh.v1.PartitionPosition.$Properties): flowmesh.v1.PartitionPosition;

            /**
             * Encodes the specified PartitionPosition message. Does not implicitly {@link flowmesh.v1.PartitionPosition.verify|verify} messages.
             * @param message PartitionPosition message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PartitionPosition.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PartitionPosition message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PartitionPosition & flowmesh.v1.PartitionPosition.$Shape} PartitionPosition
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PartitionPosition & flowmesh.v1.PartitionPosition.$Shape;
        }

        namespace PartitionPosition {

            /** Properties of a PartitionPosition. */
            interface $Properties {

                /** PartitionPosition partition */
                partition?: number;

                /** PartitionPosition offset */
                offset?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PartitionPosition. */
            type $Shape = flowmesh.v1.PartitionPosition.$Properties;
        }

        /**
         * Properties of a SubscribeResponse.
         * @deprecated Use flowmesh.v1.SubscribeResponse.$Properties instead.
         */
        interface ISubscribeResponse extends flowmesh.v1.SubscribeResponse.$Properties {
        }

        /** Represents a SubscribeResponse. */
        class SubscribeResponse {

            /**
             * Constructs a new SubscribeResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.SubscribeResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SubscribeResponse partition. */
            partition: number;

            /** SubscribeResponse records. */
            records: flowmesh.v1.Record[];

            /** SubscribeResponse batches. */
            batches: Uint8Array[];

            /** SubscribeResponse nextOffset. */
            nextOffset: number;

            /** SubscribeResponse highWatermark. */
            highWatermark: number;

            /** SubscribeResponse error. */
            error: flowmesh.v1.Error;

            /** SubscribeResponse costBytes. */
            costBytes: number;

            /** SubscribeResponse lastStableOffset. */
            lastStableOffset: number;

            /** SubscribeResponse filter. */
            filter: flowmesh.v1.FilterReport;

            /**
             * Creates a new SubscribeResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SubscribeResponse instance
             */
            static create(properties: flowmesh.v1.SubscribeResponse.$Shape): flowmesh.v1.SubscribeResponse & flowmesh.v1.SubscribeResponse.$Shape;
            static create(properties?: flowmesh.v1.SubscribeResponse.$Properties): flowmesh.v1.SubscribeResponse;

            /**
             * Encodes the specified SubscribeResponse message. Does not implicitly {@link flowmesh.v1.SubscribeResponse.verify|verify} messages.
             * @param message SubscribeResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.SubscribeResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SubscribeResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.SubscribeResponse & flowmesh.v1.SubscribeResponse.$Shape} SubscribeResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.SubscribeResponse & flowmesh.v1.SubscribeResponse.$Shape;
        }

        namespace SubscribeResponse {

            /** Properties of a SubscribeResponse. */
            interface $Properties {

                /** SubscribeResponse partition */
                partition?: number;

                /** SubscribeResponse records */
                records?: flowmesh.v1.Record.$Properties[];

                /** SubscribeResponse batches */
                batches?: Uint8Array[];

                /** SubscribeResponse nextOffset */
                nextOffset?: number;

                /** SubscribeResponse highWatermark */
                highWatermark?: number;

                /** SubscribeResponse error */
                error?: flowmesh.v1.Error.$Properties;

                /** SubscribeResponse costBytes */
                costBytes?: number;

                /** SubscribeResponse lastStableOffset */
                lastStableOffset?: number;

                /** SubscribeResponse filter */
                filter?: flowmesh.v1.FilterReport.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SubscribeResponse. */
            type $Shape = flowmesh.v1.SubscribeResponse.$Properties;
        }

        /**
         * Properties of a GetOffsetsRequest.
         * @deprecated Use flowmesh.v1.GetOffsetsRequest.$Properties instead.
         */
        interface IGetOffsetsRequest extends flowmesh.v1.GetOffsetsRequest.$Properties {
        }

        /** Represents a GetOffsetsRequest. */
        class GetOffsetsRequest {

            /**
             * Constructs a new GetOffsetsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GetOffsetsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetOffsetsRequest stream. */
            stream: string;

            /** GetOffsetsRequest partitions. */
            partitions: number[];

            /** GetOffsetsRequest timestampMs. */
            timestampMs: (number|null);

            /** GetOffsetsRequest earliest. */
            earliest: (boolean|null);

            /** GetOffsetsRequest latest. */
            latest: (boolean|null);

            /** GetOffsetsRequest isolation. */
            isolation: flowmesh.v1.Isolation;

            /** GetOffsetsRequest at. */
            at?: ("timestampMs"|"earliest"|"latest");

            /**
             * Creates a new GetOffsetsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GetOffsetsRequest instance
             */
            static create(properties: flowmesh.v1.GetOffsetsRequest.$Shape): flowmesh.v1.GetOffsetsRequest & flowmesh.v1.GetOffsetsRequest.$Shape;
            static create(properties?: flowmesh.v1.GetOffsetsRequest.$Properties): flowmesh.v1.GetOffsetsRequest;

            /**
             * Encodes the specified GetOffsetsRequest message. Does not implicitly {@link flowmesh.v1.GetOffsetsRequest.verify|verify} messages.
             * @param message GetOffsetsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GetOffsetsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetOffsetsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GetOffsetsRequest & flowmesh.v1.GetOffsetsRequest.$Shape} GetOffsetsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GetOffsetsRequest & flowmesh.v1.GetOffsetsRequest.$Shape;
        }

        namespace GetOffsetsRequest {

            /** Properties of a GetOffsetsRequest. */
            interface $Properties {

                /** GetOffsetsRequest stream */
                stream?: string;

                /** GetOffsetsRequest partitions */
                partitions?: number[];

                /** GetOffsetsRequest timestampMs */
                timestampMs?: (number|null);

                /** GetOffsetsRequest earliest */
                earliest?: (boolean|null);

                /** GetOffsetsRequest latest */
                latest?: (boolean|null);

                /** GetOffsetsRequest isolation */
                isolation?: flowmesh.v1.Isolation;

                /** GetOffsetsRequest at */
                at?: ("timestampMs"|"earliest"|"latest");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a GetOffsetsRequest. */
            type $Shape = {
              stream?: string;
              partitions?: number[];
              timestampMs?: number|null;
              earliest?: boolean|null;
              latest?: boolean|null;
              isolation?: flowmesh.v1.Isolation;
              $unknowns?: Uint8Array[];
            } & (
              ({ at?: undefined; timestampMs?: null; earliest?: null; latest?: null }|{ at?: "timestampMs"; timestampMs: number; earliest?: null; latest?: null }|{ at?: "earliest"; timestampMs?: null; earliest: boolean; latest?: null }|{ at?: "latest"; timestampMs?: null; earliest?: null; latest: boolean })
            );
        }

        /**
         * Properties of a GetOffsetsResponse.
         * @deprecated Use flowmesh.v1.GetOffsetsResponse.$Properties instead.
         */
        interface IGetOffsetsResponse extends flowmesh.v1.GetOffsetsResponse.$Properties {
        }

        /** Represents a GetOffsetsResponse. */
        class GetOffsetsResponse {

            /**
             * Constructs a new GetOffsetsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GetOffsetsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetOffsetsResponse partitions. */
            partitions: flowmesh.v1.PartitionOffsets[];

            /**
             * Creates a new GetOffsetsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GetOffsetsResponse instance
             */
            static create(properties: flowmesh.v1.GetOffsetsResponse.$Shape): flowmesh.v1.GetOffsetsResponse & flowmesh.v1.GetOffsetsResponse.$Shape;
            static create(properties?: flowmesh.v1.GetOffsetsResponse.$Properties): flowmesh.v1.GetOffsetsResponse;

            /**
             * Encodes the specified GetOffsetsResponse message. Does not implicitly {@link flowmesh.v1.GetOffsetsResponse.verify|verify} messages.
             * @param message GetOffsetsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GetOffsetsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetOffsetsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GetOffsetsResponse & flowmesh.v1.GetOffsetsResponse.$Shape} GetOffsetsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GetOffsetsResponse & flowmesh.v1.GetOffsetsResponse.$Shape;
        }

        namespace GetOffsetsResponse {

            /** Properties of a GetOffsetsResponse. */
            interface $Properties {

                /** GetOffsetsResponse partitions */
                partitions?: flowmesh.v1.PartitionOffsets.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetOffsetsResponse. */
            type $Shape = flowmesh.v1.GetOffsetsResponse.$Properties;
        }

        /**
         * Properties of a PartitionOffsets.
         * @deprecated Use flowmesh.v1.PartitionOffsets.$Properties instead.
         */
        interface IPartitionOffsets extends flowmesh.v1.PartitionOffsets.$Properties {
        }

        /** Represents a PartitionOffsets. */
        class PartitionOffsets {

            /**
             * Constructs a new PartitionOffsets.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PartitionOffsets.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PartitionOffsets partition. */
            partition: number;

            /** PartitionOffsets offset. */
            offset: number;

            /** PartitionOffsets timestampMs. */
            timestampMs: number;

            /** PartitionOffsets logStartOffset. */
            logStartOffset: number;

            /** PartitionOffsets highWatermark. */
            highWatermark: number;

            /** PartitionOffsets leaderEpoch. */
            leaderEpoch: number;

            /** PartitionOffsets error. */
            error: flowmesh.v1.Error;

            /** PartitionOffsets lastStableOffset. */
            lastStableOffset: number;

            /** PartitionOffsets delayedBatches. */
            delayedBatches: number;

            /** PartitionOffsets nextDueMs. */
            nextDueMs: number;

            /**
             * Creates a new PartitionOffsets instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PartitionOffsets instance
             */
            static create(properties: flowmesh.v1.PartitionOffsets.$Shape): flowmesh.v1.PartitionOffsets & flowmesh.v1.PartitionOffsets.$Shape;
            static create(properties?: flowmesh.v1.PartitionOffsets.$Properties): flowmesh.v1.PartitionOffsets;

            /**
             * Encodes the specified PartitionOffsets message. Does not implicitly {@link flowmesh.v1.PartitionOffsets.verify|verify} messages.
             * @param message PartitionOffsets message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PartitionOffsets.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PartitionOffsets message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PartitionOffsets & flowmesh.v1.PartitionOffsets.$Shape} PartitionOffsets
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PartitionOffsets & flowmesh.v1.PartitionOffsets.$Shape;
        }

        namespace PartitionOffsets {

            /** Properties of a PartitionOffsets. */
            interface $Properties {

                /** PartitionOffsets partition */
                partition?: number;

                /** PartitionOffsets offset */
                offset?: number;

                /** PartitionOffsets timestampMs */
                timestampMs?: number;

                /** PartitionOffsets logStartOffset */
                logStartOffset?: number;

                /** PartitionOffsets highWatermark */
                highWatermark?: number;

                /** PartitionOffsets leaderEpoch */
                leaderEpoch?: number;

                /** PartitionOffsets error */
                error?: flowmesh.v1.Error.$Properties;

                /** PartitionOffsets lastStableOffset */
                lastStableOffset?: number;

                /** PartitionOffsets delayedBatches */
                delayedBatches?: number;

                /** PartitionOffsets nextDueMs */
                nextDueMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PartitionOffsets. */
            type $Shape = flowmesh.v1.PartitionOffsets.$Properties;
        }

        /**
         * Properties of a TruncateRequest.
         * @deprecated Use flowmesh.v1.TruncateRequest.$Properties instead.
         */
        interface ITruncateRequest extends flowmesh.v1.TruncateRequest.$Properties {
        }

        /** Represents a TruncateRequest. */
        class TruncateRequest {

            /**
             * Constructs a new TruncateRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.TruncateRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TruncateRequest stream. */
            stream: string;

            /** TruncateRequest partition. */
            partition: number;

            /** TruncateRequest beforeOffset. */
            beforeOffset: number;

            /** TruncateRequest requestId. */
            requestId: string;

            /**
             * Creates a new TruncateRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns TruncateRequest instance
             */
            static create(properties: flowmesh.v1.TruncateRequest.$Shape): flowmesh.v1.TruncateRequest & flowmesh.v1.TruncateRequest.$Shape;
            static create(properties?: flowmesh.v1.TruncateRequest.$Properties): flowmesh.v1.TruncateRequest;

            /**
             * Encodes the specified TruncateRequest message. Does not implicitly {@link flowmesh.v1.TruncateRequest.verify|verify} messages.
             * @param message TruncateRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.TruncateRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TruncateRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.TruncateRequest & flowmesh.v1.TruncateRequest.$Shape} TruncateRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.TruncateRequest & flowmesh.v1.TruncateRequest.$Shape;
        }

        namespace TruncateRequest {

            /** Properties of a TruncateRequest. */
            interface $Properties {

                /** TruncateRequest stream */
                stream?: string;

                /** TruncateRequest partition */
                partition?: number;

                /** TruncateRequest beforeOffset */
                beforeOffset?: number;

                /** TruncateRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TruncateRequest. */
            type $Shape = flowmesh.v1.TruncateRequest.$Properties;
        }

        /**
         * Properties of a TruncateResponse.
         * @deprecated Use flowmesh.v1.TruncateResponse.$Properties instead.
         */
        interface ITruncateResponse extends flowmesh.v1.TruncateResponse.$Properties {
        }

        /** Represents a TruncateResponse. */
        class TruncateResponse {

            /**
             * Constructs a new TruncateResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.TruncateResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TruncateResponse logStartOffset. */
            logStartOffset: number;

            /**
             * Creates a new TruncateResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns TruncateResponse instance
             */
            static create(properties: flowmesh.v1.TruncateResponse.$Shape): flowmesh.v1.TruncateResponse & flowmesh.v1.TruncateResponse.$Shape;
            static create(properties?: flowmesh.v1.TruncateResponse.$Properties): flowmesh.v1.TruncateResponse;

            /**
             * Encodes the specified TruncateResponse message. Does not implicitly {@link flowmesh.v1.TruncateResponse.verify|verify} messages.
             * @param message TruncateResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.TruncateResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TruncateResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.TruncateResponse & flowmesh.v1.TruncateResponse.$Shape} TruncateResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.TruncateResponse & flowmesh.v1.TruncateResponse.$Shape;
        }

        namespace TruncateResponse {

            /** Properties of a TruncateResponse. */
            interface $Properties {

                /** TruncateResponse logStartOffset */
                logStartOffset?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TruncateResponse. */
            type $Shape = flowmesh.v1.TruncateResponse.$Properties;
        }

        /**
         * Properties of a Bucket.
         * @deprecated Use flowmesh.v1.Bucket.$Properties instead.
         */
        interface IBucket extends flowmesh.v1.Bucket.$Properties {
        }

        /** Represents a Bucket. */
        class Bucket {

            /**
             * Constructs a new Bucket.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.Bucket.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Bucket name. */
            name: string;

            /** Bucket uuid. */
            uuid: Uint8Array;

            /** Bucket revision. */
            revision: number;

            /** Bucket shards. */
            shards: number;

            /** Bucket replicationFactor. */
            replicationFactor: number;

            /** Bucket config. */
            config: { [k: string]: string };

            /** Bucket createdAtMs. */
            createdAtMs: number;

            /**
             * Creates a new Bucket instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Bucket instance
             */
            static create(properties: flowmesh.v1.Bucket.$Shape): flowmesh.v1.Bucket & flowmesh.v1.Bucket.$Shape;
            static create(properties?: flowmesh.v1.Bucket.$Properties): flowmesh.v1.Bucket;

            /**
             * Encodes the specified Bucket message. Does not implicitly {@link flowmesh.v1.Bucket.verify|verify} messages.
             * @param message Bucket message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.Bucket.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Bucket message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.Bucket & flowmesh.v1.Bucket.$Shape} Bucket
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.Bucket & flowmesh.v1.Bucket.$Shape;
        }

        namespace Bucket {

            /** Properties of a Bucket. */
            interface $Properties {

                /** Bucket name */
                name?: string;

                /** Bucket uuid */
                uuid?: Uint8Array;

                /** Bucket revision */
                revision?: number;

                /** Bucket shards */
                shards?: number;

                /** Bucket replicationFactor */
                replicationFactor?: number;

                /** Bucket config */
                config?: { [k: string]: string };

                /** Bucket createdAtMs */
                createdAtMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Bucket. */
            type $Shape = flowmesh.v1.Bucket.$Properties;
        }

        /**
         * Properties of a CreateBucketRequest.
         * @deprecated Use flowmesh.v1.CreateBucketRequest.$Properties instead.
         */
        interface ICreateBucketRequest extends flowmesh.v1.CreateBucketRequest.$Properties {
        }

        /** Represents a CreateBucketRequest. */
        class CreateBucketRequest {

            /**
             * Constructs a new CreateBucketRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.CreateBucketRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CreateBucketRequest name. */
            name: string;

            /** CreateBucketRequest shards. */
            shards: number;

            /** CreateBucketRequest replicationFactor. */
            replicationFactor: number;

            /** CreateBucketRequest config. */
            config: { [k: string]: string };

            /** CreateBucketRequest requestId. */
            requestId: string;

            /**
             * Creates a new CreateBucketRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CreateBucketRequest instance
             */
            static create(properties: flowmesh.v1.CreateBucketRequest.$Shape): flowmesh.v1.CreateBucketRequest & flowmesh.v1.CreateBucketRequest.$Shape;
            static create(properties?: flowmesh.v1.CreateBucketRequest.$Properties): flowmesh.v1.CreateBucketRequest;

            /**
             * Encodes the specified CreateBucketRequest message. Does not implicitly {@link flowmesh.v1.CreateBucketRequest.verify|verify} messages.
             * @param message CreateBucketRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.CreateBucketRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CreateBucketRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.CreateBucketRequest & flowmesh.v1.CreateBucketRequest.$Shape} CreateBucketRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.CreateBucketRequest & flowmesh.v1.CreateBucketRequest.$Shape;
        }

        namespace CreateBucketRequest {

            /** Properties of a CreateBucketRequest. */
            interface $Properties {

                /** CreateBucketRequest name */
                name?: string;

                /** CreateBucketRequest shards */
                shards?: number;

                /** CreateBucketRequest replicationFactor */
                replicationFactor?: number;

                /** CreateBucketRequest config */
                config?: { [k: string]: string };

                /** CreateBucketRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CreateBucketRequest. */
            type $Shape = flowmesh.v1.CreateBucketRequest.$Properties;
        }

        /**
         * Properties of an UpdateBucketRequest.
         * @deprecated Use flowmesh.v1.UpdateBucketRequest.$Properties instead.
         */
        interface IUpdateBucketRequest extends flowmesh.v1.UpdateBucketRequest.$Properties {
        }

        /** Represents an UpdateBucketRequest. */
        class UpdateBucketRequest {

            /**
             * Constructs a new UpdateBucketRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.UpdateBucketRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** UpdateBucketRequest name. */
            name: string;

            /** UpdateBucketRequest setConfig. */
            setConfig: { [k: string]: string };

            /** UpdateBucketRequest unsetConfig. */
            unsetConfig: string[];

            /** UpdateBucketRequest replicationFactor. */
            replicationFactor: number;

            /** UpdateBucketRequest requestId. */
            requestId: string;

            /** UpdateBucketRequest dryRun. */
            dryRun: boolean;

            /**
             * Creates a new UpdateBucketRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns UpdateBucketRequest instance
             */
            static create(properties: flowmesh.v1.UpdateBucketRequest.$Shape): flowmesh.v1.UpdateBucketRequest & flowmesh.v1.UpdateBucketRequest.$Shape;
            static create(properties?: flowmesh.v1.UpdateBucketRequest.$Properties): flowmesh.v1.UpdateBucketRequest;

            /**
             * Encodes the specified UpdateBucketRequest message. Does not implicitly {@link flowmesh.v1.UpdateBucketRequest.verify|verify} messages.
             * @param message UpdateBucketRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.UpdateBucketRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an UpdateBucketRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.UpdateBucketRequest & flowmesh.v1.UpdateBucketRequest.$Shape} UpdateBucketRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.UpdateBucketRequest & flowmesh.v1.UpdateBucketRequest.$Shape;
        }

        namespace UpdateBucketRequest {

            /** Properties of an UpdateBucketRequest. */
            interface $Properties {

                /** UpdateBucketRequest name */
                name?: string;

                /** UpdateBucketRequest setConfig */
                setConfig?: { [k: string]: string };

                /** UpdateBucketRequest unsetConfig */
                unsetConfig?: string[];

                /** UpdateBucketRequest replicationFactor */
                replicationFactor?: number;

                /** UpdateBucketRequest requestId */
                requestId?: string;

                /** UpdateBucketRequest dryRun */
                dryRun?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an UpdateBucketRequest. */
            type $Shape = flowmesh.v1.UpdateBucketRequest.$Properties;
        }

        /**
         * Properties of a DeleteBucketRequest.
         * @deprecated Use flowmesh.v1.DeleteBucketRequest.$Properties instead.
         */
        interface IDeleteBucketRequest extends flowmesh.v1.DeleteBucketRequest.$Properties {
        }

        /** Represents a DeleteBucketRequest. */
        class DeleteBucketRequest {

            /**
             * Constructs a new DeleteBucketRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteBucketRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeleteBucketRequest name. */
            name: string;

            /** DeleteBucketRequest requestId. */
            requestId: string;

            /**
             * Creates a new DeleteBucketRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteBucketRequest instance
             */
            static create(properties: flowmesh.v1.DeleteBucketRequest.$Shape): flowmesh.v1.DeleteBucketRequest & flowmesh.v1.DeleteBucketRequest.$Shape;
            static create(properties?: flowmesh.v1.DeleteBucketRequest.$Properties): flowmesh.v1.DeleteBucketRequest;

            /**
             * Encodes the specified DeleteBucketRequest message. Does not implicitly {@link flowmesh.v1.DeleteBucketRequest.verify|verify} messages.
             * @param message DeleteBucketRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteBucketRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteBucketRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteBucketRequest & flowmesh.v1.DeleteBucketRequest.$Shape} DeleteBucketRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteBucketRequest & flowmesh.v1.DeleteBucketRequest.$Shape;
        }

        namespace DeleteBucketRequest {

            /** Properties of a DeleteBucketRequest. */
            interface $Properties {

                /** DeleteBucketRequest name */
                name?: string;

                /** DeleteBucketRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteBucketRequest. */
            type $Shape = flowmesh.v1.DeleteBucketRequest.$Properties;
        }

        /**
         * Properties of a DeleteBucketResponse.
         * @deprecated Use flowmesh.v1.DeleteBucketResponse.$Properties instead.
         */
        interface IDeleteBucketResponse extends flowmesh.v1.DeleteBucketResponse.$Properties {
        }

        /** Represents a DeleteBucketResponse. */
        class DeleteBucketResponse {

            /**
             * Constructs a new DeleteBucketResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteBucketResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new DeleteBucketResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteBucketResponse instance
             */
            static create(properties: flowmesh.v1.DeleteBucketResponse.$Shape): flowmesh.v1.DeleteBucketResponse & flowmesh.v1.DeleteBucketResponse.$Shape;
            static create(properties?: flowmesh.v1.DeleteBucketResponse.$Properties): flowmesh.v1.DeleteBucketResponse;

            /**
             * Encodes the specified DeleteBucketResponse message. Does not implicitly {@link flowmesh.v1.DeleteBucketResponse.verify|verify} messages.
             * @param message DeleteBucketResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteBucketResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteBucketResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteBucketResponse & flowmesh.v1.DeleteBucketResponse.$Shape} DeleteBucketResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteBucketResponse & flowmesh.v1.DeleteBucketResponse.$Shape;
        }

        namespace DeleteBucketResponse {

            /** Properties of a DeleteBucketResponse. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteBucketResponse. */
            type $Shape = flowmesh.v1.DeleteBucketResponse.$Properties;
        }

        /**
         * Properties of a GetBucketRequest.
         * @deprecated Use flowmesh.v1.GetBucketRequest.$Properties instead.
         */
        interface IGetBucketRequest extends flowmesh.v1.GetBucketRequest.$Properties {
        }

        /** Represents a GetBucketRequest. */
        class GetBucketRequest {

            /**
             * Constructs a new GetBucketRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GetBucketRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetBucketRequest name. */
            name: string;

            /**
             * Creates a new GetBucketRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GetBucketRequest instance
             */
            static create(properties: flowmesh.v1.GetBucketRequest.$Shape): flowmesh.v1.GetBucketRequest & flowmesh.v1.GetBucketRequest.$Shape;
            static create(properties?: flowmesh.v1.GetBucketRequest.$Properties): flowmesh.v1.GetBucketRequest;

            /**
             * Encodes the specified GetBucketRequest message. Does not implicitly {@link flowmesh.v1.GetBucketRequest.verify|verify} messages.
             * @param message GetBucketRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GetBucketRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetBucketRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GetBucketRequest & flowmesh.v1.GetBucketRequest.$Shape} GetBucketRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GetBucketRequest & flowmesh.v1.GetBucketRequest.$Shape;
        }

        namespace GetBucketRequest {

            /** Properties of a GetBucketRequest. */
            interface $Properties {

                /** GetBucketRequest name */
                name?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetBucketRequest. */
            type $Shape = flowmesh.v1.GetBucketRequest.$Properties;
        }

        /**
         * Properties of a ListBucketsRequest.
         * @deprecated Use flowmesh.v1.ListBucketsRequest.$Properties instead.
         */
        interface IListBucketsRequest extends flowmesh.v1.ListBucketsRequest.$Properties {
        }

        /** Represents a ListBucketsRequest. */
        class ListBucketsRequest {

            /**
             * Constructs a new ListBucketsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListBucketsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListBucketsRequest prefix. */
            prefix: string;

            /** ListBucketsRequest pageSize. */
            pageSize: number;

            /** ListBucketsRequest pageToken. */
            pageToken: string;

            /**
             * Creates a new ListBucketsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListBucketsRequest instance
             */
            static create(properties: flowmesh.v1.ListBucketsRequest.$Shape): flowmesh.v1.ListBucketsRequest & flowmesh.v1.ListBucketsRequest.$Shape;
            static create(properties?: flowmesh.v1.ListBucketsRequest.$Properties): flowmesh.v1.ListBucketsRequest;

            /**
             * Encodes the specified ListBucketsRequest message. Does not implicitly {@link flowmesh.v1.ListBucketsRequest.verify|verify} messages.
             * @param message ListBucketsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListBucketsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListBucketsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListBucketsRequest & flowmesh.v1.ListBucketsRequest.$Shape} ListBucketsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListBucketsRequest & flowmesh.v1.ListBucketsRequest.$Shape;
        }

        namespace ListBucketsRequest {

            /** Properties of a ListBucketsRequest. */
            interface $Properties {

                /** ListBucketsRequest prefix */
                prefix?: string;

                /** ListBucketsRequest pageSize */
                pageSize?: number;

                /** ListBucketsRequest pageToken */
                pageToken?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListBucketsRequest. */
            type $Shape = flowmesh.v1.ListBucketsRequest.$Properties;
        }

        /**
         * Properties of a ListBucketsResponse.
         * @deprecated Use flowmesh.v1.ListBucketsResponse.$Properties instead.
         */
        interface IListBucketsResponse extends flowmesh.v1.ListBucketsResponse.$Properties {
        }

        /** Represents a ListBucketsResponse. */
        class ListBucketsResponse {

            /**
             * Constructs a new ListBucketsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListBucketsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListBucketsResponse buckets. */
            buckets: flowmesh.v1.Bucket[];

            /** ListBucketsResponse nextPageToken. */
            nextPageToken: string;

            /**
             * Creates a new ListBucketsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListBucketsResponse instance
             */
            static create(properties: flowmesh.v1.ListBucketsResponse.$Shape): flowmesh.v1.ListBucketsResponse & flowmesh.v1.ListBucketsResponse.$Shape;
            static create(properties?: flowmesh.v1.ListBucketsResponse.$Properties): flowmesh.v1.ListBucketsResponse;

            /**
             * Encodes the specified ListBucketsResponse message. Does not implicitly {@link flowmesh.v1.ListBucketsResponse.verify|verify} messages.
             * @param message ListBucketsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListBucketsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListBucketsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListBucketsResponse & flowmesh.v1.ListBucketsResponse.$Shape} ListBucketsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListBucketsResponse & flowmesh.v1.ListBucketsResponse.$Shape;
        }

        namespace ListBucketsResponse {

            /** Properties of a ListBucketsResponse. */
            interface $Properties {

                /** ListBucketsResponse buckets */
                buckets?: flowmesh.v1.Bucket.$Properties[];

                /** ListBucketsResponse nextPageToken */
                nextPageToken?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListBucketsResponse. */
            type $Shape = flowmesh.v1.ListBucketsResponse.$Properties;
        }

        /**
         * Properties of a KvExpiry.
         * @deprecated Use flowmesh.v1.KvExpiry.$Properties instead.
         */
        interface IKvExpiry extends flowmesh.v1.KvExpiry.$Properties {
        }

        /** Represents a KvExpiry. */
        class KvExpiry {

            /**
             * Constructs a new KvExpiry.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvExpiry.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvExpiry ttlMs. */
            ttlMs: (number|null);

            /** KvExpiry lease. */
            lease: (number|null);

            /** KvExpiry keep. */
            keep: (boolean|null);

            /** KvExpiry never. */
            never: (boolean|null);

            /** KvExpiry kind. */
            kind?: ("ttlMs"|"lease"|"keep"|"never");

            /**
             * Creates a new KvExpiry instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvExpiry instance
             */
            static create(properties: flowmesh.v1.KvExpiry.$Shape): flowmesh.v1.KvExpiry & flowmesh.v1.KvExpiry.$Shape;
            static create(properties?: flowmesh.v1.KvExpiry.$Properties): flowmesh.v1.KvExpiry;

            /**
             * Encodes the specified KvExpiry message. Does not implicitly {@link flowmesh.v1.KvExpiry.verify|verify} messages.
             * @param message KvExpiry message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvExpiry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvExpiry message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvExpiry & flowmesh.v1.KvExpiry.$Shape} KvExpiry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvExpiry & flowmesh.v1.KvExpiry.$Shape;
        }

        namespace KvExpiry {

            /** Properties of a KvExpiry. */
            interface $Properties {

                /** KvExpiry ttlMs */
                ttlMs?: (number|null);

                /** KvExpiry lease */
                lease?: (number|null);

                /** KvExpiry keep */
                keep?: (boolean|null);

                /** KvExpiry never */
                never?: (boolean|null);

                /** KvExpiry kind */
                kind?: ("ttlMs"|"lease"|"keep"|"never");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a KvExpiry. */
            type $Shape = {
              ttlMs?: number|null;
              lease?: number|null;
              keep?: boolean|null;
              never?: boolean|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ kind?: undefined; ttlMs?: null; lease?: null; keep?: null; never?: null }|{ kind?: "ttlMs"; ttlMs: number; lease?: null; keep?: null; never?: null }|{ kind?: "lease"; ttlMs?: null; lease: number; keep?: null; never?: null }|{ kind?: "keep"; ttlMs?: null; lease?: null; keep: boolean; never?: null }|{ kind?: "never"; ttlMs?: null; lease?: null; keep?: null; never: boolean })
            );
        }

        /**
         * Properties of a KvEntry.
         * @deprecated Use flowmesh.v1.KvEntry.$Properties instead.
         */
        interface IKvEntry extends flowmesh.v1.KvEntry.$Properties {
        }

        /** Represents a KvEntry. */
        class KvEntry {

            /**
             * Constructs a new KvEntry.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvEntry.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvEntry key. */
            key: Uint8Array;

            /** KvEntry value. */
            value: Uint8Array;

            /** KvEntry createRevision. */
            createRevision: number;

            /** KvEntry modRevision. */
            modRevision: number;

            /** KvEntry version. */
            version: number;

            /** KvEntry expiresAtMs. */
            expiresAtMs: number;

            /** KvEntry lease. */
            lease: number;

            /** KvEntry remainingMs. */
            remainingMs: number;

            /** KvEntry valueBytes. */
            valueBytes: number;

            /**
             * Creates a new KvEntry instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvEntry instance
             */
            static create(properties: flowmesh.v1.KvEntry.$Shape): flowmesh.v1.KvEntry & flowmesh.v1.KvEntry.$Shape;
            static create(properties?: flowmesh.v1.KvEntry.$Properties): flowmesh.v1.KvEntry;

            /**
             * Encodes the specified KvEntry message. Does not implicitly {@link flowmesh.v1.KvEntry.verify|verify} messages.
             * @param message KvEntry message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvEntry message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvEntry & flowmesh.v1.KvEntry.$Shape} KvEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvEntry & flowmesh.v1.KvEntry.$Shape;
        }

        namespace KvEntry {

            /** Properties of a KvEntry. */
            interface $Properties {

                /** KvEntry key */
                key?: Uint8Array;

                /** KvEntry value */
                value?: Uint8Array;

                /** KvEntry createRevision */
                createRevision?: number;

                /** KvEntry modRevision */
                modRevision?: number;

                /** KvEntry version */
                version?: number;

                /** KvEntry expiresAtMs */
                expiresAtMs?: number;

                /** KvEntry lease */
                lease?: number;

                /** KvEntry remainingMs */
                remainingMs?: number;

                /** KvEntry valueBytes */
                valueBytes?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvEntry. */
            type $Shape = flowmesh.v1.KvEntry.$Properties;
        }

        /**
         * Properties of a KvGetRequest.
         * @deprecated Use flowmesh.v1.KvGetRequest.$Properties instead.
         */
        interface IKvGetRequest extends flowmesh.v1.KvGetRequest.$Properties {
        }

        /** Represents a KvGetRequest. */
        class KvGetRequest {

            /**
             * Constructs a new KvGetRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvGetRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvGetRequest bucket. */
            bucket: string;

            /** KvGetRequest key. */
            key: Uint8Array;

            /** KvGetRequest revision. */
            revision: number;

            /** KvGetRequest stale. */
            stale: boolean;

            /** KvGetRequest keysOnly. */
            keysOnly: boolean;

            /**
             * Creates a new KvGetRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvGetRequest instance
             */
            static create(properties: flowmesh.v1.KvGetRequest.$Shape): flowmesh.v1.KvGetRequest & flowmesh.v1.KvGetRequest.$Shape;
            static create(properties?: flowmesh.v1.KvGetRequest.$Properties): flowmesh.v1.KvGetRequest;

            /**
             * Encodes the specified KvGetRequest message. Does not implicitly {@link flowmesh.v1.KvGetRequest.verify|verify} messages.
             * @param message KvGetRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvGetRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvGetRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvGetRequest & flowmesh.v1.KvGetRequest.$Shape} KvGetRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvGetRequest & flowmesh.v1.KvGetRequest.$Shape;
        }

        namespace KvGetRequest {

            /** Properties of a KvGetRequest. */
            interface $Properties {

                /** KvGetRequest bucket */
                bucket?: string;

                /** KvGetRequest key */
                key?: Uint8Array;

                /** KvGetRequest revision */
                revision?: number;

                /** KvGetRequest stale */
                stale?: boolean;

                /** KvGetRequest keysOnly */
                keysOnly?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvGetRequest. */
            type $Shape = flowmesh.v1.KvGetRequest.$Properties;
        }

        /**
         * Properties of a KvGetResponse.
         * @deprecated Use flowmesh.v1.KvGetResponse.$Properties instead.
         */
        interface IKvGetResponse extends flowmesh.v1.KvGetResponse.$Properties {
        }

        /** Represents a KvGetResponse. */
        class KvGetResponse {

            /**
             * Constructs a new KvGetResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvGetResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvGetResponse entry. */
            entry: flowmesh.v1.KvEntry;

            /** KvGetResponse revision. */
            revision: number;

            /**
             * Creates a new KvGetResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvGetResponse instance
             */
            static create(properties: flowmesh.v1.KvGetResponse.$Shape): flowmesh.v1.KvGetResponse & flowmesh.v1.KvGetResponse.$Shape;
            static create(properties?: flowmesh.v1.KvGetResponse.$Properties): flowmesh.v1.KvGetResponse;

            /**
             * Encodes the specified KvGetResponse message. Does not implicitly {@link flowmesh.v1.KvGetResponse.verify|verify} messages.
             * @param message KvGetResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvGetResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvGetResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvGetResponse & flowmesh.v1.KvGetResponse.$Shape} KvGetResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvGetResponse & flowmesh.v1.KvGetResponse.$Shape;
        }

        namespace KvGetResponse {

            /** Properties of a KvGetResponse. */
            interface $Properties {

                /** KvGetResponse entry */
                entry?: flowmesh.v1.KvEntry.$Properties;

                /** KvGetResponse revision */
                revision?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvGetResponse. */
            type $Shape = flowmesh.v1.KvGetResponse.$Properties;
        }

        /**
         * Properties of a KvGuard.
         * @deprecated Use flowmesh.v1.KvGuard.$Properties instead.
         */
        interface IKvGuard extends flowmesh.v1.KvGuard.$Properties {
        }

        /** Represents a KvGuard. */
        class KvGuard {

            /**
             * Constructs a new KvGuard.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvGuard.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvGuard absent. */
            absent: (boolean|null);

            /** KvGuard present. */
            present: (boolean|null);

            /** KvGuard modRevision. */
            modRevision: (number|null);

            /** KvGuard kind. */
            kind?: ("absent"|"present"|"modRevision");

            /**
             * Creates a new KvGuard instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvGuard instance
             */
            static create(properties: flowmesh.v1.KvGuard.$Shape): flowmesh.v1.KvGuard & flowmesh.v1.KvGuard.$Shape;
            static create(properties?: flowmesh.v1.KvGuard.$Properties): flowmesh.v1.KvGuard;

            /**
             * Encodes the specified KvGuard message. Does not implicitly {@link flowmesh.v1.KvGuard.verify|verify} messages.
             * @param message KvGuard message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvGuard.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvGuard message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvGuard & flowmesh.v1.KvGuard.$Shape} KvGuard
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvGuard & flowmesh.v1.KvGuard.$Shape;
        }

        namespace KvGuard {

            /** Properties of a KvGuard. */
            interface $Properties {

                /** KvGuard absent */
                absent?: (boolean|null);

                /** KvGuard present */
                present?: (boolean|null);

                /** KvGuard modRevision */
                modRevision?: (number|null);

                /** KvGuard kind */
                kind?: ("absent"|"present"|"modRevision");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a KvGuard. */
            type $Shape = {
              absent?: boolean|null;
              present?: boolean|null;
              modRevision?: number|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ kind?: undefined; absent?: null; present?: null; modRevision?: null }|{ kind?: "absent"; absent: boolean; present?: null; modRevision?: null }|{ kind?: "present"; absent?: null; present: boolean; modRevision?: null }|{ kind?: "modRevision"; absent?: null; present?: null; modRevision: number })
            );
        }

        /**
         * Properties of a KvPutRequest.
         * @deprecated Use flowmesh.v1.KvPutRequest.$Properties instead.
         */
        interface IKvPutRequest extends flowmesh.v1.KvPutRequest.$Properties {
        }

        /** Represents a KvPutRequest. */
        class KvPutRequest {

            /**
             * Constructs a new KvPutRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvPutRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvPutRequest bucket. */
            bucket: string;

            /** KvPutRequest put. */
            put: flowmesh.v1.KvPut;

            /** KvPutRequest guard. */
            guard: flowmesh.v1.KvGuard;

            /** KvPutRequest returnPrevious. */
            returnPrevious: boolean;

            /** KvPutRequest requestId. */
            requestId: string;

            /**
             * Creates a new KvPutRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvPutRequest instance
             */
            static create(properties: flowmesh.v1.KvPutRequest.$Shape): flowmesh.v1.KvPutRequest & flowmesh.v1.KvPutRequest.$Shape;
            static create(properties?: flowmesh.v1.KvPutRequest.$Properties): flowmesh.v1.KvPutRequest;

            /**
             * Encodes the specified KvPutRequest message. Does not implicitly {@link flowmesh.v1.KvPutRequest.verify|verify} messages.
             * @param message KvPutRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvPutRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvPutRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvPutRequest & flowmesh.v1.KvPutRequest.$Shape} KvPutRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvPutRequest & flowmesh.v1.KvPutRequest.$Shape;
        }

        namespace KvPutRequest {

            /** Properties of a KvPutRequest. */
            interface $Properties {

                /** KvPutRequest bucket */
                bucket?: string;

                /** KvPutRequest put */
                put?: flowmesh.v1.KvPut.$Properties;

                /** KvPutRequest guard */
                guard?: flowmesh.v1.KvGuard.$Properties;

                /** KvPutRequest returnPrevious */
                returnPrevious?: boolean;

                /** KvPutRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvPutRequest. */
            type $Shape = {
              bucket?: string;
              put?: flowmesh.v1.KvPut.$Shape;
              guard?: flowmesh.v1.KvGuard.$Shape;
              returnPrevious?: boolean;
              requestId?: string;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a KvPutResponse.
         * @deprecated Use flowmesh.v1.KvPutResponse.$Properties instead.
         */
        interface IKvPutResponse extends flowmesh.v1.KvPutResponse.$Properties {
        }

        /** Represents a KvPutResponse. */
        class KvPutResponse {

            /**
             * Constructs a new KvPutResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvPutResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvPutResponse entry. */
            entry: flowmesh.v1.KvEntry;

            /** KvPutResponse previous. */
            previous: flowmesh.v1.KvEntry;

            /** KvPutResponse revision. */
            revision: number;

            /**
             * Creates a new KvPutResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvPutResponse instance
             */
            static create(properties: flowmesh.v1.KvPutResponse.$Shape): flowmesh.v1.KvPutResponse & flowmesh.v1.KvPutResponse.$Shape;
            static create(properties?: flowmesh.v1.KvPutResponse.$Properties): flowmesh.v1.KvPutResponse;

            /**
             * Encodes the specified KvPutResponse message. Does not implicitly {@link flowmesh.v1.KvPutResponse.verify|verify} messages.
             * @param message KvPutResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvPutResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvPutResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvPutResponse & flowmesh.v1.KvPutResponse.$Shape} KvPutResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvPutResponse & flowmesh.v1.KvPutResponse.$Shape;
        }

        namespace KvPutResponse {

            /** Properties of a KvPutResponse. */
            interface $Properties {

                /** KvPutResponse entry */
                entry?: flowmesh.v1.KvEntry.$Properties;

                /** KvPutResponse previous */
                previous?: flowmesh.v1.KvEntry.$Properties;

                /** KvPutResponse revision */
                revision?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvPutResponse. */
            type $Shape = flowmesh.v1.KvPutResponse.$Properties;
        }

        /**
         * Properties of a KvDeleteRequest.
         * @deprecated Use flowmesh.v1.KvDeleteRequest.$Properties instead.
         */
        interface IKvDeleteRequest extends flowmesh.v1.KvDeleteRequest.$Properties {
        }

        /** Represents a KvDeleteRequest. */
        class KvDeleteRequest {

            /**
             * Constructs a new KvDeleteRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvDeleteRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvDeleteRequest bucket. */
            bucket: string;

            /** KvDeleteRequest key. */
            key: (Uint8Array|null);

            /** KvDeleteRequest range. */
            range: (flowmesh.v1.KvKeyRange|null);

            /** KvDeleteRequest guard. */
            guard: flowmesh.v1.KvGuard;

            /** KvDeleteRequest returnPrevious. */
            returnPrevious: boolean;

            /** KvDeleteRequest requestId. */
            requestId: string;

            /** KvDeleteRequest shard. */
            shard: (number|null);

            /** KvDeleteRequest what. */
            what?: ("key"|"range");

            /**
             * Creates a new KvDeleteRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvDeleteRequest instance
             */
            static create(properties: flowmesh.v1.KvDeleteRequest.$Shape): flowmesh.v1.KvDeleteRequest & flowmesh.v1.KvDeleteRequest.$Shape;
            static create(properties?: flowmesh.v1.KvDeleteRequest.$Properties): flowmesh.v1.KvDeleteRequest;

            /**
             * Encodes the specified KvDeleteRequest message. Does not implicitly {@link flowmesh.v1.KvDeleteRequest.verify|verify} messages.
             * @param message KvDeleteRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvDeleteRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvDeleteRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvDeleteRequest & flowmesh.v1.KvDeleteRequest.$Shape} KvDeleteRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvDeleteRequest & flowmesh.v1.KvDeleteRequest.$Shape;
        }

        namespace KvDeleteRequest {

            /** Properties of a KvDeleteRequest. */
            interface $Properties {

                /** KvDeleteRequest bucket */
                bucket?: string;

                /** KvDeleteRequest key */
                key?: (Uint8Array|null);

                /** KvDeleteRequest range */
                range?: (flowmesh.v1.KvKeyRange.$Properties|null);

                /** KvDeleteRequest guard */
                guard?: flowmesh.v1.KvGuard.$Properties;

                /** KvDeleteRequest returnPrevious */
                returnPrevious?: boolean;

                /** KvDeleteRequest requestId */
                requestId?: string;

                /** KvDeleteRequest shard */
                shard?: (number|null);

                /** KvDeleteRequest what */
                what?: ("key"|"range");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a KvDeleteRequest. */
            type $Shape = {
              bucket?: string;
              key?: Uint8Array|null;
              range?: flowmesh.v1.KvKeyRange.$Shape|null;
              guard?: flowmesh.v1.KvGuard.$Shape;
              returnPrevious?: boolean;
              requestId?: string;
              shard?: number|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ what?: undefined; key?: null; range?: null }|{ what?: "key"; key: Uint8Array; range?: null }|{ what?: "range"; key?: null; range: flowmesh.v1.KvKeyRange.$Shape })
            );
        }

        /**
         * Properties of a KvDeleteResponse.
         * @deprecated Use flowmesh.v1.KvDeleteResponse.$Properties instead.
         */
        interface IKvDeleteResponse extends flowmesh.v1.KvDeleteResponse.$Properties {
        }

        /** Represents a KvDeleteResponse. */
        class KvDeleteResponse {

            /**
             * Constructs a new KvDeleteResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvDeleteResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvDeleteResponse deleted. */
            deleted: number;

            /** KvDeleteResponse more. */
            more: boolean;

            /** KvDeleteResponse previous. */
            previous: flowmesh.v1.KvEntry;

            /** KvDeleteResponse revision. */
            revision: number;

            /**
             * Creates a new KvDeleteResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvDeleteResponse instance
             */
            static create(properties: flowmesh.v1.KvDeleteResponse.$Shape): flowmesh.v1.KvDeleteResponse & flowmesh.v1.KvDeleteResponse.$Shape;
            static create(properties?: flowmesh.v1.KvDeleteResponse.$Properties): flowmesh.v1.KvDeleteResponse;

            /**
             * Encodes the specified KvDeleteResponse message. Does not implicitly {@link flowmesh.v1.KvDeleteResponse.verify|verify} messages.
             * @param message KvDeleteResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvDeleteResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvDeleteResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvDeleteResponse & flowmesh.v1.KvDeleteResponse.$Shape} KvDeleteResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvDeleteResponse & flowmesh.v1.KvDeleteResponse.$Shape;
        }

        namespace KvDeleteResponse {

            /** Properties of a KvDeleteResponse. */
            interface $Properties {

                /** KvDeleteResponse deleted */
                deleted?: number;

                /** KvDeleteResponse more */
                more?: boolean;

                /** KvDeleteResponse previous */
                previous?: flowmesh.v1.KvEntry.$Properties;

                /** KvDeleteResponse revision */
                revision?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvDeleteResponse. */
            type $Shape = flowmesh.v1.KvDeleteResponse.$Properties;
        }

        /**
         * Properties of a KvIncrementRequest.
         * @deprecated Use flowmesh.v1.KvIncrementRequest.$Properties instead.
         */
        interface IKvIncrementRequest extends flowmesh.v1.KvIncrementRequest.$Properties {
        }

        /** Represents a KvIncrementRequest. */
        class KvIncrementRequest {

            /**
             * Constructs a new KvIncrementRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvIncrementRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvIncrementRequest bucket. */
            bucket: string;

            /** KvIncrementRequest increment. */
            increment: flowmesh.v1.KvIncrement;

            /** KvIncrementRequest requestId. */
            requestId: string;

            /**
             * Creates a new KvIncrementRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvIncrementRequest instance
             */
            static create(properties: flowmesh.v1.KvIncrementRequest.$Shape): flowmesh.v1.KvIncrementRequest & flowmesh.v1.KvIncrementRequest.$Shape;
            static create(properties?: flowmesh.v1.KvIncrementRequest.$Properties): flowmesh.v1.KvIncrementRequest;

            /**
             * Encodes the specified KvIncrementRequest message. Does not implicitly {@link flowmesh.v1.KvIncrementRequest.verify|verify} messages.
             * @param message KvIncrementRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvIncrementRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvIncrementRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvIncrementRequest & flowmesh.v1.KvIncrementRequest.$Shape} KvIncrementRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvIncrementRequest & flowmesh.v1.KvIncrementRequest.$Shape;
        }

        namespace KvIncrementRequest {

            /** Properties of a KvIncrementRequest. */
            interface $Properties {

                /** KvIncrementRequest bucket */
                bucket?: string;

                /** KvIncrementRequest increment */
                increment?: flowmesh.v1.KvIncrement.$Properties;

                /** KvIncrementRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvIncrementRequest. */
            type $Shape = {
              bucket?: string;
              increment?: flowmesh.v1.KvIncrement.$Shape;
              requestId?: string;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a KvIncrementResponse.
         * @deprecated Use flowmesh.v1.KvIncrementResponse.$Properties instead.
         */
        interface IKvIncrementResponse extends flowmesh.v1.KvIncrementResponse.$Properties {
        }

        /** Represents a KvIncrementResponse. */
        class KvIncrementResponse {

            /**
             * Constructs a new KvIncrementResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvIncrementResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvIncrementResponse number. */
            number: number;

            /** KvIncrementResponse revision. */
            revision: number;

            /**
             * Creates a new KvIncrementResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvIncrementResponse instance
             */
            static create(properties: flowmesh.v1.KvIncrementResponse.$Shape): flowmesh.v1.KvIncrementResponse & flowmesh.v1.KvIncrementResponse.$Shape;
            static create(properties?: flowmesh.v1.KvIncrementResponse.$Properties): flowmesh.v1.KvIncrementResponse;

            /**
             * Encodes the specified KvIncrementResponse message. Does not implicitly {@link flowmesh.v1.KvIncrementResponse.verify|verify} messages.
             * @param message KvIncrementResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvIncrementResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvIncrementResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvIncrementResponse & flowmesh.v1.KvIncrementResponse.$Shape} KvIncrementResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvIncrementResponse & flowmesh.v1.KvIncrementResponse.$Shape;
        }

        namespace KvIncrementResponse {

            /** Properties of a KvIncrementResponse. */
            interface $Properties {

                /** KvIncrementResponse number */
                number?: number;

                /** KvIncrementResponse revision */
                revision?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvIncrementResponse. */
            type $Shape = flowmesh.v1.KvIncrementResponse.$Properties;
        }

        /**
         * Properties of a KvTouchRequest.
         * @deprecated Use flowmesh.v1.KvTouchRequest.$Properties instead.
         */
        interface IKvTouchRequest extends flowmesh.v1.KvTouchRequest.$Properties {
        }

        /** Represents a KvTouchRequest. */
        class KvTouchRequest {

            /**
             * Constructs a new KvTouchRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvTouchRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvTouchRequest bucket. */
            bucket: string;

            /** KvTouchRequest touch. */
            touch: flowmesh.v1.KvTouch;

            /** KvTouchRequest requestId. */
            requestId: string;

            /**
             * Creates a new KvTouchRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvTouchRequest instance
             */
            static create(properties: flowmesh.v1.KvTouchRequest.$Shape): flowmesh.v1.KvTouchRequest & flowmesh.v1.KvTouchRequest.$Shape;
            static create(properties?: flowmesh.v1.KvTouchRequest.$Properties): flowmesh.v1.KvTouchRequest;

            /**
             * Encodes the specified KvTouchRequest message. Does not implicitly {@link flowmesh.v1.KvTouchRequest.verify|verify} messages.
             * @param message KvTouchRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvTouchRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvTouchRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvTouchRequest & flowmesh.v1.KvTouchRequest.$Shape} KvTouchRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvTouchRequest & flowmesh.v1.KvTouchRequest.$Shape;
        }

        namespace KvTouchRequest {

            /** Properties of a KvTouchRequest. */
            interface $Properties {

                /** KvTouchRequest bucket */
                bucket?: string;

                /** KvTouchRequest touch */
                touch?: flowmesh.v1.KvTouch.$Properties;

                /** KvTouchRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvTouchRequest. */
            type $Shape = {
              bucket?: string;
              touch?: flowmesh.v1.KvTouch.$Shape;
              requestId?: string;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a KvTouchResponse.
         * @deprecated Use flowmesh.v1.KvTouchResponse.$Properties instead.
         */
        interface IKvTouchResponse extends flowmesh.v1.KvTouchResponse.$Properties {
        }

        /** Represents a KvTouchResponse. */
        class KvTouchResponse {

            /**
             * Constructs a new KvTouchResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvTouchResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvTouchResponse entry. */
            entry: flowmesh.v1.KvEntry;

            /**
             * Creates a new KvTouchResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvTouchResponse instance
             */
            static create(properties: flowmesh.v1.KvTouchResponse.$Shape): flowmesh.v1.KvTouchResponse & flowmesh.v1.KvTouchResponse.$Shape;
            static create(properties?: flowmesh.v1.KvTouchResponse.$Properties): flowmesh.v1.KvTouchResponse;

            /**
             * Encodes the specified KvTouchResponse message. Does not implicitly {@link flowmesh.v1.KvTouchResponse.verify|verify} messages.
             * @param message KvTouchResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvTouchResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvTouchResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvTouchResponse & flowmesh.v1.KvTouchResponse.$Shape} KvTouchResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvTouchResponse & flowmesh.v1.KvTouchResponse.$Shape;
        }

        namespace KvTouchResponse {

            /** Properties of a KvTouchResponse. */
            interface $Properties {

                /** KvTouchResponse entry */
                entry?: flowmesh.v1.KvEntry.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvTouchResponse. */
            type $Shape = flowmesh.v1.KvTouchResponse.$Properties;
        }

        /**
         * Properties of a KvPut.
         * @deprecated Use flowmesh.v1.KvPut.$Properties instead.
         */
        interface IKvPut extends flowmesh.v1.KvPut.$Properties {
        }

        /** Represents a KvPut. */
        class KvPut {

            /**
             * Constructs a new KvPut.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvPut.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvPut key. */
            key: Uint8Array;

            /** KvPut value. */
            value: (Uint8Array|null);

            /** KvPut expiry. */
            expiry: flowmesh.v1.KvExpiry;

            /**
             * Creates a new KvPut instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvPut instance
             */
            static create(properties: flowmesh.v1.KvPut.$Shape): flowmesh.v1.KvPut & flowmesh.v1.KvPut.$Shape;
            static create(properties?: flowmesh.v1.KvPut.$Properties): flowmesh.v1.KvPut;

            /**
             * Encodes the specified KvPut message. Does not implicitly {@link flowmesh.v1.KvPut.verify|verify} messages.
             * @param message KvPut message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvPut.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvPut message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvPut & flowmesh.v1.KvPut.$Shape} KvPut
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvPut & flowmesh.v1.KvPut.$Shape;
        }

        namespace KvPut {

            /** Properties of a KvPut. */
            interface $Properties {

                /** KvPut key */
                key?: Uint8Array;

                /** KvPut value */
                value?: (Uint8Array|null);

                /** KvPut expiry */
                expiry?: flowmesh.v1.KvExpiry.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvPut. */
            type $Shape = {
              key?: Uint8Array;
              value?: Uint8Array|null;
              expiry?: flowmesh.v1.KvExpiry.$Shape;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a KvIncrement.
         * @deprecated Use flowmesh.v1.KvIncrement.$Properties instead.
         */
        interface IKvIncrement extends flowmesh.v1.KvIncrement.$Properties {
        }

        /** Represents a KvIncrement. */
        class KvIncrement {

            /**
             * Constructs a new KvIncrement.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvIncrement.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvIncrement key. */
            key: Uint8Array;

            /** KvIncrement by. */
            by: number;

            /** KvIncrement expiry. */
            expiry: flowmesh.v1.KvExpiry;

            /**
             * Creates a new KvIncrement instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvIncrement instance
             */
            static create(properties: flowmesh.v1.KvIncrement.$Shape): flowmesh.v1.KvIncrement & flowmesh.v1.KvIncrement.$Shape;
            static create(properties?: flowmesh.v1.KvIncrement.$Properties): flowmesh.v1.KvIncrement;

            /**
             * Encodes the specified KvIncrement message. Does not implicitly {@link flowmesh.v1.KvIncrement.verify|verify} messages.
             * @param message KvIncrement message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvIncrement.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvIncrement message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvIncrement & flowmesh.v1.KvIncrement.$Shape} KvIncrement
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvIncrement & flowmesh.v1.KvIncrement.$Shape;
        }

        namespace KvIncrement {

            /** Properties of a KvIncrement. */
            interface $Properties {

                /** KvIncrement key */
                key?: Uint8Array;

                /** KvIncrement by */
                by?: number;

                /** KvIncrement expiry */
                expiry?: flowmesh.v1.KvExpiry.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvIncrement. */
            type $Shape = {
              key?: Uint8Array;
              by?: number;
              expiry?: flowmesh.v1.KvExpiry.$Shape;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a KvTouch.
         * @deprecated Use flowmesh.v1.KvTouch.$Properties instead.
         */
        interface IKvTouch extends flowmesh.v1.KvTouch.$Properties {
        }

        /** Represents a KvTouch. */
        class KvTouch {

            /**
             * Constructs a new KvTouch.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvTouch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvTouch key. */
            key: Uint8Array;

            /** KvTouch expiry. */
            expiry: flowmesh.v1.KvExpiry;

            /**
             * Creates a new KvTouch instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvTouch instance
             */
            static create(properties: flowmesh.v1.KvTouch.$Shape): flowmesh.v1.KvTouch & flowmesh.v1.KvTouch.$Shape;
            static create(properties?: flowmesh.v1.KvTouch.$Properties): flowmesh.v1.KvTouch;

            /**
             * Encodes the specified KvTouch message. Does not implicitly {@link flowmesh.v1.KvTouch.verify|verify} messages.
             * @param message KvTouch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvTouch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvTouch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvTouch & flowmesh.v1.KvTouch.$Shape} KvTouch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvTouch & flowmesh.v1.KvTouch.$Shape;
        }

        namespace KvTouch {

            /** Properties of a KvTouch. */
            interface $Properties {

                /** KvTouch key */
                key?: Uint8Array;

                /** KvTouch expiry */
                expiry?: flowmesh.v1.KvExpiry.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvTouch. */
            type $Shape = {
              key?: Uint8Array;
              expiry?: flowmesh.v1.KvExpiry.$Shape;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a KvKeyRange.
         * @deprecated Use flowmesh.v1.KvKeyRange.$Properties instead.
         */
        interface IKvKeyRange extends flowmesh.v1.KvKeyRange.$Properties {
        }

        /** Represents a KvKeyRange. */
        class KvKeyRange {

            /**
             * Constructs a new KvKeyRange.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvKeyRange.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvKeyRange from. */
            from: Uint8Array;

            /** KvKeyRange to. */
            to: Uint8Array;

            /** KvKeyRange prefix. */
            prefix: Uint8Array;

            /**
             * Creates a new KvKeyRange instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvKeyRange instance
             */
            static create(properties: flowmesh.v1.KvKeyRange.$Shape): flowmesh.v1.KvKeyRange & flowmesh.v1.KvKeyRange.$Shape;
            static create(properties?: flowmesh.v1.KvKeyRange.$Properties): flowmesh.v1.KvKeyRange;

            /**
             * Encodes the specified KvKeyRange message. Does not implicitly {@link flowmesh.v1.KvKeyRange.verify|verify} messages.
             * @param message KvKeyRange message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvKeyRange.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvKeyRange message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvKeyRange & flowmesh.v1.KvKeyRange.$Shape} KvKeyRange
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvKeyRange & flowmesh.v1.KvKeyRange.$Shape;
        }

        namespace KvKeyRange {

            /** Properties of a KvKeyRange. */
            interface $Properties {

                /** KvKeyRange from */
                from?: Uint8Array;

                /** KvKeyRange to */
                to?: Uint8Array;

                /** KvKeyRange prefix */
                prefix?: Uint8Array;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvKeyRange. */
            type $Shape = flowmesh.v1.KvKeyRange.$Properties;
        }

        /**
         * Properties of a KvDeleteRange.
         * @deprecated Use flowmesh.v1.KvDeleteRange.$Properties instead.
         */
        interface IKvDeleteRange extends flowmesh.v1.KvDeleteRange.$Properties {
        }

        /** Represents a KvDeleteRange. */
        class KvDeleteRange {

            /**
             * Constructs a new KvDeleteRange.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvDeleteRange.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvDeleteRange range. */
            range: flowmesh.v1.KvKeyRange;

            /** KvDeleteRange max. */
            max: number;

            /** KvDeleteRange partial. */
            partial: boolean;

            /**
             * Creates a new KvDeleteRange instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvDeleteRange instance
             */
            static create(properties: flowmesh.v1.KvDeleteRange.$Shape): flowmesh.v1.KvDeleteRange & flowmesh.v1.KvDeleteRange.$Shape;
            static create(properties?: flowmesh.v1.KvDeleteRange.$Properties): flowmesh.v1.KvDeleteRange;

            /**
             * Encodes the specified KvDeleteRange message. Does not implicitly {@link flowmesh.v1.KvDeleteRange.verify|verify} messages.
             * @param message KvDeleteRange message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvDeleteRange.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvDeleteRange message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvDeleteRange & flowmesh.v1.KvDeleteRange.$Shape} KvDeleteRange
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvDeleteRange & flowmesh.v1.KvDeleteRange.$Shape;
        }

        namespace KvDeleteRange {

            /** Properties of a KvDeleteRange. */
            interface $Properties {

                /** KvDeleteRange range */
                range?: flowmesh.v1.KvKeyRange.$Properties;

                /** KvDeleteRange max */
                max?: number;

                /** KvDeleteRange partial */
                partial?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvDeleteRange. */
            type $Shape = flowmesh.v1.KvDeleteRange.$Properties;
        }

        /** KvTarget enum. */
        enum KvTarget {

            /** KV_TARGET_VERSION value */
            KV_TARGET_VERSION = 0,

            /** KV_TARGET_CREATE_REVISION value */
            KV_TARGET_CREATE_REVISION = 1,

            /** KV_TARGET_MOD_REVISION value */
            KV_TARGET_MOD_REVISION = 2,

            /** KV_TARGET_VALUE value */
            KV_TARGET_VALUE = 3
        }

        /** KvComparison enum. */
        enum KvComparison {

            /** KV_COMPARISON_EQUAL value */
            KV_COMPARISON_EQUAL = 0,

            /** KV_COMPARISON_NOT_EQUAL value */
            KV_COMPARISON_NOT_EQUAL = 1,

            /** KV_COMPARISON_LESS value */
            KV_COMPARISON_LESS = 2,

            /** KV_COMPARISON_GREATER value */
            KV_COMPARISON_GREATER = 3
        }

        /**
         * Properties of a KvCondition.
         * @deprecated Use flowmesh.v1.KvCondition.$Properties instead.
         */
        interface IKvCondition extends flowmesh.v1.KvCondition.$Properties {
        }

        /** Represents a KvCondition. */
        class KvCondition {

            /**
             * Constructs a new KvCondition.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvCondition.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvCondition key. */
            key: Uint8Array;

            /** KvCondition target. */
            target: flowmesh.v1.KvTarget;

            /** KvCondition comparison. */
            comparison: flowmesh.v1.KvComparison;

            /** KvCondition number. */
            number: number;

            /** KvCondition value. */
            value: Uint8Array;

            /**
             * Creates a new KvCondition instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvCondition instance
             */
            static create(properties: flowmesh.v1.KvCondition.$Shape): flowmesh.v1.KvCondition & flowmesh.v1.KvCondition.$Shape;
            static create(properties?: flowmesh.v1.KvCondition.$Properties): flowmesh.v1.KvCondition;

            /**
             * Encodes the specified KvCondition message. Does not implicitly {@link flowmesh.v1.KvCondition.verify|verify} messages.
             * @param message KvCondition message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvCondition.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvCondition message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvCondition & flowmesh.v1.KvCondition.$Shape} KvCondition
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvCondition & flowmesh.v1.KvCondition.$Shape;
        }

        namespace KvCondition {

            /** Properties of a KvCondition. */
            interface $Properties {

                /** KvCondition key */
                key?: Uint8Array;

                /** KvCondition target */
                target?: flowmesh.v1.KvTarget;

                /** KvCondition comparison */
                comparison?: flowmesh.v1.KvComparison;

                /** KvCondition number */
                number?: number;

                /** KvCondition value */
                value?: Uint8Array;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvCondition. */
            type $Shape = flowmesh.v1.KvCondition.$Properties;
        }

        /**
         * Properties of a KvOp.
         * @deprecated Use flowmesh.v1.KvOp.$Properties instead.
         */
        interface IKvOp extends flowmesh.v1.KvOp.$Properties {
        }

        /** Represents a KvOp. */
        class KvOp {

            /**
             * Constructs a new KvOp.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvOp.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvOp put. */
            put: (flowmesh.v1.KvPut|null);

            /** KvOp get. */
            get: (Uint8Array|null);

            /** KvOp delete. */
            delete: (Uint8Array|null);

            /** KvOp deleteRange. */
            deleteRange: (flowmesh.v1.KvDeleteRange|null);

            /** KvOp increment. */
            increment: (flowmesh.v1.KvIncrement|null);

            /** KvOp touch. */
            touch: (flowmesh.v1.KvTouch|null);

            /** KvOp op. */
            op?: ("put"|"get"|"delete"|"deleteRange"|"increment"|"touch");

            /**
             * Creates a new KvOp instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvOp instance
             */
            static create(properties: flowmesh.v1.KvOp.$Shape): flowmesh.v1.KvOp & flowmesh.v1.KvOp.$Shape;
            static create(properties?: flowmesh.v1.KvOp.$Properties): flowmesh.v1.KvOp;

            /**
             * Encodes the specified KvOp message. Does not implicitly {@link flowmesh.v1.KvOp.verify|verify} messages.
             * @param message KvOp message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvOp.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvOp message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvOp & flowmesh.v1.KvOp.$Shape} KvOp
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvOp & flowmesh.v1.KvOp.$Shape;
        }

        namespace KvOp {

            /** Properties of a KvOp. */
            interface $Properties {

                /** KvOp put */
                put?: (flowmesh.v1.KvPut.$Properties|null);

                /** KvOp get */
                get?: (Uint8Array|null);

                /** KvOp delete */
                "delete"?: (Uint8Array|null);

                /** KvOp deleteRange */
                deleteRange?: (flowmesh.v1.KvDeleteRange.$Properties|null);

                /** KvOp increment */
                increment?: (flowmesh.v1.KvIncrement.$Properties|null);

                /** KvOp touch */
                touch?: (flowmesh.v1.KvTouch.$Properties|null);

                /** KvOp op */
                op?: ("put"|"get"|"delete"|"deleteRange"|"increment"|"touch");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a KvOp. */
            type $Shape = {
              put?: flowmesh.v1.KvPut.$Shape|null;
              get?: Uint8Array|null;
              "delete"?: Uint8Array|null;
              deleteRange?: flowmesh.v1.KvDeleteRange.$Shape|null;
              increment?: flowmesh.v1.KvIncrement.$Shape|null;
              touch?: flowmesh.v1.KvTouch.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ op?: undefined; put?: null; get?: null; "delete"?: null; deleteRange?: null; increment?: null; touch?: null }|{ op?: "put"; put: flowmesh.v1.KvPut.$Shape; get?: null; "delete"?: null; deleteRange?: null; increment?: null; touch?: null }|{ op?: "get"; put?: null; get: Uint8Array; "delete"?: null; deleteRange?: null; increment?: null; touch?: null }|{ op?: "delete"; put?: null; get?: null; "delete": Uint8Array; deleteRange?: null; increment?: null; touch?: null }|{ op?: "deleteRange"; put?: null; get?: null; "delete"?: null; deleteRange: flowmesh.v1.KvDeleteRange.$Shape; increment?: null; touch?: null }|{ op?: "increment"; put?: null; get?: null; "delete"?: null; deleteRange?: null; increment: flowmesh.v1.KvIncrement.$Shape; touch?: null }|{ op?: "touch"; put?: null; get?: null; "delete"?: null; deleteRange?: null; increment?: null; touch: flowmesh.v1.KvTouch.$Shape })
            );
        }

        /**
         * Properties of a KvOpResult.
         * @deprecated Use flowmesh.v1.KvOpResult.$Properties instead.
         */
        interface IKvOpResult extends flowmesh.v1.KvOpResult.$Properties {
        }

        /** Represents a KvOpResult. */
        class KvOpResult {

            /**
             * Constructs a new KvOpResult.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvOpResult.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvOpResult put. */
            put: (flowmesh.v1.KvPutResult|null);

            /** KvOpResult get. */
            get: (flowmesh.v1.KvGetResult|null);

            /** KvOpResult delete. */
            delete: (flowmesh.v1.KvGetResult|null);

            /** KvOpResult deleteRange. */
            deleteRange: (flowmesh.v1.KvDeleteRangeResult|null);

            /** KvOpResult increment. */
            increment: (number|null);

            /** KvOpResult touch. */
            touch: (flowmesh.v1.KvGetResult|null);

            /** KvOpResult result. */
            result?: ("put"|"get"|"delete"|"deleteRange"|"increment"|"touch");

            /**
             * Creates a new KvOpResult instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvOpResult instance
             */
            static create(properties: flowmesh.v1.KvOpResult.$Shape): flowmesh.v1.KvOpResult & flowmesh.v1.KvOpResult.$Shape;
            static create(properties?: flowmesh.v1.KvOpResult.$Properties): flowmesh.v1.KvOpResult;

            /**
             * Encodes the specified KvOpResult message. Does not implicitly {@link flowmesh.v1.KvOpResult.verify|verify} messages.
             * @param message KvOpResult message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvOpResult.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvOpResult message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvOpResult & flowmesh.v1.KvOpResult.$Shape} KvOpResult
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvOpResult & flowmesh.v1.KvOpResult.$Shape;
        }

        namespace KvOpResult {

            /** Properties of a KvOpResult. */
            interface $Properties {

                /** KvOpResult put */
                put?: (flowmesh.v1.KvPutResult.$Properties|null);

                /** KvOpResult get */
                get?: (flowmesh.v1.KvGetResult.$Properties|null);

                /** KvOpResult delete */
                "delete"?: (flowmesh.v1.KvGetResult.$Properties|null);

                /** KvOpResult deleteRange */
                deleteRange?: (flowmesh.v1.KvDeleteRangeResult.$Properties|null);

                /** KvOpResult increment */
                increment?: (number|null);

                /** KvOpResult touch */
                touch?: (flowmesh.v1.KvGetResult.$Properties|null);

                /** KvOpResult result */
                result?: ("put"|"get"|"delete"|"deleteRange"|"increment"|"touch");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a KvOpResult. */
            type $Shape = {
              put?: flowmesh.v1.KvPutResult.$Shape|null;
              get?: flowmesh.v1.KvGetResult.$Shape|null;
              "delete"?: flowmesh.v1.KvGetResult.$Shape|null;
              deleteRange?: flowmesh.v1.KvDeleteRangeResult.$Shape|null;
              increment?: number|null;
              touch?: flowmesh.v1.KvGetResult.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ result?: undefined; put?: null; get?: null; "delete"?: null; deleteRange?: null; increment?: null; touch?: null }|{ result?: "put"; put: flowmesh.v1.KvPutResult.$Shape; get?: null; "delete"?: null; deleteRange?: null; increment?: null; touch?: null }|{ result?: "get"; put?: null; get: flowmesh.v1.KvGetResult.$Shape; "delete"?: null; deleteRange?: null; increment?: null; touch?: null }|{ result?: "delete"; put?: null; get?: null; "delete": flowmesh.v1.KvGetResult.$Shape; deleteRange?: null; increment?: null; touch?: null }|{ result?: "deleteRange"; put?: null; get?: null; "delete"?: null; deleteRange: flowmesh.v1.KvDeleteRangeResult.$Shape; increment?: null; touch?: null }|{ result?: "increment"; put?: null; get?: null; "delete"?: null; deleteRange?: null; increment: number; touch?: null }|{ result?: "touch"; put?: null; get?: null; "delete"?: null; deleteRange?: null; increment?: null; touch: flowmesh.v1.KvGetResult.$Shape })
            );
        }

        /**
         * Properties of a KvPutResult.
         * @deprecated Use flowmesh.v1.KvPutResult.$Properties instead.
         */
        interface IKvPutResult extends flowmesh.v1.KvPutResult.$Properties {
        }

        /** Represents a KvPutResult. */
        class KvPutResult {

            /**
             * Constructs a new KvPutResult.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvPutResult.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvPutResult entry. */
            entry: flowmesh.v1.KvEntry;

            /** KvPutResult previous. */
            previous: flowmesh.v1.KvEntry;

            /**
             * Creates a new KvPutResult instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvPutResult instance
             */
            static create(properties: flowmesh.v1.KvPutResult.$Shape): flowmesh.v1.KvPutResult & flowmesh.v1.KvPutResult.$Shape;
            static create(properties?: flowmesh.v1.KvPutResult.$Properties): flowmesh.v1.KvPutResult;

            /**
             * Encodes the specified KvPutResult message. Does not implicitly {@link flowmesh.v1.KvPutResult.verify|verify} messages.
             * @param message KvPutResult message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvPutResult.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvPutResult message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvPutResult & flowmesh.v1.KvPutResult.$Shape} KvPutResult
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvPutResult & flowmesh.v1.KvPutResult.$Shape;
        }

        namespace KvPutResult {

            /** Properties of a KvPutResult. */
            interface $Properties {

                /** KvPutResult entry */
                entry?: flowmesh.v1.KvEntry.$Properties;

                /** KvPutResult previous */
                previous?: flowmesh.v1.KvEntry.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvPutResult. */
            type $Shape = flowmesh.v1.KvPutResult.$Properties;
        }

        /**
         * Properties of a KvGetResult.
         * @deprecated Use flowmesh.v1.KvGetResult.$Properties instead.
         */
        interface IKvGetResult extends flowmesh.v1.KvGetResult.$Properties {
        }

        /** Represents a KvGetResult. */
        class KvGetResult {

            /**
             * Constructs a new KvGetResult.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvGetResult.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvGetResult entry. */
            entry: flowmesh.v1.KvEntry;

            /**
             * Creates a new KvGetResult instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvGetResult instance
             */
            static create(properties: flowmesh.v1.KvGetResult.$Shape): flowmesh.v1.KvGetResult & flowmesh.v1.KvGetResult.$Shape;
            static create(properties?: flowmesh.v1.KvGetResult.$Properties): flowmesh.v1.KvGetResult;

            /**
             * Encodes the specified KvGetResult message. Does not implicitly {@link flowmesh.v1.KvGetResult.verify|verify} messages.
             * @param message KvGetResult message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvGetResult.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvGetResult message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvGetResult & flowmesh.v1.KvGetResult.$Shape} KvGetResult
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvGetResult & flowmesh.v1.KvGetResult.$Shape;
        }

        namespace KvGetResult {

            /** Properties of a KvGetResult. */
            interface $Properties {

                /** KvGetResult entry */
                entry?: flowmesh.v1.KvEntry.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvGetResult. */
            type $Shape = flowmesh.v1.KvGetResult.$Properties;
        }

        /**
         * Properties of a KvDeleteRangeResult.
         * @deprecated Use flowmesh.v1.KvDeleteRangeResult.$Properties instead.
         */
        interface IKvDeleteRangeResult extends flowmesh.v1.KvDeleteRangeResult.$Properties {
        }

        /** Represents a KvDeleteRangeResult. */
        class KvDeleteRangeResult {

            /**
             * Constructs a new KvDeleteRangeResult.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvDeleteRangeResult.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvDeleteRangeResult deleted. */
            deleted: number;

            /** KvDeleteRangeResult more. */
            more: boolean;

            /**
             * Creates a new KvDeleteRangeResult instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvDeleteRangeResult instance
             */
            static create(properties: flowmesh.v1.KvDeleteRangeResult.$Shape): flowmesh.v1.KvDeleteRangeResult & flowmesh.v1.KvDeleteRangeResult.$Shape;
            static create(properties?: flowmesh.v1.KvDeleteRangeResult.$Properties): flowmesh.v1.KvDeleteRangeResult;

            /**
             * Encodes the specified KvDeleteRangeResult message. Does not implicitly {@link flowmesh.v1.KvDeleteRangeResult.verify|verify} messages.
             * @param message KvDeleteRangeResult message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvDeleteRangeResult.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvDeleteRangeResult message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvDeleteRangeResult & flowmesh.v1.KvDeleteRangeResult.$Shape} KvDeleteRangeResult
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvDeleteRangeResult & flowmesh.v1.KvDeleteRangeResult.$Shape;
        }

        namespace KvDeleteRangeResult {

            /** Properties of a KvDeleteRangeResult. */
            interface $Properties {

                /** KvDeleteRangeResult deleted */
                deleted?: number;

                /** KvDeleteRangeResult more */
                more?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvDeleteRangeResult. */
            type $Shape = flowmesh.v1.KvDeleteRangeResult.$Properties;
        }

        /**
         * Properties of a KvTxnRequest.
         * @deprecated Use flowmesh.v1.KvTxnRequest.$Properties instead.
         */
        interface IKvTxnRequest extends flowmesh.v1.KvTxnRequest.$Properties {
        }

        /** Represents a KvTxnRequest. */
        class KvTxnRequest {

            /**
             * Constructs a new KvTxnRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvTxnRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvTxnRequest bucket. */
            bucket: string;

            /** KvTxnRequest conditions. */
            conditions: flowmesh.v1.KvCondition[];

            /** KvTxnRequest success. */
            success: flowmesh.v1.KvOp[];

            /** KvTxnRequest failure. */
            failure: flowmesh.v1.KvOp[];

            /** KvTxnRequest requestId. */
            requestId: string;

            /** KvTxnRequest returnPrevious. */
            returnPrevious: boolean;

            /** KvTxnRequest shard. */
            shard: (number|null);

            /**
             * Creates a new KvTxnRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvTxnRequest instance
             */
            static create(properties: flowmesh.v1.KvTxnRequest.$Shape): flowmesh.v1.KvTxnRequest & flowmesh.v1.KvTxnRequest.$Shape;
            static create(properties?: flowmesh.v1.KvTxnRequest.$Properties): flowmesh.v1.KvTxnRequest;

            /**
             * Encodes the specified KvTxnRequest message. Does not implicitly {@link flowmesh.v1.KvTxnRequest.verify|verify} messages.
             * @param message KvTxnRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvTxnRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvTxnRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvTxnRequest & flowmesh.v1.KvTxnRequest.$Shape} KvTxnRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvTxnRequest & flowmesh.v1.KvTxnRequest.$Shape;
        }

        namespace KvTxnRequest {

            /** Properties of a KvTxnRequest. */
            interface $Properties {

                /** KvTxnRequest bucket */
                bucket?: string;

                /** KvTxnRequest conditions */
                conditions?: flowmesh.v1.KvCondition.$Properties[];

                /** KvTxnRequest success */
                success?: flowmesh.v1.KvOp.$Properties[];

                /** KvTxnRequest failure */
                failure?: flowmesh.v1.KvOp.$Properties[];

                /** KvTxnRequest requestId */
                requestId?: string;

                /** KvTxnRequest returnPrevious */
                returnPrevious?: boolean;

                /** KvTxnRequest shard */
                shard?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvTxnRequest. */
            type $Shape = {
              bucket?: string;
              conditions?: flowmesh.v1.KvCondition.$Shape[];
              success?: flowmesh.v1.KvOp.$Shape[];
              failure?: flowmesh.v1.KvOp.$Shape[];
              requestId?: string;
              returnPrevious?: boolean;
              shard?: number|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a KvTxnResponse.
         * @deprecated Use flowmesh.v1.KvTxnResponse.$Properties instead.
         */
        interface IKvTxnResponse extends flowmesh.v1.KvTxnResponse.$Properties {
        }

        /** Represents a KvTxnResponse. */
        class KvTxnResponse {

            /**
             * Constructs a new KvTxnResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvTxnResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvTxnResponse succeeded. */
            succeeded: boolean;

            /** KvTxnResponse revision. */
            revision: number;

            /** KvTxnResponse results. */
            results: flowmesh.v1.KvOpResult[];

            /**
             * Creates a new KvTxnResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvTxnResponse instance
             */
            static create(properties: flowmesh.v1.KvTxnResponse.$Shape): flowmesh.v1.KvTxnResponse & flowmesh.v1.KvTxnResponse.$Shape;
            static create(properties?: flowmesh.v1.KvTxnResponse.$Properties): flowmesh.v1.KvTxnResponse;

            /**
             * Encodes the specified KvTxnResponse message. Does not implicitly {@link flowmesh.v1.KvTxnResponse.verify|verify} messages.
             * @param message KvTxnResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvTxnResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvTxnResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvTxnResponse & flowmesh.v1.KvTxnResponse.$Shape} KvTxnResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvTxnResponse & flowmesh.v1.KvTxnResponse.$Shape;
        }

        namespace KvTxnResponse {

            /** Properties of a KvTxnResponse. */
            interface $Properties {

                /** KvTxnResponse succeeded */
                succeeded?: boolean;

                /** KvTxnResponse revision */
                revision?: number;

                /** KvTxnResponse results */
                results?: flowmesh.v1.KvOpResult.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvTxnResponse. */
            type $Shape = {
              succeeded?: boolean;
              revision?: number;
              results?: flowmesh.v1.KvOpResult.$Shape[];
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a KvRangeRequest.
         * @deprecated Use flowmesh.v1.KvRangeRequest.$Properties instead.
         */
        interface IKvRangeRequest extends flowmesh.v1.KvRangeRequest.$Properties {
        }

        /** Represents a KvRangeRequest. */
        class KvRangeRequest {

            /**
             * Constructs a new KvRangeRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvRangeRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvRangeRequest bucket. */
            bucket: string;

            /** KvRangeRequest shard. */
            shard: (number|null);

            /** KvRangeRequest range. */
            range: flowmesh.v1.KvKeyRange;

            /** KvRangeRequest revision. */
            revision: number;

            /** KvRangeRequest limit. */
            limit: number;

            /** KvRangeRequest keysOnly. */
            keysOnly: boolean;

            /** KvRangeRequest countOnly. */
            countOnly: boolean;

            /** KvRangeRequest stale. */
            stale: boolean;

            /** KvRangeRequest filter. */
            filter: string;

            /**
             * Creates a new KvRangeRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvRangeRequest instance
             */
            static create(properties: flowmesh.v1.KvRangeRequest.$Shape): flowmesh.v1.KvRangeRequest & flowmesh.v1.KvRangeRequest.$Shape;
            static create(properties?: flowmesh.v1.KvRangeRequest.$Properties): flowmesh.v1.KvRangeRequest;

            /**
             * Encodes the specified KvRangeRequest message. Does not implicitly {@link flowmesh.v1.KvRangeRequest.verify|verify} messages.
             * @param message KvRangeRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvRangeRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvRangeRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvRangeRequest & flowmesh.v1.KvRangeRequest.$Shape} KvRangeRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvRangeRequest & flowmesh.v1.KvRangeRequest.$Shape;
        }

        namespace KvRangeRequest {

            /** Properties of a KvRangeRequest. */
            interface $Properties {

                /** KvRangeRequest bucket */
                bucket?: string;

                /** KvRangeRequest shard */
                shard?: (number|null);

                /** KvRangeRequest range */
                range?: flowmesh.v1.KvKeyRange.$Properties;

                /** KvRangeRequest revision */
                revision?: number;

                /** KvRangeRequest limit */
                limit?: number;

                /** KvRangeRequest keysOnly */
                keysOnly?: boolean;

                /** KvRangeRequest countOnly */
                countOnly?: boolean;

                /** KvRangeRequest stale */
                stale?: boolean;

                /** KvRangeRequest filter */
                filter?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvRangeRequest. */
            type $Shape = flowmesh.v1.KvRangeRequest.$Properties;
        }

        /**
         * Properties of a KvRangeResponse.
         * @deprecated Use flowmesh.v1.KvRangeResponse.$Properties instead.
         */
        interface IKvRangeResponse extends flowmesh.v1.KvRangeResponse.$Properties {
        }

        /** Represents a KvRangeResponse. */
        class KvRangeResponse {

            /**
             * Constructs a new KvRangeResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvRangeResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvRangeResponse entries. */
            entries: flowmesh.v1.KvEntry[];

            /** KvRangeResponse count. */
            count: number;

            /** KvRangeResponse revision. */
            revision: number;

            /** KvRangeResponse nextKey. */
            nextKey: Uint8Array;

            /** KvRangeResponse filterFailures. */
            filterFailures: number;

            /** KvRangeResponse filterFailure. */
            filterFailure: string;

            /**
             * Creates a new KvRangeResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvRangeResponse instance
             */
            static create(properties: flowmesh.v1.KvRangeResponse.$Shape): flowmesh.v1.KvRangeResponse & flowmesh.v1.KvRangeResponse.$Shape;
            static create(properties?: flowmesh.v1.KvRangeResponse.$Properties): flowmesh.v1.KvRangeResponse;

            /**
             * Encodes the specified KvRangeResponse message. Does not implicitly {@link flowmesh.v1.KvRangeResponse.verify|verify} messages.
             * @param message KvRangeResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvRangeResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvRangeResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvRangeResponse & flowmesh.v1.KvRangeResponse.$Shape} KvRangeResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvRangeResponse & flowmesh.v1.KvRangeResponse.$Shape;
        }

        namespace KvRangeResponse {

            /** Properties of a KvRangeResponse. */
            interface $Properties {

                /** KvRangeResponse entries */
                entries?: flowmesh.v1.KvEntry.$Properties[];

                /** KvRangeResponse count */
                count?: number;

                /** KvRangeResponse revision */
                revision?: number;

                /** KvRangeResponse nextKey */
                nextKey?: Uint8Array;

                /** KvRangeResponse filterFailures */
                filterFailures?: number;

                /** KvRangeResponse filterFailure */
                filterFailure?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvRangeResponse. */
            type $Shape = flowmesh.v1.KvRangeResponse.$Properties;
        }

        /**
         * Properties of a KvHistoryRequest.
         * @deprecated Use flowmesh.v1.KvHistoryRequest.$Properties instead.
         */
        interface IKvHistoryRequest extends flowmesh.v1.KvHistoryRequest.$Properties {
        }

        /** Represents a KvHistoryRequest. */
        class KvHistoryRequest {

            /**
             * Constructs a new KvHistoryRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvHistoryRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvHistoryRequest bucket. */
            bucket: string;

            /** KvHistoryRequest key. */
            key: Uint8Array;

            /** KvHistoryRequest limit. */
            limit: number;

            /** KvHistoryRequest stale. */
            stale: boolean;

            /**
             * Creates a new KvHistoryRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvHistoryRequest instance
             */
            static create(properties: flowmesh.v1.KvHistoryRequest.$Shape): flowmesh.v1.KvHistoryRequest & flowmesh.v1.KvHistoryRequest.$Shape;
            static create(properties?: flowmesh.v1.KvHistoryRequest.$Properties): flowmesh.v1.KvHistoryRequest;

            /**
             * Encodes the specified KvHistoryRequest message. Does not implicitly {@link flowmesh.v1.KvHistoryRequest.verify|verify} messages.
             * @param message KvHistoryRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvHistoryRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvHistoryRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvHistoryRequest & flowmesh.v1.KvHistoryRequest.$Shape} KvHistoryRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvHistoryRequest & flowmesh.v1.KvHistoryRequest.$Shape;
        }

        namespace KvHistoryRequest {

            /** Properties of a KvHistoryRequest. */
            interface $Properties {

                /** KvHistoryRequest bucket */
                bucket?: string;

                /** KvHistoryRequest key */
                key?: Uint8Array;

                /** KvHistoryRequest limit */
                limit?: number;

                /** KvHistoryRequest stale */
                stale?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvHistoryRequest. */
            type $Shape = flowmesh.v1.KvHistoryRequest.$Properties;
        }

        /**
         * Properties of a KvHistoryResponse.
         * @deprecated Use flowmesh.v1.KvHistoryResponse.$Properties instead.
         */
        interface IKvHistoryResponse extends flowmesh.v1.KvHistoryResponse.$Properties {
        }

        /** Represents a KvHistoryResponse. */
        class KvHistoryResponse {

            /**
             * Constructs a new KvHistoryResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvHistoryResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvHistoryResponse entries. */
            entries: flowmesh.v1.KvHistoryEntry[];

            /** KvHistoryResponse revision. */
            revision: number;

            /**
             * Creates a new KvHistoryResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvHistoryResponse instance
             */
            static create(properties: flowmesh.v1.KvHistoryResponse.$Shape): flowmesh.v1.KvHistoryResponse & flowmesh.v1.KvHistoryResponse.$Shape;
            static create(properties?: flowmesh.v1.KvHistoryResponse.$Properties): flowmesh.v1.KvHistoryResponse;

            /**
             * Encodes the specified KvHistoryResponse message. Does not implicitly {@link flowmesh.v1.KvHistoryResponse.verify|verify} messages.
             * @param message KvHistoryResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvHistoryResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvHistoryResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvHistoryResponse & flowmesh.v1.KvHistoryResponse.$Shape} KvHistoryResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvHistoryResponse & flowmesh.v1.KvHistoryResponse.$Shape;
        }

        namespace KvHistoryResponse {

            /** Properties of a KvHistoryResponse. */
            interface $Properties {

                /** KvHistoryResponse entries */
                entries?: flowmesh.v1.KvHistoryEntry.$Properties[];

                /** KvHistoryResponse revision */
                revision?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvHistoryResponse. */
            type $Shape = flowmesh.v1.KvHistoryResponse.$Properties;
        }

        /**
         * Properties of a KvHistoryEntry.
         * @deprecated Use flowmesh.v1.KvHistoryEntry.$Properties instead.
         */
        interface IKvHistoryEntry extends flowmesh.v1.KvHistoryEntry.$Properties {
        }

        /** Represents a KvHistoryEntry. */
        class KvHistoryEntry {

            /**
             * Constructs a new KvHistoryEntry.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvHistoryEntry.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvHistoryEntry revision. */
            revision: number;

            /** KvHistoryEntry entry. */
            entry: flowmesh.v1.KvEntry;

            /**
             * Creates a new KvHistoryEntry instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvHistoryEntry instance
             */
            static create(properties: flowmesh.v1.KvHistoryEntry.$Shape): flowmesh.v1.KvHistoryEntry & flowmesh.v1.KvHistoryEntry.$Shape;
            static create(properties?: flowmesh.v1.KvHistoryEntry.$Properties): flowmesh.v1.KvHistoryEntry;

            /**
             * Encodes the specified KvHistoryEntry message. Does not implicitly {@link flowmesh.v1.KvHistoryEntry.verify|verify} messages.
             * @param message KvHistoryEntry message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvHistoryEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvHistoryEntry message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvHistoryEntry & flowmesh.v1.KvHistoryEntry.$Shape} KvHistoryEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvHistoryEntry & flowmesh.v1.KvHistoryEntry.$Shape;
        }

        namespace KvHistoryEntry {

            /** Properties of a KvHistoryEntry. */
            interface $Properties {

                /** KvHistoryEntry revision */
                revision?: number;

                /** KvHistoryEntry entry */
                entry?: flowmesh.v1.KvEntry.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvHistoryEntry. */
            type $Shape = flowmesh.v1.KvHistoryEntry.$Properties;
        }

        /**
         * Properties of a KvSessionRequest.
         * @deprecated Use flowmesh.v1.KvSessionRequest.$Properties instead.
         */
        interface IKvSessionRequest extends flowmesh.v1.KvSessionRequest.$Properties {
        }

        /** Represents a KvSessionRequest. */
        class KvSessionRequest {

            /**
             * Constructs a new KvSessionRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvSessionRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvSessionRequest correlation. */
            correlation: number;

            /** KvSessionRequest get. */
            get: (flowmesh.v1.KvGetRequest|null);

            /** KvSessionRequest txn. */
            txn: (flowmesh.v1.KvTxnRequest|null);

            /** KvSessionRequest batch. */
            batch: flowmesh.v1.KvSessionRequest[];

            /** KvSessionRequest batches. */
            batches: boolean;

            /** KvSessionRequest request. */
            request?: ("get"|"txn");

            /**
             * Creates a new KvSessionRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvSessionRequest instance
             */
            static create(properties: flowmesh.v1.KvSessionRequest.$Shape): flowmesh.v1.KvSessionRequest & flowmesh.v1.KvSessionRequest.$Shape;
            static create(properties?: flowmesh.v1.KvSessionRequest.$Properties): flowmesh.v1.KvSessionRequest;

            /**
             * Encodes the specified KvSessionRequest message. Does not implicitly {@link flowmesh.v1.KvSessionRequest.verify|verify} messages.
             * @param message KvSessionRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvSessionRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvSessionRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvSessionRequest & flowmesh.v1.KvSessionRequest.$Shape} KvSessionRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvSessionRequest & flowmesh.v1.KvSessionRequest.$Shape;
        }

        namespace KvSessionRequest {

            /** Properties of a KvSessionRequest. */
            interface $Properties {

                /** KvSessionRequest correlation */
                correlation?: number;

                /** KvSessionRequest get */
                get?: (flowmesh.v1.KvGetRequest.$Properties|null);

                /** KvSessionRequest txn */
                txn?: (flowmesh.v1.KvTxnRequest.$Properties|null);

                /** KvSessionRequest batch */
                batch?: flowmesh.v1.KvSessionRequest.$Properties[];

                /** KvSessionRequest batches */
                batches?: boolean;

                /** KvSessionRequest request */
                request?: ("get"|"txn");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a KvSessionRequest. */
            type $Shape = {
              correlation?: number;
              get?: flowmesh.v1.KvGetRequest.$Shape|null;
              txn?: flowmesh.v1.KvTxnRequest.$Shape|null;
              batch?: flowmesh.v1.KvSessionRequest.$Shape[];
              batches?: boolean;
              $unknowns?: Uint8Array[];
            } & (
              ({ request?: undefined; get?: null; txn?: null }|{ request?: "get"; get: flowmesh.v1.KvGetRequest.$Shape; txn?: null }|{ request?: "txn"; get?: null; txn: flowmesh.v1.KvTxnRequest.$Shape })
            );
        }

        /**
         * Properties of a KvSessionResponse.
         * @deprecated Use flowmesh.v1.KvSessionResponse.$Properties instead.
         */
        interface IKvSessionResponse extends flowmesh.v1.KvSessionResponse.$Properties {
        }

        /** Represents a KvSessionResponse. */
        class KvSessionResponse {

            /**
             * Constructs a new KvSessionResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvSessionResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvSessionResponse correlation. */
            correlation: number;

            /** KvSessionResponse get. */
            get: (flowmesh.v1.KvGetResponse|null);

            /** KvSessionResponse txn. */
            txn: (flowmesh.v1.KvTxnResponse|null);

            /** KvSessionResponse error. */
            error: (flowmesh.v1.Error|null);

            /** KvSessionResponse batch. */
            batch: flowmesh.v1.KvSessionResponse[];

            /** KvSessionResponse batches. */
            batches: boolean;

            /** KvSessionResponse response. */
            response?: ("get"|"txn"|"error");

            /**
             * Creates a new KvSessionResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvSessionResponse instance
             */
            static create(properties: flowmesh.v1.KvSessionResponse.$Shape): flowmesh.v1.KvSessionResponse & flowmesh.v1.KvSessionResponse.$Shape;
            static create(properties?: flowmesh.v1.KvSessionResponse.$Properties): flowmesh.v1.KvSessionResponse;

            /**
             * Encodes the specified KvSessionResponse message. Does not implicitly {@link flowmesh.v1.KvSessionResponse.verify|verify} messages.
             * @param message KvSessionResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvSessionResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvSessionResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvSessionResponse & flowmesh.v1.KvSessionResponse.$Shape} KvSessionResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvSessionResponse & flowmesh.v1.KvSessionResponse.$Shape;
        }

        namespace KvSessionResponse {

            /** Properties of a KvSessionResponse. */
            interface $Properties {

                /** KvSessionResponse correlation */
                correlation?: number;

                /** KvSessionResponse get */
                get?: (flowmesh.v1.KvGetResponse.$Properties|null);

                /** KvSessionResponse txn */
                txn?: (flowmesh.v1.KvTxnResponse.$Properties|null);

                /** KvSessionResponse error */
                error?: (flowmesh.v1.Error.$Properties|null);

                /** KvSessionResponse batch */
                batch?: flowmesh.v1.KvSessionResponse.$Properties[];

                /** KvSessionResponse batches */
                batches?: boolean;

                /** KvSessionResponse response */
                response?: ("get"|"txn"|"error");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a KvSessionResponse. */
            type $Shape = {
              correlation?: number;
              get?: flowmesh.v1.KvGetResponse.$Shape|null;
              txn?: flowmesh.v1.KvTxnResponse.$Shape|null;
              error?: flowmesh.v1.Error.$Shape|null;
              batch?: flowmesh.v1.KvSessionResponse.$Shape[];
              batches?: boolean;
              $unknowns?: Uint8Array[];
            } & (
              ({ response?: undefined; get?: null; txn?: null; error?: null }|{ response?: "get"; get: flowmesh.v1.KvGetResponse.$Shape; txn?: null; error?: null }|{ response?: "txn"; get?: null; txn: flowmesh.v1.KvTxnResponse.$Shape; error?: null }|{ response?: "error"; get?: null; txn?: null; error: flowmesh.v1.Error.$Shape })
            );
        }

        /**
         * Properties of a KvWatchRequest.
         * @deprecated Use flowmesh.v1.KvWatchRequest.$Properties instead.
         */
        interface IKvWatchRequest extends flowmesh.v1.KvWatchRequest.$Properties {
        }

        /** Represents a KvWatchRequest. */
        class KvWatchRequest {

            /**
             * Constructs a new KvWatchRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvWatchRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvWatchRequest bucket. */
            bucket: string;

            /** KvWatchRequest shard. */
            shard: (number|null);

            /** KvWatchRequest range. */
            range: flowmesh.v1.KvKeyRange;

            /** KvWatchRequest key. */
            key: (Uint8Array|null);

            /** KvWatchRequest fromRevision. */
            fromRevision: number;

            /** KvWatchRequest fromIndex. */
            fromIndex: number;

            /** KvWatchRequest previous. */
            previous: boolean;

            /** KvWatchRequest keysOnly. */
            keysOnly: boolean;

            /** KvWatchRequest progressIntervalMs. */
            progressIntervalMs: number;

            /** KvWatchRequest filter. */
            filter: string;

            /**
             * Creates a new KvWatchRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvWatchRequest instance
             */
            static create(properties: flowmesh.v1.KvWatchRequest.$Shape): flowmesh.v1.KvWatchRequest & flowmesh.v1.KvWatchRequest.$Shape;
            static create(properties?: flowmesh.v1.KvWatchRequest.$Properties): flowmesh.v1.KvWatchRequest;

            /**
             * Encodes the specified KvWatchRequest message. Does not implicitly {@link flowmesh.v1.KvWatchRequest.verify|verify} messages.
             * @param message KvWatchRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvWatchRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvWatchRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvWatchRequest & flowmesh.v1.KvWatchRequest.$Shape} KvWatchRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvWatchRequest & flowmesh.v1.KvWatchRequest.$Shape;
        }

        namespace KvWatchRequest {

            /** Properties of a KvWatchRequest. */
            interface $Properties {

                /** KvWatchRequest bucket */
                bucket?: string;

                /** KvWatchRequest shard */
                shard?: (number|null);

                /** KvWatchRequest range */
                range?: flowmesh.v1.KvKeyRange.$Properties;

                /** KvWatchRequest key */
                key?: (Uint8Array|null);

                /** KvWatchRequest fromRevision */
                fromRevision?: number;

                /** KvWatchRequest fromIndex */
                fromIndex?: number;

                /** KvWatchRequest previous */
                previous?: boolean;

                /** KvWatchRequest keysOnly */
                keysOnly?: boolean;

                /** KvWatchRequest progressIntervalMs */
                progressIntervalMs?: number;

                /** KvWatchRequest filter */
                filter?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvWatchRequest. */
            type $Shape = flowmesh.v1.KvWatchRequest.$Properties;
        }

        /**
         * Properties of a KvWatchResponse.
         * @deprecated Use flowmesh.v1.KvWatchResponse.$Properties instead.
         */
        interface IKvWatchResponse extends flowmesh.v1.KvWatchResponse.$Properties {
        }

        /** Represents a KvWatchResponse. */
        class KvWatchResponse {

            /**
             * Constructs a new KvWatchResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvWatchResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvWatchResponse events. */
            events: flowmesh.v1.KvWatchEvent[];

            /** KvWatchResponse progressRevision. */
            progressRevision: number;

            /**
             * Creates a new KvWatchResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvWatchResponse instance
             */
            static create(properties: flowmesh.v1.KvWatchResponse.$Shape): flowmesh.v1.KvWatchResponse & flowmesh.v1.KvWatchResponse.$Shape;
            static create(properties?: flowmesh.v1.KvWatchResponse.$Properties): flowmesh.v1.KvWatchResponse;

            /**
             * Encodes the specified KvWatchResponse message. Does not implicitly {@link flowmesh.v1.KvWatchResponse.verify|verify} messages.
             * @param message KvWatchResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvWatchResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvWatchResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvWatchResponse & flowmesh.v1.KvWatchResponse.$Shape} KvWatchResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvWatchResponse & flowmesh.v1.KvWatchResponse.$Shape;
        }

        namespace KvWatchResponse {

            /** Properties of a KvWatchResponse. */
            interface $Properties {

                /** KvWatchResponse events */
                events?: flowmesh.v1.KvWatchEvent.$Properties[];

                /** KvWatchResponse progressRevision */
                progressRevision?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvWatchResponse. */
            type $Shape = flowmesh.v1.KvWatchResponse.$Properties;
        }

        /** KvEventKind enum. */
        enum KvEventKind {

            /** KV_EVENT_KIND_PUT value */
            KV_EVENT_KIND_PUT = 0,

            /** KV_EVENT_KIND_DELETE value */
            KV_EVENT_KIND_DELETE = 1,

            /** KV_EVENT_KIND_EXPIRE value */
            KV_EVENT_KIND_EXPIRE = 2
        }

        /**
         * Properties of a KvWatchEvent.
         * @deprecated Use flowmesh.v1.KvWatchEvent.$Properties instead.
         */
        interface IKvWatchEvent extends flowmesh.v1.KvWatchEvent.$Properties {
        }

        /** Represents a KvWatchEvent. */
        class KvWatchEvent {

            /**
             * Constructs a new KvWatchEvent.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvWatchEvent.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvWatchEvent kind. */
            kind: flowmesh.v1.KvEventKind;

            /** KvWatchEvent revision. */
            revision: number;

            /** KvWatchEvent index. */
            index: number;

            /** KvWatchEvent timeMs. */
            timeMs: number;

            /** KvWatchEvent entry. */
            entry: flowmesh.v1.KvEntry;

            /** KvWatchEvent previous. */
            previous: flowmesh.v1.KvEntry;

            /**
             * Creates a new KvWatchEvent instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvWatchEvent instance
             */
            static create(properties: flowmesh.v1.KvWatchEvent.$Shape): flowmesh.v1.KvWatchEvent & flowmesh.v1.KvWatchEvent.$Shape;
            static create(properties?: flowmesh.v1.KvWatchEvent.$Properties): flowmesh.v1.KvWatchEvent;

            /**
             * Encodes the specified KvWatchEvent message. Does not implicitly {@link flowmesh.v1.KvWatchEvent.verify|verify} messages.
             * @param message KvWatchEvent message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvWatchEvent.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvWatchEvent message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvWatchEvent & flowmesh.v1.KvWatchEvent.$Shape} KvWatchEvent
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvWatchEvent & flowmesh.v1.KvWatchEvent.$Shape;
        }

        namespace KvWatchEvent {

            /** Properties of a KvWatchEvent. */
            interface $Properties {

                /** KvWatchEvent kind */
                kind?: flowmesh.v1.KvEventKind;

                /** KvWatchEvent revision */
                revision?: number;

                /** KvWatchEvent index */
                index?: number;

                /** KvWatchEvent timeMs */
                timeMs?: number;

                /** KvWatchEvent entry */
                entry?: flowmesh.v1.KvEntry.$Properties;

                /** KvWatchEvent previous */
                previous?: flowmesh.v1.KvEntry.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvWatchEvent. */
            type $Shape = flowmesh.v1.KvWatchEvent.$Properties;
        }

        /**
         * Properties of a KvLeaseGrantRequest.
         * @deprecated Use flowmesh.v1.KvLeaseGrantRequest.$Properties instead.
         */
        interface IKvLeaseGrantRequest extends flowmesh.v1.KvLeaseGrantRequest.$Properties {
        }

        /** Represents a KvLeaseGrantRequest. */
        class KvLeaseGrantRequest {

            /**
             * Constructs a new KvLeaseGrantRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvLeaseGrantRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvLeaseGrantRequest bucket. */
            bucket: string;

            /** KvLeaseGrantRequest shard. */
            shard: (number|null);

            /** KvLeaseGrantRequest id. */
            id: number;

            /** KvLeaseGrantRequest ttlMs. */
            ttlMs: number;

            /**
             * Creates a new KvLeaseGrantRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvLeaseGrantRequest instance
             */
            static create(properties: flowmesh.v1.KvLeaseGrantRequest.$Shape): flowmesh.v1.KvLeaseGrantRequest & flowmesh.v1.KvLeaseGrantRequest.$Shape;
            static create(properties?: flowmesh.v1.KvLeaseGrantRequest.$Properties): flowmesh.v1.KvLeaseGrantRequest;

            /**
             * Encodes the specified KvLeaseGrantRequest message. Does not implicitly {@link flowmesh.v1.KvLeaseGrantRequest.verify|verify} messages.
             * @param message KvLeaseGrantRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvLeaseGrantRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvLeaseGrantRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvLeaseGrantRequest & flowmesh.v1.KvLeaseGrantRequest.$Shape} KvLeaseGrantRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvLeaseGrantRequest & flowmesh.v1.KvLeaseGrantRequest.$Shape;
        }

        namespace KvLeaseGrantRequest {

            /** Properties of a KvLeaseGrantRequest. */
            interface $Properties {

                /** KvLeaseGrantRequest bucket */
                bucket?: string;

                /** KvLeaseGrantRequest shard */
                shard?: (number|null);

                /** KvLeaseGrantRequest id */
                id?: number;

                /** KvLeaseGrantRequest ttlMs */
                ttlMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvLeaseGrantRequest. */
            type $Shape = flowmesh.v1.KvLeaseGrantRequest.$Properties;
        }

        /**
         * Properties of a KvLease.
         * @deprecated Use flowmesh.v1.KvLease.$Properties instead.
         */
        interface IKvLease extends flowmesh.v1.KvLease.$Properties {
        }

        /** Represents a KvLease. */
        class KvLease {

            /**
             * Constructs a new KvLease.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvLease.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvLease id. */
            id: number;

            /** KvLease ttlMs. */
            ttlMs: number;

            /** KvLease remainingMs. */
            remainingMs: number;

            /**
             * Creates a new KvLease instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvLease instance
             */
            static create(properties: flowmesh.v1.KvLease.$Shape): flowmesh.v1.KvLease & flowmesh.v1.KvLease.$Shape;
            static create(properties?: flowmesh.v1.KvLease.$Properties): flowmesh.v1.KvLease;

            /**
             * Encodes the specified KvLease message. Does not implicitly {@link flowmesh.v1.KvLease.verify|verify} messages.
             * @param message KvLease message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvLease.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvLease message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvLease & flowmesh.v1.KvLease.$Shape} KvLease
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvLease & flowmesh.v1.KvLease.$Shape;
        }

        namespace KvLease {

            /** Properties of a KvLease. */
            interface $Properties {

                /** KvLease id */
                id?: number;

                /** KvLease ttlMs */
                ttlMs?: number;

                /** KvLease remainingMs */
                remainingMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvLease. */
            type $Shape = flowmesh.v1.KvLease.$Properties;
        }

        /**
         * Properties of a KvLeaseKeepAliveRequest.
         * @deprecated Use flowmesh.v1.KvLeaseKeepAliveRequest.$Properties instead.
         */
        interface IKvLeaseKeepAliveRequest extends flowmesh.v1.KvLeaseKeepAliveRequest.$Properties {
        }

        /** Represents a KvLeaseKeepAliveRequest. */
        class KvLeaseKeepAliveRequest {

            /**
             * Constructs a new KvLeaseKeepAliveRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvLeaseKeepAliveRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvLeaseKeepAliveRequest bucket. */
            bucket: string;

            /** KvLeaseKeepAliveRequest shard. */
            shard: (number|null);

            /** KvLeaseKeepAliveRequest ids. */
            ids: number[];

            /**
             * Creates a new KvLeaseKeepAliveRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvLeaseKeepAliveRequest instance
             */
            static create(properties: flowmesh.v1.KvLeaseKeepAliveRequest.$Shape): flowmesh.v1.KvLeaseKeepAliveRequest & flowmesh.v1.KvLeaseKeepAliveRequest.$Shape;
            static create(properties?: flowmesh.v1.KvLeaseKeepAliveRequest.$Properties): flowmesh.v1.KvLeaseKeepAliveRequest;

            /**
             * Encodes the specified KvLeaseKeepAliveRequest message. Does not implicitly {@link flowmesh.v1.KvLeaseKeepAliveRequest.verify|verify} messages.
             * @param message KvLeaseKeepAliveRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvLeaseKeepAliveRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvLeaseKeepAliveRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvLeaseKeepAliveRequest & flowmesh.v1.KvLeaseKeepAliveRequest.$Shape} KvLeaseKeepAliveRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvLeaseKeepAliveRequest & flowmesh.v1.KvLeaseKeepAliveRequest.$Shape;
        }

        namespace KvLeaseKeepAliveRequest {

            /** Properties of a KvLeaseKeepAliveRequest. */
            interface $Properties {

                /** KvLeaseKeepAliveRequest bucket */
                bucket?: string;

                /** KvLeaseKeepAliveRequest shard */
                shard?: (number|null);

                /** KvLeaseKeepAliveRequest ids */
                ids?: number[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvLeaseKeepAliveRequest. */
            type $Shape = flowmesh.v1.KvLeaseKeepAliveRequest.$Properties;
        }

        /**
         * Properties of a KvLeaseKeepAliveResponse.
         * @deprecated Use flowmesh.v1.KvLeaseKeepAliveResponse.$Properties instead.
         */
        interface IKvLeaseKeepAliveResponse extends flowmesh.v1.KvLeaseKeepAliveResponse.$Properties {
        }

        /** Represents a KvLeaseKeepAliveResponse. */
        class KvLeaseKeepAliveResponse {

            /**
             * Constructs a new KvLeaseKeepAliveResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvLeaseKeepAliveResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvLeaseKeepAliveResponse kept. */
            kept: flowmesh.v1.KvLease[];

            /** KvLeaseKeepAliveResponse gone. */
            gone: number[];

            /**
             * Creates a new KvLeaseKeepAliveResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvLeaseKeepAliveResponse instance
             */
            static create(properties: flowmesh.v1.KvLeaseKeepAliveResponse.$Shape): flowmesh.v1.KvLeaseKeepAliveResponse & flowmesh.v1.KvLeaseKeepAliveResponse.$Shape;
            static create(properties?: flowmesh.v1.KvLeaseKeepAliveResponse.$Properties): flowmesh.v1.KvLeaseKeepAliveResponse;

            /**
             * Encodes the specified KvLeaseKeepAliveResponse message. Does not implicitly {@link flowmesh.v1.KvLeaseKeepAliveResponse.verify|verify} messages.
             * @param message KvLeaseKeepAliveResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvLeaseKeepAliveResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvLeaseKeepAliveResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvLeaseKeepAliveResponse & flowmesh.v1.KvLeaseKeepAliveResponse.$Shape} KvLeaseKeepAliveResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvLeaseKeepAliveResponse & flowmesh.v1.KvLeaseKeepAliveResponse.$Shape;
        }

        namespace KvLeaseKeepAliveResponse {

            /** Properties of a KvLeaseKeepAliveResponse. */
            interface $Properties {

                /** KvLeaseKeepAliveResponse kept */
                kept?: flowmesh.v1.KvLease.$Properties[];

                /** KvLeaseKeepAliveResponse gone */
                gone?: number[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvLeaseKeepAliveResponse. */
            type $Shape = flowmesh.v1.KvLeaseKeepAliveResponse.$Properties;
        }

        /**
         * Properties of a KvLeaseRevokeRequest.
         * @deprecated Use flowmesh.v1.KvLeaseRevokeRequest.$Properties instead.
         */
        interface IKvLeaseRevokeRequest extends flowmesh.v1.KvLeaseRevokeRequest.$Properties {
        }

        /** Represents a KvLeaseRevokeRequest. */
        class KvLeaseRevokeRequest {

            /**
             * Constructs a new KvLeaseRevokeRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvLeaseRevokeRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvLeaseRevokeRequest bucket. */
            bucket: string;

            /** KvLeaseRevokeRequest shard. */
            shard: (number|null);

            /** KvLeaseRevokeRequest id. */
            id: number;

            /**
             * Creates a new KvLeaseRevokeRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvLeaseRevokeRequest instance
             */
            static create(properties: flowmesh.v1.KvLeaseRevokeRequest.$Shape): flowmesh.v1.KvLeaseRevokeRequest & flowmesh.v1.KvLeaseRevokeRequest.$Shape;
            static create(properties?: flowmesh.v1.KvLeaseRevokeRequest.$Properties): flowmesh.v1.KvLeaseRevokeRequest;

            /**
             * Encodes the specified KvLeaseRevokeRequest message. Does not implicitly {@link flowmesh.v1.KvLeaseRevokeRequest.verify|verify} messages.
             * @param message KvLeaseRevokeRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvLeaseRevokeRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvLeaseRevokeRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvLeaseRevokeRequest & flowmesh.v1.KvLeaseRevokeRequest.$Shape} KvLeaseRevokeRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvLeaseRevokeRequest & flowmesh.v1.KvLeaseRevokeRequest.$Shape;
        }

        namespace KvLeaseRevokeRequest {

            /** Properties of a KvLeaseRevokeRequest. */
            interface $Properties {

                /** KvLeaseRevokeRequest bucket */
                bucket?: string;

                /** KvLeaseRevokeRequest shard */
                shard?: (number|null);

                /** KvLeaseRevokeRequest id */
                id?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvLeaseRevokeRequest. */
            type $Shape = flowmesh.v1.KvLeaseRevokeRequest.$Properties;
        }

        /**
         * Properties of a KvLeaseRevokeResponse.
         * @deprecated Use flowmesh.v1.KvLeaseRevokeResponse.$Properties instead.
         */
        interface IKvLeaseRevokeResponse extends flowmesh.v1.KvLeaseRevokeResponse.$Properties {
        }

        /** Represents a KvLeaseRevokeResponse. */
        class KvLeaseRevokeResponse {

            /**
             * Constructs a new KvLeaseRevokeResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvLeaseRevokeResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvLeaseRevokeResponse deleted. */
            deleted: number;

            /** KvLeaseRevokeResponse more. */
            more: boolean;

            /**
             * Creates a new KvLeaseRevokeResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvLeaseRevokeResponse instance
             */
            static create(properties: flowmesh.v1.KvLeaseRevokeResponse.$Shape): flowmesh.v1.KvLeaseRevokeResponse & flowmesh.v1.KvLeaseRevokeResponse.$Shape;
            static create(properties?: flowmesh.v1.KvLeaseRevokeResponse.$Properties): flowmesh.v1.KvLeaseRevokeResponse;

            /**
             * Encodes the specified KvLeaseRevokeResponse message. Does not implicitly {@link flowmesh.v1.KvLeaseRevokeResponse.verify|verify} messages.
             * @param message KvLeaseRevokeResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvLeaseRevokeResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvLeaseRevokeResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvLeaseRevokeResponse & flowmesh.v1.KvLeaseRevokeResponse.$Shape} KvLeaseRevokeResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvLeaseRevokeResponse & flowmesh.v1.KvLeaseRevokeResponse.$Shape;
        }

        namespace KvLeaseRevokeResponse {

            /** Properties of a KvLeaseRevokeResponse. */
            interface $Properties {

                /** KvLeaseRevokeResponse deleted */
                deleted?: number;

                /** KvLeaseRevokeResponse more */
                more?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvLeaseRevokeResponse. */
            type $Shape = flowmesh.v1.KvLeaseRevokeResponse.$Properties;
        }

        /**
         * Properties of a KvGetLeaseRequest.
         * @deprecated Use flowmesh.v1.KvGetLeaseRequest.$Properties instead.
         */
        interface IKvGetLeaseRequest extends flowmesh.v1.KvGetLeaseRequest.$Properties {
        }

        /** Represents a KvGetLeaseRequest. */
        class KvGetLeaseRequest {

            /**
             * Constructs a new KvGetLeaseRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvGetLeaseRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvGetLeaseRequest bucket. */
            bucket: string;

            /** KvGetLeaseRequest shard. */
            shard: (number|null);

            /** KvGetLeaseRequest id. */
            id: number;

            /**
             * Creates a new KvGetLeaseRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvGetLeaseRequest instance
             */
            static create(properties: flowmesh.v1.KvGetLeaseRequest.$Shape): flowmesh.v1.KvGetLeaseRequest & flowmesh.v1.KvGetLeaseRequest.$Shape;
            static create(properties?: flowmesh.v1.KvGetLeaseRequest.$Properties): flowmesh.v1.KvGetLeaseRequest;

            /**
             * Encodes the specified KvGetLeaseRequest message. Does not implicitly {@link flowmesh.v1.KvGetLeaseRequest.verify|verify} messages.
             * @param message KvGetLeaseRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvGetLeaseRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvGetLeaseRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvGetLeaseRequest & flowmesh.v1.KvGetLeaseRequest.$Shape} KvGetLeaseRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvGetLeaseRequest & flowmesh.v1.KvGetLeaseRequest.$Shape;
        }

        namespace KvGetLeaseRequest {

            /** Properties of a KvGetLeaseRequest. */
            interface $Properties {

                /** KvGetLeaseRequest bucket */
                bucket?: string;

                /** KvGetLeaseRequest shard */
                shard?: (number|null);

                /** KvGetLeaseRequest id */
                id?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvGetLeaseRequest. */
            type $Shape = flowmesh.v1.KvGetLeaseRequest.$Properties;
        }

        /**
         * Properties of a KvGetLeaseResponse.
         * @deprecated Use flowmesh.v1.KvGetLeaseResponse.$Properties instead.
         */
        interface IKvGetLeaseResponse extends flowmesh.v1.KvGetLeaseResponse.$Properties {
        }

        /** Represents a KvGetLeaseResponse. */
        class KvGetLeaseResponse {

            /**
             * Constructs a new KvGetLeaseResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvGetLeaseResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvGetLeaseResponse lease. */
            lease: flowmesh.v1.KvLease;

            /** KvGetLeaseResponse keys. */
            keys: Uint8Array[];

            /**
             * Creates a new KvGetLeaseResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvGetLeaseResponse instance
             */
            static create(properties: flowmesh.v1.KvGetLeaseResponse.$Shape): flowmesh.v1.KvGetLeaseResponse & flowmesh.v1.KvGetLeaseResponse.$Shape;
            static create(properties?: flowmesh.v1.KvGetLeaseResponse.$Properties): flowmesh.v1.KvGetLeaseResponse;

            /**
             * Encodes the specified KvGetLeaseResponse message. Does not implicitly {@link flowmesh.v1.KvGetLeaseResponse.verify|verify} messages.
             * @param message KvGetLeaseResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvGetLeaseResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvGetLeaseResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvGetLeaseResponse & flowmesh.v1.KvGetLeaseResponse.$Shape} KvGetLeaseResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvGetLeaseResponse & flowmesh.v1.KvGetLeaseResponse.$Shape;
        }

        namespace KvGetLeaseResponse {

            /** Properties of a KvGetLeaseResponse. */
            interface $Properties {

                /** KvGetLeaseResponse lease */
                lease?: flowmesh.v1.KvLease.$Properties;

                /** KvGetLeaseResponse keys */
                keys?: Uint8Array[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvGetLeaseResponse. */
            type $Shape = flowmesh.v1.KvGetLeaseResponse.$Properties;
        }

        /**
         * Properties of a KvCompactRequest.
         * @deprecated Use flowmesh.v1.KvCompactRequest.$Properties instead.
         */
        interface IKvCompactRequest extends flowmesh.v1.KvCompactRequest.$Properties {
        }

        /** Represents a KvCompactRequest. */
        class KvCompactRequest {

            /**
             * Constructs a new KvCompactRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvCompactRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvCompactRequest bucket. */
            bucket: string;

            /** KvCompactRequest shard. */
            shard: (number|null);

            /** KvCompactRequest revision. */
            revision: number;

            /**
             * Creates a new KvCompactRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvCompactRequest instance
             */
            static create(properties: flowmesh.v1.KvCompactRequest.$Shape): flowmesh.v1.KvCompactRequest & flowmesh.v1.KvCompactRequest.$Shape;
            static create(properties?: flowmesh.v1.KvCompactRequest.$Properties): flowmesh.v1.KvCompactRequest;

            /**
             * Encodes the specified KvCompactRequest message. Does not implicitly {@link flowmesh.v1.KvCompactRequest.verify|verify} messages.
             * @param message KvCompactRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvCompactRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvCompactRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvCompactRequest & flowmesh.v1.KvCompactRequest.$Shape} KvCompactRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvCompactRequest & flowmesh.v1.KvCompactRequest.$Shape;
        }

        namespace KvCompactRequest {

            /** Properties of a KvCompactRequest. */
            interface $Properties {

                /** KvCompactRequest bucket */
                bucket?: string;

                /** KvCompactRequest shard */
                shard?: (number|null);

                /** KvCompactRequest revision */
                revision?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvCompactRequest. */
            type $Shape = flowmesh.v1.KvCompactRequest.$Properties;
        }

        /**
         * Properties of a KvCompactResponse.
         * @deprecated Use flowmesh.v1.KvCompactResponse.$Properties instead.
         */
        interface IKvCompactResponse extends flowmesh.v1.KvCompactResponse.$Properties {
        }

        /** Represents a KvCompactResponse. */
        class KvCompactResponse {

            /**
             * Constructs a new KvCompactResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.KvCompactResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KvCompactResponse compactedRevision. */
            compactedRevision: number;

            /**
             * Creates a new KvCompactResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KvCompactResponse instance
             */
            static create(properties: flowmesh.v1.KvCompactResponse.$Shape): flowmesh.v1.KvCompactResponse & flowmesh.v1.KvCompactResponse.$Shape;
            static create(properties?: flowmesh.v1.KvCompactResponse.$Properties): flowmesh.v1.KvCompactResponse;

            /**
             * Encodes the specified KvCompactResponse message. Does not implicitly {@link flowmesh.v1.KvCompactResponse.verify|verify} messages.
             * @param message KvCompactResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.KvCompactResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KvCompactResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.KvCompactResponse & flowmesh.v1.KvCompactResponse.$Shape} KvCompactResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.KvCompactResponse & flowmesh.v1.KvCompactResponse.$Shape;
        }

        namespace KvCompactResponse {

            /** Properties of a KvCompactResponse. */
            interface $Properties {

                /** KvCompactResponse compactedRevision */
                compactedRevision?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KvCompactResponse. */
            type $Shape = flowmesh.v1.KvCompactResponse.$Properties;
        }

        /**
         * Properties of a Queue.
         * @deprecated Use flowmesh.v1.Queue.$Properties instead.
         */
        interface IQueue extends flowmesh.v1.Queue.$Properties {
        }

        /** Represents a Queue. */
        class Queue {

            /**
             * Constructs a new Queue.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.Queue.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Queue name. */
            name: string;

            /** Queue uuid. */
            uuid: Uint8Array;

            /** Queue revision. */
            revision: number;

            /** Queue shards. */
            shards: number;

            /** Queue replicationFactor. */
            replicationFactor: number;

            /** Queue config. */
            config: { [k: string]: string };

            /** Queue createdAtMs. */
            createdAtMs: number;

            /** Queue shardInfos. */
            shardInfos: flowmesh.v1.PartitionInfo[];

            /**
             * Creates a new Queue instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Queue instance
             */
            static create(properties: flowmesh.v1.Queue.$Shape): flowmesh.v1.Queue & flowmesh.v1.Queue.$Shape;
            static create(properties?: flowmesh.v1.Queue.$Properties): flowmesh.v1.Queue;

            /**
             * Encodes the specified Queue message. Does not implicitly {@link flowmesh.v1.Queue.verify|verify} messages.
             * @param message Queue message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.Queue.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Queue message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.Queue & flowmesh.v1.Queue.$Shape} Queue
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.Queue & flowmesh.v1.Queue.$Shape;
        }

        namespace Queue {

            /** Properties of a Queue. */
            interface $Properties {

                /** Queue name */
                name?: string;

                /** Queue uuid */
                uuid?: Uint8Array;

                /** Queue revision */
                revision?: number;

                /** Queue shards */
                shards?: number;

                /** Queue replicationFactor */
                replicationFactor?: number;

                /** Queue config */
                config?: { [k: string]: string };

                /** Queue createdAtMs */
                createdAtMs?: number;

                /** Queue shardInfos */
                shardInfos?: flowmesh.v1.PartitionInfo.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Queue. */
            type $Shape = flowmesh.v1.Queue.$Properties;
        }

        /**
         * Properties of a CreateQueueRequest.
         * @deprecated Use flowmesh.v1.CreateQueueRequest.$Properties instead.
         */
        interface ICreateQueueRequest extends flowmesh.v1.CreateQueueRequest.$Properties {
        }

        /** Represents a CreateQueueRequest. */
        class CreateQueueRequest {

            /**
             * Constructs a new CreateQueueRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.CreateQueueRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CreateQueueRequest name. */
            name: string;

            /** CreateQueueRequest shards. */
            shards: number;

            /** CreateQueueRequest replicationFactor. */
            replicationFactor: number;

            /** CreateQueueRequest config. */
            config: { [k: string]: string };

            /** CreateQueueRequest requestId. */
            requestId: string;

            /**
             * Creates a new CreateQueueRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CreateQueueRequest instance
             */
            static create(properties: flowmesh.v1.CreateQueueRequest.$Shape): flowmesh.v1.CreateQueueRequest & flowmesh.v1.CreateQueueRequest.$Shape;
            static create(properties?: flowmesh.v1.CreateQueueRequest.$Properties): flowmesh.v1.CreateQueueRequest;

            /**
             * Encodes the specified CreateQueueRequest message. Does not implicitly {@link flowmesh.v1.CreateQueueRequest.verify|verify} messages.
             * @param message CreateQueueRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.CreateQueueRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CreateQueueRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.CreateQueueRequest & flowmesh.v1.CreateQueueRequest.$Shape} CreateQueueRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.CreateQueueRequest & flowmesh.v1.CreateQueueRequest.$Shape;
        }

        namespace CreateQueueRequest {

            /** Properties of a CreateQueueRequest. */
            interface $Properties {

                /** CreateQueueRequest name */
                name?: string;

                /** CreateQueueRequest shards */
                shards?: number;

                /** CreateQueueRequest replicationFactor */
                replicationFactor?: number;

                /** CreateQueueRequest config */
                config?: { [k: string]: string };

                /** CreateQueueRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CreateQueueRequest. */
            type $Shape = flowmesh.v1.CreateQueueRequest.$Properties;
        }

        /**
         * Properties of an UpdateQueueRequest.
         * @deprecated Use flowmesh.v1.UpdateQueueRequest.$Properties instead.
         */
        interface IUpdateQueueRequest extends flowmesh.v1.UpdateQueueRequest.$Properties {
        }

        /** Represents an UpdateQueueRequest. */
        class UpdateQueueRequest {

            /**
             * Constructs a new UpdateQueueRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.UpdateQueueRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** UpdateQueueRequest name. */
            name: string;

            /** UpdateQueueRequest setConfig. */
            setConfig: { [k: string]: string };

            /** UpdateQueueRequest unsetConfig. */
            unsetConfig: string[];

            /** UpdateQueueRequest shards. */
            shards: number;

            /** UpdateQueueRequest replicationFactor. */
            replicationFactor: number;

            /** UpdateQueueRequest requestId. */
            requestId: string;

            /** UpdateQueueRequest dryRun. */
            dryRun: boolean;

            /**
             * Creates a new UpdateQueueRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns UpdateQueueRequest instance
             */
            static create(properties: flowmesh.v1.UpdateQueueRequest.$Shape): flowmesh.v1.UpdateQueueRequest & flowmesh.v1.UpdateQueueRequest.$Shape;
            static create(properties?: flowmesh.v1.UpdateQueueRequest.$Properties): flowmesh.v1.UpdateQueueRequest;

            /**
             * Encodes the specified UpdateQueueRequest message. Does not implicitly {@link flowmesh.v1.UpdateQueueRequest.verify|verify} messages.
             * @param message UpdateQueueRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.UpdateQueueRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an UpdateQueueRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.UpdateQueueRequest & flowmesh.v1.UpdateQueueRequest.$Shape} UpdateQueueRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.UpdateQueueRequest & flowmesh.v1.UpdateQueueRequest.$Shape;
        }

        namespace UpdateQueueRequest {

            /** Properties of an UpdateQueueRequest. */
            interface $Properties {

                /** UpdateQueueRequest name */
                name?: string;

                /** UpdateQueueRequest setConfig */
                setConfig?: { [k: string]: string };

                /** UpdateQueueRequest unsetConfig */
                unsetConfig?: string[];

                /** UpdateQueueRequest shards */
                shards?: number;

                /** UpdateQueueRequest replicationFactor */
                replicationFactor?: number;

                /** UpdateQueueRequest requestId */
                requestId?: string;

                /** UpdateQueueRequest dryRun */
                dryRun?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an UpdateQueueRequest. */
            type $Shape = flowmesh.v1.UpdateQueueRequest.$Properties;
        }

        /**
         * Properties of a DeleteQueueRequest.
         * @deprecated Use flowmesh.v1.DeleteQueueRequest.$Properties instead.
         */
        interface IDeleteQueueRequest extends flowmesh.v1.DeleteQueueRequest.$Properties {
        }

        /** Represents a DeleteQueueRequest. */
        class DeleteQueueRequest {

            /**
             * Constructs a new DeleteQueueRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteQueueRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeleteQueueRequest name. */
            name: string;

            /** DeleteQueueRequest requestId. */
            requestId: string;

            /**
             * Creates a new DeleteQueueRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteQueueRequest instance
             */
            static create(properties: flowmesh.v1.DeleteQueueRequest.$Shape): flowmesh.v1.DeleteQueueRequest & flowmesh.v1.DeleteQueueRequest.$Shape;
            static create(properties?: flowmesh.v1.DeleteQueueRequest.$Properties): flowmesh.v1.DeleteQueueRequest;

            /**
             * Encodes the specified DeleteQueueRequest message. Does not implicitly {@link flowmesh.v1.DeleteQueueRequest.verify|verify} messages.
             * @param message DeleteQueueRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteQueueRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteQueueRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteQueueRequest & flowmesh.v1.DeleteQueueRequest.$Shape} DeleteQueueRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteQueueRequest & flowmesh.v1.DeleteQueueRequest.$Shape;
        }

        namespace DeleteQueueRequest {

            /** Properties of a DeleteQueueRequest. */
            interface $Properties {

                /** DeleteQueueRequest name */
                name?: string;

                /** DeleteQueueRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteQueueRequest. */
            type $Shape = flowmesh.v1.DeleteQueueRequest.$Properties;
        }

        /**
         * Properties of a DeleteQueueResponse.
         * @deprecated Use flowmesh.v1.DeleteQueueResponse.$Properties instead.
         */
        interface IDeleteQueueResponse extends flowmesh.v1.DeleteQueueResponse.$Properties {
        }

        /** Represents a DeleteQueueResponse. */
        class DeleteQueueResponse {

            /**
             * Constructs a new DeleteQueueResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteQueueResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new DeleteQueueResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteQueueResponse instance
             */
            static create(properties: flowmesh.v1.DeleteQueueResponse.$Shape): flowmesh.v1.DeleteQueueResponse & flowmesh.v1.DeleteQueueResponse.$Shape;
            static create(properties?: flowmesh.v1.DeleteQueueResponse.$Properties): flowmesh.v1.DeleteQueueResponse;

            /**
             * Encodes the specified DeleteQueueResponse message. Does not implicitly {@link flowmesh.v1.DeleteQueueResponse.verify|verify} messages.
             * @param message DeleteQueueResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteQueueResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteQueueResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteQueueResponse & flowmesh.v1.DeleteQueueResponse.$Shape} DeleteQueueResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteQueueResponse & flowmesh.v1.DeleteQueueResponse.$Shape;
        }

        namespace DeleteQueueResponse {

            /** Properties of a DeleteQueueResponse. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteQueueResponse. */
            type $Shape = flowmesh.v1.DeleteQueueResponse.$Properties;
        }

        /**
         * Properties of a GetQueueRequest.
         * @deprecated Use flowmesh.v1.GetQueueRequest.$Properties instead.
         */
        interface IGetQueueRequest extends flowmesh.v1.GetQueueRequest.$Properties {
        }

        /** Represents a GetQueueRequest. */
        class GetQueueRequest {

            /**
             * Constructs a new GetQueueRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GetQueueRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetQueueRequest name. */
            name: string;

            /**
             * Creates a new GetQueueRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GetQueueRequest instance
             */
            static create(properties: flowmesh.v1.GetQueueRequest.$Shape): flowmesh.v1.GetQueueRequest & flowmesh.v1.GetQueueRequest.$Shape;
            static create(properties?: flowmesh.v1.GetQueueRequest.$Properties): flowmesh.v1.GetQueueRequest;

            /**
             * Encodes the specified GetQueueRequest message. Does not implicitly {@link flowmesh.v1.GetQueueRequest.verify|verify} messages.
             * @param message GetQueueRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GetQueueRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetQueueRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GetQueueRequest & flowmesh.v1.GetQueueRequest.$Shape} GetQueueRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GetQueueRequest & flowmesh.v1.GetQueueRequest.$Shape;
        }

        namespace GetQueueRequest {

            /** Properties of a GetQueueRequest. */
            interface $Properties {

                /** GetQueueRequest name */
                name?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetQueueRequest. */
            type $Shape = flowmesh.v1.GetQueueRequest.$Properties;
        }

        /**
         * Properties of a ListQueuesRequest.
         * @deprecated Use flowmesh.v1.ListQueuesRequest.$Properties instead.
         */
        interface IListQueuesRequest extends flowmesh.v1.ListQueuesRequest.$Properties {
        }

        /** Represents a ListQueuesRequest. */
        class ListQueuesRequest {

            /**
             * Constructs a new ListQueuesRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListQueuesRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListQueuesRequest prefix. */
            prefix: string;

            /** ListQueuesRequest pageSize. */
            pageSize: number;

            /** ListQueuesRequest pageToken. */
            pageToken: string;

            /**
             * Creates a new ListQueuesRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListQueuesRequest instance
             */
            static create(properties: flowmesh.v1.ListQueuesRequest.$Shape): flowmesh.v1.ListQueuesRequest & flowmesh.v1.ListQueuesRequest.$Shape;
            static create(properties?: flowmesh.v1.ListQueuesRequest.$Properties): flowmesh.v1.ListQueuesRequest;

            /**
             * Encodes the specified ListQueuesRequest message. Does not implicitly {@link flowmesh.v1.ListQueuesRequest.verify|verify} messages.
             * @param message ListQueuesRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListQueuesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListQueuesRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListQueuesRequest & flowmesh.v1.ListQueuesRequest.$Shape} ListQueuesRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListQueuesRequest & flowmesh.v1.ListQueuesRequest.$Shape;
        }

        namespace ListQueuesRequest {

            /** Properties of a ListQueuesRequest. */
            interface $Properties {

                /** ListQueuesRequest prefix */
                prefix?: string;

                /** ListQueuesRequest pageSize */
                pageSize?: number;

                /** ListQueuesRequest pageToken */
                pageToken?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListQueuesRequest. */
            type $Shape = flowmesh.v1.ListQueuesRequest.$Properties;
        }

        /**
         * Properties of a ListQueuesResponse.
         * @deprecated Use flowmesh.v1.ListQueuesResponse.$Properties instead.
         */
        interface IListQueuesResponse extends flowmesh.v1.ListQueuesResponse.$Properties {
        }

        /** Represents a ListQueuesResponse. */
        class ListQueuesResponse {

            /**
             * Constructs a new ListQueuesResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListQueuesResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListQueuesResponse queues. */
            queues: flowmesh.v1.Queue[];

            /** ListQueuesResponse nextPageToken. */
            nextPageToken: string;

            /**
             * Creates a new ListQueuesResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListQueuesResponse instance
             */
            static create(properties: flowmesh.v1.ListQueuesResponse.$Shape): flowmesh.v1.ListQueuesResponse & flowmesh.v1.ListQueuesResponse.$Shape;
            static create(properties?: flowmesh.v1.ListQueuesResponse.$Properties): flowmesh.v1.ListQueuesResponse;

            /**
             * Encodes the specified ListQueuesResponse message. Does not implicitly {@link flowmesh.v1.ListQueuesResponse.verify|verify} messages.
             * @param message ListQueuesResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListQueuesResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListQueuesResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListQueuesResponse & flowmesh.v1.ListQueuesResponse.$Shape} ListQueuesResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListQueuesResponse & flowmesh.v1.ListQueuesResponse.$Shape;
        }

        namespace ListQueuesResponse {

            /** Properties of a ListQueuesResponse. */
            interface $Properties {

                /** ListQueuesResponse queues */
                queues?: flowmesh.v1.Queue.$Properties[];

                /** ListQueuesResponse nextPageToken */
                nextPageToken?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListQueuesResponse. */
            type $Shape = flowmesh.v1.ListQueuesResponse.$Properties;
        }

        /**
         * Properties of a NewJob.
         * @deprecated Use flowmesh.v1.NewJob.$Properties instead.
         */
        interface INewJob extends flowmesh.v1.NewJob.$Properties {
        }

        /** Represents a NewJob. */
        class NewJob {

            /**
             * Constructs a new NewJob.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.NewJob.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NewJob payload. */
            payload: Uint8Array;

            /** NewJob headers. */
            headers: flowmesh.v1.Header[];

            /** NewJob key. */
            key: Uint8Array;

            /** NewJob priority. */
            priority: number;

            /** NewJob delayMs. */
            delayMs: number;

            /** NewJob notBeforeMs. */
            notBeforeMs: number;

            /** NewJob dedupId. */
            dedupId: string;

            /** NewJob attemptsMax. */
            attemptsMax: number;

            /**
             * Creates a new NewJob instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NewJob instance
             */
            static create(properties: flowmesh.v1.NewJob.$Shape): flowmesh.v1.NewJob & flowmesh.v1.NewJob.$Shape;
            static create(properties?: flowmesh.v1.NewJob.$Properties): flowmesh.v1.NewJob;

            /**
             * Encodes the specified NewJob message. Does not implicitly {@link flowmesh.v1.NewJob.verify|verify} messages.
             * @param message NewJob message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.NewJob.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NewJob message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.NewJob & flowmesh.v1.NewJob.$Shape} NewJob
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.NewJob & flowmesh.v1.NewJob.$Shape;
        }

        namespace NewJob {

            /** Properties of a NewJob. */
            interface $Properties {

                /** NewJob payload */
                payload?: Uint8Array;

                /** NewJob headers */
                headers?: flowmesh.v1.Header.$Properties[];

                /** NewJob key */
                key?: Uint8Array;

                /** NewJob priority */
                priority?: number;

                /** NewJob delayMs */
                delayMs?: number;

                /** NewJob notBeforeMs */
                notBeforeMs?: number;

                /** NewJob dedupId */
                dedupId?: string;

                /** NewJob attemptsMax */
                attemptsMax?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NewJob. */
            type $Shape = flowmesh.v1.NewJob.$Properties;
        }

        /**
         * Properties of a JobTransaction.
         * @deprecated Use flowmesh.v1.JobTransaction.$Properties instead.
         */
        interface IJobTransaction extends flowmesh.v1.JobTransaction.$Properties {
        }

        /** Represents a JobTransaction. */
        class JobTransaction {

            /**
             * Constructs a new JobTransaction.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.JobTransaction.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** JobTransaction producerId. */
            producerId: number;

            /** JobTransaction producerEpoch. */
            producerEpoch: number;

            /**
             * Creates a new JobTransaction instance using the specified properties.
             * @param [properties] Properties to set
             * @returns JobTransaction instance
             */
            static create(properties: flowmesh.v1.JobTransaction.$Shape): flowmesh.v1.JobTransaction & flowmesh.v1.JobTransaction.$Shape;
            static create(properties?: flowmesh.v1.JobTransaction.$Properties): flowmesh.v1.JobTransaction;

            /**
             * Encodes the specified JobTransaction message. Does not implicitly {@link flowmesh.v1.JobTransaction.verify|verify} messages.
             * @param message JobTransaction message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.JobTransaction.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a JobTransaction message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.JobTransaction & flowmesh.v1.JobTransaction.$Shape} JobTransaction
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.JobTransaction & flowmesh.v1.JobTransaction.$Shape;
        }

        namespace JobTransaction {

            /** Properties of a JobTransaction. */
            interface $Properties {

                /** JobTransaction producerId */
                producerId?: number;

                /** JobTransaction producerEpoch */
                producerEpoch?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a JobTransaction. */
            type $Shape = flowmesh.v1.JobTransaction.$Properties;
        }

        /**
         * Properties of an EnqueueRequest.
         * @deprecated Use flowmesh.v1.EnqueueRequest.$Properties instead.
         */
        interface IEnqueueRequest extends flowmesh.v1.EnqueueRequest.$Properties {
        }

        /** Represents an EnqueueRequest. */
        class EnqueueRequest {

            /**
             * Constructs a new EnqueueRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.EnqueueRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** EnqueueRequest queue. */
            queue: string;

            /** EnqueueRequest shard. */
            shard: (number|null);

            /** EnqueueRequest jobs. */
            jobs: flowmesh.v1.NewJob[];

            /** EnqueueRequest requestId. */
            requestId: string;

            /** EnqueueRequest transaction. */
            transaction: flowmesh.v1.JobTransaction;

            /** EnqueueRequest timeoutMs. */
            timeoutMs: number;

            /** EnqueueRequest correlation. */
            correlation: number;

            /**
             * Creates a new EnqueueRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns EnqueueRequest instance
             */
            static create(properties: flowmesh.v1.EnqueueRequest.$Shape): flowmesh.v1.EnqueueRequest & flowmesh.v1.EnqueueRequest.$Shape;
            static create(properties?: flowmesh.v1.EnqueueRequest.$Properties): flowmesh.v1.EnqueueRequest;

            /**
             * Encodes the specified EnqueueRequest message. Does not implicitly {@link flowmesh.v1.EnqueueRequest.verify|verify} messages.
             * @param message EnqueueRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.EnqueueRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an EnqueueRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.EnqueueRequest & flowmesh.v1.EnqueueRequest.$Shape} EnqueueRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.EnqueueRequest & flowmesh.v1.EnqueueRequest.$Shape;
        }

        namespace EnqueueRequest {

            /** Properties of an EnqueueRequest. */
            interface $Properties {

                /** EnqueueRequest queue */
                queue?: string;

                /** EnqueueRequest shard */
                shard?: (number|null);

                /** EnqueueRequest jobs */
                jobs?: flowmesh.v1.NewJob.$Properties[];

                /** EnqueueRequest requestId */
                requestId?: string;

                /** EnqueueRequest transaction */
                transaction?: flowmesh.v1.JobTransaction.$Properties;

                /** EnqueueRequest timeoutMs */
                timeoutMs?: number;

                /** EnqueueRequest correlation */
                correlation?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an EnqueueRequest. */
            type $Shape = flowmesh.v1.EnqueueRequest.$Properties;
        }

        /**
         * Properties of an EnqueueResponse.
         * @deprecated Use flowmesh.v1.EnqueueResponse.$Properties instead.
         */
        interface IEnqueueResponse extends flowmesh.v1.EnqueueResponse.$Properties {
        }

        /** Represents an EnqueueResponse. */
        class EnqueueResponse {

            /**
             * Constructs a new EnqueueResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.EnqueueResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** EnqueueResponse correlation. */
            correlation: number;

            /** EnqueueResponse shard. */
            shard: number;

            /** EnqueueResponse results. */
            results: flowmesh.v1.EnqueueResult[];

            /** EnqueueResponse error. */
            error: flowmesh.v1.Error;

            /**
             * Creates a new EnqueueResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns EnqueueResponse instance
             */
            static create(properties: flowmesh.v1.EnqueueResponse.$Shape): flowmesh.v1.EnqueueResponse & flowmesh.v1.EnqueueResponse.$Shape;
            static create(properties?: flowmesh.v1.EnqueueResponse.$Properties): flowmesh.v1.EnqueueResponse;

            /**
             * Encodes the specified EnqueueResponse message. Does not implicitly {@link flowmesh.v1.EnqueueResponse.verify|verify} messages.
             * @param message EnqueueResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.EnqueueResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an EnqueueResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.EnqueueResponse & flowmesh.v1.EnqueueResponse.$Shape} EnqueueResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.EnqueueResponse & flowmesh.v1.EnqueueResponse.$Shape;
        }

        namespace EnqueueResponse {

            /** Properties of an EnqueueResponse. */
            interface $Properties {

                /** EnqueueResponse correlation */
                correlation?: number;

                /** EnqueueResponse shard */
                shard?: number;

                /** EnqueueResponse results */
                results?: flowmesh.v1.EnqueueResult.$Properties[];

                /** EnqueueResponse error */
                error?: flowmesh.v1.Error.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an EnqueueResponse. */
            type $Shape = flowmesh.v1.EnqueueResponse.$Properties;
        }

        /**
         * Properties of an EnqueueResult.
         * @deprecated Use flowmesh.v1.EnqueueResult.$Properties instead.
         */
        interface IEnqueueResult extends flowmesh.v1.EnqueueResult.$Properties {
        }

        /** Represents an EnqueueResult. */
        class EnqueueResult {

            /**
             * Constructs a new EnqueueResult.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.EnqueueResult.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** EnqueueResult jobId. */
            jobId: string;

            /** EnqueueResult duplicate. */
            duplicate: boolean;

            /** EnqueueResult error. */
            error: flowmesh.v1.Error;

            /**
             * Creates a new EnqueueResult instance using the specified properties.
             * @param [properties] Properties to set
             * @returns EnqueueResult instance
             */
            static create(properties: flowmesh.v1.EnqueueResult.$Shape): flowmesh.v1.EnqueueResult & flowmesh.v1.EnqueueResult.$Shape;
            static create(properties?: flowmesh.v1.EnqueueResult.$Properties): flowmesh.v1.EnqueueResult;

            /**
             * Encodes the specified EnqueueResult message. Does not implicitly {@link flowmesh.v1.EnqueueResult.verify|verify} messages.
             * @param message EnqueueResult message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.EnqueueResult.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an EnqueueResult message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.EnqueueResult & flowmesh.v1.EnqueueResult.$Shape} EnqueueResult
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.EnqueueResult & flowmesh.v1.EnqueueResult.$Shape;
        }

        namespace EnqueueResult {

            /** Properties of an EnqueueResult. */
            interface $Properties {

                /** EnqueueResult jobId */
                jobId?: string;

                /** EnqueueResult duplicate */
                duplicate?: boolean;

                /** EnqueueResult error */
                error?: flowmesh.v1.Error.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an EnqueueResult. */
            type $Shape = flowmesh.v1.EnqueueResult.$Properties;
        }

        /**
         * Properties of a Receipt.
         * @deprecated Use flowmesh.v1.Receipt.$Properties instead.
         */
        interface IReceipt extends flowmesh.v1.Receipt.$Properties {
        }

        /** Represents a Receipt. */
        class Receipt {

            /**
             * Constructs a new Receipt.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.Receipt.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Receipt shard. */
            shard: number;

            /** Receipt seq. */
            seq: number;

            /** Receipt leaseEpoch. */
            leaseEpoch: number;

            /**
             * Creates a new Receipt instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Receipt instance
             */
            static create(properties: flowmesh.v1.Receipt.$Shape): flowmesh.v1.Receipt & flowmesh.v1.Receipt.$Shape;
            static create(properties?: flowmesh.v1.Receipt.$Properties): flowmesh.v1.Receipt;

            /**
             * Encodes the specified Receipt message. Does not implicitly {@link flowmesh.v1.Receipt.verify|verify} messages.
             * @param message Receipt message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.Receipt.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Receipt message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.Receipt & flowmesh.v1.Receipt.$Shape} Receipt
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.Receipt & flowmesh.v1.Receipt.$Shape;
        }

        namespace Receipt {

            /** Properties of a Receipt. */
            interface $Properties {

                /** Receipt shard */
                shard?: number;

                /** Receipt seq */
                seq?: number;

                /** Receipt leaseEpoch */
                leaseEpoch?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Receipt. */
            type $Shape = flowmesh.v1.Receipt.$Properties;
        }

        /**
         * Properties of a JobFailure.
         * @deprecated Use flowmesh.v1.JobFailure.$Properties instead.
         */
        interface IJobFailure extends flowmesh.v1.JobFailure.$Properties {
        }

        /** Represents a JobFailure. */
        class JobFailure {

            /**
             * Constructs a new JobFailure.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.JobFailure.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** JobFailure attempt. */
            attempt: number;

            /** JobFailure atMs. */
            atMs: number;

            /** JobFailure error. */
            error: string;

            /**
             * Creates a new JobFailure instance using the specified properties.
             * @param [properties] Properties to set
             * @returns JobFailure instance
             */
            static create(properties: flowmesh.v1.JobFailure.$Shape): flowmesh.v1.JobFailure & flowmesh.v1.JobFailure.$Shape;
            static create(properties?: flowmesh.v1.JobFailure.$Properties): flowmesh.v1.JobFailure;

            /**
             * Encodes the specified JobFailure message. Does not implicitly {@link flowmesh.v1.JobFailure.verify|verify} messages.
             * @param message JobFailure message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.JobFailure.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a JobFailure message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.JobFailure & flowmesh.v1.JobFailure.$Shape} JobFailure
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.JobFailure & flowmesh.v1.JobFailure.$Shape;
        }

        namespace JobFailure {

            /** Properties of a JobFailure. */
            interface $Properties {

                /** JobFailure attempt */
                attempt?: number;

                /** JobFailure atMs */
                atMs?: number;

                /** JobFailure error */
                error?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a JobFailure. */
            type $Shape = flowmesh.v1.JobFailure.$Properties;
        }

        /**
         * Properties of a Job.
         * @deprecated Use flowmesh.v1.Job.$Properties instead.
         */
        interface IJob extends flowmesh.v1.Job.$Properties {
        }

        /** Represents a Job. */
        class Job {

            /**
             * Constructs a new Job.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.Job.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Job id. */
            id: string;

            /** Job shard. */
            shard: number;

            /** Job seq. */
            seq: number;

            /** Job payload. */
            payload: Uint8Array;

            /** Job headers. */
            headers: flowmesh.v1.Header[];

            /** Job key. */
            key: Uint8Array;

            /** Job priority. */
            priority: number;

            /** Job state. */
            state: string;

            /** Job attempts. */
            attempts: number;

            /** Job totalAttempts. */
            totalAttempts: number;

            /** Job attemptsMax. */
            attemptsMax: number;

            /** Job enqueuedAtMs. */
            enqueuedAtMs: number;

            /** Job stateUntilMs. */
            stateUntilMs: number;

            /** Job worker. */
            worker: string;

            /** Job receipt. */
            receipt: flowmesh.v1.Receipt;

            /** Job lastError. */
            lastError: string;

            /** Job failures. */
            failures: flowmesh.v1.JobFailure[];

            /** Job redrives. */
            redrives: number;

            /** Job dedupId. */
            dedupId: string;

            /** Job origin. */
            origin: string;

            /** Job deadReason. */
            deadReason: string;

            /**
             * Creates a new Job instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Job instance
             */
            static create(properties: flowmesh.v1.Job.$Shape): flowmesh.v1.Job & flowmesh.v1.Job.$Shape;
            static create(properties?: flowmesh.v1.Job.$Properties): flowmesh.v1.Job;

            /**
             * Encodes the specified Job message. Does not implicitly {@link flowmesh.v1.Job.verify|verify} messages.
             * @param message Job message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.Job.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Job message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.Job & flowmesh.v1.Job.$Shape} Job
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.Job & flowmesh.v1.Job.$Shape;
        }

        namespace Job {

            /** Properties of a Job. */
            interface $Properties {

                /** Job id */
                id?: string;

                /** Job shard */
                shard?: number;

                /** Job seq */
                seq?: number;

                /** Job payload */
                payload?: Uint8Array;

                /** Job headers */
                headers?: flowmesh.v1.Header.$Properties[];

                /** Job key */
                key?: Uint8Array;

                /** Job priority */
                priority?: number;

                /** Job state */
                state?: string;

                /** Job attempts */
                attempts?: number;

                /** Job totalAttempts */
                totalAttempts?: number;

                /** Job attemptsMax */
                attemptsMax?: number;

                /** Job enqueuedAtMs */
                enqueuedAtMs?: number;

                /** Job stateUntilMs */
                stateUntilMs?: number;

                /** Job worker */
                worker?: string;

                /** Job receipt */
                receipt?: flowmesh.v1.Receipt.$Properties;

                /** Job lastError */
                lastError?: string;

                /** Job failures */
                failures?: flowmesh.v1.JobFailure.$Properties[];

                /** Job redrives */
                redrives?: number;

                /** Job dedupId */
                dedupId?: string;

                /** Job origin */
                origin?: string;

                /** Job deadReason */
                deadReason?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Job. */
            type $Shape = flowmesh.v1.Job.$Properties;
        }

        /**
         * Properties of a ReceiveRequest.
         * @deprecated Use flowmesh.v1.ReceiveRequest.$Properties instead.
         */
        interface IReceiveRequest extends flowmesh.v1.ReceiveRequest.$Properties {
        }

        /** Represents a ReceiveRequest. */
        class ReceiveRequest {

            /**
             * Constructs a new ReceiveRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ReceiveRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReceiveRequest queue. */
            queue: string;

            /** ReceiveRequest shard. */
            shard: (number|null);

            /** ReceiveRequest max. */
            max: number;

            /** ReceiveRequest maxWaitMs. */
            maxWaitMs: number;

            /** ReceiveRequest visibilityTimeoutMs. */
            visibilityTimeoutMs: (number|null);

            /** ReceiveRequest worker. */
            worker: string;

            /** ReceiveRequest maxBytes. */
            maxBytes: number;

            /**
             * Creates a new ReceiveRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReceiveRequest instance
             */
            static create(properties: flowmesh.v1.ReceiveRequest.$Shape): flowmesh.v1.ReceiveRequest & flowmesh.v1.ReceiveRequest.$Shape;
            static create(properties?: flowmesh.v1.ReceiveRequest.$Properties): flowmesh.v1.ReceiveRequest;

            /**
             * Encodes the specified ReceiveRequest message. Does not implicitly {@link flowmesh.v1.ReceiveRequest.verify|verify} messages.
             * @param message ReceiveRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ReceiveRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReceiveRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ReceiveRequest & flowmesh.v1.ReceiveRequest.$Shape} ReceiveRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ReceiveRequest & flowmesh.v1.ReceiveRequest.$Shape;
        }

        namespace ReceiveRequest {

            /** Properties of a ReceiveRequest. */
            interface $Properties {

                /** ReceiveRequest queue */
                queue?: string;

                /** ReceiveRequest shard */
                shard?: (number|null);

                /** ReceiveRequest max */
                max?: number;

                /** ReceiveRequest maxWaitMs */
                maxWaitMs?: number;

                /** ReceiveRequest visibilityTimeoutMs */
                visibilityTimeoutMs?: (number|null);

                /** ReceiveRequest worker */
                worker?: string;

                /** ReceiveRequest maxBytes */
                maxBytes?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReceiveRequest. */
            type $Shape = flowmesh.v1.ReceiveRequest.$Properties;
        }

        /**
         * Properties of a ReceiveResponse.
         * @deprecated Use flowmesh.v1.ReceiveResponse.$Properties instead.
         */
        interface IReceiveResponse extends flowmesh.v1.ReceiveResponse.$Properties {
        }

        /** Represents a ReceiveResponse. */
        class ReceiveResponse {

            /**
             * Constructs a new ReceiveResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ReceiveResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReceiveResponse jobs. */
            jobs: flowmesh.v1.Job[];

            /**
             * Creates a new ReceiveResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReceiveResponse instance
             */
            static create(properties: flowmesh.v1.ReceiveResponse.$Shape): flowmesh.v1.ReceiveResponse & flowmesh.v1.ReceiveResponse.$Shape;
            static create(properties?: flowmesh.v1.ReceiveResponse.$Properties): flowmesh.v1.ReceiveResponse;

            /**
             * Encodes the specified ReceiveResponse message. Does not implicitly {@link flowmesh.v1.ReceiveResponse.verify|verify} messages.
             * @param message ReceiveResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ReceiveResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReceiveResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ReceiveResponse & flowmesh.v1.ReceiveResponse.$Shape} ReceiveResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ReceiveResponse & flowmesh.v1.ReceiveResponse.$Shape;
        }

        namespace ReceiveResponse {

            /** Properties of a ReceiveResponse. */
            interface $Properties {

                /** ReceiveResponse jobs */
                jobs?: flowmesh.v1.Job.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReceiveResponse. */
            type $Shape = flowmesh.v1.ReceiveResponse.$Properties;
        }

        /**
         * Properties of an AckRequest.
         * @deprecated Use flowmesh.v1.AckRequest.$Properties instead.
         */
        interface IAckRequest extends flowmesh.v1.AckRequest.$Properties {
        }

        /** Represents an AckRequest. */
        class AckRequest {

            /**
             * Constructs a new AckRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.AckRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AckRequest queue. */
            queue: string;

            /** AckRequest receipts. */
            receipts: flowmesh.v1.Receipt[];

            /** AckRequest transaction. */
            transaction: flowmesh.v1.JobTransaction;

            /**
             * Creates a new AckRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AckRequest instance
             */
            static create(properties: flowmesh.v1.AckRequest.$Shape): flowmesh.v1.AckRequest & flowmesh.v1.AckRequest.$Shape;
            static create(properties?: flowmesh.v1.AckRequest.$Properties): flowmesh.v1.AckRequest;

            /**
             * Encodes the specified AckRequest message. Does not implicitly {@link flowmesh.v1.AckRequest.verify|verify} messages.
             * @param message AckRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.AckRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AckRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.AckRequest & flowmesh.v1.AckRequest.$Shape} AckRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.AckRequest & flowmesh.v1.AckRequest.$Shape;
        }

        namespace AckRequest {

            /** Properties of an AckRequest. */
            interface $Properties {

                /** AckRequest queue */
                queue?: string;

                /** AckRequest receipts */
                receipts?: flowmesh.v1.Receipt.$Properties[];

                /** AckRequest transaction */
                transaction?: flowmesh.v1.JobTransaction.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AckRequest. */
            type $Shape = flowmesh.v1.AckRequest.$Properties;
        }

        /**
         * Properties of a NackItem.
         * @deprecated Use flowmesh.v1.NackItem.$Properties instead.
         */
        interface INackItem extends flowmesh.v1.NackItem.$Properties {
        }

        /** Represents a NackItem. */
        class NackItem {

            /**
             * Constructs a new NackItem.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.NackItem.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NackItem receipt. */
            receipt: flowmesh.v1.Receipt;

            /** NackItem delayMs. */
            delayMs: (number|null);

            /** NackItem error. */
            error: string;

            /**
             * Creates a new NackItem instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NackItem instance
             */
            static create(properties: flowmesh.v1.NackItem.$Shape): flowmesh.v1.NackItem & flowmesh.v1.NackItem.$Shape;
            static create(properties?: flowmesh.v1.NackItem.$Properties): flowmesh.v1.NackItem;

            /**
             * Encodes the specified NackItem message. Does not implicitly {@link flowmesh.v1.NackItem.verify|verify} messages.
             * @param message NackItem message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.NackItem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NackItem message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.NackItem & flowmesh.v1.NackItem.$Shape} NackItem
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.NackItem & flowmesh.v1.NackItem.$Shape;
        }

        namespace NackItem {

            /** Properties of a NackItem. */
            interface $Properties {

                /** NackItem receipt */
                receipt?: flowmesh.v1.Receipt.$Properties;

                /** NackItem delayMs */
                delayMs?: (number|null);

                /** NackItem error */
                error?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NackItem. */
            type $Shape = flowmesh.v1.NackItem.$Properties;
        }

        /**
         * Properties of a NackRequest.
         * @deprecated Use flowmesh.v1.NackRequest.$Properties instead.
         */
        interface INackRequest extends flowmesh.v1.NackRequest.$Properties {
        }

        /** Represents a NackRequest. */
        class NackRequest {

            /**
             * Constructs a new NackRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.NackRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NackRequest queue. */
            queue: string;

            /** NackRequest items. */
            items: flowmesh.v1.NackItem[];

            /**
             * Creates a new NackRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NackRequest instance
             */
            static create(properties: flowmesh.v1.NackRequest.$Shape): flowmesh.v1.NackRequest & flowmesh.v1.NackRequest.$Shape;
            static create(properties?: flowmesh.v1.NackRequest.$Properties): flowmesh.v1.NackRequest;

            /**
             * Encodes the specified NackRequest message. Does not implicitly {@link flowmesh.v1.NackRequest.verify|verify} messages.
             * @param message NackRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.NackRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NackRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.NackRequest & flowmesh.v1.NackRequest.$Shape} NackRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.NackRequest & flowmesh.v1.NackRequest.$Shape;
        }

        namespace NackRequest {

            /** Properties of a NackRequest. */
            interface $Properties {

                /** NackRequest queue */
                queue?: string;

                /** NackRequest items */
                items?: flowmesh.v1.NackItem.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NackRequest. */
            type $Shape = flowmesh.v1.NackRequest.$Properties;
        }

        /**
         * Properties of an ExtendItem.
         * @deprecated Use flowmesh.v1.ExtendItem.$Properties instead.
         */
        interface IExtendItem extends flowmesh.v1.ExtendItem.$Properties {
        }

        /** Represents an ExtendItem. */
        class ExtendItem {

            /**
             * Constructs a new ExtendItem.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ExtendItem.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ExtendItem receipt. */
            receipt: flowmesh.v1.Receipt;

            /** ExtendItem visibilityTimeoutMs. */
            visibilityTimeoutMs: number;

            /**
             * Creates a new ExtendItem instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ExtendItem instance
             */
            static create(properties: flowmesh.v1.ExtendItem.$Shape): flowmesh.v1.ExtendItem & flowmesh.v1.ExtendItem.$Shape;
            static create(properties?: flowmesh.v1.ExtendItem.$Properties): flowmesh.v1.ExtendItem;

            /**
             * Encodes the specified ExtendItem message. Does not implicitly {@link flowmesh.v1.ExtendItem.verify|verify} messages.
             * @param message ExtendItem message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ExtendItem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ExtendItem message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ExtendItem & flowmesh.v1.ExtendItem.$Shape} ExtendItem
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ExtendItem & flowmesh.v1.ExtendItem.$Shape;
        }

        namespace ExtendItem {

            /** Properties of an ExtendItem. */
            interface $Properties {

                /** ExtendItem receipt */
                receipt?: flowmesh.v1.Receipt.$Properties;

                /** ExtendItem visibilityTimeoutMs */
                visibilityTimeoutMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ExtendItem. */
            type $Shape = flowmesh.v1.ExtendItem.$Properties;
        }

        /**
         * Properties of an ExtendRequest.
         * @deprecated Use flowmesh.v1.ExtendRequest.$Properties instead.
         */
        interface IExtendRequest extends flowmesh.v1.ExtendRequest.$Properties {
        }

        /** Represents an ExtendRequest. */
        class ExtendRequest {

            /**
             * Constructs a new ExtendRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ExtendRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ExtendRequest queue. */
            queue: string;

            /** ExtendRequest items. */
            items: flowmesh.v1.ExtendItem[];

            /**
             * Creates a new ExtendRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ExtendRequest instance
             */
            static create(properties: flowmesh.v1.ExtendRequest.$Shape): flowmesh.v1.ExtendRequest & flowmesh.v1.ExtendRequest.$Shape;
            static create(properties?: flowmesh.v1.ExtendRequest.$Properties): flowmesh.v1.ExtendRequest;

            /**
             * Encodes the specified ExtendRequest message. Does not implicitly {@link flowmesh.v1.ExtendRequest.verify|verify} messages.
             * @param message ExtendRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ExtendRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ExtendRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ExtendRequest & flowmesh.v1.ExtendRequest.$Shape} ExtendRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ExtendRequest & flowmesh.v1.ExtendRequest.$Shape;
        }

        namespace ExtendRequest {

            /** Properties of an ExtendRequest. */
            interface $Properties {

                /** ExtendRequest queue */
                queue?: string;

                /** ExtendRequest items */
                items?: flowmesh.v1.ExtendItem.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ExtendRequest. */
            type $Shape = flowmesh.v1.ExtendRequest.$Properties;
        }

        /**
         * Properties of a ReleaseRequest.
         * @deprecated Use flowmesh.v1.ReleaseRequest.$Properties instead.
         */
        interface IReleaseRequest extends flowmesh.v1.ReleaseRequest.$Properties {
        }

        /** Represents a ReleaseRequest. */
        class ReleaseRequest {

            /**
             * Constructs a new ReleaseRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ReleaseRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReleaseRequest queue. */
            queue: string;

            /** ReleaseRequest receipts. */
            receipts: flowmesh.v1.Receipt[];

            /**
             * Creates a new ReleaseRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReleaseRequest instance
             */
            static create(properties: flowmesh.v1.ReleaseRequest.$Shape): flowmesh.v1.ReleaseRequest & flowmesh.v1.ReleaseRequest.$Shape;
            static create(properties?: flowmesh.v1.ReleaseRequest.$Properties): flowmesh.v1.ReleaseRequest;

            /**
             * Encodes the specified ReleaseRequest message. Does not implicitly {@link flowmesh.v1.ReleaseRequest.verify|verify} messages.
             * @param message ReleaseRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ReleaseRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReleaseRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ReleaseRequest & flowmesh.v1.ReleaseRequest.$Shape} ReleaseRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ReleaseRequest & flowmesh.v1.ReleaseRequest.$Shape;
        }

        namespace ReleaseRequest {

            /** Properties of a ReleaseRequest. */
            interface $Properties {

                /** ReleaseRequest queue */
                queue?: string;

                /** ReleaseRequest receipts */
                receipts?: flowmesh.v1.Receipt.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReleaseRequest. */
            type $Shape = flowmesh.v1.ReleaseRequest.$Properties;
        }

        /**
         * Properties of a SettleResult.
         * @deprecated Use flowmesh.v1.SettleResult.$Properties instead.
         */
        interface ISettleResult extends flowmesh.v1.SettleResult.$Properties {
        }

        /** Represents a SettleResult. */
        class SettleResult {

            /**
             * Constructs a new SettleResult.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.SettleResult.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SettleResult outcome. */
            outcome: string;

            /** SettleResult untilMs. */
            untilMs: number;

            /**
             * Creates a new SettleResult instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SettleResult instance
             */
            static create(properties: flowmesh.v1.SettleResult.$Shape): flowmesh.v1.SettleResult & flowmesh.v1.SettleResult.$Shape;
            static create(properties?: flowmesh.v1.SettleResult.$Properties): flowmesh.v1.SettleResult;

            /**
             * Encodes the specified SettleResult message. Does not implicitly {@link flowmesh.v1.SettleResult.verify|verify} messages.
             * @param message SettleResult message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.SettleResult.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SettleResult message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.SettleResult & flowmesh.v1.SettleResult.$Shape} SettleResult
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.SettleResult & flowmesh.v1.SettleResult.$Shape;
        }

        namespace SettleResult {

            /** Properties of a SettleResult. */
            interface $Properties {

                /** SettleResult outcome */
                outcome?: string;

                /** SettleResult untilMs */
                untilMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SettleResult. */
            type $Shape = flowmesh.v1.SettleResult.$Properties;
        }

        /**
         * Properties of a SettleResponse.
         * @deprecated Use flowmesh.v1.SettleResponse.$Properties instead.
         */
        interface ISettleResponse extends flowmesh.v1.SettleResponse.$Properties {
        }

        /** Represents a SettleResponse. */
        class SettleResponse {

            /**
             * Constructs a new SettleResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.SettleResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SettleResponse results. */
            results: flowmesh.v1.SettleResult[];

            /**
             * Creates a new SettleResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SettleResponse instance
             */
            static create(properties: flowmesh.v1.SettleResponse.$Shape): flowmesh.v1.SettleResponse & flowmesh.v1.SettleResponse.$Shape;
            static create(properties?: flowmesh.v1.SettleResponse.$Properties): flowmesh.v1.SettleResponse;

            /**
             * Encodes the specified SettleResponse message. Does not implicitly {@link flowmesh.v1.SettleResponse.verify|verify} messages.
             * @param message SettleResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.SettleResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SettleResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.SettleResponse & flowmesh.v1.SettleResponse.$Shape} SettleResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.SettleResponse & flowmesh.v1.SettleResponse.$Shape;
        }

        namespace SettleResponse {

            /** Properties of a SettleResponse. */
            interface $Properties {

                /** SettleResponse results */
                results?: flowmesh.v1.SettleResult.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SettleResponse. */
            type $Shape = flowmesh.v1.SettleResponse.$Properties;
        }

        /**
         * Properties of a WorkRequest.
         * @deprecated Use flowmesh.v1.WorkRequest.$Properties instead.
         */
        interface IWorkRequest extends flowmesh.v1.WorkRequest.$Properties {
        }

        /** Represents a WorkRequest. */
        class WorkRequest {

            /**
             * Constructs a new WorkRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.WorkRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** WorkRequest start. */
            start: (flowmesh.v1.WorkStart|null);

            /** WorkRequest credit. */
            credit: (number|null);

            /** WorkRequest settle. */
            settle: (flowmesh.v1.WorkSettle|null);

            /** WorkRequest heartbeat. */
            heartbeat: (flowmesh.v1.WorkHeartbeat|null);

            /** WorkRequest kind. */
            kind?: ("start"|"credit"|"settle"|"heartbeat");

            /**
             * Creates a new WorkRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns WorkRequest instance
             */
            static create(properties: flowmesh.v1.WorkRequest.$Shape): flowmesh.v1.WorkRequest & flowmesh.v1.WorkRequest.$Shape;
            static create(properties?: flowmesh.v1.WorkRequest.$Properties): flowmesh.v1.WorkRequest;

            /**
             * Encodes the specified WorkRequest message. Does not implicitly {@link flowmesh.v1.WorkRequest.verify|verify} messages.
             * @param message WorkRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.WorkRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a WorkRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.WorkRequest & flowmesh.v1.WorkRequest.$Shape} WorkRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.WorkRequest & flowmesh.v1.WorkRequest.$Shape;
        }

        namespace WorkRequest {

            /** Properties of a WorkRequest. */
            interface $Properties {

                /** WorkRequest start */
                start?: (flowmesh.v1.WorkStart.$Properties|null);

                /** WorkRequest credit */
                credit?: (number|null);

                /** WorkRequest settle */
                settle?: (flowmesh.v1.WorkSettle.$Properties|null);

                /** WorkRequest heartbeat */
                heartbeat?: (flowmesh.v1.WorkHeartbeat.$Properties|null);

                /** WorkRequest kind */
                kind?: ("start"|"credit"|"settle"|"heartbeat");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a WorkRequest. */
            type $Shape = {
              start?: flowmesh.v1.WorkStart.$Shape|null;
              credit?: number|null;
              settle?: flowmesh.v1.WorkSettle.$Shape|null;
              heartbeat?: flowmesh.v1.WorkHeartbeat.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ kind?: undefined; start?: null; credit?: null; settle?: null; heartbeat?: null }|{ kind?: "start"; start: flowmesh.v1.WorkStart.$Shape; credit?: null; settle?: null; heartbeat?: null }|{ kind?: "credit"; start?: null; credit: number; settle?: null; heartbeat?: null }|{ kind?: "settle"; start?: null; credit?: null; settle: flowmesh.v1.WorkSettle.$Shape; heartbeat?: null }|{ kind?: "heartbeat"; start?: null; credit?: null; settle?: null; heartbeat: flowmesh.v1.WorkHeartbeat.$Shape })
            );
        }

        /**
         * Properties of a WorkStart.
         * @deprecated Use flowmesh.v1.WorkStart.$Properties instead.
         */
        interface IWorkStart extends flowmesh.v1.WorkStart.$Properties {
        }

        /** Represents a WorkStart. */
        class WorkStart {

            /**
             * Constructs a new WorkStart.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.WorkStart.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** WorkStart queue. */
            queue: string;

            /** WorkStart shards. */
            shards: number[];

            /** WorkStart worker. */
            worker: string;

            /** WorkStart visibilityTimeoutMs. */
            visibilityTimeoutMs: (number|null);

            /** WorkStart credit. */
            credit: number;

            /** WorkStart batches. */
            batches: boolean;

            /**
             * Creates a new WorkStart instance using the specified properties.
             * @param [properties] Properties to set
             * @returns WorkStart instance
             */
            static create(properties: flowmesh.v1.WorkStart.$Shape): flowmesh.v1.WorkStart & flowmesh.v1.WorkStart.$Shape;
            static create(properties?: flowmesh.v1.WorkStart.$Properties): flowmesh.v1.WorkStart;

            /**
             * Encodes the specified WorkStart message. Does not implicitly {@link flowmesh.v1.WorkStart.verify|verify} messages.
             * @param message WorkStart message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.WorkStart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a WorkStart message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.WorkStart & flowmesh.v1.WorkStart.$Shape} WorkStart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.WorkStart & flowmesh.v1.WorkStart.$Shape;
        }

        namespace WorkStart {

            /** Properties of a WorkStart. */
            interface $Properties {

                /** WorkStart queue */
                queue?: string;

                /** WorkStart shards */
                shards?: number[];

                /** WorkStart worker */
                worker?: string;

                /** WorkStart visibilityTimeoutMs */
                visibilityTimeoutMs?: (number|null);

                /** WorkStart credit */
                credit?: number;

                /** WorkStart batches */
                batches?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a WorkStart. */
            type $Shape = flowmesh.v1.WorkStart.$Properties;
        }

        /**
         * Properties of a WorkHeartbeat.
         * @deprecated Use flowmesh.v1.WorkHeartbeat.$Properties instead.
         */
        interface IWorkHeartbeat extends flowmesh.v1.WorkHeartbeat.$Properties {
        }

        /** Represents a WorkHeartbeat. */
        class WorkHeartbeat {

            /**
             * Constructs a new WorkHeartbeat.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.WorkHeartbeat.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new WorkHeartbeat instance using the specified properties.
             * @param [properties] Properties to set
             * @returns WorkHeartbeat instance
             */
            static create(properties: flowmesh.v1.WorkHeartbeat.$Shape): flowmesh.v1.WorkHeartbeat & flowmesh.v1.WorkHeartbeat.$Shape;
            static create(properties?: flowmesh.v1.WorkHeartbeat.$Properties): flowmesh.v1.WorkHeartbeat;

            /**
             * Encodes the specified WorkHeartbeat message. Does not implicitly {@link flowmesh.v1.WorkHeartbeat.verify|verify} messages.
             * @param message WorkHeartbeat message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.WorkHeartbeat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a WorkHeartbeat message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.WorkHeartbeat & flowmesh.v1.WorkHeartbeat.$Shape} WorkHeartbeat
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.WorkHeartbeat & flowmesh.v1.WorkHeartbeat.$Shape;
        }

        namespace WorkHeartbeat {

            /** Properties of a WorkHeartbeat. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a WorkHeartbeat. */
            type $Shape = flowmesh.v1.WorkHeartbeat.$Properties;
        }

        /**
         * Properties of a WorkSettle.
         * @deprecated Use flowmesh.v1.WorkSettle.$Properties instead.
         */
        interface IWorkSettle extends flowmesh.v1.WorkSettle.$Properties {
        }

        /** Represents a WorkSettle. */
        class WorkSettle {

            /**
             * Constructs a new WorkSettle.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.WorkSettle.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** WorkSettle correlation. */
            correlation: number;

            /** WorkSettle ack. */
            ack: flowmesh.v1.Receipt[];

            /** WorkSettle nack. */
            nack: flowmesh.v1.NackItem[];

            /** WorkSettle extend. */
            extend: flowmesh.v1.ExtendItem[];

            /** WorkSettle release. */
            release: flowmesh.v1.Receipt[];

            /**
             * Creates a new WorkSettle instance using the specified properties.
             * @param [properties] Properties to set
             * @returns WorkSettle instance
             */
            static create(properties: flowmesh.v1.WorkSettle.$Shape): flowmesh.v1.WorkSettle & flowmesh.v1.WorkSettle.$Shape;
            static create(properties?: flowmesh.v1.WorkSettle.$Properties): flowmesh.v1.WorkSettle;

            /**
             * Encodes the specified WorkSettle message. Does not implicitly {@link flowmesh.v1.WorkSettle.verify|verify} messages.
             * @param message WorkSettle message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.WorkSettle.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a WorkSettle message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.WorkSettle & flowmesh.v1.WorkSettle.$Shape} WorkSettle
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.WorkSettle & flowmesh.v1.WorkSettle.$Shape;
        }

        namespace WorkSettle {

            /** Properties of a WorkSettle. */
            interface $Properties {

                /** WorkSettle correlation */
                correlation?: number;

                /** WorkSettle ack */
                ack?: flowmesh.v1.Receipt.$Properties[];

                /** WorkSettle nack */
                nack?: flowmesh.v1.NackItem.$Properties[];

                /** WorkSettle extend */
                extend?: flowmesh.v1.ExtendItem.$Properties[];

                /** WorkSettle release */
                release?: flowmesh.v1.Receipt.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a WorkSettle. */
            type $Shape = flowmesh.v1.WorkSettle.$Properties;
        }

        /**
         * Properties of a WorkResponse.
         * @deprecated Use flowmesh.v1.WorkResponse.$Properties instead.
         */
        interface IWorkResponse extends flowmesh.v1.WorkResponse.$Properties {
        }

        /** Represents a WorkResponse. */
        class WorkResponse {

            /**
             * Constructs a new WorkResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.WorkResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** WorkResponse job. */
            job: (flowmesh.v1.Job|null);

            /** WorkResponse settled. */
            settled: (flowmesh.v1.WorkSettled|null);

            /** WorkResponse shardEnded. */
            shardEnded: (flowmesh.v1.WorkShardEnded|null);

            /** WorkResponse jobs. */
            jobs: (flowmesh.v1.WorkJobs|null);

            /** WorkResponse kind. */
            kind?: ("job"|"settled"|"shardEnded"|"jobs");

            /**
             * Creates a new WorkResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns WorkResponse instance
             */
            static create(properties: flowmesh.v1.WorkResponse.$Shape): flowmesh.v1.WorkResponse & flowmesh.v1.WorkResponse.$Shape;
            static create(properties?: flowmesh.v1.WorkResponse.$Properties): flowmesh.v1.WorkResponse;

            /**
             * Encodes the specified WorkResponse message. Does not implicitly {@link flowmesh.v1.WorkResponse.verify|verify} messages.
             * @param message WorkResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.WorkResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a WorkResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.WorkResponse & flowmesh.v1.WorkResponse.$Shape} WorkResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.WorkResponse & flowmesh.v1.WorkResponse.$Shape;
        }

        namespace WorkResponse {

            /** Properties of a WorkResponse. */
            interface $Properties {

                /** WorkResponse job */
                job?: (flowmesh.v1.Job.$Properties|null);

                /** WorkResponse settled */
                settled?: (flowmesh.v1.WorkSettled.$Properties|null);

                /** WorkResponse shardEnded */
                shardEnded?: (flowmesh.v1.WorkShardEnded.$Properties|null);

                /** WorkResponse jobs */
                jobs?: (flowmesh.v1.WorkJobs.$Properties|null);

                /** WorkResponse kind */
                kind?: ("job"|"settled"|"shardEnded"|"jobs");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a WorkResponse. */
            type $Shape = {
              job?: flowmesh.v1.Job.$Shape|null;
              settled?: flowmesh.v1.WorkSettled.$Shape|null;
              shardEnded?: flowmesh.v1.WorkShardEnded.$Shape|null;
              jobs?: flowmesh.v1.WorkJobs.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ kind?: undefined; job?: null; settled?: null; shardEnded?: null; jobs?: null }|{ kind?: "job"; job: flowmesh.v1.Job.$Shape; settled?: null; shardEnded?: null; jobs?: null }|{ kind?: "settled"; job?: null; settled: flowmesh.v1.WorkSettled.$Shape; shardEnded?: null; jobs?: null }|{ kind?: "shardEnded"; job?: null; settled?: null; shardEnded: flowmesh.v1.WorkShardEnded.$Shape; jobs?: null }|{ kind?: "jobs"; job?: null; settled?: null; shardEnded?: null; jobs: flowmesh.v1.WorkJobs.$Shape })
            );
        }

        /**
         * Properties of a WorkJobs.
         * @deprecated Use flowmesh.v1.WorkJobs.$Properties instead.
         */
        interface IWorkJobs extends flowmesh.v1.WorkJobs.$Properties {
        }

        /** Represents a WorkJobs. */
        class WorkJobs {

            /**
             * Constructs a new WorkJobs.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.WorkJobs.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** WorkJobs jobs. */
            jobs: flowmesh.v1.Job[];

            /**
             * Creates a new WorkJobs instance using the specified properties.
             * @param [properties] Properties to set
             * @returns WorkJobs instance
             */
            static create(properties: flowmesh.v1.WorkJobs.$Shape): flowmesh.v1.WorkJobs & flowmesh.v1.WorkJobs.$Shape;
            static create(properties?: flowmesh.v1.WorkJobs.$Properties): flowmesh.v1.WorkJobs;

            /**
             * Encodes the specified WorkJobs message. Does not implicitly {@link flowmesh.v1.WorkJobs.verify|verify} messages.
             * @param message WorkJobs message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.WorkJobs.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a WorkJobs message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.WorkJobs & flowmesh.v1.WorkJobs.$Shape} WorkJobs
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.WorkJobs & flowmesh.v1.WorkJobs.$Shape;
        }

        namespace WorkJobs {

            /** Properties of a WorkJobs. */
            interface $Properties {

                /** WorkJobs jobs */
                jobs?: flowmesh.v1.Job.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a WorkJobs. */
            type $Shape = flowmesh.v1.WorkJobs.$Properties;
        }

        /**
         * Properties of a WorkSettled.
         * @deprecated Use flowmesh.v1.WorkSettled.$Properties instead.
         */
        interface IWorkSettled extends flowmesh.v1.WorkSettled.$Properties {
        }

        /** Represents a WorkSettled. */
        class WorkSettled {

            /**
             * Constructs a new WorkSettled.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.WorkSettled.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** WorkSettled correlation. */
            correlation: number;

            /** WorkSettled results. */
            results: flowmesh.v1.SettleResult[];

            /** WorkSettled error. */
            error: flowmesh.v1.Error;

            /**
             * Creates a new WorkSettled instance using the specified properties.
             * @param [properties] Properties to set
             * @returns WorkSettled instance
             */
            static create(properties: flowmesh.v1.WorkSettled.$Shape): flowmesh.v1.WorkSettled & flowmesh.v1.WorkSettled.$Shape;
            static create(properties?: flowmesh.v1.WorkSettled.$Properties): flowmesh.v1.WorkSettled;

            /**
             * Encodes the specified WorkSettled message. Does not implicitly {@link flowmesh.v1.WorkSettled.verify|verify} messages.
             * @param message WorkSettled message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.WorkSettled.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a WorkSettled message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.WorkSettled & flowmesh.v1.WorkSettled.$Shape} WorkSettled
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.WorkSettled & flowmesh.v1.WorkSettled.$Shape;
        }

        namespace WorkSettled {

            /** Properties of a WorkSettled. */
            interface $Properties {

                /** WorkSettled correlation */
                correlation?: number;

                /** WorkSettled results */
                results?: flowmesh.v1.SettleResult.$Properties[];

                /** WorkSettled error */
                error?: flowmesh.v1.Error.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a WorkSettled. */
            type $Shape = flowmesh.v1.WorkSettled.$Properties;
        }

        /**
         * Properties of a WorkShardEnded.
         * @deprecated Use flowmesh.v1.WorkShardEnded.$Properties instead.
         */
        interface IWorkShardEnded extends flowmesh.v1.WorkShardEnded.$Properties {
        }

        /** Represents a WorkShardEnded. */
        class WorkShardEnded {

            /**
             * Constructs a new WorkShardEnded.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.WorkShardEnded.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** WorkShardEnded shard. */
            shard: number;

            /** WorkShardEnded error. */
            error: flowmesh.v1.Error;

            /**
             * Creates a new WorkShardEnded instance using the specified properties.
             * @param [properties] Properties to set
             * @returns WorkShardEnded instance
             */
            static create(properties: flowmesh.v1.WorkShardEnded.$Shape): flowmesh.v1.WorkShardEnded & flowmesh.v1.WorkShardEnded.$Shape;
            static create(properties?: flowmesh.v1.WorkShardEnded.$Properties): flowmesh.v1.WorkShardEnded;

            /**
             * Encodes the specified WorkShardEnded message. Does not implicitly {@link flowmesh.v1.WorkShardEnded.verify|verify} messages.
             * @param message WorkShardEnded message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.WorkShardEnded.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a WorkShardEnded message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.WorkShardEnded & flowmesh.v1.WorkShardEnded.$Shape} WorkShardEnded
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.WorkShardEnded & flowmesh.v1.WorkShardEnded.$Shape;
        }

        namespace WorkShardEnded {

            /** Properties of a WorkShardEnded. */
            interface $Properties {

                /** WorkShardEnded shard */
                shard?: number;

                /** WorkShardEnded error */
                error?: flowmesh.v1.Error.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a WorkShardEnded. */
            type $Shape = flowmesh.v1.WorkShardEnded.$Properties;
        }

        /**
         * Properties of a PeekRequest.
         * @deprecated Use flowmesh.v1.PeekRequest.$Properties instead.
         */
        interface IPeekRequest extends flowmesh.v1.PeekRequest.$Properties {
        }

        /** Represents a PeekRequest. */
        class PeekRequest {

            /**
             * Constructs a new PeekRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PeekRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PeekRequest queue. */
            queue: string;

            /** PeekRequest shard. */
            shard: (number|null);

            /** PeekRequest state. */
            state: string;

            /** PeekRequest max. */
            max: number;

            /** PeekRequest pageToken. */
            pageToken: string;

            /** PeekRequest payloadBytesMax. */
            payloadBytesMax: number;

            /**
             * Creates a new PeekRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PeekRequest instance
             */
            static create(properties: flowmesh.v1.PeekRequest.$Shape): flowmesh.v1.PeekRequest & flowmesh.v1.PeekRequest.$Shape;
            static create(properties?: flowmesh.v1.PeekRequest.$Properties): flowmesh.v1.PeekRequest;

            /**
             * Encodes the specified PeekRequest message. Does not implicitly {@link flowmesh.v1.PeekRequest.verify|verify} messages.
             * @param message PeekRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PeekRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PeekRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PeekRequest & flowmesh.v1.PeekRequest.$Shape} PeekRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PeekRequest & flowmesh.v1.PeekRequest.$Shape;
        }

        namespace PeekRequest {

            /** Properties of a PeekRequest. */
            interface $Properties {

                /** PeekRequest queue */
                queue?: string;

                /** PeekRequest shard */
                shard?: (number|null);

                /** PeekRequest state */
                state?: string;

                /** PeekRequest max */
                max?: number;

                /** PeekRequest pageToken */
                pageToken?: string;

                /** PeekRequest payloadBytesMax */
                payloadBytesMax?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PeekRequest. */
            type $Shape = flowmesh.v1.PeekRequest.$Properties;
        }

        /**
         * Properties of a PeekResponse.
         * @deprecated Use flowmesh.v1.PeekResponse.$Properties instead.
         */
        interface IPeekResponse extends flowmesh.v1.PeekResponse.$Properties {
        }

        /** Represents a PeekResponse. */
        class PeekResponse {

            /**
             * Constructs a new PeekResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PeekResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PeekResponse jobs. */
            jobs: flowmesh.v1.Job[];

            /** PeekResponse nextPageToken. */
            nextPageToken: string;

            /**
             * Creates a new PeekResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PeekResponse instance
             */
            static create(properties: flowmesh.v1.PeekResponse.$Shape): flowmesh.v1.PeekResponse & flowmesh.v1.PeekResponse.$Shape;
            static create(properties?: flowmesh.v1.PeekResponse.$Properties): flowmesh.v1.PeekResponse;

            /**
             * Encodes the specified PeekResponse message. Does not implicitly {@link flowmesh.v1.PeekResponse.verify|verify} messages.
             * @param message PeekResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PeekResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PeekResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PeekResponse & flowmesh.v1.PeekResponse.$Shape} PeekResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PeekResponse & flowmesh.v1.PeekResponse.$Shape;
        }

        namespace PeekResponse {

            /** Properties of a PeekResponse. */
            interface $Properties {

                /** PeekResponse jobs */
                jobs?: flowmesh.v1.Job.$Properties[];

                /** PeekResponse nextPageToken */
                nextPageToken?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PeekResponse. */
            type $Shape = flowmesh.v1.PeekResponse.$Properties;
        }

        /**
         * Properties of a SearchRequest.
         * @deprecated Use flowmesh.v1.SearchRequest.$Properties instead.
         */
        interface ISearchRequest extends flowmesh.v1.SearchRequest.$Properties {
        }

        /** Represents a SearchRequest. */
        class SearchRequest {

            /**
             * Constructs a new SearchRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.SearchRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SearchRequest queue. */
            queue: string;

            /** SearchRequest shard. */
            shard: (number|null);

            /** SearchRequest state. */
            state: string;

            /** SearchRequest filter. */
            filter: string;

            /** SearchRequest max. */
            max: number;

            /** SearchRequest maxScanned. */
            maxScanned: number;

            /** SearchRequest pageToken. */
            pageToken: string;

            /**
             * Creates a new SearchRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SearchRequest instance
             */
            static create(properties: flowmesh.v1.SearchRequest.$Shape): flowmesh.v1.SearchRequest & flowmesh.v1.SearchRequest.$Shape;
            static create(properties?: flowmesh.v1.SearchRequest.$Properties): flowmesh.v1.SearchRequest;

            /**
             * Encodes the specified SearchRequest message. Does not implicitly {@link flowmesh.v1.SearchRequest.verify|verify} messages.
             * @param message SearchRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.SearchRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SearchRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.SearchRequest & flowmesh.v1.SearchRequest.$Shape} SearchRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.SearchRequest & flowmesh.v1.SearchRequest.$Shape;
        }

        namespace SearchRequest {

            /** Properties of a SearchRequest. */
            interface $Properties {

                /** SearchRequest queue */
                queue?: string;

                /** SearchRequest shard */
                shard?: (number|null);

                /** SearchRequest state */
                state?: string;

                /** SearchRequest filter */
                filter?: string;

                /** SearchRequest max */
                max?: number;

                /** SearchRequest maxScanned */
                maxScanned?: number;

                /** SearchRequest pageToken */
                pageToken?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SearchRequest. */
            type $Shape = flowmesh.v1.SearchRequest.$Properties;
        }

        /**
         * Properties of a SearchResponse.
         * @deprecated Use flowmesh.v1.SearchResponse.$Properties instead.
         */
        interface ISearchResponse extends flowmesh.v1.SearchResponse.$Properties {
        }

        /** Represents a SearchResponse. */
        class SearchResponse {

            /**
             * Constructs a new SearchResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.SearchResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SearchResponse jobs. */
            jobs: flowmesh.v1.Job[];

            /** SearchResponse scanned. */
            scanned: number;

            /** SearchResponse typeErrors. */
            typeErrors: number;

            /** SearchResponse firstTypeError. */
            firstTypeError: string;

            /** SearchResponse nextPageToken. */
            nextPageToken: string;

            /**
             * Creates a new SearchResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SearchResponse instance
             */
            static create(properties: flowmesh.v1.SearchResponse.$Shape): flowmesh.v1.SearchResponse & flowmesh.v1.SearchResponse.$Shape;
            static create(properties?: flowmesh.v1.SearchResponse.$Properties): flowmesh.v1.SearchResponse;

            /**
             * Encodes the specified SearchResponse message. Does not implicitly {@link flowmesh.v1.SearchResponse.verify|verify} messages.
             * @param message SearchResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.SearchResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SearchResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.SearchResponse & flowmesh.v1.SearchResponse.$Shape} SearchResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.SearchResponse & flowmesh.v1.SearchResponse.$Shape;
        }

        namespace SearchResponse {

            /** Properties of a SearchResponse. */
            interface $Properties {

                /** SearchResponse jobs */
                jobs?: flowmesh.v1.Job.$Properties[];

                /** SearchResponse scanned */
                scanned?: number;

                /** SearchResponse typeErrors */
                typeErrors?: number;

                /** SearchResponse firstTypeError */
                firstTypeError?: string;

                /** SearchResponse nextPageToken */
                nextPageToken?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SearchResponse. */
            type $Shape = flowmesh.v1.SearchResponse.$Properties;
        }

        /**
         * Properties of a QueueStatsRequest.
         * @deprecated Use flowmesh.v1.QueueStatsRequest.$Properties instead.
         */
        interface IQueueStatsRequest extends flowmesh.v1.QueueStatsRequest.$Properties {
        }

        /** Represents a QueueStatsRequest. */
        class QueueStatsRequest {

            /**
             * Constructs a new QueueStatsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.QueueStatsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** QueueStatsRequest queue. */
            queue: string;

            /**
             * Creates a new QueueStatsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns QueueStatsRequest instance
             */
            static create(properties: flowmesh.v1.QueueStatsRequest.$Shape): flowmesh.v1.QueueStatsRequest & flowmesh.v1.QueueStatsRequest.$Shape;
            static create(properties?: flowmesh.v1.QueueStatsRequest.$Properties): flowmesh.v1.QueueStatsRequest;

            /**
             * Encodes the specified QueueStatsRequest message. Does not implicitly {@link flowmesh.v1.QueueStatsRequest.verify|verify} messages.
             * @param message QueueStatsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.QueueStatsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a QueueStatsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.QueueStatsRequest & flowmesh.v1.QueueStatsRequest.$Shape} QueueStatsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.QueueStatsRequest & flowmesh.v1.QueueStatsRequest.$Shape;
        }

        namespace QueueStatsRequest {

            /** Properties of a QueueStatsRequest. */
            interface $Properties {

                /** QueueStatsRequest queue */
                queue?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a QueueStatsRequest. */
            type $Shape = flowmesh.v1.QueueStatsRequest.$Properties;
        }

        /**
         * Properties of a QueueStatsResponse.
         * @deprecated Use flowmesh.v1.QueueStatsResponse.$Properties instead.
         */
        interface IQueueStatsResponse extends flowmesh.v1.QueueStatsResponse.$Properties {
        }

        /** Represents a QueueStatsResponse. */
        class QueueStatsResponse {

            /**
             * Constructs a new QueueStatsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.QueueStatsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** QueueStatsResponse total. */
            total: flowmesh.v1.QueueStats;

            /** QueueStatsResponse shards. */
            shards: flowmesh.v1.ShardStats[];

            /**
             * Creates a new QueueStatsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns QueueStatsResponse instance
             */
            static create(properties: flowmesh.v1.QueueStatsResponse.$Shape): flowmesh.v1.QueueStatsResponse & flowmesh.v1.QueueStatsResponse.$Shape;
            static create(properties?: flowmesh.v1.QueueStatsResponse.$Properties): flowmesh.v1.QueueStatsResponse;

            /**
             * Encodes the specified QueueStatsResponse message. Does not implicitly {@link flowmesh.v1.QueueStatsResponse.verify|verify} messages.
             * @param message QueueStatsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.QueueStatsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a QueueStatsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.QueueStatsResponse & flowmesh.v1.QueueStatsResponse.$Shape} QueueStatsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.QueueStatsResponse & flowmesh.v1.QueueStatsResponse.$Shape;
        }

        namespace QueueStatsResponse {

            /** Properties of a QueueStatsResponse. */
            interface $Properties {

                /** QueueStatsResponse total */
                total?: flowmesh.v1.QueueStats.$Properties;

                /** QueueStatsResponse shards */
                shards?: flowmesh.v1.ShardStats.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a QueueStatsResponse. */
            type $Shape = flowmesh.v1.QueueStatsResponse.$Properties;
        }

        /**
         * Properties of a ShardStats.
         * @deprecated Use flowmesh.v1.ShardStats.$Properties instead.
         */
        interface IShardStats extends flowmesh.v1.ShardStats.$Properties {
        }

        /** Represents a ShardStats. */
        class ShardStats {

            /**
             * Constructs a new ShardStats.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ShardStats.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ShardStats shard. */
            shard: number;

            /** ShardStats stats. */
            stats: flowmesh.v1.QueueStats;

            /** ShardStats error. */
            error: flowmesh.v1.Error;

            /**
             * Creates a new ShardStats instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ShardStats instance
             */
            static create(properties: flowmesh.v1.ShardStats.$Shape): flowmesh.v1.ShardStats & flowmesh.v1.ShardStats.$Shape;
            static create(properties?: flowmesh.v1.ShardStats.$Properties): flowmesh.v1.ShardStats;

            /**
             * Encodes the specified ShardStats message. Does not implicitly {@link flowmesh.v1.ShardStats.verify|verify} messages.
             * @param message ShardStats message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ShardStats.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ShardStats message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ShardStats & flowmesh.v1.ShardStats.$Shape} ShardStats
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ShardStats & flowmesh.v1.ShardStats.$Shape;
        }

        namespace ShardStats {

            /** Properties of a ShardStats. */
            interface $Properties {

                /** ShardStats shard */
                shard?: number;

                /** ShardStats stats */
                stats?: flowmesh.v1.QueueStats.$Properties;

                /** ShardStats error */
                error?: flowmesh.v1.Error.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ShardStats. */
            type $Shape = flowmesh.v1.ShardStats.$Properties;
        }

        /**
         * Properties of a QueueStats.
         * @deprecated Use flowmesh.v1.QueueStats.$Properties instead.
         */
        interface IQueueStats extends flowmesh.v1.QueueStats.$Properties {
        }

        /** Represents a QueueStats. */
        class QueueStats {

            /**
             * Constructs a new QueueStats.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.QueueStats.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** QueueStats ready. */
            ready: number;

            /** QueueStats readyByPriority. */
            readyByPriority: number[];

            /** QueueStats blocked. */
            blocked: number;

            /** QueueStats delayed. */
            delayed: number;

            /** QueueStats leased. */
            leased: number;

            /** QueueStats dead. */
            dead: number;

            /** QueueStats bytes. */
            bytes: number;

            /** QueueStats deadBytes. */
            deadBytes: number;

            /** QueueStats oldestReadyAgeMs. */
            oldestReadyAgeMs: number;

            /** QueueStats enqueuedTotal. */
            enqueuedTotal: number;

            /** QueueStats deduplicatedTotal. */
            deduplicatedTotal: number;

            /** QueueStats deliveredTotal. */
            deliveredTotal: number;

            /** QueueStats completedTotal. */
            completedTotal: number;

            /** QueueStats retriedTotal. */
            retriedTotal: number;

            /** QueueStats deadLetteredTotal. */
            deadLetteredTotal: number;

            /** QueueStats leaseExpiredTotal. */
            leaseExpiredTotal: number;

            /** QueueStats redrivenTotal. */
            redrivenTotal: number;

            /** QueueStats droppedTotal. */
            droppedTotal: number;

            /** QueueStats purgedTotal. */
            purgedTotal: number;

            /** QueueStats receivePaused. */
            receivePaused: boolean;

            /** QueueStats enqueuePaused. */
            enqueuePaused: boolean;

            /** QueueStats enqueueRate. */
            enqueueRate: number;

            /** QueueStats deliverRate. */
            deliverRate: number;

            /** QueueStats completeRate. */
            completeRate: number;

            /**
             * Creates a new QueueStats instance using the specified properties.
             * @param [properties] Properties to set
             * @returns QueueStats instance
             */
            static create(properties: flowmesh.v1.QueueStats.$Shape): flowmesh.v1.QueueStats & flowmesh.v1.QueueStats.$Shape;
            static create(properties?: flowmesh.v1.QueueStats.$Properties): flowmesh.v1.QueueStats;

            /**
             * Encodes the specified QueueStats message. Does not implicitly {@link flowmesh.v1.QueueStats.verify|verify} messages.
             * @param message QueueStats message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.QueueStats.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a QueueStats message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.QueueStats & flowmesh.v1.QueueStats.$Shape} QueueStats
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.QueueStats & flowmesh.v1.QueueStats.$Shape;
        }

        namespace QueueStats {

            /** Properties of a QueueStats. */
            interface $Properties {

                /** QueueStats ready */
                ready?: number;

                /** QueueStats readyByPriority */
                readyByPriority?: number[];

                /** QueueStats blocked */
                blocked?: number;

                /** QueueStats delayed */
                delayed?: number;

                /** QueueStats leased */
                leased?: number;

                /** QueueStats dead */
                dead?: number;

                /** QueueStats bytes */
                bytes?: number;

                /** QueueStats deadBytes */
                deadBytes?: number;

                /** QueueStats oldestReadyAgeMs */
                oldestReadyAgeMs?: number;

                /** QueueStats enqueuedTotal */
                enqueuedTotal?: number;

                /** QueueStats deduplicatedTotal */
                deduplicatedTotal?: number;

                /** QueueStats deliveredTotal */
                deliveredTotal?: number;

                /** QueueStats completedTotal */
                completedTotal?: number;

                /** QueueStats retriedTotal */
                retriedTotal?: number;

                /** QueueStats deadLetteredTotal */
                deadLetteredTotal?: number;

                /** QueueStats leaseExpiredTotal */
                leaseExpiredTotal?: number;

                /** QueueStats redrivenTotal */
                redrivenTotal?: number;

                /** QueueStats droppedTotal */
                droppedTotal?: number;

                /** QueueStats purgedTotal */
                purgedTotal?: number;

                /** QueueStats receivePaused */
                receivePaused?: boolean;

                /** QueueStats enqueuePaused */
                enqueuePaused?: boolean;

                /** QueueStats enqueueRate */
                enqueueRate?: number;

                /** QueueStats deliverRate */
                deliverRate?: number;

                /** QueueStats completeRate */
                completeRate?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a QueueStats. */
            type $Shape = flowmesh.v1.QueueStats.$Properties;
        }

        /**
         * Properties of a PauseQueueRequest.
         * @deprecated Use flowmesh.v1.PauseQueueRequest.$Properties instead.
         */
        interface IPauseQueueRequest extends flowmesh.v1.PauseQueueRequest.$Properties {
        }

        /** Represents a PauseQueueRequest. */
        class PauseQueueRequest {

            /**
             * Constructs a new PauseQueueRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PauseQueueRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PauseQueueRequest queue. */
            queue: string;

            /** PauseQueueRequest receivePaused. */
            receivePaused: (boolean|null);

            /** PauseQueueRequest enqueuePaused. */
            enqueuePaused: (boolean|null);

            /** PauseQueueRequest requestId. */
            requestId: string;

            /**
             * Creates a new PauseQueueRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PauseQueueRequest instance
             */
            static create(properties: flowmesh.v1.PauseQueueRequest.$Shape): flowmesh.v1.PauseQueueRequest & flowmesh.v1.PauseQueueRequest.$Shape;
            static create(properties?: flowmesh.v1.PauseQueueRequest.$Properties): flowmesh.v1.PauseQueueRequest;

            /**
             * Encodes the specified PauseQueueRequest message. Does not implicitly {@link flowmesh.v1.PauseQueueRequest.verify|verify} messages.
             * @param message PauseQueueRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PauseQueueRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PauseQueueRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PauseQueueRequest & flowmesh.v1.PauseQueueRequest.$Shape} PauseQueueRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PauseQueueRequest & flowmesh.v1.PauseQueueRequest.$Shape;
        }

        namespace PauseQueueRequest {

            /** Properties of a PauseQueueRequest. */
            interface $Properties {

                /** PauseQueueRequest queue */
                queue?: string;

                /** PauseQueueRequest receivePaused */
                receivePaused?: (boolean|null);

                /** PauseQueueRequest enqueuePaused */
                enqueuePaused?: (boolean|null);

                /** PauseQueueRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PauseQueueRequest. */
            type $Shape = flowmesh.v1.PauseQueueRequest.$Properties;
        }

        /**
         * Properties of a PauseQueueResponse.
         * @deprecated Use flowmesh.v1.PauseQueueResponse.$Properties instead.
         */
        interface IPauseQueueResponse extends flowmesh.v1.PauseQueueResponse.$Properties {
        }

        /** Represents a PauseQueueResponse. */
        class PauseQueueResponse {

            /**
             * Constructs a new PauseQueueResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PauseQueueResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PauseQueueResponse receivePaused. */
            receivePaused: boolean;

            /** PauseQueueResponse enqueuePaused. */
            enqueuePaused: boolean;

            /**
             * Creates a new PauseQueueResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PauseQueueResponse instance
             */
            static create(properties: flowmesh.v1.PauseQueueResponse.$Shape): flowmesh.v1.PauseQueueResponse & flowmesh.v1.PauseQueueResponse.$Shape;
            static create(properties?: flowmesh.v1.PauseQueueResponse.$Properties): flowmesh.v1.PauseQueueResponse;

            /**
             * Encodes the specified PauseQueueResponse message. Does not implicitly {@link flowmesh.v1.PauseQueueResponse.verify|verify} messages.
             * @param message PauseQueueResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PauseQueueResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PauseQueueResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PauseQueueResponse & flowmesh.v1.PauseQueueResponse.$Shape} PauseQueueResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PauseQueueResponse & flowmesh.v1.PauseQueueResponse.$Shape;
        }

        namespace PauseQueueResponse {

            /** Properties of a PauseQueueResponse. */
            interface $Properties {

                /** PauseQueueResponse receivePaused */
                receivePaused?: boolean;

                /** PauseQueueResponse enqueuePaused */
                enqueuePaused?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PauseQueueResponse. */
            type $Shape = flowmesh.v1.PauseQueueResponse.$Properties;
        }

        /**
         * Properties of a PurgeQueueRequest.
         * @deprecated Use flowmesh.v1.PurgeQueueRequest.$Properties instead.
         */
        interface IPurgeQueueRequest extends flowmesh.v1.PurgeQueueRequest.$Properties {
        }

        /** Represents a PurgeQueueRequest. */
        class PurgeQueueRequest {

            /**
             * Constructs a new PurgeQueueRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PurgeQueueRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PurgeQueueRequest queue. */
            queue: string;

            /** PurgeQueueRequest state. */
            state: string;

            /** PurgeQueueRequest dryRun. */
            dryRun: boolean;

            /** PurgeQueueRequest requestId. */
            requestId: string;

            /**
             * Creates a new PurgeQueueRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PurgeQueueRequest instance
             */
            static create(properties: flowmesh.v1.PurgeQueueRequest.$Shape): flowmesh.v1.PurgeQueueRequest & flowmesh.v1.PurgeQueueRequest.$Shape;
            static create(properties?: flowmesh.v1.PurgeQueueRequest.$Properties): flowmesh.v1.PurgeQueueRequest;

            /**
             * Encodes the specified PurgeQueueRequest message. Does not implicitly {@link flowmesh.v1.PurgeQueueRequest.verify|verify} messages.
             * @param message PurgeQueueRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PurgeQueueRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PurgeQueueRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PurgeQueueRequest & flowmesh.v1.PurgeQueueRequest.$Shape} PurgeQueueRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PurgeQueueRequest & flowmesh.v1.PurgeQueueRequest.$Shape;
        }

        namespace PurgeQueueRequest {

            /** Properties of a PurgeQueueRequest. */
            interface $Properties {

                /** PurgeQueueRequest queue */
                queue?: string;

                /** PurgeQueueRequest state */
                state?: string;

                /** PurgeQueueRequest dryRun */
                dryRun?: boolean;

                /** PurgeQueueRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PurgeQueueRequest. */
            type $Shape = flowmesh.v1.PurgeQueueRequest.$Properties;
        }

        /**
         * Properties of a PurgeQueueResponse.
         * @deprecated Use flowmesh.v1.PurgeQueueResponse.$Properties instead.
         */
        interface IPurgeQueueResponse extends flowmesh.v1.PurgeQueueResponse.$Properties {
        }

        /** Represents a PurgeQueueResponse. */
        class PurgeQueueResponse {

            /**
             * Constructs a new PurgeQueueResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PurgeQueueResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PurgeQueueResponse purged. */
            purged: number;

            /**
             * Creates a new PurgeQueueResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PurgeQueueResponse instance
             */
            static create(properties: flowmesh.v1.PurgeQueueResponse.$Shape): flowmesh.v1.PurgeQueueResponse & flowmesh.v1.PurgeQueueResponse.$Shape;
            static create(properties?: flowmesh.v1.PurgeQueueResponse.$Properties): flowmesh.v1.PurgeQueueResponse;

            /**
             * Encodes the specified PurgeQueueResponse message. Does not implicitly {@link flowmesh.v1.PurgeQueueResponse.verify|verify} messages.
             * @param message PurgeQueueResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PurgeQueueResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PurgeQueueResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PurgeQueueResponse & flowmesh.v1.PurgeQueueResponse.$Shape} PurgeQueueResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PurgeQueueResponse & flowmesh.v1.PurgeQueueResponse.$Shape;
        }

        namespace PurgeQueueResponse {

            /** Properties of a PurgeQueueResponse. */
            interface $Properties {

                /** PurgeQueueResponse purged */
                purged?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PurgeQueueResponse. */
            type $Shape = flowmesh.v1.PurgeQueueResponse.$Properties;
        }

        /**
         * Properties of a ListWorkersRequest.
         * @deprecated Use flowmesh.v1.ListWorkersRequest.$Properties instead.
         */
        interface IListWorkersRequest extends flowmesh.v1.ListWorkersRequest.$Properties {
        }

        /** Represents a ListWorkersRequest. */
        class ListWorkersRequest {

            /**
             * Constructs a new ListWorkersRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListWorkersRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListWorkersRequest queue. */
            queue: string;

            /**
             * Creates a new ListWorkersRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListWorkersRequest instance
             */
            static create(properties: flowmesh.v1.ListWorkersRequest.$Shape): flowmesh.v1.ListWorkersRequest & flowmesh.v1.ListWorkersRequest.$Shape;
            static create(properties?: flowmesh.v1.ListWorkersRequest.$Properties): flowmesh.v1.ListWorkersRequest;

            /**
             * Encodes the specified ListWorkersRequest message. Does not implicitly {@link flowmesh.v1.ListWorkersRequest.verify|verify} messages.
             * @param message ListWorkersRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListWorkersRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListWorkersRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListWorkersRequest & flowmesh.v1.ListWorkersRequest.$Shape} ListWorkersRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListWorkersRequest & flowmesh.v1.ListWorkersRequest.$Shape;
        }

        namespace ListWorkersRequest {

            /** Properties of a ListWorkersRequest. */
            interface $Properties {

                /** ListWorkersRequest queue */
                queue?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListWorkersRequest. */
            type $Shape = flowmesh.v1.ListWorkersRequest.$Properties;
        }

        /**
         * Properties of a Worker.
         * @deprecated Use flowmesh.v1.Worker.$Properties instead.
         */
        interface IWorker extends flowmesh.v1.Worker.$Properties {
        }

        /** Represents a Worker. */
        class Worker {

            /**
             * Constructs a new Worker.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.Worker.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Worker name. */
            name: string;

            /** Worker peer. */
            peer: string;

            /** Worker connectedAtMs. */
            connectedAtMs: number;

            /** Worker lastHeardAtMs. */
            lastHeardAtMs: number;

            /** Worker inFlight. */
            inFlight: number;

            /** Worker doneTotal. */
            doneTotal: number;

            /** Worker failedTotal. */
            failedTotal: number;

            /** Worker expiredTotal. */
            expiredTotal: number;

            /** Worker health. */
            health: string;

            /** Worker shards. */
            shards: number[];

            /**
             * Creates a new Worker instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Worker instance
             */
            static create(properties: flowmesh.v1.Worker.$Shape): flowmesh.v1.Worker & flowmesh.v1.Worker.$Shape;
            static create(properties?: flowmesh.v1.Worker.$Properties): flowmesh.v1.Worker;

            /**
             * Encodes the specified Worker message. Does not implicitly {@link flowmesh.v1.Worker.verify|verify} messages.
             * @param message Worker message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.Worker.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Worker message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.Worker & flowmesh.v1.Worker.$Shape} Worker
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.Worker & flowmesh.v1.Worker.$Shape;
        }

        namespace Worker {

            /** Properties of a Worker. */
            interface $Properties {

                /** Worker name */
                name?: string;

                /** Worker peer */
                peer?: string;

                /** Worker connectedAtMs */
                connectedAtMs?: number;

                /** Worker lastHeardAtMs */
                lastHeardAtMs?: number;

                /** Worker inFlight */
                inFlight?: number;

                /** Worker doneTotal */
                doneTotal?: number;

                /** Worker failedTotal */
                failedTotal?: number;

                /** Worker expiredTotal */
                expiredTotal?: number;

                /** Worker health */
                health?: string;

                /** Worker shards */
                shards?: number[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Worker. */
            type $Shape = flowmesh.v1.Worker.$Properties;
        }

        /**
         * Properties of a ListWorkersResponse.
         * @deprecated Use flowmesh.v1.ListWorkersResponse.$Properties instead.
         */
        interface IListWorkersResponse extends flowmesh.v1.ListWorkersResponse.$Properties {
        }

        /** Represents a ListWorkersResponse. */
        class ListWorkersResponse {

            /**
             * Constructs a new ListWorkersResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListWorkersResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListWorkersResponse workers. */
            workers: flowmesh.v1.Worker[];

            /**
             * Creates a new ListWorkersResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListWorkersResponse instance
             */
            static create(properties: flowmesh.v1.ListWorkersResponse.$Shape): flowmesh.v1.ListWorkersResponse & flowmesh.v1.ListWorkersResponse.$Shape;
            static create(properties?: flowmesh.v1.ListWorkersResponse.$Properties): flowmesh.v1.ListWorkersResponse;

            /**
             * Encodes the specified ListWorkersResponse message. Does not implicitly {@link flowmesh.v1.ListWorkersResponse.verify|verify} messages.
             * @param message ListWorkersResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListWorkersResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListWorkersResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListWorkersResponse & flowmesh.v1.ListWorkersResponse.$Shape} ListWorkersResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListWorkersResponse & flowmesh.v1.ListWorkersResponse.$Shape;
        }

        namespace ListWorkersResponse {

            /** Properties of a ListWorkersResponse. */
            interface $Properties {

                /** ListWorkersResponse workers */
                workers?: flowmesh.v1.Worker.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListWorkersResponse. */
            type $Shape = flowmesh.v1.ListWorkersResponse.$Properties;
        }

        /**
         * Properties of a Schedule.
         * @deprecated Use flowmesh.v1.Schedule.$Properties instead.
         */
        interface ISchedule extends flowmesh.v1.Schedule.$Properties {
        }

        /** Represents a Schedule. */
        class Schedule {

            /**
             * Constructs a new Schedule.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.Schedule.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Schedule name. */
            name: string;

            /** Schedule expression. */
            expression: string;

            /** Schedule timeZone. */
            timeZone: string;

            /** Schedule job. */
            job: flowmesh.v1.NewJob;

            /** Schedule paused. */
            paused: boolean;

            /** Schedule nextAtMs. */
            nextAtMs: number;

            /** Schedule lastFiredAtMs. */
            lastFiredAtMs: number;

            /** Schedule firedTotal. */
            firedTotal: number;

            /** Schedule missedTotal. */
            missedTotal: number;

            /**
             * Creates a new Schedule instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Schedule instance
             */
            static create(properties: flowmesh.v1.Schedule.$Shape): flowmesh.v1.Schedule & flowmesh.v1.Schedule.$Shape;
            static create(properties?: flowmesh.v1.Schedule.$Properties): flowmesh.v1.Schedule;

            /**
             * Encodes the specified Schedule message. Does not implicitly {@link flowmesh.v1.Schedule.verify|verify} messages.
             * @param message Schedule message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.Schedule.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Schedule message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.Schedule & flowmesh.v1.Schedule.$Shape} Schedule
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.Schedule & flowmesh.v1.Schedule.$Shape;
        }

        namespace Schedule {

            /** Properties of a Schedule. */
            interface $Properties {

                /** Schedule name */
                name?: string;

                /** Schedule expression */
                expression?: string;

                /** Schedule timeZone */
                timeZone?: string;

                /** Schedule job */
                job?: flowmesh.v1.NewJob.$Properties;

                /** Schedule paused */
                paused?: boolean;

                /** Schedule nextAtMs */
                nextAtMs?: number;

                /** Schedule lastFiredAtMs */
                lastFiredAtMs?: number;

                /** Schedule firedTotal */
                firedTotal?: number;

                /** Schedule missedTotal */
                missedTotal?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Schedule. */
            type $Shape = flowmesh.v1.Schedule.$Properties;
        }

        /**
         * Properties of a PutScheduleRequest.
         * @deprecated Use flowmesh.v1.PutScheduleRequest.$Properties instead.
         */
        interface IPutScheduleRequest extends flowmesh.v1.PutScheduleRequest.$Properties {
        }

        /** Represents a PutScheduleRequest. */
        class PutScheduleRequest {

            /**
             * Constructs a new PutScheduleRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PutScheduleRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PutScheduleRequest queue. */
            queue: string;

            /** PutScheduleRequest name. */
            name: string;

            /** PutScheduleRequest expression. */
            expression: string;

            /** PutScheduleRequest timeZone. */
            timeZone: string;

            /** PutScheduleRequest job. */
            job: flowmesh.v1.NewJob;

            /** PutScheduleRequest requestId. */
            requestId: string;

            /**
             * Creates a new PutScheduleRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PutScheduleRequest instance
             */
            static create(properties: flowmesh.v1.PutScheduleRequest.$Shape): flowmesh.v1.PutScheduleRequest & flowmesh.v1.PutScheduleRequest.$Shape;
            static create(properties?: flowmesh.v1.PutScheduleRequest.$Properties): flowmesh.v1.PutScheduleRequest;

            /**
             * Encodes the specified PutScheduleRequest message. Does not implicitly {@link flowmesh.v1.PutScheduleRequest.verify|verify} messages.
             * @param message PutScheduleRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PutScheduleRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PutScheduleRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PutScheduleRequest & flowmesh.v1.PutScheduleRequest.$Shape} PutScheduleRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PutScheduleRequest & flowmesh.v1.PutScheduleRequest.$Shape;
        }

        namespace PutScheduleRequest {

            /** Properties of a PutScheduleRequest. */
            interface $Properties {

                /** PutScheduleRequest queue */
                queue?: string;

                /** PutScheduleRequest name */
                name?: string;

                /** PutScheduleRequest expression */
                expression?: string;

                /** PutScheduleRequest timeZone */
                timeZone?: string;

                /** PutScheduleRequest job */
                job?: flowmesh.v1.NewJob.$Properties;

                /** PutScheduleRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PutScheduleRequest. */
            type $Shape = flowmesh.v1.PutScheduleRequest.$Properties;
        }

        /**
         * Properties of a DeleteScheduleRequest.
         * @deprecated Use flowmesh.v1.DeleteScheduleRequest.$Properties instead.
         */
        interface IDeleteScheduleRequest extends flowmesh.v1.DeleteScheduleRequest.$Properties {
        }

        /** Represents a DeleteScheduleRequest. */
        class DeleteScheduleRequest {

            /**
             * Constructs a new DeleteScheduleRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteScheduleRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeleteScheduleRequest queue. */
            queue: string;

            /** DeleteScheduleRequest name. */
            name: string;

            /** DeleteScheduleRequest requestId. */
            requestId: string;

            /**
             * Creates a new DeleteScheduleRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteScheduleRequest instance
             */
            static create(properties: flowmesh.v1.DeleteScheduleRequest.$Shape): flowmesh.v1.DeleteScheduleRequest & flowmesh.v1.DeleteScheduleRequest.$Shape;
            static create(properties?: flowmesh.v1.DeleteScheduleRequest.$Properties): flowmesh.v1.DeleteScheduleRequest;

            /**
             * Encodes the specified DeleteScheduleRequest message. Does not implicitly {@link flowmesh.v1.DeleteScheduleRequest.verify|verify} messages.
             * @param message DeleteScheduleRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteScheduleRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteScheduleRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteScheduleRequest & flowmesh.v1.DeleteScheduleRequest.$Shape} DeleteScheduleRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteScheduleRequest & flowmesh.v1.DeleteScheduleRequest.$Shape;
        }

        namespace DeleteScheduleRequest {

            /** Properties of a DeleteScheduleRequest. */
            interface $Properties {

                /** DeleteScheduleRequest queue */
                queue?: string;

                /** DeleteScheduleRequest name */
                name?: string;

                /** DeleteScheduleRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteScheduleRequest. */
            type $Shape = flowmesh.v1.DeleteScheduleRequest.$Properties;
        }

        /**
         * Properties of a DeleteScheduleResponse.
         * @deprecated Use flowmesh.v1.DeleteScheduleResponse.$Properties instead.
         */
        interface IDeleteScheduleResponse extends flowmesh.v1.DeleteScheduleResponse.$Properties {
        }

        /** Represents a DeleteScheduleResponse. */
        class DeleteScheduleResponse {

            /**
             * Constructs a new DeleteScheduleResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteScheduleResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new DeleteScheduleResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteScheduleResponse instance
             */
            static create(properties: flowmesh.v1.DeleteScheduleResponse.$Shape): flowmesh.v1.DeleteScheduleResponse & flowmesh.v1.DeleteScheduleResponse.$Shape;
            static create(properties?: flowmesh.v1.DeleteScheduleResponse.$Properties): flowmesh.v1.DeleteScheduleResponse;

            /**
             * Encodes the specified DeleteScheduleResponse message. Does not implicitly {@link flowmesh.v1.DeleteScheduleResponse.verify|verify} messages.
             * @param message DeleteScheduleResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteScheduleResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteScheduleResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteScheduleResponse & flowmesh.v1.DeleteScheduleResponse.$Shape} DeleteScheduleResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteScheduleResponse & flowmesh.v1.DeleteScheduleResponse.$Shape;
        }

        namespace DeleteScheduleResponse {

            /** Properties of a DeleteScheduleResponse. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteScheduleResponse. */
            type $Shape = flowmesh.v1.DeleteScheduleResponse.$Properties;
        }

        /**
         * Properties of a PauseScheduleRequest.
         * @deprecated Use flowmesh.v1.PauseScheduleRequest.$Properties instead.
         */
        interface IPauseScheduleRequest extends flowmesh.v1.PauseScheduleRequest.$Properties {
        }

        /** Represents a PauseScheduleRequest. */
        class PauseScheduleRequest {

            /**
             * Constructs a new PauseScheduleRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.PauseScheduleRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PauseScheduleRequest queue. */
            queue: string;

            /** PauseScheduleRequest name. */
            name: string;

            /** PauseScheduleRequest paused. */
            paused: boolean;

            /** PauseScheduleRequest requestId. */
            requestId: string;

            /**
             * Creates a new PauseScheduleRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PauseScheduleRequest instance
             */
            static create(properties: flowmesh.v1.PauseScheduleRequest.$Shape): flowmesh.v1.PauseScheduleRequest & flowmesh.v1.PauseScheduleRequest.$Shape;
            static create(properties?: flowmesh.v1.PauseScheduleRequest.$Properties): flowmesh.v1.PauseScheduleRequest;

            /**
             * Encodes the specified PauseScheduleRequest message. Does not implicitly {@link flowmesh.v1.PauseScheduleRequest.verify|verify} messages.
             * @param message PauseScheduleRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.PauseScheduleRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PauseScheduleRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.PauseScheduleRequest & flowmesh.v1.PauseScheduleRequest.$Shape} PauseScheduleRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.PauseScheduleRequest & flowmesh.v1.PauseScheduleRequest.$Shape;
        }

        namespace PauseScheduleRequest {

            /** Properties of a PauseScheduleRequest. */
            interface $Properties {

                /** PauseScheduleRequest queue */
                queue?: string;

                /** PauseScheduleRequest name */
                name?: string;

                /** PauseScheduleRequest paused */
                paused?: boolean;

                /** PauseScheduleRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PauseScheduleRequest. */
            type $Shape = flowmesh.v1.PauseScheduleRequest.$Properties;
        }

        /**
         * Properties of a ListSchedulesRequest.
         * @deprecated Use flowmesh.v1.ListSchedulesRequest.$Properties instead.
         */
        interface IListSchedulesRequest extends flowmesh.v1.ListSchedulesRequest.$Properties {
        }

        /** Represents a ListSchedulesRequest. */
        class ListSchedulesRequest {

            /**
             * Constructs a new ListSchedulesRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListSchedulesRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListSchedulesRequest queue. */
            queue: string;

            /**
             * Creates a new ListSchedulesRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListSchedulesRequest instance
             */
            static create(properties: flowmesh.v1.ListSchedulesRequest.$Shape): flowmesh.v1.ListSchedulesRequest & flowmesh.v1.ListSchedulesRequest.$Shape;
            static create(properties?: flowmesh.v1.ListSchedulesRequest.$Properties): flowmesh.v1.ListSchedulesRequest;

            /**
             * Encodes the specified ListSchedulesRequest message. Does not implicitly {@link flowmesh.v1.ListSchedulesRequest.verify|verify} messages.
             * @param message ListSchedulesRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListSchedulesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListSchedulesRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListSchedulesRequest & flowmesh.v1.ListSchedulesRequest.$Shape} ListSchedulesRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListSchedulesRequest & flowmesh.v1.ListSchedulesRequest.$Shape;
        }

        namespace ListSchedulesRequest {

            /** Properties of a ListSchedulesRequest. */
            interface $Properties {

                /** ListSchedulesRequest queue */
                queue?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListSchedulesRequest. */
            type $Shape = flowmesh.v1.ListSchedulesRequest.$Properties;
        }

        /**
         * Properties of a ListSchedulesResponse.
         * @deprecated Use flowmesh.v1.ListSchedulesResponse.$Properties instead.
         */
        interface IListSchedulesResponse extends flowmesh.v1.ListSchedulesResponse.$Properties {
        }

        /** Represents a ListSchedulesResponse. */
        class ListSchedulesResponse {

            /**
             * Constructs a new ListSchedulesResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListSchedulesResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListSchedulesResponse schedules. */
            schedules: flowmesh.v1.Schedule[];

            /**
             * Creates a new ListSchedulesResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListSchedulesResponse instance
             */
            static create(properties: flowmesh.v1.ListSchedulesResponse.$Shape): flowmesh.v1.ListSchedulesResponse & flowmesh.v1.ListSchedulesResponse.$Shape;
            static create(properties?: flowmesh.v1.ListSchedulesResponse.$Properties): flowmesh.v1.ListSchedulesResponse;

            /**
             * Encodes the specified ListSchedulesResponse message. Does not implicitly {@link flowmesh.v1.ListSchedulesResponse.verify|verify} messages.
             * @param message ListSchedulesResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListSchedulesResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListSchedulesResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListSchedulesResponse & flowmesh.v1.ListSchedulesResponse.$Shape} ListSchedulesResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListSchedulesResponse & flowmesh.v1.ListSchedulesResponse.$Shape;
        }

        namespace ListSchedulesResponse {

            /** Properties of a ListSchedulesResponse. */
            interface $Properties {

                /** ListSchedulesResponse schedules */
                schedules?: flowmesh.v1.Schedule.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListSchedulesResponse. */
            type $Shape = flowmesh.v1.ListSchedulesResponse.$Properties;
        }

        /**
         * Properties of a ListDeadLettersRequest.
         * @deprecated Use flowmesh.v1.ListDeadLettersRequest.$Properties instead.
         */
        interface IListDeadLettersRequest extends flowmesh.v1.ListDeadLettersRequest.$Properties {
        }

        /** Represents a ListDeadLettersRequest. */
        class ListDeadLettersRequest {

            /**
             * Constructs a new ListDeadLettersRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListDeadLettersRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListDeadLettersRequest queue. */
            queue: string;

            /** ListDeadLettersRequest shard. */
            shard: (number|null);

            /** ListDeadLettersRequest filter. */
            filter: string;

            /** ListDeadLettersRequest max. */
            max: number;

            /** ListDeadLettersRequest pageToken. */
            pageToken: string;

            /** ListDeadLettersRequest payloadBytesMax. */
            payloadBytesMax: number;

            /**
             * Creates a new ListDeadLettersRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListDeadLettersRequest instance
             */
            static create(properties: flowmesh.v1.ListDeadLettersRequest.$Shape): flowmesh.v1.ListDeadLettersRequest & flowmesh.v1.ListDeadLettersRequest.$Shape;
            static create(properties?: flowmesh.v1.ListDeadLettersRequest.$Properties): flowmesh.v1.ListDeadLettersRequest;

            /**
             * Encodes the specified ListDeadLettersRequest message. Does not implicitly {@link flowmesh.v1.ListDeadLettersRequest.verify|verify} messages.
             * @param message ListDeadLettersRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListDeadLettersRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListDeadLettersRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListDeadLettersRequest & flowmesh.v1.ListDeadLettersRequest.$Shape} ListDeadLettersRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListDeadLettersRequest & flowmesh.v1.ListDeadLettersRequest.$Shape;
        }

        namespace ListDeadLettersRequest {

            /** Properties of a ListDeadLettersRequest. */
            interface $Properties {

                /** ListDeadLettersRequest queue */
                queue?: string;

                /** ListDeadLettersRequest shard */
                shard?: (number|null);

                /** ListDeadLettersRequest filter */
                filter?: string;

                /** ListDeadLettersRequest max */
                max?: number;

                /** ListDeadLettersRequest pageToken */
                pageToken?: string;

                /** ListDeadLettersRequest payloadBytesMax */
                payloadBytesMax?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListDeadLettersRequest. */
            type $Shape = flowmesh.v1.ListDeadLettersRequest.$Properties;
        }

        /**
         * Properties of a ListDeadLettersResponse.
         * @deprecated Use flowmesh.v1.ListDeadLettersResponse.$Properties instead.
         */
        interface IListDeadLettersResponse extends flowmesh.v1.ListDeadLettersResponse.$Properties {
        }

        /** Represents a ListDeadLettersResponse. */
        class ListDeadLettersResponse {

            /**
             * Constructs a new ListDeadLettersResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListDeadLettersResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListDeadLettersResponse jobs. */
            jobs: flowmesh.v1.Job[];

            /** ListDeadLettersResponse nextPageToken. */
            nextPageToken: string;

            /** ListDeadLettersResponse scanned. */
            scanned: number;

            /**
             * Creates a new ListDeadLettersResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListDeadLettersResponse instance
             */
            static create(properties: flowmesh.v1.ListDeadLettersResponse.$Shape): flowmesh.v1.ListDeadLettersResponse & flowmesh.v1.ListDeadLettersResponse.$Shape;
            static create(properties?: flowmesh.v1.ListDeadLettersResponse.$Properties): flowmesh.v1.ListDeadLettersResponse;

            /**
             * Encodes the specified ListDeadLettersResponse message. Does not implicitly {@link flowmesh.v1.ListDeadLettersResponse.verify|verify} messages.
             * @param message ListDeadLettersResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListDeadLettersResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListDeadLettersResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListDeadLettersResponse & flowmesh.v1.ListDeadLettersResponse.$Shape} ListDeadLettersResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListDeadLettersResponse & flowmesh.v1.ListDeadLettersResponse.$Shape;
        }

        namespace ListDeadLettersResponse {

            /** Properties of a ListDeadLettersResponse. */
            interface $Properties {

                /** ListDeadLettersResponse jobs */
                jobs?: flowmesh.v1.Job.$Properties[];

                /** ListDeadLettersResponse nextPageToken */
                nextPageToken?: string;

                /** ListDeadLettersResponse scanned */
                scanned?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListDeadLettersResponse. */
            type $Shape = flowmesh.v1.ListDeadLettersResponse.$Properties;
        }

        /**
         * Properties of a DeadLetterStatsRequest.
         * @deprecated Use flowmesh.v1.DeadLetterStatsRequest.$Properties instead.
         */
        interface IDeadLetterStatsRequest extends flowmesh.v1.DeadLetterStatsRequest.$Properties {
        }

        /** Represents a DeadLetterStatsRequest. */
        class DeadLetterStatsRequest {

            /**
             * Constructs a new DeadLetterStatsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeadLetterStatsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeadLetterStatsRequest queue. */
            queue: string;

            /**
             * Creates a new DeadLetterStatsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeadLetterStatsRequest instance
             */
            static create(properties: flowmesh.v1.DeadLetterStatsRequest.$Shape): flowmesh.v1.DeadLetterStatsRequest & flowmesh.v1.DeadLetterStatsRequest.$Shape;
            static create(properties?: flowmesh.v1.DeadLetterStatsRequest.$Properties): flowmesh.v1.DeadLetterStatsRequest;

            /**
             * Encodes the specified DeadLetterStatsRequest message. Does not implicitly {@link flowmesh.v1.DeadLetterStatsRequest.verify|verify} messages.
             * @param message DeadLetterStatsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeadLetterStatsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeadLetterStatsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeadLetterStatsRequest & flowmesh.v1.DeadLetterStatsRequest.$Shape} DeadLetterStatsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeadLetterStatsRequest & flowmesh.v1.DeadLetterStatsRequest.$Shape;
        }

        namespace DeadLetterStatsRequest {

            /** Properties of a DeadLetterStatsRequest. */
            interface $Properties {

                /** DeadLetterStatsRequest queue */
                queue?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeadLetterStatsRequest. */
            type $Shape = flowmesh.v1.DeadLetterStatsRequest.$Properties;
        }

        /**
         * Properties of a DeadLetterStatsResponse.
         * @deprecated Use flowmesh.v1.DeadLetterStatsResponse.$Properties instead.
         */
        interface IDeadLetterStatsResponse extends flowmesh.v1.DeadLetterStatsResponse.$Properties {
        }

        /** Represents a DeadLetterStatsResponse. */
        class DeadLetterStatsResponse {

            /**
             * Constructs a new DeadLetterStatsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeadLetterStatsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeadLetterStatsResponse dead. */
            dead: number;

            /** DeadLetterStatsResponse bytes. */
            bytes: number;

            /** DeadLetterStatsResponse oldestDiedAtMs. */
            oldestDiedAtMs: number;

            /** DeadLetterStatsResponse errors. */
            errors: flowmesh.v1.ErrorCount[];

            /**
             * Creates a new DeadLetterStatsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeadLetterStatsResponse instance
             */
            static create(properties: flowmesh.v1.DeadLetterStatsResponse.$Shape): flowmesh.v1.DeadLetterStatsResponse & flowmesh.v1.DeadLetterStatsResponse.$Shape;
            static create(properties?: flowmesh.v1.DeadLetterStatsResponse.$Properties): flowmesh.v1.DeadLetterStatsResponse;

            /**
             * Encodes the specified DeadLetterStatsResponse message. Does not implicitly {@link flowmesh.v1.DeadLetterStatsResponse.verify|verify} messages.
             * @param message DeadLetterStatsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeadLetterStatsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeadLetterStatsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeadLetterStatsResponse & flowmesh.v1.DeadLetterStatsResponse.$Shape} DeadLetterStatsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeadLetterStatsResponse & flowmesh.v1.DeadLetterStatsResponse.$Shape;
        }

        namespace DeadLetterStatsResponse {

            /** Properties of a DeadLetterStatsResponse. */
            interface $Properties {

                /** DeadLetterStatsResponse dead */
                dead?: number;

                /** DeadLetterStatsResponse bytes */
                bytes?: number;

                /** DeadLetterStatsResponse oldestDiedAtMs */
                oldestDiedAtMs?: number;

                /** DeadLetterStatsResponse errors */
                errors?: flowmesh.v1.ErrorCount.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeadLetterStatsResponse. */
            type $Shape = flowmesh.v1.DeadLetterStatsResponse.$Properties;
        }

        /**
         * Properties of an ErrorCount.
         * @deprecated Use flowmesh.v1.ErrorCount.$Properties instead.
         */
        interface IErrorCount extends flowmesh.v1.ErrorCount.$Properties {
        }

        /** Represents an ErrorCount. */
        class ErrorCount {

            /**
             * Constructs a new ErrorCount.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ErrorCount.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ErrorCount error. */
            error: string;

            /** ErrorCount count. */
            count: number;

            /**
             * Creates a new ErrorCount instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ErrorCount instance
             */
            static create(properties: flowmesh.v1.ErrorCount.$Shape): flowmesh.v1.ErrorCount & flowmesh.v1.ErrorCount.$Shape;
            static create(properties?: flowmesh.v1.ErrorCount.$Properties): flowmesh.v1.ErrorCount;

            /**
             * Encodes the specified ErrorCount message. Does not implicitly {@link flowmesh.v1.ErrorCount.verify|verify} messages.
             * @param message ErrorCount message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ErrorCount.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ErrorCount message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ErrorCount & flowmesh.v1.ErrorCount.$Shape} ErrorCount
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ErrorCount & flowmesh.v1.ErrorCount.$Shape;
        }

        namespace ErrorCount {

            /** Properties of an ErrorCount. */
            interface $Properties {

                /** ErrorCount error */
                error?: string;

                /** ErrorCount count */
                count?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ErrorCount. */
            type $Shape = flowmesh.v1.ErrorCount.$Properties;
        }

        /**
         * Properties of an EditDeadLetterRequest.
         * @deprecated Use flowmesh.v1.EditDeadLetterRequest.$Properties instead.
         */
        interface IEditDeadLetterRequest extends flowmesh.v1.EditDeadLetterRequest.$Properties {
        }

        /** Represents an EditDeadLetterRequest. */
        class EditDeadLetterRequest {

            /**
             * Constructs a new EditDeadLetterRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.EditDeadLetterRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** EditDeadLetterRequest queue. */
            queue: string;

            /** EditDeadLetterRequest jobId. */
            jobId: string;

            /** EditDeadLetterRequest payload. */
            payload: (Uint8Array|null);

            /** EditDeadLetterRequest replaceHeaders. */
            replaceHeaders: boolean;

            /** EditDeadLetterRequest headers. */
            headers: flowmesh.v1.Header[];

            /** EditDeadLetterRequest requestId. */
            requestId: string;

            /**
             * Creates a new EditDeadLetterRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns EditDeadLetterRequest instance
             */
            static create(properties: flowmesh.v1.EditDeadLetterRequest.$Shape): flowmesh.v1.EditDeadLetterRequest & flowmesh.v1.EditDeadLetterRequest.$Shape;
            static create(properties?: flowmesh.v1.EditDeadLetterRequest.$Properties): flowmesh.v1.EditDeadLetterRequest;

            /**
             * Encodes the specified EditDeadLetterRequest message. Does not implicitly {@link flowmesh.v1.EditDeadLetterRequest.verify|verify} messages.
             * @param message EditDeadLetterRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.EditDeadLetterRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an EditDeadLetterRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.EditDeadLetterRequest & flowmesh.v1.EditDeadLetterRequest.$Shape} EditDeadLetterRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.EditDeadLetterRequest & flowmesh.v1.EditDeadLetterRequest.$Shape;
        }

        namespace EditDeadLetterRequest {

            /** Properties of an EditDeadLetterRequest. */
            interface $Properties {

                /** EditDeadLetterRequest queue */
                queue?: string;

                /** EditDeadLetterRequest jobId */
                jobId?: string;

                /** EditDeadLetterRequest payload */
                payload?: (Uint8Array|null);

                /** EditDeadLetterRequest replaceHeaders */
                replaceHeaders?: boolean;

                /** EditDeadLetterRequest headers */
                headers?: flowmesh.v1.Header.$Properties[];

                /** EditDeadLetterRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an EditDeadLetterRequest. */
            type $Shape = flowmesh.v1.EditDeadLetterRequest.$Properties;
        }

        /**
         * Properties of a DeleteDeadLettersRequest.
         * @deprecated Use flowmesh.v1.DeleteDeadLettersRequest.$Properties instead.
         */
        interface IDeleteDeadLettersRequest extends flowmesh.v1.DeleteDeadLettersRequest.$Properties {
        }

        /** Represents a DeleteDeadLettersRequest. */
        class DeleteDeadLettersRequest {

            /**
             * Constructs a new DeleteDeadLettersRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteDeadLettersRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeleteDeadLettersRequest queue. */
            queue: string;

            /** DeleteDeadLettersRequest jobIds. */
            jobIds: string[];

            /** DeleteDeadLettersRequest requestId. */
            requestId: string;

            /**
             * Creates a new DeleteDeadLettersRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteDeadLettersRequest instance
             */
            static create(properties: flowmesh.v1.DeleteDeadLettersRequest.$Shape): flowmesh.v1.DeleteDeadLettersRequest & flowmesh.v1.DeleteDeadLettersRequest.$Shape;
            static create(properties?: flowmesh.v1.DeleteDeadLettersRequest.$Properties): flowmesh.v1.DeleteDeadLettersRequest;

            /**
             * Encodes the specified DeleteDeadLettersRequest message. Does not implicitly {@link flowmesh.v1.DeleteDeadLettersRequest.verify|verify} messages.
             * @param message DeleteDeadLettersRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteDeadLettersRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteDeadLettersRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteDeadLettersRequest & flowmesh.v1.DeleteDeadLettersRequest.$Shape} DeleteDeadLettersRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteDeadLettersRequest & flowmesh.v1.DeleteDeadLettersRequest.$Shape;
        }

        namespace DeleteDeadLettersRequest {

            /** Properties of a DeleteDeadLettersRequest. */
            interface $Properties {

                /** DeleteDeadLettersRequest queue */
                queue?: string;

                /** DeleteDeadLettersRequest jobIds */
                jobIds?: string[];

                /** DeleteDeadLettersRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteDeadLettersRequest. */
            type $Shape = flowmesh.v1.DeleteDeadLettersRequest.$Properties;
        }

        /**
         * Properties of a DeleteDeadLettersResponse.
         * @deprecated Use flowmesh.v1.DeleteDeadLettersResponse.$Properties instead.
         */
        interface IDeleteDeadLettersResponse extends flowmesh.v1.DeleteDeadLettersResponse.$Properties {
        }

        /** Represents a DeleteDeadLettersResponse. */
        class DeleteDeadLettersResponse {

            /**
             * Constructs a new DeleteDeadLettersResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.DeleteDeadLettersResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeleteDeadLettersResponse deleted. */
            deleted: number;

            /**
             * Creates a new DeleteDeadLettersResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteDeadLettersResponse instance
             */
            static create(properties: flowmesh.v1.DeleteDeadLettersResponse.$Shape): flowmesh.v1.DeleteDeadLettersResponse & flowmesh.v1.DeleteDeadLettersResponse.$Shape;
            static create(properties?: flowmesh.v1.DeleteDeadLettersResponse.$Properties): flowmesh.v1.DeleteDeadLettersResponse;

            /**
             * Encodes the specified DeleteDeadLettersResponse message. Does not implicitly {@link flowmesh.v1.DeleteDeadLettersResponse.verify|verify} messages.
             * @param message DeleteDeadLettersResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.DeleteDeadLettersResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteDeadLettersResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.DeleteDeadLettersResponse & flowmesh.v1.DeleteDeadLettersResponse.$Shape} DeleteDeadLettersResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.DeleteDeadLettersResponse & flowmesh.v1.DeleteDeadLettersResponse.$Shape;
        }

        namespace DeleteDeadLettersResponse {

            /** Properties of a DeleteDeadLettersResponse. */
            interface $Properties {

                /** DeleteDeadLettersResponse deleted */
                deleted?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteDeadLettersResponse. */
            type $Shape = flowmesh.v1.DeleteDeadLettersResponse.$Properties;
        }

        /**
         * Properties of a StartRedriveRequest.
         * @deprecated Use flowmesh.v1.StartRedriveRequest.$Properties instead.
         */
        interface IStartRedriveRequest extends flowmesh.v1.StartRedriveRequest.$Properties {
        }

        /** Represents a StartRedriveRequest. */
        class StartRedriveRequest {

            /**
             * Constructs a new StartRedriveRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.StartRedriveRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** StartRedriveRequest queue. */
            queue: string;

            /** StartRedriveRequest filter. */
            filter: string;

            /** StartRedriveRequest jobIds. */
            jobIds: string[];

            /** StartRedriveRequest rate. */
            rate: number;

            /** StartRedriveRequest max. */
            max: number;

            /** StartRedriveRequest dryRun. */
            dryRun: boolean;

            /** StartRedriveRequest requestId. */
            requestId: string;

            /**
             * Creates a new StartRedriveRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StartRedriveRequest instance
             */
            static create(properties: flowmesh.v1.StartRedriveRequest.$Shape): flowmesh.v1.StartRedriveRequest & flowmesh.v1.StartRedriveRequest.$Shape;
            static create(properties?: flowmesh.v1.StartRedriveRequest.$Properties): flowmesh.v1.StartRedriveRequest;

            /**
             * Encodes the specified StartRedriveRequest message. Does not implicitly {@link flowmesh.v1.StartRedriveRequest.verify|verify} messages.
             * @param message StartRedriveRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.StartRedriveRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StartRedriveRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.StartRedriveRequest & flowmesh.v1.StartRedriveRequest.$Shape} StartRedriveRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.StartRedriveRequest & flowmesh.v1.StartRedriveRequest.$Shape;
        }

        namespace StartRedriveRequest {

            /** Properties of a StartRedriveRequest. */
            interface $Properties {

                /** StartRedriveRequest queue */
                queue?: string;

                /** StartRedriveRequest filter */
                filter?: string;

                /** StartRedriveRequest jobIds */
                jobIds?: string[];

                /** StartRedriveRequest rate */
                rate?: number;

                /** StartRedriveRequest max */
                max?: number;

                /** StartRedriveRequest dryRun */
                dryRun?: boolean;

                /** StartRedriveRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StartRedriveRequest. */
            type $Shape = flowmesh.v1.StartRedriveRequest.$Properties;
        }

        /**
         * Properties of a RedriveTask.
         * @deprecated Use flowmesh.v1.RedriveTask.$Properties instead.
         */
        interface IRedriveTask extends flowmesh.v1.RedriveTask.$Properties {
        }

        /** Represents a RedriveTask. */
        class RedriveTask {

            /**
             * Constructs a new RedriveTask.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.RedriveTask.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RedriveTask id. */
            id: string;

            /** RedriveTask queue. */
            queue: string;

            /** RedriveTask filter. */
            filter: string;

            /** RedriveTask rate. */
            rate: number;

            /** RedriveTask max. */
            max: number;

            /** RedriveTask state. */
            state: string;

            /** RedriveTask scanned. */
            scanned: number;

            /** RedriveTask redriven. */
            redriven: number;

            /** RedriveTask startedAtMs. */
            startedAtMs: number;

            /** RedriveTask endedAtMs. */
            endedAtMs: number;

            /** RedriveTask error. */
            error: string;

            /**
             * Creates a new RedriveTask instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RedriveTask instance
             */
            static create(properties: flowmesh.v1.RedriveTask.$Shape): flowmesh.v1.RedriveTask & flowmesh.v1.RedriveTask.$Shape;
            static create(properties?: flowmesh.v1.RedriveTask.$Properties): flowmesh.v1.RedriveTask;

            /**
             * Encodes the specified RedriveTask message. Does not implicitly {@link flowmesh.v1.RedriveTask.verify|verify} messages.
             * @param message RedriveTask message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.RedriveTask.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RedriveTask message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.RedriveTask & flowmesh.v1.RedriveTask.$Shape} RedriveTask
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.RedriveTask & flowmesh.v1.RedriveTask.$Shape;
        }

        namespace RedriveTask {

            /** Properties of a RedriveTask. */
            interface $Properties {

                /** RedriveTask id */
                id?: string;

                /** RedriveTask queue */
                queue?: string;

                /** RedriveTask filter */
                filter?: string;

                /** RedriveTask rate */
                rate?: number;

                /** RedriveTask max */
                max?: number;

                /** RedriveTask state */
                state?: string;

                /** RedriveTask scanned */
                scanned?: number;

                /** RedriveTask redriven */
                redriven?: number;

                /** RedriveTask startedAtMs */
                startedAtMs?: number;

                /** RedriveTask endedAtMs */
                endedAtMs?: number;

                /** RedriveTask error */
                error?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RedriveTask. */
            type $Shape = flowmesh.v1.RedriveTask.$Properties;
        }

        /**
         * Properties of a GetRedriveTaskRequest.
         * @deprecated Use flowmesh.v1.GetRedriveTaskRequest.$Properties instead.
         */
        interface IGetRedriveTaskRequest extends flowmesh.v1.GetRedriveTaskRequest.$Properties {
        }

        /** Represents a GetRedriveTaskRequest. */
        class GetRedriveTaskRequest {

            /**
             * Constructs a new GetRedriveTaskRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.GetRedriveTaskRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetRedriveTaskRequest queue. */
            queue: string;

            /** GetRedriveTaskRequest id. */
            id: string;

            /**
             * Creates a new GetRedriveTaskRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GetRedriveTaskRequest instance
             */
            static create(properties: flowmesh.v1.GetRedriveTaskRequest.$Shape): flowmesh.v1.GetRedriveTaskRequest & flowmesh.v1.GetRedriveTaskRequest.$Shape;
            static create(properties?: flowmesh.v1.GetRedriveTaskRequest.$Properties): flowmesh.v1.GetRedriveTaskRequest;

            /**
             * Encodes the specified GetRedriveTaskRequest message. Does not implicitly {@link flowmesh.v1.GetRedriveTaskRequest.verify|verify} messages.
             * @param message GetRedriveTaskRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.GetRedriveTaskRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetRedriveTaskRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.GetRedriveTaskRequest & flowmesh.v1.GetRedriveTaskRequest.$Shape} GetRedriveTaskRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.GetRedriveTaskRequest & flowmesh.v1.GetRedriveTaskRequest.$Shape;
        }

        namespace GetRedriveTaskRequest {

            /** Properties of a GetRedriveTaskRequest. */
            interface $Properties {

                /** GetRedriveTaskRequest queue */
                queue?: string;

                /** GetRedriveTaskRequest id */
                id?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetRedriveTaskRequest. */
            type $Shape = flowmesh.v1.GetRedriveTaskRequest.$Properties;
        }

        /**
         * Properties of a ListRedriveTasksRequest.
         * @deprecated Use flowmesh.v1.ListRedriveTasksRequest.$Properties instead.
         */
        interface IListRedriveTasksRequest extends flowmesh.v1.ListRedriveTasksRequest.$Properties {
        }

        /** Represents a ListRedriveTasksRequest. */
        class ListRedriveTasksRequest {

            /**
             * Constructs a new ListRedriveTasksRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListRedriveTasksRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListRedriveTasksRequest queue. */
            queue: string;

            /**
             * Creates a new ListRedriveTasksRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListRedriveTasksRequest instance
             */
            static create(properties: flowmesh.v1.ListRedriveTasksRequest.$Shape): flowmesh.v1.ListRedriveTasksRequest & flowmesh.v1.ListRedriveTasksRequest.$Shape;
            static create(properties?: flowmesh.v1.ListRedriveTasksRequest.$Properties): flowmesh.v1.ListRedriveTasksRequest;

            /**
             * Encodes the specified ListRedriveTasksRequest message. Does not implicitly {@link flowmesh.v1.ListRedriveTasksRequest.verify|verify} messages.
             * @param message ListRedriveTasksRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListRedriveTasksRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListRedriveTasksRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListRedriveTasksRequest & flowmesh.v1.ListRedriveTasksRequest.$Shape} ListRedriveTasksRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListRedriveTasksRequest & flowmesh.v1.ListRedriveTasksRequest.$Shape;
        }

        namespace ListRedriveTasksRequest {

            /** Properties of a ListRedriveTasksRequest. */
            interface $Properties {

                /** ListRedriveTasksRequest queue */
                queue?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListRedriveTasksRequest. */
            type $Shape = flowmesh.v1.ListRedriveTasksRequest.$Properties;
        }

        /**
         * Properties of a ListRedriveTasksResponse.
         * @deprecated Use flowmesh.v1.ListRedriveTasksResponse.$Properties instead.
         */
        interface IListRedriveTasksResponse extends flowmesh.v1.ListRedriveTasksResponse.$Properties {
        }

        /** Represents a ListRedriveTasksResponse. */
        class ListRedriveTasksResponse {

            /**
             * Constructs a new ListRedriveTasksResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.ListRedriveTasksResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListRedriveTasksResponse tasks. */
            tasks: flowmesh.v1.RedriveTask[];

            /**
             * Creates a new ListRedriveTasksResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListRedriveTasksResponse instance
             */
            static create(properties: flowmesh.v1.ListRedriveTasksResponse.$Shape): flowmesh.v1.ListRedriveTasksResponse & flowmesh.v1.ListRedriveTasksResponse.$Shape;
            static create(properties?: flowmesh.v1.ListRedriveTasksResponse.$Properties): flowmesh.v1.ListRedriveTasksResponse;

            /**
             * Encodes the specified ListRedriveTasksResponse message. Does not implicitly {@link flowmesh.v1.ListRedriveTasksResponse.verify|verify} messages.
             * @param message ListRedriveTasksResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.ListRedriveTasksResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListRedriveTasksResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.ListRedriveTasksResponse & flowmesh.v1.ListRedriveTasksResponse.$Shape} ListRedriveTasksResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.ListRedriveTasksResponse & flowmesh.v1.ListRedriveTasksResponse.$Shape;
        }

        namespace ListRedriveTasksResponse {

            /** Properties of a ListRedriveTasksResponse. */
            interface $Properties {

                /** ListRedriveTasksResponse tasks */
                tasks?: flowmesh.v1.RedriveTask.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListRedriveTasksResponse. */
            type $Shape = flowmesh.v1.ListRedriveTasksResponse.$Properties;
        }

        /**
         * Properties of a CancelRedriveTaskRequest.
         * @deprecated Use flowmesh.v1.CancelRedriveTaskRequest.$Properties instead.
         */
        interface ICancelRedriveTaskRequest extends flowmesh.v1.CancelRedriveTaskRequest.$Properties {
        }

        /** Represents a CancelRedriveTaskRequest. */
        class CancelRedriveTaskRequest {

            /**
             * Constructs a new CancelRedriveTaskRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.CancelRedriveTaskRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CancelRedriveTaskRequest queue. */
            queue: string;

            /** CancelRedriveTaskRequest id. */
            id: string;

            /** CancelRedriveTaskRequest requestId. */
            requestId: string;

            /**
             * Creates a new CancelRedriveTaskRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CancelRedriveTaskRequest instance
             */
            static create(properties: flowmesh.v1.CancelRedriveTaskRequest.$Shape): flowmesh.v1.CancelRedriveTaskRequest & flowmesh.v1.CancelRedriveTaskRequest.$Shape;
            static create(properties?: flowmesh.v1.CancelRedriveTaskRequest.$Properties): flowmesh.v1.CancelRedriveTaskRequest;

            /**
             * Encodes the specified CancelRedriveTaskRequest message. Does not implicitly {@link flowmesh.v1.CancelRedriveTaskRequest.verify|verify} messages.
             * @param message CancelRedriveTaskRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.CancelRedriveTaskRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CancelRedriveTaskRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.CancelRedriveTaskRequest & flowmesh.v1.CancelRedriveTaskRequest.$Shape} CancelRedriveTaskRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.CancelRedriveTaskRequest & flowmesh.v1.CancelRedriveTaskRequest.$Shape;
        }

        namespace CancelRedriveTaskRequest {

            /** Properties of a CancelRedriveTaskRequest. */
            interface $Properties {

                /** CancelRedriveTaskRequest queue */
                queue?: string;

                /** CancelRedriveTaskRequest id */
                id?: string;

                /** CancelRedriveTaskRequest requestId */
                requestId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CancelRedriveTaskRequest. */
            type $Shape = flowmesh.v1.CancelRedriveTaskRequest.$Properties;
        }

        /**
         * Properties of an InitTransactionsRequest.
         * @deprecated Use flowmesh.v1.InitTransactionsRequest.$Properties instead.
         */
        interface IInitTransactionsRequest extends flowmesh.v1.InitTransactionsRequest.$Properties {
        }

        /** Represents an InitTransactionsRequest. */
        class InitTransactionsRequest {

            /**
             * Constructs a new InitTransactionsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.InitTransactionsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** InitTransactionsRequest transactionalId. */
            transactionalId: string;

            /** InitTransactionsRequest timeoutMs. */
            timeoutMs: number;

            /**
             * Creates a new InitTransactionsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns InitTransactionsRequest instance
             */
            static create(properties: flowmesh.v1.InitTransactionsRequest.$Shape): flowmesh.v1.InitTransactionsRequest & flowmesh.v1.InitTransactionsRequest.$Shape;
            static create(properties?: flowmesh.v1.InitTransactionsRequest.$Properties): flowmesh.v1.InitTransactionsRequest;

            /**
             * Encodes the specified InitTransactionsRequest message. Does not implicitly {@link flowmesh.v1.InitTransactionsRequest.verify|verify} messages.
             * @param message InitTransactionsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.InitTransactionsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an InitTransactionsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.InitTransactionsRequest & flowmesh.v1.InitTransactionsRequest.$Shape} InitTransactionsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.InitTransactionsRequest & flowmesh.v1.InitTransactionsRequest.$Shape;
        }

        namespace InitTransactionsRequest {

            /** Properties of an InitTransactionsRequest. */
            interface $Properties {

                /** InitTransactionsRequest transactionalId */
                transactionalId?: string;

                /** InitTransactionsRequest timeoutMs */
                timeoutMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an InitTransactionsRequest. */
            type $Shape = flowmesh.v1.InitTransactionsRequest.$Properties;
        }

        /**
         * Properties of an InitTransactionsResponse.
         * @deprecated Use flowmesh.v1.InitTransactionsResponse.$Properties instead.
         */
        interface IInitTransactionsResponse extends flowmesh.v1.InitTransactionsResponse.$Properties {
        }

        /** Represents an InitTransactionsResponse. */
        class InitTransactionsResponse {

            /**
             * Constructs a new InitTransactionsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.InitTransactionsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** InitTransactionsResponse producerId. */
            producerId: number;

            /** InitTransactionsResponse producerEpoch. */
            producerEpoch: number;

            /**
             * Creates a new InitTransactionsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns InitTransactionsResponse instance
             */
            static create(properties: flowmesh.v1.InitTransactionsResponse.$Shape): flowmesh.v1.InitTransactionsResponse & flowmesh.v1.InitTransactionsResponse.$Shape;
            static create(properties?: flowmesh.v1.InitTransactionsResponse.$Properties): flowmesh.v1.InitTransactionsResponse;

            /**
             * Encodes the specified InitTransactionsResponse message. Does not implicitly {@link flowmesh.v1.InitTransactionsResponse.verify|verify} messages.
             * @param message InitTransactionsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.InitTransactionsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an InitTransactionsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.InitTransactionsResponse & flowmesh.v1.InitTransactionsResponse.$Shape} InitTransactionsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.InitTransactionsResponse & flowmesh.v1.InitTransactionsResponse.$Shape;
        }

        namespace InitTransactionsResponse {

            /** Properties of an InitTransactionsResponse. */
            interface $Properties {

                /** InitTransactionsResponse producerId */
                producerId?: number;

                /** InitTransactionsResponse producerEpoch */
                producerEpoch?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an InitTransactionsResponse. */
            type $Shape = flowmesh.v1.InitTransactionsResponse.$Properties;
        }

        /**
         * Properties of a TransactionTarget.
         * @deprecated Use flowmesh.v1.TransactionTarget.$Properties instead.
         */
        interface ITransactionTarget extends flowmesh.v1.TransactionTarget.$Properties {
        }

        /** Represents a TransactionTarget. */
        class TransactionTarget {

            /**
             * Constructs a new TransactionTarget.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.TransactionTarget.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TransactionTarget stream. */
            stream: (flowmesh.v1.TransactionPart|null);

            /** TransactionTarget queue. */
            queue: (flowmesh.v1.TransactionPart|null);

            /** TransactionTarget group. */
            group: (string|null);

            /** TransactionTarget target. */
            target?: ("stream"|"queue"|"group");

            /**
             * Creates a new TransactionTarget instance using the specified properties.
             * @param [properties] Properties to set
             * @returns TransactionTarget instance
             */
            static create(properties: flowmesh.v1.TransactionTarget.$Shape): flowmesh.v1.TransactionTarget & flowmesh.v1.TransactionTarget.$Shape;
            static create(properties?: flowmesh.v1.TransactionTarget.$Properties): flowmesh.v1.TransactionTarget;

            /**
             * Encodes the specified TransactionTarget message. Does not implicitly {@link flowmesh.v1.TransactionTarget.verify|verify} messages.
             * @param message TransactionTarget message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.TransactionTarget.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TransactionTarget message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.TransactionTarget & flowmesh.v1.TransactionTarget.$Shape} TransactionTarget
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.TransactionTarget & flowmesh.v1.TransactionTarget.$Shape;
        }

        namespace TransactionTarget {

            /** Properties of a TransactionTarget. */
            interface $Properties {

                /** TransactionTarget stream */
                stream?: (flowmesh.v1.TransactionPart.$Properties|null);

                /** TransactionTarget queue */
                queue?: (flowmesh.v1.TransactionPart.$Properties|null);

                /** TransactionTarget group */
                group?: (string|null);

                /** TransactionTarget target */
                target?: ("stream"|"queue"|"group");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a TransactionTarget. */
            type $Shape = {
              stream?: flowmesh.v1.TransactionPart.$Shape|null;
              queue?: flowmesh.v1.TransactionPart.$Shape|null;
              group?: string|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ target?: undefined; stream?: null; queue?: null; group?: null }|{ target?: "stream"; stream: flowmesh.v1.TransactionPart.$Shape; queue?: null; group?: null }|{ target?: "queue"; stream?: null; queue: flowmesh.v1.TransactionPart.$Shape; group?: null }|{ target?: "group"; stream?: null; queue?: null; group: string })
            );
        }

        /**
         * Properties of a TransactionPart.
         * @deprecated Use flowmesh.v1.TransactionPart.$Properties instead.
         */
        interface ITransactionPart extends flowmesh.v1.TransactionPart.$Properties {
        }

        /** Represents a TransactionPart. */
        class TransactionPart {

            /**
             * Constructs a new TransactionPart.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.TransactionPart.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TransactionPart name. */
            name: string;

            /** TransactionPart part. */
            part: number;

            /**
             * Creates a new TransactionPart instance using the specified properties.
             * @param [properties] Properties to set
             * @returns TransactionPart instance
             */
            static create(properties: flowmesh.v1.TransactionPart.$Shape): flowmesh.v1.TransactionPart & flowmesh.v1.TransactionPart.$Shape;
            static create(properties?: flowmesh.v1.TransactionPart.$Properties): flowmesh.v1.TransactionPart;

            /**
             * Encodes the specified TransactionPart message. Does not implicitly {@link flowmesh.v1.TransactionPart.verify|verify} messages.
             * @param message TransactionPart message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.TransactionPart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TransactionPart message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.TransactionPart & flowmesh.v1.TransactionPart.$Shape} TransactionPart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.TransactionPart & flowmesh.v1.TransactionPart.$Shape;
        }

        namespace TransactionPart {

            /** Properties of a TransactionPart. */
            interface $Properties {

                /** TransactionPart name */
                name?: string;

                /** TransactionPart part */
                part?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TransactionPart. */
            type $Shape = flowmesh.v1.TransactionPart.$Properties;
        }

        /**
         * Properties of an AddToTransactionRequest.
         * @deprecated Use flowmesh.v1.AddToTransactionRequest.$Properties instead.
         */
        interface IAddToTransactionRequest extends flowmesh.v1.AddToTransactionRequest.$Properties {
        }

        /** Represents an AddToTransactionRequest. */
        class AddToTransactionRequest {

            /**
             * Constructs a new AddToTransactionRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.AddToTransactionRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AddToTransactionRequest transactionalId. */
            transactionalId: string;

            /** AddToTransactionRequest producerId. */
            producerId: number;

            /** AddToTransactionRequest producerEpoch. */
            producerEpoch: number;

            /** AddToTransactionRequest targets. */
            targets: flowmesh.v1.TransactionTarget[];

            /**
             * Creates a new AddToTransactionRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AddToTransactionRequest instance
             */
            static create(properties: flowmesh.v1.AddToTransactionRequest.$Shape): flowmesh.v1.AddToTransactionRequest & flowmesh.v1.AddToTransactionRequest.$Shape;
            static create(properties?: flowmesh.v1.AddToTransactionRequest.$Properties): flowmesh.v1.AddToTransactionRequest;

            /**
             * Encodes the specified AddToTransactionRequest message. Does not implicitly {@link flowmesh.v1.AddToTransactionRequest.verify|verify} messages.
             * @param message AddToTransactionRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.AddToTransactionRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AddToTransactionRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.AddToTransactionRequest & flowmesh.v1.AddToTransactionRequest.$Shape} AddToTransactionRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.AddToTransactionRequest & flowmesh.v1.AddToTransactionRequest.$Shape;
        }

        namespace AddToTransactionRequest {

            /** Properties of an AddToTransactionRequest. */
            interface $Properties {

                /** AddToTransactionRequest transactionalId */
                transactionalId?: string;

                /** AddToTransactionRequest producerId */
                producerId?: number;

                /** AddToTransactionRequest producerEpoch */
                producerEpoch?: number;

                /** AddToTransactionRequest targets */
                targets?: flowmesh.v1.TransactionTarget.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AddToTransactionRequest. */
            type $Shape = {
              transactionalId?: string;
              producerId?: number;
              producerEpoch?: number;
              targets?: flowmesh.v1.TransactionTarget.$Shape[];
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of an AddToTransactionResponse.
         * @deprecated Use flowmesh.v1.AddToTransactionResponse.$Properties instead.
         */
        interface IAddToTransactionResponse extends flowmesh.v1.AddToTransactionResponse.$Properties {
        }

        /** Represents an AddToTransactionResponse. */
        class AddToTransactionResponse {

            /**
             * Constructs a new AddToTransactionResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.AddToTransactionResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new AddToTransactionResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AddToTransactionResponse instance
             */
            static create(properties: flowmesh.v1.AddToTransactionResponse.$Shape): flowmesh.v1.AddToTransactionResponse & flowmesh.v1.AddToTransactionResponse.$Shape;
            static create(properties?: flowmesh.v1.AddToTransactionResponse.$Properties): flowmesh.v1.AddToTransactionResponse;

            /**
             * Encodes the specified AddToTransactionResponse message. Does not implicitly {@link flowmesh.v1.AddToTransactionResponse.verify|verify} messages.
             * @param message AddToTransactionResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.AddToTransactionResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AddToTransactionResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.AddToTransactionResponse & flowmesh.v1.AddToTransactionResponse.$Shape} AddToTransactionResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.AddToTransactionResponse & flowmesh.v1.AddToTransactionResponse.$Shape;
        }

        namespace AddToTransactionResponse {

            /** Properties of an AddToTransactionResponse. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AddToTransactionResponse. */
            type $Shape = flowmesh.v1.AddToTransactionResponse.$Properties;
        }

        /**
         * Properties of an EndTransactionRequest.
         * @deprecated Use flowmesh.v1.EndTransactionRequest.$Properties instead.
         */
        interface IEndTransactionRequest extends flowmesh.v1.EndTransactionRequest.$Properties {
        }

        /** Represents an EndTransactionRequest. */
        class EndTransactionRequest {

            /**
             * Constructs a new EndTransactionRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.EndTransactionRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** EndTransactionRequest transactionalId. */
            transactionalId: string;

            /** EndTransactionRequest producerId. */
            producerId: number;

            /** EndTransactionRequest producerEpoch. */
            producerEpoch: number;

            /** EndTransactionRequest commit. */
            commit: boolean;

            /**
             * Creates a new EndTransactionRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns EndTransactionRequest instance
             */
            static create(properties: flowmesh.v1.EndTransactionRequest.$Shape): flowmesh.v1.EndTransactionRequest & flowmesh.v1.EndTransactionRequest.$Shape;
            static create(properties?: flowmesh.v1.EndTransactionRequest.$Properties): flowmesh.v1.EndTransactionRequest;

            /**
             * Encodes the specified EndTransactionRequest message. Does not implicitly {@link flowmesh.v1.EndTransactionRequest.verify|verify} messages.
             * @param message EndTransactionRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.EndTransactionRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an EndTransactionRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.EndTransactionRequest & flowmesh.v1.EndTransactionRequest.$Shape} EndTransactionRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.EndTransactionRequest & flowmesh.v1.EndTransactionRequest.$Shape;
        }

        namespace EndTransactionRequest {

            /** Properties of an EndTransactionRequest. */
            interface $Properties {

                /** EndTransactionRequest transactionalId */
                transactionalId?: string;

                /** EndTransactionRequest producerId */
                producerId?: number;

                /** EndTransactionRequest producerEpoch */
                producerEpoch?: number;

                /** EndTransactionRequest commit */
                commit?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an EndTransactionRequest. */
            type $Shape = flowmesh.v1.EndTransactionRequest.$Properties;
        }

        /**
         * Properties of an EndTransactionResponse.
         * @deprecated Use flowmesh.v1.EndTransactionResponse.$Properties instead.
         */
        interface IEndTransactionResponse extends flowmesh.v1.EndTransactionResponse.$Properties {
        }

        /** Represents an EndTransactionResponse. */
        class EndTransactionResponse {

            /**
             * Constructs a new EndTransactionResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: flowmesh.v1.EndTransactionResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** EndTransactionResponse producerId. */
            producerId: number;

            /** EndTransactionResponse producerEpoch. */
            producerEpoch: number;

            /** EndTransactionResponse complete. */
            complete: boolean;

            /**
             * Creates a new EndTransactionResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns EndTransactionResponse instance
             */
            static create(properties: flowmesh.v1.EndTransactionResponse.$Shape): flowmesh.v1.EndTransactionResponse & flowmesh.v1.EndTransactionResponse.$Shape;
            static create(properties?: flowmesh.v1.EndTransactionResponse.$Properties): flowmesh.v1.EndTransactionResponse;

            /**
             * Encodes the specified EndTransactionResponse message. Does not implicitly {@link flowmesh.v1.EndTransactionResponse.verify|verify} messages.
             * @param message EndTransactionResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: flowmesh.v1.EndTransactionResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an EndTransactionResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {flowmesh.v1.EndTransactionResponse & flowmesh.v1.EndTransactionResponse.$Shape} EndTransactionResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): flowmesh.v1.EndTransactionResponse & flowmesh.v1.EndTransactionResponse.$Shape;
        }

        namespace EndTransactionResponse {

            /** Properties of an EndTransactionResponse. */
            interface $Properties {

                /** EndTransactionResponse producerId */
                producerId?: number;

                /** EndTransactionResponse producerEpoch */
                producerEpoch?: number;

                /** EndTransactionResponse complete */
                complete?: boolean;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an EndTransactionResponse. */
            type $Shape = flowmesh.v1.EndTransactionResponse.$Properties;
        }
    }
}

/** Namespace google. */
export namespace google {

    /** Namespace rpc. */
    namespace rpc {

        /**
         * Properties of an Any.
         * @deprecated Use google.rpc.Any.$Properties instead.
         */
        interface IAny extends google.rpc.Any.$Properties {
        }

        /** Represents an Any. */
        class Any {

            /**
             * Constructs a new Any.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.rpc.Any.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Any typeUrl. */
            typeUrl: string;

            /** Any value. */
            value: Uint8Array;

            /**
             * Creates a new Any instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Any instance
             */
            static create(properties: google.rpc.Any.$Shape): google.rpc.Any & google.rpc.Any.$Shape;
            static create(properties?: google.rpc.Any.$Properties): google.rpc.Any;

            /**
             * Encodes the specified Any message. Does not implicitly {@link google.rpc.Any.verify|verify} messages.
             * @param message Any message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.rpc.Any.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Any message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.rpc.Any & google.rpc.Any.$Shape} Any
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.rpc.Any & google.rpc.Any.$Shape;
        }

        namespace Any {

            /** Properties of an Any. */
            interface $Properties {

                /** Any typeUrl */
                typeUrl?: string;

                /** Any value */
                value?: Uint8Array;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Any. */
            type $Shape = google.rpc.Any.$Properties;
        }

        /**
         * Properties of a Status.
         * @deprecated Use google.rpc.Status.$Properties instead.
         */
        interface IStatus extends google.rpc.Status.$Properties {
        }

        /** Represents a Status. */
        class Status {

            /**
             * Constructs a new Status.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.rpc.Status.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Status code. */
            code: number;

            /** Status message. */
            message: string;

            /** Status details. */
            details: google.rpc.Any[];

            /**
             * Creates a new Status instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Status instance
             */
            static create(properties: google.rpc.Status.$Shape): google.rpc.Status & google.rpc.Status.$Shape;
            static create(properties?: google.rpc.Status.$Properties): google.rpc.Status;

            /**
             * Encodes the specified Status message. Does not implicitly {@link google.rpc.Status.verify|verify} messages.
             * @param message Status message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.rpc.Status.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Status message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.rpc.Status & google.rpc.Status.$Shape} Status
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.rpc.Status & google.rpc.Status.$Shape;
        }

        namespace Status {

            /** Properties of a Status. */
            interface $Properties {

                /** Status code */
                code?: number;

                /** Status message */
                message?: string;

                /** Status details */
                details?: google.rpc.Any.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Status. */
            type $Shape = google.rpc.Status.$Properties;
        }

        /**
         * Properties of an ErrorInfo.
         * @deprecated Use google.rpc.ErrorInfo.$Properties instead.
         */
        interface IErrorInfo extends google.rpc.ErrorInfo.$Properties {
        }

        /** Represents an ErrorInfo. */
        class ErrorInfo {

            /**
             * Constructs a new ErrorInfo.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.rpc.ErrorInfo.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ErrorInfo reason. */
            reason: string;

            /** ErrorInfo domain. */
            domain: string;

            /** ErrorInfo metadata. */
            metadata: { [k: string]: string };

            /**
             * Creates a new ErrorInfo instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ErrorInfo instance
             */
            static create(properties: google.rpc.ErrorInfo.$Shape): google.rpc.ErrorInfo & google.rpc.ErrorInfo.$Shape;
            static create(properties?: google.rpc.ErrorInfo.$Properties): google.rpc.ErrorInfo;

            /**
             * Encodes the specified ErrorInfo message. Does not implicitly {@link google.rpc.ErrorInfo.verify|verify} messages.
             * @param message ErrorInfo message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.rpc.ErrorInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ErrorInfo message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.rpc.ErrorInfo & google.rpc.ErrorInfo.$Shape} ErrorInfo
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.rpc.ErrorInfo & google.rpc.ErrorInfo.$Shape;
        }

        namespace ErrorInfo {

            /** Properties of an ErrorInfo. */
            interface $Properties {

                /** ErrorInfo reason */
                reason?: string;

                /** ErrorInfo domain */
                domain?: string;

                /** ErrorInfo metadata */
                metadata?: { [k: string]: string };

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ErrorInfo. */
            type $Shape = google.rpc.ErrorInfo.$Properties;
        }

        /**
         * Properties of a Duration.
         * @deprecated Use google.rpc.Duration.$Properties instead.
         */
        interface IDuration extends google.rpc.Duration.$Properties {
        }

        /** Represents a Duration. */
        class Duration {

            /**
             * Constructs a new Duration.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.rpc.Duration.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Duration seconds. */
            seconds: number;

            /** Duration nanos. */
            nanos: number;

            /**
             * Creates a new Duration instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Duration instance
             */
            static create(properties: google.rpc.Duration.$Shape): google.rpc.Duration & google.rpc.Duration.$Shape;
            static create(properties?: google.rpc.Duration.$Properties): google.rpc.Duration;

            /**
             * Encodes the specified Duration message. Does not implicitly {@link google.rpc.Duration.verify|verify} messages.
             * @param message Duration message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.rpc.Duration.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Duration message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.rpc.Duration & google.rpc.Duration.$Shape} Duration
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.rpc.Duration & google.rpc.Duration.$Shape;
        }

        namespace Duration {

            /** Properties of a Duration. */
            interface $Properties {

                /** Duration seconds */
                seconds?: number;

                /** Duration nanos */
                nanos?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Duration. */
            type $Shape = google.rpc.Duration.$Properties;
        }

        /**
         * Properties of a RetryInfo.
         * @deprecated Use google.rpc.RetryInfo.$Properties instead.
         */
        interface IRetryInfo extends google.rpc.RetryInfo.$Properties {
        }

        /** Represents a RetryInfo. */
        class RetryInfo {

            /**
             * Constructs a new RetryInfo.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.rpc.RetryInfo.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RetryInfo retryDelay. */
            retryDelay: google.rpc.Duration;

            /**
             * Creates a new RetryInfo instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RetryInfo instance
             */
            static create(properties: google.rpc.RetryInfo.$Shape): google.rpc.RetryInfo & google.rpc.RetryInfo.$Shape;
            static create(properties?: google.rpc.RetryInfo.$Properties): google.rpc.RetryInfo;

            /**
             * Encodes the specified RetryInfo message. Does not implicitly {@link google.rpc.RetryInfo.verify|verify} messages.
             * @param message RetryInfo message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.rpc.RetryInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RetryInfo message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.rpc.RetryInfo & google.rpc.RetryInfo.$Shape} RetryInfo
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.rpc.RetryInfo & google.rpc.RetryInfo.$Shape;
        }

        namespace RetryInfo {

            /** Properties of a RetryInfo. */
            interface $Properties {

                /** RetryInfo retryDelay */
                retryDelay?: google.rpc.Duration.$Properties;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RetryInfo. */
            type $Shape = google.rpc.RetryInfo.$Properties;
        }

        /**
         * Properties of a HelpLink.
         * @deprecated Use google.rpc.HelpLink.$Properties instead.
         */
        interface IHelpLink extends google.rpc.HelpLink.$Properties {
        }

        /** Represents a HelpLink. */
        class HelpLink {

            /**
             * Constructs a new HelpLink.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.rpc.HelpLink.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HelpLink description. */
            description: string;

            /** HelpLink url. */
            url: string;

            /**
             * Creates a new HelpLink instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HelpLink instance
             */
            static create(properties: google.rpc.HelpLink.$Shape): google.rpc.HelpLink & google.rpc.HelpLink.$Shape;
            static create(properties?: google.rpc.HelpLink.$Properties): google.rpc.HelpLink;

            /**
             * Encodes the specified HelpLink message. Does not implicitly {@link google.rpc.HelpLink.verify|verify} messages.
             * @param message HelpLink message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.rpc.HelpLink.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HelpLink message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.rpc.HelpLink & google.rpc.HelpLink.$Shape} HelpLink
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.rpc.HelpLink & google.rpc.HelpLink.$Shape;
        }

        namespace HelpLink {

            /** Properties of a HelpLink. */
            interface $Properties {

                /** HelpLink description */
                description?: string;

                /** HelpLink url */
                url?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HelpLink. */
            type $Shape = google.rpc.HelpLink.$Properties;
        }

        /**
         * Properties of a Help.
         * @deprecated Use google.rpc.Help.$Properties instead.
         */
        interface IHelp extends google.rpc.Help.$Properties {
        }

        /** Represents a Help. */
        class Help {

            /**
             * Constructs a new Help.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.rpc.Help.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Help links. */
            links: google.rpc.HelpLink[];

            /**
             * Creates a new Help instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Help instance
             */
            static create(properties: google.rpc.Help.$Shape): google.rpc.Help & google.rpc.Help.$Shape;
            static create(properties?: google.rpc.Help.$Properties): google.rpc.Help;

            /**
             * Encodes the specified Help message. Does not implicitly {@link google.rpc.Help.verify|verify} messages.
             * @param message Help message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.rpc.Help.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Help message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.rpc.Help & google.rpc.Help.$Shape} Help
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.rpc.Help & google.rpc.Help.$Shape;
        }

        namespace Help {

            /** Properties of a Help. */
            interface $Properties {

                /** Help links */
                links?: google.rpc.HelpLink.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Help. */
            type $Shape = google.rpc.Help.$Properties;
        }
    }
}

/** Namespace grpc. */
export namespace grpc {

    /** Namespace health. */
    namespace health {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a HealthCheckRequest.
             * @deprecated Use grpc.health.v1.HealthCheckRequest.$Properties instead.
             */
            interface IHealthCheckRequest extends grpc.health.v1.HealthCheckRequest.$Properties {
            }

            /** Represents a HealthCheckRequest. */
            class HealthCheckRequest {

                /**
                 * Constructs a new HealthCheckRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: grpc.health.v1.HealthCheckRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** HealthCheckRequest service. */
                service: string;

                /**
                 * Creates a new HealthCheckRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns HealthCheckRequest instance
                 */
                static create(properties: grpc.health.v1.HealthCheckRequest.$Shape): grpc.health.v1.HealthCheckRequest & grpc.health.v1.HealthCheckRequest.$Shape;
                static create(properties?: grpc.health.v1.HealthCheckRequest.$Properties): grpc.health.v1.HealthCheckRequest;

                /**
                 * Encodes the specified HealthCheckRequest message. Does not implicitly {@link grpc.health.v1.HealthCheckRequest.verify|verify} messages.
                 * @param message HealthCheckRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: grpc.health.v1.HealthCheckRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a HealthCheckRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {grpc.health.v1.HealthCheckRequest & grpc.health.v1.HealthCheckRequest.$Shape} HealthCheckRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): grpc.health.v1.HealthCheckRequest & grpc.health.v1.HealthCheckRequest.$Shape;
            }

            namespace HealthCheckRequest {

                /** Properties of a HealthCheckRequest. */
                interface $Properties {

                    /** HealthCheckRequest service */
                    service?: string;

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a HealthCheckRequest. */
                type $Shape = grpc.health.v1.HealthCheckRequest.$Properties;
            }

            /**
             * Properties of a HealthCheckResponse.
             * @deprecated Use grpc.health.v1.HealthCheckResponse.$Properties instead.
             */
            interface IHealthCheckResponse extends grpc.health.v1.HealthCheckResponse.$Properties {
            }

            /** Represents a HealthCheckResponse. */
            class HealthCheckResponse {

                /**
                 * Constructs a new HealthCheckResponse.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: grpc.health.v1.HealthCheckResponse.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** HealthCheckResponse status. */
                status: grpc.health.v1.HealthCheckResponse.ServingStatus;

                /**
                 * Creates a new HealthCheckResponse instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns HealthCheckResponse instance
                 */
                static create(properties: grpc.health.v1.HealthCheckResponse.$Shape): grpc.health.v1.HealthCheckResponse & grpc.health.v1.HealthCheckResponse.$Shape;
                static create(properties?: grpc.health.v1.HealthCheckResponse.$Properties): grpc.health.v1.HealthCheckResponse;

                /**
                 * Encodes the specified HealthCheckResponse message. Does not implicitly {@link grpc.health.v1.HealthCheckResponse.verify|verify} messages.
                 * @param message HealthCheckResponse message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: grpc.health.v1.HealthCheckResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a HealthCheckResponse message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {grpc.health.v1.HealthCheckResponse & grpc.health.v1.HealthCheckResponse.$Shape} HealthCheckResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): grpc.health.v1.HealthCheckResponse & grpc.health.v1.HealthCheckResponse.$Shape;
            }

            namespace HealthCheckResponse {

                /** Properties of a HealthCheckResponse. */
                interface $Properties {

                    /** HealthCheckResponse status */
                    status?: grpc.health.v1.HealthCheckResponse.ServingStatus;

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a HealthCheckResponse. */
                type $Shape = grpc.health.v1.HealthCheckResponse.$Properties;

                /** ServingStatus enum. */
                enum ServingStatus {

                    /** UNKNOWN value */
                    UNKNOWN = 0,

                    /** SERVING value */
                    SERVING = 1,

                    /** NOT_SERVING value */
                    NOT_SERVING = 2,

                    /** SERVICE_UNKNOWN value */
                    SERVICE_UNKNOWN = 3
                }
            }
        }
    }
}
