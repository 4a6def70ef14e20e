import Glibc

/// Files whose path begins as typed.
enum FileNames {
    /// Entries of one directory that are looked at.
    private static let entryCountMax = 20_000

    /// The paths, sorted; directories end in `/`.
    ///
    /// - Parameters:
    ///   - typed: the beginning of a path.
    ///   - extensions: endings that are offered; none offers all.
    ///   - onlyDirectories: whether only directories are offered.
    ///   - home: what `~/` stands for.
    /// - Returns: paths that begin as typed.
    static func completing(
        _ typed: String,
        extensions: [String] = [],
        onlyDirectories: Bool = false,
        home: String? = nil
    ) -> [String] {
        let slash = typed.lastIndex(of: "/")
        let folder = slash.map { String(typed[...$0]) } ?? ""
        let beginning = slash.map { String(typed[typed.index(after: $0)...]) } ?? typed
        let isHome = folder.hasPrefix("~/")
        let path = isHome ? home.map { $0 + folder.dropFirst() } ?? folder : folder
        var names: [String] = []
        for name in entries(of: path.isEmpty ? "." : path) where name.hasPrefix(beginning) {
            // Hidden ones are for those who ask for them.
            if name.hasPrefix("."), !beginning.hasPrefix(".") { continue }
            if isDirectory(path + name) {
                names.append(folder + name + "/")
            } else if !onlyDirectories,
                extensions.isEmpty || extensions.contains(where: { name.hasSuffix("." + $0) })
            {
                names.append(folder + name)
            }
        }
        return names.sorted()
    }

    private static func entries(of path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while names.count < entryCountMax, let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    String(validatingCString: $0)
                }
            }
            guard let name, name != ".", name != ".." else { continue }
            names.append(name)
        }
        return names
    }

    private static func isDirectory(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }
}
