package dev.culvert.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Holds a command line to what its help says: an option whose label is a range, such as {@code 1..9}, takes no other numbers, and
 * an argument that has candidates takes no other words.
 */
final class Allowed {
    private static final Pattern RANGE = Pattern.compile("(\\d+)\\.\\.(\\d+)");

    private Allowed() {}

    /** Fails with a {@link ParameterException} that says what would be right. */
    static void check(final ParseResult parsed) {
        for (final ArgSpec argument : parsed.matchedArgs()) {
            final String wrong = wrong(argument);
            if (wrong != null) {
                throw new ParameterException(parsed.commandSpec().commandLine(), wrong);
            }
        }
    }

    private static String wrong(final ArgSpec argument) {
        final Matcher range = RANGE.matcher(argument.paramLabel());
        if (range.matches()) {
            final int number = argument.getValue();
            return number >= Integer.parseInt(range.group(1)) && number <= Integer.parseInt(range.group(2))
                    ? null
                    : name(argument) + number + " is not between " + range.group(1) + " and " + range.group(2);
        }
        return argument.completionCandidates() == null ? null : wrongWord(argument);
    }

    private static String wrongWord(final ArgSpec argument) {
        final List<String> candidates = new ArrayList<>();
        argument.completionCandidates().forEach(candidates::add);
        for (final String word : argument.originalStringValues()) {
            if (!candidates.contains(word)) {
                return name(argument) + "there is no " + argument.paramLabel().toLowerCase(Locale.ROOT) + " '" + word
                        + "'; there are " + String.join(", ", candidates);
            }
        }
        return null;
    }

    private static String name(final ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() + ": " : "";
    }
}
