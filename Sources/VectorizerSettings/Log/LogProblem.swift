/// Why nothing is logged.
package enum LogProblem: Equatable, Sendable {
    /// The settings file belongs to another user and names a log outside of the data directory.
    case isNamedByOtherUser
    case isNoRegularFile(String)
    case isSymbolicLink(String)
    /// The file has a second name, and may be another file by that.
    case hasAnotherName(String)
    case isProtected(String)
    case unwritable(String, errno: Int32)
}
