package dev.culvert.kit.grid;

import dev.culvert.kit.grid.GridCell.Path;
import dev.culvert.kit.scenario.ScenarioException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which cells there are, and how a part of them is chosen. */
public final class Grid {
    private static final List<String> CONTROLS = List.of("newreno", "cubic", "bbr");
    private static final long[] RATES = {10_000_000, 1_000_000_000, 10_000_000_000L};
    private static final long[] ROUND_TRIPS_NS = {100_000, 10_000_000, 100_000_000, 300_000_000};
    private static final double[] LOSSES = {0, 0.000_1, 0.001, 0.01, 0.03, 0.1};
    private static final int[] FLOWS = {2, 8};

    private Grid() {}

    /** All of it: one flow on every path, then several on those without loss and reordering. */
    public static List<GridCell> all() {
        final List<GridCell> cells = new ArrayList<>();
        for (final String control : CONTROLS) {
            for (final long rate : RATES) {
                for (final long rttNs : ROUND_TRIPS_NS) {
                    paths(rate, rttNs).forEach(path -> {
                        for (final Reordering reordering : Reordering.values()) {
                            cells.add(new GridCell(control, path, reordering, 1));
                        }
                    });
                }
            }
        }
        addShared(cells);
        return cells;
    }

    private static List<Path> paths(final long rate, final long rttNs) {
        final List<Path> paths = new ArrayList<>();
        for (final double loss : LOSSES) {
            paths.add(new Path(rate, rttNs, loss, false));
            if (loss > 0) {
                paths.add(new Path(rate, rttNs, loss, true));
            }
        }
        return paths;
    }

    private static void addShared(final List<GridCell> cells) {
        for (final String control : CONTROLS) {
            for (final long rate : RATES) {
                for (final long rttNs : ROUND_TRIPS_NS) {
                    for (final int flows : FLOWS) {
                        cells.add(new GridCell(control, new Path(rate, rttNs, 0, false), Reordering.NONE, flows));
                    }
                }
            }
        }
    }

    /** The part that the documentation shows and a test measures: the slow paths of a campus and of an ocean. */
    public static List<GridCell> golden() {
        final List<GridCell> cells = new ArrayList<>();
        cells.addAll(part("rate=10mbit,rtt=10ms|100ms,loss=0%|0.1%|1%|1%-bursts,reordering=none|10%-rtt/4,flows=1"));
        cells.addAll(part("rate=10mbit,rtt=100ms,loss=0%,reordering=1%-by-3|jitter-300ms,flows=1"));
        cells.addAll(part("rate=10mbit,rtt=10ms,flows=2|8"));
        cells.sort(Comparator.comparingInt(cell -> CONTROLS.indexOf(cell.control())));
        return cells;
    }

    /**
     * A part of the grid.
     *
     * @param text {@code golden}, {@code all}, or {@code key=value|value,...}: the cells that have one of the values for each key
     * @throws ScenarioException when there is no such key or value
     */
    public static List<GridCell> part(final String text) {
        if (text.equals("golden")) {
            return golden();
        }
        final List<GridCell> all = all();
        if (text.equals("all")) {
            return all;
        }
        final Map<String, List<String>> wanted = wanted(text, all);
        return all.stream()
                .filter(cell -> wanted.entrySet().stream()
                        .allMatch(entry -> entry.getValue().contains(cell.keys().get(entry.getKey()))))
                .toList();
    }

    private static Map<String, List<String>> wanted(final String text, final List<GridCell> all) {
        final Map<String, List<String>> wanted = new HashMap<>();
        for (final String term : text.split(",", -1)) {
            final int equals = term.indexOf('=');
            final String key = equals < 0 ? term : term.substring(0, equals);
            if (equals < 0 || !all.get(0).keys().containsKey(key)) {
                throw new ScenarioException("--grid " + text + ": '" + term
                        + "' is not golden, all or KEY=VALUE; keys are "
                        + String.join(", ", all.get(0).keys().keySet()));
            }
            final List<String> values = Arrays.asList(term.substring(equals + 1).split("\\|", -1));
            final TreeSet<String> known =
                    all.stream().map(cell -> cell.keys().get(key)).collect(Collectors.toCollection(TreeSet::new));
            if (!known.containsAll(values)) {
                throw new ScenarioException(
                        "--grid " + text + ": values of '" + key + "' are " + String.join(", ", known));
            }
            wanted.put(key, values);
        }
        return wanted;
    }
}
