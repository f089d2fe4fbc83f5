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

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a PeerAddress. */
                type $Shape = flowmesh.internal.v1.PeerAddress.$Properties;
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

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NodeStatus. */
            type $Shape = flowmesh.v1.NodeStatus.$Properties;
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
