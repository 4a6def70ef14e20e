import NIOCore
import NIOHTTP1
import VectorStore

/// Bodies that are files: nothing more is read or sent before the medium has taken the last piece.
extension ConnectionHandler {
    /// Keeps a piece of an upload for the next write; until the gate has answered it waits.
    func spool(_ bytes: ByteBuffer, _ exchange: Exchange) {
        exchange.unspooled.append(bytes)
        if exchange.admission != nil { spoolNext(exchange) }
    }

    /// Writes what waits.
    func spoolNext(_ exchange: Exchange) {
        guard !exchange.isSpooling, !exchange.unspooled.isEmpty, let context else { return }
        exchange.isSpooling = true
        holdReads()
        let pieces = exchange.unspooled
        exchange.unspooled = []
        let known = exchange.upload
        let directory = state.store.path
        let bound = NIOLoopBound((self, exchange), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        let isTaken = state.fileLane.submit(queueLength: state.limits.connectionCount) {
            let result = Result { () throws(VectorStoreError) in
                let file = if let known { known } else { try UploadFile(in: directory) }
                for piece in pieces { try file.append(Array(piece.readableBytesView)) }
                return file
            }
            loop.execute {
                let (handler, exchange) = bound.value
                handler.hasSpooled(exchange, result)
            }
        }
        if !isTaken { refuse(.busy("too many uploads at one time")) }
    }

    private func hasSpooled(
        _ exchange: Exchange,
        _ result: Result<UploadFile, VectorStoreError>
    ) {
        exchange.isSpooling = false
        guard self.exchange === exchange, !exchange.isTaken else { return }
        switch result {
        case .success(let file): exchange.upload = file
        case .failure(let error): return refuse(ServerError(error))
        }
        guard exchange.unspooled.isEmpty else { return spoolNext(exchange) }
        if exchange.isComplete {
            start(exchange)
        } else {
            clock.enter(.body, now: KeyClock.seconds())
            releaseReads()
        }
    }

    /// Sends the next piece of a file.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - promise: succeeds when all of it has gone out.
    func send(_ file: AnswerFile, _ promise: EventLoopPromise<Void>) {
        guard let context else { return promise.fail(ChannelError.ioOnClosedChannel) }
        let loop = context.eventLoop
        let bound = NIOLoopBound(self, eventLoop: loop)
        let isTaken = state.fileLane.submit(queueLength: state.limits.connectionCount) {
            let result = Result { () throws(VectorStoreError) in try file.next() }
            loop.execute { bound.value.send(result, of: file, promise) }
        }
        if !isTaken { promise.fail(ChannelError.ioOnClosedChannel) }
    }

    private func send(
        _ result: Result<[UInt8], VectorStoreError>,
        of file: AnswerFile,
        _ promise: EventLoopPromise<Void>
    ) {
        switch result {
        case .failure(let error): promise.fail(error)
        case .success(let piece):
            guard let context, !piece.isEmpty else { return promise.succeed() }
            answerByteCount += piece.count
            let buffer = context.channel.allocator.buffer(bytes: piece)
            let written = context.eventLoop.makePromise(of: Void.self)
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            written.futureResult.whenComplete { result in
                switch result {
                case .success: bound.value.send(file, promise)
                case .failure(let error): promise.fail(error)
                }
            }
            context.writeAndFlush(
                Self.wrapOutboundOut(.body(.byteBuffer(buffer))),
                promise: written
            )
        }
    }
}
