"""The calls of other embedded stores, for ingest_peers.py.

Each `ingest_` function takes an empty folder, vectors, payloads and the payload fields to index,
and returns what its laps "insert" and "index" took. Only Qdrant is asked for payload indexes. The
clock starts when the rows lie in memory in the form that the store's calls take.
"""
import time

M, EF_CONSTRUCTION, K, BATCH = 16, 200, 10, 1000


def batches(rows):
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


class Stopwatch:
    """Wall and CPU seconds of this process, all threads, from lap to lap."""

    def __init__(self):
        self.last = time.perf_counter(), time.process_time()

    def lap(self):
        before, self.last = self.last, (time.perf_counter(), time.process_time())
        return {"wall": self.last[0] - before[0], "cpu": self.last[1] - before[1]}


def ingest_lancedb(folder, vectors, payloads, fields):
    import lancedb
    import pyarrow
    from lancedb.index import HnswSq

    columns = {name: pyarrow.array([row[name] for row in payloads]) for name in payloads[0]}
    values = pyarrow.array(vectors.reshape(-1))
    columns["vector"] = pyarrow.FixedSizeListArray.from_arrays(values, vectors.shape[1])
    table, watch = pyarrow.table(columns), Stopwatch()
    docs = lancedb.connect(folder).create_table("docs", table)
    laps = {"insert": watch.lap()}
    graph = HnswSq(distance_type="cosine", num_partitions=1, m=M, ef_construction=EF_CONSTRUCTION)
    docs.create_index("vector", config=graph)
    laps["index"] = watch.lap()
    assert docs.index_stats("vector_idx").num_indexed_rows == len(vectors)
    return laps


def ingest_zvec(folder, vectors, payloads, fields):
    import zvec
    from zvec import DataType, FieldSchema, VectorSchema

    zvec.init(log_level=zvec.LogLevel.ERROR)
    kinds = {str: DataType.STRING, int: DataType.INT64, list: DataType.ARRAY_STRING}
    scalars = [FieldSchema(name, kinds[type(value)]) for name, value in payloads[0].items()]
    cosine = zvec.MetricType.COSINE
    graph = zvec.HnswIndexParam(metric_type=cosine, m=M, ef_construction=EF_CONSTRUCTION)
    vector = VectorSchema("vector", DataType.VECTOR_FP32, vectors.shape[1], graph)
    rows = zip(vectors, payloads)
    docs = [zvec.Doc(id=str(i), vectors={"vector": v}, fields=p) for i, (v, p) in enumerate(rows)]
    watch = Stopwatch()
    schema = zvec.CollectionSchema("docs", scalars, [vector])
    collection = zvec.create_and_open(f"{folder}/docs", schema)
    for batch in batches(docs):
        assert all(status.ok() for status in collection.insert(batch))
    collection.flush()
    laps = {"insert": watch.lap()}
    collection.optimize()
    collection.flush()
    laps["index"] = watch.lap()
    assert collection.stats.index_completeness["vector"] == 1
    return laps


def ingest_qdrant(folder, vectors, payloads, fields, quantization=None):
    import qdrant_edge as edge

    config = edge.EdgeConfig(
        vectors=edge.EdgeVectorParams(vectors.shape[1], edge.Distance.Cosine),
        hnsw_config=edge.HnswIndexConfig(M, EF_CONSTRUCTION, full_scan_threshold=1000),
        quantization_config=quantization,
        optimizers=edge.EdgeOptimizersConfig(default_segment_number=1, indexing_threshold=1000),
        max_search_threads=1,
    )
    points = [edge.Point(i, row.tolist(), payloads[i]) for i, row in enumerate(vectors)]
    watch = Stopwatch()
    shard = edge.EdgeShard.create(folder, config)
    for field in fields:
        keyword = edge.PayloadSchemaType.Keyword
        shard.update(edge.UpdateOperation.create_field_index(field, keyword))
    for batch in batches(points):
        shard.update(edge.UpdateOperation.upsert_points(batch))
    shard.flush()
    laps = {"insert": watch.lap()}
    shard.optimize()
    shard.flush()
    laps["index"] = watch.lap()
    assert shard.info().indexed_vectors_count == len(vectors)
    shard.close()
    return laps


def ingest_qdrant_int8(*arguments):
    from qdrant_edge import ScalarQuantizationConfig, ScalarType

    return ingest_qdrant(*arguments, ScalarQuantizationConfig(ScalarType.Int8))


def search_qdrant(folder, queries, field, value, ef):
    """Found rows, and queries per CPU second: singly or as a batch, whichever is faster."""
    import qdrant_edge as edge

    shard = edge.EdgeShard.load(folder)
    match = edge.FieldCondition(field, match=edge.MatchValue(value))
    rescore = edge.QuantizationSearchParams(rescore=True, oversampling=2.0)
    requests = [
        edge.QueryRequest(
            K,
            query=edge.Query.Nearest(query.tolist()),
            filter=edge.Filter(must=[match]),
            params=edge.SearchParams(hnsw_ef=ef, quantization=rescore),
        )
        for query in queries
    ]
    found = [[hit.id for hit in shard.query(request)] for request in requests]
    watch = Stopwatch()
    for request in requests:
        shard.query(request)
    singly = watch.lap()["cpu"]
    shard.query_batch(edge.QueryBatchRequest(requests))
    together = watch.lap()["cpu"]
    shard.close()
    return found, len(queries) / min(singly, together)


INGEST = {
    "lancedb": ingest_lancedb,
    "qdrant": ingest_qdrant,
    "qdrant-int8": ingest_qdrant_int8,
    "zvec": ingest_zvec,
}
