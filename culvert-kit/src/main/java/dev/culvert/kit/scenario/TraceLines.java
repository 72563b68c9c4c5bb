package dev.culvert.kit.scenario;

import dev.culvert.kit.plot.FlowListener;
import dev.culvert.kit.plot.FlowSample;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.congestion.AckFacts;
import java.io.PrintWriter;

/**
 * Writes a line for every acknowledgement that a connection gets, as CSV or as JSON: where its sender is then. Times in s of
 * virtual time, exact to the ns; round trips in μs; sizes in bytes, rates in bytes per second; what is not known is left out.
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

    @Override
    public void onAck(final String stack, final Tcb tcb, final Segment seg, final AckFacts facts) {
        final String local = StateLines.end(tcb.localHi(), tcb.localLo(), tcb.localPort());
        final String remote = StateLines.end(tcb.remoteHi(), tcb.remoteLo(), tcb.remotePort());
        final FlowSample sample = FlowSample.of(tcb, facts);
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
        final String time = Json.seconds(facts.nowNs);
        out.print((csv ? csv(time, stack, local, remote, values) : json(time, stack, local, remote, values)) + "\n");
    }

    private static String csv(
            final String time, final String stack, final String local, final String remote, final long[] values) {
        final StringBuilder line = new StringBuilder(time);
        line.append(',').append(stack).append(',').append(local).append(',').append(remote);
        for (final long value : values) {
            line.append(',').append(value < 0 ? "" : value);
        }
        return line.toString();
    }

    private static String json(
            final String time, final String stack, final String local, final String remote, final long[] values) {
        final String[] names = HEAD.split(",", -1);
        final Json line =
                new Json().open('{').key(names[0]).raw(time).key(names[1]).text(stack);
        line.key(names[2]).text(local).key(names[3]).text(remote);
        for (int i = 0; i < values.length; i++) {
            if (values[i] >= 0) {
                line.key(names[i + 4]).number(values[i]);
            }
        }
        return line.close('}').toString();
    }
}
