package dev.culvert.env;

/**
 * Error numbers of the calls, with Linux's values. A call returns the negated number; a connection's {@code error} is the
 * plain one. Codes instead of exceptions keep the data path free of allocation.
 */
public final class Errno {
    /** No error. */
    public static final int OK = 0;
    /** No such connection or listener: the identifier is stale. */
    public static final int EBADF = 9;
    /** Nothing to receive, no room to send, nothing to accept: try again after the next event. */
    public static final int EAGAIN = 11;
    /** The memory limit is reached. */
    public static final int ENOMEM = 12;
    /** The argument is out of range. */
    public static final int EINVAL = 22;
    /** Sending after the write side was closed, or after a reset was reported. */
    public static final int EPIPE = 32;
    /** A segment or option does not fit. */
    public static final int EMSGSIZE = 90;
    /** The peer's host does not know our protocol. */
    public static final int ENOPROTOOPT = 92;
    /** The port is taken. */
    public static final int EADDRINUSE = 98;
    /** The local address is not ours, or no ephemeral port is free. */
    public static final int EADDRNOTAVAIL = 99;
    /** The device has gone. */
    public static final int ENETDOWN = 100;
    /** No route to the network. */
    public static final int ENETUNREACH = 101;
    /** The connection was aborted locally. */
    public static final int ECONNABORTED = 103;
    /** The peer reset the connection. */
    public static final int ECONNRESET = 104;
    /** No memory for a buffer. */
    public static final int ENOBUFS = 105;
    /** The connection is open already. */
    public static final int EISCONN = 106;
    /** The connection is not open. */
    public static final int ENOTCONN = 107;
    /** Retransmissions, keepalive probes or the user timeout ran out. */
    public static final int ETIMEDOUT = 110;
    /** The peer refused the connection. */
    public static final int ECONNREFUSED = 111;
    /** ICMP said that the host cannot be reached. */
    public static final int EHOSTUNREACH = 113;
    /** The handshake is under way. */
    public static final int EINPROGRESS = 115;

    private Errno() {}

    /** The symbol, as in {@code errno.h}; for messages only. Takes the number with either sign. */
    public static String name(final int errno) {
        return switch (Math.abs(errno)) {
            case OK -> "OK";
            case EBADF -> "EBADF";
            case EAGAIN -> "EAGAIN";
            case ENOMEM -> "ENOMEM";
            case EINVAL -> "EINVAL";
            case EPIPE -> "EPIPE";
            case EMSGSIZE -> "EMSGSIZE";
            case ENOPROTOOPT -> "ENOPROTOOPT";
            case EADDRINUSE -> "EADDRINUSE";
            case EADDRNOTAVAIL -> "EADDRNOTAVAIL";
            case ENETDOWN -> "ENETDOWN";
            case ENETUNREACH -> "ENETUNREACH";
            case ECONNABORTED -> "ECONNABORTED";
            case ECONNRESET -> "ECONNRESET";
            case ENOBUFS -> "ENOBUFS";
            case EISCONN -> "EISCONN";
            case ENOTCONN -> "ENOTCONN";
            case ETIMEDOUT -> "ETIMEDOUT";
            case ECONNREFUSED -> "ECONNREFUSED";
            case EHOSTUNREACH -> "EHOSTUNREACH";
            case EINPROGRESS -> "EINPROGRESS";
            default -> "errno " + Math.abs(errno);
        };
    }

    /** What to tell a user: as {@code strerror} puts it. */
    public static String message(final int errno) {
        return switch (Math.abs(errno)) {
            case OK -> "Success";
            case EBADF -> "Bad file descriptor";
            case EAGAIN -> "Resource temporarily unavailable";
            case ENOMEM -> "Cannot allocate memory";
            case EINVAL -> "Invalid argument";
            case EPIPE -> "Broken pipe";
            case EMSGSIZE -> "Message too long";
            case ENOPROTOOPT -> "Protocol not available";
            case EADDRINUSE -> "Address already in use";
            case EADDRNOTAVAIL -> "Cannot assign requested address";
            case ENETDOWN -> "Network is down";
            case ENETUNREACH -> "Network is unreachable";
            case ECONNABORTED -> "Software caused connection abort";
            case ECONNRESET -> "Connection reset by peer";
            case ENOBUFS -> "No buffer space available";
            case EISCONN -> "Transport endpoint is already connected";
            case ENOTCONN -> "Transport endpoint is not connected";
            case ETIMEDOUT -> "Connection timed out";
            case ECONNREFUSED -> "Connection refused";
            case EHOSTUNREACH -> "No route to host";
            case EINPROGRESS -> "Operation now in progress";
            default -> name(errno);
        };
    }
}
