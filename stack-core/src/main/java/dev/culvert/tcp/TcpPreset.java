package dev.culvert.tcp;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How other systems, and the RFC, deal with TIME-WAIT and with peers that do not answer: an experiment in one word. What a
 * preset does not name stays as it was. Any thread.
 */
public enum TcpPreset {
    /** RFC 9293 with its MSL of 2 minutes (§3.4.2) and RFC 6298's least retransmission timeout of 1 s. */
    RFC(0, TimeWaitOverflow.DROP_NEW) {
        @Override
        void change(final TcpConfigBuilder tcp) {
            tcp.mslMs(120_000)
                    .minRtoMs(1_000)
                    .rfc1337(true)
                    .reopening(Reopening.BOTH)
                    .timeWaitReuse(TimeWaitReuse.OFF);
        }
    },
    /** A Linux that nobody has tuned: 60 s of TIME-WAIT for 262,144 connections at most; gives up after 924.6 s. */
    LINUX(262_144, TimeWaitOverflow.DROP_NEW) {
        @Override
        void change(final TcpConfigBuilder tcp) {
            tcp.mslMs(30_000)
                    .rfc1337(false)
                    .reopening(Reopening.BOTH)
                    .timeWaitReuse(TimeWaitReuse.LOOPBACK)
                    .timeWaitReuseDelayMs(1_000)
                    .finWait2Ms(60_000)
                    .ecn(Ecn.ACCEPT)
                    .lenientResets(true)
                    .timestampsRequired(false)
                    .softErrorsEndOpening(true)
                    .invalidRateLimitMs(500)
                    .pushSegments(2)
                    .delayedAckMs(40)
                    .synRetries(6)
                    .synLinearTimeouts(4)
                    .synAckRetries(5)
                    .retries1(3)
                    .retries2(15)
                    .orphanRetries(8)
                    .minRtoMs(200)
                    .initialRtoMs(1_000)
                    .maxRtoMs(120_000);
            keepAlive(tcp, 75_000, 9);
        }
    },
    /** 60 s of TIME-WAIT, in which the oldest make room for the newest; 12 retransmissions, at most 64 s apart. */
    BSD(0, TimeWaitOverflow.DROP_OLDEST) {
        @Override
        void change(final TcpConfigBuilder tcp) {
            tcp.mslMs(30_000)
                    .rfc1337(true)
                    .reopening(Reopening.SEQUENCE)
                    .timeWaitReuse(TimeWaitReuse.OFF)
                    .finWait2Ms(60_000)
                    .tailLossProbe(false) // only its alternative RACK stack has one
                    .retries2(12)
                    .orphanRetries(12)
                    .maxRtoMs(64_000);
            keepAlive(tcp, 75_000, 8);
        }
    },
    /** 240 s of TIME-WAIT, as the TcpTimedWaitDelay of old; 5 retransmissions. */
    WINDOWS(0, TimeWaitOverflow.DROP_NEW) {
        @Override
        void change(final TcpConfigBuilder tcp) {
            windows(tcp).mslMs(120_000);
        }
    },
    /** As {@link #WINDOWS} with a TcpTimedWaitDelay of 60 s. */
    WINDOWS_60(0, TimeWaitOverflow.DROP_NEW) {
        @Override
        void change(final TcpConfigBuilder tcp) {
            windows(tcp).mslMs(30_000);
        }
    };

    private static final int TWO_HOURS_MS = 7_200_000;

    private final int maxTimeWait;
    private final TimeWaitOverflow timeWaitOverflow;

    TcpPreset(final int maxTimeWait, final TimeWaitOverflow timeWaitOverflow) {
        this.maxTimeWait = maxTimeWait;
        this.timeWaitOverflow = timeWaitOverflow;
    }

    abstract void change(TcpConfigBuilder tcp);

    /** Periods that no preset's probes switch on: an application asks for keepalive. */
    private static void keepAlive(final TcpConfigBuilder tcp, final int intervalMs, final int probes) {
        tcp.keepAliveIdleMs(TWO_HOURS_MS).keepAliveIntervalMs(intervalMs).keepAliveProbes(probes);
    }

    private static TcpConfigBuilder windows(final TcpConfigBuilder tcp) {
        keepAlive(tcp, 1_000, 10);
        return tcp.synRetries(2)
                .initialRtoMs(3_000)
                .retries2(5)
                .orphanRetries(5)
                .delayedAckMs(200)
                .reopening(Reopening.SEQUENCE)
                .timeWaitReuse(TimeWaitReuse.OFF);
    }

    /** Its name for users, such as {@code windows-60}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The configuration with this preset's changes. */
    public TcpConfig apply(final TcpConfig base) {
        final TcpConfigBuilder tcp = base.with();
        change(tcp);
        return tcp.build();
    }

    /** TIME-WAIT rows at most; 0: as many as memory can hold. */
    public int maxTimeWait() {
        return maxTimeWait;
    }

    /** What happens beyond that. */
    public TimeWaitOverflow timeWaitOverflow() {
        return timeWaitOverflow;
    }

    /** The names that {@link #of} knows, for messages. */
    public static String words() {
        return Arrays.stream(values()).map(TcpPreset::word).collect(Collectors.joining(", "));
    }

    /**
     * The preset of this name.
     *
     * @throws IllegalArgumentException when there is none; the message lists those that there are
     */
    public static TcpPreset of(final String word) {
        for (final TcpPreset preset : values()) {
            if (preset.word().equals(word)) {
                return preset;
            }
        }
        throw new IllegalArgumentException("'" + word + "' is no preset; there are " + words());
    }
}
