import VectorStore

/// What a connection waits for, and until when: slow clients must not hold it for ever.
struct ConnectionClock {
    /// What the connection waits for.
    enum Phase: Equatable {
        /// The first byte of a request.
        case idle
        /// The rest of a request's head.
        case head
        /// The rest of a request's body.
        case body
        /// The server itself.
        case work
        /// The client, to take the answer.
        case answer
        /// The client, to end a connection that is over.
        case drain
    }

    /// Why a connection has to end.
    enum Verdict: Equatable {
        case goesOn
        /// The client is told, as far as it has begun to ask.
        case isTooSlow
        case ends
    }

    private(set) var phase: Phase
    private var since: Double
    private var byteCount = 0
    /// When the present stretch of a transfer began, and what had been moved by then.
    private var stretch = (start: 0.0, byteCount: 0)

    /// Begins with a connection that was just opened.
    ///
    /// - Parameters:
    ///   - isSecure: whether the handshake is part of what must be done soon.
    ///   - now: the steady clock.
    init(isSecure: Bool, now: Double) {
        phase = isSecure ? .head : .idle
        since = now
    }

    /// Notes what the connection waits for from now on.
    mutating func enter(_ phase: Phase, now: Double) {
        self.phase = phase
        since = now
        byteCount = 0
        stretch = (now, 0)
    }

    /// Notes bytes that came in.
    mutating func moved(_ count: Int) { byteCount += count }

    /// Notes how much of the answer has gone out so far.
    mutating func hasMoved(_ count: Int) { byteCount = count }

    /// Says whether the connection may go on.
    ///
    /// - Parameters:
    ///   - now: the steady clock.
    ///   - limits: how slow a client may be.
    /// - Returns: what is to be done.
    mutating func verdict(now: Double, _ limits: ServerLimits) -> Verdict {
        let seconds = now - since
        switch phase {
        case .idle: return seconds > limits.idleSeconds ? .ends : .goesOn
        case .head: return seconds > limits.headerSeconds ? .isTooSlow : .goesOn
        case .body: return isBelowRate(now, limits) ? .isTooSlow : .goesOn
        case .answer: return isBelowRate(now, limits) ? .ends : .goesOn
        case .work: return .goesOn
        case .drain: return seconds > Self.drainSeconds ? .ends : .goesOn
        }
    }

    /// Whether too little was moved in a stretch; a fast beginning is no licence to stop.
    private mutating func isBelowRate(_ now: Double, _ limits: ServerLimits) -> Bool {
        let seconds = now - stretch.start
        guard seconds > limits.graceSeconds else { return false }
        let moved = Double(byteCount - stretch.byteCount)
        stretch = (now, byteCount)
        return moved < seconds * Double(limits.bytesPerSecond)
    }

    /// How long a client has to end a connection after its last answer.
    private static let drainSeconds = 2.0
}
