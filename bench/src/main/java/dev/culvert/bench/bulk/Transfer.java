package dev.culvert.bench.bulk;

import dev.culvert.bench.churn.Usage;

/**
 * One transfer as the kernel's end saw it.
 *
 * @param bytes that went either way
 * @param ns from the connect to the end
 * @param client what its thread used
 */
record Transfer(long bytes, long ns, Usage client) {
    /** For another process. */
    String words() {
        return bytes + " " + ns + " " + client.words();
    }

    /** From another process. */
    static Transfer parse(final String words) {
        final String[] parts = words.split(" ", 3);
        return new Transfer(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Usage.parse(parts[2]));
    }
}
