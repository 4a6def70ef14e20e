import GRDB

extension DatabaseQueue {
    /// Closes the connection, and keeps what is left of the queue for as long as the process lives.
    ///
    /// To throw a queue away Dispatch starts a thread, for a value that GRDB hangs on it. That
    /// costs more than most commands, and kills the process where there are no descriptors for it,
    /// see ``FreeDescriptors``. What is kept is small: the statements and the cache are gone.
    ///
    /// - Throws: what closing throws while a statement is in use; then the queue is not kept.
    func closeForGood() throws {
        try close()
        _ = unsafe Unmanaged.passRetained(self)
    }
}
