package dev.culvert.bench.peers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.bench.BenchCommand;
import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class StandingCommandTest {
    @Test
    @Tag("e2e")
    void whatTheClientMadeStandsWhileItIsMeasured() throws IOException {
        final String output = BenchCommand.outputOf(
                "time-wait-standing", "--records", "1000", "--rounds", "1", "--connections", "100");

        assertTrue(
                Pattern.compile("^RESULT benchmark=time-wait-standing records=[1-9]\\d{3} rateShare=", Pattern.MULTILINE)
                        .matcher(output)
                        .find(),
                output);
    }

    @Test
    void wrongArgumentsAreRefused() throws IOException {
        BenchCommand.refuses("time-wait-standing", "--records", "999");
        BenchCommand.refuses("time-wait-standing", "--rounds", "0");
        BenchCommand.refuses("time-wait-standing", "1000000");
    }
}
