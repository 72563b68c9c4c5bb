package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.syn;

/**
 * Finds when a script must begin for the stack to choose a wanted initial sequence number. RFC 6528 §3 makes the ISN a clock
 * of 4 µs plus a hash of the 4-tuple; the hash is fixed by the seed, so only the clock has to be right.
 */
final class IssSearch {
    private static final long TICK_NS = 4_000;

    private IssSearch() {}

    static long startNs(final Setup setup, final int wanted) {
        long startNs = Integer.toUnsignedLong(wanted - issAt(setup, 0)) * TICK_NS;
        for (int attempt = 0; attempt < 8; attempt++) {
            final int missing = wanted - issAt(setup, startNs);
            if (missing == 0) {
                return startNs;
            }
            startNs = Math.max(0, startNs + missing * TICK_NS);
        }
        throw new ScriptFailure("the ISN does not follow a clock of 4 us (RFC 9293 MUST-8)");
    }

    private static int issAt(final Setup setup, final long startNs) {
        final Script script = new Script(setup, startNs);
        return script.connect().expect(syn()).iss();
    }
}
