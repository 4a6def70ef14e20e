/// What can be done about damage.
public enum Repair: Hashable, Sendable {
    /// Nothing but a backup brings back what is lost.
    case restoreStore
    /// One point is lost: deleting and inserting it again does, and so does a backup.
    case reinsertPoint
    /// Codes and links are made again from the vectors.
    case rebuildIndex(collection: CollectionName)
    /// The payload index on a field is dropped and made again.
    case recreatePayloadIndex(collection: CollectionName, field: String)
}
