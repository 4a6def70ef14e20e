import Testing
import VectorStore

/// Which files one compaction makes a segment of.
@Suite("The plan of a compaction")
struct CompactionPlanTests {
    private func file(
        _ kind: FileRecord.Kind,
        live: Int,
        dead: Int = 0,
        key: Int64 = 0
    ) -> FileRecord {
        FileRecord(
            uuid: .random(),
            collection: 1,
            kind: kind,
            rowCount: live + dead,
            deletedCount: dead,
            firstKey: key,
            lastKey: key + Int64(live + dead) - 1
        )
    }

    /// Live rows of the files that a growing compaction takes beside a sealed tail of 100 rows.
    private func joining(_ segments: [Int]) -> [Int] {
        let files = [file(.sealed, live: 100)] + segments.map { file(.segment, live: $0) }
        let inputs = CompactionPlan.growing.inputs(among: files)
        #expect(inputs.filter { $0.kind == .sealed }.count == 1)
        return inputs.filter { $0.kind == .segment }.map(\.liveCount)
    }

    @Test("Without a sealed tail a growing compaction has nothing to do")
    func idle() {
        let files = [file(.segment, live: 10, dead: 90), file(.tail, live: 1000)]
        #expect(CompactionPlan.growing.inputs(among: files).isEmpty)
        #expect(CompactionPlan.growing.inputs(among: []).isEmpty)
    }

    @Test("It takes all sealed tails, and never the one that still takes rows")
    func tails() {
        let sealed = [file(.sealed, live: 5), file(.sealed, live: 0, dead: 3)]
        let open = file(.tail, live: 7)
        #expect(CompactionPlan.growing.inputs(among: [sealed[0], open, sealed[1]]) == sealed)
    }

    @Test(
        "A segment joins up to four times the rows that are gathered",
        arguments: [([399], [399]), ([400], [400]), ([401], [])]
    )
    func growth(segments: [Int], joining expected: [Int]) {
        #expect(joining(segments) == expected)
    }

    @Test("Small segments join first, and what they bring lets larger ones join")
    func cascade() {
        // 100 and 400 are 500, four times which is 2,000.
        #expect(joining([2000, 400]) == [400, 2000])
        #expect(joining([2001, 400]) == [400])
        // One that is too large does not join, however many rows are gathered besides.
        #expect(joining([10, 10, 10, 521]) == [10, 10, 10])
        #expect(joining([10, 10, 10, 520]) == [10, 10, 10, 520])
    }

    @Test("Rows that are dead count neither for a segment nor against it")
    func dead() {
        let sealed = file(.sealed, live: 100, dead: 1000)
        let light = file(.segment, live: 400, dead: 5000)
        let heavy = file(.segment, live: 401)
        let plan = CompactionPlan.growing
        #expect(plan.inputs(among: [light, sealed]) == [sealed, light])
        #expect(plan.inputs(among: [heavy, sealed]) == [sealed])
    }

    @Test("Many compactions leave few segments, and copy each row few times")
    func logarithmic() {
        var segments: [FileRecord] = []
        var copied = 0
        let batch = 1000
        for round in 1...500 {
            let tail = file(.sealed, live: batch)
            let inputs = CompactionPlan.growing.inputs(among: segments + [tail])
            let rowCount = inputs.reduce(0) { $0 + $1.liveCount }
            copied += rowCount
            segments.removeAll { inputs.contains($0) }
            segments.append(file(.segment, live: rowCount))
            #expect(segments.reduce(0) { $0 + $1.liveCount } == round * batch)
            #expect(segments.count <= 4, "\(round) rounds")
        }
        #expect(copied <= 500 * batch * 10, "\(copied / 500 / batch) copies of each row")
    }

    @Test("The whole is done when all is one segment without dead rows, and only then")
    func whole() {
        let plan = CompactionPlan.whole
        let clean = file(.segment, live: 10)
        #expect(plan.inputs(among: []).isEmpty)
        #expect(plan.inputs(among: [clean]).isEmpty)
        for files in [
            [file(.segment, live: 10, dead: 1)], [file(.sealed, live: 10)], [clean, clean],
            [clean, file(.sealed, live: 1)],
        ] {
            #expect(plan.inputs(among: files) == files)
        }
    }

    @Test("Rebuilding takes everything, also what is one clean segment")
    func rebuilt() {
        let files = [file(.segment, live: 10)]
        #expect(CompactionPlan.rebuilt.inputs(among: files) == files)
        #expect(CompactionPlan.rebuilt.inputs(among: []).isEmpty)
    }

    @Test(
        "The open tail is sealed unless four times more rows wait sealed already",
        arguments: [(24, false), (25, true), (26, true), (0, false)]
    )
    func sealing(open: Int, isSealed: Bool) {
        let files = [
            file(.sealed, live: 60, dead: 500), file(.sealed, live: 40),
            file(.tail, live: open, dead: 500), file(.segment, live: 1_000_000),
        ]
        #expect(CompactionPlan.growing.sealsTail(among: files) == isSealed)
        #expect(CompactionPlan.whole.sealsTail(among: files))
        #expect(CompactionPlan.rebuilt.sealsTail(among: files))
    }

    @Test("With nothing sealed the open tail is sealed, however small")
    func firstSealing() {
        #expect(CompactionPlan.growing.sealsTail(among: [file(.tail, live: 1)]))
    }
}
