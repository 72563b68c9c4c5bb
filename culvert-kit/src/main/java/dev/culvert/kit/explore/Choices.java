package dev.culvert.kit.explore;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A tree of choices, walked depth first by playing again from its root: whoever plays asks {@link #pick} at every fork, and
 * {@link #next} turns to the next path. A path is a list of numbers that repeats the play.
 */
final class Choices {
    private int[] taken = new int[64];
    private int[] alternatives = new int[64];
    private int length;
    /** Choices at the front that this play repeats; those behind them are made for the first time. */
    private int repeated;

    private int at;

    /** Starts at the root, with the first alternative everywhere. */
    Choices() {}

    /** Starts on the path that a text names: numbers with commas; the first alternative wherever it says nothing. */
    static Choices of(final String path) {
        final Choices choices = new Choices();
        if (!path.isBlank()) {
            for (final String number : path.split(",", -1)) {
                choices.add(Integer.parseInt(number.strip()), Integer.MAX_VALUE);
            }
        }
        choices.repeated = choices.length;
        return choices;
    }

    /** Takes the fork that the path names, the first one beyond its end. */
    int pick(final int forks) {
        if (forks == 1) {
            return 0;
        }
        if (at == length) {
            add(0, forks);
        } else if (alternatives[at] == Integer.MAX_VALUE) {
            alternatives[at] = forks;
        }
        if (alternatives[at] != forks || taken[at] >= forks) {
            throw new IllegalArgumentException(
                    "choice " + (at + 1) + " is " + taken[at] + ", and there are " + forks + " alternatives");
        }
        return taken[at++];
    }

    /** Whether nobody has stood here before: all choices that led here are made, and the last one is new. */
    boolean isNew() {
        return at >= repeated;
    }

    /** Turns to the next path; false when there is none. What was not reached in this play is forgotten. */
    boolean next() {
        length = at;
        while (length > 0 && taken[length - 1] + 1 == alternatives[length - 1]) {
            length--;
        }
        at = 0;
        repeated = length;
        if (length == 0) {
            return false;
        }
        taken[length - 1]++;
        return true;
    }

    private void add(final int choice, final int forks) {
        if (length == taken.length) {
            taken = Arrays.copyOf(taken, 2 * length);
            alternatives = Arrays.copyOf(alternatives, 2 * length);
        }
        taken[length] = choice;
        alternatives[length++] = forks;
    }

    /** The path so far, as {@link #of} reads it. */
    String path() {
        int last = at;
        while (last > 0 && taken[last - 1] == 0) {
            last--;
        }
        return IntStream.range(0, last).mapToObj(i -> String.valueOf(taken[i])).collect(Collectors.joining(","));
    }
}
