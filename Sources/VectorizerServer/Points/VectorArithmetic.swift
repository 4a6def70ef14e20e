/// What is done with single vectors outside of the index.
enum VectorArithmetic {
    /// The vector of the same direction with length 1; one without a direction stays.
    static func normalized(_ vector: [Float]) -> [Float] {
        let squares = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
        guard squares > 0 else { return vector }
        let factor = 1 / squares.squareRoot()
        return vector.map { Float(Double($0) * factor) }
    }

    /// The sum of the products of the components.
    static func dotProduct(_ left: [Float], _ right: [Float]) -> Float {
        Float(zip(left, right).reduce(0.0) { $0 + Double($1.0) * Double($1.1) })
    }

    /// The square of the length of the difference.
    static func squaredDistance(_ left: [Float], _ right: [Float]) -> Float {
        let squares = zip(left, right).reduce(0.0) { sum, pair in
            let difference = Double(pair.0) - Double(pair.1)
            return sum + difference * difference
        }
        return Float(squares)
    }
}
