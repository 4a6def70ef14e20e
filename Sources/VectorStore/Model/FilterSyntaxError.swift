/// What is wrong in the text of a filter, and where.
public struct FilterSyntaxError: Error, Equatable, Sendable {
    /// What would have been right; the raw value is a phrase for a message.
    public enum Expected: String, Equatable, Sendable {
        case condition = "a field name, $id, 'not' or '('"
        case fieldName = "a field name; one with odd characters stands in double quotes"
        case comparison = """
            =, !=, <, <=, >, >=, between, in, contains, prefix, like, ilike, exists or is
            """
        case value = "a value: text in single quotes, a number, true or false"
        case text = "text in single quotes"
        case singleQuotes = "text in single quotes; double quotes are for field names"
        case isNull = "'is null' or 'is not null', as nothing equals null"
        case null = "'null' or 'not null'"
        case inAfterNot = "'in', 'between', 'like' or 'ilike' after 'not'"
        case andInRange = "'and' and the end of the range"
        case escaped = "a character behind the pattern's last backslash"
        case idText = "text in single quotes, as an id is a text"
        case element = "[] for any element of an array, or [0] for one"
        case id = "$id, the point's id; a field of that name stands in double quotes"
        case number = "a number such as 12, -0.5 or 1e9"
        case closingQuote = "a closing '"
        case closingDoubleQuote = "a closing \""
        case openingParenthesis = "'(' and a list of values"
        case closingParenthesis = "'and', 'or' or ')'"
        case commaOrParenthesis = "',' or ')'"
        case conjunction = "'and', 'or' or the end"
        case shorterPath = "at most 128 names in one field path"
        case lessNesting = "at most 128 levels of parentheses and 'not'"
        case fewerTokens = "at most 10,000 words and signs, not counting lists"
        case fewerValues = "at most 1,000,000 values in lists"
    }

    /// The column of the first character that does not fit, counted in characters from 1.
    public let position: Int
    /// The word or sign found there, cut off after a while; empty at the end of the filter.
    public let found: String
    /// What should have stood there.
    public let expected: Expected

    /// States the facts of one mistake.
    public init(position: Int, found: String, expected: Expected) {
        self.position = position
        self.found = found
        self.expected = expected
    }
}
