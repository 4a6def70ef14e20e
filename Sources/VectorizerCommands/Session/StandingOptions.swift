/// Options that hold for every line of a session, where a line does not say otherwise.
///
/// They are what the shell itself was called with, and what `set` has changed since.
package struct StandingOptions: Sendable {
    package var dataDirectory: String?
    package var output: OutputMode?
    package var hidesHeader = false
    package var isQuiet = false
    package var isVerbose = false
    package var logFormat: MessageLog.Format?
    package var color: When?
    package var progress: When?
    package var waitSeconds: Double?
    package var assumesYes = false
    package var isDryRun = false

    /// None at all.
    package init() {}

    /// Those that a command line gives.
    package init(_ options: GlobalOptions) {
        dataDirectory = options.dataDir
        output = options.output
        hidesHeader = options.hidesHeader
        isQuiet = options.quiet
        isVerbose = options.verbose
        logFormat = options.logFormat
        color = options.color
        progress = options.progress
        waitSeconds = options.wait
        assumesYes = options.yes
        isDryRun = options.isDryRun
    }
}
