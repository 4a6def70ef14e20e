/// What the changes of one write transaction have in common.
///
/// Several callers' changes share a transaction. They share the forced writes to the medium, which
/// take most of a small change's time, and they read and write together what they have in common.
final class WriteGroup {
    /// Changes that share one transaction at most.
    static let changeCountMax = 256

    /// Whether nothing was changed in this transaction yet.
    ///
    /// A later change must sweep nothing: what an earlier one took out of the catalog is needed
    /// again when the commit fails.
    private(set) var isFresh = true

    /// Files that the commit no longer names.
    private(set) var retiredPaths: [String] = []

    // A list: the first dictionary of a type costs a command more than many comparisons.
    private var works: [(name: CollectionName, work: any GroupedWork)] = []
    private var tails: [UnforcedTail] = []
    private var store: StoreRecord?
    private var keptStore: StoreRecord?
    private var isAdvanced = false
    /// Whether the present change can be taken back by itself: the first can't.
    private var isPart = false

    // MARK: Changes

    /// Notes that a change begins that can be taken back.
    func beginChange() {
        isPart = true
        keptStore = store
        for (_, work) in works { work.beginChange() }
    }

    /// Takes the last change back, after the catalog has undone what it did there.
    func takeBack() {
        // What the change has read stays read: nothing else writes in this transaction.
        if let keptStore { store = keptStore }
        for (_, work) in works { work.takeBack() }
    }

    /// What the changes of a collection's points work on together.
    ///
    /// - Parameters:
    ///   - name: the collection.
    ///   - make: makes it for the first of them.
    /// - Returns: the same object for all of them.
    /// - Throws: what `make` throws.
    func work<Work: GroupedWork>(
        on name: CollectionName,
        _ make: () throws -> Work
    ) rethrows -> Work {
        if let known = works.first(where: { $0.name == name })?.work as? Work { return known }
        let work = try make()
        if isPart { work.beginChange() }
        isFresh = false
        works.append((name, work))
        return work
    }

    // MARK: The sequence

    /// The commit sequence that the changes so far have reached.
    func sequence(_ db: CatalogReader) throws -> UInt64 {
        try storeRecord(db).commitSequence
    }

    /// Gives a change its commit sequence.
    ///
    /// - Throws: `.corrupt` when a crafted catalog has no number left.
    func advance(_ db: CatalogReader) throws -> UInt64 {
        var record = try storeRecord(db)
        try record.advance(db)
        store = record
        isAdvanced = true
        return record.commitSequence
    }

    private func storeRecord(_ db: CatalogReader) throws -> StoreRecord {
        if let store { return store }
        let record = try StoreRecord(db)
        store = record
        // A change that is taken back gives its number back, not what was read.
        if keptStore == nil { keptStore = record }
        return record
    }

    // MARK: The end

    /// Takes a tail whose rows must be on the medium before the transaction is committed.
    func forceBeforeCommit(_ tail: UnforcedTail) {
        tails.append(tail)
    }

    /// Takes a file that the commit no longer names; it is removed after the commit.
    func retire(_ path: String) {
        retiredPaths.append(path)
    }

    /// Writes what the changes have left to be written once, and makes durable what the commit
    /// names.
    func settle(_ db: CatalogWriter) throws {
        for (_, work) in works { try work.settle(self) }
        if isAdvanced { try store?.save(db) }
        for tail in tails { try tail.force() }
    }
}

/// What several changes of one group work on together.
protocol GroupedWork: AnyObject {
    /// Notes that a change begins that can be taken back.
    func beginChange()

    /// Takes the last change back, after the catalog has undone what it did there.
    func takeBack()

    /// Writes what the changes have left to be written once.
    ///
    /// - Throws: the catalog's errors and system errors; then nothing of the group is committed.
    func settle(_ group: WriteGroup) throws
}
