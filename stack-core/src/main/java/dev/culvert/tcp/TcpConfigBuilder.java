package dev.culvert.tcp;

import dev.culvert.tcp.congestion.CongestionControls;
import dev.culvert.tcp.congestion.InitialWindow;

/** Collects changes to a {@link TcpConfig}, which says what each value means; not thread-safe. */
public final class TcpConfigBuilder {
    private int mslMs = 30_000;
    private int sendBufferBytes = 4 << 20;
    private int sendBufferStartBytes = 128 << 10;
    private int receiveBufferBytes = 6 << 20;
    private int receiveBufferStartBytes = 64 << 10;
    private int windowShift = -1;
    private int windowClampBytes;
    private int maxMssBytes;
    private String congestion = CongestionControls.DEFAULT;
    private int initialWindowSegments = InitialWindow.SEGMENTS;
    private boolean slowStartAfterIdle = true;
    private boolean pacing;
    private long maxPacingBytesPerSecond;
    private boolean timestamps = true;
    private boolean windowScaling = true;
    private boolean sack = true;
    private boolean dsack = true;
    private RecoveryAlgorithm recovery = RecoveryAlgorithm.RACK;
    private boolean tailLossProbe = true;
    private boolean nagle = true;
    private int notSentLowWaterBytes = Integer.MAX_VALUE;
    private int delayedAckMs = 40;
    private int quickAcks = 16;
    private int minRtoMs = 200;
    private int initialRtoMs = 1_000;
    private int maxRtoMs = 120_000;
    private int synRetries = 7;
    private int synAckRetries = 5;
    private int deferAcceptTimeouts;
    private SynCookies synCookies = SynCookies.OVERFLOW;
    private boolean abortOnOverflow;
    private boolean fastOpenClient;
    private boolean fastOpenCookieless;
    private int fastOpenPending;
    private int retries1 = 3;
    private int retries2 = 15;
    private int orphanRetries = 8;
    private int userTimeoutMs;
    private int userTimeoutOptionMs;
    private int userTimeoutLeastMs = 100_000;
    private int userTimeoutMostMs = 3_600_000;
    private boolean keepAlive;
    private int keepAliveIdleMs = 7_200_000;
    private int keepAliveIntervalMs = 75_000;
    private int keepAliveProbes = 9;
    private int finWait2Ms = 60_000;
    private int lingerMs = -1;
    private boolean reuseAddress = true;
    private boolean reusePort;
    private boolean urgentInline = true;
    private boolean rfc1337 = true;
    private Reopening reopening = Reopening.BOTH;
    private TimeWaitReuse timeWaitReuse = TimeWaitReuse.LOOPBACK;
    private int timeWaitReuseDelayMs = 1;
    private boolean lenientResets;
    private int synLinearTimeouts;
    private boolean softErrorsEndOpening;
    private boolean timestampsRequired = true;
    private int pushSegments;
    private int challengeAckPerSecond = Integer.MAX_VALUE;
    private int invalidRateLimitMs = 500;
    private int ttl = 64;
    private int tos;
    private Ecn ecn = Ecn.ACCEPT;
    private boolean pathMtuDiscovery = true;
    private MtuProbing mtuProbing = MtuProbing.BLACK_HOLE;
    private int pathMtuExpiryMs = 600_000;

    TcpConfigBuilder() {}

    TcpConfigBuilder(final TcpConfig from) {
        mslMs = from.mslMs();
        sendBufferBytes = from.sendBufferBytes();
        sendBufferStartBytes = from.sendBufferStartBytes();
        receiveBufferBytes = from.receiveBufferBytes();
        receiveBufferStartBytes = from.receiveBufferStartBytes();
        windowShift = from.windowShift();
        windowClampBytes = from.windowClampBytes();
        maxMssBytes = from.maxMssBytes();
        congestion = from.congestion();
        initialWindowSegments = from.initialWindowSegments();
        slowStartAfterIdle = from.slowStartAfterIdle();
        pacing = from.pacing();
        maxPacingBytesPerSecond = from.maxPacingBytesPerSecond();
        timestamps = from.timestamps();
        windowScaling = from.windowScaling();
        sack = from.sack();
        dsack = from.dsack();
        recovery = from.recovery();
        tailLossProbe = from.tailLossProbe();
        nagle = from.nagle();
        notSentLowWaterBytes = from.notSentLowWaterBytes();
        delayedAckMs = from.delayedAckMs();
        quickAcks = from.quickAcks();
        minRtoMs = from.minRtoMs();
        initialRtoMs = from.initialRtoMs();
        maxRtoMs = from.maxRtoMs();
        synRetries = from.synRetries();
        synAckRetries = from.synAckRetries();
        deferAcceptTimeouts = from.deferAcceptTimeouts();
        synCookies = from.synCookies();
        abortOnOverflow = from.abortOnOverflow();
        fastOpenClient = from.fastOpenClient();
        fastOpenCookieless = from.fastOpenCookieless();
        fastOpenPending = from.fastOpenPending();
        retries1 = from.retries1();
        retries2 = from.retries2();
        orphanRetries = from.orphanRetries();
        userTimeoutMs = from.userTimeoutMs();
        userTimeoutOptionMs = from.userTimeoutOptionMs();
        userTimeoutLeastMs = from.userTimeoutLeastMs();
        userTimeoutMostMs = from.userTimeoutMostMs();
        keepAlive = from.keepAlive();
        keepAliveIdleMs = from.keepAliveIdleMs();
        keepAliveIntervalMs = from.keepAliveIntervalMs();
        keepAliveProbes = from.keepAliveProbes();
        finWait2Ms = from.finWait2Ms();
        lingerMs = from.lingerMs();
        reuseAddress = from.reuseAddress();
        reusePort = from.reusePort();
        urgentInline = from.urgentInline();
        rfc1337 = from.rfc1337();
        reopening = from.reopening();
        timeWaitReuse = from.timeWaitReuse();
        timeWaitReuseDelayMs = from.timeWaitReuseDelayMs();
        challengeAckPerSecond = from.challengeAckPerSecond();
        lenientResets = from.lenientResets();
        synLinearTimeouts = from.synLinearTimeouts();
        softErrorsEndOpening = from.softErrorsEndOpening();
        timestampsRequired = from.timestampsRequired();
        pushSegments = from.pushSegments();
        invalidRateLimitMs = from.invalidRateLimitMs();
        ttl = from.ttl();
        tos = from.tos();
        ecn = from.ecn();
        pathMtuDiscovery = from.pathMtuDiscovery();
        mtuProbing = from.mtuProbing();
        pathMtuExpiryMs = from.pathMtuExpiryMs();
    }

    /** Sets {@link TcpConfig#mslMs}. */
    public TcpConfigBuilder mslMs(final int value) {
        mslMs = value;
        return this;
    }

    /** Sets {@link TcpConfig#sendBufferBytes}. */
    public TcpConfigBuilder sendBufferBytes(final int value) {
        sendBufferBytes = value;
        return this;
    }

    /** Sets {@link TcpConfig#sendBufferStartBytes}. */
    public TcpConfigBuilder sendBufferStartBytes(final int value) {
        sendBufferStartBytes = value;
        return this;
    }

    /** Sets {@link TcpConfig#receiveBufferStartBytes}. */
    public TcpConfigBuilder receiveBufferStartBytes(final int value) {
        receiveBufferStartBytes = value;
        return this;
    }

    /** Sets {@link TcpConfig#receiveBufferBytes}. */
    public TcpConfigBuilder receiveBufferBytes(final int value) {
        receiveBufferBytes = value;
        return this;
    }

    /** Sets {@link TcpConfig#windowShift}. */
    public TcpConfigBuilder windowShift(final int value) {
        windowShift = value;
        return this;
    }

    /** Sets {@link TcpConfig#windowClampBytes}. */
    public TcpConfigBuilder windowClampBytes(final int value) {
        windowClampBytes = value;
        return this;
    }

    /** Sets {@link TcpConfig#maxMssBytes}. */
    public TcpConfigBuilder maxMssBytes(final int value) {
        maxMssBytes = value;
        return this;
    }

    /** Sets {@link TcpConfig#congestion}. */
    public TcpConfigBuilder congestion(final String value) {
        congestion = value;
        return this;
    }

    /** Sets {@link TcpConfig#initialWindowSegments}. */
    public TcpConfigBuilder initialWindowSegments(final int value) {
        initialWindowSegments = value;
        return this;
    }

    /** Sets {@link TcpConfig#slowStartAfterIdle}. */
    public TcpConfigBuilder slowStartAfterIdle(final boolean value) {
        slowStartAfterIdle = value;
        return this;
    }

    /** Sets {@link TcpConfig#pacing}. */
    public TcpConfigBuilder pacing(final boolean value) {
        pacing = value;
        return this;
    }

    /** Sets {@link TcpConfig#maxPacingBytesPerSecond}. */
    public TcpConfigBuilder maxPacingBytesPerSecond(final long value) {
        maxPacingBytesPerSecond = value;
        return this;
    }

    /** Sets {@link TcpConfig#timestamps}. */
    public TcpConfigBuilder timestamps(final boolean value) {
        timestamps = value;
        return this;
    }

    /** Sets {@link TcpConfig#windowScaling}. */
    public TcpConfigBuilder windowScaling(final boolean value) {
        windowScaling = value;
        return this;
    }

    /** Sets {@link TcpConfig#sack}. */
    public TcpConfigBuilder sack(final boolean value) {
        sack = value;
        return this;
    }

    /** Sets {@link TcpConfig#dsack}. */
    public TcpConfigBuilder dsack(final boolean value) {
        dsack = value;
        return this;
    }

    /** Sets {@link TcpConfig#recovery}. */
    public TcpConfigBuilder recovery(final RecoveryAlgorithm value) {
        recovery = value;
        return this;
    }

    /** Sets {@link TcpConfig#tailLossProbe}. */
    public TcpConfigBuilder tailLossProbe(final boolean value) {
        tailLossProbe = value;
        return this;
    }

    /** Sets {@link TcpConfig#nagle}. */
    public TcpConfigBuilder nagle(final boolean value) {
        nagle = value;
        return this;
    }

    /** Sets {@link TcpConfig#notSentLowWaterBytes}. */
    public TcpConfigBuilder notSentLowWaterBytes(final int value) {
        notSentLowWaterBytes = value;
        return this;
    }

    /** Sets {@link TcpConfig#delayedAckMs}. */
    public TcpConfigBuilder delayedAckMs(final int value) {
        delayedAckMs = value;
        return this;
    }

    /** Sets {@link TcpConfig#quickAcks}. */
    public TcpConfigBuilder quickAcks(final int value) {
        quickAcks = value;
        return this;
    }

    /** Sets {@link TcpConfig#minRtoMs}. */
    public TcpConfigBuilder minRtoMs(final int value) {
        minRtoMs = value;
        return this;
    }

    /** Sets {@link TcpConfig#initialRtoMs}. */
    public TcpConfigBuilder initialRtoMs(final int value) {
        initialRtoMs = value;
        return this;
    }

    /** Sets {@link TcpConfig#maxRtoMs}. */
    public TcpConfigBuilder maxRtoMs(final int value) {
        maxRtoMs = value;
        return this;
    }

    /** Sets {@link TcpConfig#synRetries}. */
    public TcpConfigBuilder synRetries(final int value) {
        synRetries = value;
        return this;
    }

    /** Sets {@link TcpConfig#synAckRetries}. */
    public TcpConfigBuilder synAckRetries(final int value) {
        synAckRetries = value;
        return this;
    }

    /** Sets {@link TcpConfig#deferAcceptTimeouts}. */
    public TcpConfigBuilder deferAcceptTimeouts(final int value) {
        deferAcceptTimeouts = value;
        return this;
    }

    /** Sets {@link TcpConfig#synCookies}. */
    public TcpConfigBuilder synCookies(final SynCookies value) {
        synCookies = value;
        return this;
    }

    /** Sets {@link TcpConfig#abortOnOverflow}. */
    public TcpConfigBuilder abortOnOverflow(final boolean value) {
        abortOnOverflow = value;
        return this;
    }

    /** Sets {@link TcpConfig#fastOpenClient}. */
    public TcpConfigBuilder fastOpenClient(final boolean value) {
        fastOpenClient = value;
        return this;
    }

    /** Sets {@link TcpConfig#fastOpenCookieless}. */
    public TcpConfigBuilder fastOpenCookieless(final boolean value) {
        fastOpenCookieless = value;
        return this;
    }

    /** Sets {@link TcpConfig#fastOpenPending}. */
    public TcpConfigBuilder fastOpenPending(final int value) {
        fastOpenPending = value;
        return this;
    }

    /** Sets {@link TcpConfig#retries1}. */
    public TcpConfigBuilder retries1(final int value) {
        retries1 = value;
        return this;
    }

    /** Sets {@link TcpConfig#retries2}. */
    public TcpConfigBuilder retries2(final int value) {
        retries2 = value;
        return this;
    }

    /** Sets {@link TcpConfig#orphanRetries}. */
    public TcpConfigBuilder orphanRetries(final int value) {
        orphanRetries = value;
        return this;
    }

    /** Sets {@link TcpConfig#userTimeoutMs}. */
    public TcpConfigBuilder userTimeoutMs(final int value) {
        userTimeoutMs = value;
        return this;
    }

    /** Sets {@link TcpConfig#userTimeoutOptionMs}. */
    public TcpConfigBuilder userTimeoutOptionMs(final int value) {
        userTimeoutOptionMs = value;
        return this;
    }

    /** Sets {@link TcpConfig#userTimeoutLeastMs}. */
    public TcpConfigBuilder userTimeoutLeastMs(final int value) {
        userTimeoutLeastMs = value;
        return this;
    }

    /** Sets {@link TcpConfig#userTimeoutMostMs}. */
    public TcpConfigBuilder userTimeoutMostMs(final int value) {
        userTimeoutMostMs = value;
        return this;
    }

    /** Sets {@link TcpConfig#keepAlive}. */
    public TcpConfigBuilder keepAlive(final boolean value) {
        keepAlive = value;
        return this;
    }

    /** Sets {@link TcpConfig#keepAliveIdleMs}. */
    public TcpConfigBuilder keepAliveIdleMs(final int value) {
        keepAliveIdleMs = value;
        return this;
    }

    /** Sets {@link TcpConfig#keepAliveIntervalMs}. */
    public TcpConfigBuilder keepAliveIntervalMs(final int value) {
        keepAliveIntervalMs = value;
        return this;
    }

    /** Sets {@link TcpConfig#keepAliveProbes}. */
    public TcpConfigBuilder keepAliveProbes(final int value) {
        keepAliveProbes = value;
        return this;
    }

    /** Sets {@link TcpConfig#finWait2Ms}. */
    public TcpConfigBuilder finWait2Ms(final int value) {
        finWait2Ms = value;
        return this;
    }

    /** Sets {@link TcpConfig#lingerMs}. */
    public TcpConfigBuilder lingerMs(final int value) {
        lingerMs = value;
        return this;
    }

    /** Sets {@link TcpConfig#reuseAddress}. */
    public TcpConfigBuilder reuseAddress(final boolean value) {
        reuseAddress = value;
        return this;
    }

    /** Sets {@link TcpConfig#reusePort}. */
    public TcpConfigBuilder reusePort(final boolean value) {
        reusePort = value;
        return this;
    }

    /** Sets {@link TcpConfig#urgentInline}. */
    public TcpConfigBuilder urgentInline(final boolean value) {
        urgentInline = value;
        return this;
    }

    /** Sets {@link TcpConfig#rfc1337}. */
    public TcpConfigBuilder rfc1337(final boolean value) {
        rfc1337 = value;
        return this;
    }

    /** Sets {@link TcpConfig#reopening}. */
    public TcpConfigBuilder reopening(final Reopening value) {
        reopening = value;
        return this;
    }

    /** Sets {@link TcpConfig#timeWaitReuse}. */
    public TcpConfigBuilder timeWaitReuse(final TimeWaitReuse value) {
        timeWaitReuse = value;
        return this;
    }

    /** Sets {@link TcpConfig#timeWaitReuseDelayMs}. */
    public TcpConfigBuilder timeWaitReuseDelayMs(final int value) {
        timeWaitReuseDelayMs = value;
        return this;
    }

    /** Sets {@link TcpConfig#challengeAckPerSecond}. */
    public TcpConfigBuilder challengeAckPerSecond(final int value) {
        challengeAckPerSecond = value;
        return this;
    }

    /** Sets {@link TcpConfig#lenientResets}. */
    public TcpConfigBuilder lenientResets(final boolean value) {
        lenientResets = value;
        return this;
    }

    /** Sets {@link TcpConfig#synLinearTimeouts}. */
    public TcpConfigBuilder synLinearTimeouts(final int value) {
        synLinearTimeouts = value;
        return this;
    }

    /** Sets {@link TcpConfig#softErrorsEndOpening}. */
    public TcpConfigBuilder softErrorsEndOpening(final boolean value) {
        softErrorsEndOpening = value;
        return this;
    }

    /** Sets {@link TcpConfig#timestampsRequired}. */
    public TcpConfigBuilder timestampsRequired(final boolean value) {
        timestampsRequired = value;
        return this;
    }

    /** Sets {@link TcpConfig#pushSegments}. */
    public TcpConfigBuilder pushSegments(final int value) {
        pushSegments = value;
        return this;
    }

    /** Sets {@link TcpConfig#invalidRateLimitMs}. */
    public TcpConfigBuilder invalidRateLimitMs(final int value) {
        invalidRateLimitMs = value;
        return this;
    }

    /** Sets {@link TcpConfig#ttl}. */
    public TcpConfigBuilder ttl(final int value) {
        ttl = value;
        return this;
    }

    /** Sets {@link TcpConfig#tos}. */
    public TcpConfigBuilder tos(final int value) {
        tos = value;
        return this;
    }

    /** Sets {@link TcpConfig#ecn}. */
    public TcpConfigBuilder ecn(final Ecn value) {
        ecn = value;
        return this;
    }

    /** Sets {@link TcpConfig#pathMtuDiscovery}. */
    public TcpConfigBuilder pathMtuDiscovery(final boolean value) {
        pathMtuDiscovery = value;
        return this;
    }

    /** Sets {@link TcpConfig#mtuProbing}. */
    public TcpConfigBuilder mtuProbing(final MtuProbing value) {
        mtuProbing = value;
        return this;
    }

    /** Sets {@link TcpConfig#pathMtuExpiryMs}. */
    public TcpConfigBuilder pathMtuExpiryMs(final int value) {
        pathMtuExpiryMs = value;
        return this;
    }

    /** The snapshot; refuses values out of range. */
    public TcpConfig build() {
        return new TcpConfig(
                mslMs,
                sendBufferBytes,
                sendBufferStartBytes,
                receiveBufferBytes,
                receiveBufferStartBytes,
                windowShift,
                windowClampBytes,
                maxMssBytes,
                congestion,
                initialWindowSegments,
                slowStartAfterIdle,
                pacing,
                maxPacingBytesPerSecond,
                timestamps,
                windowScaling,
                sack,
                dsack,
                recovery,
                tailLossProbe,
                nagle,
                notSentLowWaterBytes,
                delayedAckMs,
                quickAcks,
                minRtoMs,
                initialRtoMs,
                maxRtoMs,
                synRetries,
                synAckRetries,
                deferAcceptTimeouts,
                synCookies,
                abortOnOverflow,
                fastOpenClient,
                fastOpenCookieless,
                fastOpenPending,
                retries1,
                retries2,
                orphanRetries,
                userTimeoutMs,
                userTimeoutOptionMs,
                userTimeoutLeastMs,
                userTimeoutMostMs,
                keepAlive,
                keepAliveIdleMs,
                keepAliveIntervalMs,
                keepAliveProbes,
                finWait2Ms,
                lingerMs,
                reuseAddress,
                reusePort,
                urgentInline,
                rfc1337,
                reopening,
                timeWaitReuse,
                timeWaitReuseDelayMs,
                challengeAckPerSecond,
                lenientResets,
                synLinearTimeouts,
                softErrorsEndOpening,
                timestampsRequired,
                pushSegments,
                invalidRateLimitMs,
                ttl,
                tos,
                ecn,
                pathMtuDiscovery,
                mtuProbing,
                pathMtuExpiryMs);
    }
}
