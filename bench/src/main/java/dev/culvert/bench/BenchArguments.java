package dev.culvert.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Options of a command of ours: pairs of a name and a number. */
final class BenchArguments {
    private final Map<String, String> values = new HashMap<>();
    private final String usage;

    /** Reads pairs; {@code names} are those that there are. {@code IllegalArgumentException}: another name. */
    BenchArguments(final List<String> args, final String usage, final String... names) {
        this.usage = usage;
        for (int i = 0; i < args.size(); i += 2) {
            if (!List.of(names).contains(args.get(i))) {
                throw new IllegalArgumentException("unknown option " + args.get(i) + "; " + usage);
            }
            values.put(args.get(i), i + 1 < args.size() ? args.get(i + 1) : "");
        }
    }

    /** A whole number in a range, or the default when the option was not given. */
    int number(final String name, final int otherwise, final int least, final int most) {
        final String text = values.getOrDefault(name, Integer.toString(otherwise));
        if (text.matches("\\d{1,8}")) {
            final int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not between " + least + " and " + most + "; " + usage);
    }
}
