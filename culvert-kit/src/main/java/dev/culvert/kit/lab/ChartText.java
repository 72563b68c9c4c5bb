package dev.culvert.kit.lab;

import dev.culvert.kit.lab.Chart.Point;
import dev.culvert.kit.lab.Chart.Series;
import dev.culvert.kit.svg.Axis;
import java.util.stream.Collectors;

/** A chart as a table, which terminals and Markdown both show. */
final class ChartText {
    private ChartText() {}

    /** The table; every series has the same places on the x axis. */
    static String of(final Chart chart) {
        final StringBuilder text = new StringBuilder("| ").append(chart.x());
        for (final Series series : chart.series()) {
            text.append(" | ").append(series.name());
        }
        text.append(" |\n").append("|---".repeat(chart.series().size() + 1)).append("|\n");
        for (int i = 0; i < chart.series().get(0).points().size(); i++) {
            final int place = i;
            final Point first = chart.series().get(0).points().get(i);
            text.append("| ").append(Axis.number(first.x())).append(" | ");
            text.append(chart.series().stream()
                    .map(series -> Axis.number(series.points().get(place).y()))
                    .collect(Collectors.joining(" | ")));
            text.append(" |\n");
        }
        return text.toString();
    }
}
