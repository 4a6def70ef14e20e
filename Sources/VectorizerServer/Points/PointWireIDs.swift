import Synchronization
import VectorStore

/// The points of collections whose ids are neither numbers nor UUIDs, by the UUIDs that they are
/// called on the wire.
///
/// Only the command line makes such points. They are looked for when a UUID is asked for that could
/// be one of theirs, once after each change of a collection.
final class PointWireIDs: Sendable {
    private struct Known {
        let sequence: UInt64
        let ids: [RequestPointID: PointID]
    }

    private static let collectionCountMax = 256

    private let known = Mutex<[CollectionName: Known]>([:])

    /// The store's id of a point.
    ///
    /// - Parameters:
    ///   - id: what it is called on the wire.
    ///   - reader: the collection.
    /// - Returns: the id, whether there is such a point or not.
    /// - Throws: the catalog's errors.
    func pointID(_ id: RequestPointID, in reader: CollectionReader) throws -> PointID {
        guard id.isDerivable else { return id.pointID }
        return try others(in: reader)[id] ?? id.pointID
    }

    /// All of a collection.
    ///
    /// - Complexity: O(points) after a change of the collection.
    func others(in reader: CollectionReader) throws -> [RequestPointID: PointID] {
        let (name, sequence) = (reader.info.name, reader.info.sequence)
        if let found = known.withLock({ $0[name] }), found.sequence == sequence {
            return found.ids
        }
        var ids: [RequestPointID: PointID] = [:]
        try reader.forEachPoint(of: .other) { point in
            ids[RequestPointID(point.id)] = point.id
            return true
        }
        known.withLock { known in
            if known.count >= Self.collectionCountMax { known = [:] }
            known[name] = Known(sequence: sequence, ids: ids)
        }
        return ids
    }

    // MARK: Filters

    /// The filter of a request, with the store's ids in it.
    ///
    /// - Throws: the catalog's errors.
    func filter(
        _ expression: FilterExpression?,
        in reader: CollectionReader
    ) throws -> PointFilter? {
        try expression.map { PointFilter(try resolving($0, in: reader)) }
    }

    /// A filter with the store's ids in the place of those that points are called on the wire.
    ///
    /// - Throws: the catalog's errors.
    func resolving(
        _ expression: FilterExpression,
        in reader: CollectionReader
    ) throws -> FilterExpression {
        func all(_ terms: [FilterExpression]) throws -> [FilterExpression] {
            try terms.map { try resolving($0, in: reader) }
        }
        switch expression {
        case .isIn(.id, let ids): return .isIn(.id, try ids.map { try resolving($0, in: reader) })
        case .and(let terms): return .and(try all(terms))
        case .or(let terms): return .or(try all(terms))
        case .atLeast(let count, let terms): return .atLeast(count, try all(terms))
        case .not(let term): return .not(try resolving(term, in: reader))
        default: return expression
        }
    }

    private func resolving(
        _ value: FilterValue,
        in reader: CollectionReader
    ) throws -> FilterValue {
        guard case .text(let text) = value,
            let id = RequestPointID(uuid: String(decoding: text, as: UTF8.self)), id.isDerivable,
            let known = try others(in: reader)[id]
        else { return value }
        return .text(Array(known.text.utf8))
    }
}

extension RequestPointID {
    /// Whether it could be made of another id: a UUID of version 5.
    fileprivate var isDerivable: Bool {
        if case .uuid(let first, _) = self { return first >> 12 & 0xF == 5 }
        return false
    }
}
