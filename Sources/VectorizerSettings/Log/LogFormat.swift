/// How messages and lines of the log are written.
package enum LogFormat: String, CaseIterable, Sendable {
    case text, json
}
