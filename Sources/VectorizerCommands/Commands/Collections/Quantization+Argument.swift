public import ArgumentParser
public import VectorStore

extension Quantization: ExpressibleByArgument {}
