package dev.culvert.kit.lab;

import dev.culvert.kit.lab.Chart.Point;
import dev.culvert.kit.lab.Chart.Series;
import dev.culvert.kit.svg.Axis;
import dev.culvert.kit.svg.Svg;
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

    private final Chart chart;
    private final Svg svg = new Svg(WIDTH, HEIGHT);
    private final Axis x;
    private final Axis y;

    private ChartSvg(final Chart chart) {
        this.chart = chart;
        x = new Axis(values(Point::x), chart.logX(), LEFT, RIGHT);
        y = new Axis(values(Point::y), chart.logY(), BOTTOM, TOP);
    }

    private double[] values(final ToDoubleFunction<Point> of) {
        return chart.series().stream()
                .flatMap(series -> series.points().stream())
                .mapToDouble(of)
                .toArray();
    }

    /** The picture. */
    public static String of(final Chart chart) {
        return new ChartSvg(chart).draw();
    }

    private String draw() {
        svg.text(LEFT, TOP - 24, "start", "name", chart.title());
        for (final double tick : x.ticks()) {
            svg.line(x.at(tick), TOP, x.at(tick), BOTTOM, "grid");
            svg.text(x.at(tick), BOTTOM + 16, "middle", "tick", Axis.number(tick));
        }
        for (final double tick : y.ticks()) {
            svg.line(LEFT, y.at(tick), RIGHT, y.at(tick), "grid");
            svg.text(LEFT - 6, y.at(tick) + 4, "end", "tick", Axis.number(tick));
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
}
