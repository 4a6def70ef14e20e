import Glibc

/// The system calls that change files, with a hook that lets a test make the N-th one fail.
///
/// Everything durable goes through here, so "fail at call N, for every N" is a complete test of
/// what is left behind.
package enum SystemCall {
    /// The calls a fault can be planted in.
    package enum Name: String, Sendable, CaseIterable {
        case open, write, fsync, rename, unlink, mkdir, truncate
    }

    /// Asked before each call of the current task: an errno to fail with, or nil to go on.
    @TaskLocal package static var fault: (@Sendable (Name, String) -> Int32?)?

    /// Runs one call, retrying on EINTR, and turns a failure into a fact.
    static func run<Value: SignedInteger>(
        _ name: Name,
        path: String,
        _ call: () -> Value
    ) throws(VectorStoreError) -> Value {
        if let fault, let code = fault(name, path) {
            throw .system(name.rawValue, path, code)
        }
        while true {
            let result = call()
            if result >= 0 { return result }
            let code = errno
            // A failed fsync is never repeated: the kernel may have marked the pages clean.
            if code == EINTR, name != .fsync { continue }
            throw .system(name.rawValue, path, code)
        }
    }
}
