package dev.culvert.kit.arc;

import dev.culvert.tcp.TcpState;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which arcs the stacks of this process have taken so far, and under which name (a test's, say) the run went by then. One for
 * the process, as coverage is a property of a whole run. Any thread.
 */
public final class ArcLog {
    private static final SortedMap<Integer, SortedSet<String>> TAKEN = new TreeMap<>();
    private static final SortedSet<String> UNKNOWN = new TreeSet<>();
    private static String name = "";

    private ArcLog() {}

    /** From now on arcs are noted under this name. */
    public static synchronized void under(final String newName) {
        name = newName;
    }

    /** An arc was taken. Where one segment led through two states at once, {@code inOneStep} says it is the sum of both. */
    static synchronized void note(
            final TcpState from, final ArcCause cause, final TcpState to, final boolean inOneStep) {
        final int index = StateArcs.indexOf(from, cause, to);
        if (index >= 0) {
            TAKEN.computeIfAbsent(index, key -> new TreeSet<>()).add(name);
        } else if (!inOneStep) {
            UNKNOWN.add(from + " " + cause + " " + to + " " + name);
        }
    }

    /** Indexes in {@link StateArcs#ALL} with the names under which they were taken; a copy. */
    public static synchronized SortedMap<Integer, SortedSet<String>> taken() {
        final SortedMap<Integer, SortedSet<String>> copy = new TreeMap<>();
        TAKEN.forEach((index, names) -> copy.put(index, new TreeSet<>(names)));
        return copy;
    }

    /** Moves that are no arc of the diagram: from, cause, to and name. Each is an error of the stack or of the diagram. */
    public static synchronized SortedSet<String> unknown() {
        return new TreeSet<>(UNKNOWN);
    }
}
