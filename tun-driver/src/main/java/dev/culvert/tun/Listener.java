package dev.culvert.tun;

/** A port that connections are accepted on. Any thread. */
public interface Listener extends AutoCloseable {
    /** The address and the port that it waits on; the unspecified address stands for all. */
    TransportAddress localAddress();

    /** The port that it waits on. */
    default int port() {
        return localAddress().port();
    }

    /**
     * Leaves connections to wait in the backlog until {@link #resumeAccepting}; SYNs beyond it are dropped, and the peer
     * tries again.
     */
    void pauseAccepting();

    /** Accepts again, what waits in the backlog first. */
    void resumeAccepting();

    /** Stops listening and resets what nobody has accepted. Accepted connections live on. Further calls do nothing. */
    @Override
    void close();
}
