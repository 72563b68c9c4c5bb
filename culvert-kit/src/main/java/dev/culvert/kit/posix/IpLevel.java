package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

import dev.culvert.tcp.ConnectionInfo;

/** SOL_IP and SOL_IPV6: {@code ip_sockglue.c} and {@code ipv6_sockglue.c} are the models. */
final class IpLevel implements OptionLevel {
    private static final int MOST_HOPS = 255;
    private static final int ECN_BITS = 3;

    private final Kernel kernel;
    private final boolean v6;
    private final ConnectionInfo info = new ConnectionInfo();

    IpLevel(final Kernel kernel, final boolean v6) {
        this.kernel = kernel;
        this.v6 = v6;
    }

    @Override
    public byte[] get(final TcpSocket socket, final int name) {
        final SocketOptions options = socket.options;
        if (!v6) {
            return switch (name) {
                case IP_TOS -> OptionValue.of(options.tos);
                case IP_TTL -> OptionValue.of(hops(options.ttl));
                case IP_MTU_DISCOVER -> OptionValue.of(options.mtuDiscover);
                case IP_MTU -> OptionValue.of(mtu(socket));
                default -> PlainOptions.get(socket, SOL_IP, name);
            };
        }
        if (!socket.isV6()) {
            return null;
        }
        return switch (name) {
            case IPV6_V6ONLY -> OptionValue.of(options.v6Only);
            case IPV6_TCLASS -> OptionValue.of(options.trafficClass);
            case IPV6_UNICAST_HOPS -> OptionValue.of(hops(options.hopLimit));
            case IPV6_MTU_DISCOVER -> OptionValue.of(options.mtuDiscoverV6);
            case IPV6_MTU -> OptionValue.of(mtu(socket));
            default -> PlainOptions.get(socket, SOL_IPV6, name);
        };
    }

    private int hops(final int own) {
        return own == SocketOptions.UNSET ? kernel.settings.tcp().ttl() : own;
    }

    /** The path's MTU is known to a connected socket only. */
    private int mtu(final TcpSocket socket) {
        if (socket.connection == TcpSocket.NONE || kernel.shard().info(socket.connection, info) != 0) {
            throw new Unavailable(ENOTCONN);
        }
        return info.pathMtuBytes;
    }

    @Override
    public int set(final TcpSocket socket, final int name, final OptionValue value) {
        return v6 ? setV6(socket, name, value) : setV4(socket, name, value);
    }

    private static int setV4(final TcpSocket socket, final int name, final OptionValue value) {
        final SocketOptions options = socket.options;
        final int number = value.number();
        switch (name) {
            case IP_TOS -> options.tos = number & 0xff & ~ECN_BITS; // the stack decides about ECN (ip(7))
            case IP_TTL -> {
                if (number != SocketOptions.UNSET && (number < 1 || number > MOST_HOPS)) {
                    return EINVAL;
                }
                options.ttl = number;
            }
            case IP_MTU_DISCOVER -> {
                if (number < IP_PMTUDISC_DONT || number > IP_PMTUDISC_OMIT) {
                    return EINVAL;
                }
                options.mtuDiscover = number;
            }
            default -> {
                return PlainOptions.set(socket, SOL_IP, name, value);
            }
        }
        return 0;
    }

    private static int setV6(final TcpSocket socket, final int name, final OptionValue value) {
        if (!socket.isV6()) {
            return ENOPROTOOPT;
        }
        final SocketOptions options = socket.options;
        final int number = value.number();
        switch (name) {
            case IPV6_V6ONLY -> {
                if (socket.localPort != 0) {
                    return EINVAL;
                }
                options.v6Only = number != 0;
            }
            case IPV6_TCLASS -> {
                if (number < -1 || number > 0xff) {
                    return EINVAL;
                }
                options.trafficClass = Math.max(0, number) & ~ECN_BITS;
            }
            case IPV6_UNICAST_HOPS -> {
                if (number < -1 || number > MOST_HOPS) {
                    return EINVAL;
                }
                options.hopLimit = number;
            }
            case IPV6_MTU_DISCOVER -> {
                if (number < IP_PMTUDISC_DONT || number > IP_PMTUDISC_OMIT) {
                    return EINVAL;
                }
                options.mtuDiscoverV6 = number;
            }
            default -> {
                return PlainOptions.set(socket, SOL_IPV6, name, value);
            }
        }
        return 0;
    }
}
