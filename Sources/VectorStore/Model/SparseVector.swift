/// A vector of a few components out of 2³², in the order of their numbers.
public struct SparseVector: Equatable, Sendable {
    /// The numbers of the components, ascending.
    public let indices: [UInt32]
    /// Their values, finite.
    public let values: [Float]

    /// Sorts and checks the components.
    ///
    /// - Parameters:
    ///   - indices: the numbers of the components, in any order.
    ///   - values: their values, as many.
    /// - Throws: ``SparseVectorError``.
    public init(indices: [UInt32], values: [Float]) throws(SparseVectorError) {
        guard indices.count == values.count else {
            throw .lengthsDiffer(indices: indices.count, values: values.count)
        }
        let order = indices.indices.sorted { indices[$0] < indices[$1] }
        let sorted = order.map { indices[$0] }
        for (left, right) in zip(sorted, sorted.dropFirst()) where left == right {
            throw .repeated(index: left)
        }
        if let place = values.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(position: place)
        }
        self.indices = sorted
        self.values = order.map { values[$0] }
    }

    private init(sorted indices: [UInt32], _ values: [Float]) {
        self.indices = indices
        self.values = values
    }

    /// The sum of the products of the components that both have.
    ///
    /// - Parameter other: the other vector.
    /// - Returns: the dot product; nil when no component is in both.
    public func dotProduct(_ other: SparseVector) -> Float? {
        var (left, right) = (0, 0)
        var sum: Float?
        while left < indices.count, right < other.indices.count {
            if indices[left] == other.indices[right] {
                sum = (sum ?? 0) + values[left] * other.values[right]
                left += 1
                right += 1
            } else if indices[left] < other.indices[right] {
                left += 1
            } else {
                right += 1
            }
        }
        return sum
    }

    // MARK: As it is stored

    /// The JSON object that the catalog keeps: `{"indices":[…],"values":[…]}`.
    package var stored: [UInt8] {
        let numbers = indices.map { "\($0)" }.joined(separator: ",")
        var text = Array("{\"indices\":[\(numbers)],\"values\":".utf8)
        JSONNumber.append(values.span, to: &text)
        text.append(JSONByte.closeBrace)
        return text
    }

    /// Reads what the catalog keeps.
    ///
    /// - Throws: ``MalformedPayloadError`` when it is damaged.
    package init(stored: [UInt8]) throws(MalformedPayloadError) {
        let damage = MalformedPayloadError(offset: 0)
        var scanner = PayloadScanner(stored.span)
        try scanner.take(JSONByte.openBrace)
        guard try scanner.nextName(isFirst: true) != nil else { throw damage }
        let indices = try Self.indices(&scanner)
        guard try scanner.nextName(isFirst: false) != nil else { throw damage }
        let range = try scanner.skipValue()
        var values: [Float] = []
        do throws(PointRowError) {
            if !indices.isEmpty {
                let text = stored.span.extracting(range)
                try JSONVector.parse(text, dimension: indices.count, into: &values)
            }
        } catch {
            throw damage
        }
        guard zip(indices, indices.dropFirst()).allSatisfy({ $0 < $1 }) else { throw damage }
        self.init(sorted: indices, values)
    }

    private static func indices(
        _ scanner: inout PayloadScanner
    ) throws(MalformedPayloadError) -> [UInt32] {
        try scanner.take(JSONByte.openBracket)
        var indices: [UInt32] = []
        while try scanner.nextElement(isFirst: indices.isEmpty) {
            guard case .number(.integer(let number)) = try scanner.scalar(),
                let index = UInt32(exactly: number)
            else { throw MalformedPayloadError(offset: 0) }
            indices.append(index)
        }
        return indices
    }
}

/// What is wrong with the components of a sparse vector.
public enum SparseVectorError: Error, Equatable, Sendable {
    /// There are not as many values as numbers.
    case lengthsDiffer(indices: Int, values: Int)
    /// A component is given twice.
    case repeated(index: UInt32)
    /// A value is no finite number; positions count from 0.
    case notFinite(position: Int)
}
