package dev.culvert.kit.lab;

import dev.culvert.kit.lab.Chart.Point;
import dev.culvert.kit.lab.Chart.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A chart as a picture. */
public final class ChartSvg {
    private static final String[] COLORS = {"#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b"};
    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int LEFT = 90;
    private static final int RIGHT = 500;
    private static final int TOP = 50;
    private static final int BOTTOM = 360;
    private static final int MOST_TICKS = 10;

    private final Chart chart;
    private final Svg svg = new Svg(WIDTH, HEIGHT);
    private final Axis x;
    private final Axis y;

    private ChartSvg(final Chart chart) {
        this.chart = chart;
        x = new Axis(chart, Point::x, chart.logX(), LEFT, RIGHT);
        y = new Axis(chart, Point::y, chart.logY(), BOTTOM, TOP);
    }

    /** The picture. */
    public static String of(final Chart chart) {
        return new ChartSvg(chart).draw();
    }

    private String draw() {
        svg.text(LEFT, TOP - 24, "start", "name", chart.title());
        for (final double tick : x.ticks()) {
            svg.line(x.at(tick), TOP, x.at(tick), BOTTOM, "grid");
            svg.text(x.at(tick), BOTTOM + 16, "middle", "tick", number(tick));
        }
        for (final double tick : y.ticks()) {
            svg.line(LEFT, y.at(tick), RIGHT, y.at(tick), "grid");
            svg.text(LEFT - 6, y.at(tick) + 4, "end", "tick", number(tick));
        }
        svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis");
        svg.line(LEFT, TOP, LEFT, BOTTOM, "axis");
        svg.text(RIGHT, BOTTOM + 36, "end", "axisName", chart.x());
        svg.text(LEFT, TOP - 8, "middle", "axisName", chart.y());
        for (int i = 0; i < chart.series().size(); i++) {
            draw(i, chart.series().get(i));
        }
        return svg.end();
    }

    private void draw(final int index, final Series series) {
        final String color = COLORS[index % COLORS.length];
        final int[] path = new int[2 * series.points().size()];
        for (int i = 0; i < series.points().size(); i++) {
            path[2 * i] = x.at(series.points().get(i).x());
            path[2 * i + 1] = y.at(series.points().get(i).y());
        }
        svg.series(color, path);
        final int row = TOP + 10 + 20 * index;
        svg.series(color, RIGHT + 14, row, RIGHT + 34, row);
        svg.text(RIGHT + 40, row + 4, "start", "legend", series.name());
    }

    /** A number as short as it may be. */
    static String number(final double value) {
        if (value >= 1e9) {
            return plain(value / 1e9) + "G";
        }
        if (value >= 1e6) {
            return plain(value / 1e6) + "M";
        }
        return value >= 1e4 ? plain(value / 1e3) + "k" : plain(value);
    }

    private static String plain(final double value) {
        final String text = String.format(Locale.ROOT, value < 0.01 && value > 0 ? "%.1e" : "%.2f", value);
        return text.contains("e") ? text : text.replaceFirst("\\.?0+$", "");
    }

    /** One axis: values to pixels. */
    private static final class Axis {
        private final boolean log;
        private final double low;
        private final double high;
        private final int from;
        private final int to;

        Axis(final Chart chart, final ToDoubleFunction<Point> of, final boolean log, final int from, final int to) {
            this.log = log;
            this.from = from;
            this.to = to;
            final double[] values = chart.series().stream()
                    .flatMap(series -> series.points().stream())
                    .mapToDouble(of)
                    .filter(value -> !log || value > 0)
                    .sorted()
                    .toArray();
            final double least = values.length == 0 ? 1 : values[0];
            final double most = values.length == 0 ? 10 : values[values.length - 1];
            low = log ? Math.floor(Math.log10(least)) : Math.min(0, least);
            high = log ? Math.max(low + 1, Math.ceil(Math.log10(most))) : Math.max(most, low + 1e-9);
        }

        int at(final double value) {
            final double scaled = log ? value <= 0 ? low : Math.log10(value) : value;
            return (int) Math.round(from + (Math.max(scaled, low) - low) / (high - low) * (to - from));
        }

        List<Double> ticks() {
            final List<Double> ticks = new ArrayList<>();
            if (log) {
                for (double power = low; power <= high; power++) {
                    ticks.add(Math.pow(10, power));
                }
                return ticks;
            }
            final double step = step();
            for (int i = 0; i <= MOST_TICKS && low + i * step <= high * 1.000_001; i++) {
                ticks.add(low + i * step);
            }
            return ticks;
        }

        /** 1, 2 or 5 times a power of ten. */
        private double step() {
            final double raw = (high - low) / 6;
            final double power = Math.pow(10, Math.floor(Math.log10(raw)));
            final double lead = raw / power;
            return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
        }
    }
}
