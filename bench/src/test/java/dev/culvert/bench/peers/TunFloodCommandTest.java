package dev.culvert.bench.peers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.bench.BenchCommand;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TunFloodCommandTest {
    private static final Pattern CPU_LEFT = Pattern.compile("^RESULT .* cpuLeft=(\\S+) .*", Pattern.MULTILINE);
    private static final double HALF = 0.5;

    /**
     * By the stack's processor time for a harmful packet and for an honest one, of which the rate follows where that processor is
     * the limit: rates themselves tell on a busy machine whom the scheduler preferred.
     */
    @Test
    @Tag("e2e")
    void roundTripsKeepHalfOfTheProcessorBesideAsManyHarmfulPackets() throws IOException {
        final String output =
                BenchCommand.outputOf("flood-tun", "--warm-up", "6", "--rounds", "7", "--ms", "100", "trips", "all");

        final Matcher left = CPU_LEFT.matcher(output);
        assertTrue(left.find(), output);
        assertTrue(Double.parseDouble(left.group(1)) >= HALF, output);
    }

    @Test
    void wrongArgumentsAreRefused() throws IOException {
        BenchCommand.refuses("flood-tun", "--rounds", "0");
        BenchCommand.refuses("flood-tun", "--ms");
        BenchCommand.refuses("flood-tun", "none");
        BenchCommand.refuses("flood-tun", "download");
    }
}
