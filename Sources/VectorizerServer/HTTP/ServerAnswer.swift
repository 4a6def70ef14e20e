import HTTPTypes
import Hummingbird
import HummingbirdTLS
import NIOCore
import ServiceLifecycle
import VectorStore
