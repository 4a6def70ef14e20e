extension SnapshotManifest {
    /// The most files that one snapshot may have.
    private static let fileCountMax = 1_000_000

    /// Reads a manifest and checks every name and number in it before one is used.
    ///
    /// - Throws: `.malformedSnapshot` for what no backup of ours writes, `.corruptRepository` when
    ///   its checksum is wrong, `.newerFormat`.
    static func read(from path: String) throws(VectorStoreError) -> Self {
        let manifest = try SealedDocument.read(
            Self.self,
            from: path,
            format: format,
            version: version
        )
        if let reason = manifest.fault {
            throw .backup(.malformedSnapshot(file: path, reason: reason))
        }
        let name = path.split(separator: "/").last.map(String.init)
        guard name == manifest.name + ".json" else {
            throw .backup(
                .malformedSnapshot(file: path, reason: "it is the snapshot \(manifest.name)")
            )
        }
        return manifest
    }

    /// What is wrong with it; nil when nothing is.
    private var fault: String? {
        guard Hexadecimal.bytes(id)?.count == 8 else { return "its id is bad" }
        guard UniqueID(hexadecimal: store[...]) != nil else { return "the store's UUID is bad" }
        guard Timestamp(created)?.description == created else { return "its time is bad" }
        // With room for all that can be made.
        guard (0..<Int64.max / 2).contains(epoch), sequence < UInt64(Int64.max / 2), number >= 0
        else {
            return "its sequence is bad"
        }
        guard files.count <= Self.fileCountMax else { return "it names \(files.count) files" }
        return collectionFault ?? fileFault
    }

    private var collectionFault: String? {
        let all = Set(collections.map(\.name))
        var names: Set<String> = []
        var uuids: Set<UniqueID> = []
        var total = 0
        for collection in collections {
            let name = CollectionName(unchecked: collection.name)
            guard Self.isName(name), all.contains(name.collection.text) else {
                return "a collection's name is bad"
            }
            guard let uuid = UniqueID(hexadecimal: collection.uuid[...]), collection.points >= 0
            else { return "collection \(collection.name) is bad" }
            guard names.insert(collection.name).inserted, uuids.insert(uuid).inserted else {
                return "collection \(collection.name) is there twice"
            }
            let sum = total.addingReportingOverflow(collection.points)
            guard !sum.overflow else { return "its collections are too large" }
            total = sum.partialValue
        }
        return nil
    }

    /// Whether a text is the name of a collection, or of one of its fields.
    private static func isName(_ name: CollectionName) -> Bool {
        do throws(VectorStoreError) {
            _ = try CollectionName(name.collection.text)
        } catch {
            return false
        }
        return name.fieldName.map(VectorField.isName) ?? true
    }

    private var fileFault: String? {
        let known = Set(collections.map(\.uuid))
        var paths: Set<String> = []
        var total = 0
        for file in files {
            guard file.hasPlainPath(inDirectories: known) else {
                return "'\(file.path)' is no name of a file of a store"
            }
            guard paths.insert(file.path).inserted else { return "\(file.path) is there twice" }
            if let fault = file.fault { return "\(file.path): \(fault)" }
            let sum = total.addingReportingOverflow(file.size)
            guard !sum.overflow else { return "its files are too large" }
            total = sum.partialValue
        }
        return paths.contains(File.catalogPath) ? nil : "it has no catalog"
    }
}

extension SnapshotManifest.File {
    /// Whether the path is the catalog's or `vectors/<collection>/<uuid>.tail` or `.seg`.
    ///
    /// Nothing else is ever written, so no `..`, no absolute name and no odd byte gets through.
    fileprivate func hasPlainPath(inDirectories collections: Set<String>) -> Bool {
        if path == Self.catalogPath { return true }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "vectors", collections.contains(String(parts[1]))
        else { return false }
        let name = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        return name.count == 2 && UniqueID(hexadecimal: name[0]) != nil
            && (name[1] == "tail" || name[1] == "seg")
    }

    /// What is wrong with its size and chunks; nil when nothing is.
    fileprivate var fault: String? {
        guard ContentHash(hexadecimal: sha256) != nil, hashes.count == chunks.count else {
            return "a SHA-256 is bad"
        }
        guard storedSizes.count == chunks.count, chunkSizes.count == chunks.count,
            storedSizes.allSatisfy({ (1...ChunkStore.storedByteCountMax).contains($0) }),
            chunkSizes.allSatisfy({ (1...ChunkCutter.byteCountMax).contains($0) })
        else { return "a piece's size is bad" }
        // A million chunks of 4 MiB don't overflow.
        let sum = chunkSizes.reduce(0) { $0 &+ $1 }
        guard size > 0, sum == size else { return "its pieces make \(sum) bytes, not \(size)" }
        return nil
    }
}
