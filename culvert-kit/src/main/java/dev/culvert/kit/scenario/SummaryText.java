package dev.culvert.kit.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A summary as tables. */
final class SummaryText {
    private SummaryText() {}

    static String of(final Summary summary) {
        final StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%s, seed %d: %s after %s s of virtual time, %,d packets%n",
                summary.scenario(),
                summary.seed(),
                summary.ending(),
                seconds(summary.virtualNs()),
                summary.packets()));
        text.append('\n').append(flows(summary.flows()));
        text.append('\n').append(stacks(summary.stacks()));
        text.append('\n').append(links(summary.links()));
        return text.toString();
    }

    private static String flows(final List<Summary.FlowResult> flows) {
        final List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "application", "ends", "done", "bytes up", "bytes down", "time", "goodput", "segments", "retrans", "errors"
        });
        for (final Summary.FlowResult flow : flows) {
            rows.add(new String[] {
                flow.name(),
                flow.from() + " > " + flow.to(),
                flow.complete() + "/" + flow.connections(),
                number(flow.bytesUp()),
                number(flow.bytesDown()),
                seconds(flow.timeNs()) + " s",
                rate(flow.goodputBitsPerSecond()),
                number(flow.segments()),
                number(flow.retransmitted()),
                counts(flow.errors())
            });
        }
        return table(rows);
    }

    private static String stacks(final List<Summary.StackResult> stacks) {
        final List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "stack", "segs in", "segs out", "retrans", "RTOs", "fast", "RSTs", "states at the end", "TIME-WAIT", "drops"
        });
        for (final Summary.StackResult stack : stacks) {
            rows.add(new String[] {
                stack.name(),
                number(stack.segmentsIn()),
                number(stack.segmentsOut()),
                number(stack.retransmitted()),
                number(stack.timeouts()),
                number(stack.fastRetransmits()),
                number(stack.resets()),
                stack.states().isEmpty() ? "CLOSED" : counts(stack.states()),
                number(stack.timeWait()),
                counts(stack.drops())
            });
        }
        return table(rows);
    }

    private static String links(final List<Summary.LinkResult> links) {
        final List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"link", "packets", "bytes", "twice", "late", "damaged", "marked", "largest queue", "lost"
        });
        for (final Summary.LinkResult link : links) {
            rows.add(new String[] {
                link.name(),
                number(link.counts().packets()),
                number(link.counts().bytes()),
                number(link.counts().duplicated()),
                number(link.counts().reordered()),
                number(link.counts().damaged()),
                number(link.counts().marked()),
                number(link.counts().largestQueueBytes()),
                counts(link.drops())
            });
        }
        return table(rows);
    }

    private static String counts(final Map<?, ? extends Number> counts) {
        return counts.isEmpty()
                ? "-"
                : counts.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "));
    }

    /** First and last column to the left, numbers to the right. */
    private static String table(final List<String[]> rows) {
        final int columns = rows.get(0).length;
        final int[] width = new int[columns];
        for (final String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                width[i] = Math.max(width[i], row[i].length());
            }
        }
        final StringBuilder text = new StringBuilder();
        for (final String[] row : rows) {
            final StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                final boolean left = i == 0 || i == columns - 1;
                line.append(String.format(Locale.ROOT, left ? "%-" + width[i] + "s" : "%" + width[i] + "s", row[i]));
                line.append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static String seconds(final long ns) {
        return String.format(Locale.ROOT, "%.6f", ns / 1e9);
    }

    private static String number(final long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String rate(final double bitsPerSecond) {
        return bitsPerSecond >= 1e9
                ? String.format(Locale.ROOT, "%.2f Gbit/s", bitsPerSecond / 1e9)
                : bitsPerSecond >= 1e6
                        ? String.format(Locale.ROOT, "%.2f Mbit/s", bitsPerSecond / 1e6)
                        : String.format(Locale.ROOT, "%.1f kbit/s", bitsPerSecond / 1e3);
    }
}
