import Glibc

/// The user that this process belongs to.
///
/// Read from `/etc/passwd`: the C library's own way loads other libraries, which ends a static
/// program for a user that is not there.
package enum OperatingSystemUser {
    private struct Account {
        let name: String
        let homeDirectory: String
    }

    /// The name, or the number of a user who has none.
    static var name: String { account?.name ?? "\(getuid())" }

    /// The home directory; nil for a user who has none.
    package static var homeDirectory: String? {
        account.flatMap { $0.homeDirectory.hasPrefix("/") ? $0.homeDirectory : nil }
    }

    private static let account: Account? = {
        do throws(VectorStoreError) {
            let file = try FileDescriptor(opening: "/etc/passwd", flags: O_RDONLY)
            let text = String(decoding: try file.read(count: 1 << 20, at: 0), as: UTF8.self)
            let number = String(getuid())
            for line in text.split(separator: "\n") {
                let fields = line.split(separator: ":", omittingEmptySubsequences: false)
                if fields.count > 5, fields[2] == number {
                    return Account(name: String(fields[0]), homeDirectory: String(fields[5]))
                }
            }
        } catch {
            return nil
        }
        return nil
    }()
}
