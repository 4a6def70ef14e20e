import CKernels
import Glibc
import VectorStore
import VectorizerSettings

extension Diagnostic {
    /// Explains whatever a command threw; `directory` is the data directory it worked in.
    package init(explaining error: any Error, lookedIn directory: String? = nil) {
        switch error {
        case let diagnostic as Diagnostic: self = diagnostic
        case let error as VectorStoreError: self.init(error, lookedIn: directory)
        case let error as SettingsError: self = error.diagnostic
        case let fault as InputError where fault.problem == .cancelled && vz_signals_pending() != 0:
            self = .interrupted(Cancellation.signal)
        case let fault as InputError: self.init(fault)
        case let fault as VectorError: self.init(fault)
        case let fault as FilterSyntaxError: self.init(fault)
        case let fault as FieldPathSyntaxError: self.init(fault)
        default:
            self.init(
                code: 70,
                kind: "internal",
                message: "this is a bug in vectorizer: \(error)"
            )
        }
    }

    /// Explains input that was refused.
    package init(_ fault: InputError) {
        let code: Int32 =
            switch fault.problem {
            case .fileNotFound: 66
            case .permission: 77
            case .readFailed: 74
            case .cancelled: 130
            case .inputIsTaken, .unusedArray, .unusedRowNumbers: 64
            default: 65
            }
        self.init(
            code: code,
            kind: fault.kind.rawValue,
            message: fault.message,
            file: fault.file,
            line: fault.line,
            field: fault.field,
            expected: fault.expected.map(OutputValue.init),
            got: fault.got.map(OutputValue.init),
            hint: fault.hint
        )
    }

    /// The same error, with the place in the input it comes from.
    func located(file: String, line: Int?, isRow: Bool) -> Diagnostic {
        var located = self
        let name = file == "-" ? "standard input" : file
        let place = line.map { isRow ? ": row \($0)" : ":\($0)" } ?? ""
        located.message = "\(name)\(place): \(message)"
        located.file = file
        located.line = line
        return located
    }
}

extension OutputValue {
    fileprivate init(_ fact: InputError.Fact) {
        self =
            switch fact {
            case .number(let number): .integer(Int64(number))
            case .text(let text): .text(text)
            }
    }
}
