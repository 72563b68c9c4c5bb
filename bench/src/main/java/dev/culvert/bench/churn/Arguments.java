package dev.culvert.bench.churn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Options with a number each, in any order among words. What is wrong is an {@code IllegalArgumentException}. */
public final class Arguments {
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final List<String> words = new ArrayList<>();
    private final String usage;

    /** Reads them; the usage ends every complaint. */
    public Arguments(final List<String> args, final List<String> options, final String usage) {
        this.usage = usage;
        for (int i = 0; i < args.size(); i++) {
            final String arg = args.get(i);
            if (options.contains(arg)) {
                numbers.put(arg, number(arg, i + 1 < args.size() ? args.get(++i) : ""));
            } else if (arg.startsWith("-")) {
                throw new IllegalArgumentException("unknown option " + arg + "; " + usage);
            } else {
                words.add(arg);
            }
        }
    }

    /**
     * Takes an option and the word that follows it out of the arguments; null: it is not there.
     *
     * @param what follows, for the complaint where nothing does
     */
    public static String take(final List<String> args, final String option, final String what, final String usage) {
        final int at = args.indexOf(option);
        if (at < 0) {
            return null;
        }
        if (at + 1 == args.size()) {
            throw new IllegalArgumentException(option + " needs " + what + "; " + usage);
        }
        args.remove(at);
        return args.remove(at);
    }

    private int number(final String option, final String value) {
        if (!value.matches("\\d{1,8}")) {
            throw new IllegalArgumentException(option + " needs a number, not '" + value + "'; " + usage);
        }
        return Integer.parseInt(value);
    }

    /** The number that an option was given, or else this one. */
    public int get(final String option, final int otherwise, final int least, final int most) {
        final int number = numbers.getOrDefault(option, otherwise);
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    option + " " + number + " is not between " + least + " and " + most + "; " + usage);
        }
        return number;
    }

    /** What is no option. */
    public List<String> words() {
        return words;
    }
}
