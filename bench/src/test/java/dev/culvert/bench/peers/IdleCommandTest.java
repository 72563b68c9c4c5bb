package dev.culvert.bench.peers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.bench.BenchCommand;
import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class IdleCommandTest {
    @Test
    @Tag("e2e")
    void whatTheKernelHasOpenedIsCounted() throws IOException {
        final String output = BenchCommand.outputOf("idle-tun", "--connections", "10000");

        assertTrue(
                Pattern.compile(
                                "^RESULT benchmark=idle-tun connections=10000 bytesPerConnection=[1-9]\\d{2,3}\\.",
                                Pattern.MULTILINE)
                        .matcher(output)
                        .find(),
                output);
    }

    @Test
    void wrongArgumentsAreRefused() throws IOException {
        BenchCommand.refuses("idle-tun", "--connections", "999");
        BenchCommand.refuses("idle-tun", "100000");
    }
}
