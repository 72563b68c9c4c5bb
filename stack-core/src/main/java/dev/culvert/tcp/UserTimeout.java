package dev.culvert.tcp;

/**
 * The user timeout of a connection (RFC 5482): how long text may stay unacknowledged. What the application says counts; where
 * it says nothing and the option is on, both ends together find a value. Shard's thread only.
 */
public final class UserTimeout {
    private UserTimeout() {}

    /** What counts for this connection, in ms; 0: none, the number of retransmissions decides. */
    public static int ms(final Tcb tcb) {
        return tcb.config.userTimeoutMs() > 0 ? tcb.config.userTimeoutMs() : tcb.adoptedUserTimeoutMs;
    }

    /**
     * RFC 5482 §3.1: USER_TIMEOUT = min(U_LIMIT, max(ADV_UTO, REMOTE_UTO, L_LIMIT)).
     *
     * @param remoteMs what the peer has announced, in ms; 0: nothing
     */
    public static void adopt(final Tcb tcb, final int remoteMs) {
        final TcpConfig config = tcb.config;
        if (remoteMs > 0 && config.userTimeoutOptionMs() > 0) {
            final int wanted = Math.max(config.userTimeoutOptionMs(), remoteMs);
            tcb.adoptedUserTimeoutMs =
                    Math.min(config.userTimeoutMostMs(), Math.max(wanted, config.userTimeoutLeastMs()));
        }
    }

    /** Silence before the first keepalive probe, in ms: longer than a timeout that both ends have agreed on (§4.2). */
    public static long keepAliveIdleMs(final Tcb tcb) {
        final long idleMs = tcb.config.keepAliveIdleMs();
        return tcb.config.userTimeoutOptionMs() == 0 ? idleMs : Math.max(idleMs, ms(tcb) + 1L);
    }
}
