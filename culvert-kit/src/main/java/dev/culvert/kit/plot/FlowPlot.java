package dev.culvert.kit.plot;

import dev.culvert.kit.plot.FlowRecord.Range;
import dev.culvert.kit.svg.Axis;
import dev.culvert.kit.svg.Svg;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Draws connections in the manner of tcptrace and tcp_probe: the time-sequence graph of the busiest one, and below it window and
 * threshold, bytes in flight, round trip and delivery rate of all of them over the same time.
 */
public final class FlowPlot {
    /** Connections that one picture shows. */
    public static final int MOST = 6;

    private static final String[] COLORS = {"#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b"};
    private static final int WIDTH = 1_000;
    private static final int LEFT = 80;
    private static final int RIGHT = 970;
    private static final int HEAD = 40;
    private static final int LINE = 16;
    private static final int SEQUENCE_HEIGHT = 340;
    private static final int PANEL_HEIGHT = 130;
    private static final int GAP = 50;
    private static final int PANELS = 4;
    private static final int THIN = 1;
    private static final int THICK = 2;
    private static final double SECOND = 1e9;

    private final List<FlowRecord> flows;
    private final Svg svg;
    private final Axis time;
    private int top;

    private FlowPlot(final List<FlowRecord> flows) {
        this.flows = flows;
        top = HEAD + LINE * flows.size() + 30;
        svg = new Svg(WIDTH, top + SEQUENCE_HEIGHT + PANELS * (PANEL_HEIGHT + GAP) + GAP);
        final double[] times = flows.stream()
                .flatMap(flow -> Stream.concat(
                        flow.sent().stream().map(Range::timeNs),
                        flow.samples().stream().map(FlowSample::timeNs)))
                .mapToDouble(ns -> ns / SECOND)
                .sorted()
                .toArray();
        time = times.length == 0
                ? new Axis(0, 1, LEFT, RIGHT)
                : new Axis(beginning(times), times[times.length - 1], LEFT, RIGHT);
    }

    /** A stack that was long idle is not drawn idle. */
    private static double beginning(final double[] times) {
        final double end = times[times.length - 1];
        return times[0] > end / 2 ? times[0] : 0;
    }

    /** The picture of at most {@link #MOST} connections, as an SVG file. */
    public static String svg(final String title, final List<FlowRecord> flows) {
        return new FlowPlot(flows).draw(title);
    }

    private String draw(final String title) {
        svg.text(LEFT, 24, "start", "name", title);
        for (int i = 0; i < flows.size(); i++) {
            final int y = HEAD + LINE * i;
            svg.path(THICK, COLORS[i], "M" + LEFT + " " + y + "h20");
            svg.text(LEFT + 28, y + 4, "start", "legend", flows.get(i).name());
        }
        if (flows.isEmpty()) {
            svg.text(LEFT, HEAD + 10, "start", "note", "no connection has sent anything");
            return svg.end();
        }
        sequence(flows.get(0));
        panel("congestion window, and thin ssthresh, in bytes", FlowPlot::windows);
        panel("bytes in flight", sample -> new double[] {sample.inFlight()});
        panel("round trip in ms, and thin smoothed", FlowPlot::roundTrips);
        panel("delivery rate, and thin pacing rate, in Mbit/s", FlowPlot::rates);
        return svg.end();
    }

    private static double[] windows(final FlowSample sample) {
        return new double[] {sample.cwnd(), sample.ssthresh() == Integer.MAX_VALUE ? Double.NaN : sample.ssthresh()};
    }

    private static double[] roundTrips(final FlowSample sample) {
        return new double[] {
            sample.rttNs() < 0 ? Double.NaN : sample.rttNs() / 1e6,
            sample.srttNs() == 0 ? Double.NaN : sample.srttNs() / 1e6
        };
    }

    /** A pacing rate that is far from what the path can carry would hide everything else: it is drawn as far as it fits. */
    private static double[] rates(final FlowSample sample) {
        return new double[] {
            sample.deliveryRate() == 0 ? Double.NaN : sample.deliveryRate() * 8 / 1e6,
            sample.pacingRate() == 0 ? Double.NaN : sample.pacingRate() * 8 / 1e6
        };
    }

    // ------------------------------------------------------------------ the time-sequence graph

    private void sequence(final FlowRecord flow) {
        final int bottom = top + SEQUENCE_HEIGHT;
        final Axis bytes = new Axis(0, flow.bytes(), bottom, top);
        frame("sequence numbers: sent, sent again (red), SACK (green), ACK line, window (orange)", bytes, bottom);
        bars("#335", flow.sent(), bytes);
        bars("#2ca02c", flow.sacked(), bytes);
        bars("#d62728", flow.resent(), bytes);
        line("#888", flow, bytes, FlowSample::acked);
        line("#ff7f0e", flow, bytes, sample -> Math.min(sample.rightEdge(), flow.bytes()));
        top = bottom + GAP;
    }

    private void bars(final String color, final List<Range> ranges, final Axis bytes) {
        final Bars bars = new Bars();
        for (final Range range : ranges) {
            bars.add(time.at(range.timeNs() / SECOND), bytes.at((double) range.from()), bytes.at((double) range.to()));
        }
        svg.path(THIN, color, bars.toString());
    }

    private void line(
            final String color, final FlowRecord flow, final Axis axis, final ToDoubleFunction<FlowSample> value) {
        final Trail trail = new Trail();
        for (final FlowSample sample : flow.samples()) {
            trail.to(time.at(sample.timeNs() / SECOND), axis.at(value.applyAsDouble(sample)));
        }
        svg.path(THIN, color, trail.toString());
    }

    // ------------------------------------------------------------------ what changes with every acknowledgement

    /** The first of a sample's values is drawn, the second, if there is one, in a thin line; NaN is a gap. */
    private interface Values {
        double[] of(FlowSample sample);
    }

    private void panel(final String title, final Values values) {
        final int bottom = top + PANEL_HEIGHT;
        final double most = flows.stream()
                .flatMap(flow -> flow.samples().stream())
                .mapToDouble(sample -> values.of(sample)[0])
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(1);
        final Axis axis = new Axis(0, most, bottom, top);
        frame(title, axis, bottom);
        for (int i = 0; i < flows.size(); i++) {
            final Trail[] trails = {new Trail(), new Trail()};
            for (final FlowSample sample : flows.get(i).samples()) {
                final double[] drawn = values.of(sample);
                for (int k = 0; k < drawn.length; k++) {
                    if (!Double.isNaN(drawn[k])) {
                        trails[k].to(time.at(sample.timeNs() / SECOND), axis.at(Math.min(drawn[k], most)));
                    }
                }
            }
            svg.path(THICK, COLORS[i], trails[0].toString());
            svg.path(THIN, COLORS[i], trails[1].toString());
        }
        top = bottom + GAP;
    }

    private void frame(final String title, final Axis axis, final int bottom) {
        svg.text(LEFT, top - 8, "start", "axisName", title);
        for (final double tick : axis.ticks()) {
            svg.line(LEFT, axis.at(tick), RIGHT, axis.at(tick), "grid");
            svg.text(LEFT - 6, axis.at(tick) + 4, "end", "tick", Axis.number(tick));
        }
        for (final double tick : time.ticks()) {
            svg.line(time.at(tick), top, time.at(tick), bottom, "grid");
            svg.text(time.at(tick), bottom + 16, "middle", "tick", Axis.number(tick) + " s");
        }
        svg.line(LEFT, bottom, RIGHT, bottom, "axis");
        svg.line(LEFT, top, LEFT, bottom, "axis");
    }
}
