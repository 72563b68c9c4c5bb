package dev.culvert.kit.coverage;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Requirements of one RFC, or of a few that belong together.
 *
 * @param rfcs numbers that an annotation may name for any of these requirements; the first one stands for the group
 * @param title what they are about
 * @param requirements in the order of the catalogue
 */
record RequirementGroup(List<Integer> rfcs, String title, List<Requirement> requirements) {
    RequirementGroup(final List<Integer> rfcs, final String title) {
        this(rfcs, title, new ArrayList<>());
    }

    int number() {
        return rfcs.get(0);
    }

    /** Such as {@code RFC 6191, 1337: TIME-WAIT}. */
    String heading() {
        return "RFC " + rfcs.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ": " + title;
    }
}
