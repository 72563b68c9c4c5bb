package dev.culvert.bench.churn;

import java.nio.charset.StandardCharsets;

/** What client and server say to each other, and on which ports. */
public final class Exchange {
    /** Here the server closes first, right behind its response. */
    public static final int SERVER_CLOSES = 8_001;
    /** Here it waits until the client has closed. */
    public static final int CLIENT_CLOSES = 8_002;
    /** As {@link #SERVER_CLOSES}, and no SYN opens a 4-tuple anew that is in TIME-WAIT; Culvert only. */
    static final int NEVER_REOPENS = 8_003;
    /** Whatever comes goes back. */
    public static final int ECHO = 8_004;
    /** Sends for ever. */
    public static final int SOURCE = 8_005;
    /** Takes for ever. */
    public static final int SINK = 8_006;

    static final byte[] REQUEST = "GET / HTTP/1.0\r\nHost: churn\r\nUser-Agent: culvert-bench\r\nAccept: */*\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    static final byte[] RESPONSE = ("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 152\r\n\r\n"
                    + "So it goes, on and on. ".repeat(7).substring(0, 152))
            .getBytes(StandardCharsets.US_ASCII);

    private Exchange() {}
}
