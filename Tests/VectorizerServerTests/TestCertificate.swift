/// A certificate that signs itself, and is of no use anywhere but in these tests.
enum TestCertificate {
    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgNa8XuZh/rRUB3A4a
        yEs4aXHGVFbIATBdlSGfS+2AGGahRANCAAQqlz3CBpCuwBsPzvfrdciqlQ7zUeJX
        gtwq3KTk0dkAVGhgKqtotTjHEv7XtGgynweKOBp8B9aWqoNlViOIiGjU
        -----END PRIVATE KEY-----
        """

    static let chain = """
        -----BEGIN CERTIFICATE-----
        MIIBnDCCAUGgAwIBAgIURoVEZ6VH2QOLawoSUr0VGNMVYvkwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEzMDE0NTQzMFoYDzIxMjYxMTA2
        MTQ1NDMwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQqlz3CBpCuwBsPzvfrdciqlQ7zUeJXgtwq3KTk0dkAVGhgKqtotTjH
        Ev7XtGgynweKOBp8B9aWqoNlViOIiGjUo28wbTAdBgNVHQ4EFgQU2F8CDAgePm3q
        MIb17yBpewcq/8gwHwYDVR0jBBgwFoAU2F8CDAgePm3qMIb17yBpewcq/8gwDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSQAwRgIhAKOUeoJYbn/xX1ml4bydrhtYhzIrh+f9/1HjLKat3JUgAiEA
        nuPqL/VcqUkV5djtUmOLqxX2AjkTdxX0EMStGg9Zf7k=
        -----END CERTIFICATE-----
        """
}
