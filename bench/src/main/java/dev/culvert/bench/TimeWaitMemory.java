package dev.culvert.bench;

import dev.culvert.bench.load.FreshPages;
import dev.culvert.bench.load.TimeWaitLoad;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * The command {@code culvert bench time-wait-memory}: what a TIME-WAIT record takes by the process's own memory, beside what
 * the table counts, and what is left when all have gone; and how long a record took to enter while the table grew, beside
 * how long the same machine took to hand over as much memory page by page, and how long it interrupted a thread that did
 * nothing.
 */
@Command(
        name = "time-wait-memory",
        description = {
            "Measures the memory that a TIME-WAIT record takes.",
            "By the process's own memory and by the table's count; and what is left when all have gone, and how long the"
                    + " slowest record took to enter."
        })
final class TimeWaitMemory implements Callable<Integer> {
    private static final int WARM_UP = 20_000;

    @Option(
            names = "--records",
            paramLabel = "1000..16000000",
            description = "Records that enter. Default: ${DEFAULT-VALUE}.")
    private int records = 1_000_000;

    @Option(
            names = "--ip",
            paramLabel = "VERSION",
            completionCandidates = IpVersions.class,
            description = "Version of IP: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private int ip = 4;

    private final Pauses inserts = new Pauses();
    private final Pauses pages = new Pauses();
    private final Pauses nothing = new Pauses();
    private long inTable;

    /** Measures and prints; the last line is for scripts. */
    @Override
    public Integer call() throws IOException {
        warmUp();
        final long beforeBytes = settled();
        final long fullBytes;
        try (TimeWaitLoad load = new TimeWaitLoad(ip == 4, records)) {
            grow(load);
            inTable = load.bytes();
            fullBytes = settled();
            load.drain();
        }
        final long leftBytes = settled() - beforeBytes;
        touch(inTable);
        doNothing(inserts.totalNs());
        print(fullBytes - beforeBytes, leftBytes);
        return ExitCode.OK;
    }

    /** What the JVM compiles and allocates on the way is in use before the count begins. */
    private void warmUp() throws IOException {
        for (int i = 0; i < 60; i++) {
            try (TimeWaitLoad load = new TimeWaitLoad(ip == 4, WARM_UP)) {
                grow(load);
                touch(load.bytes());
                doNothing(inserts.totalNs());
                load.drain();
            }
        }
        settled();
    }

    private static long settled() throws IOException {
        System.gc();
        return ProcessMemory.anonymousBytes();
    }

    private void grow(final TimeWaitLoad load) {
        inserts.begin();
        while (!load.isFilled()) {
            load.enter();
            inserts.step();
        }
    }

    private void touch(final long bytes) {
        try (FreshPages memory = new FreshPages(bytes)) {
            pages.begin();
            while (!memory.isDone()) {
                memory.touch();
                pages.step();
            }
        }
    }

    /** The clock is read and nothing else is done, for as long as that. */
    private void doNothing(final long ns) {
        nothing.begin();
        while (nothing.totalNs() < ns) {
            nothing.step();
        }
    }

    private void print(final long usedBytes, final long leftBytes) {
        inserts.print("CPU time for a record to enter while the table grew (the clock itself takes part of it):");
        pages.print("The same for a first touch of each page of as much memory, without a table:");
        nothing.print("The same for as long while nothing was done but reading the clock:");
        System.out.printf(
                Locale.ROOT,
                "RESULT benchmark=time-wait-memory records=%d ip=%d bytesPerRecord=%.1f tableBytesPerRecord=%.1f"
                        + " bytesPerRecordAfterwards=%.1f longestInsertNs=%d insertsAbove1Ms=%d"
                        + " longestTouchNs=%d touchesAbove1Ms=%d longestOfNothingNs=%d nothingAbove1Ms=%d jdk=%s%n",
                records,
                ip,
                (double) usedBytes / records,
                (double) inTable / records,
                (double) leftBytes / records,
                inserts.longestNs(),
                inserts.aboveOneMs(),
                pages.longestNs(),
                pages.aboveOneMs(),
                nothing.longestNs(),
                nothing.aboveOneMs(),
                System.getProperty("java.version"));
    }
}
