/// A file in the format npz: a zip file whose entries are npy files, one for each array.
enum NpzFile {
    /// Opens one of the arrays.
    ///
    /// - Parameters:
    ///   - file: a regular file.
    ///   - array: the array's name, with or without the ending; nil for the only one.
    ///   - dimension: what the vectors must have; nil to take what the file says.
    /// - Returns: the array's rows.
    /// - Throws: `.zip` when the file is damaged, or when it is not clear which array is meant.
    static func open(
        _ file: ByteSource,
        array: String?,
        dimension: Int?
    ) throws(InputError) -> NpyRows {
        if file.totalBytes != nil, try file.isExhausted() {
            throw InputError(file: file.name, problem: .emptyInput)
        }
        let directory = try ZipDirectory(of: file)
        let entry: ZipDirectory.Entry
        do throws(ZipError) {
            entry = try choose(array, among: directory.entries)
        } catch {
            throw file.zipError(error)
        }
        return NpyRows(source: try ZipEntryBytes(entry, of: file), dimension: dimension)
    }

    private static func choose(
        _ wanted: String?,
        among entries: [ZipDirectory.Entry]
    ) throws(ZipError) -> ZipDirectory.Entry {
        let arrays = entries.filter { $0.name.hasSuffix(ending) }
        let names = arrays.map { String($0.name.dropLast(ending.count)) }
        guard let wanted else {
            guard let only = arrays.first else { throw .noArrays }
            guard arrays.count == 1 else { throw .severalArrays(names) }
            return only
        }
        guard let index = names.firstIndex(where: { $0 == wanted || $0 + ending == wanted }) else {
            throw .noSuchArray(wanted, among: names)
        }
        return arrays[index]
    }

    private static let ending = ".npy"
}
