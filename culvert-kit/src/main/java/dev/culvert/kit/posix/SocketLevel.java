package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

/** SOL_SOCKET: {@code net/core/sock.c} is its model. */
final class SocketLevel implements OptionLevel {
    private static final int LEAST_RECEIVE_BUFFER = 2_304;
    private static final int LEAST_SEND_BUFFER = 4_608;
    private static final long LONGEST_TIMEOUT_US = Long.MAX_VALUE / 2_000;

    private final Kernel kernel;

    SocketLevel(final Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public byte[] get(final TcpSocket socket, final int name) {
        final SocketOptions options = socket.options;
        return switch (name) {
            case SO_ERROR -> OptionValue.of(socket.takeError());
            case SO_REUSEADDR -> OptionValue.of(options.reuseAddress);
            case SO_REUSEPORT -> OptionValue.of(options.reusePort);
            case SO_KEEPALIVE -> OptionValue.of(options.keepAlive);
            case SO_OOBINLINE -> OptionValue.of(options.oobInline);
            case SO_ZEROCOPY -> OptionValue.of(options.zeroCopy);
            case SO_LINGER -> OptionValue.of(options.lingerOn ? 1 : 0, options.lingerSeconds);
            case SO_SNDBUF ->
                OptionValue.of(
                        options.sendBuffer == SocketOptions.UNSET
                                ? kernel.settings.defaultSendBuffer()
                                : options.sendBuffer);
            case SO_RCVBUF ->
                OptionValue.of(
                        options.receiveBuffer == SocketOptions.UNSET
                                ? kernel.settings.defaultReceiveBuffer()
                                : options.receiveBuffer);
            case SO_RCVLOWAT -> OptionValue.of(options.receiveLowWater);
            case SO_SNDLOWAT -> OptionValue.of(1);
            case SO_RCVTIMEO -> OptionValue.ofTime(options.receiveTimeoutUs);
            case SO_SNDTIMEO -> OptionValue.ofTime(options.sendTimeoutUs);
            case SO_MAX_PACING_RATE -> OptionValue.ofLong(options.maxPacingRate);
            case SO_TYPE -> OptionValue.of(SOCK_STREAM);
            case SO_PROTOCOL -> OptionValue.of(IPPROTO_TCP);
            case SO_DOMAIN -> OptionValue.of(socket.domain);
            case SO_ACCEPTCONN -> OptionValue.of(socket.isListening());
            default -> PlainOptions.get(socket, SOL_SOCKET, name);
        };
    }

    @Override
    public int set(final TcpSocket socket, final int name, final OptionValue value) {
        final SocketOptions options = socket.options;
        switch (name) {
            case SO_REUSEADDR -> options.reuseAddress = value.isSet();
            case SO_REUSEPORT -> options.reusePort = value.isSet();
            case SO_KEEPALIVE -> options.keepAlive = value.isSet();
            case SO_OOBINLINE -> options.oobInline = value.isSet();
            case SO_ZEROCOPY -> {
                if (value.number() < 0 || value.number() > 1) {
                    return EINVAL;
                }
                options.zeroCopy = value.isSet();
            }
            case SO_SNDBUF, SO_SNDBUFFORCE -> options.sendBuffer = sendBuffer(value.number(), name == SO_SNDBUFFORCE);
            case SO_RCVBUF, SO_RCVBUFFORCE ->
                options.receiveBuffer = receiveBuffer(value.number(), name == SO_RCVBUFFORCE);
            case SO_RCVLOWAT -> {
                final int bytes = value.number();
                options.receiveLowWater = bytes < 0 ? Integer.MAX_VALUE : Math.max(1, bytes);
            }
            case SO_LINGER -> {
                return linger(options, value);
            }
            case SO_MAX_PACING_RATE -> options.maxPacingRate = value.length() < 8 ? value.number() : value.longNumber();
            case SO_RCVTIMEO, SO_SNDTIMEO -> {
                return timeout(options, name, value);
            }
            case SO_TYPE, SO_PROTOCOL, SO_DOMAIN, SO_ERROR, SO_ACCEPTCONN, SO_SNDLOWAT -> {
                return ENOPROTOOPT;
            }
            default -> {
                return PlainOptions.set(socket, SOL_SOCKET, name, value);
            }
        }
        return 0;
    }

    /** Twice what was asked for: Linux counts its own overhead too (socket(7)). */
    private int sendBuffer(final int asked, final boolean force) {
        final int bytes = force ? Math.max(0, asked) : capped(asked, kernel.settings.maxSendBuffer);
        return Math.max(LEAST_SEND_BUFFER, 2 * Math.min(bytes, 1 << 28));
    }

    private int receiveBuffer(final int asked, final boolean force) {
        final int bytes = force ? Math.max(0, asked) : capped(asked, kernel.settings.maxReceiveBuffer);
        return Math.max(LEAST_RECEIVE_BUFFER, 2 * Math.min(bytes, 1 << 28));
    }

    /** Linux compares as unsigned numbers: a negative wish is a very large one. */
    private static int capped(final int asked, final int most) {
        return Integer.compareUnsigned(asked, most) > 0 ? most : asked;
    }

    private static int linger(final SocketOptions options, final OptionValue value) {
        if (value.length() < 8) {
            return EINVAL;
        }
        options.lingerOn = value.isSet();
        if (options.lingerOn) {
            options.lingerSeconds = value.second();
        }
        return 0;
    }

    private static int timeout(final SocketOptions options, final int name, final OptionValue value) {
        if (value.length() < 16) {
            return EINVAL;
        }
        final long us = Math.min(value.timeUs(), LONGEST_TIMEOUT_US);
        if (us < 0) {
            return EDOM;
        }
        if (name == SO_RCVTIMEO) {
            options.receiveTimeoutUs = us;
        } else {
            options.sendTimeoutUs = us;
        }
        return 0;
    }
}
