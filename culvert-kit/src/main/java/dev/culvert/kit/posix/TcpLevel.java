package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

import dev.culvert.tcp.ConnectionInfo;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.congestion.CongestionControls;

/** SOL_TCP: {@code do_tcp_setsockopt()} and {@code do_tcp_getsockopt()} are its models. */
final class TcpLevel implements OptionLevel {
    private static final int LONGEST_KEEPALIVE_SECONDS = 32_767;
    private static final int MOST_PROBES = 127;
    private static final int LEAST_MSS = 88;
    private static final int LARGEST_MSS = 32_767;
    private static final int DEFAULT_MSS = 536;
    private static final int LONGEST_LINGER2_SECONDS = 120;
    private static final int LEAST_CLAMP = 1_152;
    private static final int LONGEST_RTO_SECONDS = 120;

    private final Kernel kernel;
    private final ConnectionInfo info = new ConnectionInfo();

    TcpLevel(final Kernel kernel) {
        this.kernel = kernel;
    }

    // ------------------------------------------------------------------ get

    @Override
    public byte[] get(final TcpSocket socket, final int name) {
        final SocketOptions options = socket.options;
        return switch (name) {
            case TCP_NODELAY -> OptionValue.of(options.noDelay);
            case TCP_CORK -> OptionValue.of(options.cork);
            case TCP_MAXSEG -> OptionValue.of(maxSegment(socket));
            case TCP_KEEPIDLE -> OptionValue.of(or(options.keepIdleSeconds, system().keepAliveIdleMs() / 1_000));
            case TCP_KEEPINTVL ->
                OptionValue.of(or(options.keepIntervalSeconds, system().keepAliveIntervalMs() / 1_000));
            case TCP_KEEPCNT -> OptionValue.of(or(options.keepProbes, system().keepAliveProbes()));
            case TCP_SYNCNT -> OptionValue.of(or(options.synRetries, system().synRetries()));
            case TCP_LINGER2 ->
                OptionValue.of(options.linger2Seconds == 0 ? system().finWait2Ms() / 1_000 : options.linger2Seconds);
            case TCP_DEFER_ACCEPT -> OptionValue.of(secondsOf(options.deferTimeouts));
            case TCP_WINDOW_CLAMP -> OptionValue.of(options.windowClamp);
            case TCP_QUICKACK -> OptionValue.of(options.quickAck);
            case TCP_CONGESTION -> OptionValue.ofName(congestion(options));
            case TCP_USER_TIMEOUT -> OptionValue.of(options.userTimeoutMs);
            case TCP_NOTSENT_LOWAT -> OptionValue.of(options.notSentLowWater);
            case TCP_INQ -> OptionValue.of(options.inq);
            case TCP_FASTOPEN -> OptionValue.of(options.fastOpenQueue);
            case TCP_FASTOPEN_CONNECT -> OptionValue.of(options.fastOpenConnect);
            case TCP_FASTOPEN_NO_COOKIE -> OptionValue.of(options.fastOpenNoCookie);
            case TCP_INFO -> info(socket);
            default -> PlainOptions.get(socket, SOL_TCP, name);
        };
    }

    private dev.culvert.tcp.TcpConfig system() {
        return kernel.settings.tcp();
    }

    private static int or(final int value, final int system) {
        return value == SocketOptions.UNSET ? system : value;
    }

    private int maxSegment(final TcpSocket socket) {
        final TcpState state = kernel.state(socket);
        if (state == TcpState.CLOSED || state == TcpState.LISTEN) {
            return socket.options.maxSegment > 0 ? socket.options.maxSegment : DEFAULT_MSS;
        }
        return kernel.shard().info(socket.connection, info) == 0 && info.sendMssBytes > 0
                ? info.sendMssBytes
                : DEFAULT_MSS;
    }

    private String congestion(final SocketOptions options) {
        return options.congestion == null ? system().congestion() : options.congestion;
    }

    private byte[] info(final TcpSocket socket) {
        if (socket.isListening()) {
            return TcpInfoLayout.listener(kernel.waiting(socket), socket.backlog);
        }
        kernel.stack.batch(() -> 0); // the shard learns what time it is, and counts up to now
        final boolean known =
                socket.connection != TcpSocket.NONE && kernel.shard().info(socket.connection, info) == 0;
        return known
                ? TcpInfoLayout.connection(info, kernel.state(socket), kernel.settings)
                : TcpInfoLayout.unconnected(kernel.settings);
    }

    // ------------------------------------------------------------------ set

    @Override
    public int set(final TcpSocket socket, final int name, final OptionValue value) {
        final SocketOptions options = socket.options;
        return switch (name) {
            case TCP_CONGESTION -> congestion(options, value.text());
            case TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_SYNCNT -> counted(options, name, value.number());
            case TCP_MAXSEG -> maxSegment(options, value.number());
            case TCP_WINDOW_CLAMP -> windowClamp(socket, value.number());
            case TCP_QUICKACK -> quickAck(socket, value.number());
            case TCP_FASTOPEN -> fastOpen(socket, value.number());
            case TCP_NODELAY, TCP_CORK, TCP_LINGER2, TCP_DEFER_ACCEPT, TCP_USER_TIMEOUT, TCP_NOTSENT_LOWAT ->
                simple(socket, name, value.number());
            case TCP_INQ, TCP_FASTOPEN_CONNECT, TCP_FASTOPEN_NO_COOKIE, TCP_THIN_LINEAR_TIMEOUTS, TCP_THIN_DUPACK ->
                flag(socket, name, value);
            default -> PlainOptions.set(socket, SOL_TCP, name, value);
        };
    }

    private int simple(final TcpSocket socket, final int name, final int number) {
        final SocketOptions options = socket.options;
        switch (name) {
            case TCP_NODELAY -> options.noDelay = number != 0;
            case TCP_CORK -> cork(socket, number != 0);
            case TCP_LINGER2 -> options.linger2Seconds = number < 0 ? -1 : Math.min(number, LONGEST_LINGER2_SECONDS);
            case TCP_DEFER_ACCEPT -> options.deferTimeouts = timeoutsOf(number);
            case TCP_NOTSENT_LOWAT -> options.notSentLowWater = number;
            default -> {
                if (number < 0) {
                    return EINVAL;
                }
                options.userTimeoutMs = number;
            }
        }
        return 0;
    }

    private void cork(final TcpSocket socket, final boolean on) {
        socket.options.cork = on;
        if (socket.connection != TcpSocket.NONE) {
            kernel.stack.batch(() -> kernel.shard().cork(socket.connection, on));
        }
    }

    private static int flag(final TcpSocket socket, final int name, final OptionValue value) {
        if (value.number() < 0 || value.number() > 1) {
            return EINVAL;
        }
        if (name == TCP_INQ) {
            socket.options.inq = value.isSet();
        } else if (name == TCP_FASTOPEN_CONNECT) {
            socket.options.fastOpenConnect = value.isSet();
        } else if (name == TCP_FASTOPEN_NO_COOKIE) {
            socket.options.fastOpenNoCookie = value.isSet();
        } else {
            return PlainOptions.set(socket, SOL_TCP, name, value);
        }
        return 0;
    }

    private static int congestion(final SocketOptions options, final String name) {
        if (!CongestionControls.exists(name)) {
            return ENOENT;
        }
        options.congestion = name;
        return 0;
    }

    private static int counted(final SocketOptions options, final int name, final int number) {
        final int most = name == TCP_KEEPIDLE || name == TCP_KEEPINTVL ? LONGEST_KEEPALIVE_SECONDS : MOST_PROBES;
        if (number < 1 || number > most) {
            return EINVAL;
        }
        switch (name) {
            case TCP_KEEPIDLE -> options.keepIdleSeconds = number;
            case TCP_KEEPINTVL -> options.keepIntervalSeconds = number;
            case TCP_KEEPCNT -> options.keepProbes = number;
            default -> options.synRetries = number;
        }
        return 0;
    }

    private static int maxSegment(final SocketOptions options, final int number) {
        if (number != 0 && (number < LEAST_MSS || number > LARGEST_MSS)) {
            return EINVAL;
        }
        options.maxSegment = number;
        return 0;
    }

    private int windowClamp(final TcpSocket socket, final int number) {
        if (number == 0 && kernel.state(socket) != TcpState.CLOSED) {
            return EINVAL;
        }
        socket.options.windowClamp = number == 0 ? 0 : Math.max(LEAST_CLAMP, number);
        return 0;
    }

    private int quickAck(final TcpSocket socket, final int number) {
        socket.options.quickAck = (number & 1) != 0;
        if (socket.connection != TcpSocket.NONE) {
            kernel.stack.batch(() -> kernel.shard().quickAck(socket.connection, socket.options.quickAck));
        }
        return 0;
    }

    private int fastOpen(final TcpSocket socket, final int number) {
        final TcpState state = kernel.state(socket);
        if (number < 0 || state != TcpState.CLOSED && state != TcpState.LISTEN) {
            return EINVAL;
        }
        socket.options.fastOpenQueue = Math.min(number, 65_535);
        return 0;
    }

    // ------------------------------------------------------------------ seconds and timeouts

    /** {@code secs_to_retrans()}: how many timeouts of 1, 2, 4, ... s it takes to wait so long. */
    static int timeoutsOf(final int seconds) {
        int timeouts = 0;
        int passed = 0;
        for (int timeout = 1; passed < seconds && timeouts < MOST_PROBES; timeouts++) {
            passed += timeout;
            timeout = Math.min(2 * timeout, LONGEST_RTO_SECONDS);
        }
        return timeouts;
    }

    /** {@code retrans_to_secs()}. */
    static int secondsOf(final int timeouts) {
        int passed = 0;
        int timeout = 1;
        for (int i = 0; i < timeouts; i++) {
            passed += timeout;
            timeout = Math.min(2 * timeout, LONGEST_RTO_SECONDS);
        }
        return passed;
    }
}
