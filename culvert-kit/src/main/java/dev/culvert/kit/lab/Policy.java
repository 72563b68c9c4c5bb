package dev.culvert.kit.lab;

import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.Reopening;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpConfigBuilder;
import dev.culvert.tcp.TcpPreset;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.tcp.TimeWaitReuse;
import dev.culvert.wire.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A way to deal with TIME-WAIT and with silent peers, under which a scenario can be played.
 *
 * @param name one word
 * @param meaning what it does
 * @param change what it changes of {@link TcpConfig#DEFAULT}
 * @param maxTimeWait the cap on TIME-WAIT; 0: as many records as memory holds
 * @param overflow what happens at the cap
 */
public record Policy(
        String name,
        String meaning,
        UnaryOperator<TcpConfigBuilder> change,
        int maxTimeWait,
        TimeWaitOverflow overflow) {
    /** What Culvert does unless told otherwise. */
    public static final Policy CULVERT =
            of("culvert", "the defaults: 60 s; reopened by sequence number or timestamp, RST ignored", c -> c);

    /** RFC 9293 to the letter, with its MSL. */
    public static final Policy RFC = of(TcpPreset.RFC, "MSL of 2 minutes, no reuse by an own connect");

    /** Linux as it ships. */
    public static final Policy LINUX = of(TcpPreset.LINUX, "60 s, a RST ends TIME-WAIT, reuse after 1 s");

    /** Linux with a switch that many set. */
    public static final Policy LINUX_REUSE =
            LINUX.and(c -> c.timeWaitReuse(TimeWaitReuse.ON)).named("linux-tw-reuse", "as linux with tcp_tw_reuse = 1");

    /** The BSDs. */
    public static final Policy BSD = of(TcpPreset.BSD, "60 s, reopened by sequence number; 12 retransmissions");

    /** Windows of old. */
    public static final Policy WINDOWS = of(TcpPreset.WINDOWS, "240 s, 5 retransmissions");

    /** The same with the delay that everybody set. */
    public static final Policy WINDOWS_60 = of(TcpPreset.WINDOWS_60, "as windows with TcpTimedWaitDelay = 60 s");

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
    static Policy of(final String name, final String meaning, final UnaryOperator<TcpConfigBuilder> change) {
        return new Policy(name, meaning, change, 0, TimeWaitOverflow.DROP_NEW);
    }

    /** A preset with all that belongs to it. */
    private static Policy of(final TcpPreset preset, final String meaning) {
        return new Policy(
                preset.word(),
                meaning,
                tcp -> preset.apply(tcp.build()).with(),
                preset.maxTimeWait(),
                preset.timeWaitOverflow());
    }

    /** The configuration. */
    TcpConfig tcp() {
        return change.apply(TcpConfig.DEFAULT.with()).build();
    }

    /** This policy and something more. */
    Policy and(final UnaryOperator<TcpConfigBuilder> more) {
        return new Policy(name, meaning, c -> more.apply(change.apply(c)), maxTimeWait, overflow);
    }

    /** This policy with room for so many records in TIME-WAIT. */
    Policy withRoom(final int records) {
        return new Policy(name, meaning, change, records, overflow);
    }

    private Policy named(final String word, final String what) {
        return new Policy(word, what, change, maxTimeWait, overflow);
    }

    /** A stack of this policy at an address. */
    ShardConfig shard(final IpAddress address) {
        final ShardConfig plain = ShardConfig.of(address);
        return plain.with()
                .maxTimeWait(maxTimeWait == 0 ? plain.maxTimeWait() : maxTimeWait)
                .timeWaitOverflow(overflow)
                .tcp(tcp())
                .build();
    }
}
