package dev.culvert.wire;

/** Kinds of TCP options (IANA registry of TCP option kind numbers). */
public final class TcpOptionKind {
    /** End of option list (RFC 9293 §3.2). */
    public static final int EOL = 0;
    /** No operation (RFC 9293 §3.2). */
    public static final int NOP = 1;
    /** Maximum segment size, length 4 (RFC 9293 §3.2). */
    public static final int MSS = 2;
    /** Window scale, length 3 (RFC 7323 §2.2). */
    public static final int WINDOW_SCALE = 3;
    /** SACK permitted, length 2 (RFC 2018 §2). */
    public static final int SACK_PERMITTED = 4;
    /** SACK, length 8n + 2 (RFC 2018 §3). */
    public static final int SACK = 5;
    /** Timestamps, length 10 (RFC 7323 §3.2). */
    public static final int TIMESTAMPS = 8;
    /** User timeout, length 4 (RFC 5482 §3). */
    public static final int USER_TIMEOUT = 28;
    /** MD5 signature, length 18 (RFC 2385, obsolete). */
    public static final int MD5 = 19;
    /** TCP authentication option (RFC 5925 §2.2). */
    public static final int AO = 29;
    /** Fast open cookie, length 2 to 18 (RFC 7413 §4.1.1). */
    public static final int FAST_OPEN = 34;

    /** Experiments that name themselves by two bytes, length 4 and more (RFC 6994). */
    public static final int EXPERIMENT = 254;

    /** What TCP Fast Open called itself as an experiment. */
    public static final int FAST_OPEN_EXPERIMENT = 0xf989;

    private TcpOptionKind() {}
}
