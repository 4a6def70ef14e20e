/// What every reader of the store can know of a key; never the key itself.
public struct KeyInfo: Equatable, Sendable {
    /// Whether a key is good for anything.
    public enum State: String, Sendable {
        case active, expired, revoked
    }

    /// 16 hexadecimal digits, the part of the key that is no secret.
    public let id: String
    /// What its maker calls it.
    public let name: String
    /// What it permits.
    public let scopes: [KeyScope]
    /// When it was made.
    public let created: Timestamp
    /// When it ends; nil is never.
    public let expires: Timestamp?
    /// When it was revoked.
    public let revoked: Timestamp?
    /// Until when the text before the last rotation is good, too.
    public let overlapEnds: Timestamp?
    /// How often it may be used; nil is without a limit.
    public let rate: KeyRate?
    /// The key that made it; nil when a user of the machine did.
    public let parent: String?
    /// When it was used last, to the minute.
    public let lastUsed: Timestamp?

    /// Whether it is good at a moment.
    public func state(at now: Timestamp) -> State {
        if revoked != nil { return .revoked }
        if let expires, expires <= now { return .expired }
        return .active
    }
}

/// What a new key is to be.
public struct KeyRequest: Equatable, Sendable {
    /// The longest name, in bytes.
    public static let nameByteCountMax = 128
    /// The most permissions of one key.
    public static let scopeCountMax = 256
    /// The most keys of which each was made with the one before.
    public static let generationCountMax = 16

    /// What its maker calls it.
    public var name: String
    /// What it permits; nothing else is.
    public var scopes: [KeyScope]
    /// When it ends; nil is never.
    public var expires: Timestamp?
    /// How often it may be used; nil is without a limit.
    public var rate: KeyRate?

    /// Takes what a key is to be.
    public init(name: String, scopes: [KeyScope], expires: Timestamp?, rate: KeyRate? = nil) {
        self.name = name
        self.scopes = scopes
        self.expires = expires
        self.rate = rate
    }
}

/// A key's text, which is shown once; printing the value by mistake shows nothing.
public struct KeySecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The text itself, for the key's user.
    public func reveal() -> String { text }

    /// Nothing of the text.
    public var description: String { "vz_…" }
    /// Nothing of the text.
    public var debugDescription: String { description }
    /// Nothing of the text.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
