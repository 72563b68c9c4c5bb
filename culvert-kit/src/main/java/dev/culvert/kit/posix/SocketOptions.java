package dev.culvert.kit.posix;

import dev.culvert.tcp.TcpConfig;

/** Values of one socket's options. Accepted sockets begin with a copy of their listener's. */
final class SocketOptions {
    boolean reuseAddress;
    boolean reusePort;
    boolean keepAlive;
    boolean lingerOn;
    int lingerSeconds;
    boolean noDelay;
    /** In ms; 0: without end. */
    long receiveTimeoutMs;

    long sendTimeoutMs;
    boolean v6Only;
    int receiveLowWater = 1;

    SocketOptions() {}

    SocketOptions(final SocketOptions from) {
        reuseAddress = from.reuseAddress;
        reusePort = from.reusePort;
        keepAlive = from.keepAlive;
        lingerOn = from.lingerOn;
        lingerSeconds = from.lingerSeconds;
        noDelay = from.noDelay;
        receiveTimeoutMs = from.receiveTimeoutMs;
        sendTimeoutMs = from.sendTimeoutMs;
        v6Only = from.v6Only;
        receiveLowWater = from.receiveLowWater;
    }

    /** The connection's configuration: the system's with this socket's wishes. */
    TcpConfig applyTo(final TcpConfig system) {
        return system.with()
                .keepAlive(keepAlive)
                .nagle(!noDelay)
                .lingerMs(lingerOn && lingerSeconds == 0 ? 0 : -1)
                .build();
    }
}
