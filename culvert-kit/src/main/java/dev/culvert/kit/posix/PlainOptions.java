package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

import java.util.Set;

/** Options that Linux has and that change nothing on a stack of its own: they keep what was set. */
final class PlainOptions {
    private static final Set<Long> KNOWN = Set.of(
            key(SOL_SOCKET, SO_DONTROUTE),
            key(SOL_SOCKET, SO_BROADCAST),
            key(SOL_SOCKET, SO_PRIORITY),
            key(SOL_SOCKET, SO_MARK),
            key(SOL_SOCKET, SO_BUSY_POLL),
            key(SOL_SOCKET, SO_INCOMING_CPU),
            key(SOL_SOCKET, SO_TXREHASH),
            key(SOL_TCP, TCP_THIN_LINEAR_TIMEOUTS),
            key(SOL_TCP, TCP_THIN_DUPACK),
            key(SOL_IP, IP_FREEBIND),
            key(SOL_IP, IP_BIND_ADDRESS_NO_PORT),
            key(SOL_IP, IP_TRANSPARENT),
            key(SOL_IP, IP_MINTTL),
            key(SOL_IP, IP_RECVTOS),
            key(SOL_IP, IP_RECVTTL),
            key(SOL_IP, IP_RECVERR),
            key(SOL_IPV6, IPV6_RECVERR),
            key(SOL_IPV6, IPV6_RECVTCLASS),
            key(SOL_IPV6, IPV6_DONTFRAG));

    private PlainOptions() {}

    private static long key(final int level, final int name) {
        return (long) level << 32 | name;
    }

    /** The value; null where it is no such option. */
    static byte[] get(final TcpSocket socket, final int level, final int name) {
        return KNOWN.contains(key(level, name))
                ? OptionValue.of(socket.options.plain.getOrDefault(key(level, name), 0))
                : null;
    }

    static int set(final TcpSocket socket, final int level, final int name, final OptionValue value) {
        if (!KNOWN.contains(key(level, name))) {
            return ENOPROTOOPT;
        }
        socket.options.plain.put(key(level, name), value.number());
        return 0;
    }
}
