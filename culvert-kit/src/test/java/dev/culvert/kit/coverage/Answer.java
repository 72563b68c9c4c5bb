package dev.culvert.kit.coverage;

import java.util.ArrayList;
import java.util.List;

/**
 * What stands in for a test: a decision, or the area of work that will bring the test.
 *
 * @param rfc the RFC's number
 * @param id the requirement, or {@code *} for all of the group
 * @param text the decision or the area
 * @param adr file in {@code docs/adr} that has the reasons; empty: the text is the reason
 */
record Answer(int rfc, String id, String text, String adr) {
    /** Reads lines of the form {@code RFC id id | text | adr}; the last field may be absent. */
    static List<Answer> parse(final List<String> lines) {
        final List<Answer> answers = new ArrayList<>();
        for (final String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            final String[] fields = line.split("\\|", -1);
            final String[] key = fields[0].trim().split(" ", -1);
            if (fields.length < 2 || fields[1].isBlank() || key.length < 2) {
                throw new IllegalArgumentException("not RFC id | text | adr: " + line);
            }
            for (int i = 1; i < key.length; i++) {
                final String adr = fields.length > 2 ? fields[2].trim() : "";
                answers.add(new Answer(Integer.parseInt(key[0]), key[i], fields[1].trim(), adr));
            }
        }
        return answers;
    }
}
