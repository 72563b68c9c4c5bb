package dev.culvert.endpoint.e2e;

/** The two ends of a private network, by IP version. */
enum Family {
    V4("10.83.0.2", "10.83.0.1", "10.83.0.2", "10.83.0.1"),
    V6("fd83::2", "fd83::1", "[fd83::2]", "[fd83::1]");

    /** Culvert's address. */
    final String culvert;

    /** The kernel's address. */
    final String kernel;

    private final String culvertHost;
    private final String kernelHost;

    Family(final String culvert, final String kernel, final String culvertHost, final String kernelHost) {
        this.culvert = culvert;
        this.kernel = kernel;
        this.culvertHost = culvertHost;
        this.kernelHost = kernelHost;
    }

    /** A page of Culvert's. */
    String url(final String path) {
        return "http://" + culvertHost + "/" + path;
    }

    /** The kernel's end as it stands in logs. */
    String kernelAt(final int port) {
        return kernelHost + ":" + port;
    }

    /** Culvert's end as it stands in what ss(8) prints. */
    String culvertAt(final int port) {
        return culvertHost + ":" + port;
    }
}
