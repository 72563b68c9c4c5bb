package dev.culvert.bench.peers;

import dev.culvert.bench.OutputFiles;
import dev.culvert.kit.svg.BarPicture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The rows of a run as a table and as a page with pictures, in Markdown and SVG. */
final class PeersPage {
    private static final String INDEX = "README.md";

    private PeersPage() {}

    /** All of them; a load is named in its first row. */
    static String table(final List<PeerRow> rows) {
        final StringBuilder table = new StringBuilder(PeerRow.MARKDOWN_HEAD);
        PeerCase load = null;
        for (final PeerRow row : rows) {
            table.append(row.markdown(row.load().equals(load) ? "" : row.load().meaning()));
            load = row.load();
        }
        return table.toString();
    }

    /**
     * Writes a page with the picture of each load, and the table below them.
     *
     * @param remarks how it was measured, in sentences
     */
    static void write(final Path directory, final String remarks, final List<PeerRow> rows) throws IOException {
        OutputFiles.requireDirectory(directory);
        final Map<PeerCase, List<PeerRow>> loads =
                rows.stream().collect(Collectors.groupingBy(PeerRow::load, LinkedHashMap::new, Collectors.toList()));
        final StringBuilder page =
                new StringBuilder("# Beside other stacks\n\n").append(remarks).append('\n');
        for (final Map.Entry<PeerCase, List<PeerRow>> entry : loads.entrySet()) {
            final String file = entry.getKey().name() + ".svg";
            final String title = title(entry.getKey());
            OutputFiles.write(directory.resolve(file), picture(title, entry.getValue()));
            page.append("\n## ")
                    .append(title)
                    .append("\n\n![")
                    .append(title)
                    .append("](")
                    .append(file)
                    .append(")\n");
        }
        page.append("\n## All figures\n\n").append(table(rows));
        OutputFiles.write(directory.resolve(INDEX), page);
    }

    private static String title(final PeerCase load) {
        return load.meaning().substring(0, 1).toUpperCase(Locale.ROOT)
                + load.meaning().substring(1);
    }

    private static String picture(final String title, final List<PeerRow> rows) {
        final Measured first = rows.get(0).median();
        final String of =
                rows.get(0).load().isShort() ? "a connection" : first.unit().equals("Mb") ? "a MB" : "one";
        final BarPicture picture = new BarPicture(
                title,
                List.of(
                        first.unit().equals("Mb") ? "Mbit/s" : "per second",
                        "server CPU, µs for " + of,
                        "client CPU, µs for " + of));
        for (final PeerRow row : rows) {
            picture.add(
                    row.server().replace("`", ""),
                    row.median().rate(),
                    row.median().serverUs(),
                    row.median().clientUs());
        }
        return picture.draw();
    }
}
