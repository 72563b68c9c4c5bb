package dev.culvert.kit.svg;

import java.util.ArrayList;
import java.util.List;

/** Lying bars side by side in panels: a row for each thing that is compared, a panel for each measure. Not safe for threads. */
public final class BarPicture {
    private static final String[] COLORS = {"#1f77b4", "#d62728", "#2ca02c", "#9467bd"};
    private static final int NAMES = 240;
    private static final int PANEL = 230;
    private static final int GAP = 80;
    private static final int TOP = 60;
    private static final int ROW = 22;
    private static final int BAR = 14;

    private final String title;
    private final List<String> measures;
    private final List<String> names = new ArrayList<>();
    private final List<double[]> rows = new ArrayList<>();

    /**
     * A picture without rows yet.
     *
     * @param title one line
     * @param measures the panels from left to right, with their units
     */
    public BarPicture(final String title, final List<String> measures) {
        this.title = title;
        this.measures = measures;
    }

    /** Adds a row below the others, with a value of at least 0 for each measure. */
    public void add(final String name, final double... values) {
        if (values.length != measures.size()) {
            throw new IllegalArgumentException(name + " has " + values.length + " values, not " + measures.size());
        }
        names.add(name);
        rows.add(values);
    }

    /** The whole file. */
    public String draw() {
        final Svg svg = new Svg(NAMES + measures.size() * (PANEL + GAP), TOP + rows.size() * ROW + ROW / 2);
        svg.text(8, 20, "start", "name", title);
        for (int row = 0; row < rows.size(); row++) {
            svg.text(NAMES - 8, middle(row) + 4, "end", "label", names.get(row));
        }
        for (int panel = 0; panel < measures.size(); panel++) {
            draw(svg, panel);
        }
        return svg.end();
    }

    private static int middle(final int row) {
        return TOP + row * ROW + ROW / 2;
    }

    private void draw(final Svg svg, final int panel) {
        final int left = NAMES + panel * (PANEL + GAP);
        final double most = rows.stream().mapToDouble(row -> row[panel]).max().orElse(0);
        final Axis axis = new Axis(0, most, left, left + PANEL);
        svg.text(left, TOP - 8, "start", "axisName", measures.get(panel));
        svg.line(left, TOP, left, TOP + rows.size() * ROW, "axis");
        for (int row = 0; row < rows.size(); row++) {
            final double value = rows.get(row)[panel];
            final int end = axis.at(value);
            svg.path(BAR, COLORS[panel % COLORS.length], "M" + left + " " + middle(row) + "H" + end);
            svg.text(end + 6, middle(row) + 4, "start", "tick", Axis.number(value));
        }
    }
}
