import CKernels
import Foundation
import Glibc

/// What must hold of the process before a command runs.
package enum Process {
    /// The process's environment.
    package static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// Guards the standard descriptors, SIGPIPE and SIGBUS.
    ///
    /// - Returns: whether the process was started with SIGPIPE ignored, as cron does.
    package static func prepare() -> Bool {
        reserveStandardDescriptors()
        vz_sigbus_install()
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
