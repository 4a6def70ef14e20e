/// A request that may be answered: who asks, and what is left of their rate.
struct Admission: Sendable {
    /// Who asks.
    let caller: Caller
    /// What is left of the key's rate, or of the address's; nil without one.
    var allowance: Allowance?

    init(_ caller: Caller, _ allowance: Allowance? = nil) {
        self.caller = caller
        self.allowance = allowance
    }
}
