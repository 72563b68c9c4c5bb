package dev.culvert.bench;

import dev.culvert.kit.lab.Chart;
import dev.culvert.kit.lab.Chart.Point;
import dev.culvert.kit.lab.Chart.Series;
import dev.culvert.kit.lab.ChartSvg;
import dev.culvert.kit.svg.BarPicture;
import dev.culvert.tun.device.PcapngFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command {@code culvert bench page}: figures of JMH, as {@code --json} wrote them, as a page with a table for each benchmark, a
 * plot for each that has a numeric parameter, and bars for the others of a class together.
 */
@Command(
        name = "page",
        description = {
            "Makes a page with tables and pictures of JMH's figures.",
            "Of what 'culvert bench --json FILE' wrote; of several files, such as those of two JDKs, a line each."
        })
final class BenchmarkPage implements Callable<Integer> {
    private static final String INDEX = "README.md";

    @Parameters(index = "0", paramLabel = "DIR", description = "Where the page goes.")
    private Path directory;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE.json", description = "What --json wrote.")
    private List<Path> files = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    private final Map<String, List<Figure>> figures = new TreeMap<>();

    /**
     * One benchmark with one choice of parameters.
     *
     * @param jdk version that it ran on
     * @param params by name
     * @param cpuNs CPU time for an operation, or the time that went by where JMH was not asked for it
     * @param allocatedBytes on the heap for an operation; NaN: not measured
     */
    private record Figure(String jdk, Map<String, String> params, double cpuNs, double allocatedBytes) {
        /** A parameter as a number; 0 where it is none. */
        double number(final String key) {
            final String value = params.getOrDefault(key, "");
            return value.matches("[0-9]+(\\.[0-9]+)?") ? Double.parseDouble(value) : 0;
        }
    }

    /** Reads the files, writes the page and its plots, and says where. */
    @Override
    public Integer call() throws IOException {
        for (final Path file : files) {
            read(file);
        }
        OutputFiles.requireDirectory(directory);
        final StringBuilder page = new StringBuilder(
                "# Benchmarks\n\nWritten by `culvert bench page` from JMH's figures:"
                        + " CPU time of the benchmark's thread for one operation, bytes allocated on the heap for one.\n");
        String ofClass = "";
        for (final Map.Entry<String, List<Figure>> benchmark : figures.entrySet()) {
            final String next = classOf(benchmark.getKey());
            if (!next.equals(ofClass)) {
                bars(page, next);
                ofClass = next;
            }
            section(page, benchmark.getKey(), benchmark.getValue());
        }
        final Path index = directory.resolve(INDEX);
        OutputFiles.write(index, page);
        System.out.println(index);
        return ExitCode.OK;
    }

    private void read(final Path file) throws IOException {
        try {
            final String text = Files.readString(file);
            final Object parsed = new Load(LoadSettings.builder().build()).loadFromString(text); // JSON is YAML
            for (final Object result : (List<?>) parsed) {
                add((Map<?, ?>) result);
            }
        } catch (final NoSuchFileException e) {
            throw new ParameterException(spec.commandLine(), file + " does not exist", e);
        } catch (final IOException e) {
            throw new IOException("cannot read " + file + " (" + PcapngFile.reason(e) + ")", e);
        } catch (final YamlEngineException | ClassCastException | NullPointerException e) {
            throw new ParameterException(spec.commandLine(), file + " is not what --json writes", e);
        }
    }

    private void add(final Map<?, ?> result) {
        final String name = ResultLine.name((String) result.get("benchmark"));
        final Map<String, String> params = new LinkedHashMap<>();
        if (result.get("params") instanceof Map<?, ?> given) {
            given.forEach((key, value) -> params.put((String) key, (String) value));
        }
        final Map<?, ?> secondary = (Map<?, ?>) result.get("secondaryMetrics");
        final double cpuNs = score(secondary.get(CpuTimeProfiler.NORM));
        figures.computeIfAbsent(name, none -> new ArrayList<>())
                .add(new Figure(
                        (String) result.get("jdkVersion"),
                        params,
                        Double.isNaN(cpuNs) ? score(result.get("primaryMetric")) : cpuNs,
                        score(secondary.get(ResultLine.ALLOCATION))));
    }

    private static double score(final Object metric) {
        return metric instanceof Map<?, ?> map ? ((Number) map.get("score")).doubleValue() : Double.NaN;
    }

    private void section(final StringBuilder page, final String name, final List<Figure> of) throws IOException {
        page.append("\n## ").append(name).append("\n\n");
        final Optional<String> axis = axis(of);
        if (axis.isPresent()) {
            final String picture = name.toLowerCase(Locale.ROOT).replace('.', '-') + ".svg";
            final Chart chart = new Chart(name, axis.get(), "ns of CPU", true, false, series(of, axis.get()), "");
            OutputFiles.write(directory.resolve(picture), ChartSvg.of(chart));
            page.append("![").append(name).append("](").append(picture).append(")\n\n");
        }
        page.append("| JDK | parameters | ns of CPU | bytes |\n|---|---|--:|--:|\n");
        for (final Figure figure : of) {
            page.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.1f | %.2f |%n",
                    figure.jdk(),
                    figure.params().isEmpty() ? "" : figure.params().toString().replaceAll("[{}]", ""),
                    figure.cpuNs(),
                    figure.allocatedBytes()));
        }
    }

    private static String classOf(final String name) {
        return name.replaceFirst("\\..*", "");
    }

    /** One picture of all benchmarks of a class that have no axis, where there is something to compare. */
    private void bars(final StringBuilder page, final String of) throws IOException {
        final BarPicture picture = new BarPicture(of, List.of("ns of CPU for an operation"));
        int bars = 0;
        for (final Map.Entry<String, List<Figure>> benchmark : figures.entrySet()) {
            if (classOf(benchmark.getKey()).equals(of)
                    && axis(benchmark.getValue()).isEmpty()) {
                for (final Figure figure : benchmark.getValue()) {
                    final String method =
                            benchmark.getKey().substring(of.length()).replaceFirst("^\\.", "");
                    picture.add((method + " " + line(figure, "")).strip(), figure.cpuNs());
                    bars++;
                }
            }
        }
        if (bars > 1) {
            final String file = of.toLowerCase(Locale.ROOT) + ".svg";
            OutputFiles.write(directory.resolve(file), picture.draw());
            page.append("\n## ")
                    .append(of)
                    .append("\n\n![")
                    .append(of)
                    .append("](")
                    .append(file)
                    .append(")\n");
        }
    }

    /** The first parameter that has several positive numbers. */
    private static Optional<String> axis(final List<Figure> of) {
        return of.get(0).params().keySet().stream()
                .filter(key -> of.stream()
                                .mapToDouble(figure -> figure.number(key))
                                .filter(x -> x > 0)
                                .distinct()
                                .count()
                        > 1)
                .findFirst();
    }

    /** A line for each JDK and each choice of the other parameters; a logarithmic axis has no place for zero. */
    private static List<Series> series(final List<Figure> of, final String axis) {
        final Map<String, List<Point>> lines = new TreeMap<>();
        of.stream()
                .filter(figure -> figure.number(axis) > 0)
                .sorted(Comparator.comparingDouble(figure -> figure.number(axis)))
                .forEach(figure -> lines.computeIfAbsent(line(figure, axis), none -> new ArrayList<>())
                        .add(new Point(figure.number(axis), figure.cpuNs())));
        return lines.entrySet().stream()
                .map(line -> new Series(line.getKey(), line.getValue()))
                .toList();
    }

    private static String line(final Figure figure, final String axis) {
        final Map<String, String> others = new LinkedHashMap<>(figure.params());
        others.remove(axis);
        return ("JDK " + figure.jdk() + " " + String.join(" ", others.values())).strip();
    }
}
