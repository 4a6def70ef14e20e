import NIOCore
import NIOHTTP1
import VectorStore

/// From the connection to the lanes and back.
extension ConnectionHandler {
    /// Asks who sends a request whose body is still to come.
    func askGate(_ exchange: Exchange) {
        exchange.isAtGate = true
        if let route = exchange.route, route.access == .free {
            return admitted(exchange, Admission(.anyone))
        }
        holdReads()
        clock.enter(.work, now: KeyClock.seconds())
        let work = work(exchange)
        run(exchange) {
            do {
                let admission = try Gate(state: work.state).admit(work.facts, work.match)
                if case .route(let route, _) = work.match {
                    try work.checkRoute(route, work.state.limits)
                }
                return .admitted(admission)
            } catch {
                return .answered(work.refusal(error), nil)
            }
        }
    }

    /// Goes on with a request whose sender is known.
    private func admitted(_ exchange: Exchange, _ admission: Admission) {
        exchange.admission = admission
        clock.enter(.body, now: KeyClock.seconds())
        if exchange.isComplete { return start(exchange) }
        let limit = BodyRule.byteCountMax(exchange.route, state.limits)
        guard exchange.bodyByteCount <= limit else { return refuse(BodyRule.tooLong(limit)) }
        if exchange.facts.expectsContinue, let context {
            let head = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(Self.wrapOutboundOut(.head(head)), promise: nil)
        }
        releaseReads()
    }

    /// Notes the end of the body, and runs the request.
    func completeRequest() {
        guard let exchange, !exchange.isTaken else { return }
        exchange.isComplete = true
        // One that waits at the gate goes on from there.
        if !exchange.isAtGate || exchange.admission != nil { start(exchange) }
    }

    private func start(_ exchange: Exchange) {
        exchange.isTaken = true
        clock.enter(.work, now: KeyClock.seconds())
        let work = work(exchange)
        exchange.body = ByteBuffer()
        if exchange.isPreflight { return write(.preflight, exchange) }
        if let route = exchange.route, route.access == .free, route.lane == .direct {
            return write(work.answer().answer, exchange)
        }
        run(exchange) {
            let (answer, admission) = work.answer()
            return .answered(answer, admission)
        }
    }

    private func work(_ exchange: Exchange) -> RequestWork {
        RequestWork(
            state: state,
            facts: exchange.facts,
            match: exchange.match,
            query: exchange.query,
            admission: exchange.admission,
            body: exchange.body,
            upload: exchange.upload
        )
    }

    /// Writes a part of an upload to its file.
    func keep(_ bytes: ByteBuffer, _ exchange: Exchange) {
        do throws(VectorStoreError) {
            if exchange.upload == nil {
                exchange.upload = try UploadFile(in: state.store.path)
            }
            try exchange.upload?.append(Array(bytes.readableBytesView))
        } catch {
            refuse(ServerError(error))
        }
    }

    private enum Outcome: Sendable {
        case admitted(Admission)
        case answered(ComposedAnswer, Admission?)
    }

    /// Runs work in the route's lane, and comes back with what it has come to.
    private func run(_ exchange: Exchange, _ body: @escaping @Sendable () -> Outcome) {
        guard let context else { return }
        let loop = context.eventLoop
        let bound = NIOLoopBound((self, exchange), eventLoop: loop)
        let lane = exchange.route?.lane == .write ? state.writeLane : state.readLane
        let isTaken = lane.submit(queueLength: state.limits.queueLength) {
            let outcome = body()
            loop.execute {
                let (handler, exchange) = bound.value
                handler.finish(exchange, outcome)
            }
        }
        if !isTaken { refuse(.busy("too many requests wait already")) }
    }

    private func finish(_ exchange: Exchange, _ outcome: Outcome) {
        guard self.exchange === exchange else { return }
        switch outcome {
        case .admitted(let admission): admitted(exchange, admission)
        case .answered(let answer, let admission):
            exchange.admission = exchange.admission ?? admission
            write(answer, exchange)
        }
    }
}
