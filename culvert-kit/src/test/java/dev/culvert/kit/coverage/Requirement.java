package dev.culvert.kit.coverage;

/**
 * One thing that an RFC asks for.
 *
 * @param id its label in RFC 9293, such as {@code MUST-13}, or its number in our list of that RFC's statements
 * @param section where it stands
 * @param text what is asked, in a few words
 */
record Requirement(String id, String section, String text) {
    /** Whether only a test or a decision will do. */
    boolean isMust() {
        return id.startsWith("MUST");
    }
}
