package dev.culvert.kit.posix;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpConfigBuilder;
import java.util.HashMap;
import java.util.Map;

/**
 * Values of one socket's options as Linux's {@code struct sock} keeps them; an accepted socket begins with a copy of its
 * listener's. Single-threaded.
 */
final class SocketOptions {
    /** The application has not set it: the system's value counts. */
    static final int UNSET = -1;

    private static final int FEWEST_RECEIVE_BYTES = 1_024;
    private static final int FEWEST_SEND_BYTES = 4_096;
    private static final int WIDEST_SHIFT = 14;
    private static final int ECN_BITS = 3;

    boolean reuseAddress;
    boolean reusePort;
    boolean keepAlive;
    boolean oobInline;
    boolean lingerOn;
    int lingerSeconds;
    int receiveLowWater = 1;
    /** In microseconds; 0: without end. */
    long receiveTimeoutUs;

    long sendTimeoutUs;
    /** {@code sk_sndbuf} and {@code sk_rcvbuf}: twice what was asked for. */
    int sendBuffer = UNSET;

    int receiveBuffer = UNSET;
    boolean noDelay;
    boolean cork;
    int maxSegment;
    int keepIdleSeconds = UNSET;
    int keepIntervalSeconds = UNSET;
    int keepProbes = UNSET;
    int synRetries = UNSET;
    /** 0: the system's; −1: not at all. */
    int linger2Seconds;

    int deferTimeouts;
    int windowClamp;
    String congestion;
    int userTimeoutMs;
    int notSentLowWater;
    /** {@code sk_max_pacing_rate} in bytes per second; −1: none. */
    long maxPacingRate = UNSET;

    boolean inq;
    boolean zeroCopy;
    boolean quickAck = true;
    int fastOpenQueue;
    boolean fastOpenConnect;
    boolean fastOpenNoCookie;
    int tos;
    int ttl = UNSET;
    int trafficClass;
    int hopLimit = UNSET;
    int mtuDiscover = LinuxConstants.IP_PMTUDISC_WANT;
    int mtuDiscoverV6 = LinuxConstants.IP_PMTUDISC_WANT;
    boolean v6Only;
    /** Options that are kept for {@code getsockopt} and change nothing here, by level and name. */
    final Map<Long, Integer> plain = new HashMap<>();

    SocketOptions() {}

    SocketOptions(final SocketOptions from) {
        reuseAddress = from.reuseAddress;
        reusePort = from.reusePort;
        keepAlive = from.keepAlive;
        oobInline = from.oobInline;
        lingerOn = from.lingerOn;
        lingerSeconds = from.lingerSeconds;
        receiveLowWater = from.receiveLowWater;
        receiveTimeoutUs = from.receiveTimeoutUs;
        sendTimeoutUs = from.sendTimeoutUs;
        sendBuffer = from.sendBuffer;
        receiveBuffer = from.receiveBuffer;
        noDelay = from.noDelay;
        cork = from.cork;
        maxSegment = from.maxSegment;
        keepIdleSeconds = from.keepIdleSeconds;
        keepIntervalSeconds = from.keepIntervalSeconds;
        keepProbes = from.keepProbes;
        synRetries = from.synRetries;
        linger2Seconds = from.linger2Seconds;
        windowClamp = from.windowClamp;
        congestion = from.congestion;
        userTimeoutMs = from.userTimeoutMs;
        notSentLowWater = from.notSentLowWater;
        maxPacingRate = from.maxPacingRate;
        inq = from.inq;
        zeroCopy = from.zeroCopy;
        quickAck = from.quickAck;
        tos = from.tos;
        ttl = from.ttl;
        trafficClass = from.trafficClass;
        hopLimit = from.hopLimit;
        mtuDiscover = from.mtuDiscover;
        mtuDiscoverV6 = from.mtuDiscoverV6;
        v6Only = from.v6Only;
        plain.putAll(from.plain);
    }

    /** The connection's configuration: the system's with this socket's wishes. */
    TcpConfig applyTo(final Settings system, final boolean v4) {
        final TcpConfigBuilder config = system.tcp().with();
        buffers(config, system);
        timers(config, system.tcp());
        final int hops = v4 ? ttl : hopLimit;
        if (hops > 0) {
            config.ttl(hops);
        }
        if (congestion != null) {
            config.congestion(congestion);
        }
        final int discover = v4 ? mtuDiscover : mtuDiscoverV6;
        return config.nagle(!noDelay)
                .urgentInline(oobInline)
                .maxMssBytes(maxSegment)
                .deferAcceptTimeouts(deferTimeouts)
                .reuseAddress(reuseAddress)
                .reusePort(reusePort)
                .maxPacingBytesPerSecond(Math.max(0, maxPacingRate))
                .fastOpenClient(system.isFastOpenClient())
                .fastOpenCookieless(fastOpenNoCookie
                        || (fastOpenQueue > 0 ? system.isServerCookieless() : system.isClientCookieless()))
                .fastOpenPending(system.isFastOpenServer() ? fastOpenQueue : 0)
                .lingerMs(lingerOn && lingerSeconds == 0 ? 0 : -1)
                .tos((v4 ? tos : trafficClass) & ~ECN_BITS)
                .pathMtuDiscovery(system.tcp().pathMtuDiscovery() && discover != LinuxConstants.IP_PMTUDISC_DONT)
                .build();
    }

    private void buffers(final TcpConfigBuilder config, final Settings system) {
        if (receiveBuffer != UNSET) {
            final int space = system.windowOf(receiveBuffer);
            final int bytes = Math.max(FEWEST_RECEIVE_BYTES, space);
            config.receiveBufferBytes(bytes).receiveBufferStartBytes(bytes).windowShift(shiftFor(space));
        }
        if (sendBuffer != UNSET) {
            final int bytes = Math.max(FEWEST_SEND_BYTES, sendBuffer);
            config.sendBufferBytes(bytes).sendBufferStartBytes(bytes);
        }
        if (notSentLowWater != 0) { // unsigned, as the system's
            config.notSentLowWaterBytes(notSentLowWater < 0 ? Integer.MAX_VALUE : notSentLowWater);
        }
        config.windowClampBytes(windowClamp);
    }

    /** {@code tcp_select_initial_window()}: the shift that the largest possible window needs. */
    static int shiftFor(final int largestWindow) {
        final int bits = 31 - Integer.numberOfLeadingZeros(Math.max(1, largestWindow));
        return Math.max(0, Math.min(WIDEST_SHIFT, bits - 15));
    }

    private void timers(final TcpConfigBuilder config, final TcpConfig system) {
        config.keepAlive(keepAlive)
                .keepAliveIdleMs(keepIdleSeconds == UNSET ? system.keepAliveIdleMs() : keepIdleSeconds * 1_000)
                .keepAliveIntervalMs(
                        keepIntervalSeconds == UNSET ? system.keepAliveIntervalMs() : keepIntervalSeconds * 1_000)
                .keepAliveProbes(keepProbes == UNSET ? system.keepAliveProbes() : keepProbes)
                .synRetries(synRetries == UNSET ? system.synRetries() : synRetries)
                .userTimeoutMs(userTimeoutMs);
        if (linger2Seconds != 0) {
            config.finWait2Ms(Math.max(1, linger2Seconds * 1_000));
        }
    }
}
