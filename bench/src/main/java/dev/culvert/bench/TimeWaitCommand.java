package dev.culvert.bench;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/** The command {@code culvert bench time-wait}: the set for TIME-WAIT that fits five minutes. */
@Command(
        name = "time-wait",
        description = {
            "Measures TIME-WAIT in memory, in about five minutes.",
            "Runs time-wait-memory, time-wait-ratio and a set of JMH's benchmarks. Further arguments are JMH's:"
                    + " 'culvert bench --help' has them."
        },
        customSynopsis = "culvert bench time-wait [OPTIONS] [JMH OPTIONS]")
final class TimeWaitCommand extends JmhCommand {
    private static final List<String> SET = List.of(
            "TimeWaitTableBenchmark|ClientFrames",
            "-wi",
            "2",
            "-i",
            "3",
            "-p",
            "standing=1000,100000,1000000,10000000");

    @Override
    List<String> jmhWords() {
        return SET;
    }

    @Override
    void measureBefore() throws IOException {
        new TimeWaitMemory().call();
        new TimeWaitRatio().run();
    }
}
