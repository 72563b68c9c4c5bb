package dev.culvert.kit.scenario;

import dev.culvert.kit.plot.FlowEnd;
import dev.culvert.kit.plot.FlowListener;
import dev.culvert.kit.plot.FlowSample;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Writes a line for every acknowledgement that a connection gets, as CSV or as JSON: where its sender is then. Times in s since
 * the stacks began, exact to the ns; round trips in μs; sizes in bytes, rates in bytes per second; what is not known is left out.
 */
public final class TraceLines implements FlowListener {
    private static final String HEAD =
            "time,stack,local,remote,acked,right_edge,cwnd,ssthresh,in_flight,rtt_us,srtt_us,"
                    + "delivery_rate,pacing_rate";
    private static final long US = 1_000;

    private final PrintWriter out;
    private final boolean csv;

    /** Writes there, CSV with a head line or JSON; the caller closes it. */
    public TraceLines(final PrintWriter out, final boolean csv) {
        this.out = out;
        this.csv = csv;
        if (csv) {
            out.print(HEAD + "\n");
        }
    }

    /** Whether a file of this name is to be CSV. */
    public static boolean isCsv(final Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
    }

    @Override
    public void onAck(final FlowEnd flow, final FlowSample sample) {
        final long[] values = {
            sample.acked(),
            sample.rightEdge(),
            sample.cwnd(),
            sample.ssthresh() == Integer.MAX_VALUE ? -1 : sample.ssthresh(),
            sample.inFlight(),
            sample.rttNs() < 0 ? -1 : sample.rttNs() / US,
            sample.srttNs() == 0 ? -1 : sample.srttNs() / US,
            sample.deliveryRate() == 0 ? -1 : sample.deliveryRate(),
            sample.pacingRate() == 0 ? -1 : sample.pacingRate()
        };
        final String time = Json.seconds(sample.timeNs());
        out.print((csv ? csv(time, flow, values) : json(time, flow, values)) + "\n");
    }

    private static String csv(final String time, final FlowEnd flow, final long[] values) {
        final StringBuilder line = new StringBuilder(time);
        line.append(',').append(flow.stack()).append(',').append(flow.local());
        line.append(',').append(flow.remote());
        for (final long value : values) {
            line.append(',').append(value < 0 ? "" : value);
        }
        return line.toString();
    }

    private static String json(final String time, final FlowEnd flow, final long[] values) {
        final String[] names = HEAD.split(",", -1);
        final Json line =
                new Json().open('{').key(names[0]).raw(time).key(names[1]).text(flow.stack());
        line.key(names[2]).text(flow.local()).key(names[3]).text(flow.remote());
        for (int i = 0; i < values.length; i++) {
            if (values[i] >= 0) {
                line.key(names[i + 4]).number(values[i]);
            }
        }
        return line.close('}').toString();
    }
}
