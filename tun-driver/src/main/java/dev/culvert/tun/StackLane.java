package dev.culvert.tun;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.tun.ring.CommandRing;

/**
 * One of the threads of a stack, and the connections that belong to it: a stack has as many as its device has queues. For whoever
 * builds another face, such as {@code RemoteLoop}. Any thread.
 */
public interface StackLane {
    /** What other threads ask of this one. */
    CommandRing commands();

    /**
     * Runs something on the lane's thread: at once when called there, else as soon as possible, in order; waits for room in
     * the ring. False once the stack has stopped.
     */
    boolean executeNow(Runnable task);

    /** As {@link Network#connect}; the connection belongs to this lane, so a local port that is named must, too. */
    Connection connect(TransportAddress local, TransportAddress remote, TcpConfig config, ConnectionHandler handler);
}
