import NIOCore
import NIOHTTP1
import NIOPosix
import VectorStore
import VectorizerSettings

/// Serves one connection: takes requests one after the other and writes their answers.
///
/// Everything here runs on the connection's event loop and waits for nothing; what has to wait goes
/// to a lane and comes back. A request's head is judged first, its key next, and only then is its
/// body read.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    let state: ServerState
    /// What the server listens on.
    private let listen: ListenAddress
    let isSecure: Bool
    private var hosts: HostRule
    var clock: ConnectionClock
    /// The present request; nil between two.
    var exchange: Exchange?
    /// The handler's place in the pipeline; nil once the connection is gone.
    var context: ChannelHandlerContext?
    /// Whether the connection ends after the present answer.
    var endsAfterAnswer = false
    /// Whether nothing is read any more but to be thrown away.
    var isOver = false
    /// Bytes of the answer that is being taken.
    var answerByteCount = 0
    private var peer = ""
    private var ticker: RepeatedTask?
    private var holdsReads = false
    private var isReadHeld = false

    init(state: ServerState, listen: ListenAddress, isSecure: Bool) {
        self.state = state
        self.listen = listen
        self.isSecure = isSecure
        hosts = HostRule(host: listen.host, port: listen.port, isSecure: isSecure)
        clock = ConnectionClock(isSecure: isSecure, now: KeyClock.seconds())
    }

    // MARK: The life of the connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard ticker == nil else { return }
        peer = context.remoteAddress?.ipAddress ?? ""
        // The system may have chosen the port.
        let port = context.localAddress?.port ?? listen.port
        hosts = HostRule(host: listen.host, port: port, isSecure: isSecure)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        ticker = context.eventLoop.scheduleRepeatedTask(
            initialDelay: .seconds(1),
            delay: .seconds(1)
        ) { _ in bound.value.tick() }
    }

    private func end() {
        ticker?.cancel()
        ticker = nil
        context = nil
        guard let exchange else { return }
        exchange.facts.deadline.abandon()
        release(exchange)
        self.exchange = nil
    }

    /// Ends what takes too long.
    private func tick() {
        guard let context else { return }
        if clock.phase == .answer { noteProgress(context) }
        switch clock.verdict(now: KeyClock.seconds(), state.limits) {
        case .goesOn: break
        case .isTooSlow where exchange.map { !$0.isTaken } ?? false:
            refuse(ServerError(408, "Timeout error: the request came in too slowly"))
        case .isTooSlow, .ends: context.close(promise: nil)
        }
    }

    private func noteProgress(_ context: ChannelHandlerContext) {
        do {
            let waiting = try context.channel.syncOptions?.getOption(.bufferedWritableBytes)
            clock.hasMoved(answerByteCount - min(answerByteCount, waiting ?? answerByteCount))
        } catch {
            // A channel that can't tell is taken to make no progress.
            clock.hasMoved(0)
        }
    }

    /// Notes the first byte of a request.
    func bytesArrived() {
        if clock.phase == .idle { clock.enter(.head, now: KeyClock.seconds()) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            if let exchange, exchange.isComplete {
                endsAfterAnswer = true
            } else {
                context.close(promise: nil)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isOver, let problem = error as? HTTPParserError else {
            context.close(promise: nil)
            return
        }
        guard exchange.map({ !$0.isTaken }) ?? true else { return context.close(promise: nil) }
        let refusal =
            problem == .headerOverflow
            ? ServerError(431, "Bad request: the header is too large")
            : ServerError(400, "Bad request: the HTTP message is malformed")
        refuse(refusal)
    }

    // MARK: Reading

    func read(context: ChannelHandlerContext) {
        if holdsReads { isReadHeld = true } else { context.read() }
    }

    /// Reads nothing until ``releaseReads()``.
    func holdReads() { holdsReads = true }

    /// Reads again.
    func releaseReads() {
        holdsReads = false
        guard isReadHeld else { return }
        isReadHeld = false
        context?.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        switch Self.unwrapInboundIn(data) {
        case .head(let head): take(head)
        case .body(let bytes): take(bytes)
        case .end: completeRequest()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if let exchange, !exchange.isComplete, !exchange.isAtGate, !exchange.isTaken {
            askGate(exchange)
        }
        context.fireChannelReadComplete()
    }

    private func take(_ head: HTTPRequestHead) {
        clock.enter(.body, now: KeyClock.seconds())
        let rules = state.rules
        let facts = RequestFacts(
            head,
            id: state.requestID(head.headers),
            address: rules.isBehindProxy ? Self.forwarded(head.headers) ?? peer : peer,
            deadline: RequestDeadline(seconds: rules.limits.requestSeconds)
        )
        let parts = PathSegments.split(facts.target)
        let exchange = Exchange(
            facts,
            match: parts.map { state.routes.match(facts.method, $0.segments) } ?? .nothing,
            query: parts?.query ?? ""
        )
        self.exchange = exchange
        do throws(ServerError) {
            try hosts.checkHost(facts, rules)
            exchange.origin = try hosts.checkOrigin(facts, rules)
        } catch {
            refuse(error)
        }
    }

    /// The client as the proxy has seen it: the last entry is the proxy's own, whatever the client
    /// has written before it.
    private static func forwarded(_ headers: HTTPHeaders) -> String? {
        let text = headers["x-forwarded-for"].last?.split(separator: ",").last?.trimmed
        guard let text, !text.isEmpty, text.utf8.count < 64 else { return nil }
        return String(text)
    }

    private func take(_ bytes: ByteBuffer) {
        guard let exchange, !exchange.isTaken else { return }
        let count = bytes.readableBytes
        clock.moved(count)
        exchange.bodyByteCount += count
        let limits = state.limits
        if exchange.admission != nil {
            let limit = BodyRule.byteCountMax(exchange.route, limits)
            guard exchange.bodyByteCount <= limit else { return refuse(BodyRule.tooLong(limit)) }
        }
        guard exchange.route?.body == .json else { return }
        guard state.reserveBody(count, limit: limits.bodiesByteCount) else {
            return refuse(.busy("too many large requests at one time"))
        }
        exchange.reservedByteCount += count
        exchange.body.writeImmutableBuffer(bytes)
    }

    /// Gives the memory of a body back.
    func release(_ exchange: Exchange) {
        state.releaseBody(exchange.reservedByteCount)
        exchange.reservedByteCount = 0
    }
}
