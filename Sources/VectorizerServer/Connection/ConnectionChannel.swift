import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import VectorizerSettings

/// Sets connections up, and waits for their end.
struct ConnectionChannel: ServerChildChannel {
    /// A connection that is set up; its handlers do all the work.
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let state: ServerState
    /// What the server listens on.
    let listen: ListenAddress
    /// The certificate of the moment; nil without TLS.
    let tls: (@Sendable () -> NIOSSLContext)?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls())) }
            let connection = ConnectionHandler(
                state: state,
                listen: listen,
                isSecure: tls != nil
            )
            try pipeline.addHandler(FirstByteHandler(connection))
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = state.limits.headerByteCount
            limits.maxHeaderListSize = state.limits.headerByteCount
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: true,
                withErrorHandling: false,
                withOutboundHeaderValidation: true,
                withEncoderConfiguration: .init(),
                withDecoderLimitConfiguration: limits
            )
            try pipeline.addHandler(connection)
            return Value(channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            try await withTaskCancellationHandler {
                try await value.channel.closeFuture.get()
            } onCancel: {
                value.channel.close(promise: nil)
            }
        } catch {
            logger.debug("a connection ended with an error", metadata: ["error": "\(error)"])
        }
    }
}
