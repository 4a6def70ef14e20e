import VectorizerServer

/// Reads a request that is written in a test.
func request(_ text: String) throws -> JSONElement {
    try JSONDocument(parsing: Array(text.utf8)).root
}

/// The error with which a request is refused; nil where it is not.
func refusal<Value>(_ text: String, _ read: (JSONElement) throws -> Value) throws -> RequestError? {
    let body = try request(text)
    do {
        _ = try read(body)
        return nil
    } catch let error as RequestError {
        return error
    }
}
