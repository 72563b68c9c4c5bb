package dev.culvert.tcp;

/**
 * What a shard tells its application, on the shard's own thread and never more than once per batch for one connection. The
 * callee may call back into the shard; what it sends leaves with the ACK of what it was told about.
 */
public interface ApplicationEvents {
    /**
     * A connection became ready for something.
     *
     * @param connection its identifier
     * @param attachment what the application attached to it
     * @param readiness bits of {@link Readiness} that have been raised since the last call
     */
    void onConnection(long connection, Object attachment, int readiness);

    /** A listener has connections to accept; accept until {@code -EAGAIN}. */
    void onListener(long listener, Object attachment);
}
