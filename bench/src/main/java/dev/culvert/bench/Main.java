package dev.culvert.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The command {@code culvert bench}: JMH, with the options that every fork needs and long names for two of its own. */
public final class Main {
    private static final String FORK_OPTION = "-jvmArgsPrepend";

    private Main() {}

    /**
     * Runs JMH with its own command line; {@code --list} and {@code --help} are understood too.
     *
     * @throws IOException when JMH cannot read its list of benchmarks or write its report
     */
    public static void main(final String[] args) throws IOException {
        org.openjdk.jmh.Main.main(jmhArguments(List.of(args)).toArray(new String[0]));
    }

    /** The arguments in JMH's own words; forks run from a class path, where the manifest's entries have no effect. */
    static List<String> jmhArguments(final List<String> args) {
        final List<String> jmh = new ArrayList<>();
        final StringBuilder forkOptions = new StringBuilder("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");
        if (Runtime.version().feature() >= 22) {
            forkOptions.append(" --enable-native-access=ALL-UNNAMED");
        }
        for (int i = 0; i < args.size(); i++) {
            switch (args.get(i)) {
                case "--list" -> jmh.add("-l");
                case "--help" -> jmh.add("-h");
                case FORK_OPTION -> forkOptions.append(' ').append(i + 1 < args.size() ? args.get(++i) : "");
                default -> jmh.add(args.get(i));
            }
        }
        jmh.add(FORK_OPTION);
        jmh.add(forkOptions.toString());
        return jmh;
    }
}
