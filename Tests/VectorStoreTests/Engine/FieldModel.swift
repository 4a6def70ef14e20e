import TestSupport
import VectorStore

/// What a collection with vector fields must hold, kept in memory beside the store.
struct FieldModel {
    static let name = CollectionName(known: "docs")
    /// The unnamed field, two named dense ones and a sparse one.
    static let dimensions = ["": 4, "text": 8, "image": 3]

    struct Point: Equatable {
        var payload: String
        var vectors: [String: FieldVector] = [:]
    }

    var points: [PointID: Point] = [:]
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// Makes the collection in a store.
    static func create(in store: Store) throws {
        try store.createCollection(
            name,
            unnamed: CollectionConfiguration(dimension: 4, metric: .euclidean),
            fields: [
                VectorField("text", .dense(CollectionConfiguration(dimension: 8, metric: .cosine))),
                VectorField("image", .dense(CollectionConfiguration(dimension: 3, metric: .dot))),
                VectorField("words", .sparse),
            ],
            notes: ["config": Array("{}".utf8)]
        )
    }

    // MARK: Random changes

    mutating func randomID() -> PointID {
        PointID(unchecked: "\(random.next() % 40)")
    }

    mutating func randomVector(of field: String) throws -> FieldVector {
        guard let dimension = Self.dimensions[field] else {
            var indices = Set<UInt32>()
            for _ in 0..<(1 + random.next() % 5) { indices.insert(UInt32(random.next() % 12)) }
            let values = indices.map { _ in Float(1 + random.next() % 9) / 4 }
            return .sparse(try SparseVector(indices: Array(indices), values: values))
        }
        return .dense(
            (0..<dimension).map { _ in Float(Int64(random.next() % 200) - 100) / 8 + 0.1 }
        )
    }

    private mutating func randomPoint(_ id: PointID) throws -> FieldPoint {
        var vectors: [NamedVector] = []
        for field in ["", "text", "image", "words"] where random.next() % 3 > 0 {
            vectors.append(NamedVector(field, try randomVector(of: field)))
        }
        let payload = "{\"n\":\(random.next() % 4)}"
        return FieldPoint(id: id, payload: Array(payload.utf8), vectors: vectors)
    }

    /// A random change, which the model has made already.
    mutating func next() throws -> PointOperation {
        let id = randomID()
        switch random.next() % 10 {
        case 0..<5:
            let point = try randomPoint(id)
            points[id] = Point(
                payload: String(decoding: point.payload, as: UTF8.self),
                vectors: Dictionary(
                    uniqueKeysWithValues: point.vectors.map { ($0.field, $0.vector) }
                )
            )
            return .put([point])
        case 5 where points[id] != nil, 6 where points[id] != nil:
            let point = try randomPoint(id)
            for vector in point.vectors { points[id]?.vectors[vector.field] = vector.vector }
            return .setVectors([point])
        case 7:
            let field = ["", "text", "image", "words"][Int(random.next() % 4)]
            points[id]?.vectors[field] = nil
            return .removeVectors(of: .ids([id]), fields: [field])
        case 8 where points[id] != nil:
            points[id]?.payload = #"{"n":3,"new":true}"#
            return .changePayloads(of: .ids([id])) { _ in Array(#"{"n":3,"new":true}"#.utf8) }
        default:
            points[id] = nil
            return .remove(.ids([id]))
        }
    }

    // MARK: What a store holds

    static func read(_ store: Store, _ name: CollectionName = name) throws -> [PointID: Point] {
        try store.withReader(of: name) { reader in
            var points: [PointID: Point] = [:]
            try reader.forEachPoint { point in
                let payload = String(decoding: point.payload, as: UTF8.self)
                points[point.id] = Point(payload: payload)
                return true
            }
            for id in points.keys {
                for vector in try reader.vectors(of: id, in: ["", "text", "image", "words"]) {
                    points[id]?.vectors[vector.field] = vector.vector
                }
            }
            return points
        }
    }
}
