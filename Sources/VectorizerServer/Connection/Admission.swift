import VectorStore

/// A request that may be answered: who asks, and what is left of their rate.
struct Admission: Sendable {
    /// Who asks.
    let caller: Caller
    /// What is left of the key's rate, or of the address's; nil without one.
    var allowance: Allowance?
    /// The collection that a key was judged for, so that no alias turns to another one after that.
    var collection: CollectionName?

    init(
        _ caller: Caller,
        _ allowance: Allowance? = nil,
        collection: CollectionName? = nil
    ) {
        self.caller = caller
        self.allowance = allowance
        self.collection = collection
    }
}
