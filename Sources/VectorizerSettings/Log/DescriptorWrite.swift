import CKernels
import Glibc

/// `write(2)` until everything is written or an error says it never will be.
package enum DescriptorWrite {
    /// Returns 0, or the `errno` of the failure: `EINTR` when a request to stop came meanwhile.
    package static func all(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { raw in
            var offset = 0
            while offset < raw.count {
                let rest = UnsafeRawBufferPointer(rebasing: raw[offset...])
                let written = write(descriptor, rest.baseAddress, rest.count)
                if written >= 0 {
                    offset += written
                    // The write was cut short by the request to stop.
                    if offset < raw.count, vz_signals_pending() != 0 { return EINTR }
                } else if errno == EAGAIN {
                    // Another program sharing the descriptor made it non-blocking: wait for room.
                    var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&wanted, 1, -1)
                    if vz_signals_pending() != 0 { return EINTR }
                } else if errno != EINTR || vz_signals_pending() != 0 {
                    return errno
                }
            }
            return 0
        }
    }
}
