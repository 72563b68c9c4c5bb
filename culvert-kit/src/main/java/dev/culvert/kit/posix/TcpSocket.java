package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.AF_INET6;

import dev.culvert.wire.IpAddress;

/** One socket of Linux's: what its file and its {@code struct sock} remember beside the connection itself. */
final class TcpSocket implements Descriptors.OpenFile {
    /** No identifier. */
    static final long NONE = -1;

    /** Linux's socket states: what {@code connect} and {@code listen} look at. */
    enum Phase {
        UNCONNECTED,
        CONNECTING,
        CONNECTED
    }

    final int domain;
    final SocketOptions options;
    Phase phase = Phase.UNCONNECTED;
    boolean nonBlocking;
    boolean closeOnExec;
    /** The address that it is bound to; null: none. */
    IpAddress local;
    /** The port that it is bound to; 0: none. */
    int localPort;
    /** {@code bind} named the port: it stays after a failed connect. */
    boolean portLocked;
    /** The stack's listener; a dual-stack socket has a second one for IPv4. */
    long listener = NONE;

    long listenerV4 = NONE;
    /** What {@code listen} was told. */
    int backlog;

    long connection = NONE;
    IpAddress remote;
    int remotePort;
    /** {@code inet_test_bit(DEFER_CONNECT)}: where the first write is to connect to; null: nowhere. */
    SystemCall.Address deferred;
    /** {@code sk_err}: reported once, by whichever call comes first. */
    int error;
    /** The end of the connection has been taken note of. */
    boolean endSeen;
    /** {@code SEND_SHUTDOWN}. */
    boolean sendShutdown;
    /** {@code RCV_SHUTDOWN} by our own call or by the end; the peer's FIN is asked of the stack. */
    boolean receiveShutdown;
    /** Somebody found no room for sending, and is to be told when there is some ({@code SOCK_NOSPACE}). */
    boolean noSpace;
    /** The peer's FIN has been taken note of ({@code SOCK_DONE}). */
    boolean done;
    /** Bytes that the stack has taken for sending, ever. */
    long written;
    /** What {@code MSG_ERRQUEUE} reads. */
    final ZeroCopyNotices notices = new ZeroCopyNotices();

    TcpSocket(final int domain, final SocketOptions options) {
        this.domain = domain;
        this.options = options;
    }

    boolean isListening() {
        return listener != NONE || listenerV4 != NONE;
    }

    boolean isV6() {
        return domain == AF_INET6;
    }

    /** {@code sock_error()}: the pending error, which is thereby reported. */
    int takeError() {
        final int taken = error;
        error = 0;
        return taken;
    }
}
