extension JSONElement {
    /// The line and the column of the value's first byte, both from 1.
    package var place: (line: Int, column: Int) {
        JSONSyntaxError.place(of: Int(node.start), in: document.bytes)
    }

    /// The way to this value, such as `points[0].vector`; nothing for the root.
    ///
    /// It is found by going down from the root, which only errors have to pay.
    ///
    /// - Parameter maps: objects whose members have names of the client's making; such a name
    ///   becomes `?`.
    /// - Returns: the path.
    package func path(maps: [JSONElement] = []) -> String {
        let anonymous = Set(maps.map(\.index))
        var path = ""
        var here = document.root
        while here.index != index {
            guard let (step, child) = here.stepTowards(self, isAnonymous: anonymous.contains) else {
                break
            }
            path += step.hasPrefix("[") || path.isEmpty ? step : "." + step
            here = child
        }
        return path
    }

    private func stepTowards(
        _ target: JSONElement,
        isAnonymous: (Int) -> Bool
    ) -> (step: String, child: JSONElement)? {
        let start = target.node.start
        switch node.kind {
        case .array, .numbers:
            let place = elements.firstIndex { $0.node.end > start }
            return place.map { ("[\($0)]", elements[$0]) }
        case .object:
            guard let member = members.first(where: { $0.value.range.contains(Int(start)) }) else {
                return nil
            }
            return (isAnonymous(index) ? "?" : member.name, member.value)
        default:
            return nil
        }
    }
}
