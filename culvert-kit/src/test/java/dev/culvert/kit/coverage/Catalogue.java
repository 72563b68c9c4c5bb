package dev.culvert.kit.coverage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Everything that the RFCs ask for, as {@code coverage/requirements.txt} lists it. */
record Catalogue(List<RequirementGroup> groups) {
    /** Reads lines of the form {@code = RFC RFC | title} and {@code id | section | text}; {@code #} starts a comment. */
    static Catalogue parse(final List<String> lines) {
        final List<RequirementGroup> groups = new ArrayList<>();
        for (final String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            final String[] fields = line.split("\\|", -1);
            if (line.startsWith("=")) {
                final List<Integer> rfcs = Arrays.stream(
                                fields[0].substring(1).trim().split(" ", -1))
                        .map(Integer::valueOf)
                        .toList();
                groups.add(new RequirementGroup(rfcs, fields[1].trim()));
            } else if (fields.length == 3) {
                groups.get(groups.size() - 1)
                        .requirements()
                        .add(new Requirement(fields[0].trim(), fields[1].trim(), fields[2].trim()));
            } else {
                throw new IllegalArgumentException("not id | section | text: " + line);
            }
        }
        return new Catalogue(groups);
    }

    /** The group that an RFC's requirements are in. */
    Optional<RequirementGroup> group(final int rfc) {
        return groups.stream().filter(group -> group.rfcs().contains(rfc)).findFirst();
    }

    /** The requirement that an annotation means. */
    Optional<Requirement> find(final int rfc, final String id) {
        return group(rfc)
                .flatMap(group -> group.requirements().stream()
                        .filter(requirement -> requirement.id().equals(id))
                        .findFirst());
    }
}
