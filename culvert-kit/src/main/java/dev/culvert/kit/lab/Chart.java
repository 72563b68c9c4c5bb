package dev.culvert.kit.lab;

import java.util.List;

/**
 * Numbers to look at: series over a common axis.
 *
 * @param title one line
 * @param x label of the axis
 * @param y label of the other axis
 * @param logX whether the axis is logarithmic
 * @param logY whether the other axis is; values at or below zero then stand on its lower edge
 * @param remark what can be seen
 */
public record Chart(String title, String x, String y, boolean logX, boolean logY, List<Series> series, String remark) {
    /** One line: points in the order of {@code x}. */
    public record Series(String name, List<Point> points) {}

    /** One point. */
    public record Point(double x, double y) {}
}
