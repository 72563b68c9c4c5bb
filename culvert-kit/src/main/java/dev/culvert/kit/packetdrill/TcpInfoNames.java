package dev.culvert.kit.packetdrill;

import dev.culvert.kit.posix.LinuxConstants;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** Linux's {@code struct tcp_info} as the variables that scripts know. */
final class TcpInfoNames {
    /** Length of the structure that this knows; older kernels give less. */
    static final int LENGTH = 248;

    /** Name, offset, bytes. */
    private record Field(String name, int offset, int bytes) {}

    private static final List<String> BYTES =
            List.of("state", "ca_state", "retransmits", "probes", "backoff", "options");
    private static final List<String> WORDS = List.of(
            "rto",
            "ato",
            "snd_mss",
            "rcv_mss",
            "unacked",
            "sacked",
            "lost",
            "retrans",
            "fackets",
            "last_data_sent",
            "last_ack_sent",
            "last_data_recv",
            "last_ack_recv",
            "pmtu",
            "rcv_ssthresh",
            "rtt",
            "rttvar",
            "snd_ssthresh",
            "snd_cwnd",
            "advmss",
            "reordering",
            "rcv_rtt",
            "rcv_space",
            "total_retrans");
    private static final List<Field> LATER = List.of(
            new Field("pacing_rate", 104, 8),
            new Field("max_pacing_rate", 112, 8),
            new Field("bytes_acked", 120, 8),
            new Field("bytes_received", 128, 8),
            new Field("segs_out", 136, 4),
            new Field("segs_in", 140, 4),
            new Field("notsent_bytes", 144, 4),
            new Field("min_rtt", 148, 4),
            new Field("data_segs_in", 152, 4),
            new Field("data_segs_out", 156, 4),
            new Field("delivery_rate", 160, 8),
            new Field("busy_time", 168, 8),
            new Field("rwnd_limited", 176, 8),
            new Field("sndbuf_limited", 184, 8),
            new Field("delivered", 192, 4),
            new Field("delivered_ce", 196, 4),
            new Field("bytes_sent", 200, 8),
            new Field("bytes_retrans", 208, 8),
            new Field("dsack_dups", 216, 4),
            new Field("reord_seen", 220, 4),
            new Field("rcv_ooopack", 224, 4),
            new Field("snd_wnd", 228, 4),
            new Field("rcv_wnd", 232, 4),
            new Field("rehash", 236, 4),
            new Field("total_rto", 240, 2),
            new Field("total_rto_recoveries", 242, 2),
            new Field("total_rto_time", 244, 4));

    private TcpInfoNames() {}

    /** Puts {@code tcpi_...} and the symbols of states into the variables. */
    static void put(final byte[] info, final Map<String, Object> variables) {
        final ByteBuffer bytes = ByteBuffer.wrap(info).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < BYTES.size(); i++) {
            put(bytes, new Field(BYTES.get(i), i, 1), variables);
        }
        if (info.length > 7) {
            variables.put("tcpi_snd_wscale", info[6] & 15L);
            variables.put("tcpi_rcv_wscale", info[6] >> 4 & 15L);
            variables.put("tcpi_delivery_rate_app_limited", info[7] & 1L);
            variables.put("tcpi_fastopen_client_fail", info[7] >> 1 & 3L);
        }
        for (int i = 0; i < WORDS.size(); i++) {
            put(bytes, new Field(WORDS.get(i), 8 + 4 * i, 4), variables);
        }
        LATER.forEach(field -> put(bytes, field, variables));
        variables.put("TCP_INFINITE_SSTHRESH", Symbols.value("TCP_INFINITE_SSTHRESH"));
        LinuxConstants.all().forEach((name, value) -> {
            if (name.startsWith("TCP_") || name.startsWith("TCPI_")) {
                variables.put(name, (long) value);
            }
        });
    }

    private static void put(final ByteBuffer bytes, final Field field, final Map<String, Object> variables) {
        if (field.offset() + field.bytes() > bytes.capacity()) {
            return;
        }
        final long value = switch (field.bytes()) {
            case 1 -> bytes.get(field.offset()) & 0xffL;
            case 2 -> bytes.getShort(field.offset()) & 0xffffL;
            case 4 -> bytes.getInt(field.offset()) & 0xffffffffL;
            default -> bytes.getLong(field.offset());
        };
        variables.put("tcpi_" + field.name(), value);
    }
}
