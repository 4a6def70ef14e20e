import VectorStore

/// What a collection was told over the dialect, kept beside it in the store's notes.
///
/// Settings that mean nothing here are told again as they were given. A collection that the command
/// line has made has none of it.
package struct CollectionFacts: Sendable {
    private enum Note {
        static let vectors = "vectors"
        static let sparseVectors = "sparse_vectors"
        static let settings = "settings"
        static let index = "index/"
    }

    private var notes: [String: [UInt8]]

    /// Takes the notes of a collection.
    package init(_ notes: [String: [UInt8]]) {
        self.notes = notes
    }

    /// The notes of a new collection.
    ///
    /// - Parameter request: what it was made with.
    package init(_ request: CreateCollectionRequest) {
        var vectors = JSONWriter()
        if let only = request.dense.first, !request.isNamed {
            vectors.raw(only.json.span)
        } else {
            vectors.object { writer in
                for field in request.dense {
                    writer.name(field.name)
                    writer.raw(field.json.span)
                }
            }
        }
        notes = [
            Note.vectors: vectors.bytes, Note.settings: Self.object(request.settings.members),
        ]
        guard !request.sparse.isEmpty else { return }
        notes[Note.sparseVectors] = Self.object(request.sparse.map { ($0.name, $0.json) })
    }

    /// All notes, to be written.
    package var all: [String: [UInt8]] { notes }

    private static func object(_ members: [(name: String, json: [UInt8])]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            for (name, json) in members {
                writer.name(name)
                writer.raw(json.span)
            }
        }
        return writer.bytes
    }

    // MARK: Reading

    /// The vector fields as they were described; nil for a collection of the command line.
    package var vectors: [UInt8]? { notes[Note.vectors] }

    /// The sparse vector fields as they were described; nil where there are none.
    package var sparseVectors: [UInt8]? { notes[Note.sparseVectors] }

    /// A setting as it was given; nil where it was not.
    ///
    /// - Parameter name: the setting.
    /// - Returns: its JSON.
    /// - Throws: what is wrong with the note.
    package func setting(_ name: String) throws -> JSONElement? {
        guard let settings = notes[Note.settings] else { return nil }
        return try JSONDocument(parsing: settings).root.optional(name)
    }

    /// The payload fields with an index, by their names, and what kind each is of.
    ///
    /// - Throws: what is wrong with a note.
    package func indexes() throws -> [(field: String, kind: String, parameters: JSONElement?)] {
        try notes.filter { $0.key.hasPrefix(Note.index) }.sorted { $0.key < $1.key }.map {
            let root = try JSONDocument(parsing: $0.value).root
            let kind = root.member("type")?.string ?? "keyword"
            return (String($0.key.dropFirst(Note.index.count)), kind, root.member("params"))
        }
    }

    // MARK: Changes

    /// The note of an index; nil removes it.
    package static func note(
        ofIndexOn field: String,
        _ request: CreateIndexRequest?
    ) -> [String: [UInt8]?] {
        guard let request else { return [Note.index + field: nil as [UInt8]?] }
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("type")
            writer.value(request.kind.rawValue)
            if let parameters = request.parameters {
                writer.name("params")
                writer.raw(parameters.span)
            }
        }
        return [Note.index + field: writer.bytes]
    }

    /// The notes that a change of settings leaves: its members are merged into what was given.
    ///
    /// - Parameter request: the change.
    /// - Returns: the notes to write.
    /// - Throws: what is wrong with a note.
    package func changed(by request: UpdateCollectionRequest) throws -> [String: [UInt8]?] {
        var settings = notes[Note.settings] ?? Array("{}".utf8)
        for (name, json) in request.settings.members {
            settings = try Self.merge(json, at: [name], into: settings)
        }
        var vectors = notes[Note.vectors]
        for field in request.dense {
            let isWhole = try field.name.isEmpty && !isNamed()
            let steps = isWhole ? [] : [field.name]
            vectors = try vectors.map { try Self.merge(field.json, at: steps, into: $0) }
        }
        var sparse = notes[Note.sparseVectors]
        for field in request.sparse {
            sparse = try sparse.map { try Self.merge(field.json, at: [field.name], into: $0) }
        }
        return [Note.settings: settings, Note.vectors: vectors, Note.sparseVectors: sparse]
    }

    private func isNamed() throws -> Bool {
        guard let vectors else { return false }
        return try JSONDocument(parsing: vectors).root.member("size")?.kind != .number
    }

    /// Puts a value into an object: objects member by member, all else as a whole.
    private static func merge(
        _ json: [UInt8],
        at names: [String],
        into object: [UInt8]
    ) throws -> [UInt8] {
        guard try JSONDocument(parsing: json).root.kind == .object else {
            let whole = Self.object([(names.last ?? "", json)])
            let steps = names.map { FilterField.Step.member(Array($0.utf8)) }
            return try DocumentEditing.set(whole.span, at: Array(steps.dropLast()), in: object.span)
        }
        var result = object
        let value = try JSONDocument(parsing: json).root
        for (name, member) in value.members where member.kind == .object {
            result = try merge(member.minified, at: names + [name], into: result)
        }
        let plain = value.members.filter { $0.value.kind != .object }
        let steps = names.map { FilterField.Step.member(Array($0.utf8)) }
        let members = Self.object(plain.map { ($0.name, $0.value.minified) })
        return try DocumentEditing.set(members.span, at: steps, in: result.span)
    }
}
