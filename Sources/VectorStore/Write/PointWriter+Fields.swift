extension PointWriter {
    /// Writes points with vectors in any fields; each takes the place of the point with its id.
    ///
    /// - Throws: what is wrong with the first bad point; the transaction must then be undone.
    func put(_ points: [FieldPoint]) throws {
        for (row, point) in points.enumerated() {
            try checkPayload(point.payload[...], of: point.id)
            var own: (components: ArraySlice<Float>, inverseNorm: Float)?
            for vector in point.vectors where vector.field.isEmpty {
                own = try checked(vector.vector, row: row)
            }
            let new = NewPoint(id: point.id, payload: point.payload[...], vector: own)
            _ = try put(new, mode: .upsert, row: row)
            for vector in point.vectors where !vector.field.isEmpty {
                try fields.writer(of: vector.field, in: record.name)
                    .put(vector.vector, of: point.id, row: row)
            }
        }
    }

    /// Gives points other vectors in some fields; payloads and other fields stay.
    ///
    /// - Throws: `PointError.notFound` for an id that is not there, and what is wrong with a
    ///   vector; the transaction must then be undone.
    func setVectors(_ points: [FieldPoint]) throws {
        for (row, point) in points.enumerated() {
            guard let facts = try rows.find(point.id) else {
                throw VectorStoreError.point(.notFound([point.id], row: row))
            }
            for vector in point.vectors {
                if vector.field.isEmpty {
                    let own = try checked(vector.vector, row: row)
                    try setVector(own, ofPointWithKey: facts.key)
                } else {
                    try fields.writer(of: vector.field, in: record.name)
                        .put(vector.vector, of: point.id, row: row)
                }
            }
        }
    }

    /// Takes the vectors of some fields from points; the points stay.
    ///
    /// - Throws: `CollectionError.fieldNotFound`; the transaction must then be undone.
    func removeVectors(ofPointsWithKeys keys: [Int64], in names: [String]) throws {
        for name in names {
            guard !name.isEmpty else {
                try checkHasVectors()
                for key in keys where key > 0 { try setVector(nil, ofPointWithKey: key) }
                continue
            }
            let writer = try fields.writer(of: name, in: record.name)
            for key in keys {
                if let id = try rows.id(ofKey: key) { try writer.remove(id: id) }
            }
        }
    }

    /// Gives a point another vector, or none; its payload and its other fields stay.
    ///
    /// - Throws: `.corrupt` when its row is damaged.
    func setVector(
        _ vector: (components: ArraySlice<Float>, inverseNorm: Float)?,
        ofPointWithKey old: Int64
    ) throws {
        guard let facts = try rows.find(key: old), let row = try rows.read(key: old, path: path)
        else { return }
        try removeRow(facts)
        let point = NewPoint(id: row.id, payload: row.payload[...], vector: vector)
        let stored = PayloadCodec.encode(point.payload)
        let key = newKey(hasVector: vector != nil)
        guard let crc = try rows.insert(key: key, id: row.id, payload: stored) else {
            throw VectorStoreError.corrupt(path, "the point '\(row.id)' is there twice")
        }
        try complete(point, key: key, crc: crc, byteCount: stored.bytes.count)
    }

    /// Writes a point's vector into the field that this writer is for.
    private func put(_ vector: FieldVector, of id: PointID, row: Int) throws {
        switch vector {
        case .dense:
            let own = try checked(vector, row: row)
            let point = NewPoint(id: id, payload: Self.noPayload[...], vector: own)
            _ = try put(point, mode: .upsert, row: row)
        case .sparse(let sparse):
            guard record.isSparse else { throw wrongKind }
            let stored = sparse.stored
            try checkPayload(stored[...], of: id)
            let point = NewPoint(id: id, payload: stored[...], vector: nil)
            _ = try put(point, mode: .upsert, row: row)
        }
    }

    /// The payload of a row that is for its vector alone.
    private static let noPayload = Array("{}".utf8)

    private func checked(
        _ vector: FieldVector,
        row: Int
    ) throws(VectorStoreError) -> (components: ArraySlice<Float>, inverseNorm: Float) {
        guard !record.isSparse, case .dense(let components) = vector else { throw wrongKind }
        try checkHasVectors()
        return (components[...], try validate(components[...], row: row))
    }

    /// Refuses a vector without a name where the collection has none.
    func checkHasVectors() throws(VectorStoreError) {
        guard record.configuration.hasVectors else {
            throw .collection(.fieldNotFound(field: "", collection: record.name.text))
        }
    }

    private var wrongKind: VectorStoreError {
        .collection(
            .wrongFieldKind(
                field: record.name.fieldName ?? "",
                collection: record.name.collection.text
            )
        )
    }
}
