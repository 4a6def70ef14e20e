/// A number of bytes in words for people, as `1.5 MiB`.
enum ByteText {
    static func of(_ byteCount: Int) -> String {
        var tenths = min(byteCount, .max / 10) * 10
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if tenths < 10_240 {
                return unit == "B" ? "\(tenths / 10) B" : "\(tenths / 10).\(tenths % 10) \(unit)"
            }
            tenths /= 1024
        }
        return "\(tenths / 10).\(tenths % 10) TiB"
    }
}

/// A number of things in words for people, as `1 point`, `2 points`.
enum CountText {
    static func of(_ count: Int, _ thing: String) -> String {
        "\(count) \(thing)\(count == 1 ? "" : "s")"
    }
}
