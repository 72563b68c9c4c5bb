package dev.culvert.kit.lab;

import dev.culvert.tcp.Reopening;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpPreset;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.tcp.TimeWaitReuse;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A way to deal with TIME-WAIT and with silent peers, under which a scenario can be played.
 *
 * @param name one word
 * @param meaning what it does
 * @param change what it changes of {@link TcpConfig#DEFAULT}
 * @param overflow what happens at the cap on TIME-WAIT
 */
public record Policy(String name, String meaning, UnaryOperator<TcpConfig.Builder> change, TimeWaitOverflow overflow) {
    /** What Culvert does unless told otherwise. */
    public static final Policy CULVERT =
            of("culvert", "the defaults: 60 s; reopened by sequence number or timestamp, RST ignored", c -> c);

    /** RFC 9293 to the letter, with its MSL. */
    public static final Policy RFC = of("rfc", "MSL of 2 minutes, no reuse by an own connect", preset(TcpPreset.RFC));

    /** Linux as it ships. */
    public static final Policy LINUX =
            of("linux", "60 s, a RST ends TIME-WAIT, reuse after 1 s", preset(TcpPreset.LINUX));

    /** Linux with a switch that many set. */
    public static final Policy LINUX_REUSE = of(
            "linux-tw-reuse",
            "as linux with tcp_tw_reuse = 1",
            c -> LINUX.change.apply(c).timeWaitReuse(TimeWaitReuse.ON));

    /** The BSDs. */
    public static final Policy BSD = new Policy(
            "bsd",
            "60 s, reopened by sequence number; 12 retransmissions",
            preset(TcpPreset.BSD),
            TimeWaitOverflow.DROP_OLDEST);

    /** Windows of old. */
    public static final Policy WINDOWS = of("windows", "240 s, 5 retransmissions", preset(TcpPreset.WINDOWS));

    /** The same with the delay that everybody set. */
    public static final Policy WINDOWS_60 =
            of("windows-60", "as windows with TcpTimedWaitDelay = 60 s", preset(TcpPreset.WINDOWS_60));

    /** No use of a 4-tuple before its time is over. */
    public static final Policy STRICT = of(
            "strict",
            "a 4-tuple in TIME-WAIT is never used again, neither by a SYN nor by an own connect",
            c -> c.timeWaitReuse(TimeWaitReuse.OFF).reopening(Reopening.OFF));

    /** Own connections reuse 4-tuples after a tick of the clock. */
    public static final Policy TIMESTAMP = of(
            "timestamp",
            "own connections reuse a 4-tuple after 1 ms, the peer must prove newer",
            c -> c.timeWaitReuse(TimeWaitReuse.ON).timeWaitReuseDelayMs(1));

    private static final List<Policy> ALL =
            List.of(CULVERT, RFC, LINUX, LINUX_REUSE, BSD, WINDOWS, WINDOWS_60, STRICT, TIMESTAMP);

    /** All that have a name for users. */
    public static List<Policy> all() {
        return ALL;
    }

    /** The one of this name. */
    public static Optional<Policy> named(final String name) {
        return ALL.stream().filter(policy -> policy.name.equals(name)).findFirst();
    }

    /** A policy that forgets nobody at the cap. */
    static Policy of(final String name, final String meaning, final UnaryOperator<TcpConfig.Builder> change) {
        return new Policy(name, meaning, change, TimeWaitOverflow.DROP_NEW);
    }

    private static UnaryOperator<TcpConfig.Builder> preset(final TcpPreset preset) {
        return tcp -> preset.apply(tcp.build()).with();
    }

    /** The configuration. */
    TcpConfig tcp() {
        return change.apply(TcpConfig.DEFAULT.with()).build();
    }

    /** This policy and something more. */
    Policy and(final UnaryOperator<TcpConfig.Builder> more) {
        return new Policy(name, meaning, c -> more.apply(change.apply(c)), overflow);
    }
}
