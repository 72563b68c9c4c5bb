package dev.culvert.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final StringWriter err = new StringWriter();

    private int culvert(final String... args) {
        return Main.commandLine().setErr(new PrintWriter(err)).execute(args);
    }

    @Test
    void withoutACommandItSaysSoAndHowToGoOn() {
        assertEquals(ExitCode.USAGE, culvert());
        assertTrue(err.toString().startsWith("Missing command"), err::toString);
        assertTrue(err.toString().contains("Usage: culvert"), err::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-command", "--no-such-option"})
    void whatItDoesNotUnderstandIsAUsageError(final String word) {
        assertEquals(ExitCode.USAGE, culvert(word));
        assertTrue(err.toString().contains(word), err::toString);
    }
}
