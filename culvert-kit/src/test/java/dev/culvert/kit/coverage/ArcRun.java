package dev.culvert.kit.coverage;

import dev.culvert.kit.arc.ArcLog;
import dev.culvert.kit.arc.StateArc;
import dev.culvert.kit.arc.StateArcs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a test run has visited of the state diagram, as a file between the run and its evaluation.
 *
 * @param taken the tests that took each arc
 * @param unknown moves that are no arc
 */
record ArcRun(SortedMap<Integer, SortedSet<String>> taken, List<String> unknown) {
    /** Below the module's build folder. */
    static final Path FILE = Path.of("culvert-kit", "target", "state-arcs.txt");

    /** Writes what the tests of this process have visited. */
    static void write(final Path file) throws IOException {
        final List<String> lines = new ArrayList<>();
        ArcLog.taken()
                .forEach((index, names) -> lines.add(key(StateArcs.ALL.get(index)) + ": " + String.join(" ", names)));
        ArcLog.unknown().forEach(move -> lines.add("unknown: " + move));
        Files.createDirectories(file.getParent());
        Files.write(file, lines);
    }

    static ArcRun read(final Path file) throws IOException {
        final ArcRun run = new ArcRun(new TreeMap<>(), new ArrayList<>());
        for (final String line : Files.readAllLines(file)) {
            final int colon = line.indexOf(": ");
            if (line.startsWith("unknown")) {
                run.unknown.add(line.substring(colon + 2));
                continue;
            }
            for (int i = 0; i < StateArcs.ALL.size(); i++) {
                if (key(StateArcs.ALL.get(i)).equals(line.substring(0, colon))) {
                    run.taken.put(
                            i,
                            new TreeSet<>(
                                    Arrays.asList(line.substring(colon + 2).split(" ", -1))));
                }
            }
        }
        return run;
    }

    /** Lines of the form {@code from cause to class}. */
    static Map<String, String> witnesses(final List<String> lines) {
        final Map<String, String> witnesses = new TreeMap<>();
        for (final String line : lines) {
            final int space = line.lastIndexOf(' ');
            if (!line.startsWith("#")) {
                witnesses.put(line.substring(0, space), line.substring(space + 1));
            }
        }
        return witnesses;
    }

    static String key(final StateArc arc) {
        return arc.from() + " " + arc.cause() + " " + arc.to();
    }

    /** Everything that is wrong with the run, one line each; {@code witnesses} are the classes that should take each arc. */
    List<String> problems(final Map<String, String> witnesses) {
        final List<String> problems = new ArrayList<>();
        for (int i = 0; i < StateArcs.ALL.size(); i++) {
            final String key = key(StateArcs.ALL.get(i));
            final String witness = witnesses.get(key);
            if (taken.containsKey(i)) {
                if (witness == null || !taken.get(i).contains(witness)) {
                    problems.add(key + " is not taken by " + witness + ", but by " + taken.get(i)
                            + ": name one of these in coverage/state-arcs.txt");
                }
            } else {
                problems.add("no test takes " + key(StateArcs.ALL.get(i)) + " ("
                        + StateArcs.ALL.get(i).event() + ")");
            }
        }
        unknown.forEach(move -> problems.add("not in the diagram: " + move));
        return problems;
    }
}
