/// The page with all routes; it needs nothing from elsewhere, and runs no scripts.
enum DocumentPage {
    /// What browsers let the page do.
    static let policy =
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

    /// The page.
    static func html(_ routes: [Route], _ version: String) -> String {
        let rows = routes.map { route in
            let cells = [
                route.method.rawValue, route.template, route.access.words, route.title,
            ]
            return "<tr>" + cells.map { "<td>" + escaped($0) + "</td>" }.joined() + "</tr>\n"
        }
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>vectorizer</title></head>
            <body>
            <h1>vectorizer \(escaped(version))</h1>
            <p>Show a key as <code>api-key: KEY</code> or <code>Authorization: Bearer KEY</code>.
            The same as JSON: <a href="/openapi.json">/openapi.json</a>.</p>
            <table>
            <tr><th>Method</th><th>Path</th><th>Needs</th><th>What it does</th></tr>
            \(rows.joined())</table>
            </body></html>

            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
