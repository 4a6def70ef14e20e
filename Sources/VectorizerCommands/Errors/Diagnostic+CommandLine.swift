/// What is wrong with how the program was called.
extension Diagnostic {
    static func argumentNotText(_ place: Int, _ shown: String) -> Diagnostic {
        Diagnostic(
            code: 64,
            kind: "usage",
            message: "argument \(place) is not UTF-8 text: '\(shown)'",
            got: .text(shown)
        )
    }

    static func argumentsUnreadable() -> Diagnostic {
        Diagnostic(
            code: 69,
            kind: "no_arguments",
            message: "the arguments of this process can't be read from /proc/self/cmdline"
        )
    }

    static func tooFewDescriptors(_ count: Int, needed: Int) -> Diagnostic {
        Diagnostic(
            code: 69,
            kind: "too_few_descriptors",
            message: "this process may open \(count) files at once, and needs at least \(needed)",
            expected: .integer(Int64(needed)),
            got: .integer(Int64(count)),
            hint: "ulimit -n 1024"
        )
    }

    static func variableNotText(_ name: String) -> Diagnostic {
        Diagnostic(
            code: 78,
            kind: "invalid_setting",
            message: "\(name) is not UTF-8 text",
            field: name
        )
    }
}
