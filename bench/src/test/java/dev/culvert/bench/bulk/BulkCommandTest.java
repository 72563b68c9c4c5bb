package dev.culvert.bench.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.bench.Main;
import dev.culvert.bench.churn.Usage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BulkCommandTest {
    @Test
    @Tag("e2e")
    void everyByteArrivesBothWaysWithOffloadAndWithout() throws IOException {
        final PrintStream before = System.out;
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertEquals(0, Main.run(List.of("bulk", "--megabytes", "3", "--rounds", "1")));
        } finally {
            System.setOut(before);
        }
        final String output = bytes.toString(StandardCharsets.UTF_8);
        for (final String row : List.of("down offload=on", "down offload=off", "up offload=on", "up offload=off")) {
            assertTrue(output.contains("RESULT benchmark=bulk direction=" + row + " mtu=1500 megabytes=3 "), output);
        }
    }

    @Test
    void wrongArgumentsAreRefused() throws IOException {
        assertEquals(2, Main.run(List.of("bulk", "--megabytes", "0")));
        assertEquals(2, Main.run(List.of("bulk", "--rounds", "10")));
        assertEquals(2, Main.run(List.of("bulk", "--mtu", "575")));
        assertEquals(2, Main.run(List.of("bulk", "fast")));
    }

    @Test
    void aTransferIsToldAsItWas() {
        final Transfer transfer = new Transfer(1_000_000_000, 500_000_000, new Usage(300_000_000, 7));
        final Sample sample = new Sample(transfer, new Usage(200_000_000, 50_000_000));

        assertEquals(transfer, Transfer.parse(transfer.words()));
        assertEquals(16, sample.gbitPerSecond(), 1e-9);
        assertEquals(0.2, sample.culvertSecondsPerGb(), 1e-9);
        assertEquals(0.05, sample.culvertUserSecondsPerGb(), 1e-9);
        assertEquals(0.3, sample.clientSecondsPerGb(), 1e-9);
    }

    @Test
    void theMedianRunIsChosenByTheCpuTimeOfBothEnds() {
        final Sample cheap = sample(10, 30);
        final Sample middle = sample(35, 10);
        final Sample dear = sample(20, 40);

        assertEquals(middle, Sample.median(List.of(dear, cheap, middle)));
    }

    private static Sample sample(final long culvertNs, final long clientNs) {
        return new Sample(new Transfer(1, 1, new Usage(clientNs, 0)), new Usage(culvertNs, 0));
    }
}
