extension PointWriter {
    /// Changes the payloads of the points with these keys.
    ///
    /// - Returns: how many payloads are different now.
    func changePayloads(keys: [Int64], _ change: ([UInt8]) throws -> [UInt8]) throws -> Int {
        var changed = 0
        for key in keys {
            guard let old = try rows.read(key: key, path: path) else { continue }
            let payload = try change(old.payload)
            guard payload != old.payload else { continue }
            try checkPayload(payload[...], of: old.id)
            let stored = PayloadCodec.encode(payload)
            let crc = try rows.update(key: key, id: old.id, payload: stored)
            state.record.digest.remove(key: key, crc: old.crc)
            state.record.digest.add(key: key, crc: crc)
            state.record.contentByteCount +=
                old.id.text.utf8.count + stored.bytes.count - old.contentByteCount
            try index.delete(key: key, payload: old.payload)
            try index.insert(key: key, payload: payload[...])
            changed += 1
        }
        if changed > 0 { hasChangedRows = true }
        return changed
    }
}
