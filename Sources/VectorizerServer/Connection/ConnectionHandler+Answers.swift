import NIOCore
import NIOHTTP1
import VectorStore

/// Writing answers.
extension ConnectionHandler {
    /// Answers the present request, or bytes that are none, with a refusal.
    func refuse(_ error: ServerError) {
        let seconds = exchange?.facts.deadline.elapsedSeconds ?? 0
        write(ComposedAnswer(error, seconds: seconds), exchange)
    }

    /// Writes an answer; the connection goes on only when all of it has gone out.
    ///
    /// - Parameters:
    ///   - answer: the answer.
    ///   - exchange: the request; nil for bytes that are none.
    func write(_ answer: ComposedAnswer, _ exchange: Exchange?) {
        guard let context, !isOver else { return }
        exchange?.isTaken = true
        if let exchange { release(exchange) }
        let closes =
            endsAfterAnswer || state.isStopping
            || !(exchange.map { $0.facts.isKeptAlive && $0.isComplete } ?? false)
        isOver = closes
        answerByteCount = answer.byteCount
        clock.enter(.answer, now: KeyClock.seconds())
        let head = head(of: answer, exchange, closes: closes)
        let promise = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, exchange), eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { result in
            let (handler, exchange) = bound.value
            handler.hasWritten(exchange, answer.status, result, closes: closes)
        }
        guard answer.byteCount > 0, exchange.map({ !$0.facts.isHead }) ?? true else {
            context.writeAndFlush(Self.wrapOutboundOut(.head(head)), promise: promise)
            return
        }
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        if let file = answer.file { return send(file, promise) }
        let buffer = context.channel.allocator.buffer(bytes: answer.body)
        context.writeAndFlush(
            Self.wrapOutboundOut(.body(.byteBuffer(buffer))),
            promise: promise
        )
    }

    /// Writes a file piece by piece, each when the one before it has gone out.
    private func send(_ file: AnswerFile, _ promise: EventLoopPromise<Void>) {
        guard let context else { return promise.fail(ChannelError.eof) }
        let piece: [UInt8]
        do throws(VectorStoreError) {
            piece = try file.next()
        } catch {
            return promise.fail(error)
        }
        let buffer = context.channel.allocator.buffer(bytes: piece)
        guard file.isMoreToCome else {
            let body = Self.wrapOutboundOut(.body(.byteBuffer(buffer)))
            context.writeAndFlush(body, promise: promise)
            return
        }
        let sent = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { result in
            switch result {
            case .success: bound.value.send(file, promise)
            case .failure(let error): promise.fail(error)
            }
        }
        context.writeAndFlush(Self.wrapOutboundOut(.body(.byteBuffer(buffer))), promise: sent)
    }

    private func head(
        of answer: ComposedAnswer,
        _ exchange: Exchange?,
        closes: Bool
    ) -> HTTPResponseHead {
        var headers = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
        if answer.status != 204 {
            headers.add(name: "content-length", value: "\(answer.byteCount)")
        }
        for (name, value) in StandardHeaders.all { headers.add(name: name, value: value) }
        if isSecure { headers.add(name: StandardHeaders.strict.0, value: StandardHeaders.strict.1) }
        for header in exchange?.admission?.allowance?.headers ?? [] {
            headers.add(name: header.name, value: header.value)
        }
        headers.add(name: "date", value: state.date())
        headers.add(name: "x-request-id", value: exchange?.facts.id ?? state.requestID([:]))
        if let origin = exchange?.origin {
            headers.add(name: "access-control-allow-origin", value: origin)
            headers.add(name: "access-control-expose-headers", value: StandardHeaders.exposed)
        }
        if !state.rules.corsOrigins.isEmpty { headers.add(name: "vary", value: "Origin") }
        if closes { headers.add(name: "connection", value: "close") }
        return HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: answer.status),
            headers: headers
        )
    }

    private func hasWritten(
        _ exchange: Exchange?,
        _ status: Int,
        _ result: Result<Void, any Error>,
        closes: Bool
    ) {
        if let exchange { state.note(exchange, status: status) }
        guard let context else { return }
        guard case .success = result else { return context.close(promise: nil) }
        self.exchange = nil
        clock.enter(closes ? .drain : .idle, now: KeyClock.seconds())
        // What the pipeline holds back comes in during this call.
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        if closes { endOutput() }
    }

    /// Ends the server's half of the connection; to end all of it at once could make the client
    /// lose the answer, when more of its request is on the way.
    private func endOutput() {
        releaseReads()
        context?.close(mode: .output, promise: nil)
    }
}
