import GRDB

/// A row of the catalog, read without trusting that its values have the types of their columns.
///
/// One flipped bit turns a number into a text or a NULL, and GRDB's own conversions end the process
/// then.
struct CatalogRow {
    private let row: Row
    private let path: String
    private let what: String

    /// Takes a row that was read from the catalog at a path; `what` names it in errors.
    init(_ row: Row, of catalog: CatalogReader, _ what: String) {
        self.row = row
        self.path = catalog.path
        self.what = what
    }

    /// What is wrong with the row, as an error.
    func damaged(_ part: String) -> VectorStoreError {
        .corrupt(path, "\(part) of \(what)")
    }

    func integer(_ column: String) throws(VectorStoreError) -> Int64 {
        guard case .int64(let number) = value(column).storage else { throw damaged(column) }
        return number
    }

    /// A count or a size.
    func count(_ column: String) throws(VectorStoreError) -> Int {
        Int(try integer(column))
    }

    func text(_ column: String) throws(VectorStoreError) -> String {
        guard case .string(let text) = value(column).storage else { throw damaged(column) }
        return text
    }

    func bytes(_ column: String) throws(VectorStoreError) -> [UInt8] {
        guard let bytes = Blob.read(value(column)) else { throw damaged(column) }
        return bytes
    }

    func uniqueID(_ column: String) throws(VectorStoreError) -> UniqueID {
        guard let id = UniqueID(try bytes(column)) else { throw damaged(column) }
        return id
    }

    /// Compares the row's checksum with the one that its values give.
    func check(_ checksum: Int64, _ column: String = "crc") throws(VectorStoreError) {
        guard try integer(column) == checksum else { throw damaged("checksum") }
    }

    /// The number behind the last of a column that only rises.
    ///
    /// - Throws: `.corrupt` when there is none: no counter gets that far, so it was crafted.
    static func next(
        after last: Int64,
        of catalog: CatalogReader,
        _ what: String
    ) throws(VectorStoreError) -> Int64 {
        let (next, isBeyond) = last.addingReportingOverflow(1)
        guard !isBeyond else {
            throw .corrupt(catalog.path, what + " is \(last)")
        }
        return next
    }

    private func value(_ column: String) -> DatabaseValue { row[column] }
}

extension Result {
    /// What was read, if it could be.
    var success: Success? {
        switch self {
        case .success(let value): value
        case .failure: nil
        }
    }
}
