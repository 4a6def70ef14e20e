package import VectorStore

extension CollectionName {
    /// A name that the test knows to be allowed.
    package init(known text: String) {
        do {
            try self.init(text)
        } catch {
            preconditionFailure("\(text): \(error)")
        }
    }
}

extension PointID {
    /// An id that the test knows to be allowed.
    package init(known text: String) {
        do {
            try self.init(text)
        } catch {
            preconditionFailure("\(text): \(error)")
        }
    }
}
