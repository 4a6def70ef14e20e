import Glibc

/// The owner of files that root makes in another user's directory.
///
/// A store belongs to the user whose service opens it; one command that root runs in it must not
/// lock that user out.
package enum FileOwner {
    /// Gives a file or directory that was made a moment ago to the owner of the directory above.
    ///
    /// Does nothing for other users, who can't give anything away, and in directories of root.
    ///
    /// - Parameters:
    ///   - descriptor: what was made, open: a name could lead elsewhere by now.
    ///   - path: its path.
    /// - Returns: 0, or the error number of what failed.
    package static func inherit(_ descriptor: Int32, _ path: String) -> Int32 {
        guard geteuid() == 0 else { return 0 }
        var (own, above) = (stat(), stat())
        let parent = DurableFile.parent(of: path)
        guard unsafe fstat(descriptor, &own) == 0, unsafe stat(parent, &above) == 0 else {
            return errno
        }
        // Two names: a user has linked a file of root's there, to get it.
        let isDirectory = own.st_mode & S_IFMT == S_IFDIR
        guard own.st_uid == 0, above.st_uid != 0, isDirectory || own.st_nlink == 1 else { return 0 }
        return fchown(descriptor, above.st_uid, above.st_gid) == 0 ? 0 : errno
    }
}
