package dev.culvert.kit.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A way through the worlds: at every fork, the number of the branch. Written as numbers with commas; the first branch, 0,
 * wherever it says nothing. Mutable.
 */
final class Path {
    private final List<Integer> branches = new ArrayList<>();
    private int at;

    /** The way that a text names. */
    static Path of(final String text) {
        final Path path = new Path();
        if (!text.isBlank()) {
            for (final String number : text.split(",", -1)) {
                path.branches.add(Integer.parseInt(number.strip()));
            }
        }
        return path;
    }

    /** Goes on at the end with this branch of so many; where there is only one it is no fork. */
    void add(final int branch, final int forks) {
        if (forks > 1) {
            branches.add(branch);
        }
    }

    /** The branch to take at the next of the forks, of so many. */
    int pick(final int forks) {
        if (forks == 1) {
            return 0;
        }
        final int branch = at < branches.size() ? branches.get(at) : 0;
        at++;
        if (branch < 0 || branch >= forks) {
            throw new IllegalArgumentException(
                    "choice " + at + " is " + branch + ", and there are " + forks + " alternatives");
        }
        return branch;
    }

    @Override
    public String toString() {
        int last = branches.size();
        while (last > 0 && branches.get(last - 1) == 0) {
            last--;
        }
        return branches.subList(0, last).stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
