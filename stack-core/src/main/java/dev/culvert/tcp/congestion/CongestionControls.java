package dev.culvert.tcp.congestion;

import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The congestion controls by name: the stack's own, and those that {@link ServiceLoader} finds beside it. A name of the stack's
 * own keeps its meaning whatever else is found.
 */
public final class CongestionControls {
    /** What connections use unless they are told otherwise. */
    public static final String DEFAULT = Cubic.NAME;

    private static final List<String> BUILT_IN = List.of(Bbr.NAME, Cubic.NAME, NewReno.NAME);
    private static final Map<String, Supplier<CongestionControl>> BY_NAME =
            new TreeMap<>(Map.of(Bbr.NAME, Bbr::new, Cubic.NAME, Cubic::new, NewReno.NAME, NewReno::new));
    /** Other names of these, by Linux's. */
    private static final Map<String, String> ALIASES = Map.of("reno", NewReno.NAME);
    /** What was wrong with those that could not be loaded. */
    private static final StringBuilder PROBLEMS = new StringBuilder();

    static {
        find();
    }

    private CongestionControls() {}

    private static void find() {
        try {
            ServiceLoader.load(CongestionControl.class, CongestionControl.class.getClassLoader()).stream()
                    .forEach(provider -> BY_NAME.putIfAbsent(provider.get().name(), provider));
        } catch (final ServiceConfigurationError broken) {
            PROBLEMS.append("; ").append(broken.getMessage());
        }
    }

    /** The name that the control gives itself. */
    private static String resolve(final String name) {
        return ALIASES.getOrDefault(name, name);
    }

    /** Whether there is one of this name. */
    public static boolean exists(final String name) {
        return BY_NAME.containsKey(resolve(name));
    }

    /** Whether this one is what {@link #create} would make. */
    public static boolean isCalled(final CongestionControl control, final String name) {
        return control.name().equals(resolve(name));
    }

    /** All names, sorted. */
    public static List<String> names() {
        return Stream.concat(BY_NAME.keySet().stream(), ALIASES.keySet().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** One name of each that comes with the stack, sorted. */
    public static List<String> builtIn() {
        return BUILT_IN;
    }

    /**
     * A new instance.
     *
     * @throws IllegalArgumentException when there is none of this name; the message lists what there is
     */
    public static CongestionControl create(final String name) {
        final Supplier<CongestionControl> supplier = BY_NAME.get(resolve(name));
        if (supplier == null) {
            throw new IllegalArgumentException(complaint(name));
        }
        return supplier.get();
    }

    /** What to say when there is none of this name, with the names of all. */
    public static String complaint(final String name) {
        return "unknown congestion control '" + name + "'; there is " + String.join(", ", names()) + PROBLEMS;
    }
}
