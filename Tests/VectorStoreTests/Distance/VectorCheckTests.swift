import Testing
import VectorStore

@Suite("VectorCheck")
struct VectorCheckTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let vector: [Float]
        let metrics: [Metric]
        let fault: VectorError
        var testDescription: String { "\(vector)" }
    }

    static let shortest = Double(Float.leastNonzeroMagnitude)
    static let refusals = [
        Refusal(vector: [1, .nan, .infinity], metrics: .all, fault: .notANumber(component: 1)),
        Refusal(
            vector: [1, 2, .infinity],
            metrics: .all,
            fault: .infinite(component: 2, isNegative: false)
        ),
        Refusal(
            vector: [-.infinity, .nan, 0],
            metrics: .all,
            fault: .infinite(component: 0, isNegative: true)
        ),
        Refusal(
            vector: [1, 2],
            metrics: .all,
            fault: .dimensionMismatch(expected: 3, got: 2)
        ),
        Refusal(vector: [0, 0, 0], metrics: [.cosine], fault: .noDirection(length: 0)),
        Refusal(vector: [-0, 0, -0], metrics: [.cosine], fault: .noDirection(length: 0)),
        Refusal(
            vector: [0, .leastNonzeroMagnitude, 0],
            metrics: [.cosine],
            fault: .noDirection(length: shortest)
        ),
        Refusal(
            vector: [0, 1e-19, 0],
            metrics: [.dot, .euclidean],
            fault: .tooShort(
                length: Double(Float(1e-19)),
                minimum: VectorCheck.minimumLength
            )
        ),
        Refusal(
            vector: [0, 0, -1e38],
            metrics: [.dot, .euclidean],
            fault: .tooLong(
                length: Double(Float(1e38)),
                maximum: VectorCheck.maximumLength
            )
        ),
        Refusal(
            vector: [0, 0, -3e38],
            metrics: [.cosine],
            fault: .tooLong(
                length: Double(Float(3e38)),
                maximum: VectorCheck.maximumLengthForCosine
            )
        ),
    ]

    @Test("A vector without distances is refused, with the reason", arguments: refusals)
    func refused(refusal: Refusal) {
        for metric in refusal.metrics {
            #expect(throws: refusal.fault) {
                try VectorCheck.validate(refusal.vector.span, for: metric, dimension: 3)
            }
        }
    }

    @Test(
        "A vector that has distances is accepted",
        arguments: [
            [0, 0, 0], [-0, 0, 0], [0, 1.1e-19, 0], [9e18, 0, 0], [1, -2, 3],
            [1, .leastNonzeroMagnitude, 0],
        ] as [[Float]]
    )
    func accepted(vector: [Float]) throws {
        let length = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        let inverse = length == 0 ? 0 : Float(1 / length)
        for metric in [Metric.dot, .euclidean] {
            #expect(
                try VectorCheck.validate(vector.span, for: metric, dimension: 3) == inverse
            )
        }
        let origin: [Float] = [0, 0, 0]
        for kernels in DistanceKernels.available {
            let distance = kernels.squaredEuclidean(vector.span, origin.span)
            #expect(distance.isFinite && (distance > 0) == (length > 0))
            let product = kernels.dot(vector.span, vector.span)
            #expect(product.isFinite && (product > 0) == (length > 0))
        }
    }

    @Test(
        "Whatever has a direction is accepted under the cosine",
        arguments: [[1e-38, 0, 0], [8e37, 0, 0], [0, -1, 0], [1e20, 1e20, 1e20]] as [[Float]]
    )
    func acceptedForCosine(vector: [Float]) throws {
        let inverse = try VectorCheck.validate(vector.span, for: .cosine, dimension: 3)
        #expect(inverse > 0 && inverse.isFinite)
        #expect(inverse == inverseNorm(of: vector.span))
    }

    @Test("Two of the longest vectors are at a finite distance, at every level")
    func longest() throws {
        let component = Float((VectorCheck.maximumLength * 0.999 / 8).rounded(.down))
        let one = [Float](repeating: component, count: 64)
        let other = one.map { -$0 }
        try VectorCheck.validate(one.span, for: .euclidean, dimension: 64)
        for kernels in DistanceKernels.available {
            #expect(kernels.squaredEuclidean(one.span, other.span).isFinite)
            #expect(kernels.dot(one.span, other.span).isFinite)
        }
    }

    @Test("The first component that is not finite is found wherever it is", arguments: 0..<200)
    func firstNonFinite(index: Int) {
        var vector = [Float](repeating: .greatestFiniteMagnitude, count: 200)
        #expect(VectorCheck.firstNonFinite(in: vector.span) == nil)
        vector[199] = .nan
        vector[index] = index.isMultiple(of: 2) ? -.infinity : .nan
        #expect(VectorCheck.firstNonFinite(in: vector.span) == index)
    }

    @Test("A vector of no components is finite")
    func empty() {
        let none: [Float] = []
        #expect(VectorCheck.firstNonFinite(in: none.span) == nil)
    }

    @Test("The inverse norm is one divided by the length, or nothing")
    func inverseNorms() {
        #expect(inverseNorm(of: [3, 4].span) == 0.2)
        #expect(inverseNorm(of: [0, -0].span) == nil)
        #expect(inverseNorm(of: [.leastNonzeroMagnitude].span) == nil)
        #expect(inverseNorm(of: [.greatestFiniteMagnitude].span).map { $0 > 0 } == true)
    }

    @Test("A metric keeps its name for ever")
    func metricNames() {
        #expect(Metric.allCases.map(\.rawValue) == ["cosine", "euclidean", "dot"])
    }
}

extension [Metric] {
    fileprivate static var all: [Metric] { Metric.allCases }
}
