package dev.culvert.kit.posix;

import dev.culvert.tcp.Ecn;
import dev.culvert.tcp.MtuProbing;
import dev.culvert.tcp.PortRanges;
import dev.culvert.tcp.SynCookies;
import dev.culvert.tcp.TcpConfigBuilder;
import dev.culvert.tcp.TimeWaitReuse;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** Linux's names for what {@link Settings} has, as ip-sysctl describes them. Single-threaded. */
final class Sysctl {
    private static final Map<String, BiConsumer<Settings, String>> NAMES = new TreeMap<>();

    /** Features that the stack does not have, or has without a switch: setting them is no error and changes nothing. */
    private static final Set<String> WITHOUT_EFFECT = new TreeSet<>(Set.of(
            "net.ipv4.tcp_allowed_congestion_control",
            "net.ipv4.tcp_app_win",
            "net.ipv4.tcp_autocorking",
            "net.ipv4.tcp_backlog_ack_defer",
            "net.ipv4.tcp_base_mss",
            "net.ipv4.tcp_child_ehash_entries",
            "net.ipv4.tcp_comp_sack_delay_ns",
            "net.ipv4.tcp_comp_sack_nr",
            "net.ipv4.tcp_comp_sack_rtt_percent",
            "net.ipv4.tcp_comp_sack_slack_ns",
            "net.ipv4.tcp_early_demux",
            "net.ipv4.tcp_ecn_fallback",
            "net.ipv4.tcp_ecn_option",
            "net.ipv4.tcp_ecn_option_beacon",
            "net.ipv4.tcp_fack",
            "net.ipv4.tcp_fastopen_blackhole_timeout_sec",
            "net.ipv4.tcp_frto",
            "net.ipv4.tcp_fwmark_accept",
            "net.ipv4.tcp_init_cwnd",
            "net.ipv4.tcp_l3mdev_accept",
            "net.ipv4.tcp_limit_output_bytes",
            "net.ipv4.tcp_low_latency",
            "net.ipv4.tcp_max_orphans",
            "net.ipv4.tcp_max_reordering",
            "net.ipv4.tcp_max_syn_backlog",
            "net.ipv4.tcp_max_tw_buckets",
            "net.ipv4.tcp_mem",
            "net.ipv4.tcp_migrate_req",
            "net.ipv4.tcp_min_rtt_wlen",
            "net.ipv4.tcp_min_snd_mss",
            "net.ipv4.tcp_mtu_probe_floor",
            "net.ipv4.tcp_no_metrics_save",
            "net.ipv4.tcp_no_ssthresh_metrics_save",
            "net.ipv4.tcp_pacing_ca_ratio",
            "net.ipv4.tcp_pacing_ss_ratio",
            "net.ipv4.tcp_pingpong_thresh",
            "net.ipv4.tcp_plb_enabled",
            "net.ipv4.tcp_probe_interval",
            "net.ipv4.tcp_probe_threshold",
            "net.ipv4.tcp_rcvbuf_low_rtt",
            "net.ipv4.tcp_recovery",
            "net.ipv4.tcp_reflect_tos",
            "net.ipv4.tcp_reordering",
            "net.ipv4.tcp_shrink_window",
            "net.ipv4.tcp_stdurg",
            "net.ipv4.tcp_thin_dupack",
            "net.ipv4.tcp_thin_linear_timeouts",
            "net.ipv4.tcp_tso_rtt_log",
            "net.ipv4.tcp_tso_win_divisor",
            "net.ipv4.tcp_tw_recycle",
            "net.ipv4.tcp_workaround_signed_windows",
            "net.ipv4.ip_early_demux",
            "net.ipv4.ip_forward",
            "net.ipv4.ip_forward_use_pmtu",
            "net.ipv4.ip_nonlocal_bind",
            "net.ipv4.icmp_ratelimit",
            "net.ipv4.icmp_ratemask",
            "net.ipv4.icmp_msgs_per_sec",
            "net.ipv4.icmp_msgs_burst",
            "net.ipv4.route.min_adv_mss",
            "net.ipv4.route.min_pmtu",
            "net.ipv6.auto_flowlabels",
            "net.ipv6.flowlabel_consistency",
            "net.ipv6.flowlabel_reflect",
            "net.ipv6.flowlabel_state_ranges",
            "net.core.busy_poll",
            "net.core.busy_read",
            "net.core.default_qdisc",
            "net.core.netdev_max_backlog",
            "net.core.optmem_max",
            "net.core.high_order_alloc_disable",
            "net.core.rmem_default",
            "net.core.txrehash",
            "net.core.wmem_default",
            "net.mptcp.enabled"));

    static {
        config("tcp_timestamps", (c, v) -> c.timestamps(number(v, 0, 2) != 0));
        config("tcp_window_scaling", (c, v) -> c.windowScaling(number(v, 0, 1) != 0));
        config("tcp_sack", (c, v) -> c.sack(number(v, 0, 1) != 0));
        config("tcp_dsack", (c, v) -> c.dsack(number(v, 0, 1) != 0));
        config("tcp_early_retrans", (c, v) -> c.tailLossProbe(number(v, 0, 4) >= 3));
        config("tcp_ecn", (c, v) -> c.ecn(ecn(number(v, 0, 5))));
        config("tcp_syn_retries", (c, v) -> c.synRetries(number(v, 1, 127)));
        config("tcp_syn_linear_timeouts", (c, v) -> c.synLinearTimeouts(number(v, 0, 127)));
        config("tcp_synack_retries", (c, v) -> c.synAckRetries(number(v, 0, 127)));
        config("tcp_retries1", (c, v) -> c.retries1(number(v, 1, 127)));
        config("tcp_retries2", (c, v) -> c.retries2(number(v, 1, 127)));
        config("tcp_orphan_retries", (c, v) -> c.orphanRetries(number(v, 0, 127) == 0 ? 8 : number(v, 0, 127)));
        config("tcp_fin_timeout", (c, v) -> c.finWait2Ms(1_000 * number(v, 1, 3_600)));
        config("tcp_keepalive_time", (c, v) -> c.keepAliveIdleMs(1_000 * number(v, 1, 2_000_000)));
        config("tcp_keepalive_intvl", (c, v) -> c.keepAliveIntervalMs(1_000 * number(v, 1, 2_000_000)));
        config("tcp_keepalive_probes", (c, v) -> c.keepAliveProbes(number(v, 1, 127)));
        config("tcp_rfc1337", (c, v) -> c.rfc1337(number(v, 0, 1) != 0));
        config("tcp_tw_reuse", (c, v) -> c.timeWaitReuse(reuse(number(v, 0, 2))));
        config("tcp_tw_reuse_delay", (c, v) -> c.timeWaitReuseDelayMs(number(v, 1, 60_000)));
        config("tcp_invalid_ratelimit", (c, v) -> c.invalidRateLimitMs(number(v, 0, 60_000)));
        config("tcp_challenge_ack_limit", (c, v) -> c.challengeAckPerSecond(number(v, 1, Integer.MAX_VALUE)));
        config("tcp_rto_min_us", (c, v) -> c.minRtoMs(Math.max(1, number(v, 1, 60_000_000) / 1_000)));
        config("tcp_rto_max_ms", (c, v) -> c.maxRtoMs(number(v, 60_000, 3_600_000)));
        config("tcp_abort_on_overflow", (c, v) -> c.abortOnOverflow(number(v, 0, 1) != 0));
        config("tcp_syncookies", (c, v) -> c.synCookies(cookies(number(v, 0, 2))));
        config("tcp_notsent_lowat", (c, v) -> c.notSentLowWaterBytes(Settings.bytes(Long.decode(v))));
        config("tcp_min_tso_segs", (c, v) -> c.pushSegments(Math.min(64, number(v, 1, 65_535))));
        config("ip_default_ttl", (c, v) -> c.ttl(number(v, 1, 255)));
        config("route.mtu_expires", (c, v) -> c.pathMtuExpiryMs(1_000 * Math.max(300, number(v, 1, 2_000_000))));
        config("tcp_mtu_probing", (c, v) -> c.mtuProbing(MtuProbing.values()[number(v, 0, 2)]));
        config("ip_no_pmtu_disc", (c, v) -> c.pathMtuDiscovery(number(v, 0, 3) == 0));
        NAMES.put("net.ipv4.tcp_rmem", (s, v) -> s.receiveMemory(three(v)));
        NAMES.put("net.ipv4.tcp_wmem", (s, v) -> s.sendMemory(three(v)));
        NAMES.put("net.ipv4.tcp_moderate_rcvbuf", (s, v) -> s.moderateReceive(number(v, 0, 1) != 0));
        NAMES.put("net.ipv4.tcp_adv_win_scale", (s, v) -> s.windowScale(number(v, -31, 31)));
        config("tcp_congestion_control", (c, v) -> c.congestion(v));
        config("tcp_slow_start_after_idle", (c, v) -> c.slowStartAfterIdle(number(v, 0, 1) != 0));
        NAMES.put("net.ipv4.tcp_fastopen", (s, v) -> s.fastOpen = number(v, 0, Integer.MAX_VALUE));
        NAMES.put("net.ipv4.tcp_fastopen_key", (s, v) -> s.fastOpenKeys = keys(v));
        NAMES.put("net.ipv4.ip_local_port_range", Sysctl::portRange);
        NAMES.put("net.ipv4.ip_local_reserved_ports", (s, v) -> s.reservedPorts = PortRanges.parse(v));
        NAMES.put("net.core.somaxconn", (s, v) -> s.maxBacklog = number(v, 0, 65_535));
        NAMES.put("net.core.wmem_max", (s, v) -> s.maxSendBuffer = number(v, 4_608, 1 << 30));
        NAMES.put("net.core.rmem_max", (s, v) -> {
            s.maxReceiveBuffer = number(v, 2_304, 1 << 30);
            s.memoryChanged();
        });
    }

    private Sysctl() {}

    private static void config(final String name, final BiFunction<TcpConfigBuilder, String, TcpConfigBuilder> set) {
        NAMES.put(
                "net.ipv4." + name, (s, v) -> s.tcp(set.apply(s.tcp().with(), v).build()));
    }

    /**
     * Sets one.
     *
     * @throws IllegalArgumentException the name is not known or the value does not fit; the message says which are
     */
    static void set(final Settings settings, final String rawName, final String rawValue) {
        final String name = rawName.trim().replace('/', '.');
        final String value = unquoted(rawValue.trim());
        final BiConsumer<Settings, String> known = NAMES.get(name);
        if (known == null) {
            if (!WITHOUT_EFFECT.contains(name)) {
                throw new IllegalArgumentException("unknown setting " + name + "; known are " + names());
            }
            return;
        }
        try {
            known.accept(settings, value);
        } catch (final IllegalArgumentException refused) {
            throw new IllegalArgumentException(name + " = " + value + ": " + refused.getMessage(), refused);
        }
    }

    private static String names() {
        final Set<String> all = new TreeSet<>(NAMES.keySet());
        all.addAll(WITHOUT_EFFECT);
        return String.join(", ", all);
    }

    private static String unquoted(final String value) {
        final boolean quoted = value.length() >= 2
                && (value.startsWith("\"") || value.startsWith("'"))
                && value.endsWith(value.substring(0, 1));
        return quoted ? value.substring(1, value.length() - 1).trim() : value;
    }

    private static int number(final String text, final long least, final long most) {
        final long value;
        try {
            value = Long.decode(text);
        } catch (final NumberFormatException none) {
            throw new IllegalArgumentException("that is no number", none);
        }
        if (value < least || value > most) {
            throw new IllegalArgumentException("outside " + least + " to " + most);
        }
        return (int) value;
    }

    private static int[] three(final String text) {
        final int[] values = Arrays.stream(text.split("[\\s,]+", -1))
                .mapToInt(word -> number(word, 1, 1 << 30))
                .toArray();
        if (values.length != 3) {
            throw new IllegalArgumentException("three numbers are wanted");
        }
        return values;
    }

    /** One key, or two with a comma between them: the second only opens old cookies. */
    private static long[] keys(final String text) {
        if (!text.matches("[0-9a-fA-F]{1,8}(-[0-9a-fA-F]{1,8}){3}(,[0-9a-fA-F]{1,8}(-[0-9a-fA-F]{1,8}){3})?")) {
            throw new IllegalArgumentException(
                    "four words of hexadecimal digits are wanted, 1-2-3-4, or twice that: 1-2-3-4,5-6-7-8");
        }
        final long[] words = Arrays.stream(text.split("[-,]", -1))
                .mapToLong(word -> Long.parseLong(word, 16))
                .toArray();
        final long[] keys = new long[words.length / 2];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = words[2 * i] | words[2 * i + 1] << 32;
        }
        return keys;
    }

    /** 3, 4 and 5 add AccECN (RFC 9768) to what 1, 1 and 2 do; a stack without it answers such a peer as they do. */
    private static Ecn ecn(final int value) {
        return switch (value) {
            case 0 -> Ecn.OFF;
            case 1, 3, 4 -> Ecn.REQUEST;
            default -> Ecn.ACCEPT;
        };
    }

    private static SynCookies cookies(final int value) {
        return switch (value) {
            case 0 -> SynCookies.NEVER;
            case 1 -> SynCookies.OVERFLOW;
            default -> SynCookies.ALWAYS;
        };
    }

    private static TimeWaitReuse reuse(final int value) {
        return switch (value) {
            case 0 -> TimeWaitReuse.OFF;
            case 1 -> TimeWaitReuse.ON;
            default -> TimeWaitReuse.LOOPBACK;
        };
    }

    private static void portRange(final Settings settings, final String text) {
        final String[] words = text.split("[\\s,]+", -1);
        if (words.length != 2) {
            throw new IllegalArgumentException("two ports are wanted");
        }
        final int first = number(words[0], 1, 65_535);
        settings.lastEphemeral = number(words[1], first, 65_535);
        settings.firstEphemeral = first;
    }
}
