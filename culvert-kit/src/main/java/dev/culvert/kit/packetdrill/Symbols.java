package dev.culvert.kit.packetdrill;

import dev.culvert.kit.posix.LinuxConstants;
import java.util.Map;

/** Values of the symbols that scripts use: Linux's own, and a few that only scripts have. */
final class Symbols {
    private static final Map<String, Long> MORE = Map.ofEntries(
            Map.entry("NULL", 0L),
            Map.entry("SOCK_DGRAM", 2L),
            Map.entry("SOCK_RAW", 3L),
            Map.entry("IPPROTO_UDP", 17L),
            Map.entry("IPPROTO_ICMPV6", 58L),
            Map.entry("PF_INET", 2L),
            Map.entry("PF_INET6", 10L),
            Map.entry("PF_UNSPEC", 0L),
            Map.entry("EWOULDBLOCK", 11L),
            Map.entry("ENOTSUP", 95L),
            Map.entry("O_NDELAY", 0x800L),
            Map.entry("O_CLOEXEC", 0x80000L),
            Map.entry("SCM_TIMESTAMPING", 37L),
            Map.entry("TCP_REPAIR", 19L),
            Map.entry("TCP_REPAIR_QUEUE", 20L),
            Map.entry("TCP_QUEUE_SEQ", 21L),
            Map.entry("TCP_REPAIR_OPTIONS", 22L),
            Map.entry("TCP_ULP", 31L),
            Map.entry("TCP_MD5SIG_EXT", 32L),
            Map.entry("TCP_COOKIE_TRANSACTIONS", 15L),
            Map.entry("SOL_ICMP", 1L),
            Map.entry("SOL_UDP", 17L),
            Map.entry("SO_DEBUG", 1L),
            Map.entry("SO_NO_CHECK", 11L),
            Map.entry("SO_TIMESTAMP", 29L),
            Map.entry("SO_TIMESTAMPNS", 35L),
            Map.entry("SO_RXQ_OVFL", 40L),
            Map.entry("SO_INCOMING_NAPI_ID", 56L),
            Map.entry("SO_MEMINFO", 55L),
            Map.entry("SOF_TIMESTAMPING_TX_SOFTWARE", 2L),
            Map.entry("SOF_TIMESTAMPING_RX_SOFTWARE", 8L),
            Map.entry("SOF_TIMESTAMPING_SOFTWARE", 16L),
            Map.entry("SOF_TIMESTAMPING_OPT_ID", 128L),
            Map.entry("SOF_TIMESTAMPING_TX_SCHED", 256L),
            Map.entry("SOF_TIMESTAMPING_TX_ACK", 512L),
            Map.entry("SOF_TIMESTAMPING_OPT_TSONLY", 2048L));

    private Symbols() {}

    /** The value; null where nobody knows the name. */
    static Long value(final String name) {
        final Integer linux = LinuxConstants.all().get(name);
        return linux == null ? MORE.get(name) : Long.valueOf(linux);
    }
}
