package dev.culvert.kit.coverage;

import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes names of tests as a list that can still be read: many scripts of one folder become one entry. */
final class TestNames {
    private static final int MANY = 12;

    private TestNames() {}

    static String list(final Collection<String> names) {
        final SortedMap<String, Long> scripts = names.stream()
                .filter(name -> name.contains("/"))
                .distinct()
                .collect(Collectors.groupingBy(TestNames::folder, TreeMap::new, Collectors.counting()));
        return names.stream()
                .map(name -> scripts.getOrDefault(folder(name), 0L) < MANY
                        ? name
                        : folder(name) + "/ (" + scripts.get(folder(name)) + " scripts)")
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** The subject of a script, such as {@code matrix}; of a test class its name. */
    private static String folder(final String name) {
        return name.replaceAll("/.*", "");
    }
}
