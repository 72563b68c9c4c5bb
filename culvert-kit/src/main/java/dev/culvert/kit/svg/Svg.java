package dev.culvert.kit.svg;

import java.util.Locale;

/** Writes a picture. Only whole numbers and no measured fonts: the same calls give the same bytes on every machine. */
public final class Svg {
    private static final double LETTER = 6.7;

    private final StringBuilder text = new StringBuilder();
    private final int height;

    /** An empty white sheet, sizes in pixels. */
    public Svg(final int width, final int height) {
        this.height = height;
        text.append(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d">
                <style>
                text { font: 11px monospace; fill: #222 }
                .name { font-weight: bold; font-size: 14px }
                .time, .note, .tick { fill: #777 }
                .note { font-style: italic }
                .cross { fill: #c00; font-weight: bold }
                .lane, .axis { stroke: #999; fill: none }
                .grid { stroke: #e6e6e6; fill: none }
                .packet, .ghost, .lost { stroke: #335; fill: none; marker-end: url(#head) }
                .ghost { stroke: #a0522d; stroke-dasharray: 5 3 }
                .lost { marker-end: none; stroke: #c00 }
                .label { paint-order: stroke; stroke: #fff; stroke-width: 4px }
                .series { fill: none; stroke-width: 2 }
                </style>
                <defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#335"/></marker></defs>
                <rect width="%d" height="%d" fill="#fff"/>
                """, width, height, width, height, width, height));
    }

    /** Its height. */
    public int height() {
        return height;
    }

    /** A straight line of this kind, which is a class of the style sheet. */
    public void line(final int x1, final int y1, final int x2, final int y2, final String kind) {
        text.append(String.format(Locale.ROOT, "<path class=\"%s\" d=\"M%d %dL%d %d\"/>\n", kind, x1, y1, x2, y2));
    }

    /** Words; {@code anchor} is start, middle or end. */
    public void text(final int x, final int y, final String anchor, final String kind, final String words) {
        text.append(String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
                kind,
                x,
                y,
                anchor,
                escaped(words)));
    }

    /** A line with a head, and words along it. */
    public void arrow(final int x1, final int y1, final int x2, final int y2, final String kind, final String words) {
        line(x1, y1, x2, y2, kind);
        final int x = (x1 + x2) / 2;
        final int y = (y1 + y2) / 2 - 4;
        final double slope = Math.toDegrees(Math.atan((double) (y2 - y1) / (x2 - x1)));
        text.append(String.format(
                Locale.ROOT,
                "<text class=\"label\" x=\"%d\" y=\"%d\" text-anchor=\"middle\" transform=\"rotate(%.1f %d %d)\">%s</text>\n",
                x,
                y,
                slope,
                x,
                y,
                escaped(words)));
    }

    /** Words on a coloured ground. */
    public void pill(final int x, final int y, final String color, final String words) {
        final int width = (int) (words.length() * LETTER) + 12;
        text.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"16\" rx=\"8\" fill=\"%s\"/>\n",
                x - width / 2,
                y - 8,
                width,
                color));
        text(x, y + 4, "middle", "state", words);
    }

    /** A line through points that stand in pairs. */
    public void series(final String color, final int... points) {
        final StringBuilder path = new StringBuilder();
        for (int i = 0; i < points.length; i += 2) {
            path.append(i == 0 ? 'M' : 'L').append(points[i]).append(' ').append(points[i + 1]);
        }
        text.append(String.format(Locale.ROOT, "<path class=\"series\" stroke=\"%s\" d=\"%s\"/>\n", color, path));
    }

    /** A path as SVG writes it, {@code width} pixels wide; an empty one is left out. */
    public void path(final int width, final String color, final String path) {
        if (!path.isEmpty()) {
            text.append(String.format(
                    Locale.ROOT,
                    "<path fill=\"none\" stroke-width=\"%d\" stroke=\"%s\" d=\"%s\"/>\n",
                    width,
                    color,
                    path));
        }
    }

    /** The whole file. */
    public String end() {
        return text + "</svg>\n";
    }

    private static String escaped(final String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
