extension Store {
    /// Makes a collection with named vector fields.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - unnamed: what the unnamed field has; nil for a collection without one.
    ///   - fields: the named fields, each name once.
    ///   - notes: texts to keep with it, see ``StoreNotes``.
    /// - Throws: `CollectionError.exists`, `.aliasExists`, `.invalidFieldName` for a name that
    ///   comes twice, `.limitExceeded`.
    public func createCollection(
        _ name: CollectionName,
        unnamed: CollectionConfiguration?,
        fields: [VectorField],
        notes: [String: [UInt8]] = [:]
    ) throws(VectorStoreError) {
        try check(unnamed, fields)
        let directory = directory
        try write(checkpoint: .now) { db in
            // Programs that know no fields must not open the catalog any more.
            try CatalogSchema.migrate(db)
            try checkIsFree(name, in: db)
            let sequence = try StoreRecord.advance(db)
            let root = try CollectionRecord.create(
                name,
                configuration: unnamed ?? .withoutVectors,
                sequence: sequence,
                in: db
            )
            try DurableFile.makeDirectory(directory.collectionPath(root.uuid))
            for field in fields { try create(field, of: name, sequence, in: db) }
            for (note, text) in notes {
                try CollectionNotes.save(text, as: note, of: root.id, in: db)
            }
            try audit.record(.createCollection, "collection \(name)", in: db)
        }
    }

    private func create(
        _ field: VectorField,
        of collection: CollectionName,
        _ sequence: UInt64,
        in db: CatalogWriter
    ) throws {
        let configuration: CollectionConfiguration =
            switch field.kind {
            case .dense(let configuration): configuration
            case .sparse: .withoutVectors
            }
        let record = try CollectionRecord.create(
            collection.field(field.name),
            configuration: configuration,
            sequence: sequence,
            in: db
        )
        try DurableFile.makeDirectory(directory.collectionPath(record.uuid))
    }

    private func check(
        _ unnamed: CollectionConfiguration?,
        _ fields: [VectorField]
    ) throws(VectorStoreError) {
        guard fields.count <= VectorField.countMax else {
            throw .point(
                .limitExceeded(
                    limit: "vector fields",
                    maximum: VectorField.countMax,
                    got: fields.count
                )
            )
        }
        var names: Set<String> = []
        for field in fields where !names.insert(field.name).inserted {
            throw .collection(.invalidFieldName(field.name))
        }
        var dimensions = [unnamed?.dimension ?? 1]
        for case .dense(let configuration) in fields.map(\.kind) {
            dimensions.append(configuration.dimension)
        }
        if let large = dimensions.first(where: { $0 > options.limits.dimension }) {
            throw .point(
                .limitExceeded(
                    limit: "dimension",
                    maximum: options.limits.dimension,
                    got: large
                )
            )
        }
    }

    /// Refuses a name that a collection or an alias has.
    func checkIsFree(_ name: CollectionName, in db: CatalogReader) throws {
        guard !KeyRedaction.holdsKey(name.text) else {
            throw VectorStoreError.collection(.invalidName(name.text))
        }
        guard try CollectionRecord.find(name, in: db) == nil else {
            throw VectorStoreError.collection(.exists(name: name.text))
        }
        guard try CollectionAlias.find(name, in: db) == nil else {
            throw VectorStoreError.collection(.aliasExists(name.text))
        }
    }
}
