/// The bytes of a payload are not the minified JSON object that they should be.
package struct MalformedPayloadError: Error, Equatable, Sendable {
    /// Where reading stopped, counted in bytes from the payload's beginning.
    package let offset: Int

    package init(offset: Int) {
        self.offset = offset
    }
}
