package dev.culvert.bench.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What one server made of one load.
 *
 * @param peer the server's name
 * @param median its run in the middle
 * @param culvertOverPeer Culvert's rate, or that of the first server where Culvert is left out, as a part of this one
 * @param ofLimit this rate as a part of what the same device allows; 0: it is not known
 */
record PeerRow(PeerCase load, String peer, Measured median, double culvertOverPeer, double ofLimit) {
    static final String HEAD = String.format(
            Locale.ROOT,
            "%n%-48s %-11s %13s %9s %9s %9s %9s %9s %9s%n",
            "",
            "",
            "",
            "server µs",
            "client µs",
            "p50 µs",
            "p99.9 µs",
            "culvert/",
            "of limit");

    static final String MARKDOWN_HEAD =
            "| load | server | rate | Culvert / this | of the limit | server CPU, µs | client CPU, µs"
                    + " | p50, µs | p99.9, µs | packets/s, both ways |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n";

    /** A row for each server, in the order of the map. */
    static List<PeerRow> of(final PeerCase load, final Map<Peer, Measured> medians) {
        final double first = medians.values().iterator().next().rate();
        final List<PeerRow> rows = new ArrayList<>();
        medians.forEach((peer, median) -> rows.add(
                new PeerRow(load, peer.name(), median, first / median.rate(), ofLimit(peer, median, medians))));
        return rows;
    }

    private static double ofLimit(final Peer peer, final Measured median, final Map<Peer, Measured> medians) {
        return medians.entrySet().stream()
                .filter(other -> other.getKey().name().equals(peer.limit()))
                .mapToDouble(other -> median.rate() / other.getValue().rate())
                .findFirst()
                .orElse(0);
    }

    /** The server's name in prose. */
    String server() {
        return switch (peer) {
            case "culvert" -> "Culvert";
            case "plain" -> "Culvert, `--offload off`";
            case "pipelined" -> "Culvert, `--pipelined`";
            case "kernel" -> "kernel over veth";
            case "nginx" -> "nginx over veth";
            case "gvisor" -> "gVisor over TUN";
            case Peers.LIMIT_PLAIN -> "limit without offload";
            default -> peer;
        };
    }

    /** Under {@link #HEAD}. */
    String line(final String label) {
        return String.format(
                Locale.ROOT,
                "%-48s %-11s %,9.0f %-3s %9.2f %9.2f %9.1f %9.1f %9.2f %9s%s",
                label,
                peer,
                median.rate(),
                median.unit(),
                median.serverUs(),
                median.clientUs(),
                median.p50Us(),
                median.p999Us(),
                culvertOverPeer,
                orNothing("%.2f", ofLimit),
                median.failed() == 0 ? "" : "  " + median.failed() + " failed or unfinished");
    }

    /** Under {@link #MARKDOWN_HEAD}. */
    String markdown(final String label) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %,.0f%s | %s | %s | %s | %s | %s | %s | %s |\n",
                label,
                server() + (median.failed() == 0 ? "" : "; " + median.failed() + " failed"),
                median.rate(),
                median.unit().equals("Mb") ? " Mbit/s" : median.unit(),
                peer.equals("culvert") ? "" : String.format(Locale.ROOT, "%.2f", culvertOverPeer),
                orNothing("%.2f", ofLimit),
                cpu(median.serverUs()),
                cpu(median.clientUs()),
                orNothing("%.0f", median.p50Us()),
                orNothing("%.0f", median.p999Us()),
                orNothing("%,.0f", median.packets()));
    }

    private static String cpu(final double us) {
        return String.format(Locale.ROOT, us < 1 ? "%.2f" : "%.1f", us);
    }

    private static String orNothing(final String format, final double value) {
        return value == 0 ? "" : String.format(Locale.ROOT, format, value);
    }

    /** For a program. */
    String result(final int mtu) {
        return String.format(
                Locale.ROOT,
                "RESULT benchmark=peers case=%s peer=%s mtu=%d rate=%.1f unit=%s serverCpuUs=%.3f clientCpuUs=%.3f p50Us=%.1f"
                        + " p999Us=%.1f packets=%.0f culvertOverPeer=%.3f ofLimit=%.3f failed=%d jdk=%s",
                load.name(),
                peer,
                mtu,
                median.rate(),
                median.unit(),
                median.serverUs(),
                median.clientUs(),
                median.p50Us(),
                median.p999Us(),
                median.packets(),
                culvertOverPeer,
                ofLimit,
                median.failed(),
                System.getProperty("java.version"));
    }
}
