package dev.culvert.fuzz;

import java.util.Objects;
import java.util.function.Supplier;

/** What must hold whatever the input is. */
final class Laws {
    private Laws() {}

    static void hold(final boolean holds, final String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    static void hold(final boolean holds, final Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise.get());
        }
    }

    static void same(final Object expected, final Object actual, final String of) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError(of + "\nexpected " + expected + "\n     got " + actual);
        }
    }
}
