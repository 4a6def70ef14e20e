import CKernels
import Glibc
import VectorStore
import VectorizerSettings

/// What must hold of the process before a command runs.
package enum Process {
    /// The process's environment; of a name that is there twice, the first, as `getenv` has it.
    ///
    /// Foundation's own takes the process a search through all conformances in the program.
    package static var environment: [String: String] {
        var variables: [String: String] = [:]
        for entry in variableEntries() {
            let text = String(cString: entry)
            guard let end = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(text[..<end])
            if variables[name] == nil {
                variables[name] = String(text[text.utf8.index(after: end)...])
            }
        }
        return variables
    }

    /// The environment's entries as the system has them, `NAME=VALUE`.
    private static func variableEntries() -> [UnsafeMutablePointer<CChar>] {
        Array(
            sequence(state: environ) { place in
                defer { place += 1 }
                return place.pointee
            }
        )
    }

    /// The words that the process was called with.
    package struct CommandLine: Sendable {
        /// How the program was called.
        package let program: String
        /// The words behind that.
        package let tokens: [String]
        /// Why they are not what was given; nil when they are.
        package let fault: Diagnostic?
    }

    /// Reads the words that the process was called with.
    ///
    /// Swift makes other text of bytes that are not UTF-8. A command must not do to the one what
    /// was asked for the other, so such a line is refused, and so are variables that it goes by.
    package static func commandLine() -> CommandLine {
        var words: [String] = []
        var fault: Diagnostic?
        for place in 0..<Int(Swift.CommandLine.argc) {
            guard let word = Swift.CommandLine.unsafeArgv[place] else { continue }
            if let text = String(validatingCString: word) {
                words.append(text)
                continue
            }
            let bytes = UnsafeBufferPointer(start: word, count: strlen(word))
            let shown = TerminalText.escaped(bytes.map(UInt8.init(bitPattern:)))
            words.append(shown)
            // How the program is called is only shown.
            if place > 0 { fault = fault ?? .argumentNotText(place, shown) }
        }
        // The system's own list may be out of reach, without a free descriptor for example.
        if words.isEmpty { fault = .argumentsUnreadable() }
        fault = descriptorFault() ?? fault
        let tokens = Array(words.dropFirst())
        return CommandLine(
            program: words.first ?? "",
            tokens: tokens,
            fault: fault ?? environmentFault(tokens)
        )
    }

    /// Descriptors that the process must be allowed, for any command to come to its end.
    package static let descriptorCountMin = 32

    /// What is wrong with the limit of descriptors, if anything.
    ///
    /// Told before anything is opened: what fails in the middle for want of a descriptor, in SQLite
    /// or in the system's libraries, can be told less well.
    private static func descriptorFault() -> Diagnostic? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            limit.rlim_cur < rlim_t(descriptorCountMin)
        else { return nil }
        return .tooFewDescriptors(Int(limit.rlim_cur), needed: descriptorCountMin)
    }

    /// What is no text among the variables that a line goes by.
    private static func environmentFault(_ tokens: [String]) -> Diagnostic? {
        // Nearly always all is text, and no name has to be looked for.
        guard !variableEntries().allSatisfy({ String(validatingCString: $0) != nil }) else {
            return nil
        }
        let settings = SettingKey.allCases.map(\.variable)
        // An empty one counts as none, here as where the directory is chosen.
        let isSet = getenv("VECTORIZER_DATA_DIR").map { $0.pointee != 0 } ?? false
        let places = ["VECTORIZER_DATA_DIR"] + (isSet ? [] : ["XDG_DATA_HOME", "HOME"])
        let name = (settings + places).first { name in
            getenv(name).map { String(validatingCString: $0) == nil } ?? false
        }
        guard let name else { return nil }
        let hasPlace = places.contains(name) && ScannedLine(tokens).options.dataDir != nil
        return hasPlace ? nil : .variableNotText(name)
    }

    /// Guards the standard descriptors, SIGPIPE and SIGBUS, and makes sure that there is a HOME.
    ///
    /// - Returns: whether the process was started with SIGPIPE ignored, as cron does.
    package static func prepare() -> Bool {
        reserveStandardDescriptors()
        vz_sigbus_install()
        // cron and containers may set none; the account's own directory is the same place. Readline
        // would ask the C library, see there.
        if getenv("HOME").map({ $0.pointee == 0 }) ?? true {
            setenv("HOME", OperatingSystemUser.homeDirectory ?? "/", 1)
        }
        // A file size limit is an error of the write that meets it, which says what it means.
        signal(SIGXFSZ, SIG_IGN)
        var previous = sigaction()
        sigaction(SIGPIPE, nil, &previous)
        var ignoring = sigaction()
        ignoring.__sigaction_handler.sa_handler = SIG_IGN
        sigaction(SIGPIPE, &ignoring, nil)
        let handler = unsafeBitCast(previous.__sigaction_handler.sa_handler, to: Int.self)
        return handler == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Fills descriptors 0 to 2 that are closed, so that no file of the store gets their numbers.
    ///
    /// They are opened the wrong way round: what a command writes there still fails.
    private static func reserveStandardDescriptors() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
        }
    }
}
