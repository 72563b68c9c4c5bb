package dev.culvert.kit.grid;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Results as tables: Markdown for people, CSV for programs. */
public final class GridText {
    private static final String CSV_HEAD = "control,rate,rtt,loss,reordering,flows,goodput_bps,sent,retransmitted,"
            + "spurious,lost,timeouts,jain,theory_bps,in_order_bps\n";

    private GridText() {}

    /** A line per result under a head; what is not known is left out. */
    public static String csv(final List<CellResult> results) {
        return results.stream()
                .map(result -> {
                    final GridCell cell = result.cell();
                    final double theory = Theory.goodput(cell);
                    return String.format(
                            Locale.ROOT,
                            "%s,%s,%s,%s,%s,%d,%d,%d,%d,%d,%d,%d,%.4f,%s,%s\n",
                            cell.control(),
                            cell.rate(),
                            cell.rtt(),
                            cell.loss(),
                            cell.reordering(),
                            cell.flows(),
                            result.goodput(),
                            result.sent(),
                            result.retransmitted(),
                            result.spurious(),
                            result.lost(),
                            result.timeouts(),
                            result.jain(),
                            theory < 0 ? "" : String.format(Locale.ROOT, "%.0f", theory),
                            result.inOrder() < 0 ? "" : String.valueOf(result.inOrder()));
                })
                .collect(Collectors.joining("", CSV_HEAD, ""));
    }

    /** A table per control. */
    public static String markdown(final List<CellResult> results) {
        final StringBuilder text = new StringBuilder();
        String control = "";
        for (final CellResult result : results) {
            if (!result.cell().control().equals(control)) {
                control = result.cell().control();
                text.append(text.isEmpty() ? "" : "\n")
                        .append("## ")
                        .append(control)
                        .append("\n\n");
                text.append("| rate | RTT | loss | reordering | flows | Mbit/s | of theory | of in order | lost |"
                        + " retransmitted | spurious | timeouts | Jain |\n");
                text.append("|--:|--:|--:|---|").append("--:|".repeat(9)).append('\n');
            }
            row(text, result);
        }
        return text.toString();
    }

    private static void row(final StringBuilder text, final CellResult result) {
        final GridCell cell = result.cell();
        final Object[] values = {
            cell.rate(),
            cell.rtt(),
            cell.loss(),
            cell.reordering(),
            cell.flows(),
            threeDigits(result.goodput()),
            percent(result.ofTheory(), 0),
            percent(result.ofInOrder(), 0),
            percent((double) result.lost() / Math.max(1, result.sent()), 2),
            percent((double) result.retransmitted() / Math.max(1, result.sent()), 2),
            result.spurious(),
            result.timeouts(),
            cell.flows() == 1 ? "" : String.format(Locale.ROOT, "%.3f", result.jain())
        };
        for (final Object value : values) {
            text.append("| ").append(value).append(' ');
        }
        text.append("|\n");
    }

    private static String percent(final double share, final int decimals) {
        return share < 0 ? "" : String.format(Locale.ROOT, "%." + decimals + "f %%", share * 100);
    }

    /** Mbit/s with three significant digits, by whole numbers alone. */
    static String threeDigits(final long bitsPerSecond) {
        final int decimals =
                bitsPerSecond >= 99_950_000 ? 0 : bitsPerSecond >= 9_995_000 ? 1 : bitsPerSecond >= 999_500 ? 2 : 3;
        long unit = 1_000_000;
        for (int i = 0; i < decimals; i++) {
            unit /= 10;
        }
        final long scaled = (bitsPerSecond + unit / 2) / unit;
        if (decimals == 0) {
            return String.valueOf(scaled);
        }
        final long power = 1_000_000 / unit;
        return scaled / power + "." + String.valueOf(power + scaled % power).substring(1);
    }
}
