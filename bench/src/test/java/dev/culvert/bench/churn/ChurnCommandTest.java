package dev.culvert.bench.churn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.bench.BenchCommand;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ChurnCommandTest {
    private static final int CONNECTIONS = 200;

    @Test
    @Tag("e2e")
    void bothServersServeEveryConnection() throws IOException {
        final String output = BenchCommand.outputOf(
                "churn", "--connections", "" + CONNECTIONS, "--rounds", "1", "lb-churn", "client-closes");

        for (final String name : List.of("lb-churn", "client-closes")) {
            for (final String stack : List.of("culvert", "kernel")) {
                assertTrue(
                        output.contains("RESULT benchmark=churn case=" + name + " stack=" + stack + " connections="
                                + CONNECTIONS + " failed=0 unfinished=0 "),
                        output);
            }
            assertTrue(output.contains("case=" + name + " rateOverKernel="), output);
        }
    }

    @Test
    @Tag("e2e")
    void theKernelServesEveryConnectionOfABurst() throws IOException {
        final String output = BenchCommand.outputOf("audiolog", "--connections", "" + CONNECTIONS);

        for (final String way : List.of("no-reuse", "reuse-after-1ms")) {
            assertTrue(
                    output.contains("RESULT benchmark=audiolog way=" + way + " attempts=" + CONNECTIONS + " completed="
                            + CONNECTIONS + " noPort=0 failed=0 "),
                    output);
        }
    }

    @Test
    void theSimulatedBurstLeavesTimeWaitWithTheClient() throws IOException {
        final String output = BenchCommand.outputOf("audiolog", "--simulated", "--connections", "" + CONNECTIONS);

        assertTrue(
                output.contains("way=no-reuse-500-services attempts=256 completed=256 noPort=0 mostInTimeWait=256 "),
                output);
    }

    @Test
    void wrongArgumentsAreRefused() throws IOException {
        BenchCommand.refuses("churn", "--connections", "99");
        BenchCommand.refuses("churn", "--connections");
        BenchCommand.refuses("churn", "--rounds", "0");
        BenchCommand.refuses("churn", "--clients", "3");
        BenchCommand.refuses("churn", "no-such-case");
        BenchCommand.refuses("audiolog", "--connections", "1000001");
        BenchCommand.refuses("audiolog", "--simulated", "--connections", "16000001");
        BenchCommand.refuses("audiolog", "fast");
    }

    @Test
    void processorsAreTheFirstAndTheLastAllowed() {
        assertEquals(new Processors(0, 1), Processors.parse("0-1"));
        assertEquals(new Processors(2, 11), Processors.parse("2,4-7,11"));
        assertEquals(new Processors(5, 5), Processors.parse("5"));
    }

    @Test
    void theMedianRunIsChosenByTheCpuTimeOfBothEnds() {
        final Sample cheap = sample(10, 30);
        final Sample middle = sample(35, 10);
        final Sample dear = sample(20, 40);

        assertEquals(middle, Sample.median(List.of(dear, cheap, middle)));
        assertEquals(cheap, Sample.median(List.of(middle, cheap)));
    }

    private static Sample sample(final int serverUs, final int clientUs) {
        return new Sample(
                new ClientResult(1, 0, 0, 1, new Usage(clientUs * 1_000L, 0)), new Usage(serverUs * 1_000L, 0));
    }

    @Test
    void fourTuplesComeAgainOnlyWhenAllWereUsed() {
        final ChurnLoad load = new ChurnLoad(0, 80, 100, 2, 3, 7, 64, 1);

        assertEquals(List.of(100, 101, 100, 101, 100, 101, 100), range(load, true));
        assertEquals(List.of(1_024, 1_024, 1_025, 1_025, 1_026, 1_026, 1_024), range(load, false));
        assertEquals(load, ChurnLoad.parse(load.words()));
    }

    private static List<Integer> range(final ChurnLoad load, final boolean sources) {
        return IntStream.range(0, load.connections())
                .mapToObj(i -> sources ? load.source(i) : load.sourcePort(i))
                .toList();
    }

    @Test
    void whatNobodyAnsweredIsAnError() {
        assertThrows(NumberFormatException.class, () -> ClientResult.parse(""));
        final ClientResult result = new ClientResult(3, 2, 1, 500_000_000, new Usage(7, 6));
        assertEquals(result, ClientResult.parse(result.words()));
        assertEquals(6, result.perSecond());
    }
}
